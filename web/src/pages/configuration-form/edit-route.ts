import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { configurationQuery } from '@/api/holdings';
import { repositoriesQuery } from '@/api/queries';
import { rootRoute } from '@/app/root-route';

export const editConfigurationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/app/configurations/$configurationId/edit',
  loader: ({ context: { queryClient, isSignedIn }, params: { configurationId } }) => {
    if (!isSignedIn()) return;
    void queryClient.prefetchQuery(configurationQuery(configurationId));
    void queryClient.prefetchInfiniteQuery(repositoriesQuery());
  },
  component: lazyRouteComponent(() => import('./edit-page')),
});
