// Pictures of the pages against the mock, at both widths and in both themes:
// node dev/shots.mjs [folder] [scenario,…] [path,…]
import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { chromium } from 'playwright-core';

const NOW = '2026-11-21T14:20:00.000Z';
const [folder = '/tmp/shots', scenarioList = 'approaching', pathList = '/'] = process.argv.slice(2);
const port = 10_000 + (process.pid % 20_000);
await mkdir(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });

for (const scenario of scenarioList.split(',')) {
  const server = spawn('node_modules/.bin/vite', ['preview', '--config', 'dev/mock.config.ts', '--port', String(port), '--strictPort'], {
    env: { ...process.env, SCENARIO: scenario },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => server.stdout.on('data', (data) => String(data).includes('Local') && resolve()));
  for (const path of pathList.split(',')) {
    for (const width of (process.env.WIDTHS ?? "390,1440").split(",").map(Number)) {
      for (const theme of ['light', 'dark']) {
        const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: theme, hasTouch: width < 500, deviceScaleFactor: width < 500 ? 2 : 1 });
        page.on('console', (message) => message.type() === 'error' && console.log(scenario, width, theme, message.text()));
        page.on('pageerror', (error) => console.log(scenario, width, theme, String(error)));
        await page.clock.setFixedTime(NOW);
        await page.addInitScript(() => {
          window.shift = 0;
          window.moved = [];
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) {
              if (entry.hadRecentInput) continue;
              window.shift += entry.value;
              window.moved.push(...entry.sources.map(({ node, previousRect, currentRect }) => `${String(node?.className ?? node?.nodeName).slice(0, 60)}: ${Math.round(previousRect.top)} > ${Math.round(currentRect.top)}`));
            }
          }).observe({ type: 'layout-shift', buffered: true });
        });
        await page.goto(`http://127.0.0.1:${port}${path}`);
        await page.waitForLoadState('networkidle');
        await page.waitForTimeout(400);
        const { overflow, shift, moved } = await page.evaluate(() => ({ overflow: document.documentElement.scrollWidth - window.innerWidth, shift: window.shift, moved: window.moved }));
        if (overflow > 0) console.log(path, scenario, width, theme, `scrolls sideways by ${overflow}px`);
        if (shift > 0.02) console.log(path, scenario, width, theme, `layout shift ${shift.toFixed(3)}`, moved);
        const name = `${folder}/${path.replaceAll('/', '_')}-${scenario}-${width}-${theme}.png`;
        await page.screenshot({ path: name, fullPage: true });
        await page.close();
      }
    }
  }
  server.kill();
}
await browser.close();
