import { QueryClientProvider, type QueryClient } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { boot, type Boot } from '@/auth/boot';
import { useAuth } from '@/auth/session';
import { ClockProvider, ErrorPanel } from '@/ui';
import { ConfigContext } from './config';
import { fontSettled } from './font';
import type { makeRouter } from './router';

interface AppProps {
  queryClient: QueryClient;
  router: ReturnType<typeof makeRouter>;
  /** A fixed instant, for tests. */
  now?: number;
}

/** Signs in, then shows the pages. */
export function App({ queryClient, router, now }: AppProps) {
  const [booted, setBooted] = useState<Boot>();
  const [error, setError] = useState<unknown>();
  const [attempt, setAttempt] = useState(0);
  const { session } = useAuth();
  const userId = session?.userId;

  useEffect(() => {
    let current = true;
    Promise.all([boot(), fontSettled()]).then(
      ([result]) => {
        if (!current) return;
        if (result.continueAt !== null) void router.navigate({ href: result.continueAt, replace: true });
        setError(undefined);
        setBooted(result);
        if (document.title === 'git-report') document.title = result.config.name;
      },
      (cause: unknown) => {
        if (current) setError(cause);
      },
    );
    return () => {
      current = false;
    };
  }, [attempt, router]);

  useEffect(() => {
    // What one user has loaded is never shown to the next.
    if (userId === undefined) queryClient.clear();
    else void router.invalidate();
  }, [userId, queryClient, router]);

  if (error !== undefined) {
    return (
      <main className="mx-auto max-w-2xl px-4 py-16">
        <ErrorPanel error={error} onRetry={() => setAttempt((count) => count + 1)} />
      </main>
    );
  }
  if (booted === undefined) return null;
  return (
    <ConfigContext value={booted.config}>
      <QueryClientProvider client={queryClient}>
        <ClockProvider {...(now === undefined ? {} : { now })}>
          <RouterProvider router={router} />
        </ClockProvider>
      </QueryClientProvider>
    </ConfigContext>
  );
}
