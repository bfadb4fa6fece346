/** Answers of the API for tests and for the mock of `dev/`: believable, and the same at each call. */
import type {
  Config, Configuration, DayUsage, Forecast, MonthlyUsage, Notice, Pagination, Profile, Repository, Run, Schema, Usage,
} from '@/api/types';

/** The instant of the fixtures: a Saturday, 9 days and some hours before the reset. */
export const NOW = '2026-11-21T14:20:00.000Z';
const MONTH = '2026-11-01T00:00:00.000Z';
const RESETS_AT = '2026-12-01T00:00:00.000Z';
const USER = '0d9c5e0e-6c1b-4a53-9d2f-000000000a11';
export const ids = {
  daily: '0199c2b4-6f00-7c3e-8a53-000000000001',
  weekly: '0199c2b4-6f00-7c3e-8a53-000000000002',
  changelog: '0199c2b4-6f00-7c3e-8a53-000000000003',
  repository: '0199c2b4-6f00-7c3e-8a53-0000000000a1',
  docs: '0199c2b4-6f00-7c3e-8a53-0000000000a2',
};

export const page = (over: Partial<Pagination> = {}): Pagination => ({ limit: 50, offset: 0, has_more: false, next_cursor: null, ...over });

export const config = (over: Partial<Config> = {}): Config => ({
  name: 'git-report',
  version: '3.1.0',
  sign_in: { kind: 'demo' },
  features: { email_notices: true, own_model: true, demo: true },
  ...over,
});

export const month = (over: Partial<MonthlyUsage> = {}): MonthlyUsage => ({
  user_id: USER,
  month: MONTH,
  total_runs: 50,
  successful_runs: 44,
  failed_runs: 3,
  cancelled_runs: 1,
  degraded_runs: 1,
  test_runs: 2,
  blocked_runs: 0,
  counted_runs: 42,
  unpriced_runs: 0,
  total_tokens: 648_210,
  prompt_tokens: 561_400,
  completion_tokens: 86_810,
  total_cost_usd: 1.084215,
  last_run_at: '2026-11-21T08:00:04.000Z',
  ...over,
});

export const usage = (over: Partial<Usage> = {}): Usage => ({
  monthlyUsage: month(),
  monthlyLimit: 50,
  canRunMore: true,
  runsUsed: 42,
  runsRemaining: 8,
  runsInFlight: 0,
  usagePercentage: 84,
  warning: 'approaching',
  blockedReason: null,
  resetsAt: RESETS_AT,
  uncountedRuns: { used: 8, limit: 1000 },
  limits: { plan_name: 'free', monthly_runs_limit: 50, max_reports: 10, max_repositories: 5 },
  currentReports: 3,
  currentRepositories: 2,
  as_of: NOW,
  revision: 77,
  ...over,
});

const emptyMonth = month({
  total_runs: 0, successful_runs: 0, failed_runs: 0, cancelled_runs: 0, degraded_runs: 0, test_runs: 0, counted_runs: 0,
  total_tokens: 0, prompt_tokens: 0, completion_tokens: 0, total_cost_usd: 0, last_run_at: null,
});

/** The usage at each level, and the other states that a page has to show. */
export const usages = {
  normal: usage({ runsUsed: 18, runsRemaining: 32, usagePercentage: 36, warning: 'none', monthlyUsage: month({ counted_runs: 18, successful_runs: 19, total_runs: 24, failed_runs: 2, total_tokens: 271_904, prompt_tokens: 233_100, completion_tokens: 38_804, total_cost_usd: 0.452817 }) }),
  approaching: usage(),
  running: usage({ runsInFlight: 2, runsRemaining: 6 }),
  reached: usage({ runsUsed: 50, runsRemaining: 0, usagePercentage: 100, warning: 'reached', canRunMore: false, blockedReason: 'limit_reached', monthlyUsage: month({ counted_runs: 50, successful_runs: 52, total_runs: 58, blocked_runs: 3 }) }),
  unlimited: usage({ monthlyLimit: 1_000_000_000, runsUsed: 1_842, runsRemaining: 999_998_158, usagePercentage: 0, warning: 'none', limits: { plan_name: 'pro', monthly_runs_limit: 1_000_000_000, max_reports: 9_999, max_repositories: 9_999 }, monthlyUsage: month({ counted_runs: 1_842, successful_runs: 1_850, total_runs: 1_901, failed_runs: 38, total_tokens: 28_604_112, prompt_tokens: 25_004_000, completion_tokens: 3_600_112, total_cost_usd: 48.9021, unpriced_runs: 3 }) }),
  empty: usage({ runsUsed: 0, runsRemaining: 50, usagePercentage: 0, warning: 'none', monthlyUsage: emptyMonth, currentReports: 0, currentRepositories: 0 }),
} satisfies Record<string, Usage>;

