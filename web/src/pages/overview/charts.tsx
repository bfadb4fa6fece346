import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { dailyQuery, forecastQuery, historyQuery } from '@/api/queries';
import type { DayUsage, Forecast, MonthlyUsage, Usage } from '@/api/types';
import { calendarParts, columnDollars, count, dayName, daysInMonth, monthName, plural, spokenInstant } from '@/format';
import { ErrorPanel, Figure, useNow, useZone } from '@/ui';
import { limitOf } from '@/usage-stats/level';
import { daysBegun, projectionOf, reasonOf } from './answer';
import { ChartCard, ChartSkeleton, DataTable } from './chart-card';

// Fetched beside the data, not after it.
const monthsChart = import('./months-chart');
const monthChart = import('./month-chart');
const MonthsChart = lazy(() => monthsChart);
const MonthChart = lazy(() => monthChart);

/** How this month compares with the eleven before it. */
export function Months({ usage }: { usage: Usage }) {
  const history = useQuery(historyQuery());
  const title = 'Is usage growing?';
  if (history.isError && history.data === undefined) {
    return (
      <ChartCard title={title} sentence="Counted runs of the last 12 months">
        <ErrorPanel bare error={history.error} onRetry={() => void history.refetch()} retrying={history.isFetching} />
      </ChartCard>
    );
  }
  if (history.data === undefined) {
    return (
      <ChartCard title={title} sentence="Counted runs of the last 12 months">
        <ChartSkeleton />
      </ChartCard>
    );
  }
  const months = [...history.data.data].sort((a, b) => a.month.localeCompare(b.month));
  // This month's figures are those of the usage, so that one page never shows two.
  const shown = months.map((month) => (month.month === usage.monthlyUsage.month ? usage.monthlyUsage : month));
  const active = shown.filter((month) => month.counted_runs > 0).length;
  return (
    <ChartCard
      title={title}
      sentence={growth(shown)}
      low={active < 2}
      legend="Counted runs by UTC month"
      table={
        <DataTable
          caption="Usage of the last 12 months"
          head={['Month', 'Counted', 'Failed', 'Tokens', 'Cost']}
          rows={[...shown].reverse().map((month) => [
            monthName(month.month), count(month.counted_runs), count(month.failed_runs), count(month.total_tokens), columnDollars(month.total_cost_usd),
          ])}
        />
      }
    >
      {active < 2 ? (
        <dl className="grid grid-cols-2 gap-4">
          <Figure label="This month" value={count(usage.runsUsed)} unit={usage.runsUsed === 1 ? 'run' : 'runs'} />
          <Figure label="Earlier months" value={count(sumOf(shown) - usage.runsUsed)} unit="runs" note="The chart appears with the second month." />
        </dl>
      ) : (
        <Suspense fallback={<ChartSkeleton />}>
          <MonthsChart months={shown} limit={limitOf(usage)} />
        </Suspense>
      )}
    </ChartCard>
  );
}

/** The placeholder of both charts while the usage loads. */
export function ChartsSkeleton() {
  return (
    <>
      <ChartCard title="Will this month fit?" sentence="Counted runs of this month and the runs still due">
        <ChartSkeleton />
      </ChartCard>
      <ChartCard title="Is usage growing?" sentence="Counted runs of the last 12 months">
        <ChartSkeleton />
      </ChartCard>
    </>
  );
}

function sumOf(months: readonly MonthlyUsage[]): number {
  return months.reduce((sum, month) => sum + month.counted_runs, 0);
}

function growth(months: readonly MonthlyUsage[]): string {
  const before = months.slice(0, -1);
  const current = months.at(-1);
  const previous = before.at(-1);
  if (current === undefined || previous === undefined || sumOf(before) === 0) return 'This is the first month with runs.';
  const most = before.reduce((best, month) => (month.counted_runs > best.counted_runs ? month : best));
  const against = `${plural(current.counted_runs, 'run')} so far this month, ${count(previous.counted_runs)} in ${monthName(previous.month)}`;
  if (most === previous && current.counted_runs <= most.counted_runs) return `${against}, the most of the last ${months.length} months.`;
  if (current.counted_runs > most.counted_runs) return `${against}: the most of the last ${months.length} months.`;
  return `${against}. The most were ${count(most.counted_runs)} in ${monthName(most.month)}.`;
}

