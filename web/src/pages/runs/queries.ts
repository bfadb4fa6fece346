import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, read } from '@/api/client';
import { POLL_RUNNING_MS, POLL_VISIBLE_MS } from '@/api/queries';
import type { Repository, Run } from '@/api/types';
import { queryOf, type RunsFilter } from './filter';

export const PAGE_RUNS = 50;
/** Each refresh reads every page that is shown: beyond this many, only the user refreshes. */
const POLLED_PAGES_MAX = 2;

export const runsQuery = (filter: RunsFilter) =>
  infiniteQueryOptions({
    queryKey: ['report-runs', 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      read(
        api.GET('/report-runs', {
          params: { query: { ...queryOf(filter), limit: PAGE_RUNS, ...(pageParam === null ? {} : { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.pagination.next_cursor,
    // The old rows stay, dimmed, while those of another filter load.
    placeholderData: keepPreviousData,
    refetchInterval: (query) => {
      const pages = query.state.data?.pages ?? [];
      if (pages.length > POLLED_PAGES_MAX) return false;
      return pages.some((each) => each.data.some(isLive)) ? POLL_RUNNING_MS : POLL_VISIBLE_MS;
    },
  });

/** Whether the run or its delivery is going to change by itself soon. */
export function isLive(run: Run): boolean {
  return run.status === 'running';
}

/** The repositories to choose from: as many as a page has. */
export const repositoryOptionsQuery = () =>
  queryOptions({
    queryKey: ['repositories', 'options'],
    queryFn: async ({ signal }): Promise<Repository[]> =>
      (await read(api.GET('/repositories', { params: { query: { limit: 100 } }, signal }))).data,
    staleTime: 60_000,
  });
