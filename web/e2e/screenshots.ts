/** `npm run screenshots`: every page at both widths and in both themes, into `screenshots/`. */
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { expectClean, launch, openTab, settled, signIn, views, type Tab } from './support/browser';
import { allPages, type PageUnderTest } from './support/pages';

const folder = fileURLToPath(new URL('../screenshots/', import.meta.url));
/** Of the whole page: the browser refuses pictures that are much higher. */
const HEIGHT_MAX = 8_000;

let browser: Browser;
let pages: PageUnderTest[];
beforeAll(async () => {
  await mkdir(folder, { recursive: true });
  browser = await launch();
  pages = await allPages();
});
afterAll(() => browser.close());

/** Grows the window to the page, so that what is fixed to its edge is there only once. */
async function picture({ page }: Tab, path: string): Promise<void> {
  const width = page.viewportSize()?.width ?? 1440;
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width, height: Math.min(Math.max(900, height), HEIGHT_MAX) });
  await page.waitForTimeout(150);
  // Hiding the caret would insert a style, which the headers refuse.
  await page.screenshot({ path, caret: 'initial', animations: 'allow' });
}

describe.each(views)('at $width px in the $theme theme', (view) => {
  it('every_page_has_a_picture', async () => {
    for (const { name, path, role } of pages) {
      const tab = await openTab(browser, view);
      await signIn(tab, path, role);
      await picture(tab, `${folder}${name}-${view.width}-${view.theme}.png`);
      expectClean(tab);
      await tab.close();
    }
  });

  it('the_sign_in_has_a_picture', async () => {
    const tab = await openTab(browser, view);
    await signIn(tab);
    if (view.width < 768) await tab.page.getByRole('button', { name: /^Menu/ }).click();
    await tab.page.getByRole('button', { name: 'Sign out' }).last().click();
    await tab.page.getByRole('heading', { name: /^Sign in/ }).waitFor();
    await settled(tab.page);
    await picture(tab, `${folder}sign-in-${view.width}-${view.theme}.png`);
    expectClean(tab);
    await tab.close();
  });
});
