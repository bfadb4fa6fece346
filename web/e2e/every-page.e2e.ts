/**
 * What is asserted of every page, in one visit of it for each width and theme: nothing moves while it loads, it doesn't scroll
 * sideways, no text is cut, axe finds nothing serious, the headers refuse nothing, and nothing is thrown.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runAxe, seriousFindings } from './support/axe';
import { expectClean, launch, openTab, settled, signIn, views, type Tab } from './support/browser';
import { cutTexts, sidewaysBy } from './support/layout';
import { allPages, visit, type PageUnderTest } from './support/pages';
import { recordShifts, SHIFT_MAX, shiftsOf } from './support/shift';

/** Answers that arrive this late, one after another, are shown one after another. */
const SLOW_STEP_MS = 60;

/** How the answers arrive does not depend on the theme: each width has both. */
const arrivals = { light: 'at once', dark: 'one after another' } as const;

let browser: Browser;
let pages: PageUnderTest[];
beforeAll(async () => {
  browser = await launch();
  pages = await allPages();
});
afterAll(() => browser.close());

/** Shows the sign-in, as to a user whose session can't be resumed. */
async function openSignIn(page: Page): Promise<void> {
  await page.route('**/demo/session', (route) => route.abort());
  await page.goto('/');
  await page.getByRole('heading', { name: /^Sign in/ }).waitFor();
  await settled(page);
}

/** Lets each answer of the API wait for a time of its own. */
async function slowDown(page: Page): Promise<void> {
  let count = 0;
  await page.route(/\/(admin|notices|report-|repositories|users)[^.]*$/, async (route) => {
    if (!['fetch', 'xhr'].includes(route.request().resourceType())) return route.continue();
    count += 1;
    await new Promise((resolve) => setTimeout(resolve, SLOW_STEP_MS * (1 + ((count * 5) % 7))));
    return route.continue();
  });
}

async function movements(page: Page): Promise<string[]> {
  const { score, shifts } = await shiftsOf(page);
  if (score <= SHIFT_MAX) return [];
  return [`moves by ${score.toFixed(3)} while it loads`, ...shifts.map(({ value, moved }) => `  ${value.toFixed(3)} ${moved.join(', ')}`)];
}

/** What a page in its final state must not have. */
async function faultsOf({ page, violations, errors }: Tab): Promise<string[]> {
  const overflow = await sidewaysBy(page);
  const axe = await runAxe(page);
  return [
    ...(overflow > 0 ? [`scrolls sideways by ${overflow} px`] : []),
    ...(await cutTexts(page)).map((text) => `cuts ${text}`),
    ...(axe.passes.length === 0 ? ['axe examined nothing'] : seriousFindings(axe)),
    ...violations.map((violation) => `violates the headers: ${violation}`),
    ...errors.map((error) => `has an error: ${error}`),
  ];
}

describe.each(views)('at $width px in the $theme theme', (view) => {
  const arrival = arrivals[view.theme];

  it(`every_page_is_in_order_whose_answers_arrive_${arrival.replaceAll(' ', '_')}`, async () => {
    const faults = await visit(pages, async ({ name, path, role }) => {
      const tab = await openTab(browser, view);
      await recordShifts(tab.page);
      if (arrival !== 'at once') await slowDown(tab.page);
      await signIn(tab, path, role);
      const found = [...(await movements(tab.page)), ...(await faultsOf(tab))];
      await tab.close();
      return found.map((fault) => `${name}: ${fault}`);
    });
    expect(faults).toEqual([]);
  });

  it('the_sign_in_is_in_order', async () => {
    const tab = await openTab(browser, view);
    await recordShifts(tab.page);
    if (arrival !== 'at once') await slowDown(tab.page);
    await openSignIn(tab.page);
    const found = [...(await movements(tab.page)), ...(await faultsOf(tab))];
    // The browser's line for the answer that is refused here.
    expect(found.filter((fault) => !fault.includes('has an error: Failed to load resource:'))).toEqual([]);
    await tab.close();
  });

  it('a_sign_out_leads_to_the_sign_in', async () => {
    const tab = await openTab(browser, view);
    await signIn(tab);
    if (view.width < 768) await tab.page.getByRole('button', { name: /^Menu/ }).click();
    await tab.page.getByRole('button', { name: 'Sign out' }).last().click();
    await tab.page.getByRole('heading', { name: /^Sign in/ }).waitFor();
    await settled(tab.page);
    expect(await sidewaysBy(tab.page)).toBeLessThanOrEqual(0);
    expectClean(tab);
    await tab.close();
  });
});

it('a_shift_is_recorded', async () => {
  const tab = await openTab(browser);
  await recordShifts(tab.page);
  await signIn(tab);
  await tab.page.evaluate(() => {
    const before = document.createElement('p');
    before.textContent = 'Late';
    before.className = 'py-28';
    document.querySelector('#main')?.prepend(before);
  });
  await expect.poll(async () => (await shiftsOf(tab.page)).score).toBeGreaterThan(SHIFT_MAX);
  await tab.close();
});
