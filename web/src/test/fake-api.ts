/** An API that answers with fixtures: for the tests, which replace `fetch` with it, and for the mock of `dev/`. */
import type { Problem } from '@/api/types';
import { adminRoutes } from './fake-admin';
import { holdingRoutes } from './fake-holdings';
import { profileRoutes } from './fake-profile';
import {
  breakdown, config, configurations, days, forecast, history, notices, page, repository, runs, token, usages,
} from './fixtures';
import { listNotices, listRuns, manyRuns, runRoutes } from './fake-runs';

export interface FakeRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  body: unknown;
  authorization: string | null;
  /** By name in lower case. */
  headers: Record<string, string>;
}
export interface FakeAnswer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}
export type Handler = (request: FakeRequest) => FakeAnswer | Promise<FakeAnswer>;
/** Handlers by method and path, `GET /report-runs/usage`. `*` matches one segment. */
export type Routes = Record<string, Handler>;

export const ok = (body: unknown, headers: Record<string, string> = {}): FakeAnswer => ({ status: 200, body, headers });

export function problem(status: number, over: Partial<Problem> = {}): FakeAnswer {
  const body: Problem = {
    type: '/problems/service-unavailable',
    title: 'Service unavailable',
    status,
    detail: 'The table is throttled. Try again in a minute.',
    code: 'SERVICE_UNAVAILABLE',
    request_id: 'req-4711',
    ...over,
  };
  return { status, body, headers: { 'content-type': 'application/problem+json', 'x-request-id': body.request_id } };
}

export type Scenario = keyof typeof usages | 'error';

/** The answers of an account in a state. */
export function routesFor(scenario: Scenario): Routes {
  const isEmpty = scenario === 'empty';
  const list = (data: unknown[]) => ok({ data, pagination: page() });
  const routes: Routes = {
    'GET /config': () => ok(config()),
    'POST /demo/session': ({ body }) => {
      const isAdmin = (body as { role?: string } | null)?.role === 'admin';
      return ok({
        access_token: token(isAdmin ? { app_metadata: { role: 'admin' } } : {}),
        expires_at: '2100-01-01T00:00:00.000Z',
        user_id: '0d9c5e0e-6c1b-4a53-9d2f-000000000a11',
      });
    },
    ...profileRoutes(),
    ...adminRoutes(isEmpty),
    'GET /notices': listNotices(isEmpty ? [] : notices()),
    'GET /report-runs': listRuns(runsFor(scenario)),
    'GET /report-runs/usage': () => ok(usages[scenario === 'error' ? 'normal' : scenario]),
    'GET /report-runs/usage/history': () =>
      list(history(isEmpty ? new Array<number>(12).fill(0) : scenario === 'normal' ? [9, 14, 12, 21, 24, 30, 27, 22, 35, 28, 31, 18] : scenario === 'unlimited' ? [310, 420, 515, 640, 702, 980, 1120, 1205, 1390, 1510, 1720, 1842] : undefined)),
    'GET /report-runs/usage/daily': () =>
      list(days(isEmpty ? () => 0 : scenario === 'normal' ? (day) => (day <= 21 && day % 7 !== 1 ? 1 : 0) : scenario === 'unlimited' ? (day) => (day <= 21 ? 84 + (day % 5) : 0) : scenario === 'reached' ? (day) => (day <= 20 ? 2 + (day % 2) : 0) : undefined)),
    'GET /report-runs/usage/breakdown': ({ query }) => ok(breakdown({ by: query.get('by'), month: query.get('month'), isEmpty })),
    'GET /report-runs/usage/forecast': () => ok(forecastFor(scenario)),
    ...runRoutes(runsFor(scenario)),
    ...holdingRoutes(isEmpty ? [] : scenario === 'normal' ? configurations().slice(0, 1) : configurations(), isEmpty ? [] : [repository()]),
  };
  if (scenario === 'error') {
    for (const route of Object.keys(routes)) {
      if (/^GET \/(report-|repositories|notices)/.test(route)) routes[route] = () => problem(503);
    }
  }
  return routes;
}

function runsFor(scenario: Scenario) {
  switch (scenario) {
    case 'empty':
      return [];
    case 'running':
      return manyRuns(120);
    case 'normal':
      return runs().filter((run) => run.status === 'success').slice(0, 2);
    default:
      return manyRuns(120).slice(1);
  }
}

function forecastFor(scenario: Scenario) {
  switch (scenario) {
    case 'normal':
      return forecast({ runs_used: 18, runs_due: 10, runs_fitting: 10, runs_over_limit: 0, projected_runs: 28, limit_reached_at: null, reports: forecast().reports.slice(0, 1).map((report) => ({ ...report, runs_fitting: 10, runs_over_limit: 0 })) });
    case 'reached':
      return forecast({ runs_used: 50, runs_fitting: 0, runs_over_limit: 20, projected_runs: 70, limit_reached_at: '2026-11-20T18:00:00.000Z', blocked_reason: 'limit_reached' });
    case 'unlimited':
      return forecast({ monthly_limit: 1_000_000_000, runs_used: 1_842, runs_due: 780, runs_fitting: 780, runs_over_limit: 0, projected_runs: 2_622, limit_reached_at: null });
    case 'empty':
      return forecast({ runs_used: 0, runs_due: 0, runs_fitting: 0, runs_over_limit: 0, projected_runs: 0, limit_reached_at: null, reports: [] });
    default:
      return forecast();
  }
}

/** The answer to a request, by the most exact route. */
export async function answer(routes: Routes, request: FakeRequest): Promise<FakeAnswer> {
  const segments = request.path.split('/');
  const key = Object.keys(routes).find((route) => {
    const [method, path = ''] = route.split(' ');
    const wanted = path.split('/');
    return (
      method === request.method &&
      wanted.length === segments.length &&
      wanted.every((segment, index) => segment === '*' || segment === segments[index])
    );
  });
  const handler = key === undefined ? undefined : routes[key];
  if (handler === undefined) {
    return problem(404, { type: '/problems/not-found', code: 'NOT_FOUND', title: 'Not found', detail: `There is nothing at ${request.path}.` });
  }
  return handler(request);
}

/** A `fetch` that answers with the routes, and records the requests. */
export function fakeFetch(routes: Routes): { fetch: typeof fetch; requests: FakeRequest[] } {
  const requests: FakeRequest[] = [];
  const send = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const asked = new Request(input, init);
    const address = new URL(asked.url);
    const text = await asked.text();
    const request: FakeRequest = {
      method: asked.method,
      path: address.pathname,
      query: address.searchParams,
      body: text === '' ? null : JSON.parse(text),
      authorization: asked.headers.get('authorization'),
      headers: Object.fromEntries(asked.headers),
    };
    requests.push(request);
    const { status, body, headers } = await answer(routes, request);
    return new Response(body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body), {
      status,
      headers: { 'content-type': 'application/json', ...headers },
    });
  };
  return { fetch: send as typeof fetch, requests };
}
