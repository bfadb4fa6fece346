/** Each feature that the usage statistics must have is named by a test. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NOW, usage, usages } from '@/test/fixtures';
import { refreshUsage, UsageError, UsageStats, usageSource, type UsageData, type UsageStatsProps } from '.';
import css from './usage-stats.css?raw';

function show(source: UsageStatsProps['source'], props: Partial<UsageStatsProps> = {}) {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const view = render(
    <QueryClientProvider client={client}>
      <UsageStats source={source} timeZone="UTC" {...props} />
    </QueryClientProvider>,
  );
  return { client, ...view };
}

const showData = async (data: UsageData, props: Partial<UsageStatsProps> = {}) => {
  const view = show(async () => data, props);
  await screen.findByRole('heading');
  return view;
};

/** The value and the note of a figure. */
function figure(label: string): string {
  const term = screen.getAllByText(label).find((each) => each.tagName === 'DT');
  if (term?.parentElement === null || term === undefined) throw new Error(`No figure is labelled ${label}.`);
  return within(term.parentElement).getByRole('definition').textContent ?? '';
}

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true, now: new Date(NOW) });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('monthly usage progress bar with visual indicators', () => {
  it('shows_the_part_that_is_used', async () => {
    await showData(usages.approaching);
    const bar = screen.getByRole('progressbar', { name: 'Runs used this month' });
    expect(bar.getAttribute('aria-valuenow')).toBe('42');
    expect(bar.getAttribute('aria-valuemax')).toBe('50');
    expect(bar.getAttribute('aria-valuetext')).toBe('42 of 50 runs used, 84 %. Approaching the limit.');
    expect(bar.querySelector<HTMLElement>('.gru-fill')?.style.width).toBe('84%');
  });
  it('shows_runs_in_flight_as_a_part_of_their_own', async () => {
    await showData(usages.running);
    expect(screen.getByRole('progressbar').querySelector<HTMLElement>('.gru-flying')?.style.width).toBe('4%');
  });
  it('is_full_but_not_wider_if_more_than_the_limit_is_used', async () => {
    await showData(usage({ runsUsed: 60, runsRemaining: 0, usagePercentage: 120, warning: 'reached' }));
    expect(screen.getByRole('progressbar').querySelector<HTMLElement>('.gru-fill')?.style.width).toBe('100%');
  });
  it('has_no_bar_without_a_limit', async () => {
    await showData(usages.unlimited);
    expect(screen.queryByRole('progressbar')).toBeNull();
    expect(screen.getByText('No limit', { selector: '.gru-badge' })).toBeTruthy();
    expect(screen.getByText('1,842', { selector: '.gru-number' })).toBeTruthy();
  });
});

describe('visual progress indicators with color coding', () => {
  it.each([
    ['normal', 'accent'],
    ['approaching', 'warn-fill'],
    ['reached', 'bad'],
  ] as const)('fills_the_bar_with_a_colour_of_its_own_when_%s', async (level, colour) => {
    await showData(usages[level]);
    const card = screen.getByRole('region', { name: 'Usage' });
    expect(within(card).getByRole('progressbar').querySelector('.gru-fill')).not.toBeNull();
    // The default has the colour of the normal level; the two others replace it.
    const rule = level === 'normal' ? css : (css.match(new RegExp(`\\.gru\\[data-level='${level}'\\] \\{[^}]*\\}`))?.[0] ?? '');
    expect(card.dataset['level']).toBe(level);
    expect(rule).toContain(`--gru-fill: var(--gru-${colour});`);
    expect(css).toMatch(/\.gru-fill \{[^}]*background: var\(--gru-fill\)/);
  });
  it.each([
    ['normal', usages.normal, 'Within the limit'],
    ['approaching', usages.approaching, 'Approaching the limit'],
    ['reached', usages.reached, 'Limit reached'],
    ['unlimited', usages.unlimited, 'No limit'],
  ] as const)('has_a_colour_an_icon_and_a_word_when_%s', async (level, data, word) => {
    await showData(data);
    expect(screen.getByRole('region', { name: 'Usage' }).dataset['level']).toBe(level);
    const badge = screen.getByText(word, { selector: '.gru-badge' });
    expect(badge.querySelector('svg path')).not.toBeNull();
  });
  it('has_an_icon_of_its_own_for_each_level', async () => {
    const icons = new Set<string>();
    for (const data of [usages.normal, usages.approaching, usages.reached, usages.unlimited]) {
      const { unmount, container } = await showData(data);
      icons.add(container.querySelector('.gru-badge path')?.getAttribute('d') ?? '');
      unmount();
    }
    expect(icons.size).toBe(4);
  });
});

