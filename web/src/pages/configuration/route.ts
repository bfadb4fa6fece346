import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '@/app/root-route';

export const configurationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/app/configurations/$configurationId',
  component: lazyRouteComponent(() => import('./page')),
});
