import { queryOptions } from '@tanstack/react-query';
import { api, read } from '@/api/client';
import { POLL_RUNNING_MS, POLL_VISIBLE_MS } from '@/api/queries';
import type { RunWithContent, Schema } from '@/api/types';

/** Whether the run or its delivery changes by itself soon. */
export function isLive(run: RunWithContent): boolean {
  return run.status === 'running' || run.delivery.state === 'pending';
}

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ['report-runs', 'one', id],
    queryFn: ({ signal }): Promise<RunWithContent> => read(api.GET('/report-runs/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state: { data, error } }) => {
      // A run that ended changes only by what a user does, perhaps elsewhere.
      if (data === undefined) return error === null ? false : POLL_VISIBLE_MS;
      return isLive(data) ? POLL_RUNNING_MS : POLL_VISIBLE_MS;
    },
  });

export const deliveriesQuery = (id: string) =>
  queryOptions({
    queryKey: ['report-runs', 'one', id, 'deliveries'],
    queryFn: ({ signal }): Promise<Schema<'Deliveries'>> =>
      read(api.GET('/report-runs/{id}/deliveries', { params: { path: { id } }, signal })),
    refetchInterval: ({ state: { data } }) => (data?.delivery.state === 'pending' ? POLL_RUNNING_MS : false),
  });