const perMonth = [9, 14, 12, 21, 24, 30, 27, 22, 35, 38, 46, 42];

/** Twelve months up to November 2026, oldest first or newest first as the API wishes: a page must not rely on it. */
export const history = (figures: readonly number[] = perMonth): MonthlyUsage[] =>
  figures.map((counted, index) => {
    const number = 11 + index; // 11 is December 2025, counted from January 2025.
    const year = 2025 + Math.floor(number / 12);
    return month({
      month: `${year}-${String((number % 12) + 1).padStart(2, '0')}-01T00:00:00.000Z`,
      counted_runs: counted,
      successful_runs: counted + (counted > 0 ? 1 : 0),
      failed_runs: counted === 0 ? 0 : counted % 4,
      test_runs: counted % 3,
      total_runs: counted + (counted % 4) + (counted % 3) + (counted > 0 ? 1 : 0),
      total_tokens: counted * 15_400,
      total_cost_usd: Math.round(counted * 25_815) / 1e6,
    });
  });

/** The days of November up to the 21st; the others are zeros, as the API answers. */
export const days = (counted: (day: number) => number = (day) => (day > 21 ? 0 : [1, 3, 3, 2, 3, 2, 0][(day + 6) % 7] ?? 0)): DayUsage[] =>
  Array.from({ length: 30 }, (_, index) => {
    const runs = counted(index + 1);
    const failed = runs > 0 && (index === 6 || index === 12 || index === 19) ? 1 : 0;
    return {
      date: `2026-11-${String(index + 1).padStart(2, '0')}`,
      total_runs: runs + failed,
      counted_runs: runs,
      successful_runs: runs,
      failed_runs: failed,
      cancelled_runs: 0,
      unpriced_runs: 0,
      total_tokens: runs * 15_400,
      prompt_tokens: runs * 13_300,
      completion_tokens: runs * 2_100,
      total_cost_usd: Math.round(runs * 25_815) / 1e6,
    };
  });

const share = (id: string, name: string | null, runs: number, failed: number, tokens: number, cost: number): Schema<'UsageShare'> => ({
  id, name, runs, successful_runs: runs - failed, failed_runs: failed, counted_runs: runs - failed, test_runs: 0, total_tokens: tokens,
  cost_usd: cost, last_run_at: '2026-11-21T08:00:19.000Z',
});

const shares: Record<Schema<'UsageBreakdown'>, Schema<'UsageShare'>[]> = {
  configuration: [
    share(ids.daily, 'Daily report', 32, 1, 402_150, 0.6731),
    share(ids.weekly, 'Weekly summary', 12, 0, 180_060, 0.301115),
    share('0199c2b4-6f00-7c3e-8a53-0000000000dd', 'Release notes', 2, 1, 66_000, 0.11),
    share(ids.changelog, 'Evening changelog', 1, 1, 0, 0),
  ],
  repository: [
    share(ids.repository, 'octocat/hello-world', 45, 2, 582_210, 0.974215),
    share('0199c2b4-6f00-7c3e-8a53-0000000000de', 'octocat/spoon-knife', 2, 1, 66_000, 0.11),
  ],
  model: [share('gpt-6-luna', null, 43, 0, 640_210, 1.081), share('gpt-6-sol', null, 1, 0, 8_000, 0.003215), share('none', null, 3, 3, 0, 0)],
};

/** The usage of a month by configuration (of which one is deleted), repository (likewise) or model. */
export function breakdown({ by, month = null, isEmpty = false }: { by: string | null; month?: string | null; isEmpty?: boolean }): Schema<'Breakdown'> {
  const of = (by ?? 'configuration') as Schema<'UsageBreakdown'>;
  return { month: month === null ? MONTH : `${month}-01T00:00:00.000Z`, by: of, data: isEmpty ? [] : shares[of] };
}

