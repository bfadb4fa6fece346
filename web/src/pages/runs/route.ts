import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { configurationsQuery } from '@/api/queries';
import { rootRoute } from '@/app/root-route';
import { validateFilter } from './filter';
import { repositoryOptionsQuery, runsQuery } from './queries';

export const runsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/app/runs',
  validateSearch: validateFilter,
  loaderDeps: ({ search }) => search,
  loader: ({ context: { queryClient, isSignedIn }, deps }) => {
    if (!isSignedIn()) return;
    void queryClient.prefetchInfiniteQuery(runsQuery(deps));
    void queryClient.prefetchInfiniteQuery(configurationsQuery());
    void queryClient.prefetchQuery(repositoryOptionsQuery());
  },
  component: lazyRouteComponent(() => import('./page')),
});
