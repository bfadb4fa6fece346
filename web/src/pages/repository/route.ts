import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { repositoryQuery } from '@/api/holdings';
import { configurationsQuery } from '@/api/queries';
import { rootRoute } from '@/app/root-route';
import { compactSearch, flag, text, type Search } from '@/app/search';

export const repositoryRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/app/repositories/$repositoryId',
  /** A part of the name of the branches that are shown; `edit` opens the form. */
  validateSearch: (search: Search) => compactSearch({ branch: text(search, 'branch'), edit: flag(search, 'edit') }),
  loader: ({ context: { queryClient, isSignedIn }, params: { repositoryId } }) => {
    if (!isSignedIn()) return;
    void queryClient.prefetchQuery(repositoryQuery(repositoryId));
    void queryClient.prefetchInfiniteQuery(configurationsQuery());
  },
  component: lazyRouteComponent(() => import('./page')),
});
