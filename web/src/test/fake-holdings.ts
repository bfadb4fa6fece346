/** Repositories and configurations of the fake API, with a memory: what is saved is there afterwards. */
import type { Configuration, FieldError, Repository, Schema } from '@/api/types';
import { ok, problem, type FakeAnswer, type FakeRequest, type Routes } from './fake-api';
import { pathProblems, repositoriesOf } from './fake-paths';
import { configuration, NOW, page, repository, run } from './fixtures';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=';

const fires = () =>
  ['2026-11-23', '2026-11-24', '2026-11-25', '2026-11-26', '2026-11-27'].map((day) => ({ at: `${day}T08:00:00.000Z`, local: `${day}T09:00:00.000+01:00` }));

const words: Record<string, string> = {
  '0 9 * * 1-5': 'At 09:00, from Monday to Friday',
  '30 18 L * *': 'At 18:30, on the last day of the month',
};

/** What the fake previews: of the schedule, only that the expression has five fields is checked. */
export function preview(request: Schema<'PreviewRequest'> = {}, over: Partial<Schema<'Preview'>> = {}): Schema<'Preview'> {
  const schedule = request.schedule ?? '0 9 * * 1-5';
  const isValid = schedule.startsWith('@') || schedule.trim().split(/\s+/).length === 5;
  const problems = isValid ? [] : [{ pointer: '/schedule', detail: `'${schedule}' has not five fields: write minute, hour, day of month, month and day of week, such as '0 9 * * 1-5'.` }];
  if (request.webhook_url?.startsWith('http:')) problems.push({ pointer: '/webhook_url', detail: 'the webhook address begins with \'http:\': only https is accepted' });
  problems.push(...pathProblems(request));
  return {
    schedule: isValid
      ? { expression: schedule, timezone: request.timezone ?? 'UTC', words: `${words[schedule] ?? `As ‘${schedule}’`}, on the clock of ${request.timezone ?? 'UTC'}.`, next_fires: fires() }
      : null,
    quota_impact: isValid ? { runs_this_month: 6, runs_per_month: 23, monthly_limit: 50, exceeds_limit: false } : null,
    forecast: isValid ? { monthly_runs_limit: 50, used: 42, expected_runs: 68, limit_reached_at: '2026-11-24T08:00:00.000Z', reports_that_do_not_fit: 18 } : null,
    problems,
    ...over,
  };
}

export const estimate = (over: Partial<Schema<'Estimate'>> = {}): Schema<'Estimate'> => ({
  commits: 42,
  range: { from: '2026-11-14T00:00:00.000Z', to: NOW },
  model: 'gpt-6-luna',
  estimated_prompt_tokens: 31_000,
  estimated_completion_tokens: 8_192,
  estimated_cost_usd: 0.007196,
  would_count: true,
  failed_repositories: [],
  rates: { input_usd_per_million: 0.1, cached_input_usd_per_million: 0.01, cache_write_usd_per_million: 0.125, output_usd_per_million: 0.5 },
  quota: { plan: 'free', limit: 50, used: 42, remaining: 8, can_run: true, blocked_reason: null, resets_at: '2026-12-01T00:00:00.000Z' },
  ...over,
});

export const testedRun = (over: Partial<Schema<'TestedRun'>> = {}): Schema<'TestedRun'> => ({
  ...run({ id: '019bc130-1ac0-7c3e-8a53-0000000000f1', trigger: 'test' }),
  timings: { fetch_ms: 640, write_ms: 4_210, deliver_ms: 180, total_ms: 5_030 },
  report_content: '# What changed\n\n- Parsing is faster.',
  webhook: { delivered: true, state: 'delivered', status: 204, error_class: null, response_excerpt: null },
  ...over,
});

export const delivery = (over: Partial<Schema<'ConfigurationDelivery'>> = {}): Schema<'ConfigurationDelivery'> => ({
  run_id: '019bc130-1ac0-7c3e-8a53-000000000001',
  trigger: 'schedule',
  started_at: '2026-11-21T08:00:04.000Z',
  delivery: { state: 'delivered', attempts: 1, in_flight: false, last_status: 204, next_attempt_at: null },
  last_attempt: { number: 1, attempted_at: '2026-11-21T08:00:20.000Z', duration_ms: 120, error_class: null, next_attempt_at: null, response_excerpt: 'ok', response_status: 204 },
  ...over,
});