export const forecast = (over: Partial<Forecast> = {}): Forecast => ({
  as_of: NOW,
  month: MONTH,
  resets_at: RESETS_AT,
  monthly_limit: 50,
  runs_used: 42,
  runs_in_flight: 0,
  runs_due: 20,
  runs_fitting: 8,
  runs_over_limit: 12,
  projected_runs: 62,
  complete: true,
  blocked_reason: null,
  limit_reached_at: '2026-11-25T18:00:00.000Z',
  reports: [
    { configuration_id: ids.daily, name: 'Daily report', enabled: true, schedule: '0 9 * * *', timezone: 'Europe/Berlin', runs_due: 10, runs_fitting: 4, runs_over_limit: 6, next_run_at: '2026-11-22T08:00:00.000Z' },
    { configuration_id: ids.changelog, name: 'Evening changelog', enabled: true, schedule: '0 18 * * *', timezone: 'UTC', runs_due: 9, runs_fitting: 4, runs_over_limit: 5, next_run_at: '2026-11-21T18:00:00.000Z' },
    { configuration_id: ids.weekly, name: 'Weekly summary', enabled: true, schedule: '0 7 * * 1', timezone: 'Europe/Berlin', runs_due: 1, runs_fitting: 0, runs_over_limit: 1, next_run_at: '2026-11-23T06:00:00.000Z' },
  ],
  ...over,
});

/** A repository of a report, or the first one of a configuration. */
export const reportRepository = (over: Partial<Schema<'ReportRepository'>> = {}): Schema<'ReportRepository'> => {
  const { repository_id = ids.repository, branch = 'main', include_paths = [], exclude_paths = [] } = over;
  return { repository_id, branch, include_paths, exclude_paths };
};

/** The members that are given twice follow `repositories`. */
export const configuration = (over: Partial<Configuration> = {}): Configuration => {
  const { covered_until = '2026-11-21T08:00:00.000Z', repositories = [reportRepository(over)] } = over;
  const coverage = repositories.map(({ repository_id, branch }) => ({ repository_id, branch, covered_until }));
  return { ...oneConfiguration, ...over, ...repositories[0], repositories, coverage };
};

const oneConfiguration: Omit<Configuration, 'repositories' | 'coverage'> = {
  id: ids.daily,
  name: 'Daily report',
  ...reportRepository(),
  schedule: '0 9 * * *',
  timezone: 'Europe/Berlin',
  webhook_url: 'https://receiver.example.com/hook',
  webhook_format: 'auto',
  webhook_headers: {},
  enabled: true,
  report_style: 'Standard',
  instructions: '',
  tone_of_voice: 'Professional',
  author_display: 'name',
  link_to_commits: true,
  if_no_updates: 'skip',
  include_diffs: false,
  sources: ['commits'],
  language: 'English',
  model: 'gpt-6-luna',
  model_retirement: null,
  delivery_health: { state: 'healthy', reason: null, response_status: null, since: null },
  total_runs: 212,
  last_run_at: '2026-11-21T08:00:04.000Z',
  last_run_status: 'success',
  next_run_at: '2026-11-22T08:00:00.000Z',
  covered_until: '2026-11-21T08:00:00.000Z',
  quota_impact: { runs_this_month: 10, runs_per_month: 31, monthly_limit: 50, exceeds_limit: false },
  version: 3,
  created_at: '2026-01-01T08:30:00.000Z',
};

export const configurations = (): Configuration[] => [
  configuration(),
  configuration({
    id: ids.changelog, name: 'Evening changelog', schedule: '0 18 * * *', timezone: 'UTC', report_style: 'Changelog',
    webhook_url: 'https://hooks.slack.com/services/T0/B0/x', next_run_at: '2026-11-21T18:00:00.000Z', last_run_status: 'failed',
    last_run_at: '2026-11-20T18:00:03.000Z',
  }),
  configuration({
    id: ids.weekly, name: 'Weekly summary', schedule: '0 7 * * 1', report_style: 'Summary', next_run_at: null, last_run_at: '2026-11-16T06:00:02.000Z',
    delivery_health: { state: 'disabled', reason: 'gone', response_status: 410, since: '2026-11-18T06:00:07.000Z' },
  }),
];

export const repository = (over: Partial<Repository> = {}): Repository => ({
  id: ids.repository,
  name: 'octocat/hello-world',
  url: 'https://github.com/octocat/hello-world',
  provider: 'github',
  has_token: true,
  version: 1,
  created_at: '2026-01-01T08:20:00.000Z',
  ...over,
});

