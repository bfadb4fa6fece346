import { useQuery, type QueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { UsageData, UsageSource } from './types';

/** The query key of the usage, if the application chooses no other. */
export const usageQueryKey = ['git-report', 'usage'] as const;

/** How often the usage is loaded while something runs. */
export const RUNNING_INTERVAL_MS = 3_000;
/** How often the usage is loaded while the page is visible. A hidden page loads nothing, and loads at once when it is shown. */
export const VISIBLE_INTERVAL_MS = 30_000;

/** The usage, kept up to date. */
export function useUsage(source: UsageSource, queryKey: readonly unknown[] = usageQueryKey): UseQueryResult<UsageData> {
  return useQuery({
    queryKey,
    queryFn: ({ signal }) => source(signal),
    refetchInterval: (query) => ((query.state.data?.runsInFlight ?? 0) > 0 ? RUNNING_INTERVAL_MS : VISIBLE_INTERVAL_MS),
    refetchIntervalInBackground: false,
    refetchOnWindowFocus: true,
  });
}

/** Loads the usage at once: call it after an action that changes it, such as a started run. */
export function refreshUsage(client: QueryClient, queryKey: readonly unknown[] = usageQueryKey): Promise<void> {
  return client.invalidateQueries({ queryKey });
}

/** The current instant in milliseconds, which moves on while the component is shown. */
export function useCurrentInstant(stepMs = 10_000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), stepMs);
    return () => clearInterval(timer);
  }, [stepMs]);
  return now;
}
