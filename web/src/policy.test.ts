/** What the strict headers refuse, and what a token must never reach, is not in the sources. */
import { expect, it } from 'vitest';

const sources = import.meta.glob<string>('./**/*.{ts,tsx}', { query: '?raw', import: 'default', eager: true });
const own = Object.entries(sources).filter(([path]) => !path.includes('.test.') && !path.startsWith('./test/') && !path.endsWith('schema.d.ts'));

function filesWith(pattern: RegExp): string[] {
  return own.filter(([, text]) => pattern.test(text)).map(([path]) => path);
}

it('no_source_writes_html', () => {
  expect(own.length).toBeGreaterThan(40);
  expect(filesWith(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|dangerouslySetInnerHTML|new Function|\beval\(/)).toEqual([]);
});

it('no_source_renders_a_style_element', () => expect(filesWith(/<style[\s>]/)).toEqual([]));

it('only_the_theme_the_role_of_the_demo_and_the_sign_in_under_way_use_a_storage', () => {
  expect(filesWith(/localStorage|sessionStorage|indexedDB|document\.cookie/)).toEqual(['./app/theme.ts', './auth/demo.ts', './auth/oidc.ts']);
});

it('no_source_writes_to_the_console', () => expect(filesWith(/console\./)).toEqual([]));

// The other tests run in one zone, those of what formats instants in three: `npm run test:zones`.
it('only_one_function_reads_the_zone_of_the_browser', () => {
  const local = /\.(get|set)(Hours|Minutes|Date|Day|Month|FullYear|TimezoneOffset)\(|\.toLocale(Date|Time)String\(|\.toDateString\(|new Date\([^()]+,/;
  expect(filesWith(local)).toEqual([]);
  expect(filesWith(/DateTimeFormat\((?![^)]*timeZone: )/)).toEqual(['./format/time.ts']);
  expect(sources['./format/time.ts']?.match(/DateTimeFormat\((?![^)]*timeZone: )/g)?.length, 'browserZone').toBe(1);
});

it('a_page_never_makes_a_date_of_a_day_bucket', () => {
  expect(filesWith(/new Date\((?!\)|answeredAt\)|Date\.UTC)[^)]*\b(day|date|month)\b/)).toEqual([]);
});
