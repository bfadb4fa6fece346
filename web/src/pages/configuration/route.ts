import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { configurationQuery } from '@/api/holdings';
import { repositoriesQuery } from '@/api/queries';
import { rootRoute } from '@/app/root-route';
import { compactSearch, oneOf, type Search } from '@/app/search';

export const configurationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/app/configurations/$configurationId',
  /** The filter of its deliveries. */
  validateSearch: (search: Search) => compactSearch({ delivery_state: oneOf(search, 'delivery_state', ['pending', 'delivered', 'refused', 'exhausted']) }),
  loader: ({ context: { queryClient, isSignedIn }, params: { configurationId } }) => {
    if (!isSignedIn()) return;
    void queryClient.prefetchQuery(configurationQuery(configurationId));
    void queryClient.prefetchInfiniteQuery(repositoriesQuery());
  },
  component: lazyRouteComponent(() => import('./page')),
});
