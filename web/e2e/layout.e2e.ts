/** Where things are on the pages: they stay where they first appear, and are within reach in an enlarged window. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, openTab, settled, signIn } from './support/browser';
import { allPages, type PageUnderTest } from './support/pages';
import { recordShifts, shiftsOf } from './support/shift';

/** A fifth of what is called good: https://web.dev/articles/cls. */
const SHIFT_MAX = 0.02;
/** Answers that arrive this late, one after another, are shown one after another. */
const SLOW_STEP_MS = 60;

/** What a user comes to a page for. */
const MAIN_ACTIONS: Record<string, ['button' | 'link', string | RegExp]> = {
  overview: ['link', 'All runs'],
  runs: ['button', 'Export runs'],
  configurations: ['link', 'Add configuration'],
  'configuration-new': ['button', 'Create configuration'],
  configuration: ['button', 'Run report'],
  'configuration-edit': ['button', 'Save changes'],
  repositories: ['button', 'Add repository'],
  repository: ['link', 'Add configuration'],
  profile: ['button', 'Save time zone'],
  'admin-accounts': ['button', 'Refresh'],
  'admin-account': ['button', 'Save plan and limits'],
  'not-found': ['link', 'Open overview'],
};

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

describe.each([390, 1440])('at %i px with an empty cache', (width) => {
  it.each(['at once', 'one after another'])('nothing_moves_while_a_page_loads_whose_answers_arrive_%s', async (arrival) => {
    const moving: string[] = [];
    for (const { name, path, role } of [...pages, { name: 'sign-in', path: '/', role: 'user' as const }]) {
      const tab = await openTab(browser, { width });
      await recordShifts(tab.page);
      if (arrival !== 'at once') await slowDown(tab.page);
      if (name === 'sign-in') await openSignIn(tab.page);
      else await signIn(tab, path, role);
      const { score, shifts } = await shiftsOf(tab.page);
      if (score > SHIFT_MAX) moving.push(`${name}: ${score.toFixed(3)}`, ...shifts.map(({ value, moved }) => `  ${value.toFixed(3)} ${moved.join(', ')}`));
      await tab.close();
    }
    expect(moving).toEqual([]);
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

/** Texts that are cut: of a chart, outside of it; of a select, wider than its room. */
function cutTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const faults: string[] = [];
    for (const text of document.querySelectorAll<SVGTextElement>('main svg text')) {
      const [box, chart] = [text.getBoundingClientRect(), text.ownerSVGElement!.getBoundingClientRect()];
      if (box.left < chart.left - 1 || box.right > chart.right + 1) faults.push(`"${text.textContent}" of a chart`);
    }
    const measure = document.createElement('canvas').getContext('2d')!;
    for (const select of document.querySelectorAll('main select')) {
      if (!select.checkVisibility()) continue;
      const { fontWeight, fontSize, fontFamily, paddingLeft, paddingRight } = getComputedStyle(select);
      measure.font = `${fontWeight} ${fontSize} ${fontFamily}`;
      const room = select.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
      const text = (select as HTMLSelectElement).selectedOptions[0]?.text ?? '';
      if (measure.measureText(text).width > room + 1) faults.push(`"${text}" of a select`);
    }
    return faults;
  });
}

describe.each([390, 1440])('at %i px', (width) => {
  it('no_text_of_a_chart_or_a_select_is_cut', async () => {
    const faults: string[] = [];
    for (const { name, path, role } of pages) {
      const tab = await openTab(browser, { width });
      await signIn(tab, path, role);
      faults.push(...(await cutTexts(tab.page)).map((fault) => `${name}: ${fault}`));
      await tab.close();
    }
    expect(faults).toEqual([]);
  });
});

/** Controls of the page that can't be used: outside of the window at any scrolling, or under something else. */
function outOfReach(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const faults: string[] = [];
    const controls = document.querySelectorAll<HTMLElement>('main :is(a[href], button, input, select, textarea, summary)');
    for (const control of controls) {
      if (!control.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || control.closest('.sr-only') !== null) continue;
      control.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
      const { left, right, top, width, height } = control.getBoundingClientRect();
      if (width < 2 || height < 2) continue;
      const name = `${control.tagName.toLowerCase()} "${(control.textContent || control.getAttribute('aria-label') || control.id).trim().slice(0, 40)}"`;
      if (left < -1 || right > window.innerWidth + 1) faults.push(`${name} is wider than the window: ${Math.round(left)} to ${Math.round(right)}`);
      const line = control.getClientRects()[0] ?? control.getBoundingClientRect();
      const onTop = document.elementFromPoint(line.left + line.width / 2, line.top + line.height / 2);
      const label = control.closest('label');
      if (onTop === null || !(control.contains(onTop) || onTop.contains(control) || label?.contains(onTop))) {
        faults.push(`${name} at ${Math.round(top)} is under ${onTop?.tagName.toLowerCase() ?? 'nothing'}`);
      }
    }
    return faults;
  });
}

describe.each([
  ['200 %', { width: 1440, height: 900, zoom: 2 }],
  ['400 %, where 1280 px have room for 320', { width: 1280, height: 1024, zoom: 4 }],
])('enlarged to %s', (_, view) => {
  it('no_page_scrolls_sideways_and_each_control_can_be_reached', async () => {
    const faults: string[] = [];
    for (const { name, path, role } of pages) {
      const tab = await openTab(browser, view);
      await signIn(tab, path, role);
      const overflow = await tab.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (overflow > 0) faults.push(`${name}: scrolls sideways by ${overflow} px`);
      const action = MAIN_ACTIONS[name];
      if (action !== undefined) {
        const control = tab.page.locator('main').getByRole(action[0], { name: action[1] }).first();
        await control.waitFor({ timeout: 10_000 }).catch(() => faults.push(`${name}: ${action[1]} is not visible`));
      }
      faults.push(...(await outOfReach(tab.page)).map((fault) => `${name}: ${fault}`));
      await tab.close();
    }
    expect(faults).toEqual([]);
  });
});
