/** Every page in an enlarged window: nothing is out of reach. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, openTab, signIn } from './support/browser';
import { outOfReach, sidewaysBy } from './support/layout';
import { allPages, visit, type PageUnderTest } from './support/pages';

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

describe.each([
  ['200 %', { width: 1440, height: 900, zoom: 2 }],
  ['400 %, where 1280 px have room for 320', { width: 1280, height: 1024, zoom: 4 }],
])('enlarged to %s', (_, view) => {
  it('no_page_scrolls_sideways_and_each_control_can_be_reached', async () => {
    const faults = await visit(pages, async ({ name, path, role }) => {
      const found: string[] = [];
      const tab = await openTab(browser, view);
      await signIn(tab, path, role);
      const overflow = await sidewaysBy(tab.page);
      if (overflow > 0) found.push(`scrolls sideways by ${overflow} px`);
      const action = MAIN_ACTIONS[name];
      if (action !== undefined) {
        const control = tab.page.locator('main').getByRole(action[0], { name: action[1] }).first();
        await control.waitFor({ timeout: 10_000 }).catch(() => found.push(`${action[1]} is not visible`));
      }
      found.push(...(await outOfReach(tab.page)));
      await tab.close();
      return found.map((fault) => `${name}: ${fault}`);
    });
    expect(faults).toEqual([]);
  });
});
