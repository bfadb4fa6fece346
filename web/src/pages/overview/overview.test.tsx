import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import type { Usage } from '@/api/types';
import { ok, problem } from '@/test/fake-api';
import { configuration, configurations, forecast, history, NOW, page, profile, repository, run, runs, usage, usages } from '@/test/fixtures';
import { renderApp, serve } from '@/test/render';
import { answerOf, projectionOf, reasonOf } from './answer';
import { attentionOf } from './attention';

const now = Date.parse(NOW);

describe('the answer', () => {
  it('states_when_the_limit_is_reached_and_what_is_skipped', () => {
    const reached = forecast({ limit_reached_at: '2026-11-21T18:00:00.000Z', runs_over_limit: 3 });
    expect(answerOf(usage(), reached, 'UTC', now)).toBe('42 of 50 runs used. At this rate the limit is reached today at 18:00 UTC; 3 reports will be skipped.');
  });
  it('states_that_the_month_fits', () => {
    const fits = forecast({ runs_due: 10, runs_over_limit: 0, projected_runs: 28, limit_reached_at: null });
    expect(answerOf(usages.normal, fits, 'UTC', now)).toBe('18 of 50 runs used. The 10 scheduled runs still due fit: 28 are expected by the end of November.');
  });
  it('states_when_runs_start_again', () => {
    expect(answerOf(usages.reached, forecast({ runs_over_limit: 20 }), 'Europe/Berlin', now)).toBe(
      'All 50 runs of November are used. 20 scheduled reports will be skipped until runs start again on 1 December 2026, 00:00 UTC.',
    );
  });
  it('states_that_there_is_no_limit', () => {
    expect(answerOf(usages.unlimited, forecast({ projected_runs: 2622, runs_due: 780 }), 'UTC', now)).toBe('1,842 runs counted this month, and no limit. 2,622 are expected by the end of the month.');
  });
  it('needs_no_forecast', () => expect(answerOf(usages.empty, undefined, 'UTC', now)).toBe('None of 50 runs used yet.'));
});

describe('the forecast', () => {
  it('names_the_schedules_that_are_its_reason', () => {
    expect(reasonOf(forecast())).toBe('10 of Daily report, 9 of Evening changelog, 1 of Weekly summary');
  });
  it('passes_through_the_instant_at_which_the_limit_is_reached', () => {
    const { points } = projectionOf(forecast());
    expect(points.map(({ day, sum }) => [Math.round(day * 100) / 100, sum])).toEqual([[20.6, 42], [24.75, 50], [30, 62]]);
  });
});

describe('what needs action', () => {
  it('is_nothing_if_all_is_well', () => expect(attentionOf([configuration()], [run()], profile())).toEqual([]));
  it('is_a_dead_endpoint_a_failed_report_and_a_report_that_was_not_delivered', () => {
    const titles = attentionOf([...configurations().slice(0, 2)], runs(), profile()).map((item) => item.title);
    expect(titles).toEqual(['The last report of Evening changelog failed', 'A report of Weekly summary was not delivered']);
    const dead = attentionOf(configurations().slice(2), runs(), profile());
    expect(dead.map((item) => item.title)).toEqual(['The webhook of Weekly summary is disabled']);
    expect(dead[0]?.text).toBe('It answered that it no longer exists. The answer was HTTP 410. Nothing is sent to it, and its schedule is paused.');
  });
  it('shows_what_is_serious_first', () => {
    const failing = configuration({ delivery_health: { state: 'failing', reason: null, response_status: 503, since: NOW } });
    expect(attentionOf([failing, ...configurations().slice(2)], [], profile()).map((item) => item.tone)).toEqual(['bad', 'warn']);
  });
});

