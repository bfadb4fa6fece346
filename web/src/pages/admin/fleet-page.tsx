import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { Schema } from '@/api/types';
import { useSession } from '@/auth/session';
import { count, dayName, dollars, modelWord, monthName, monthsBefore, percentage, plural } from '@/format';
import { ChartCard, ChartSkeleton, DataTable } from '@/pages/overview/chart-card';
import {
  Card, CardHeader, Count, EmptyState, ErrorPanel, Field, Figure, Icon, Money, Select, Skeleton, Table, useNow, type Column,
} from '@/ui';
import { activeDays, costSentence, healthSentence } from './fleet';
import { AdminFrame, AsOf } from './frame';
import { fleetQuery } from './queries';
import { adminUsageRoute } from './route';

const DaysChart = lazy(() => import('./days-chart'));

/** How many months can be chosen. */
const MONTHS = 12;

export default function FleetPage() {
  const now = useNow();
  const { isAdmin } = useSession();
  const thisMonth = new Date(now).toISOString().slice(0, 7);
  const { month = thisMonth } = adminUsageRoute.useSearch();
  const navigate = useNavigate();
  const usage = useQuery({ ...fleetQuery(month), enabled: isAdmin });
  const months = monthsBefore(thisMonth, MONTHS);
  return (
    <AdminFrame note="All accounts together, by UTC day.">
      <div className="mb-6 flex flex-wrap items-end justify-between gap-x-4 gap-y-3">
        <Field label="Month (UTC)" className="max-sm:w-full">
          {(control) => (
            <Select
              {...control}
              className="w-full sm:w-60"
              value={month}
              onChange={(event) =>
                void navigate({ to: '/app/admin/usage', search: event.target.value === thisMonth ? {} : { month: event.target.value }, resetScroll: false })
              }
            >
              {(months.includes(month) ? months : [...months, month]).map((each) => (
                <option key={each} value={each}>
                  {monthName(each)}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {usage.data !== undefined && (
          <p className="text-s text-ink-muted">
            <AsOf at={usage.data.as_of} absent="Not summed up yet" />
          </p>
        )}
      </div>
      {usage.data === undefined ? (
        usage.isError ? (
          <ErrorPanel error={usage.error} onRetry={() => void usage.refetch()} retrying={usage.isFetching} />
        ) : (
          <div role="status" aria-label="Loading the usage" className="flex flex-col gap-6">
            <Skeleton className="h-8 max-w-2xl" />
            <Skeleton className="h-28" />
            <div className="grid gap-6 xl:grid-cols-2">
              <Skeleton className="h-96" />
              <Skeleton className="h-96" />
            </div>
          </div>
        )
      ) : (
        <Fleet usage={usage.data} />
      )}
    </AdminFrame>
  );
}

type FleetUsage = Schema<'FleetUsage'>;

function Fleet({ usage }: { usage: FleetUsage }) {
  const { runs } = usage.totals;
  if (runs === 0 && usage.totals.blocked_runs === 0) {
    return (
      <Card>
        <EmptyState icon="runs" title={usage.as_of === null ? 'Nothing is summed up yet' : `No run in ${monthName(usage.month)}`}>
          The runs of all accounts will be here by day, status, error code and model, with their tokens and cost.
        </EmptyState>
      </Card>
    );
  }
  const { totals } = usage;
  return (
    <div className="flex flex-col gap-6">
      <p className="flex items-start gap-2 font-strong text-pretty">
        <Icon name={totals.failed_runs / runs > 0.1 ? 'warning' : 'check-circle'} className={totals.failed_runs / runs > 0.1 ? 'mt-1 size-4 text-warn' : 'mt-1 size-4 text-ok'} />
        <span>{healthSentence(usage)}</span>
      </p>
      <Card label="Totals">
        <dl className="grid grid-cols-2 gap-x-8 gap-y-4 p-4 sm:grid-cols-4 sm:p-6">
          <Figure label="Accounts with runs" value={<Count value={usage.accounts} />} />
          <Figure label="Successful runs" value={<Count value={totals.successful_runs} />} />
          <Figure label="Failed runs" value={<Count value={totals.failed_runs} />} note={runs === 0 ? undefined : `${percentage((totals.failed_runs / runs) * 100)} of all`} />
          <Figure label="Cancelled runs" value={<Count value={totals.cancelled_runs} />} />
          <Figure label="Test runs" value={<Count value={totals.test_runs} />} note="Among the others" />
          <Figure label="Blocked by a limit" value={<Count value={totals.blocked_runs} />} note="Not started" />
          <Figure label="Tokens" value={<Count value={totals.total_tokens} />} />
          <Figure label="Cost" value={<Money usd={totals.cost_usd} />} note={totals.unpriced_runs === 0 ? undefined : `Without ${plural(totals.unpriced_runs, 'run')} of unknown price`} />
        </dl>
      </Card>
      <div className="grid gap-6 xl:grid-cols-2">
        <RunsByDay usage={usage} />
        <CostByDay usage={usage} />
      </div>
      <div className="grid items-start gap-6 xl:grid-cols-2">
        <ErrorCodes usage={usage} />
        <Models usage={usage} />
      </div>
    </div>
  );
}

/** A chart needs this many days; fewer are shown as numbers. */
const CHART_DAYS_MIN = 2;

function RunsByDay({ usage }: { usage: FleetUsage }) {
  const days = activeDays(usage);
  return (
    <ChartCard
      title="On which days do runs fail?"
      sentence={worstDay(usage)}
      legend={
        <span className="flex flex-wrap gap-x-4 gap-y-1">
          <Mark className="fill-accent" label="Successful" />
          <Mark className="fill-bad" label="Failed" striped />
          <Mark className="fill-line-strong" label="Cancelled" />
          <span>By UTC day</span>
        </span>
      }
      table={
        <DataTable
          caption={`Runs of ${monthName(usage.month)} by UTC day`}
          head={['Day (UTC)', 'Successful', 'Failed', 'Cancelled', 'Tests', 'Blocked']}
          rows={days.map((day) => [
            dayName(day.day), count(day.successful_runs), count(day.failed_runs), count(day.cancelled_runs), count(day.test_runs), count(day.blocked_runs),
          ])}
        />
      }
    >
      {days.length < CHART_DAYS_MIN ? (
        <dl className="grid grid-cols-3 gap-4">
          <Figure label="Successful" value={count(usage.totals.successful_runs)} />
          <Figure label="Failed" value={count(usage.totals.failed_runs)} />
          <Figure label="Cancelled" value={count(usage.totals.cancelled_runs)} note="The chart appears with the second day." />
        </dl>
      ) : (
        <Suspense fallback={<ChartSkeleton />}>
          <DaysChart month={usage.month} days={days} show="runs" />
        </Suspense>
      )}
    </ChartCard>
  );
}

function Mark({ className, label, striped = false }: { className: string; label: string; striped?: boolean }) {
  return (
    <span className="inline-flex items-center gap-1.5">
      <svg viewBox="0 0 10 10" className="size-2.5" aria-hidden="true">
        <rect width="10" height="10" rx="2" className={className} />
        {striped && <path d="M0 10L10 0" strokeWidth="2" className="stroke-surface" />}
      </svg>
      {label}
    </span>
  );
}

function worstDay({ days }: FleetUsage): string {
  const worst = days.reduce((most, day) => (day.failed_runs > most.failed_runs ? day : most), days[0] ?? { day: '', failed_runs: 0 });
  if (worst.failed_runs === 0) return 'On none: no run has failed.';
  return `Most on ${dayName(worst.day)}, with ${plural(worst.failed_runs, 'failed run')}.`;
}

function CostByDay({ usage }: { usage: FleetUsage }) {
  const days = activeDays(usage);
  let sum = 0;
  return (
    <ChartCard
      title="What does it cost?"
      sentence={costSentence(usage)}
      legend="Cost by UTC day, in US dollars"
      table={
        <DataTable
          caption={`Tokens and cost of ${monthName(usage.month)} by UTC day`}
          head={['Day (UTC)', 'Tokens', 'Cost', 'In all']}
          rows={days.map((day) => {
            sum += day.cost_usd;
            return [dayName(day.day), count(day.total_tokens), dollars(day.cost_usd), dollars(sum)];
          })}
        />
      }
    >
      {days.length < CHART_DAYS_MIN ? (
        <dl className="grid grid-cols-2 gap-4">
          <Figure label="Cost" value={<Money usd={usage.totals.cost_usd} />} />
          <Figure label="Tokens" value={count(usage.totals.total_tokens)} note="The chart appears with the second day." />
        </dl>
      ) : (
        <Suspense fallback={<ChartSkeleton />}>
          <DaysChart month={usage.month} days={days} show="cost" />
        </Suspense>
      )}
    </ChartCard>
  );
}

type ErrorRow = FleetUsage['error_codes'][number];
type ModelRow = FleetUsage['models'][number];

function ErrorCodes({ usage }: { usage: FleetUsage }) {
  const failed = usage.totals.failed_runs;
  const columns: readonly Column<ErrorRow>[] = [
    { key: 'code', header: 'Error code', primary: true, cell: (row) => <span className="font-mono text-s break-all">{row.code}</span> },
    { key: 'runs', header: 'Runs', align: 'end', cell: (row) => <Count value={row.runs} /> },
    { key: 'share', header: 'Of the failed runs', align: 'end', cell: (row) => (failed === 0 ? '–' : percentage((row.runs / failed) * 100)) },
  ];
  return (
    <Card label="Error codes">
      <CardHeader title="Why do runs fail?" note="Failed runs by error code" />
      {usage.error_codes.length === 0 ? (
        <EmptyState icon="check-circle" title="No run has failed">
          Each error code will be here with the number of its runs.
        </EmptyState>
      ) : (
        <Table caption="Failed runs by error code" columns={columns} rows={usage.error_codes} rowKey={(row) => row.code} />
      )}
    </Card>
  );
}

const modelColumns: readonly Column<ModelRow>[] = [
  { key: 'model', header: 'Model', primary: true, cell: (row) => <span className="font-strong break-all">{modelWord(row.model)}</span> },
  { key: 'runs', header: 'Runs', align: 'end', cell: (row) => <Count value={row.runs} /> },
  { key: 'tokens', header: 'Tokens', align: 'end', cell: (row) => <Count value={row.total_tokens} short /> },
  { key: 'cost', header: 'Cost', align: 'end', cell: (row) => <Money usd={row.cost_usd} /> },
];

function Models({ usage }: { usage: FleetUsage }) {
  return (
    <Card label="Models">
      <CardHeader title="Which models write?" note="Runs, tokens and cost by model" />
      {usage.models.length === 0 ? (
        <EmptyState icon="info" title="No model was used">
          Each model will be here with its runs, tokens and cost.
        </EmptyState>
      ) : (
        <Table caption="Runs, tokens and cost by model" columns={modelColumns} rows={usage.models} rowKey={(row) => row.model} />
      )}
    </Card>
  );
}