export const run = (over: Partial<Run> = {}): Run => ({
  id: '019bc130-1ac0-7c3e-8a53-000000000001',
  user_id: USER,
  repository_id: ids.repository,
  repositories: [{ repository_id: ids.repository, repository_name: 'octocat/hello-world', repository_url: 'https://github.com/octocat/hello-world', branch: 'main', include_paths: [], exclude_paths: [] }],
  failed_repositories: [],
  report_configuration_id: ids.daily,
  status: 'success',
  headline: 'Sign-in works with passkeys, and invoices can be exported as CSV.',
  trigger: 'schedule',
  attempt: 1,
  started_at: '2026-11-21T08:00:04.000Z',
  completed_at: '2026-11-21T08:00:19.000Z',
  created_at: '2026-11-21T08:00:04.000Z',
  updated_at: '2026-11-21T08:00:20.000Z',
  waiting_until: null,
  usage_month: MONTH,
  range_from: '2026-11-20T08:00:03.000Z',
  range_to: '2026-11-21T08:00:05.000Z',
  commit_range_from: null,
  commit_range_to: 'abababababababababababababababababababab',
  commits_processed: 14,
  commits_at_least: false,
  model_used: 'gpt-6-luna',
  usage_source: 'api',
  tokens_used: 15_400,
  prompt_tokens: 12_000,
  cached_prompt_tokens: 2_000,
  cache_write_prompt_tokens: 0,
  completion_tokens: 3_400,
  reasoning_tokens: 400,
  cost_usd: 0.00272,
  known_cost_usd: 0.00272,
  rates: { input_usd_per_million: 0.1, cached_input_usd_per_million: 0.01, cache_write_usd_per_million: 0.125, output_usd_per_million: 0.5 },
  degraded: false,
  degraded_reason: null,
  error_code: null,
  error_message: null,
  report_format: 'markdown',
  quota: { counted: true, reason: 'report', limit: 50, month: MONTH, plan: 'free' },
  webhook_delivered: true,
  webhook_delivery_attempts: 1,
  webhook_last_attempt_at: '2026-11-21T08:00:20.000Z',
  webhook_response_status: 204,
  delivery: { state: 'delivered', attempts: 1, in_flight: false, last_status: 204, next_attempt_at: null },
  configuration_snapshot: {
    name: 'Daily report', repository_name: 'octocat/hello-world', repository_url: 'https://github.com/octocat/hello-world',
    branch: 'main', include_paths: [], exclude_paths: [], schedule: '0 9 * * *', timezone: 'Europe/Berlin', report_style: 'Standard', instructions: '', tone_of_voice: 'Professional',
    author_display: 'name', link_to_commits: true, if_no_updates: 'skip', include_diffs: false, sources: ['commits'], language: 'English',
    model: 'gpt-6-luna', own_model: false, version: 3, webhook_format: 'generic', webhook_host: 'receiver.example.com',
  },
  ...over,
});

const docs: Schema<'RunRepository'> = { repository_id: ids.docs, repository_name: 'octocat/docs', repository_url: 'https://github.com/octocat/docs', branch: 'main', include_paths: [], exclude_paths: [] };
const unread: Schema<'FailedRepository'> = { repository_id: ids.docs, branch: 'main', error_code: 'TOKEN_INVALID', message: 'The git host rejected the repository’s access token.' };
const named = (name: string) => ({ ...run().configuration_snapshot, name });

