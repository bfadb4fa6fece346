import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import {
  configurationsQuery, dailyQuery, forecastQuery, historyQuery, lastRunsQuery, newestNoticesQuery, profileQuery, usageQuery,
} from '@/api/queries';
import { rootRoute } from '@/app/root-route';

export const overviewRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  loader: ({ context: { queryClient, isSignedIn } }) => {
    if (!isSignedIn()) return;
    // Started, not awaited: the page shows what is there, and the rest as it arrives.
    void queryClient.prefetchQuery(usageQuery());
    void queryClient.prefetchQuery(forecastQuery());
    void queryClient.prefetchQuery(dailyQuery());
    void queryClient.prefetchQuery(historyQuery());
    void queryClient.prefetchQuery(profileQuery());
    void queryClient.prefetchQuery(lastRunsQuery());
    void queryClient.prefetchQuery(newestNoticesQuery());
    void queryClient.prefetchInfiniteQuery(configurationsQuery());
  },
  component: lazyRouteComponent(() => import('./page')),
});