describe('remaining runs counter', () => {
  it('shows_how_many_are_left', async () => {
    await showData(usages.approaching);
    expect(figure('Remaining')).toBe('8of 50');
  });
  it('shows_no_limit', async () => {
    await showData(usages.unlimited);
    expect(figure('Remaining')).toBe('No limitthis month');
  });
});

describe('detailed statistics of successful and failed runs, tokens and cost', () => {
  it('shows_successful_failed_in_flight_and_test_runs', async () => {
    await showData(usages.running);
    expect(figure('Successful')).toBe('4442 counted');
    expect(figure('Failed')).toBe('3not counted');
    expect(figure('In flight')).toBe('2now');
    expect(figure('Tests')).toBe('2not counted');
  });
  it('shows_tokens_and_cost_with_the_exact_values', async () => {
    await showData(usages.approaching);
    expect(figure('Tokens')).toBe('648K561K in, 86.8K out');
    expect(screen.getByTitle('648,210')).toBeTruthy();
    expect(figure('Cost')).toBe('$1.08US dollars');
    expect(screen.getByTitle('$1.084215')).toBeTruthy();
  });
  it('says_which_runs_have_no_price', async () => {
    await showData(usages.unlimited);
    expect(figure('Cost')).toBe('$48.903 runs without a price');
  });
});

describe('last run timestamp', () => {
  it('shows_the_distance_and_the_instant_in_the_zone', async () => {
    await showData(usages.approaching, { timeZone: 'Europe/Berlin' });
    expect(figure('Last run')).toBe('6 hours ago21 Nov, 09:00 Berlin');
    expect(screen.getByTitle('21 November 2026, 09:00:04 Europe/Berlin')).toBeTruthy();
  });
  it('shows_that_nothing_has_run', async () => {
    await showData(usages.empty);
    expect(figure('Last run')).toBe('None yetthis month');
  });
});

describe('reset date', () => {
  it('is_a_distance_and_a_date_in_utc', async () => {
    vi.setSystemTime('2026-11-29T06:00:00.000Z');
    await showData(usages.approaching, { timeZone: 'Pacific/Auckland' });
    expect(screen.getByText('in 2 days, 1 December 2026, 00:00 UTC').parentElement?.textContent).toBe('Resets in 2 days, 1 December 2026, 00:00 UTC');
  });
});

/** The messages are in a status, so that a change is announced. */
describe('usage alerts when approaching or exceeding limits', () => {
  const alert = () => screen.getAllByRole('status').map((each) => each.textContent).join(' ');
  it('says_nothing_alarming_below_80_percent', async () => {
    await showData(usages.normal);
    expect(alert()).toContain('32 runs left until the reset');
  });
  it('warns_from_80_percent_on_and_says_what_to_do', async () => {
    await showData(usages.approaching, { action: (level) => <a href="/plans">{level}</a> });
    expect(alert()).toContain('84 % of this month’s runs are used');
    expect(alert()).toContain('8 runs must last until 1 December 2026, 00:00 UTC. Run reports less often, disable one, or ask for a higher limit.');
    expect(screen.getByRole('link', { name: 'approaching' })).toBeTruthy();
  });
  it('says_at_100_percent_what_is_skipped_until_when', async () => {
    await showData(usages.reached);
    expect(alert()).toContain('All 50 runs of this month are used');
    expect(alert()).toContain('Scheduled reports are skipped until 1 December 2026, 00:00 UTC. Ask for a higher limit to continue now. Tests still work.');
  });
  it('says_the_same_when_more_than_the_limit_is_used', async () => {
    await showData(usage({ runsUsed: 60, runsRemaining: 0, usagePercentage: 120, warning: 'reached', canRunMore: false, blockedReason: 'limit_reached' }));
    expect(alert()).toContain('All 50 runs of this month are used');
    expect(screen.getByRole('progressbar').getAttribute('aria-valuetext')).toBe('60 of 50 runs used, 120 %. Limit reached.');
    expect(figure('Remaining')).toBe('0of 50');
  });
  it('is_announced_when_the_level_changes', async () => {
    let data: UsageData = usages.normal;
    const { client } = show(async () => data);
    await screen.findByText('18', { selector: '.gru-number' });
    data = usages.reached;
    await act(() => refreshUsage(client));
    await waitFor(() => expect(alert()).toContain('All 50 runs of this month are used'));
  });
  it.each([
    ['slots_in_use', 'The last runs are in flight'],
    ['uncounted_runs_reached', 'No more runs this month'],
    ['account_closed', 'This account is closed'],
  ] as const)('explains_%s', async (blockedReason, title) => {
    await showData(usage({ canRunMore: false, blockedReason }));
    expect(alert()).toContain(title);
  });
});

