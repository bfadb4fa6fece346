import type { UsageData, UsageSource } from './types';

/** Why the usage could not be loaded, in the API's words. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly title: string;
  readonly detail: string;
  readonly requestId: string | null;
  /** The HTTP status; 0 if there was no answer. */
  readonly status: number;

  constructor(title: string, detail: string, status: number, requestId: string | null) {
    super(`${title}: ${detail}`);
    this.title = title;
    this.detail = detail;
    this.status = status;
    this.requestId = requestId;
  }
}

export interface UsageSourceOptions {
  /** Where the API is: `https://api.example.com`. Empty for the page's own origin. */
  apiUrl: string;
  /** The bearer token of the user, asked for before each request. */
  token: () => string | Promise<string>;
  /** Another `fetch`, for tests. */
  fetch?: typeof fetch;
}

/** Loads the usage from the API. */
export function usageSource({ apiUrl, token, fetch: send = (input, init) => fetch(input, init) }: UsageSourceOptions): UsageSource {
  const address = `${apiUrl.replace(/\/+$/, '')}/report-runs/usage`;
  return async (signal) => {
    const bearer = await token();
    let response: Response;
    try {
      response = await send(address, { signal, headers: { Authorization: `Bearer ${bearer}`, Accept: 'application/json' } });
    } catch (error) {
      if (signal.aborted) throw error;
      throw new UsageError('The API cannot be reached', 'Check the connection, then try again.', 0, null);
    }
    if (response.ok) return (await response.json()) as UsageData;
    const problem = (await response.json().catch(() => ({}))) as { title?: string; detail?: string; request_id?: string };
    throw new UsageError(
      problem.title ?? `The answer was HTTP ${response.status}`,
      problem.detail ?? 'Try again in a minute.',
      response.status,
      problem.request_id ?? response.headers.get('X-Request-Id'),
    );
  };
}
