import type { FieldError, Problem } from './types';

/** An answer of the API that is not a success, or a request that got no answer. Its words are the server's own. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** The HTTP status; 0 if there was no answer. */
  readonly status: number;
  /** The problem's code, or `NETWORK` or `UNREADABLE`. */
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly errors: readonly FieldError[];
  readonly requestId: string | null;
  /** How long the server asks to wait. */
  readonly retryAfterSeconds: number | null;
  /** When the limit resets, for `USAGE_LIMIT_EXCEEDED`. */
  readonly resetsAt: string | null;

  constructor(problem: Partial<Problem> & { title: string; detail: string }, retryAfterSeconds: number | null = null) {
    super(`${problem.title}: ${problem.detail}`);
    this.status = problem.status ?? 0;
    this.code = problem.code ?? 'UNREADABLE';
    this.title = problem.title;
    this.detail = problem.detail;
    this.errors = problem.errors ?? [];
    this.requestId = problem.request_id ?? null;
    this.retryAfterSeconds = retryAfterSeconds;
    this.resetsAt = problem.resets_at ?? null;
  }

  /** Whether the same request may succeed later, without a change by the user. */
  get isTemporary(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }

  /** The server's words about one field of the body (`/schedule`), or about a query parameter. */
  fieldError(pointer: string): string | undefined {
    return this.errors.find((error) => error.pointer === pointer)?.detail;
  }
}

/** A request that got no answer. */
export function unreachable(): ApiError {
  return new ApiError({
    status: 0,
    code: 'NETWORK' as Problem['code'],
    title: 'The API cannot be reached',
    detail: 'Check the connection. What is shown here may be out of date until the API answers again.',
  });
}

/** Reads the problem document of an answer; any other body gets the words for its status. */
export async function problemOf(response: Response): Promise<ApiError> {
  const retryAfter = Number(response.headers.get('Retry-After') ?? Number.NaN);
  const wait = Number.isFinite(retryAfter) ? retryAfter : null;
  const requestId = response.headers.get('X-Request-Id') ?? undefined;
  try {
    const body = (await response.clone().json()) as Partial<Problem>;
    if (typeof body.title === 'string' && typeof body.detail === 'string') {
      return new ApiError({ request_id: requestId, ...body, title: body.title, detail: body.detail, status: response.status }, wait);
    }
  } catch {
    // Not JSON: an answer of something between the page and the API.
  }
  return new ApiError(
    {
      status: response.status,
      title: `The answer was HTTP ${response.status}`,
      detail: 'It has no description of what went wrong. Try again in a minute.',
      ...(requestId === undefined ? {} : { request_id: requestId }),
    },
    wait,
  );
}

export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError({
    title: 'This page has failed',
    detail: error instanceof Error ? error.message : 'Reload the page. If it fails again, report what you did.',
  });
}
