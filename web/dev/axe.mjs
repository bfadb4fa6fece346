// Runs axe on pages of the mock, at both widths and in both themes: node dev/axe.mjs [scenario,…] [path,…]
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const [scenarioList = 'approaching', pathList = '/'] = process.argv.slice(2);
const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');
const port = 10_000 + (process.pid % 20_000);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
let findings = 0;
for (const scenario of scenarioList.split(',')) {
  const server = spawn('node_modules/.bin/vite', ['preview', '--config', 'dev/mock.config.ts', '--port', String(port), '--strictPort'], {
    env: { ...process.env, SCENARIO: scenario },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await new Promise((resolve) => server.stdout.on('data', (data) => String(data).includes('Local') && resolve()));
  for (const path of pathList.split(',')) {
    for (const width of [390, 1440]) {
      for (const colorScheme of ['light', 'dark']) {
        const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
        const violations = [];
        page.on('console', (message) => /Content Security|Trusted/i.test(message.text()) && violations.push(message.text()));
        await page.clock.setFixedTime('2026-11-21T14:20:00.000Z');
        await page.goto(`http://127.0.0.1:${port}${path}`);
        await page.waitForLoadState('networkidle');
        await page.waitForTimeout(300);
        // Through the protocol: the page's policy refuses a script that is added to it.
        const session = await page.context().newCDPSession(page);
        await session.send('Runtime.evaluate', { expression: axe });
        const { result } = await session.send('Runtime.evaluate', { expression: 'axe.run(document).then((r) => JSON.stringify({ passes: r.passes.length, violations: r.violations.map((v) => [v.impact, v.id, v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160))]) }))', awaitPromise: true });
        const report = JSON.parse(result.value);
        if (report.passes === 0) throw new Error('axe has run no rule.');
        findings += report.violations.length + violations.length;
        console.log(`${scenario} ${path} ${width} ${colorScheme}: ${report.passes} rules passed, ${report.violations.length} findings, ${violations.length} refused by the policy`);
        for (const each of [...report.violations, ...violations]) console.log('  ', JSON.stringify(each));
        await page.close();
      }
    }
  }
  server.kill();
}
await browser.close();
process.exit(findings === 0 ? 0 : 1);
