import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runAxe, seriousFindings } from './support/axe';
import { expectClean, launch, openTab, signIn, views } from './support/browser';
import { allPages, type PageUnderTest } from './support/pages';

let browser: Browser;
let pages: PageUnderTest[];
beforeAll(async () => {
  browser = await launch();
  pages = await allPages();
});
afterAll(() => browser.close());

describe.each(views)('at $width px in the $theme theme', (view) => {
  it('no_page_has_a_serious_or_critical_finding_or_a_violation_of_the_headers', async () => {
    const findings: Record<string, string[]> = {};
    for (const { name, path, role } of pages) {
      const tab = await openTab(browser, view);
      await signIn(tab, path, role);
      const results = await runAxe(tab.page);
      expect(results.passes.length, `axe examined nothing on ${path}`).toBeGreaterThan(0);
      const found = seriousFindings(results);
      if (found.length > 0) findings[name] = found;
      expectClean(tab);
      await tab.close();
    }
    expect(findings).toEqual({});
  });
});
