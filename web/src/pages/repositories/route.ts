import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { configurationsQuery, repositoriesQuery } from '@/api/queries';
import { rootRoute } from '@/app/root-route';
import { compactSearch, flag, text, type Search } from '@/app/search';

export const repositoriesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/app/repositories',
  /** `add` opens the form for a new repository. */
  validateSearch: (search: Search) => compactSearch({ search: text(search, 'search'), add: flag(search, 'add') }),
  loader: ({ context: { queryClient, isSignedIn } }) => {
    if (!isSignedIn()) return;
    void queryClient.prefetchInfiniteQuery(repositoriesQuery());
    void queryClient.prefetchInfiniteQuery(configurationsQuery());
  },
  component: lazyRouteComponent(() => import('./page')),
});