export const deliveries = () => [
  delivery({
    run_id: '019bc130-1ac0-7c3e-8a53-0000000000d1', started_at: '2026-11-21T13:00:04.000Z', trigger: 'manual',
    delivery: { state: 'pending', attempts: 3, in_flight: false, last_status: null, next_attempt_at: '2026-11-21T14:31:00.000Z' },
    last_attempt: { number: 3, attempted_at: '2026-11-21T13:45:00.000Z', duration_ms: 15_000, error_class: 'timeout', next_attempt_at: '2026-11-21T14:31:00.000Z', response_excerpt: null, response_status: null },
  }),
  delivery(),
  delivery({
    run_id: '019bc130-1ac0-7c3e-8a53-000000000004', started_at: '2026-11-20T08:00:02.000Z',
    delivery: { state: 'exhausted', attempts: 11, in_flight: false, last_status: 503, next_attempt_at: null },
    last_attempt: { number: 11, attempted_at: '2026-11-21T07:13:00.000Z', duration_ms: 120, error_class: 'http_503', next_attempt_at: null, response_excerpt: 'upstream connect error or disconnect/reset before headers', response_status: 503 },
  }),
];

const branchNames = ['main', 'develop', 'release/3.1', 'release/3.0', 'feature/faster-parsing'];

function changed(request: FakeRequest, version: number): FakeAnswer | null {
  const expected = request.headers?.['if-match'];
  if (expected === undefined || expected === '*' || expected.split('-')[0]?.replaceAll('"', '') === String(version)) return null;
  return problem(412, {
    type: '/problems/precondition-failed', code: 'PRECONDITION_FAILED', title: 'The record has changed',
    detail: `The record is at version ${version}. Read it again before you change it.`,
  });
}

const notFound = () => problem(404, { type: '/problems/not-found', code: 'NOT_FOUND', title: 'Not found', detail: 'It does not exist.' });
const refusal = (errors: FieldError[]) =>
  problem(422, { type: '/problems/validation-failed', code: 'VALIDATION_FAILED', title: 'Invalid values', detail: 'See errors.', errors });
const invalid = (pointer: string, detail: string) => refusal([{ pointer, detail }]);
const pathId = (request: FakeRequest) => request.path.split('/')[2] ?? '';

