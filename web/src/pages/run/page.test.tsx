import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import type { RunWithContent } from '@/api/types';
import { ok, problem, type FakeRequest, type Routes } from '@/test/fake-api';
import { estimate } from '@/test/fake-holdings';
import { deliveriesOf, facts, withContent } from '@/test/fake-runs';
import { ids, run, runs } from '@/test/fixtures';
import { renderApp, serve } from '@/test/render';

const ID = run().id;

/** The page of a run, and every request that it makes. */
function open(of: RunWithContent, routes: Routes = {}) {
  const { requests } = serve('approaching', {
    'GET /report-runs/*': () => ok(of),
    'GET /report-runs/*/deliveries': () => ok(deliveriesOf(of)),
    ...routes,
  });
  return { requests, ...renderApp(`/app/runs/${of.id}`) };
}

async function card(title: string): Promise<HTMLElement> {
  const heading = await screen.findByRole('heading', { name: title, level: 2 });
  const found = heading.closest('section');
  if (found === null) throw new Error(`No card ${title}`);
  return found;
}

const textOf = (element: HTMLElement): string => (element.textContent ?? '').replaceAll(/\s+/g, ' ');
const sent = (requests: FakeRequest[], method: string, end: string) => requests.filter((each) => each.method === method && each.path.endsWith(end));

