import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, read, readWithTag, type Tagged } from '@/api/client';
import type { Schema } from '@/api/types';

export type Account = Schema<'Account'>;

export interface AccountFilters {
  search?: string | undefined;
  sort?: 'usage' | 'user' | undefined;
  near_limit?: true | undefined;
}

const PAGE_ACCOUNTS = 50;
/** The most that one answer has. */
const NEAR_ACCOUNTS_MAX = 100;
/** With this filter a page can have fewer accounts than there is room for, even none, and more can follow. */
const NEAR_PAGES_MAX = 10;

export const accountsQuery = ({ search: typed, sort = 'usage', near_limit: nearLimit }: AccountFilters) => {
  const search = typed?.trim() || undefined;
  return infiniteQueryOptions({
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
};

/** The accounts near or at their limit, the nearest first. */
export const nearLimitQuery = () =>
  queryOptions({
    queryKey: ['admin', 'accounts', 'near-limit'],
    queryFn: async ({ signal }) => {
      const data: Schema<'AccountUsage'>[] = [];
      let cursor: string | null = null;
      for (let pages = 0; pages < NEAR_PAGES_MAX && data.length < NEAR_ACCOUNTS_MAX; pages += 1) {
        const query = { near_limit: true, limit: NEAR_ACCOUNTS_MAX, ...(cursor === null ? {} : { cursor }) };
        const page: Schema<'Accounts'> = await read(api.GET('/admin/accounts', { params: { query }, signal }));
        data.push(...page.data);
        cursor = page.pagination.has_more ? page.pagination.next_cursor : null;
        if (cursor === null) break;
      }
      return { data, hasMore: cursor !== null };
    },
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
    queryFn: async ({ signal }): Promise<Schema<'AccountUsage'> | null> => {
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
