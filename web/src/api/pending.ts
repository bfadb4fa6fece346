/** The route of the local stack, which the API's OpenAPI document does not have, in the form that openapi-fetch reads. */
type NoParameters = { query?: never; header?: never; path?: never; cookie?: never };

/** The answer to `POST /demo/session`. */
export interface DemoSession {
  access_token: string;
  expires_at: string;
  user_id: string;
}

export interface PendingPaths {
  '/demo/session': {
    parameters: NoParameters;
    get?: never;
    put?: never;
    post: {
      parameters: NoParameters;
      requestBody: { content: { 'application/json': { role?: 'admin' } } };
      responses: { 200: { headers: Record<string, unknown>; content: { 'application/json': DemoSession } } };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
