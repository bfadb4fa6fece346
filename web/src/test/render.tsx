/** Renders the application, or a part of it, against a fake API. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createMemoryHistory } from '@tanstack/react-router';
import { render, type RenderResult } from '@testing-library/react';
import type { ReactNode } from 'react';
import { vi } from 'vitest';
import { App } from '@/app/app';
import { makeQueryClient } from '@/app/query-client';
import { makeRouter } from '@/app/router';
import { end } from '@/auth/session';
import { ClockProvider, ZoneProvider } from '@/ui';
import { fakeFetch, routesFor, type FakeRequest, type Routes, type Scenario } from './fake-api';
import { NOW } from './fixtures';

/** Replaces `fetch`; `routes` replaces single answers of the scenario. */
export function serve(scenario: Scenario = 'approaching', routes: Routes = {}): { requests: FakeRequest[] } {
  const { fetch: fake, requests } = fakeFetch({ ...routesFor(scenario), ...routes });
  vi.stubGlobal('fetch', fake);
  return { requests };
}

function quickClient(): QueryClient {
  const client = makeQueryClient();
  client.setDefaultOptions({ queries: { ...client.getDefaultOptions().queries, retry: false } });
  return client;
}

/** The whole application at a path, from its first request on. */
export function renderApp(path = '/'): RenderResult & { queryClient: QueryClient; router: ReturnType<typeof makeRouter> } {
  end();
  const queryClient = quickClient();
  const router = makeRouter(queryClient, createMemoryHistory({ initialEntries: [path] }));
  return { ...render(<App queryClient={queryClient} router={router} now={Date.parse(NOW)} />), queryClient, router };
}

/** A component that needs queries, a zone and a clock, but no router. */
export function renderPart(part: ReactNode, zone = 'UTC'): RenderResult & { queryClient: QueryClient } {
  const queryClient = quickClient();
  return {
    ...render(
      <QueryClientProvider client={queryClient}>
        <ClockProvider now={Date.parse(NOW)}>
          <ZoneProvider zone={zone}>{part}</ZoneProvider>
        </ClockProvider>
      </QueryClientProvider>,
    ),
    queryClient,
  };
}