/** Whether the schedules fit into what is left of the limit. */
export function Month({ usage }: { usage: Usage }) {
  const daily = useQuery(dailyQuery());
  const forecast = useQuery(forecastQuery());
  const zone = useZone();
  const now = useNow();
  const title = limitOf(usage) === null ? 'Where will this month end?' : 'Will this month fit?';
  const error = daily.error ?? forecast.error;
  if (daily.data === undefined || forecast.data === undefined) {
    return (
      <ChartCard title={title} sentence="Counted runs of this month and the runs still due">
        {error === null ? (
          <ChartSkeleton />
        ) : (
          <ErrorPanel
            bare
            error={error}
            retrying={daily.isFetching || forecast.isFetching}
            onRetry={() => {
              void daily.refetch();
              void forecast.refetch();
            }}
          />
        )}
      </ChartCard>
    );
  }
  const begun = daysBegun(forecast.data);
  const days = daily.data.data.filter((day) => calendarParts(day.date).day <= begun).sort((a, b) => a.date.localeCompare(b.date));
  const reason = reasonOf(forecast.data);
  const hasChart = days.filter((day) => day.counted_runs > 0).length > 1;
  return (
    <ChartCard
      title={title}
      sentence={fit(usage, forecast.data, zone, now)}
      low={!hasChart}
      legend={reason === '' ? 'By UTC day' : `By UTC day. The band is what is still due: ${reason}.`}
      table={<DaysTable days={days} forecast={forecast.data} />}
    >
      {hasChart ? (
        <Suspense fallback={<ChartSkeleton />}>
          <MonthChart
            days={days}
            length={daysInMonth(forecast.data.month)}
            used={usage.runsUsed}
            limit={limitOf(usage)}
            projection={projectionOf({ ...forecast.data, runs_used: usage.runsUsed })}
          />
        </Suspense>
      ) : (
        <dl className="grid grid-cols-3 gap-4">
          <Figure label="Used" value={count(usage.runsUsed)} />
          <Figure label="Still due" value={count(forecast.data.runs_due)} />
          <Figure label="Expected" value={count(forecast.data.projected_runs)} unit={limitOf(usage) === null ? undefined : `of ${count(usage.monthlyLimit)}`} />
        </dl>
      )}
    </ChartCard>
  );
}

function DaysTable({ days, forecast }: { days: readonly DayUsage[]; forecast: Forecast }) {
  let sum = 0;
  const rows = days.map((day) => {
    sum += day.counted_runs;
    return [dayName(day.date), count(day.counted_runs), count(sum), count(day.failed_runs), columnDollars(day.total_cost_usd)];
  });
  return (
    <DataTable
      caption={`Days of ${monthName(forecast.month)}, in UTC`}
      head={['Day (UTC)', 'Counted', 'In all', 'Failed', 'Cost']}
      rows={[...rows, ['Still due', count(forecast.runs_due), count(forecast.projected_runs), '', '']]}
    />
  );
}

function fit(usage: Usage, forecast: Forecast, zone: string, now: number): string {
  const limit = limitOf(usage);
  const incomplete = forecast.complete ? '' : ' At least: the schedules fire too often to evaluate every fire.';
  if (limit === null) return `${plural(forecast.projected_runs, 'run')} are expected by the end of the month.${incomplete}`;
  if (usage.warning === 'reached') return `No: the limit is reached, and ${plural(forecast.runs_over_limit, 'scheduled run')} won’t start.${incomplete}`;
  if (forecast.runs_over_limit > 0) {
    const when = forecast.limit_reached_at === null ? '' : ` The limit is reached ${spokenInstant(forecast.limit_reached_at, zone, now)}.`;
    return `No: ${count(forecast.runs_over_limit)} of ${count(forecast.runs_due)} due runs don’t fit.${when}${incomplete}`;
  }
  if (forecast.runs_due === 0) return 'Yes: no scheduled run is due before the reset.';
  return `Yes: ${count(forecast.projected_runs)} of ${count(limit)} are expected.${incomplete}`;
}
