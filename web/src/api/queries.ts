/**
 * The queries that more than one page uses. A page's own queries are in its folder. Keys begin with the first segment of the
 * address, so that `invalidate(['report-runs'])` reaches all of them.
 */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, read, readWithTag, type Tagged } from './client';
import type { Forecast, Profile, Run, Usage } from './types';

/** While something runs, and while the page is visible. */
export const POLL_RUNNING_MS = 3_000;
export const POLL_VISIBLE_MS = 30_000;

export const usageQuery = () =>
  queryOptions({
    queryKey: ['report-runs', 'usage'],
    queryFn: ({ signal }): Promise<Usage> => read(api.GET('/report-runs/usage', { signal })),
    refetchInterval: (query) => ((query.state.data?.runsInFlight ?? 0) > 0 ? POLL_RUNNING_MS : POLL_VISIBLE_MS),
  });

export const forecastQuery = () =>
  queryOptions({
    queryKey: ['report-runs', 'usage', 'forecast'],
    queryFn: ({ signal }): Promise<Forecast> => read(api.GET('/report-runs/usage/forecast', { signal })),
  });

export const historyQuery = (months = 12) =>
  queryOptions({
    queryKey: ['report-runs', 'usage', 'history', months],
    queryFn: ({ signal }) => read(api.GET('/report-runs/usage/history', { params: { query: { months } }, signal })),
  });

/** The days of a month (`YYYY-MM`), in UTC. */
export const dailyQuery = (month?: string) =>
  queryOptions({
    queryKey: ['report-runs', 'usage', 'daily', month ?? 'now'],
    queryFn: ({ signal }) =>
      read(api.GET('/report-runs/usage/daily', { params: { query: month === undefined ? {} : { month } }, signal })),
  });

export const lastRunsQuery = (limit = 5) =>
  queryOptions({
    queryKey: ['report-runs', 'last', limit],
    queryFn: async ({ signal }): Promise<Run[]> =>
      (await read(api.GET('/report-runs', { params: { query: { limit } }, signal }))).data,
  });

export const configurationsQuery = () =>
  infiniteQueryOptions({
    queryKey: ['report-configurations', 'list'],
    queryFn: ({ pageParam, signal }) =>
      read(
        api.GET('/report-configurations', {
          params: { query: { limit: 100, ...(pageParam === null ? {} : { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.pagination.next_cursor,
  });

export const repositoriesQuery = () =>
  infiniteQueryOptions({
    queryKey: ['repositories', 'list'],
    queryFn: ({ pageParam, signal }) =>
      read(
        api.GET('/repositories', {
          params: { query: { limit: 100, ...(pageParam === null ? {} : { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.pagination.next_cursor,
  });

/** The newest notices, and how many are unread. */
export const newestNoticesQuery = (limit = 5) =>
  queryOptions({
    queryKey: ['notices', 'newest', limit],
    queryFn: ({ signal }) => read(api.GET('/notices', { params: { query: { limit } }, signal })),
    refetchInterval: POLL_VISIBLE_MS,
  });

/** The profile with its `ETag`, for what changes it. */
export const taggedProfileQuery = () =>
  queryOptions({
    queryKey: ['users', 'profile'],
    queryFn: ({ signal }): Promise<Tagged<Profile>> => readWithTag(api.GET('/users/profile', { signal })),
    staleTime: 60_000,
  });

export const profileQuery = () => queryOptions({ ...taggedProfileQuery(), select: ({ value }: Tagged<Profile>): Profile => value });

export const plansQuery = () =>
  queryOptions({
    queryKey: ['plans'],
    queryFn: ({ signal }) => read(api.GET('/plans', { signal })),
    staleTime: 600_000,
  });
