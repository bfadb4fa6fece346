// Adds up what the first load of the overview with its charts needs, from the manifest of the build, and compares it with the
// budgets. Sizes are those of gzip at level 9, in kB of 1,000 bytes.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BUDGET_SCRIPT_KB = 160;
const BUDGET_CSS_KB = 10;
const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));
const roots = ['index.html', 'src/pages/overview/page.tsx', 'src/pages/overview/months-chart.tsx', 'src/pages/overview/month-chart.tsx'];

const scripts = new Set();
const styles = new Set();
const seen = new Set();
const visit = (key) => {
  if (seen.has(key)) return;
  seen.add(key);
  const chunk = manifest[key];
  if (chunk === undefined) throw new Error(`The manifest has no ${key}.`);
  scripts.add(chunk.file);
  for (const file of chunk.css ?? []) styles.add(file);
  for (const next of chunk.imports ?? []) visit(next);
};
for (const root of roots) visit(root);

let failed = 0;
const sum = (name, files, budget) => {
  let total = 0;
  for (const file of files) {
    const size = gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length / 1000;
    total += size;
    console.log(`  ${size.toFixed(1).padStart(6)} kB  ${file}`);
  }
  const fits = total <= budget;
  if (!fits) failed += 1;
  console.log(`${fits ? 'ok' : 'TOO LARGE'}: ${name} ${total.toFixed(1)} kB of ${budget} kB`);
};
sum('script of the overview with charts', scripts, BUDGET_SCRIPT_KB);
sum('styles', styles, BUDGET_CSS_KB);
process.exit(failed === 0 ? 0 : 1);
