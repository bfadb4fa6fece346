import type { QueryClient } from '@tanstack/react-query';
import { createRouter, type RouterHistory } from '@tanstack/react-router';
import { isSignedIn } from '@/auth/session';
import { adminAccountRoute, adminRoute, adminUsageRoute } from '@/pages/admin/route';
import { configurationRoute } from '@/pages/configuration/route';
import { editConfigurationRoute } from '@/pages/configuration-form/edit-route';
import { newConfigurationRoute } from '@/pages/configuration-form/new-route';
import { configurationsRoute } from '@/pages/configurations/route';
import { noticesRoute } from '@/pages/notices/route';
import { overviewRoute } from '@/pages/overview/route';
import { profileRoute } from '@/pages/profile/route';
import { repositoriesRoute } from '@/pages/repositories/route';
import { repositoryRoute } from '@/pages/repository/route';
import { runRoute } from '@/pages/run/route';
import { runsRoute } from '@/pages/runs/route';
import { ErrorPanel, SkeletonRows } from '@/ui';
import { rootRoute } from './root-route';

const routeTree = rootRoute.addChildren([
  overviewRoute,
  runsRoute,
  runRoute,
  configurationsRoute,
  newConfigurationRoute,
  configurationRoute,
  editConfigurationRoute,
  repositoriesRoute,
  repositoryRoute,
  noticesRoute,
  profileRoute,
  adminRoute,
  adminUsageRoute,
  adminAccountRoute,
]);

/** `history` is the browser's, unless a test has its own. */
export function makeRouter(queryClient: QueryClient, history?: RouterHistory) {
  return createRouter({
    ...(history === undefined ? {} : { history }),
    routeTree,
    context: { queryClient, isSignedIn },
    // On hover or focus of a link, its code and data are fetched. The data's age is the query client's business.
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
    defaultPendingMs: 200,
    defaultPendingComponent: () => <SkeletonRows label="Loading the page" />,
    defaultErrorComponent: ({ error, reset }) => <ErrorPanel error={error} onRetry={reset} />,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
