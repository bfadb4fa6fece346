import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { account, adminAccount, adminAccounts, adminRoutes, adminUsage, noUsage } from '@/test/fake-admin';
import { ok, problem, type Routes } from '@/test/fake-api';
import { outdated } from '@/test/fake-profile';
import { NOW, page, token } from '@/test/fixtures';
import { renderApp, serve } from '@/test/render';
import { activeDays, costSentence, healthSentence } from './fleet';

const OWN = '0d9c5e0e-6c1b-4a53-9d2f-000000000a11';

const asAdmin: Routes = {
  'POST /demo/session': () => ok({ access_token: token({ app_metadata: { role: 'admin' } }), expires_at: '2100-01-01T00:00:00.000Z', user_id: OWN }),
};

async function open(path: string, routes: Routes = {}) {
  const { requests } = serve('approaching', { ...asAdmin, ...routes });
  const app = renderApp(path);
  await screen.findByRole('heading', { level: 1 });
  const sent = (method: string, at: string) => requests.filter((each) => each.method === method && each.path === at);
  return { ...app, user: userEvent.setup(), sent };
}

describe('who_sees_it', () => {
  it('is_not_in_the_menu_and_explains_itself_without_the_admin_claim', async () => {
    const { requests } = serve();
    renderApp('/app/admin');
    expect(await screen.findByText('This page is for operators')).toBeTruthy();
    expect(screen.queryByRole('link', { name: 'Admin' })).toBeNull();
    expect(screen.queryByRole('table')).toBeNull();
    expect(requests.filter((each) => each.path.startsWith('/admin'))).toEqual([]);
  });
});

