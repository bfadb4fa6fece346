import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { repositoriesQuery } from '@/api/queries';
import { rootRoute } from '@/app/root-route';
import { compactSearch, uuid, type Search } from '@/app/search';

export const newConfigurationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/app/configurations/new',
  /** The repository that the report is about. */
  validateSearch: (search: Search) => compactSearch({ repository_id: uuid(search, 'repository_id') }),
  loader: ({ context: { queryClient, isSignedIn } }) => {
    if (isSignedIn()) void queryClient.prefetchInfiniteQuery(repositoriesQuery());
  },
  component: lazyRouteComponent(() => import('./new-page')),
});