describe('real-time usage data fetching', () => {
  const settle = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));
  it('loads_every_3_seconds_while_something_runs', async () => {
    const source = vi.fn(async () => usages.running as UsageData);
    show(source);
    await screen.findByText(/updated every 3 s/);
    const before = source.mock.calls.length;
    await settle(9_100);
    // The clock also moves on with the real one, which is slow on a busy machine.
    expect(source.mock.calls.length - before).toBeGreaterThanOrEqual(3);
    expect(source.mock.calls.length - before).toBeLessThanOrEqual(4);
  });
  it('loads_every_30_seconds_otherwise', async () => {
    const source = vi.fn(async () => usages.normal as UsageData);
    show(source);
    await screen.findByText(/updated every 30 s/);
    const before = source.mock.calls.length;
    await settle(20_000);
    expect(source.mock.calls.length).toBe(before);
    await settle(11_000);
    expect(source.mock.calls.length - before).toBe(1);
  });
  it('loads_nothing_while_the_page_is_hidden', async () => {
    const source = vi.fn(async () => usages.running as UsageData);
    show(source);
    await screen.findByRole('heading');
    const before = source.mock.calls.length;
    vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    document.dispatchEvent(new Event('visibilitychange'));
    await settle(20_000);
    expect(source.mock.calls.length).toBe(before);
    vi.restoreAllMocks();
    document.dispatchEvent(new Event('visibilitychange'));
  });
  it('loads_at_once_after_an_action', async () => {
    let data: UsageData = usages.normal;
    const { client } = show(async () => data);
    await screen.findByText('18', { selector: '.gru-number' });
    data = usages.approaching;
    await act(() => refreshUsage(client));
    expect(await screen.findByText('42', { selector: '.gru-number' })).toBeTruthy();
  });
  it('shows_as_of_when_the_figures_are', async () => {
    await showData(usages.normal, { timeZone: 'Europe/Berlin' });
    expect(screen.getByText('15:20:00 Europe/Berlin').closest('footer')?.textContent).toMatch(/^As of 15:20:00 Europe\/Berlin/);
  });
});

