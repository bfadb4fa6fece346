import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ok, problem } from '@/test/fake-api';
import { listRuns, manyRuns } from '@/test/fake-runs';
import { ids, page, run } from '@/test/fixtures';
import { renderApp, serve } from '@/test/render';

const listOf = (requests: { path: string; query: URLSearchParams }[]) => requests.filter((each) => each.path === '/report-runs' && each.query.get('limit') !== '5');

let saved: Blob[] = [];
beforeEach(() => {
  saved = [];
  URL.createObjectURL = (blob: Blob) => `blob:${saved.push(blob)}`;
  URL.revokeObjectURL = () => {};
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => {});
});

/** A short list, since each query by role reads the whole document. */
const few = manyRuns(4).slice(1);
const short = { 'GET /report-runs': listRuns(few) };

async function table() {
  return screen.findByRole('table', { name: 'Runs, newest first' });
}

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('tbody tr')];
}

function textOf(element: HTMLElement | undefined): string {
  return (element?.textContent ?? '').replaceAll(/\s+/g, ' ');
}

describe('runs', () => {
  it('are_listed_with_status_delivery_and_cost', async () => {
    serve('approaching', short);
    renderApp('/app/runs');
    await table();
    expect(rows()).toHaveLength(8);
    expect(textOf(rows()[0]!)).toContain('Daily report');
    expect(textOf(rows()[0]!)).toContain('Success');
    expect(textOf(rows()[0]!)).toContain('Delivered');
    expect(textOf(rows()[0]!)).toContain('$0.00272');
    expect(textOf(rows()[3]!)).toContain('HTTP 503, 11 attempts');
    expect(within(rows()[0]!).getByRole('link', { name: 'Daily report' })).toHaveProperty('href', `${location.origin}/app/runs/019bc130-1ac0-7c3e-8a53-000000000001`);
  });

  it('show_their_headline_as_plain_text_and_how_many_repositories', async () => {
    const headline = 'Checkout is **rewritten** ([see](https://attacker.example/)).';
    const others = ['docs', 'site'].map((name) => ({ ...run().repositories[0]!, repository_id: ids.docs, repository_name: `octocat/${name}` }));
    serve('approaching', { 'GET /report-runs': listRuns([run({ headline, repositories: [...run().repositories, ...others] }), run({ id: ids.docs, headline: null })]) });
    renderApp('/app/runs');
    await table();
    const line = within(rows()[0]!).getByText(headline);
    expect([line.title, line.className.includes('truncate'), line.querySelector('a, strong')]).toEqual([headline, true, null]);
    expect(textOf(rows()[0])).toContain('octocat/hello-world and 2 more, schedule');
    expect(rows()[1]?.querySelector('[title].truncate')).toBeNull();
  });

  it('show_their_sum', async () => {
    serve('normal');
    renderApp('/app/runs');
    await table();
    expect(screen.getByText('2 runs: $0.007537, 40,302 tokens.')).toBeTruthy();
  });

  it('older_ones_are_read_by_cursor', async () => {
    const { requests } = serve('approaching');
    renderApp('/app/runs');
    await table();
    await userEvent.click(screen.getByRole('button', { name: 'Show older runs' }));
    await waitFor(() => expect(rows()).toHaveLength(100));
    await waitFor(() => expect(listOf(requests).map((each) => each.query.get('cursor'))).toEqual([null, '50']));
    await userEvent.click(screen.getByRole('button', { name: 'Show older runs' }));
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Show older runs' })).toBeNull());
    expect(rows()).toHaveLength(124);
  });

  it('are_filtered_by_the_address', async () => {
    const { requests } = serve('approaching', short);
    renderApp(`/app/runs?status=failed&configuration_id=${ids.changelog}&from=2026-11-01&to=2026-11-30`);
    await table();
    expect(rows()).toHaveLength(1);
    expect(Object.fromEntries(listOf(requests)[0]?.query ?? [])).toEqual({
      status: 'failed', configuration_id: ids.changelog, from: '2026-11-01T00:00:00.000Z', to: '2026-12-01T00:00:00.000Z', limit: '50',
    });
    expect(screen.getByLabelText('Status')).toHaveProperty('value', 'failed');
    expect(await screen.findByDisplayValue('Evening changelog')).toBe(screen.getByLabelText('Configuration'));
    expect(screen.getByLabelText('To (UTC)')).toHaveProperty('value', '2026-11-30');
  });

  it('a_chosen_filter_is_written_to_the_address_and_can_be_cleared', async () => {
    serve('approaching', short);
    const { router } = renderApp('/app/runs');
    await table();
    await userEvent.selectOptions(screen.getByLabelText('Delivery'), 'Exhausted');
    await waitFor(() => expect(rows()).toHaveLength(1));
    await waitFor(() => expect(router.state.location.search).toEqual({ delivery_state: 'exhausted' }));
    await userEvent.click(screen.getByRole('button', { name: 'Clear filters' }));
    await waitFor(() => expect(rows()).toHaveLength(8));
    await waitFor(() => expect(router.state.location.search).toEqual({}));
  });

  it('a_name_is_searched_and_becomes_the_filter_by_keyboard', async () => {
    serve('approaching', short);
    const { router } = renderApp('/app/runs');
    await table();
    await userEvent.keyboard('/');
    const box = screen.getByRole('combobox', { name: /Search by configuration/ });
    await waitFor(() => expect(document.activeElement).toBe(box));
    await userEvent.keyboard('daily');
    await waitFor(() => expect(screen.getAllByRole('option').filter((each) => each.closest('[role=listbox]'))).toHaveLength(1));
    await userEvent.keyboard('{Enter}');
    await waitFor(() => expect(router.state.location.search).toEqual({ configuration_id: ids.daily }));
    await userEvent.keyboard('zzz');
    expect(await screen.findByText(/No configuration or repository has this in its name/)).toBeTruthy();
  });

  it('a_run_is_opened_by_its_id', async () => {
    serve('approaching', short);
    const { router } = renderApp('/app/runs');
    await table();
    await userEvent.type(screen.getByRole('combobox', { name: /Search by configuration/ }), `${run().id}{Enter}`);
    await waitFor(() => expect(router.state.location.pathname).toBe(`/app/runs/${run().id}`));
  });

  it('an_empty_account_sees_the_first_step', async () => {
    serve('empty');
    renderApp('/app/runs');
    expect(await screen.findByText('No run yet')).toBeTruthy();
    expect(screen.getByRole('link', { name: 'Add configuration' })).toHaveProperty('href', `${location.origin}/app/configurations`);
  });

  it('a_filter_without_a_match_can_be_cleared', async () => {
    serve('normal');
    renderApp('/app/runs?status=cancelled');
    expect(await screen.findByText('No run matches the filter')).toBeTruthy();
  });

  it('a_filter_that_skips_many_runs_goes_on_and_then_asks', async () => {
    const { requests } = serve('approaching', {
      'GET /report-runs': ({ query }) => ok({ data: [], pagination: page({ has_more: true, next_cursor: String(Number(query.get('cursor') ?? 0) + 1) }) }),
    });
    renderApp('/app/runs?status=cancelled');
    expect(await screen.findByText('No match among the newest runs')).toBeTruthy();
    expect(listOf(requests)).toHaveLength(5);
    expect(screen.getByRole('button', { name: 'Search older runs' })).toBeTruthy();
  });

  it('an_error_has_the_words_of_the_server_and_a_retry', async () => {
    let fails = true;
    serve('approaching', { 'GET /report-runs': () => (fails ? problem(503) : ok({ data: few, pagination: page() })) });
    renderApp('/app/runs');
    const alert = await screen.findByRole('alert');
    expect(textOf(alert)).toContain('The table is throttled. Try again in a minute.');
    expect(textOf(alert)).toContain('req-4711');
    fails = false;
    await userEvent.click(within(alert).getByRole('button', { name: 'Try again' }));
    await table();
    expect(rows()).toHaveLength(8);
  });

  it('a_refused_day_is_shown_at_its_field', async () => {
    serve('approaching', {
      'GET /report-runs': () =>
        problem(422, { code: 'VALIDATION_FAILED', title: 'Invalid request', detail: 'The query is invalid.', errors: [{ pointer: '/to', detail: 'Must be after from.' }] }),
    });
    renderApp('/app/runs?from=2026-11-30&to=2026-11-01');
    await screen.findByRole('alert');
    const field = screen.getByLabelText('To (UTC)');
    expect(document.getElementById(field.getAttribute('aria-describedby') ?? '')?.textContent).toBe('Must be after from.');
  });

  it('an_error_of_an_older_page_keeps_the_rows', async () => {
    serve('approaching', { 'GET /report-runs': ({ query }) => (query.get('cursor') === null ? ok({ data: manyRuns(5), pagination: page({ has_more: true, next_cursor: 'x' }) }) : problem(503)) });
    renderApp('/app/runs');
    await table();
    await userEvent.click(screen.getByRole('button', { name: 'Show older runs' }));
    await screen.findByRole('alert');
    expect(rows()).toHaveLength(10);
  });
});