describe('the page', () => {
  it('opens_with_one_sentence_and_shows_what_needs_action_before_the_usage_and_the_charts', async () => {
    serve('approaching');
    renderApp();
    const sentence = await screen.findByRole('heading', { level: 1, name: /42 of 50 runs used. At this rate the limit is reached on 25 November at 19:00 Europe\/Berlin; 12 reports will be skipped./ });
    const action = await screen.findByRole('region', { name: 'Needs action' });
    const usageCard = await screen.findByRole('heading', { name: 'Usage in November' });
    const chart = await screen.findByRole('heading', { name: 'Will this month fit?' });
    const order = [sentence, action, usageCard, chart];
    for (let index = 1; index < order.length; index += 1) {
      expect((order[index - 1] as Node).compareDocumentPosition(order[index] as Node) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy();
    }
    expect(within(action).getByRole('link', { name: 'Check webhook' }).getAttribute('href')).toBe('/app/configurations/0199c2b4-6f00-7c3e-8a53-000000000003'.replace('003', '002'));
  });

  it('says_in_one_line_that_nothing_needs_action', async () => {
    serve('normal');
    renderApp();
    expect(await screen.findByText('Nothing needs action: every webhook answers, and no report has failed.')).toBeTruthy();
  });

  it('has_a_sentence_and_a_table_for_each_chart', async () => {
    serve('approaching');
    renderApp();
    expect(await screen.findByText('No: 12 of 20 due runs don’t fit. The limit is reached on 25 November at 19:00 Europe/Berlin.')).toBeTruthy();
    expect(await screen.findByText('42 runs so far this month, 46 in October 2026, the most of the last 12 months.')).toBeTruthy();
    const days = await screen.findByRole('table', { name: 'Days of November 2026, in UTC', hidden: true });
    expect(within(days).getAllByRole('row', { hidden: true }).map((row) => row.textContent)[1]).toMatch(/^1 November/);
    expect(within(days).getAllByRole('row', { hidden: true }).length).toBe(1 + 21 + 1);
    const months = await screen.findByRole('table', { name: 'Usage of the last 12 months', hidden: true });
    expect(within(months).getAllByRole('rowheader', { hidden: true }).map((cell) => cell.textContent).slice(0, 2)).toEqual(['November 2026', 'October 2026']);
  });

  it('shows_numbers_instead_of_a_chart_of_one_bar', async () => {
    serve('approaching', { 'GET /report-runs/usage/history': () => ok({ data: history([...new Array<number>(11).fill(0), 42]), pagination: {} }) });
    renderApp();
    expect(await screen.findByText('The chart appears with the second month.')).toBeTruthy();
    expect(screen.getByText('This is the first month with runs.')).toBeTruthy();
  });

  it('lists_the_last_runs_with_their_delivery_and_cost', async () => {
    serve('approaching');
    renderApp();
    const table = await screen.findByRole('table', { name: 'Last runs' });
    const rows = within(table).getAllByRole('row');
    expect(rows[1]?.textContent).toContain('Daily report');
    expect(rows[1]?.textContent).toContain('Delivered');
    expect(rows[1]?.textContent).toContain('$0.002720');
    expect(within(rows[1]!).getByText(run().headline!).title).toBe(run().headline);
    // The zone is the profile's, which may arrive after the runs.
    await waitFor(() => expect(rows[1]?.textContent).toContain('21 November 2026, 09:00 Europe/Berlin'));
  });

  it('offers_the_first_step_to_a_new_account', async () => {
    serve('empty');
    const { router } = renderApp();
    expect(await screen.findByRole('link', { name: 'Add repository' })).toBeTruthy();
    expect(screen.queryByRole('heading', { name: 'Will this month fit?' })).toBeNull();
    await userEvent.click(screen.getByRole('link', { name: 'Add repository' }));
    expect(await screen.findByRole('dialog', { name: 'Add repository' })).toBeTruthy();
    await waitFor(() => expect(router.state.location.pathname).toBe('/app/repositories'));
  });

  it('offers_a_configuration_to_an_account_with_a_repository', async () => {
    serve('empty', { 'GET /report-runs/usage': () => ok({ ...usages.empty, currentRepositories: 1 }), 'GET /repositories': () => ok({ data: [repository()], pagination: page() }) });
    renderApp();
    await userEvent.click(await screen.findByRole('link', { name: 'Add configuration' }));
    expect(await screen.findByRole('button', { name: 'Create configuration' })).toBeTruthy();
  });

  it('shows_an_error_with_its_request_and_tries_again', async () => {
    let isDown = true;
    serve('normal', { 'GET /report-runs/usage': () => (isDown ? problem(422, { title: 'Invalid', detail: 'The month is invalid.' }) : ok(usages.normal)) });
    renderApp();
    const alert = await screen.findByRole('alert', {}, { timeout: 4_000 });
    expect(alert.textContent).toContain('The month is invalid.');
    expect(alert.textContent).toContain('req-4711');
    isDown = false;
    await userEvent.click(within(alert).getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('18', { selector: '.gru-number' })).toBeTruthy();
  });

  it('refreshes_what_depends_on_runs_when_the_counter_has_changed', async () => {
    let data: Usage = usages.normal;
    const { requests } = serve('normal', { 'GET /report-runs/usage': () => ok(data) });
    const { queryClient } = renderApp();
    await screen.findByText('18', { selector: '.gru-number' });
    const forecasts = () => requests.filter((request) => request.path.endsWith('/forecast')).length;
    await waitFor(() => expect(forecasts()).toBe(1));
    data = { ...usages.normal, revision: 78, runsUsed: 19 };
    await queryClient.invalidateQueries({ queryKey: ['report-runs', 'usage'], exact: true });
    await screen.findByText('19', { selector: '.gru-number' });
    await waitFor(() => expect(forecasts()).toBe(2));
  });
});
