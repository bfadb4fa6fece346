import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '@/app/root-route';

export const profileRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/app/profile',
  component: lazyRouteComponent(() => import('./page')),
});