/** The routes of the two kinds of records. */
export function holdingRoutes(configurations: Configuration[], repositories: Repository[]): Routes {
  const withConfiguration = (action: (found: Configuration, request: FakeRequest) => FakeAnswer) => (request: FakeRequest) => {
    const found = configurations.find((each) => each.id === pathId(request));
    return found === undefined ? notFound() : action(found, request);
  };
  const withRepository = (action: (found: Repository, request: FakeRequest) => FakeAnswer) => (request: FakeRequest) => {
    const found = repositories.find((each) => each.id === pathId(request));
    return found === undefined ? notFound() : action(found, request);
  };
  const tagged = (record: { version: number }) => ok(record, { etag: `"${record.version}-a1b2"` });
  return {
    'GET /report-configurations': () => ok({ data: configurations, pagination: page() }),
    'POST /report-configurations/preview': ({ body }) => ok(preview((body ?? {}) as Schema<'PreviewRequest'>)),
    'POST /report-configurations': ({ body }) => {
      const wanted = body as Schema<'ConfigurationRequest'>;
      if (!wanted.repository_id) return invalid('/repository_id', 'Choose one of your repositories.');
      const problems = pathProblems(wanted);
      if (problems.length > 0) return refusal(problems);
      const watched = repositoriesOf(wanted);
      if (!Array.isArray(watched)) return refusal([watched]);
      const { webhook_headers: headers, ...rest } = wanted;
      const made = configuration({
        ...(rest as Partial<Configuration>), repositories: watched, id: `0199c2b4-6f00-7c3e-8a53-00000000010${configurations.length}`, name: wanted.name ?? null, version: 1, total_runs: 0, last_run_at: null, last_run_status: null,
        webhook_headers: Object.fromEntries(Object.keys(headers ?? {}).map((name) => [name, true])),
      });
      configurations.unshift(made);
      return { status: 201, body: { ...made, signing_secret: SECRET }, headers: { etag: '"1"' } };
    },
    'GET /report-configurations/*': withConfiguration(tagged),
    'PATCH /report-configurations/*': withConfiguration((found, request) => {
      const refused = changed(request, found.version);
      if (refused !== null) return refused;
      const { webhook_headers: headers, ...rest } = request.body as Schema<'ConfigurationPatch'>;
      const merged = { ...found, ...rest };
      const problems = pathProblems(merged);
      if (problems.length > 0) return refusal(problems);
      const watched = repositoriesOf(merged, found.repositories);
      if (!Array.isArray(watched)) return refusal([watched]);
      Object.assign(found, rest, { version: found.version + 1 }, watched[0], { repositories: watched });
      if (rest.enabled !== undefined) found.next_run_at = rest.enabled ? '2026-11-22T08:00:00.000Z' : null;
      for (const [name, value] of Object.entries(headers ?? {})) {
        if (value === null) delete found.webhook_headers[name];
        else found.webhook_headers[name] = true;
      }
      return tagged(found);
    }),
    'DELETE /report-configurations/*': withConfiguration((found, request) => {
      const refused = changed(request, found.version);
      if (refused !== null) return refused;
      configurations.splice(configurations.indexOf(found), 1);
      return { status: 204 };
    }),
    'GET /report-configurations/*/scheduling-info': withConfiguration((found) =>
      ok({
        schedule: found.schedule, timezone: found.timezone, enabled: found.enabled, next_run_at: found.next_run_at,
        description: `At 09:00, every day, on the clock of ${found.timezone}.`, next_runs: fires().map(({ at, local }) => ({ utc: at, local })),
      }),
    ),
    'GET /report-configurations/*/deliveries': ({ query }) =>
      ok({ data: deliveries().filter((each) => query.get('state') === null || each.delivery.state === query.get('state')), pagination: page({ limit: 10 }) }),
    'POST /report-configurations/*/test-webhook': ({ query }) => ok(testedRun(query.get('deliver') === 'false' ? { webhook: null } : {})),
    'POST /report-configurations/*/run': ({ query }) =>
      query.get('estimate') === 'true' ? ok(estimate()) : { status: 202, body: run({ id: '019bc130-1ac0-7c3e-8a53-000000000009', status: 'running', trigger: 'manual' }) },
    'POST /report-configurations/*/rotate-secret': withConfiguration((found) => ok({ ...found, signing_secret: SECRET, previous_secret_until: '2026-11-22T14:20:00.000Z' })),
    'POST /report-configurations/*/enable': withConfiguration((found) => {
      found.delivery_health = { state: 'healthy', reason: null, response_status: null, since: null };
      found.next_run_at = '2026-11-23T06:00:00.000Z';
      return tagged(found);
    }),
    'POST /report-configurations/*/recover': () => ({ status: 202, body: { redeliveries: 1, has_more: false, next_after: null } }),
    'GET /repositories': () => ok({ data: repositories, pagination: page() }),
    'POST /repositories': ({ body }) => {
      const wanted = body as Schema<'RepositoryRequest'>;
      const path = /^(?:git clone )?(?:git@github\.com:|https?:\/\/github\.com\/)?([\w.-]+\/[\w.-]+?)(?:\.git)?(?:\/.*)?$/.exec(wanted.url.trim())?.[1];
      if (path === undefined) return invalid('/url', `'${wanted.url}' is at a host that is not known: name its provider, one of 'github', 'gitlab', 'gitea'.`);
      const made = repository({
        id: `0199c2b4-6f00-7c3e-8a53-0000000002${String(repositories.length).padStart(2, '0')}`, url: `https://github.com/${path}`, name: wanted.name ?? path, has_token: wanted.token != null, version: 1, created_at: NOW,
      });
      repositories.unshift(made);
      return { status: 201, body: made, headers: { etag: '"1"' } };
    },
    'GET /repositories/*': withRepository(tagged),
    'PATCH /repositories/*': withRepository((found, request) => {
      const refused = changed(request, found.version);
      if (refused !== null) return refused;
      const { token, ...rest } = request.body as Schema<'RepositoryPatch'>;
      Object.assign(found, rest, { version: found.version + 1 }, token === undefined ? {} : { has_token: token !== null });
      return tagged(found);
    }),
    'DELETE /repositories/*': withRepository((found, request) => {
      const refused = changed(request, found.version);
      if (refused !== null) return refused;
      repositories.splice(repositories.indexOf(found), 1);
      return { status: 204 };
    }),
    'GET /repositories/*/branches': ({ query }) => {
      const search = (query.get('search') ?? '').toLowerCase();
      const data = branchNames
        .filter((name) => name.toLowerCase().includes(search))
        .map((name, index) => ({ name, is_default: name === 'main', protected: name === 'main', commit_sha: String(index + 1).repeat(40) }));
      return ok({ data, pagination: { page: 1, perPage: 50, has_more: false, complete: true } });
    },
  };
}