describe('the export', () => {
  async function open(path: string) {
    renderApp(path);
    await table();
    await userEvent.click(screen.getByRole('button', { name: 'Export runs' }));
    return screen.findByRole('dialog', { name: 'Export runs' });
  }

  it('of_a_narrower_filter_is_read_from_the_listed_pages_and_says_so', async () => {
    const { requests } = serve('approaching', short);
    const dialog = await open('/app/runs?trigger=schedule');
    expect(textOf(dialog)).toContain('Runs with trigger schedule. Read from the list page by page');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Download CSV' }));
    expect(await within(dialog).findByText(/report-runs-filtered-2026-11-21\.csv has \d+ runs/)).toBeTruthy();
    const text = await saved[0]?.text();
    const shown = few.filter((each) => each.trigger === 'schedule');
    expect(text?.trim().split('\r\n')).toHaveLength(shown.length + 1);
    expect(listOf(requests).some((each) => each.query.get('limit') === '100' && each.query.get('trigger') === 'schedule')).toBe(true);
  });

  it('of_a_whole_month_is_the_export_of_the_api_with_all_its_pages', async () => {
    const { requests } = serve('approaching', {
      'GET /report-runs/export': ({ query }) => ({
        status: 200, body: query.get('cursor') === null ? 'id,status\r\na,success\r\n' : 'id,status\r\nb,failed\r\n',
        headers: { 'content-type': 'text/csv', ...(query.get('cursor') === null ? { link: '</report-runs/export?month=2026-11&format=csv&cursor=c2>; rel="next"' } : {}) },
      }),
    });
    const dialog = await open('/app/runs?from=2026-11-01&to=2026-11-30');
    expect(textOf(dialog)).toContain('The API’s export, which is complete');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Download CSV' }));
    expect(await within(dialog).findByText('report-runs-2026-11.csv has 2 runs')).toBeTruthy();
    expect(await saved[0]?.text()).toBe('id,status\r\na,success\r\nb,failed\r\n');
    expect(requests.filter((each) => each.path === '/report-runs/export').map((each) => each.query.get('cursor'))).toEqual([null, 'c2']);
  });

  it('of_a_month_ignores_the_filter', async () => {
    const { requests } = serve('approaching', short);
    const dialog = await open('/app/runs?status=failed');
    await userEvent.click(within(dialog).getByRole('radio', { name: 'A month, without the filter' }));
    await userEvent.selectOptions(within(dialog).getByLabelText('Month (UTC)'), 'October 2026');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Download CSV' }));
    expect(await within(dialog).findByText('report-runs-2026-10.csv has 5 runs')).toBeTruthy();
    expect(requests.find((each) => each.path === '/report-runs/export')?.query.get('month')).toBe('2026-10');
  });

  it('that_fails_says_why_and_can_be_repeated', async () => {
    serve('approaching', { 'GET /report-runs/export': () => problem(503) });
    const dialog = await open('/app/runs?from=2026-11-01&to=2026-11-30');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Download CSV' }));
    expect(textOf(await within(dialog).findByRole('alert'))).toContain('The table is throttled');
    expect(saved).toHaveLength(0);
  });
});
