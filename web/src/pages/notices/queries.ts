import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import { api, read } from '@/api/client';
import { POLL_VISIBLE_MS } from '@/api/queries';
import type { Notice } from '@/api/types';

export type NoticeType = Notice['type'];

export const types = [
  'report.failed', 'report.recovered', 'delivery.failed', 'endpoint.failing', 'endpoint.disabled', 'endpoint.enabled',
  'usage.threshold_reached', 'configuration.paused', 'configuration.resumed', 'model.retires',
] as const satisfies readonly NoticeType[];

export interface NoticesFilter {
  type?: NoticeType | undefined;
  unread?: true | undefined;
}

const PAGE_NOTICES = 30;

export const noticesQuery = (filter: NoticesFilter) =>
  infiniteQueryOptions({
    queryKey: ['notices', 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      read(
        api.GET('/notices', {
          params: { query: { ...filter, limit: PAGE_NOTICES, ...(pageParam === null ? {} : { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.pagination.next_cursor,
    placeholderData: keepPreviousData,
    // Each refresh reads every page that is shown.
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > 2 ? false : POLL_VISIBLE_MS),
  });
