import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '@/app/root-route';

export const adminRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/app/admin',
  component: lazyRouteComponent(() => import('./page')),
});
