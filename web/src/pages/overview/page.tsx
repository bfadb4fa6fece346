import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { configurationsQuery, forecastQuery, lastRunsQuery, profileQuery, usageQuery } from '@/api/queries';
import type { Usage } from '@/api/types';
import { ButtonLink, Skeleton, useNow, useZone } from '@/ui';
import { UsageStats, type UsageStatsProps } from '@/usage-stats';
import { answerOf } from './answer';
import { ChartsSkeleton, Month, Months } from './charts';
import { loadUsage } from './load-usage';
import { Attention, FirstSteps, LastRuns, NewestNotices } from './sections';

// Below everything else, so that its arrival moves nothing.
const Breakdown = lazy(() => import('./breakdown'));

const { queryKey } = usageQuery();

export default function OverviewPage() {
  const zone = useZone();
  const { data: usage, isLoadingError: isError } = useQuery(usageQuery());
  useRefreshWith(usage);
  const isSettled = useSettled();
  const isNew = usage !== undefined && usage.currentReports === 0 && usage.monthlyUsage.total_runs === 0;
  return (
    <div className="flex flex-col gap-6">
      <Answer usage={usage} />
      {isSettled && (
        <>
          {isNew ? <FirstSteps usage={usage} /> : <Attention usage={usage} />}
          <UsageStats source={loadUsage} queryKey={queryKey} timeZone={zone} action={actionFor} />
          {!isNew && !isError && (
            <div className="grid gap-6 has-[details[open]]:items-start xl:grid-cols-2">
              {usage === undefined ? (
                <ChartsSkeleton />
              ) : (
                <>
                  <Month usage={usage} />
                  <Months usage={usage} />
                </>
              )}
            </div>
          )}
          {!isNew && (
            <div className="grid items-start gap-6 xl:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
              <LastRuns />
              <NewestNotices />
            </div>
          )}
          {!isNew && usage !== undefined && (
            <Suspense fallback={null}>
              <Breakdown expected={usage.currentReports} />
            </Suspense>
          )}
        </>
      )}
    </div>
  );
}

/** The sentence that this page is about. */
function Answer({ usage }: { usage: Usage | undefined }) {
  const forecast = useQuery(forecastQuery());
  const usageState = useQuery(usageQuery());
  const zone = useZone();
  const now = useNow();
  // The profile has the zone of the instants in the sentence.
  const profile = useQuery(profileQuery());
  const isReady = usage !== undefined && !forecast.isPending && !profile.isPending;
  return (
    <header>
      <p className="text-s text-ink-muted">Overview</p>
      {isReady || usageState.isError ? (
        <h1 className="max-w-4xl text-l font-strong tracking-tight text-pretty">
          {usage === undefined ? 'The usage could not be loaded.' : answerOf(usage, forecast.data, zone, now)}
        </h1>
      ) : (
        <h1 className="max-w-4xl text-l">
          <span className="sr-only">Overview</span>
          <Skeleton className="my-1 h-6 w-full max-w-3xl" />
          <Skeleton className="my-1 h-6 w-2/3 max-w-md" />
        </h1>
      )}
    </header>
  );
}

/** How long the rest of the page waits for what is above it, in milliseconds. */
const SETTLE_MS = 600;

/**
 * Whether the heights of the sentence and of what needs action are known, so that what is below them does not move when they
 * arrive. They are loaded at the same time; a slow one is not waited for.
 */
function useSettled(): boolean {
  const pending = [useQuery(usageQuery()), useQuery(forecastQuery()), useQuery(profileQuery()), useQuery(lastRunsQuery()), useInfiniteQuery(configurationsQuery())];
  const isPending = pending.some((query) => query.isPending);
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), SETTLE_MS);
    return () => clearTimeout(timer);
  }, []);
  return isLate || !isPending;
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
  const mark = usage && `${usage.monthlyUsage.month} ${usage.revision}`;
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
