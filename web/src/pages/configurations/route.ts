import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { configurationsQuery, forecastQuery, repositoriesQuery } from '@/api/queries';
import { rootRoute } from '@/app/root-route';
import { compactSearch, text, uuid, type Search } from '@/app/search';

export const configurationsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/app/configurations',
  validateSearch: (search: Search) => compactSearch({ search: text(search, 'search'), repository_id: uuid(search, 'repository_id') }),
  loader: ({ context: { queryClient, isSignedIn } }) => {
    if (!isSignedIn()) return;
    void queryClient.prefetchInfiniteQuery(configurationsQuery());
    void queryClient.prefetchInfiniteQuery(repositoriesQuery());
    void queryClient.prefetchQuery(forecastQuery());
  },
  component: lazyRouteComponent(() => import('./page')),
});
