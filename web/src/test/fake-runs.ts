/** Runs, their reports, deliveries and notices, with filters and pages as the API has them. */
import type { Notice, Run, RunWithContent, Schema } from '@/api/types';
import { ok, problem, type FakeAnswer, type FakeRequest, type Handler, type Routes } from './fake-api';
import { page, run, runs } from './fixtures';

function missing(path: string): FakeAnswer {
  return problem(404, { type: '/problems/not-found', code: 'NOT_FOUND', title: 'Not found', detail: `There is no run at ${path}.` });
}

export const report = `# Daily report: octocat/hello-world

14 commits by 4 people between 20 and 21 November 2026.

## Features
- **Sign-in with passkeys** by Ada Lovelace ([a1b2c3d](https://github.com/octocat/hello-world/commit/a1b2c3d))
- Export of invoices as CSV by Grace Hopper ([d4e5f6a](https://github.com/octocat/hello-world/commit/d4e5f6a))

## Fixes
1. A page without rows no longer shows the old ones.
2. \`Retry-After\` is obeyed when it is a date:

\`\`\`rust
let wait = retry_after(&headers).unwrap_or(DEFAULT_WAIT);
\`\`\`

| Author | Commits | Lines |
| --- | ---: | ---: |
| Ada Lovelace | 7 | 412 |
| Grace Hopper | 4 | 96 |
| Others | 3 | 18 |

> The migration of the ~~old~~ index must run before the next release.

- [x] Dependencies are up to date
- [ ] The changelog is not
`;

/** The runs of `runs()` and `count` older ones, newest first. */
export function manyRuns(count: number): Run[] {
  const first = Date.parse('2026-11-15T08:00:04.000Z');
  const older = Array.from({ length: count }, (_, index): Run => {
    const at = first - index * 12 * 3_600_000;
    const tokens = 9_000 + ((index * 7_919) % 30_000);
    const completion = 1_200 + ((index * 613) % 2_000);
    const cost = Math.round((tokens * 0.1 + completion * 0.5)) / 1e6;
    const failed = index % 13 === 5;
    return run({
      id: `019bb000-1ac0-7c3e-8a53-${String(index).padStart(12, '0')}`,
      started_at: new Date(at).toISOString(),
      completed_at: new Date(at + 15_000).toISOString(),
      status: failed ? 'failed' : 'success',
      trigger: index % 9 === 4 ? 'test' : index % 11 === 6 ? 'manual' : 'schedule',
      headline: failed ? null : run().headline,
      commits_processed: failed ? 0 : (index * 5) % 60,
      prompt_tokens: failed ? 0 : tokens, cached_prompt_tokens: 0, completion_tokens: failed ? 0 : completion, reasoning_tokens: 0,
      tokens_used: failed ? 0 : tokens + completion,
      cost_usd: failed ? 0 : cost, known_cost_usd: failed ? 0 : cost,
      error_code: failed ? 'GIT_UNAVAILABLE' : null,
      error_message: failed ? 'The git host did not answer.' : null,
      quota: { ...run().quota, counted: !failed && index % 9 !== 4, reason: failed ? 'failed' : index % 9 === 4 ? 'test' : 'report' },
      ...(failed ? { webhook_delivered: false, delivery: { state: 'none' as const, attempts: 0, in_flight: false, last_status: null, next_attempt_at: null } } : {}),
    });
  });
  return [...runs(), ...older];
}

/** A page of the runs that match the query, as the API answers it. */
export function listRuns(all: readonly Run[]): Handler {
  return ({ query }) => {
    const at = (run: Run) => Date.parse(run.started_at);
    const matches = all.filter(
      (run) =>
        [
          ['status', run.status], ['trigger', run.trigger], ['delivery_state', run.delivery.state],
          ['configuration_id', run.report_configuration_id], ['repository_id', run.repository_id],
        ].every(([key, value]) => query.get(key ?? '') === null || query.get(key ?? '') === value) &&
        (query.get('from') === null || at(run) >= Date.parse(query.get('from') ?? '')) &&
        (query.get('to') === null || at(run) < Date.parse(query.get('to') ?? '')),
    );
    const limit = Number(query.get('limit') ?? 50);
    const start = Number(query.get('cursor') ?? 0);
    const next = start + limit;
    const hasMore = next < matches.length;
    return ok({ data: matches.slice(start, next), pagination: page({ limit, has_more: hasMore, next_cursor: hasMore ? String(next) : null }) });
  };
}

