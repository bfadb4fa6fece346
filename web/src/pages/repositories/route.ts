import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '@/app/root-route';

export const repositoriesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/app/repositories',
  component: lazyRouteComponent(() => import('./page')),
});
