/** The operator's part of the fake API: accounts, their limits and the usage of all of them. */
import type { AdminAccount, AdminUsage, AuditEntry } from '@/api/pending';
import type { Schema } from '@/api/types';
import { ok, problem, type FakeAnswer, type Routes } from './fake-api';
import { NOW, page } from './fixtures';
import { invalid, outdated, plans } from './fake-profile';

type Account = Schema<'Account'> & { audit: AuditEntry[] };

const OWN = '0d9c5e0e-6c1b-4a53-9d2f-000000000a11';
const OPERATOR = '5b1f7a90-2b07-4a55-8f53-0000000000ad';
const idOf = (index: number): string =>
  index === 0 ? OWN : `${(0x1a2b3c4d * (index + 1)).toString(16).padStart(8, '0').slice(-8)}-6c1b-4a53-9d2f-${String(index).padStart(12, '0')}`;

export const adminAccount = (over: Partial<AdminAccount> = {}): AdminAccount => ({
  user_id: OWN,
  plan: 'free',
  monthly_runs_limit: 50,
  counted_runs: 42,
  usage_percentage: 84,
  successful_runs: 44,
  failed_runs: 3,
  test_runs: 2,
  blocked_runs: 0,
  runs_in_flight: 0,
  total_tokens: 648_210,
  cost_usd: 1.084215,
  last_run_at: '2026-11-21T14:00:04.000Z',
  warning: 'approaching',
  ...over,
});

/** Accounts at every level. The first is the demo user's. */
export function adminAccounts(count = 64): AdminAccount[] {
  return Array.from({ length: count }, (_, index) => {
    if (index === 0) return adminAccount();
    const isPro = index % 3 === 0;
    const limit = index === 5 ? 1_000_000_000 : isPro ? 500 : 50;
    const counted = index === 5 ? 1_842 : index === 2 ? 50 : index > 58 ? 0 : Math.round(limit * (((index * 37) % 101) / 101));
    const percentage = limit >= 1_000_000_000 ? 0 : Math.round((counted / limit) * 100);
    return adminAccount({
      user_id: idOf(index),
      plan: isPro || index === 5 ? 'pro' : 'free',
      monthly_runs_limit: limit,
      counted_runs: counted,
      usage_percentage: percentage,
      successful_runs: counted + (counted > 0 ? 1 : 0),
      failed_runs: counted % 7,
      test_runs: counted % 3,
      blocked_runs: percentage >= 100 ? 4 : 0,
      runs_in_flight: index % 11 === 0 ? 1 : 0,
      total_tokens: counted * 15_400,
      cost_usd: Math.round(counted * 25_815) / 1e6,
      last_run_at: counted === 0 ? null : `2026-11-${String(21 - (index % 14)).padStart(2, '0')}T0${index % 10}:12:04.000Z`,
      warning: percentage >= 100 ? 'reached' : percentage >= 80 ? 'approaching' : 'none',
    });
  });
}

export function adminUsage(month = '2026-11', over: Partial<AdminUsage> = {}): AdminUsage {
  const isNow = month === '2026-11';
  const days = Array.from({ length: isNow ? 30 : 28 }, (_, index) => {
    const isWeekend = index % 7 === 0 || index % 7 === 6;
    const runs = isNow && index > 20 ? 0 : (isWeekend ? 92 : 214) + ((index * 29) % 37);
    return {
      day: `${month}-${String(index + 1).padStart(2, '0')}`,
      successful_runs: runs,
      failed_runs: runs === 0 ? 0 : index === 12 ? 58 : 4 + (index % 5),
      cancelled_runs: runs === 0 ? 0 : index % 3,
      test_runs: runs === 0 ? 0 : 6 + (index % 4),
      blocked_runs: runs === 0 ? 0 : Math.max(0, index - 14),
      total_tokens: runs * 15_400,
      cost_usd: Math.round(runs * 25_815) / 1e6,
    };
  });
  const sum = (of: (day: (typeof days)[number]) => number) => days.reduce((total, day) => total + of(day), 0);
  const failed = sum((day) => day.failed_runs);
  const tokens = sum((day) => day.total_tokens);
  const cost = Math.round(sum((day) => day.cost_usd) * 1e6) / 1e6;
  const runs = sum((day) => day.successful_runs);
  const share = (part: number) => ({ runs: Math.round(runs * part), total_tokens: Math.round(tokens * part), cost_usd: Math.round(cost * part * 1e6) / 1e6 });
  return {
    month,
    as_of: NOW,
    accounts: 64,
    totals: {
      successful_runs: runs,
      failed_runs: failed,
      cancelled_runs: sum((day) => day.cancelled_runs),
      test_runs: sum((day) => day.test_runs),
      blocked_runs: sum((day) => day.blocked_runs),
      total_tokens: tokens,
      cost_usd: cost,
    },
    days,
    error_codes: [
      { code: 'GIT_UNAVAILABLE', runs: Math.round(failed * 0.55) },
      { code: 'TOKEN_INVALID', runs: Math.round(failed * 0.25) },
      { code: 'LLM_UNAVAILABLE', runs: failed - Math.round(failed * 0.55) - Math.round(failed * 0.25) },
    ],
    models: [
      { model: 'gpt-6-luna', ...share(0.82) },
      { model: 'gpt-6-sol', ...share(0.17) },
      { model: 'plain', runs: Math.round(runs * 0.01), total_tokens: 0, cost_usd: 0 },
    ],
    ...over,
  };
}

const noUsage = (month: string): AdminUsage =>
  adminUsage(month, {
    accounts: 0,
    totals: { successful_runs: 0, failed_runs: 0, cancelled_runs: 0, test_runs: 0, blocked_runs: 0, total_tokens: 0, cost_usd: 0 },
    days: adminUsage(month).days.map((day) => ({ ...day, successful_runs: 0, failed_runs: 0, cancelled_runs: 0, test_runs: 0, blocked_runs: 0, total_tokens: 0, cost_usd: 0 })),
    error_codes: [],
    models: [],
  });

