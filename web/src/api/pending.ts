/**
 * Shapes of the API that its OpenAPI document does not have yet, in the form that openapi-fetch reads. When the document has
 * one, `npm run types` generates it: delete it here.
 */
import type { components } from './schema';

type Schemas = components['schemas'];
type Json<Body> = { headers: Record<string, unknown>; content: { 'application/json': Body } };
type ProblemAnswer = { headers: Record<string, unknown>; content: { 'application/problem+json': Schemas['Problem'] } };
type NoParameters = { query?: never; header?: never; path?: never; cookie?: never };
type Unused = { get?: never; put?: never; post?: never; delete?: never; options?: never; head?: never; patch?: never; trace?: never };

type Get<Query, Body> = Omit<Unused, 'get'> & {
  parameters: NoParameters;
  get: {
    parameters: { query?: Query; header?: never; path?: never; cookie?: never };
    requestBody?: never;
    responses: { 200: Json<Body>; default: ProblemAnswer };
  };
};
type Post<Request, Body> = Omit<Unused, 'post'> & {
  parameters: NoParameters;
  post: {
    parameters: NoParameters;
    requestBody: { content: { 'application/json': Request } };
    responses: { 200: Json<Body>; default: ProblemAnswer };
  };
};

/** How the page signs in: `demo` only in the local stack, `oidc` with an issuer, otherwise a pasted bearer token. */
export interface SignIn {
  kind: 'demo' | 'oidc' | 'bearer';
  issuer?: string;
  client_id?: string;
  scope?: string;
}

/** `GET /config`. */
export interface Config {
  name: string;
  version: string;
  sign_in: SignIn;
  features: { email_notices: boolean; own_model: boolean; demo: boolean };
  /** Where the API is, if it isn't where the page is. */
  api_url?: string;
}

/** `POST /demo/session`. */
export interface DemoSession {
  access_token: string;
  expires_at: string;
  user_id: string;
}

/** The body of `POST /report-configurations/preview`; with `id`, a saved configuration's fields are the defaults. */
export type PreviewRequest = Partial<Schemas['ConfigurationRequest']> & { id?: string };

export interface Preview {
  schedule: {
    expression: string;
    timezone: string;
    words: string | null;
    next_fires: { at: string; local: string }[];
  } | null;
  quota_impact: Schemas['QuotaImpact'] | null;
  forecast: {
    monthly_runs_limit: number;
    used: number;
    /** Runs to the end of the month, with this configuration. */
    expected_runs: number;
    limit_reached_at: string | null;
    reports_that_do_not_fit: number;
  } | null;
  problems: { pointer: string; detail: string }[];
}

export type BreakdownBy = 'configuration' | 'repository' | 'model';

export interface BreakdownRow {
  /** The id of the configuration or repository, or the model's name. */
  id: string;
  name: string | null;
  runs: number;
  successful_runs: number;
  failed_runs: number;
  counted_runs: number;
  test_runs: number;
  total_tokens: number;
  cost_usd: number;
  last_run_at: string | null;
}

/** `GET /report-runs/usage/breakdown`, sorted by cost, then by runs. */
export interface Breakdown {
  month: string;
  by: BreakdownBy;
  data: BreakdownRow[];
}

/** The delivery of a run, in lists too. The states are those of the API's `DeliveryState`; more can come. */
export interface RunDelivery {
  state: Schemas['DeliveryState'] | 'failed' | 'cancelled';
  attempts: number;
  last_status: number | null;
  next_attempt_at: string | null;
}

export interface AdminAccount {
  user_id: string;
  plan: string;
  monthly_runs_limit: number;
  counted_runs: number;
  usage_percentage: number;
  successful_runs: number;
  failed_runs: number;
  test_runs: number;
  blocked_runs: number;
  runs_in_flight: number;
  total_tokens: number;
  cost_usd: number;
  last_run_at: string | null;
  warning: Schemas['UsageWarning'];
}

/** `GET /admin/accounts`. */
export interface AdminAccounts {
  data: AdminAccount[];
  pagination: Schemas['Pagination'];
  as_of: string;
}

export interface AdminDay {
  /** A UTC day, `YYYY-MM-DD`. */
  day: string;
  successful_runs: number;
  failed_runs: number;
  cancelled_runs: number;
  test_runs: number;
  blocked_runs: number;
  total_tokens: number;
  cost_usd: number;
}

/** `GET /admin/usage`. */
export interface AdminUsage {
  month: string;
  as_of: string;
  accounts: number;
  totals: {
    successful_runs: number;
    failed_runs: number;
    cancelled_runs: number;
    test_runs: number;
    blocked_runs: number;
    total_tokens: number;
    cost_usd: number;
  };
  days: AdminDay[];
  error_codes: { code: string; runs: number }[];
  models: { model: string; runs: number; total_tokens: number; cost_usd: number }[];
}

/** A change of an account, in `GET /admin/accounts/{user_id}` as `audit`. */
export interface AuditEntry {
  at: string;
  by: string;
  change: string;
}

export interface PendingPaths {
  '/config': Get<never, Config>;
  '/demo/session': Post<{ role?: 'admin' }, DemoSession>;
  '/report-configurations/preview': Post<PreviewRequest, Preview>;
  '/report-runs/usage/breakdown': Get<{ month?: string; by: BreakdownBy }, Breakdown>;
  '/admin/accounts': Get<
    { cursor?: string; limit?: number; sort?: 'usage' | 'user'; search?: string; near_limit?: boolean },
    AdminAccounts
  >;
  '/admin/usage': Get<{ month?: string }, AdminUsage>;
}
