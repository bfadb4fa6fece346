import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, read } from '@/api/client';
import type { Schema } from '@/api/types';

export const schedulingQuery = (id: string) =>
  queryOptions({
    queryKey: ['report-configurations', 'scheduling', id],
    queryFn: ({ signal }) => read(api.GET('/report-configurations/{id}/scheduling-info', { params: { path: { id } }, signal })),
  });

export const deliveriesQuery = (id: string, state?: Schema<'DeliveryState'>) =>
  infiniteQueryOptions({
    queryKey: ['report-configurations', 'deliveries', id, state ?? 'all'],
    queryFn: ({ pageParam, signal }) =>
      read(
        api.GET('/report-configurations/{id}/deliveries', {
          params: { path: { id }, query: { limit: 10, ...(state === undefined ? {} : { state }), ...(pageParam === null ? {} : { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.pagination.next_cursor,
  });
