import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '@/app/root-route';

export const runRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/app/runs/$runId',
  component: lazyRouteComponent(() => import('./page')),
});
