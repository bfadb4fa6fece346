import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { ok, problem, type Routes } from '@/test/fake-api';
import { breakdown, ids } from '@/test/fixtures';
import { renderApp, serve } from '@/test/render';

async function open(routes: Routes = {}) {
  const { requests } = serve('approaching', routes);
  renderApp();
  const card = within(await screen.findByRole('region', { name: 'Usage by configuration, repository or model' }));
  const asked = () => requests.filter((each) => each.path.endsWith('/breakdown')).map((each) => Object.fromEntries(each.query));
  const table = async (name: string) => within(await card.findByRole('table', { name }));
  return { card, asked, table };
}

const textsOf = (row: HTMLElement) => within(row).getAllByRole('cell').map((cell) => cell.textContent);

describe('the breakdown of a month', () => {
  it('shows_runs_successful_failed_tokens_cost_and_share_of_each_configuration', async () => {
    const { table, asked } = await open();
    const rows = (await table('Usage of November 2026 by configuration')).getAllByRole('row');
    expect(within(rows[0]!).getAllByRole('columnheader').map((cell) => cell.textContent)).toEqual(['Configuration', 'Runs', 'Successful', 'Failed', 'Tokens', 'Cost', 'Of the cost']);
    expect(textsOf(rows[1]!)).toEqual(['Daily report', 'Runs32', 'Successful31', 'Failed1', 'Tokens402,150', 'Cost$0.673100', 'Of the cost62 %']);
    expect(rows.length).toBe(5);
    expect(asked()).toEqual([{ month: '2026-11', by: 'configuration' }]);
  });

  it('links_to_what_exists_and_names_what_is_deleted', async () => {
    const { table } = await open();
    const found = await table('Usage of November 2026 by configuration');
    expect(found.getByRole('link', { name: 'Daily report' }).getAttribute('href')).toBe(`/app/configurations/${ids.daily}`);
    expect((await found.findByText('(deleted)')).parentElement?.textContent).toBe('Release notes (deleted)');
    expect(found.queryByRole('link', { name: /Release notes/ })).toBeNull();
  });

  it('calls_nothing_deleted_while_the_list_is_not_known', async () => {
    const { table } = await open({ 'GET /report-configurations': () => problem(503) });
    expect((await table('Usage of November 2026 by configuration')).getByRole('link', { name: 'Release notes' })).toBeTruthy();
  });

  it('divides_by_repository_and_by_model', async () => {
    const { card, table } = await open();
    await table('Usage of November 2026 by configuration');
    await userEvent.selectOptions(card.getByLabelText('By'), 'Repository');
    const repositories = await table('Usage of November 2026 by repository');
    expect(repositories.getByRole('link', { name: 'octocat/hello-world' }).getAttribute('href')).toBe(`/app/repositories/${ids.repository}`);
    expect((await repositories.findByText('(deleted)')).parentElement?.textContent).toBe('octocat/spoon-knife (deleted)');
    await userEvent.selectOptions(card.getByLabelText('By'), 'Model');
    const rows = (await table('Usage of November 2026 by model')).getAllByRole('row').slice(1);
    expect(rows.map((row) => textsOf(row)[0])).toEqual(['gpt-6-luna', 'gpt-6-sol', 'No model']);
    expect(rows.map((row) => textsOf(row)[6])).toEqual(['Of the cost100 %', 'Of the cost< 1 %', 'Of the cost0 %']);
  });

  it('shows_another_month', async () => {
    const { card, table, asked } = await open();
    await table('Usage of November 2026 by configuration');
    await userEvent.selectOptions(card.getByLabelText('Month (UTC)'), 'October 2026');
    expect(await table('Usage of October 2026 by configuration')).toBeTruthy();
    expect(asked().at(-1)).toEqual({ month: '2026-10', by: 'configuration' });
  });

  it('compares_runs_where_nothing_has_a_price', async () => {
    const month = breakdown({ by: 'configuration' });
    const free = { ...month, data: month.data.slice(0, 2).map((each) => ({ ...each, cost_usd: 0 })) };
    const { table } = await open({ 'GET /report-runs/usage/breakdown': () => ok(free) });
    const rows = (await table('Usage of November 2026 by configuration')).getAllByRole('row');
    expect(rows.slice(1).map((row) => textsOf(row)[6])).toEqual(['Of the runs73 %', 'Of the runs27 %']);
  });

  it('shows_the_first_ones_and_the_rest_on_request', async () => {
    const month = breakdown({ by: 'configuration' });
    const many = { ...month, data: Array.from({ length: 8 }, (_, index) => ({ ...month.data[0]!, id: `${ids.daily.slice(0, -2)}${index + 10}`, name: `Report ${index}` })) };
    const { card, table } = await open({ 'GET /report-runs/usage/breakdown': () => ok(many) });
    const found = await table('Usage of November 2026 by configuration');
    expect(found.getAllByRole('row').length).toBe(6);
    await userEvent.click(card.getByRole('button', { name: 'Show 3 more' }));
    await waitFor(() => expect(found.getAllByRole('row').length).toBe(9));
  });

  it('is_a_table_of_grey_rows_while_it_loads', async () => {
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const { card, table } = await open({
      'GET /report-runs/usage/breakdown': async ({ query }) => {
        await held;
        return ok(breakdown({ by: query.get('by') }));
      },
    });
    const status = await card.findByRole('status', { name: 'Loading the usage by configuration' });
    // The account has three configurations: as many rows are likely.
    expect(status.querySelectorAll('tbody tr').length).toBe(3);
    release();
    await table('Usage of November 2026 by configuration');
    expect(card.queryByRole('status')).toBeNull();
  });

  it('says_that_no_run_has_ended', async () => {
    const { card } = await open({ 'GET /report-runs/usage/breakdown': () => ok(breakdown({ by: 'configuration', isEmpty: true })) });
    expect(await card.findByText('No run has ended in November 2026')).toBeTruthy();
  });

  it('shows_the_words_of_the_api_and_tries_again', async () => {
    let fails = true;
    const { card, table } = await open({ 'GET /report-runs/usage/breakdown': () => (fails ? problem(422, { detail: 'The month is invalid.' }) : ok(breakdown({ by: 'configuration' }))) });
    const alert = within(await card.findByRole('alert'));
    expect(alert.getByText('The month is invalid.')).toBeTruthy();
    fails = false;
    await userEvent.click(alert.getByRole('button', { name: 'Try again' }));
    expect(await table('Usage of November 2026 by configuration')).toBeTruthy();
  });
});
