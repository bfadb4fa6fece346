import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '@/app/root-route';

export const noticesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/app/notices',
  component: lazyRouteComponent(() => import('./page')),
});
