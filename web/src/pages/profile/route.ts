import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { plansQuery, profileQuery, usageQuery } from '@/api/queries';
import { rootRoute } from '@/app/root-route';
import { noticeTypesQuery } from './queries';

export const profileRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/app/profile',
  loader: ({ context: { queryClient, isSignedIn } }) => {
    if (!isSignedIn()) return;
    void queryClient.prefetchQuery(profileQuery());
    void queryClient.prefetchQuery(usageQuery());
    void queryClient.prefetchQuery(plansQuery());
    void queryClient.prefetchQuery(noticeTypesQuery());
  },
  component: lazyRouteComponent(() => import('./page')),
});
