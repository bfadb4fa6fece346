// Packs the library, installs it into a fresh Vite application that is the example of its README, checks the types, builds it
// and, if a Chromium is there, shows it against an API that is answered here.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const run = (command, args, cwd) => execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const versions = { ...own.dependencies, ...own.devDependencies };
const pick = (...names) => Object.fromEntries(names.map((name) => [name, versions[name]]));
const check = (condition, message) => {
  if (!condition) throw new Error(message);
  console.log(`ok: ${message}`);
};

/** What the API answers. */
const answer = {
  monthlyUsage: {
    user_id: '0d9c5e0e-6c1b-4a53-9d2f-000000000a11', month: '2026-11-01T00:00:00.000Z', total_runs: 50, successful_runs: 44, failed_runs: 3,
    test_runs: 2, counted_runs: 42, total_tokens: 648210, prompt_tokens: 561400, completion_tokens: 86810, total_cost_usd: 1.084215,
    unpriced_runs: 0, last_run_at: '2026-11-21T08:00:04.000Z',
  },
  monthlyLimit: 50, runsUsed: 42, runsRemaining: 8, runsInFlight: 0, usagePercentage: 84, warning: 'approaching', blockedReason: null,
  resetsAt: '2026-12-01T00:00:00.000Z', limits: { plan_name: 'free' },
};

run('node', ['scripts/build-library.mjs'], root);
const app = mkdtempSync(join(tmpdir(), 'usage-stats-'));
try {
  const [pack] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', app], join(root, 'dist-lib')));
  const files = pack.files.map((file) => file.path);
  check(['index.js', 'style.css', 'README.md', 'types/usage-stats/index.d.ts'].every((file) => files.includes(file)), 'the package has its files');
  console.log(`the package: ${files.length} files, ${(pack.size / 1000).toFixed(1)} kB packed`);
  const readme = readFileSync(join(root, 'src/usage-stats/README.md'), 'utf8');
  const example = /```tsx\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  const lines = example.trim().split('\n').length;
  check(lines > 3 && lines <= 10, `the example has ${lines} lines`);

  writeFileSync(
    join(app, 'package.json'),
    JSON.stringify({
      private: true,
      type: 'module',
      dependencies: {
        ...pick('react', 'react-dom', '@tanstack/react-query', 'vite', '@vitejs/plugin-react', 'typescript', '@types/react', '@types/react-dom'),
        'git-report-usage-stats': `file:${pack.filename}`,
      },
    }),
  );
  writeFileSync(join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions: { strict: true, module: 'ESNext', moduleResolution: 'bundler', target: 'ES2022', lib: ['ES2022', 'DOM'], jsx: 'react-jsx', noEmit: true, types: ['vite/client'] }, include: ['main.tsx'] }));
  writeFileSync(join(app, 'index.html'), '<!doctype html><html lang="en"><head><title>Example</title></head><body><script type="module" src="/main.tsx"></script></body></html>');
  writeFileSync(join(app, 'vite.config.js'), "import react from '@vitejs/plugin-react';\nexport default { plugins: [react()] };\n");
  writeFileSync(join(app, 'main.tsx'), example);
  run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'], app);
  run('node_modules/.bin/tsc', [], app);
  check(true, 'the example has no type error');
  run('node_modules/.bin/vite', ['build', '--logLevel', 'warn'], app);
  const assets = readdirSync(join(app, 'dist/assets'));
  const css = readFileSync(join(app, 'dist/assets', assets.find((name) => name.endsWith('.css'))), 'utf8');
  check(css.includes('.gru') && !/(^|})\s*(\*|html|body|:root|a|button)[\s,:{]/.test(css), 'the styles are inside of the component');
  const bundle = readFileSync(join(root, 'dist-lib/index.js'), 'utf8');
  check(/from "react"/.test(bundle) && /from "@tanstack\/react-query"/.test(bundle) && !/useSyncExternalStoreShim|__CLIENT_INTERNALS/.test(bundle), 'React and the query client are external');
  await show(app);
} finally {
  rmSync(app, { recursive: true, force: true });
}

async function show(app) {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) return console.log('skipped: no Chromium to show it in');
  const { chromium } = await import('playwright-core');
  const types = { html: 'text/html', js: 'text/javascript', css: 'text/css' };
  const server = createServer((request, response) => {
    const file = join(app, 'dist', request.url === '/' ? 'index.html' : request.url);
    if (!existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, {
      'content-type': types[file.split('.').pop()] ?? 'text/plain',
      'content-security-policy': "default-src 'none'; script-src 'self'; style-src 'self'; connect-src https://api.example.com; require-trusted-types-for 'script'",
    });
    response.end(readFileSync(file));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage();
    const complaints = [];
    page.on('console', (message) => message.type() === 'error' && !message.text().includes('favicon') && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.route('https://api.example.com/report-runs/usage', (route) =>
      route.request().method() === 'OPTIONS'
        ? route.fulfill({ status: 204, headers: { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' } })
        : route.fulfill({ json: answer, headers: { 'access-control-allow-origin': '*' } }),
    );
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    await page.getByRole('heading', { name: /^Usage in/ }).waitFor({ timeout: 10_000 });
    const shown = await page.locator('.gru').innerText();
    check(shown.includes('42') && shown.includes('of 50 runs used') && shown.includes('Approaching the limit'), 'the example shows the usage');
    const margin = await page.evaluate(() => getComputedStyle(document.body).marginTop);
    check(margin === '8px', 'the page around it keeps the browser’s style');
    check(complaints.filter((text) => !text.includes('404')).length === 0, `nothing complains under the strict policy ${complaints.join('; ')}`);
  } finally {
    await browser.close();
    server.close();
  }
}
