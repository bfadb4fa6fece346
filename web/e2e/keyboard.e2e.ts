import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectClean, launch, openTab, settled, signIn, type Tab } from './support/browser';
import { Keyboard } from './support/keyboard';
import { allPages, Api, listedAccount, visit } from './support/pages';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

async function start(path: string, role: 'user' | 'admin' = 'user'): Promise<{ tab: Tab; page: Tab['page']; keys: Keyboard }> {
  const tab = await openTab(browser);
  await signIn(tab, path, role);
  return { tab, page: tab.page, keys: new Keyboard(tab.page) };
}

/** Waits for it: the focus follows an address or a dialog when the page has been shown. */
const expectFocusOn = (page: Tab['page'], selector: string) =>
  expect.poll(() => page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector), WAIT).toBe(true);
const WAIT = { timeout: 30_000 };

describe('by keyboard alone', () => {
  it('the_first_stop_skips_to_the_content', async () => {
    const { tab, page, keys } = await start('/');
    await keys.press('Tab');
    expect(await page.locator(':focus').textContent()).toBe('Skip to the content');
    await keys.press('Enter');
    await expectFocusOn(page, '#main');
    expectClean(tab);
    await tab.close();
  });

  it('shortcuts_open_pages_and_their_list', async () => {
    const { tab, page, keys } = await start('/');
    await keys.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await keys.press('Escape');
    await expect.poll(() => page.locator('dialog[open]').count(), WAIT).toBe(0);
    await keys.press('g', 'p');
    await page.waitForURL('**/app/profile');
    await expectFocusOn(page, '#main');
    await keys.press('g', 'o');
    await page.waitForURL((url) => url.pathname === '/');
    expectClean(tab);
    await tab.close();
  });

  it('the_time_zone_is_found_chosen_and_saved', async () => {
    const { tab, page, keys } = await start('/app/profile');
    const field = page.getByRole('combobox', { name: 'Time zone' });
    await keys.tabTo(field);
    await keys.type('kolkata');
    await page.getByRole('option', { name: /Asia\/Kolkata/ }).waitFor();
    await keys.press('ArrowDown', 'Enter');
    await expect.poll(() => field.inputValue(), WAIT).toBe('Asia/Kolkata');
    await keys.activate(page.getByRole('button', { name: 'Save time zone' }));
    await page.getByText('Instants are shown in Asia/Kolkata.').waitFor();
    await keys.tabTo(field);
    await keys.type('Europe/Berlin');
    await keys.press('Enter');
    await page.getByText('Instants are shown in Europe/Berlin.').waitFor();
    expectClean(tab);
    await tab.close();
  });

  it('a_dialog_keeps_the_focus_and_gives_it_back', async () => {
    const { tab, page, keys } = await start('/app/profile');
    const opener = page.getByRole('button', { name: 'Delete account' }).first();
    await keys.activate(opener);
    const dialog = page.getByRole('dialog', { name: 'Delete your account?' });
    await dialog.waitFor();
    for (let stop = 0; stop < 8; stop += 1) {
      expect(await dialog.evaluate((element) => element.contains(document.activeElement) || document.activeElement === document.body)).toBe(true);
      await keys.press('Tab');
    }
    await keys.press('Escape');
    await expect.poll(() => opener.evaluate((element) => element === document.activeElement), WAIT).toBe(true);
    expectClean(tab);
    await tab.close();
  });

  it('an_operator_finds_an_account_and_raises_its_limit', async () => {
    const { tab, page, keys } = await start('/app/admin', 'admin');
    let first: string | null = (await new Api().get<{ user_id: string }>('/users/profile')).user_id;
    if ((await listedAccount()) === undefined) {
      await page.goto(`/app/admin/accounts/${first}`);
    } else {
      await keys.press('/');
      await expectFocusOn(page, '[data-search]');
      first = await page.getByRole('cell').first().locator('.sr-only').textContent();
      await keys.type(first ?? '');
      await page.waitForFunction((id) => document.querySelector('tbody')?.rows.length === 1 && document.querySelector('tbody tr td .sr-only')?.textContent === id, first);
      // At once: what follows from the search later must not lead back.
      await keys.activate(page.getByRole('cell').first().getByRole('link'));
      await page.waitForURL('**/app/admin/accounts/*');
      await expectFocusOn(page, '#main');
    }
    await settled(page);
    expect(page.url()).toContain(`/app/admin/accounts/${first}`);
    const limit = page.getByRole('textbox', { name: 'Runs a month' });
    await keys.tabTo(limit);
    await keys.press('ControlOrMeta+a');
    const wanted = (await limit.inputValue()) === '777' ? '778' : '777';
    await keys.type(wanted);
    await keys.press('Enter');
    await page.getByText(new RegExp(`runs a month .* → ${wanted}\\b`)).first().waitFor();
    expectClean(tab);
    await tab.close();
  });
});

describe('on every page', () => {
  it('each_stop_has_a_name_and_a_visible_focus', async () => {
    const faults = await visit(await allPages(), async ({ name, path, role }) => {
      const found: string[] = [];
      const { tab, keys } = await start(path, role);
      const stops = await keys.stops();
      expect(stops.length, `stops of ${path}`).toBeGreaterThan(3);
      for (const stop of stops) {
        if (!/"[^"]+"|: \S/.test(stop.spoken) && !stop.spoken.startsWith('text:')) found.push(`${name}: ${stop.spoken} has no name`);
        if (!stop.isVisible) found.push(`${name}: the focus of ${stop.spoken} can’t be seen`);
      }
      await tab.close();
      return found;
    });
    expect(faults).toEqual([]);
  });
});
