import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '@/app/root-route';

export const configurationsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/app/configurations',
  component: lazyRouteComponent(() => import('./page')),
});