describe('accounts', () => {
  it('lists_them_with_this_months_usage_and_pages_by_cursor', async () => {
    const { user, sent } = await open('/app/admin');
    const table = await screen.findByRole('table', { name: 'Accounts with this month’s usage' });
    expect(within(table).getAllByRole('row').length).toBe(51);
    const row = within(table).getByText(OWN).closest('tr')!;
    expect(row.textContent).toContain('42 of 50');
    expect(row.textContent).toContain('84 %');
    expect(row.textContent).toContain('Near limit');
    expect(row.textContent).toContain('$1.08');
    expect(screen.getByText('The first 50 accounts')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Show more accounts' }));
    await waitFor(() => expect(within(table).getAllByRole('row').length).toBe(65));
    expect(sent('GET', '/admin/accounts').map((each) => each.query.get('cursor'))).toContain('50');
    expect(screen.queryByRole('button', { name: 'Show more accounts' })).toBeNull();
  });
  it('says_first_how_many_are_near_their_limit', async () => {
    const { user, router } = await open('/app/admin');
    const near = adminAccounts().filter((each) => each.warning !== 'none').length;
    expect(await screen.findByText(new RegExp(`^${near} accounts are near or at the limit`))).toBeTruthy();
    await user.click(screen.getByRole('link', { name: 'Show only these' }));
    await waitFor(() => expect(screen.getAllByRole('row').length).toBe(near + 1));
    await waitFor(() => expect(router.state.location.search).toEqual({ near_limit: true }));
    await waitFor(() => expect(screen.getByRole('switch', { name: 'Near the limit only' }).getAttribute('aria-checked')).toBe('true'));
  });
  it('looks_for_them_on_the_pages_after_an_empty_one', async () => {
    const near = adminAccounts().filter((each) => each.warning !== 'none').slice(0, 2);
    const { sent } = await open('/app/admin', {
      'GET /admin/accounts': ({ query }) =>
        query.get('cursor') === 'next'
          ? ok({ data: near, pagination: page(), as_of: NOW })
          : ok({ data: [], pagination: page({ has_more: true, next_cursor: 'next' }), as_of: NOW }),
    });
    expect(await screen.findByText(/^2 accounts are near or at the limit/)).toBeTruthy();
    await waitFor(() => expect(sent('GET', '/admin/accounts').map((each) => each.query.get('cursor'))).toContain('next'));
    expect(await screen.findByRole('button', { name: 'Show more accounts' })).toBeTruthy();
  });
  it('searches_after_a_pause_and_keeps_the_search_in_the_address', async () => {
    const { user, router, sent } = await open('/app/admin');
    await screen.findByRole('table');
    const field = screen.getByRole('searchbox', { name: 'Search' });
    await user.click(field);
    // In one task, so that no pause is between the keys on a slow machine.
    for (const value of ['0', '0d9', '0d9c5e0e']) fireEvent.change(field, { target: { value } });
    await waitFor(() => expect(screen.getAllByRole('row').length).toBe(2));
    await waitFor(() => expect(router.state.location.search).toEqual({ search: '0d9c5e0e' }));
    await waitFor(() => expect(document.activeElement).toBe(field));
    expect(sent('GET', '/admin/accounts').flatMap((each) => each.query.get('search') ?? [])).toEqual(['0d9c5e0e']);
    await user.clear(field);
    await user.type(field, 'zzz');
    expect(await screen.findByText('No account matches')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Show all accounts' }));
    await waitFor(() => expect(screen.getAllByRole('row').length).toBe(51));
    await waitFor(() => expect(field).toHaveProperty('value', ''));
  });
  it('sorts_by_user', async () => {
    const { user, sent } = await open('/app/admin');
    await screen.findByRole('table');
    await user.selectOptions(screen.getByRole('combobox', { name: 'Sort by' }), 'user');
    await waitFor(() => expect(sent('GET', '/admin/accounts').map((each) => each.query.get('sort'))).toContain('user'));
  });
  it('says_what_will_be_here', async () => {
    await open('/app/admin', adminRoutes(true));
    expect(await screen.findByText('No account yet')).toBeTruthy();
    expect(await screen.findByText('No account is near its limit.')).toBeTruthy();
    expect(await screen.findByText('Not listed yet this month')).toBeTruthy();
  });
  it('shows_the_words_of_the_api_and_retries', async () => {
    const { user } = await open('/app/admin', { 'GET /admin/accounts': ({ query }) => (query.get('near_limit') === 'true' ? ok({ data: [], pagination: { has_more: false } }) : problem(503)) });
    expect(await screen.findByText('The table is throttled. Try again in a minute.')).toBeTruthy();
    expect(screen.getByText('req-4711')).toBeTruthy();
    serve('approaching', asAdmin);
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('table')).toBeTruthy();
  });
});

describe('an_account', () => {
  const path = `/app/admin/accounts/${OWN}`;
  it('shows_usage_limits_and_audit', async () => {
    await open(path);
    const month = within(await screen.findByRole('region', { name: 'This month' }));
    expect(await month.findByText('42')).toBeTruthy();
    expect(month.getByText('Near limit')).toBeTruthy();
    expect(screen.getByText('Your account')).toBeTruthy();
    expect(within(screen.getByRole('region', { name: 'Audit' })).getByText('runs per month: by plan → 50')).toBeTruthy();
  });
  it('raises_a_limit_for_the_version_that_was_seen_and_says_what_changed', async () => {
    const { user, sent } = await open(path);
    await user.type(await screen.findByLabelText('Runs a month'), '800');
    expect(await screen.findByText('Instead of the plan’s 50.')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Save plan and limits' }));
    expect(await screen.findByText('runs a month 50 → 800.')).toBeTruthy();
    const [patch] = sent('PATCH', `/admin/accounts/${OWN}`);
    expect(patch?.body).toEqual({ overrides: { monthly_runs_limit: 800 } });
    expect(patch?.headers['if-match']).toBe('"1"');
    await waitFor(() => expect(within(screen.getByRole('region', { name: 'Audit' })).getByText(/runs per month: .* → 800/)).toBeTruthy());
    await waitFor(() => expect(screen.getByRole('button', { name: 'Save plan and limits' })).toHaveProperty('disabled', true));
  });
  it('changes_the_plan', async () => {
    const { user, sent } = await open(path);
    await screen.findByRole('option', { name: 'pro' });
    await user.selectOptions(screen.getByLabelText('Plan'), 'pro');
    await user.click(screen.getByRole('button', { name: 'Save plan and limits' }));
    await waitFor(() => expect(sent('PATCH', `/admin/accounts/${OWN}`)[0]?.body).toEqual({ plan: 'pro' }));
    expect(await screen.findByText(/^plan free → pro, runs a month 50 → 500/)).toBeTruthy();
  });
  it('shows_an_invalid_limit_at_its_field', async () => {
    const { user } = await open(path);
    const field = await screen.findByLabelText('Runs a month');
    await user.type(field, 'many');
    expect(screen.getByText('A whole number, or empty for the plan’s limit.')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Save plan and limits' })).toHaveProperty('disabled', true);
    await user.clear(field);
    await user.type(field, '2000000000{Enter}');
    expect(await screen.findByText('The highest limit is 1000000000.')).toBeTruthy();
    expect(field.getAttribute('aria-invalid')).toBe('true');
  });
  it('asks_if_another_operator_changed_it', async () => {
    const { user } = await open(path);
    await user.type(await screen.findByLabelText('Runs a month'), '800');
    const other = { ...account(adminAccount()), overrides: { ...account(adminAccount()).overrides, monthly_runs_limit: 90 } };
    serve('approaching', { ...asAdmin, 'PATCH /admin/accounts/*': outdated, 'GET /admin/accounts/*': () => ok(other, { etag: '"2"' }) });
    await user.click(screen.getByRole('button', { name: 'Save plan and limits' }));
    expect(await screen.findByText('Changed elsewhere while you edited it')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Discard mine and show the newest' }));
    await waitFor(() => expect(screen.getByLabelText('Runs a month')).toHaveProperty('value', '90'));
  });
  it('is_deleted_after_its_id_is_typed', async () => {
    const { user, sent } = await open(path);
    await user.click(await screen.findByRole('button', { name: 'Delete account' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Delete this account?' }));
    expect(dialog.getByRole('button', { name: 'Delete account' })).toHaveProperty('disabled', true);
    await user.type(dialog.getByRole('textbox'), OWN);
    await user.click(dialog.getByRole('button', { name: 'Delete account' }));
    expect(await screen.findByText('This account is closed, and its data is being deleted')).toBeTruthy();
    expect(sent('DELETE', `/admin/accounts/${OWN}`).length).toBe(1);
    expect(screen.queryByRole('button', { name: 'Save plan and limits' })).toBeNull();
  });
  it('says_that_an_id_is_unknown', async () => {
    await open('/app/admin/accounts/00000000-0000-4000-8000-000000000000');
    expect(await screen.findByText('No account has this id')).toBeTruthy();
  });
});

describe('fleet_usage', () => {
  it('says_what_ran_failed_and_cost_with_tables', async () => {
    await open('/app/admin/usage');
    expect(await screen.findByText(healthSentence(adminUsage()))).toBeTruthy();
    const totals = within(screen.getByRole('region', { name: 'Totals' }));
    expect(totals.getByText('Accounts with runs').nextElementSibling?.textContent).toBe('64');
    const days = screen.getByRole('table', { name: 'Runs of November 2026 by UTC day', hidden: true });
    expect(within(days).getAllByRole('row', { hidden: true }).length).toBe(22);
    expect(within(screen.getByRole('table', { name: 'Failed runs by error code' })).getByText('GIT_UNAVAILABLE')).toBeTruthy();
    expect(within(screen.getByRole('table', { name: 'Runs, tokens and cost by model' })).getByText('gpt-6-luna')).toBeTruthy();
    expect(screen.getByText('No model')).toBeTruthy();
    expect(screen.getByText('Other models')).toBeTruthy();
  });
  it('shows_another_month', async () => {
    const { user, router, sent } = await open('/app/admin/usage');
    await screen.findByRole('region', { name: 'Totals' });
    await user.selectOptions(screen.getByRole('combobox', { name: 'Month (UTC)' }), 'October 2026');
    await waitFor(() => expect(sent('GET', '/admin/usage').at(-1)?.query.get('month')).toBe('2026-10'));
    await waitFor(() => expect(router.state.location.search).toEqual({ month: '2026-10' }));
    expect(await screen.findByText(/runs of 64 accounts in October 2026/)).toBeTruthy();
  });
  it('says_what_will_be_here', async () => {
    await open('/app/admin/usage', adminRoutes(true));
    expect(await screen.findByText('Nothing is summed up yet')).toBeTruthy();
    expect(screen.getByText('Not summed up yet')).toBeTruthy();
  });
  it('says_that_a_month_had_no_run', async () => {
    await open('/app/admin/usage', { 'GET /admin/usage': () => ok({ ...noUsage('2026-11'), as_of: NOW }) });
    expect(await screen.findByText('No run in November 2026')).toBeTruthy();
  });
  it('offers_a_retry', async () => {
    await open('/app/admin/usage', { 'GET /admin/usage': () => problem(503) });
    expect(await screen.findByRole('button', { name: 'Try again' })).toBeTruthy();
  });
  it('shows_numbers_instead_of_a_chart_of_one_day', async () => {
    const usage = adminUsage();
    const one = { ...usage, days: usage.days.slice(0, 1) };
    await open('/app/admin/usage', { 'GET /admin/usage': () => ok(one) });
    expect((await screen.findAllByText('The chart appears with the second day.')).length).toBe(2);
  });
});

describe('sentences', () => {
  it('leave_out_the_days_to_come', () => expect(activeDays(adminUsage()).length).toBe(21));
  it('say_that_none_failed', () => {
    const usage = adminUsage();
    expect(healthSentence({ ...usage, accounts: 1, totals: { ...usage.totals, runs: 1, successful_runs: 1, failed_runs: 0, cancelled_runs: 0, blocked_runs: 0 } })).toBe('1 run of 1 account in November 2026; none failed.');
  });
  it('say_that_nothing_was_spent', () => expect(costSentence({ ...adminUsage(), days: [] })).toBe('Nothing yet.'));
});