describe('loading and error states', () => {
  it('shows_a_skeleton_of_the_content_itself_while_loading', async () => {
    let answer: (data: UsageData) => void = () => {};
    const { container } = show(() => new Promise((resolve) => (answer = resolve)));
    expect(screen.getByRole('status').textContent).toBe('Loading the usage');
    const parts = (root: ParentNode) => [...root.querySelectorAll('.gru-content > *, .gru-figure')].map((each) => each.className);
    const skeleton = parts(container);
    expect(container.querySelector('.gru-skeleton')?.getAttribute('aria-hidden')).toBe('true');
    await act(async () => answer(usages.normal));
    await waitFor(() => expect(container.querySelector('.gru-skeleton')).toBeNull());
    expect(parts(container)).toEqual(skeleton);
  });
  it('shows_the_error_in_the_words_of_the_api_and_tries_again', async () => {
    let fails = true;
    show(async () => {
      if (fails) throw new UsageError('Service unavailable', 'The table is throttled.', 503, 'req-4711');
      return usages.normal;
    });
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('Service unavailable');
    expect(alert.textContent).toContain('The table is throttled.');
    expect(alert.textContent).toContain('req-4711');
    fails = false;
    await userEvent.setup({ advanceTimers: vi.advanceTimersByTime }).click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('18', { selector: '.gru-number' })).toBeTruthy();
  });
  it('keeps_the_last_figures_if_an_update_fails', async () => {
    let fails = false;
    const { client } = show(async () => {
      if (fails) throw new UsageError('Service unavailable', 'Throttled.', 503, null);
      return usages.normal;
    });
    await screen.findByText('18', { selector: '.gru-number' });
    fails = true;
    await act(() => refreshUsage(client));
    expect(screen.getByText('18', { selector: '.gru-number' })).toBeTruthy();
    await waitFor(() => expect(screen.getByText(/the last update failed/)).toBeTruthy());
  });
  it('has_an_empty_state', async () => {
    await showData(usages.empty);
    expect(screen.getByText('No run yet this month')).toBeTruthy();
    expect(screen.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('0');
  });
});

describe('responsive grid layout for statistics', () => {
  it('has_all_statistics_in_one_grid', async () => {
    const { container } = await showData(usages.approaching);
    const terms = [...container.querySelectorAll('dl.gru-figures > .gru-figure > dt')].map((each) => each.textContent);
    expect(terms).toEqual(expect.arrayContaining(['Remaining', 'Successful', 'Failed', 'Tokens', 'Cost', 'Last run']));
  });

  it('has_2_4_or_8_columns_by_the_width_of_its_container', () => {
    expect(css).toContain('container-type: inline-size');
    expect(css).toMatch(/\.gru-figures \{[^}]*repeat\(2, minmax\(0, 1fr\)\)/);
    expect(css).toMatch(/@container \(min-width: 34rem\) \{[^@]*repeat\(4, minmax\(0, 1fr\)\)/);
    expect(css).toMatch(/@container \(min-width: 60rem\) \{[^@]*repeat\(5, [^@]*repeat\(3, /);
  });
  it('styles_nothing_outside_of_itself', () => {
    const selectors = css.replace(/\/\*[\s\S]*?\*\//g, '').match(/(?:^|[{}])\s*([^{}@;]+)\{/g) ?? [];
    const outside = selectors
      .flatMap((each) => each.replace(/[{}]/g, '').split(/,(?![^(]*\))/))
      .map((each) => each.trim())
      .filter((each) => each !== '' && each !== '50%' && !/^(:where\()?\.gru\b/.test(each));
    expect(outside).toEqual([]);
  });
});

describe('usage source', () => {
  it('sends_the_token_in_a_header_only', async () => {
    const send = vi.fn<typeof fetch>(async () => new Response(JSON.stringify(usages.normal)));
    const source = usageSource({ apiUrl: 'https://api.example.com/', token: async () => 'secret', fetch: send });
    expect((await source(new AbortController().signal)).runsUsed).toBe(18);
    const [address, init] = send.mock.calls[0] ?? [];
    expect(address).toBe('https://api.example.com/report-runs/usage');
    expect(new Headers(init?.headers).get('authorization')).toBe('Bearer secret');
  });
  it('reads_the_problem_of_a_refusal', async () => {
    const body = { title: 'Unauthorized', detail: 'The token has expired.', request_id: 'req-1' };
    const source = usageSource({ apiUrl: '', token: () => 'x', fetch: async () => new Response(JSON.stringify(body), { status: 401 }) });
    await expect(source(new AbortController().signal)).rejects.toMatchObject({ title: 'Unauthorized', detail: 'The token has expired.', status: 401, requestId: 'req-1' });
  });
  it('names_an_api_that_does_not_answer', async () => {
    const source = usageSource({ apiUrl: '', token: () => 'x', fetch: async () => Promise.reject(new TypeError('failed')) });
    await expect(source(new AbortController().signal)).rejects.toMatchObject({ title: 'The API cannot be reached', status: 0 });
  });
});
