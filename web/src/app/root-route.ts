import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext } from '@tanstack/react-router';
import { NotFound, Shell } from './shell';

export interface RouterContext {
  queryClient: QueryClient;
}

/** The shell around each page. Pages hang on this route: see any `pages/<page>/route.ts`. */
export const rootRoute = createRootRouteWithContext<RouterContext>()({
  component: Shell,
  notFoundComponent: NotFound,
});