describe('a run', () => {
  it('shows_its_report_rendered', async () => {
    open(withContent(run()));
    const report = await card('Report');
    expect(await within(report).findByRole('heading', { name: 'Daily report: octocat/hello-world', level: 3 })).toBeTruthy();
    expect(within(report).getByRole('link', { name: /a1b2c3d/ })).toHaveProperty('href', 'https://github.com/octocat/hello-world/commit/a1b2c3d');
    expect(within(report).getByRole('table')).toBeTruthy();
  });

  it('shows_its_headline_in_one_line_and_as_plain_text', async () => {
    const headline = 'Sign-in works with <b>passkeys</b>, see [this](https://attacker.example/) and @everyone.';
    open(withContent(run({ headline })));
    const line = await screen.findByText(headline);
    expect(line.title).toBe(headline);
    expect(line.className).toContain('truncate');
    expect(line.querySelector('a, b')).toBeNull();
  });

  it('shows_the_facts_above_the_report', async () => {
    open(withContent(run()));
    const panel = await card('Facts');
    const words = textOf(panel);
    for (const part of ['Changes914 commits, 2 merges', 'People4and 1 bot', 'Breaking1', 'Lines+1,526 −340', 'Among them: 3 dependency updates, 1 taken back.']) {
      expect(words).toContain(part);
    }
    const counts = (name: string) => within(within(panel).getByRole('region', { name })).getAllByRole('listitem').map(textOf);
    expect(counts('Kinds of changes')).toEqual(['Features 3', 'Fixes 4', 'Dependencies 2']);
    expect(counts('Most changed areas')).toEqual(['src/sign-in 4', 'src/invoices 3']);
    expect(panel.compareDocumentPosition(await card('Report')) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy();
  });

  it('compares_the_facts_with_earlier_periods_and_names_new_people', async () => {
    const period = { from: '2026-11-13T08:00:00.000Z', to: '2026-11-20T08:00:00.000Z', commits: 31, people: 6, bots: 0, additions: null, deletions: null };
    const trend = { comparable: [period, { ...period, commits: 24 }], mean_commits: 28, quiet_before: 0, quiet_at_least: false };
    const author = { name: 'Ada <b>', bot: false, commits: 2, co_authored: 0, first_time: true };
    const authors = [author, { ...author, name: 'Grace' }, { ...author, name: 'Tom', first_time: false }];
    const { unmount } = open(withContent(run(), { report_facts: facts({ trend, authors }) }));
    const words = textOf(await card('Facts'));
    expect(words).toContain('The period before: 31 commits. The mean of the 2 periods before: 28 commits.');
    expect(words).toContain('First commits by Ada <b>, Grace.');
    unmount();
    const quiet = { comparable: [], mean_commits: null, quiet_before: 5, quiet_at_least: true };
    open(withContent(run(), { report_facts: facts({ trend: quiet }) }));
    expect(textOf(await card('Facts'))).toContain('Directly before: at least 5 periods without commits.');
  });

  it('counts_what_happened_beside_commits_and_shows_what_waits_and_what_is_unusual', async () => {
    const waiting = { number: 7, title: '<b>Tides</b>', opened_at: '2026-11-01T08:00:00.000Z', reviewed: false };
    const activity = { merged_pull_requests: 3, closed_issues: 1, opened_issues: 0, releases: 2, waiting: [waiting] };
    const blank = { count: null, total: null, text: null, commit: null };
    const warnings = [
      { ...blank, kind: 'mostly_fixes' as const, count: 12, total: 20 },
      { ...blank, kind: 'changed_by_all' as const, count: 5, text: 'src/<i>.rs' },
    ];
    open(withContent(run(), { report_facts: facts({ activity, warnings }) }));
    const panel = await card('Facts');
    const words = textOf(panel);
    expect(within(within(panel).getByRole('region', { name: 'Beside the commits' })).getAllByRole('listitem').map(textOf)).toEqual([
      'merged pull requests 3', 'closed issues 1', 'releases 2',
    ]);
    expect(textOf(within(panel).getByRole('region', { name: 'Waiting longest' }))).toMatch(/<b>Tides<\/b> 7, open since .*, no review/);
    expect(words).toContain('Noticed: 12 of 20 changes are fixes; src/<i>.rs was changed by all 5 people.');
  });

  it('without_facts_has_no_panel_and_without_sizes_no_lines', async () => {
    const { unmount } = open(withContent(run(), { report_facts: null }));
    await card('Report');
    expect(screen.queryByRole('heading', { name: 'Facts' })).toBeNull();
    unmount();
    open(withContent(run(), { report_facts: facts({ additions: null, deletions: null, breaking: 0, bots: 0, areas: [] }) }));
    const words = textOf(await card('Facts'));
    expect(words).toContain('BreakingNone');
    expect(words).not.toMatch(/Lines|bot,|areas/);
  });

  it('over_several_repositories_names_those_that_failed_with_the_reason', async () => {
    const docs = { repository_id: ids.docs, repository_name: 'octocat/docs', repository_url: 'https://github.com/octocat/docs', branch: 'trunk', include_paths: [], exclude_paths: [] };
    const failed = [{ repository_id: ids.docs, branch: 'trunk', error_code: 'TOKEN_INVALID' as const, message: 'The git host rejected the token.' }];
    open(withContent(run({ repositories: [...run().repositories, docs], failed_repositories: failed })));
    const title = await screen.findByText('1 repository could not be read');
    const words = textOf(title.parentElement!);
    expect(words).toContain('octocat/docs, branch trunk: The git host rejected the token. TOKEN_INVALID');
    expect(words).toContain('The next scheduled report includes the commits of these.');
    expect(within(await card('Settings of this run')).getByRole('link', { name: /octocat\/docs/ })).toHaveProperty('href', 'https://github.com/octocat/docs');
    expect(screen.getByText(/branch main and 1 more/)).toBeTruthy();
  });

  it('of_some_paths_lists_them_and_of_a_whole_repository_has_no_such_facts', async () => {
    const snapshot = { ...run().configuration_snapshot, include_paths: ['packages/api', 'docs'] };
    const { unmount } = open(withContent(run({ configuration_snapshot: snapshot })));
    const settings = within(await card('Settings of this run'));
    expect(settings.getByText('Included paths').nextElementSibling?.textContent).toBe('packages/api\ndocs');
    expect(settings.queryByText('Excluded paths')).toBeNull();
    unmount();
    open(withContent(run()));
    expect(textOf(await card('Settings of this run'))).not.toMatch(/paths/);
  });

  it('over_several_repositories_names_the_paths_of_each', async () => {
    const [first] = run().repositories;
    const docs = { ...first!, repository_id: ids.docs, repository_name: 'octocat/docs', branch: 'trunk', include_paths: ['guide'], exclude_paths: ['guide/drafts', 'guide/old'] };
    open(withContent(run({ repositories: [first!, docs] })));
    const rows = within(await card('Settings of this run')).getAllByRole('listitem').map((each) => each.textContent);
    expect(rows[0]).toMatch(/, branch main$/);
    expect(rows[1]).toMatch(/, branch trunk \(only guide; not guide\/drafts, guide\/old\)$/);
  });

  it('shows_the_instructions_that_it_was_written_with', async () => {
    open(withContent(run({ configuration_snapshot: { ...run().configuration_snapshot, instructions: 'Stress security.\nOmit chores.' } })));
    expect((await card('Settings of this run')).textContent).toContain('Stress security.\nOmit chores.');
  });

  it('drops_html_scripts_and_images_of_a_report', async () => {
    const text = 'Before <img src=x onerror=alert(1)> <script>alert(1)</script> [bad](javascript:alert(1)) ![pixel](https://tracker.example/x.png) after';
    open(withContent(run(), { report_content: text }));
    const report = await card('Report');
    await within(report).findByText(/after/);
    expect(report.querySelector('img, script, iframe, style')).toBeNull();
    expect(report.querySelector('[href^="javascript"]')).toBeNull();
    expect(within(report).getByRole('link', { name: /Image: pixel/ }).getAttribute('rel')).toBe('noopener noreferrer');
  });

  it('has_a_receipt_with_counted_why_plan_and_limit', async () => {
    open(withContent(run()));
    const receipt = textOf(await card('Receipt'));
    for (const part of ['Counted', 'It is a report of at least one commit.', 'November 2026 (UTC)', 'free', '50 runs a month']) {
      expect(receipt).toContain(part);
    }
  });

  it('shows_its_cost_as_a_sum_of_tokens_times_rates', async () => {
    open(withContent(run()));
    const cost = textOf(await card('Cost'));
    for (const part of ['Prompt10,000 tokens × $0.10 per million', '$0.00100', '2,000 tokens × $0.01 per million', '$0.00002', '3,400 tokens × $0.50 per million', '$0.00170', '$0.00272']) {
      expect(cost).toContain(part);
    }
  });

  it('of_unknown_price_says_so', async () => {
    open(withContent(run({ rates: null, cost_usd: null, known_cost_usd: 0 })));
    expect(textOf(await card('Cost'))).toContain('The price of this model is unknown.');
  });

  it('lists_the_attempts_with_the_answer_of_the_receiver', async () => {
    const exhausted = runs()[4]!;
    open(withContent(exhausted));
    const delivery = await card('Delivery');
    const attempts = await within(delivery).findAllByRole('listitem');
    expect(attempts).toHaveLength(11);
    expect(textOf(attempts[0]!)).toContain('HTTP 503');
    expect(textOf(attempts[0]!)).toContain('No server is available to handle this request.');
    expect(textOf(attempts[1]!)).toContain('the same text as above');
    expect(textOf(attempts[9]!)).toContain('No connection in time');
    expect(screen.getByText('The report was not delivered')).toBeTruthy();
  });

  it('that_failed_says_why_and_what_to_do', async () => {
    open(withContent(runs()[2]!));
    expect(await screen.findByText('The git host rejected the repository’s access token.')).toBeTruthy();
    expect(screen.getByRole('link', { name: 'Open repositories' })).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Redeliver report' })).toBeNull();
  });

  it('whose_text_has_expired_says_so', async () => {
    open(withContent(run(), { report_content: null, report_content_expired: true }));
    expect(await screen.findByText('The text has expired')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Redeliver report' })).toBeNull();
  });

  it('that_was_written_without_the_model_says_so', async () => {
    open(withContent(run({ degraded: true, degraded_reason: { code: 'LLM_UNAVAILABLE', message: 'The model did not answer.' }, quota: { ...run().quota, counted: false, reason: 'degraded' } })));
    expect(await screen.findByText('Written without the chosen model')).toBeTruthy();
    expect(textOf(await card('Receipt'))).toContain('Not counted');
  });

  it('that_does_not_exist_leads_back_to_the_runs', async () => {
    serve('approaching');
    renderApp('/app/runs/019bc130-1ac0-7c3e-8a53-00000000dead');
    expect(await screen.findByText('This run does not exist')).toBeTruthy();
    expect(screen.getByRole('link', { name: 'Open runs' })).toBeTruthy();
  });

  it('that_can_not_be_read_offers_a_retry', async () => {
    serve('approaching', { 'GET /report-runs/*': () => problem(503) });
    renderApp(`/app/runs/${ID}`);
    const alert = await screen.findByRole('alert');
    expect(textOf(alert)).toContain('The table is throttled');
    expect(textOf(alert)).toContain('req-4711');
    expect(within(alert).getByRole('button', { name: 'Try again' })).toBeTruthy();
  });

  it('is_followed_while_it_runs', async () => {
    let now = withContent(runs()[0]!);
    vi.useFakeTimers({ shouldAdvanceTime: true });
    try {
      open(now, { 'GET /report-runs/*': () => ok(now) });
      expect(await screen.findByText('The report is being written')).toBeTruthy();
      now = withContent(run({ id: now.id }));
      await vi.advanceTimersByTimeAsync(3_500);
      expect(await screen.findByText('The run has ended: success.')).toBeTruthy();
      expect(screen.queryByText('The report is being written')).toBeNull();
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('the actions of a run', () => {
  it('cancel_names_what_is_lost_and_shows_the_answer', async () => {
    const running = withContent(runs()[0]!);
    const { requests } = open(running, { 'POST /report-runs/*/cancel': () => ok({ ...running, status: 'cancelled' }), 'GET /report-runs/*': () => ok(running) });
    await userEvent.click(await screen.findByRole('button', { name: 'Cancel run' }));
    const dialog = screen.getByRole('dialog', { name: 'Cancel run' });
    expect(textOf(dialog)).toContain('The report of Daily report that is being written is lost');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Cancel run' }));
    expect(await screen.findByText('Run cancelled')).toBeTruthy();
    expect(sent(requests, 'POST', '/cancel')).toHaveLength(1);
  });

  it('cancel_of_a_run_that_has_ended_shows_the_words_of_the_server', async () => {
    open(withContent(runs()[0]!), { 'POST /report-runs/*/cancel': () => problem(409, { code: 'CONFLICT', title: 'Conflict', detail: 'The run has ended.' }) });
    await userEvent.click(await screen.findByRole('button', { name: 'Cancel run' }));
    const dialog = screen.getByRole('dialog', { name: 'Cancel run' });
    await userEvent.click(within(dialog).getByRole('button', { name: 'Cancel run' }));
    expect(textOf(await within(dialog).findByRole('alert'))).toContain('The run has ended.');
  });

  it('redeliver_sends_the_report_again', async () => {
    const { requests } = open(withContent(runs()[4]!), {
      'POST /report-runs/*/redeliver': () => ({ status: 202, body: { ...runs()[4]!, delivery: { state: 'pending', attempts: 0, in_flight: false, last_status: null, next_attempt_at: null } } }),
    });
    await userEvent.click(await screen.findByRole('button', { name: 'Redeliver report' }));
    const dialog = screen.getByRole('dialog', { name: 'Redeliver report' });
    await userEvent.click(within(dialog).getByRole('button', { name: 'Redeliver report' }));
    expect(await screen.findByText('Report is sent again')).toBeTruthy();
    expect(sent(requests, 'POST', '/redeliver')).toHaveLength(1);
  });

  it('redeliver_to_a_disabled_webhook_shows_the_words_of_the_server', async () => {
    open(withContent(runs()[4]!), { 'POST /report-runs/*/redeliver': () => problem(409, { code: 'WEBHOOK_DISABLED', title: 'Webhook disabled', detail: 'Enable it first.' }) });
    await userEvent.click(await screen.findByRole('button', { name: 'Redeliver report' }));
    const dialog = screen.getByRole('dialog', { name: 'Redeliver report' });
    await userEvent.click(within(dialog).getByRole('button', { name: 'Redeliver report' }));
    expect(textOf(await within(dialog).findByRole('alert'))).toContain('Enable it first.');
  });

  it('run_again_shows_the_estimate_first_and_opens_the_new_run', async () => {
    const next = '019bc130-1ac0-7c3e-8a53-000000000077';
    const { requests, router } = open(withContent(run()), {
      'POST /report-configurations/*/run': ({ query }) => (query.get('estimate') === 'true' ? ok(estimate()) : { status: 202, body: run({ id: next, status: 'running', trigger: 'manual' }) }),
    });
    await userEvent.click(await screen.findByRole('button', { name: 'Run again' }));
    const dialog = screen.getByRole('dialog', { name: 'Run again' });
    expect(await within(dialog).findByText('39,192')).toBeTruthy();
    expect(textOf(dialog)).toContain('$0.007196');
    expect(textOf(dialog)).toContain('8 runs left this month');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Run report' }));
    await waitFor(() => expect(router.state.location.pathname).toBe(`/app/runs/${next}`));
    const posts = sent(requests, 'POST', '/run');
    expect(posts.map((each) => [each.path.split('/')[2], each.query.get('estimate'), each.body])).toEqual([
      [ids.daily, 'true', { from: run().range_from, to: run().range_to }],
      [ids.daily, null, { from: run().range_from, to: run().range_to }],
    ]);
  });

  it('run_again_is_not_offered_when_the_limit_is_reached', async () => {
    open(withContent(run()), {
      'POST /report-configurations/*/run': () => ok(estimate({ quota: { ...estimate().quota, remaining: 0, can_run: false, blocked_reason: 'limit_reached' } })),
    });
    await userEvent.click(await screen.findByRole('button', { name: 'Run again' }));
    const dialog = screen.getByRole('dialog', { name: 'Run again' });
    expect(await within(dialog).findByText('The run can’t start now')).toBeTruthy();
    expect(textOf(dialog)).toContain('1 December 2026, 00:00 UTC');
    expect(within(dialog).getByRole('button', { name: 'Run report' })).toHaveProperty('disabled', true);
  });
});
