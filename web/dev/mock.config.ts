/**
 * `npm run mock`: the built dashboard with the strict headers, before an API that answers with the fixtures of the tests. The
 * account's state is in the variable SCENARIO: normal, approaching (default), running, reached, unlimited, empty or error. With
 * ISSUER, the page signs in there.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { defineConfig, mergeConfig, type Connect, type Plugin } from 'vite';
import { answer, ok, problem, routesFor, type Scenario } from '../src/test/fake-api';
import { config as about } from '../src/test/fixtures';
import base, { securityHeaders } from '../vite.config';

const scenario = (process.env['SCENARIO'] ?? 'approaching') as Scenario;
const routes = routesFor(scenario);
const issuer = process.env['ISSUER'];
const headers = { ...securityHeaders };
if (issuer !== undefined) {
  routes['GET /config'] = () => ok(about({ sign_in: { kind: 'oidc', issuer, client_id: 'dashboard', scope: 'openid profile offline_access' } }));
  headers['Content-Security-Policy'] = securityHeaders['Content-Security-Policy'].replace("connect-src 'self'", `connect-src 'self' ${issuer}`);
  // The API refuses the issuer's first token after its first use, as if it had been revoked.
  const usage = routes['GET /report-runs/usage'] ?? (() => problem(404));
  let isFirst = true;
  routes['GET /report-runs/usage'] = (request) => {
    const claims = JSON.parse(atob(request.authorization?.split('.')[1] ?? 'e30')) as { generation?: number };
    if (claims.generation === 1 && !isFirst) return problem(401, { title: 'Unauthorized', detail: 'The token was revoked.' });
    isFirst = false;
    return usage(request);
  };
}

function isPage(path: string): boolean {
  return path === '/' || path.startsWith('/app') || path.startsWith('/assets') || path.startsWith('/@') || path.includes('.');
}

const respond: Connect.NextHandleFunction = (request: IncomingMessage, response: ServerResponse, next) => {
  const address = new URL(request.url ?? '/', 'http://mock');
  if (isPage(address.pathname) || address.pathname.startsWith('/src') || address.pathname.startsWith('/node_modules')) return next();
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const text = Buffer.concat(chunks).toString();
    void answer(routes, {
      method: request.method ?? 'GET',
      path: address.pathname,
      query: address.searchParams,
      body: text === '' ? null : JSON.parse(text),
      authorization: request.headers.authorization ?? null,
      headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
    }).then(({ status, body, headers }) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(body === undefined || typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
};

const mock: Plugin = {
  name: 'mock-api',
  configureServer: (server) => void server.middlewares.use(respond),
  configurePreviewServer: (server) => void server.middlewares.use(respond),
};

export default mergeConfig(base, defineConfig({ plugins: [mock], server: { proxy: {} }, preview: { proxy: {}, headers } }));
