import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext } from '@tanstack/react-router';
import { NotFound, Shell } from './shell';

export interface RouterContext {
  queryClient: QueryClient;
  /** A loader starts its queries only then: without a token, each would be refused. */
  isSignedIn: () => boolean;
}

/** The shell around each page. Pages hang on this route: see any `pages/<page>/route.ts`. */
export const rootRoute = createRootRouteWithContext<RouterContext>()({
  component: Shell,
  notFoundComponent: NotFound,
});
