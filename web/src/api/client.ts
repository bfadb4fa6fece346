import createClient, { type Middleware } from 'openapi-fetch';
import type { PendingPaths } from './pending';
import { ApiError, problemOf, unreachable } from './problem';
import type { paths } from './schema';

/** What the client needs to know of the session. */
export interface TokenSource {
  /** The token to send now, refreshed if it is about to expire. Null if no user is signed in. */
  token(): Promise<string | null>;
  /** The API refused the token: a new one, or null if the user has to sign in again. */
  renew(refused: string): Promise<string | null>;
}

let source: TokenSource = { token: async () => null, renew: async () => null };

/** Sets who signs the requests, once, before the first request. */
export function configureClient({ tokens }: { tokens: TokenSource }): void {
  source = tokens;
}

/** Paths that are answered without a token. */
const open = new Set(['/config', '/demo/session', '/health', '/ready', '/plans']);

// The page has no cookies. With 'same-origin', unlike 'omit', the browser takes the answer that index.html preloads.
const credentials = 'same-origin';

async function authorizedFetch(request: Request): Promise<Response> {
  // The body as bytes: a body that is a stream can't be sent twice, nor over HTTP/1.1.
  const bytes = request.method === 'GET' || request.method === 'HEAD' ? new ArrayBuffer(0) : await request.arrayBuffer();
  const body = bytes.byteLength === 0 ? null : bytes;
  const send = async (token: string | null): Promise<Response> => {
    const headers = new Headers(request.headers);
    if (token !== null) headers.set('Authorization', `Bearer ${token}`);
    try {
      return await fetch(request.url, { method: request.method, headers, body, signal: request.signal, credentials });
    } catch (error) {
      if (request.signal.aborted) throw error;
      throw unreachable();
    }
  };
  if (open.has(new URL(request.url).pathname)) return send(null);
  const token = await source.token();
  const response = await send(token);
  if (response.status !== 401 || token === null) return response;
  const renewed = await source.renew(token);
  return renewed === null ? response : send(renewed);
}

const problems: Middleware = {
  async onResponse({ response }) {
    // 304 has no body and never reaches the page: the browser's cache answers with what it has.
    if (!response.ok) throw await problemOf(response);
    return undefined;
  },
};

/**
 * The API, typed by its OpenAPI document: `await read(api.GET('/report-runs/{id}', { params: { path: { id } } }))`.
 * An answer that is not a success is thrown as an {@link ApiError}.
 */
export const api = createClient<paths & PendingPaths>({ baseUrl: window.location.origin, fetch: authorizedFetch });
api.use(problems);

interface Answer<Body> {
  data?: Body;
  error?: unknown;
  response: Response;
}

/** The body of an answer. */
export async function read<Body>(answer: Promise<Answer<Body>>): Promise<NonNullable<Body>> {
  return (await readWithTag(answer)).value;
}

/** A record and its `ETag`, which `If-Match` of a change needs. */
export interface Tagged<Value> {
  value: Value;
  etag: string | null;
}

/** The body of an answer and its `ETag`. */
export async function readWithTag<Body>(answer: Promise<Answer<Body>>): Promise<Tagged<NonNullable<Body>>> {
  const { data, response } = await answer;
  if (data === undefined || data === null) {
    throw new ApiError({
      status: response.status,
      title: 'The answer has no content',
      detail: 'The API answered without the content that this page needs. Try again in a minute.',
    });
  }
  return { value: data as NonNullable<Body>, etag: response.headers.get('ETag') };
}

/** For an answer without a body (204). */
export async function done(answer: Promise<{ response: Response }>): Promise<void> {
  await answer;
}

/** The header that makes a change conditional on the version that the user saw. */
export function ifMatch(etag: string | null): { 'If-Match'?: string } {
  return etag === null ? {} : { 'If-Match': etag };
}

/** A new idempotency key: one for each intention of the user, kept for its retries. */
export function idempotencyKey(): string {
  return crypto.randomUUID();
}
