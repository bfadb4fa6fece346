import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { plansQuery } from '@/api/queries';
import { rootRoute } from '@/app/root-route';
import { compactSearch, flag, month, oneOf, text, type Search } from '@/app/search';
import { isAdmin } from '@/auth/session';
import { accountMonthQuery, accountQuery, accountsQuery, nearLimitQuery } from './queries';

/** More than a user id has. */
export const SEARCH_LENGTH_MAX = 64;

/** The accounts with this month's usage. */
export const adminRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/app/admin',
  validateSearch: (search: Search) =>
    compactSearch({ search: text(search, 'search', SEARCH_LENGTH_MAX), sort: oneOf(search, 'sort', ['user']), near_limit: flag(search, 'near_limit') }),
  loaderDeps: ({ search }) => search,
  loader: ({ context: { queryClient }, deps, cause }) => {
    if (!isAdmin()) return;
    // While a search is typed, the page asks at each pause.
    if (cause === 'stay' && deps.search !== undefined) return;
    void queryClient.prefetchInfiniteQuery(accountsQuery(deps));
    void queryClient.prefetchQuery(nearLimitQuery());
  },
  component: lazyRouteComponent(() => import('./page')),
});

/** The usage of all accounts in a month. */
export const adminUsageRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/app/admin/usage',
  validateSearch: (search: Search) => compactSearch({ month: month(search, 'month') }),
  component: lazyRouteComponent(() => import('./fleet-page')),
});

/** One account: its plan, limits, usage and audit. */
export const adminAccountRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/app/admin/accounts/$userId',
  loader: ({ context: { queryClient }, params: { userId } }) => {
    if (!isAdmin()) return;
    void queryClient.prefetchQuery(accountQuery(userId));
    void queryClient.prefetchQuery(accountMonthQuery(userId));
    void queryClient.prefetchQuery(plansQuery());
  },
  component: lazyRouteComponent(() => import('./account-page')),
});
