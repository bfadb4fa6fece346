import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { noticeTypesQuery, profileQuery } from '@/api/queries';
import { rootRoute } from '@/app/root-route';
import { compactSearch, flag, oneOf, type Search } from '@/app/search';
import { noticesQuery, types } from './queries';

const validateSearch = (search: Search) => compactSearch({ type: oneOf(search, 'type', types), unread: flag(search, 'unread') });

export const noticesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/app/notices',
  validateSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ context: { queryClient, isSignedIn }, deps }) => {
    if (!isSignedIn()) return;
    void queryClient.prefetchInfiniteQuery(noticesQuery(deps));
    void queryClient.prefetchQuery(noticeTypesQuery());
    void queryClient.prefetchQuery(profileQuery());
  },
  component: lazyRouteComponent(() => import('./page')),
});
