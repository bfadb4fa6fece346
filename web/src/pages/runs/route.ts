import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '@/app/root-route';
import { compactSearch, day, oneOf, uuid, type Search } from '@/app/search';

/** The filters that `GET /report-runs` takes. */
const validateSearch = (search: Search) =>
  compactSearch({
    status: oneOf(search, 'status', ['running', 'success', 'failed', 'cancelled']),
    trigger: oneOf(search, 'trigger', ['schedule', 'manual', 'test']),
    delivery_state: oneOf(search, 'delivery_state', ['none', 'pending', 'delivered', 'refused', 'exhausted']),
    configuration_id: uuid(search, 'configuration_id'),
    repository_id: uuid(search, 'repository_id'),
    from: day(search, 'from'),
    to: day(search, 'to'),
  });

export const runsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/app/runs',
  validateSearch,
  component: lazyRouteComponent(() => import('./page')),
});