export function account(of: AdminAccount): Account {
  const plan = plans().data.find((each) => each.plan_name === of.plan) ?? plans().data[0]!;
  const runs = of.monthly_runs_limit === plan.monthly_runs_limit ? null : of.monthly_runs_limit;
  return {
    user_id: of.user_id,
    plan: plan.plan_name,
    overrides: { monthly_runs_limit: runs, max_repositories: null, max_reports: null, shortest_interval_minutes: null },
    limits: limitsOf(plan.plan_name, { monthly_runs_limit: runs }),
    repositories: 2,
    reports: 3,
    closed_at: null,
    deleted_at: null,
    audit: [
      { at: '2026-11-12T09:14:00.000Z', by: OPERATOR, change: 'monthly_runs_limit: plan’s limit → 50' },
      { at: '2026-10-02T16:40:12.000Z', by: OPERATOR, change: `plan: ${plan.plan_name === 'pro' ? 'free' : 'pro'} → ${plan.plan_name}` },
    ],
  };
}

function limitsOf(planName: string, overrides: Partial<Schema<'Overrides'>>): Schema<'AccountLimits'> {
  const plan = plans().data.find((each) => each.plan_name === planName) ?? plans().data[0]!;
  return {
    monthly_runs_limit: overrides.monthly_runs_limit ?? plan.monthly_runs_limit,
    max_repositories: overrides.max_repositories ?? plan.max_repositories,
    max_reports: overrides.max_reports ?? plan.max_reports,
    shortest_interval_minutes: overrides.shortest_interval_minutes ?? plan.shortest_interval_minutes,
  };
}

const overrideNames = ['monthly_runs_limit', 'max_repositories', 'max_reports', 'shortest_interval_minutes'] as const;

export function adminRoutes(isEmpty = false): Routes {
  const rows = isEmpty ? [] : adminAccounts();
  const changed = new Map<string, { value: Account; version: number }>();
  const find = (id: string) => {
    const row = rows.find((each) => each.user_id === id);
    if (row === undefined) return null;
    const kept = changed.get(id) ?? { value: account(row), version: 1 };
    changed.set(id, kept);
    return { row, kept };
  };
  const absent = (): FakeAnswer => problem(404, { type: '/problems/not-found', code: 'NOT_FOUND', title: 'Not found', detail: 'No account has this id.' });

  return {
    'GET /admin/accounts': ({ query }) => {
      const limit = Number(query.get('limit') ?? 50);
      const from = Number(query.get('cursor') ?? 0);
      const search = query.get('search');
      const found = rows
        .filter((row) => search === null || row.user_id.startsWith(search.toLowerCase()))
        .filter((row) => query.get('near_limit') !== 'true' || row.warning !== 'none')
        .sort((a, b) => (query.get('sort') === 'user' ? a.user_id.localeCompare(b.user_id) : b.usage_percentage - a.usage_percentage || b.counted_runs - a.counted_runs));
      const more = from + limit < found.length;
      return ok({ data: found.slice(from, from + limit), pagination: page({ limit, has_more: more, next_cursor: more ? String(from + limit) : null }), as_of: NOW });
    },
    'GET /admin/usage': ({ query }) => {
      const month = query.get('month') ?? '2026-11';
      return ok(isEmpty ? noUsage(month) : adminUsage(month));
    },
    'GET /admin/accounts/*': ({ path }) => {
      const found = find(path.split('/').at(-1) ?? '');
      return found === null ? absent() : ok(found.kept.value, { etag: `"${found.kept.version}"` });
    },
    'PATCH /admin/accounts/*': ({ path, body, headers }) => {
      const found = find(path.split('/').at(-1) ?? '');
      if (found === null) return absent();
      const { row, kept } = found;
      if (headers['if-match'] !== undefined && headers['if-match'] !== `"${kept.version}"`) return outdated();
      const patch = body as Schema<'AccountPatch'>;
      for (const name of overrideNames) {
        const value = patch.overrides?.[name];
        if (typeof value === 'number' && value > 1_000_000_000) return invalid(`/overrides/${name}`, 'The highest limit is 1000000000.');
      }
      const plan = patch.plan ?? kept.value.plan;
      const overrides = { ...kept.value.overrides, ...patch.overrides };
      const limits = limitsOf(plan, overrides);
      const value: Account = { ...kept.value, plan, overrides, limits, audit: [{ at: NOW, by: OPERATOR, change: `plan: ${plan}; monthly_runs_limit: ${limits.monthly_runs_limit}` }, ...kept.value.audit] };
      changed.set(row.user_id, { value, version: kept.version + 1 });
      const percentage = Math.round((row.counted_runs / Math.max(1, limits.monthly_runs_limit)) * 100);
      Object.assign(row, { plan, monthly_runs_limit: limits.monthly_runs_limit, usage_percentage: percentage, warning: percentage >= 100 ? 'reached' : percentage >= 80 ? 'approaching' : 'none' });
      const { audit: _, ...answer } = value;
      return ok(answer, { etag: `"${kept.version + 1}"` });
    },
    'DELETE /admin/accounts/*': ({ path }) => {
      const found = find(path.split('/').at(-1) ?? '');
      if (found === null) return absent();
      const value = { ...found.kept.value, closed_at: NOW };
      changed.set(value.user_id, { value, version: found.kept.version + 1 });
      return { status: 202, body: { user_id: value.user_id, status: 'deleting', closed_at: NOW, deleted_at: null, kept: ['usage', 'audit'] } };
    },
  };
}
