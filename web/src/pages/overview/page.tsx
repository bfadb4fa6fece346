import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { forecastQuery, usageQuery } from '@/api/queries';
import type { Usage } from '@/api/types';
import { ButtonLink, Skeleton, useNow, useZone } from '@/ui';
import { UsageStats, type UsageStatsProps } from '@/usage-stats';
import { answerOf } from './answer';
import { Month, Months } from './charts';
import { loadUsage } from './load-usage';
import { Attention, FirstSteps, LastRuns, NewestNotices } from './sections';

const { queryKey } = usageQuery();

export default function OverviewPage() {
  const zone = useZone();
  const usage = useQuery(usageQuery()).data;
  useRefreshWith(usage);
  const isNew = usage !== undefined && usage.currentReports === 0 && usage.monthlyUsage.total_runs === 0;
  return (
    <div className="flex flex-col gap-6">
      <Answer usage={usage} />
      {isNew ? <FirstSteps usage={usage} /> : <Attention usage={usage} />}
      <UsageStats source={loadUsage} queryKey={queryKey} timeZone={zone} theme="light" action={actionFor} />
      {usage !== undefined && (
        <div className="grid gap-6 xl:grid-cols-2">
          <Month usage={usage} />
          <Months usage={usage} />
        </div>
      )}
      <div className="grid items-start gap-6 xl:grid-cols-[minmax(0,5fr)_minmax(0,3fr)]">
        <LastRuns />
        <NewestNotices />
      </div>
    </div>
  );
}

/** The sentence that this page is about. */
function Answer({ usage }: { usage: Usage | undefined }) {
  const forecast = useQuery(forecastQuery());
  const zone = useZone();
  const now = useNow();
  const isReady = usage !== undefined && (forecast.data !== undefined || forecast.isError);
  return (
    <header>
      <p className="text-s text-ink-muted">Overview</p>
      {isReady ? (
        <h1 className="min-h-16 max-w-4xl text-l font-strong tracking-tight text-pretty sm:min-h-0">
          {answerOf(usage, forecast.data, zone, now)}
        </h1>
      ) : (
        <h1 className="min-h-16 max-w-4xl text-l sm:min-h-8">
          <span className="sr-only">Overview</span>
          <Skeleton className="h-7 w-full max-w-2xl" />
        </h1>
      )}
    </header>
  );
}

const actionFor: UsageStatsProps['action'] = (level) => {
  if (level === 'approaching') return <ButtonLink to="/app/configurations">Change schedules</ButtonLink>;
  if (level === 'reached') return <ButtonLink to="/app/profile">See plan</ButtonLink>;
  return null;
};

/** When the month's counter has changed, so has everything that is derived from runs. */
function useRefreshWith(usage: Usage | undefined): void {
  const client = useQueryClient();
  const seen = useRef<string>(undefined);
  const mark = usage && String(usage.revision ?? `${usage.monthlyUsage.total_runs} ${usage.runsUsed} ${usage.runsInFlight} ${usage.monthlyUsage.last_run_at}`);
  useEffect(() => {
    if (mark === undefined) return;
    if (seen.current !== undefined && seen.current !== mark) {
      void client.invalidateQueries({
        predicate: (query) => query.queryKey[0] === 'report-runs' && query.queryKey.length > queryKey.length,
      });
      void client.invalidateQueries({ queryKey: ['report-configurations'] });
      void client.invalidateQueries({ queryKey: ['notices'] });
    }
    seen.current = mark;
  }, [mark, client]);
}
