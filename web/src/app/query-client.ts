import { QueryClient } from '@tanstack/react-query';
import { ApiError } from '@/api/problem';

/** Retries of a request that may succeed later. A 4xx other than these is the caller's: it fails at once. */
const RETRIES = 2;

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // A page shows the old data at once and refreshes it, but not twice for a hover and the click that follows.
        staleTime: 5_000,
        gcTime: 30 * 60_000,
        networkMode: 'always',
        retry: (failures, error) => error instanceof ApiError && error.isTemporary && error.status !== 429 && failures < RETRIES,
        retryDelay: (failures) => 500 * 2 ** failures,
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
}
