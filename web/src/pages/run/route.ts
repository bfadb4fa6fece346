import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '@/app/root-route';
import { deliveriesQuery, runQuery } from './queries';

export const runRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/app/runs/$runId',
  loader: ({ context: { queryClient, isSignedIn }, params: { runId } }) => {
    if (!isSignedIn()) return;
    void queryClient.prefetchQuery(runQuery(runId));
    void queryClient.prefetchQuery(deliveriesQuery(runId));
  },
  component: lazyRouteComponent(() => import('./page')),
});