export const facts = (over: Partial<Schema<'Facts'>> = {}): Schema<'Facts'> => ({
  commits: 14, merges: 2, changes: 9, people: 4, bots: 1, additions: 1_526, deletions: 340, dependency_updates: 3, reverted: 1, breaking: 1,
  kinds: [{ kind: 'Features', changes: 3 }, { kind: 'Fixes', changes: 4 }, { kind: 'Dependencies', changes: 2 }],
  areas: [
    { name: 'src/sign-in', changes: 4, files: 11, additions: 902, deletions: 121 },
    { name: 'src/invoices', changes: 3, files: 6, additions: 412, deletions: 88 },
  ],
  most_significant: [],
  authors: [],
  trend: null,
  warnings: [],
  activity: null,
  ...over,
});

export function withContent(of: Run, over: Partial<RunWithContent> = {}): RunWithContent {
  const isWritten = of.status === 'success';
  return { ...of, report_content: isWritten ? report : null, report_facts: isWritten ? facts() : null, report_content_expired: false, ...over };
}

const attempt = (over: Partial<Schema<'Attempt'>> = {}): Schema<'Attempt'> => ({
  number: 1, attempted_at: '2026-11-21T08:00:20.000Z', duration_ms: 120, error_class: null, next_attempt_at: null,
  response_excerpt: 'ok', response_status: 204, ...over,
});

/** The attempts of a run's delivery: one that arrived, none, or eleven in vain. */
export function deliveriesOf(of: Run): Schema<'Deliveries'> {
  const { state, attempts } = of.delivery;
  const at = Date.parse(of.completed_at ?? of.started_at);
  const waits = [0, 0.1, 0.5, 3, 10, 30, 90, 210, 390, 690, 1_230];
  const data = Array.from({ length: attempts }, (_, index) => {
    const isLast = index === attempts - 1;
    const attempted = new Date(at + 1_000 + (waits[index] ?? 0) * 60_000).toISOString();
    const next = isLast ? null : new Date(at + 1_000 + (waits[index + 1] ?? 0) * 60_000).toISOString();
    if (isLast && state === 'delivered') return attempt({ number: index + 1, attempted_at: attempted });
    if (index === 1) return attempt({ number: 2, attempted_at: attempted, next_attempt_at: next, response_status: null, error_class: 'connect_timeout', response_excerpt: null, duration_ms: 5_000 });
    return attempt({ number: index + 1, attempted_at: attempted, next_attempt_at: next, response_status: 503, error_class: 'http_503', response_excerpt: '<html><body><h1>503 Service Unavailable</h1> No server is available to handle this request.</body></html>', duration_ms: 840 });
  });
  return {
    delivery: of.delivery, data, pagination: page({ limit: data.length }),
  };
}

/** A page of the notices that match the query. */
export function listNotices(all: readonly Notice[], unread = all.filter((each) => !each.read).length): Handler {
  return ({ query }) => {
    const wanted = query.get('unread');
    const matches = all.filter(
      (each) =>
        (query.get('type') === null || query.get('type') === each.type) && (wanted === null || String(!each.read) === wanted),
    );
    const limit = Number(query.get('limit') ?? 50);
    const start = Number(query.get('cursor') ?? 0);
    const hasMore = start + limit < matches.length;
    return ok({
      data: matches.slice(start, start + limit),
      pagination: page({ limit, has_more: hasMore, next_cursor: hasMore ? String(start + limit) : null }),
      unread,
    });
  };
}

function csvOf(all: readonly Run[]): string {
  return `id,status,cost_usd\r\n${all.map((each) => `${each.id},${each.status},${each.cost_usd ?? ''}\r\n`).join('')}`;
}

const csvHeaders = { 'content-type': 'text/csv; charset=utf-8; header=present' };

/** The routes of the pages of runs and notices, over an account's runs. */
export function runRoutes(all: readonly Run[]): Routes {
  const find = ({ path }: FakeRequest) => all.find((each) => each.id === path.split('/')[2]);
  const of = (respond: (found: Run, request: FakeRequest) => FakeAnswer): Handler => (request) => {
    const found = find(request);
    return found === undefined ? missing(request.path) : respond(found, request);
  };
  return {
    'GET /report-runs/export': () => ({ status: 200, body: csvOf(all.slice(0, 5)), headers: csvHeaders }),
    'GET /report-runs/*': of((found) => ok(withContent(found))),
    'GET /report-runs/*/deliveries': of((found) => ok(deliveriesOf(found))),
    'POST /report-runs/*/cancel': of((found) => ok({ ...found, status: 'cancelled' })),
    'POST /report-runs/*/redeliver': of((found) => ({
      status: 202, body: { ...found, delivery: { state: 'pending', attempts: 0, in_flight: false, last_status: null, next_attempt_at: null } },
    })),
    'PUT /notices/read': ({ body }) => ok({ read_until: (body as { read_until: string }).read_until, unread: 0 }),
  };
}
