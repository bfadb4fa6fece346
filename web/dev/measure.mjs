// Measures the dashboard at GIT_REPORT_URL, a local stack with the demo's data: see infra/web/measure, which starts one.
// node dev/measure.mjs [usage] [shift] [lighthouse] [runs]
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, request as forward } from 'node:http';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { Table } from './table.mjs';

const LOADS = 10;
const USAGE_VISIBLE_MAX_MS = 600;
const SHIFT_MAX = 0.02;
/** The last major version for Node 20. */
const LIGHTHOUSE = 'lighthouse@12.8.2';
const SCORES_MIN = { performance: 0.98, accessibility: 1, 'best-practices': 1 };
/** Nothing but the page: the browser sends no requests of its own. */
const FLAGS = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'];
const FEW_RUNS = 10;
const WIDTHS = [390, 1440];

const base = (process.env.GIT_REPORT_URL ?? 'http://127.0.0.1:4000').replace(/\/+$/, '');
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const wanted = process.argv.slice(2);
let failed = false;

function print(name, figure, fits, limit) {
  if (!fits) failed = true;
  console.log(`${fits ? '  ' : '✗ '}${name.padEnd(34)} ${figure}${limit === undefined ? '' : `   (${limit})`}`);
}

const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
};

async function session(role) {
  const answer = await fetch(`${base}/demo/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(role === 'admin' ? { role } : {}) });
  return answer.json();
}

/** Each page with the address of a record. */
async function pages() {
  const tokens = { user: (await session()).access_token, admin: (await session('admin')).access_token };
  const first = async (role, path) => {
    const answer = await fetch(base + path, { headers: { authorization: `Bearer ${tokens[role]}` } });
    const [record] = (await answer.json()).data;
    return record.id ?? record.user_id;
  };
  const configuration = await first('user', '/report-configurations?limit=1');
  return [
    ['overview', '/'],
    ['runs', '/app/runs'],
    ['run', `/app/runs/${await first('user', '/report-runs?limit=1&status=success')}`],
    ['configurations', '/app/configurations'],
    ['configuration-new', '/app/configurations/new'],
    ['configuration', `/app/configurations/${configuration}`],
    ['configuration-edit', `/app/configurations/${configuration}/edit`],
    ['repositories', '/app/repositories'],
    ['repository', `/app/repositories/${await first('user', '/repositories?limit=1')}`],
    ['notices', '/app/notices'],
    ['profile', '/app/profile'],
    ['admin-accounts', '/app/admin', 'admin'],
    ['admin-usage', '/app/admin/usage', 'admin'],
    ['admin-account', `/app/admin/accounts/${await first('admin', '/admin/accounts?limit=1')}`, 'admin'],
  ].map(([name, path, role = 'user']) => ({ name, path, role }));
}

/** A page of a profile of its own: nothing is cached. */
async function open(browser, { width = 1440, role = 'user' } = {}) {
  const isPhone = width < 500;
  const context = await browser.newContext({ viewport: { width, height: 900 }, hasTouch: isPhone, isMobile: isPhone, deviceScaleFactor: isPhone ? 2 : 1 });
  const page = await context.newPage();
  await page.addInitScript((chosen) => window.sessionStorage.setItem('git-report.demo-role', chosen), role);
  return { page, close: () => context.close() };
}

const settled = async (page) => {
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.waitForLoadState('networkidle');
  await page.waitForTimeout(400);
};

/** From the start of the navigation to the frame in which the usage's figure is on the screen. */
async function measureUsage(browser) {
  console.log(`\nTime until the usage is visible, ${LOADS} loads of the overview with an empty cache`);
  for (const width of WIDTHS) {
    const times = [];
    for (let load = 0; load <= LOADS; load += 1) {
      const { page, close } = await open(browser, { width });
      await page.addInitScript(() => {
        const look = () => {
          const figure = document.querySelector('.gru > .gru-content .gru-number');
          if (figure === null || figure.getBoundingClientRect().height === 0) return requestAnimationFrame(look);
          // The frame that has the figure is painted before the task after it.
          return requestAnimationFrame(() => setTimeout(() => (window.usageVisibleAt = performance.now())));
        };
        requestAnimationFrame(look);
      });
      await page.goto(`${base}/`);
      await page.waitForFunction(() => window.usageVisibleAt !== undefined);
      // The first load starts the browser's processes.
      if (load > 0) times.push(await page.evaluate(() => window.usageVisibleAt));
      await settled(page);
      await close();
    }
    const middle = median(times);
    const range = `${Math.round(Math.min(...times))} to ${Math.round(Math.max(...times))}`;
    print(`${width} px`, `${Math.round(middle)} ms, the median of ${range}`, middle <= USAGE_VISIBLE_MAX_MS, `at most ${USAGE_VISIBLE_MAX_MS} ms`);
  }
}

async function measureShift(browser) {
  console.log('\nLayout shift while a page loads, the sum');
  for (const width of WIDTHS) {
    for (const { name, path, role } of await pages()) {
      const { page, close } = await open(browser, { width, role });
      await page.addInitScript(() => {
        window.shift = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
        }).observe({ type: 'layout-shift', buffered: true });
      });
      await page.goto(base + path);
      await settled(page);
      const shift = await page.evaluate(() => window.shift);
      print(`${width} px, ${name}`, shift.toFixed(4), shift <= SHIFT_MAX, `at most ${SHIFT_MAX}`);
      await close();
    }
  }
}

/** Serves the same stack with a `/config` that asks for a token, as most deployments do: the page of that is the sign-in. */
async function withoutDemo() {
  const server = createServer(async (incoming, outgoing) => {
    if (incoming.url === '/config') {
      const config = await (await fetch(`${base}/config`)).json();
      outgoing.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ ...config, sign_in: { kind: 'bearer' } }));
      return;
    }
    const asked = forward(base + incoming.url, { method: incoming.method, headers: incoming.headers }, (answer) => {
      outgoing.writeHead(answer.statusCode, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(asked);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { address: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

async function measureLighthouse() {
  console.log(`\nLighthouse, as on a desk (${LIGHTHOUSE})`);
  const all = await pages();
  const signIn = await withoutDemo();
  const folder = await mkdtemp(join(tmpdir(), 'lighthouse-'));
  const targets = ['overview', 'runs', 'configuration'].map((name) => [name, base + all.find((page) => page.name === name).path]);
  try {
    for (const [name, address] of [...targets, ['sign-in', `${signIn.address}/`]]) {
      const output = join(folder, `${name}.json`);
      const options = [
        '--preset=desktop', `--only-categories=${Object.keys(SCORES_MIN).join(',')}`, '--output=json', `--output-path=${output}`, '--quiet',
        `--chrome-flags=--headless ${FLAGS.join(' ')}`,
      ];
      await promisify(execFile)('npx', ['--yes', LIGHTHOUSE, address, ...options], { env: { ...process.env, CHROME_PATH: executablePath } });
      const { categories, audits } = JSON.parse(await readFile(output, 'utf8'));
      for (const [category, least] of Object.entries(SCORES_MIN)) {
        const { score, auditRefs } = categories[category];
        print(`${name}, ${category}`, String(score), score >= least, `at least ${least}`);
        if (score === 1) continue;
        for (const { id, weight } of auditRefs) {
          const audit = audits[id];
          if (weight > 0 && audit.score !== null && audit.score < 1) console.log(`      ${id} ${audit.score} ${audit.displayValue ?? ''}: ${audit.title}`);
          if (process.env.VERBOSE && weight > 0 && audit.score === 0) console.log(JSON.stringify(audit.details?.items ?? [], null, 1).slice(0, 3_000));
        }
      }
    }
  } finally {
    signIn.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** What two pages request of the API when the account has few runs, and when it has very many. Only the runs' records differ. */
async function measureRuns(browser) {
  const many = Number(process.env.RUNS ?? 100_000);
  const table = await Table.of(process.env.GIT_REPORT_DATA_DIR, (await session()).user_id);
  console.log('\nWhat a page requests of the API, by the number of runs of the account');
  await table.keepNewest(FEW_RUNS);
  const few = await requestsOf(browser);
  const begun = Date.now();
  await table.copyRuns(many - FEW_RUNS);
  console.log(`  ${many} runs are written after ${Math.round((Date.now() - begun) / 1_000)} s`);
  const those = await requestsOf(browser);
  console.log(`  ${'page'.padEnd(10)} ${'runs'.padStart(8)} ${'requests'.padStart(9)} ${'bytes'.padStart(9)} ${'slowest answer'.padStart(15)}`);
  for (const name of Object.keys(few)) {
    for (const [count, { requests, bytes, slowest }] of [[FEW_RUNS, few[name]], [many, those[name]]]) {
      console.log(`  ${name.padEnd(10)} ${String(count).padStart(8)} ${String(requests).padStart(9)} ${String(bytes).padStart(9)} ${`${Math.round(slowest.ms)} ms ${slowest.path}`.padStart(15)}`);
    }
    print(`${name}: the same requests`, String(those[name].requests), those[name].requests <= few[name].requests, `at most ${few[name].requests}`);
  }
}

async function requestsOf(browser) {
  const found = {};
  for (const [name, path] of [['overview', '/'], ['runs', '/app/runs']]) {
    const { page, close } = await open(browser);
    const answers = [];
    page.on('requestfinished', (asked) => {
      if (['fetch', 'xhr'].includes(asked.resourceType())) answers.push(asked);
    });
    await page.goto(base + path);
    await settled(page);
    const sizes = await Promise.all(answers.map((asked) => asked.sizes()));
    const bytes = sizes.reduce((sum, { responseBodySize, responseHeadersSize }) => sum + responseBodySize + responseHeadersSize, 0);
    const times = answers.map((asked) => ({ ms: asked.timing().responseEnd, path: new URL(asked.url()).pathname }));
    found[name] = { requests: answers.length, bytes, slowest: times.sort((a, b) => b.ms - a.ms)[0] };
    await close();
  }
  return found;
}

const parts = { usage: measureUsage, shift: measureShift, lighthouse: measureLighthouse, runs: measureRuns };
const unknown = wanted.filter((name) => !(name in parts));
if (unknown.length > 0) throw new Error(`${unknown.join(', ')} must be one of: ${Object.keys(parts).join(', ')}`);
if (loadavg()[0] > availableParallelism() / 2) console.log(`This machine is busy (load ${loadavg()[0].toFixed(1)}): times and scores are worse than by itself.`);
const browser = await chromium.launch({ executablePath, args: FLAGS });
try {
  for (const [name, measure] of Object.entries(parts)) if (wanted.length === 0 || wanted.includes(name)) await measure(browser);
} finally {
  await browser.close();
}
process.exit(failed ? 1 : 0);
