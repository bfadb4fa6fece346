import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { plansQuery, usageQuery } from '@/api/queries';
import type { Profile, Schema, Usage } from '@/api/types';
import { count, distance, exactInstant, isUnlimited, limitWords, plural } from '@/format';
import { Badge, Card, CardHeader, cx, ErrorPanel, Meter, Skeleton, SkeletonRows, Table, useNow, useSettledOrLate, type Column } from '@/ui';

type Plan = Schema<'Plan'>;

const columns = (current: string): readonly Column<Plan>[] => [
  {
    key: 'plan',
    header: 'Plan',
    primary: true,
    cell: (plan) => (
      <span className="inline-flex flex-wrap items-center gap-2 font-strong">
        <span className="capitalize">{plan.plan_name}</span>
        {plan.plan_name === current && (
          <Badge tone="accent" icon="check">
            Your plan
          </Badge>
        )}
      </span>
    ),
  },
  { key: 'runs', header: 'Runs a month', align: 'end', cell: (plan) => limitWords(plan.monthly_runs_limit) },
  { key: 'reports', header: 'Configurations', align: 'end', cell: (plan) => limitWords(plan.max_reports) },
  { key: 'repositories', header: 'Repositories', align: 'end', cell: (plan) => limitWords(plan.max_repositories) },
  { key: 'interval', header: 'Shortest interval', align: 'end', cell: (plan) => `${plan.shortest_interval_minutes} min` },
  { key: 'model', header: 'Own model', align: 'end', cell: (plan) => (plan.own_model ? 'Included' : '–') },
];

/** What the account may use, what it has used, and what the plans offer. */
export function PlanAndLimits({ profile }: { profile: Profile }) {
  const usage = useQuery(usageQuery());
  const plans = useQuery(plansQuery());
  // Both at once: the one that comes first would be moved by the other.
  const isReady = useSettledOrLate(usage.isPending || plans.isPending);
  const { limits } = profile;
  const plan = plans.data?.data.find((each) => each.plan_name === limits.plan_name);
  const own = plan === undefined ? [] : overridesOf(limits, plan);
  return (
    <Card label="Plan and limits">
      <CardHeader
        title={
          <>
            <span className="capitalize">{limits.plan_name}</span> plan
          </>
        }
        note={
          own.length === 0
            ? 'The operator of this service changes plans and limits.'
            : `Your account has limits of its own: ${own.join(', ')}. The operator of this service sets them.`
        }
      />
      {isReady ? (
        <>
          <Used usage={usage.data} limits={limits} error={usage.error} onRetry={() => void usage.refetch()} retrying={usage.isFetching} />
          <div className="border-t border-line">
            {plans.data === undefined ? (
              plans.isError ? (
                <ErrorPanel bare error={plans.error} onRetry={() => void plans.refetch()} retrying={plans.isFetching} />
              ) : (
                <SkeletonRows rows={3} label="Loading the plans" />
              )
            ) : (
              <Table caption="Plans and their limits" columns={columns(limits.plan_name)} rows={plans.data.data} rowKey={(each) => each.plan_name} />
            )}
          </div>
        </>
      ) : (
        <section aria-busy="true">
          <UsedSkeleton />
          <div className="border-t border-line">
            <SkeletonRows rows={3} label="Loading the plans" />
          </div>
        </section>
      )}
    </Card>
  );
}

function overridesOf(limits: Profile['limits'], plan: Plan): string[] {
  const each: [boolean, string][] = [
    [limits.monthly_runs_limit !== plan.monthly_runs_limit, `${limitWords(limits.monthly_runs_limit)} runs a month`],
    [limits.max_reports !== plan.max_reports, `${limitWords(limits.max_reports)} configurations`],
    [limits.max_repositories !== plan.max_repositories, `${limitWords(limits.max_repositories)} repositories`],
    [limits.shortest_interval_minutes !== plan.shortest_interval_minutes, `schedules every ${plural(limits.shortest_interval_minutes, 'minute')}`],
  ];
  return each.filter(([differs]) => differs).map(([, words]) => words);
}

interface UsedProps {
  usage: Usage | undefined;
  limits: Profile['limits'];
  error: unknown;
  onRetry: () => void;
  retrying: boolean;
}

function Used({ usage, limits, error, onRetry, retrying }: UsedProps) {
  const now = useNow();
  if (usage === undefined) {
    if (error !== null) return <ErrorPanel bare error={error} onRetry={onRetry} retrying={retrying} />;
    return <UsedSkeleton />;
  }
  return (
    <dl className="grid grid-cols-2 gap-x-8 gap-y-4 px-4 pt-2 pb-4 sm:px-6 lg:grid-cols-4">
      <Use label="Runs this month" used={usage.runsUsed} most={usage.monthlyLimit} warning={usage.warning} note={<Reset at={usage.resetsAt} now={now} />} />
      <Use label="Configurations" used={usage.currentReports} most={limits.max_reports} />
      <Use label="Repositories" used={usage.currentRepositories} most={limits.max_repositories} />
      <Use label="Runs that don’t count" used={usage.uncountedRuns.used} most={usage.uncountedRuns.limit} note="Failed, test and cancelled ones" />
    </dl>
  );
}

function UsedSkeleton() {
  return (
    <div role="status" aria-label="Loading the usage" className="grid grid-cols-2 gap-4 px-4 pt-2 pb-4 sm:px-6 lg:grid-cols-4">
      {[0, 1, 2, 3].map((index) => (
        <Skeleton key={index} className="h-14" />
      ))}
    </div>
  );
}

/** The distance and the date each stay on a line. */
function Reset({ at, now }: { at: string; now: number }) {
  return (
    <>
      Resets {distance(at, now)},{' '}
      <time dateTime={at} className="inline-block whitespace-nowrap">
        {exactInstant(at, 'UTC')}
      </time>
    </>
  );
}

/** A use of a limit: the figures, a bar, and a word near the limit. */
function Use({ label, used, most, warning, note }: { label: string; used: number; most: number; warning?: Usage['warning']; note?: ReactNode }) {
  const percent = most === 0 ? 100 : (used / most) * 100;
  const hasLimit = !isUnlimited(most);
  const level = warning ?? (!hasLimit ? 'none' : percent >= 100 ? 'reached' : percent >= 80 ? 'approaching' : 'none');
  return (
    <div className="min-w-0">
      <dt className="text-s text-ink-muted">{label}</dt>
      <dd>
        <span className="figures font-strong">{count(used)}</span>{' '}
        <span className="figures text-s text-ink-muted">{hasLimit ? `of ${count(most)}` : 'without a limit'}</span>
        {hasLimit && (
          <span className="mt-1.5 block">
            <Meter percent={percent} warning={level} />
          </span>
        )}
        {(level !== 'none' || note) && (
          <span className="mt-1 block text-s text-ink-muted">
            {level !== 'none' && <span className={cx('block', level === 'reached' ? 'text-bad' : 'text-warn')}>{level === 'reached' ? 'Limit reached' : 'Near the limit'}</span>}
            {note}
          </span>
        )}
      </dd>
    </div>
  );
}