export const runs = (): Run[] => [
  run({ id: '019bc130-1ac0-7c3e-8a53-000000000009', status: 'running', trigger: 'manual', headline: null, started_at: '2026-11-21T14:19:40.000Z', completed_at: null, commits_processed: 0, tokens_used: 0, prompt_tokens: 0, cached_prompt_tokens: 0, completion_tokens: 0, reasoning_tokens: 0, rates: null, model_used: null, usage_source: 'none', cost_usd: 0, known_cost_usd: 0, quota: { ...run().quota, counted: false, reason: 'running' }, webhook_delivered: false, delivery: { state: 'none', attempts: 0, in_flight: false, last_status: null, next_attempt_at: null } }),
  run(),
  run({ id: '019bc130-1ac0-7c3e-8a53-000000000002', report_configuration_id: ids.changelog, configuration_snapshot: named('Evening changelog'), status: 'failed', headline: null, started_at: '2026-11-20T18:00:03.000Z', completed_at: '2026-11-20T18:01:44.000Z', error_code: 'TOKEN_INVALID', error_message: 'The git host rejected the repository’s access token.', cost_usd: 0, known_cost_usd: 0, tokens_used: 0, prompt_tokens: 0, cached_prompt_tokens: 0, completion_tokens: 0, reasoning_tokens: 0, rates: null, model_used: null, usage_source: 'none', commits_processed: 0, quota: { ...run().quota, counted: false, reason: 'failed' }, webhook_delivered: false, delivery: { state: 'none', attempts: 0, in_flight: false, last_status: null, next_attempt_at: null } }),
  run({ id: '019bc130-1ac0-7c3e-8a53-000000000003', started_at: '2026-11-20T08:00:04.000Z', completed_at: '2026-11-20T08:00:31.000Z', commits_processed: 31, tokens_used: 24_902, prompt_tokens: 19_085, cached_prompt_tokens: 0, completion_tokens: 5_817, cost_usd: 0.004817, known_cost_usd: 0.004817 }),
  run({ id: '019bc130-1ac0-7c3e-8a53-000000000004', report_configuration_id: ids.weekly, configuration_snapshot: named('Weekly summary'), repositories: [...run().repositories, docs], failed_repositories: [unread], started_at: '2026-11-16T06:00:02.000Z', completed_at: '2026-11-16T06:00:40.000Z', commits_processed: 87, tokens_used: 61_230, prompt_tokens: 46_778, cached_prompt_tokens: 0, completion_tokens: 14_452, cost_usd: 0.011904, known_cost_usd: 0.011904, delivery: { state: 'exhausted', attempts: 11, in_flight: false, last_status: 503, next_attempt_at: null }, webhook_delivered: false }),
];

export const notice = (over: Partial<Notice> = {}): Notice => ({
  id: '019bc130-1ac0-7c3e-8a53-0000000000n1'.replace('n', 'b'),
  type: 'usage.threshold_reached',
  title: '80 % of the month’s runs are used',
  text: '40 of 50 runs of November 2026 are used. At 50, scheduled reports are skipped until 1 December 2026, 00:00 UTC.',
  configuration: { id: ids.daily, name: 'Daily report', repository: 'octocat/hello-world' },
  details: { percent: 80, used: 40, limit: 50 },
  created_at: '2026-11-20T08:00:32.000Z',
  read: false,
  delivery: { state: 'delivered', attempts: 1, in_flight: false, last_status: 204, next_attempt_at: null },
  sent_to: { channel: 'webhook', endpoint: 'account', host: 'hooks.slack.com' },
  ...over,
});

export const notices = (): Notice[] => [
  notice(),
  notice({ id: '019bc130-1ac0-7c3e-8a53-0000000000b2', type: 'report.failed', title: 'The scheduled report "Evening changelog" failed', text: 'The git host rejected the repository’s access token. Set a new one.', configuration: { id: ids.changelog, name: 'Evening changelog', repository: 'octocat/hello-world' }, details: { error_code: 'TOKEN_INVALID', run_id: '019bc130-1ac0-7c3e-8a53-000000000002' }, created_at: '2026-11-20T18:01:45.000Z' }),
  notice({ id: '019bc130-1ac0-7c3e-8a53-0000000000b3', type: 'endpoint.disabled', title: 'The webhook of "Weekly summary" is disabled', text: 'It answered HTTP 410. Nothing is sent to it until it is enabled again.', configuration: { id: ids.weekly, name: 'Weekly summary', repository: 'octocat/hello-world' }, details: { host: 'receiver.example.com', reason: 'gone', response_status: 410 }, created_at: '2026-11-18T06:00:08.000Z', read: true }),
];

export const profile = (over: Partial<Profile> = {}): Profile => ({
  user_id: USER,
  timezone: 'Europe/Berlin',
  notification_webhook_url: 'https://hooks.slack.com/services/T0/B0/y',
  has_notification_secret: true,
  notification_health: { state: 'healthy', reason: null, response_status: null, since: null },
  notification_email: null,
  notification_email_confirmed: false,
  muted_notices: [],
  limits: { plan_name: 'free', monthly_runs_limit: 50, max_reports: 10, max_repositories: 5, own_model: false, shortest_interval_minutes: 60 },
  model: null,
  ...over,
});

/** A token whose claims the page can read; it is not signed. */
export function token(claims: Record<string, unknown> = {}): string {
  const encode = (value: unknown) => btoa(JSON.stringify(value)).replaceAll('=', '').replaceAll('+', '-').replaceAll('/', '_');
  return `${encode({ alg: 'none' })}.${encode({ sub: USER, exp: 4_102_444_800, ...claims })}.x`;
}
