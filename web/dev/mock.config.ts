/**
 * `npm run mock`: the built dashboard with the strict headers, before an API that answers with the fixtures of the tests. The
 * account's state is in the variable SCENARIO: normal, approaching (default), running, reached, unlimited, empty or error.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { defineConfig, mergeConfig, type Connect, type Plugin } from 'vite';
import { answer, routesFor, type Scenario } from '../src/test/fake-api';
import base from '../vite.config';

const scenario = (process.env['SCENARIO'] ?? 'approaching') as Scenario;
const routes = routesFor(scenario);

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
      headers: request.headers as Record<string, string>,
    }).then(({ status, body, headers }) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(body === undefined ? undefined : JSON.stringify(body));
    });
  });
};

const mock: Plugin = {
  name: 'mock-api',
  configureServer: (server) => void server.middlewares.use(respond),
  configurePreviewServer: (server) => void server.middlewares.use(respond),
};

export default mergeConfig(base, defineConfig({ plugins: [mock], server: { proxy: {} }, preview: { proxy: {} } }));
