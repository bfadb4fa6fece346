import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, read, readWithTag, type Tagged } from '@/api/client';
import type { AdminAccount, AuditEntry } from '@/api/pending';
import type { Schema } from '@/api/types';

/** `audit` is missing in answers of an older API, and in the answer to a change. */
export type Account = Schema<'Account'> & { audit?: AuditEntry[] };

export interface AccountFilters {
  search?: string | undefined;
  sort?: 'usage' | 'user' | undefined;
  near_limit?: true | undefined;
}

const PAGE_ACCOUNTS = 50;
/** The most that one answer has. */
const NEAR_ACCOUNTS_MAX = 100;

export const accountsQuery = ({ search, sort = 'usage', near_limit: nearLimit }: AccountFilters) =>
  infiniteQueryOptions({
    queryKey: ['admin', 'accounts', 'list', { search, sort, nearLimit }],
    queryFn: ({ pageParam, signal }) =>
      read(
        api.GET('/admin/accounts', {
          params: {
            query: {
              limit: PAGE_ACCOUNTS,
              sort,
              ...(search === undefined ? {} : { search }),
              ...(nearLimit === undefined ? {} : { near_limit: true }),
              ...(pageParam === null ? {} : { cursor: pageParam }),
            },
          },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.pagination.next_cursor,
  });

/** The accounts near or at their limit, the nearest first. */
export const nearLimitQuery = () =>
  queryOptions({
    queryKey: ['admin', 'accounts', 'near-limit'],
    queryFn: ({ signal }) => read(api.GET('/admin/accounts', { params: { query: { near_limit: true, limit: NEAR_ACCOUNTS_MAX } }, signal })),
  });

export const accountQuery = (userId: string) =>
  queryOptions({
    queryKey: ['admin', 'accounts', 'one', userId],
    queryFn: ({ signal }): Promise<Tagged<Account>> =>
      readWithTag(api.GET('/admin/accounts/{user_id}', { params: { path: { user_id: userId } }, signal })),
  });

/** This month's figures of one account; null if it has none. */
export const accountMonthQuery = (userId: string) =>
  queryOptions({
    queryKey: ['admin', 'accounts', 'month', userId],
    queryFn: async ({ signal }): Promise<AdminAccount | null> => {
      const page = await read(api.GET('/admin/accounts', { params: { query: { search: userId, limit: 1 } }, signal }));
      return page.data.find((each) => each.user_id === userId) ?? null;
    },
  });

/** The usage of all accounts in a UTC month, `YYYY-MM`. */
export const fleetQuery = (month: string) =>
  queryOptions({
    queryKey: ['admin', 'usage', month],
    queryFn: ({ signal }) => read(api.GET('/admin/usage', { params: { query: { month } }, signal })),
  });
