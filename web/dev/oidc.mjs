// Signs in with an issuer that is played here, in Chromium under the strict headers: PKCE, return to the page that was wanted,
// a token that is refused and refreshed, no token in any storage or address, sign-out. node dev/oidc.mjs
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { chromium } from 'playwright-core';

const pagePort = 10_000 + (process.pid % 20_000);
const page = `http://127.0.0.1:${pagePort}`;
let challenge = '';
let generation = 0;
const calls = [];
const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (claims) => `${encode({ alg: 'none' })}.${encode({ sub: '0d9c5e0e-6c1b-4a53-9d2f-000000000a11', exp: Math.floor(Date.now() / 1000) + 3600, ...claims })}.x`;

const issuerServer = createServer((request, response) => {
  const issuer = `http://127.0.0.1:${issuerServer.address().port}`;
  const address = new URL(request.url, issuer);
  const cors = { 'access-control-allow-origin': page, 'access-control-allow-headers': '*' };
  const json = (body) => response.writeHead(200, { 'content-type': 'application/json', ...cors }).end(JSON.stringify(body));
  if (request.method === 'OPTIONS') return response.writeHead(204, cors).end();
  if (address.pathname === '/.well-known/openid-configuration') {
    return json({ issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token`, end_session_endpoint: `${issuer}/logout`, jwks_uri: `${issuer}/jwks` });
  }
  if (address.pathname === '/authorize') {
    calls.push('authorize');
    assert.equal(address.searchParams.get('code_challenge_method'), 'S256');
    assert.equal(address.searchParams.get('response_type'), 'code');
    challenge = address.searchParams.get('code_challenge');
    const back = new URL(address.searchParams.get('redirect_uri'));
    back.searchParams.set('code', 'one-time');
    back.searchParams.set('state', address.searchParams.get('state'));
    return response.writeHead(302, { location: back.href }).end();
  }
  if (address.pathname === '/logout') {
    calls.push('logout');
    return response.writeHead(302, { location: `${page}/` }).end();
  }
  let body = '';
  request.on('data', (chunk) => (body += chunk));
  request.on('end', () => {
    const form = new URLSearchParams(body);
    calls.push(form.get('grant_type'));
    if (form.get('grant_type') === 'authorization_code') {
      assert.equal(createHash('sha256').update(form.get('code_verifier')).digest('base64url'), challenge, 'the verifier matches the challenge');
    } else assert.equal(form.get('refresh_token'), `refresh-${generation}`);
    generation += 1;
    json({ access_token: jwt({ generation }), refresh_token: `refresh-${generation}`, token_type: 'Bearer', expires_in: 3600, id_token: jwt({ iss: issuer, aud: 'dashboard', iat: Math.floor(Date.now() / 1000) }) });
  });
});
await new Promise((resolve) => issuerServer.listen(0, '127.0.0.1', resolve));
const issuer = `http://127.0.0.1:${issuerServer.address().port}`;
const server = spawn('node_modules/.bin/vite', ['preview', '--config', 'dev/mock.config.ts', '--port', String(pagePort), '--strictPort'], {
  env: { ...process.env, ISSUER: issuer },
  stdio: ['ignore', 'pipe', 'ignore'],
});
await new Promise((resolve) => server.stdout.on('data', (data) => String(data).includes('Local') && resolve()));
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  const tab = await browser.newPage();
  const refused = [];
  tab.on('console', (message) => /Content Security|Trusted/i.test(message.text()) && refused.push(message.text()));
  const addresses = [];
  tab.on('framenavigated', (frame) => addresses.push(frame.url()));
  const storage = () => tab.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]));

  await tab.goto(`${page}/app/runs?status=failed`);
  await tab.getByRole('button', { name: /^Continue with 127\.0\.0\.1/ }).click();
  await tab.getByRole('heading', { name: 'Runs', exact: true }).first().waitFor();
  assert.equal(new URL(tab.url()).pathname + new URL(tab.url()).search, '/app/runs?status=failed');
  console.log('ok: signed in with PKCE, and returned to the page that was wanted');

  await tab.getByRole('link', { name: 'Overview' }).first().click();
  await tab.getByText('of 50 runs used', { exact: true }).waitFor();
  await tab.getByRole('link', { name: 'Profile' }).first().click();
  await tab.waitForTimeout(5_500);
  await tab.getByRole('link', { name: 'Overview' }).first().click();
  for (let wait = 0; wait < 50 && !calls.includes('refresh_token'); wait += 1) await tab.waitForTimeout(100);
  await tab.getByText('of 50 runs used', { exact: true }).waitFor();
  assert.deepEqual(calls, ['authorize', 'authorization_code', 'refresh_token']);
  console.log('ok: a refused token was refreshed once, and the page continued');

  const kept = await storage();
  assert(!kept.includes('eyJ') && !kept.includes('refresh-'), `a storage has a token: ${kept}`);
  assert(!addresses.some((address) => address.includes('eyJ')), 'an address has a token');
  console.log('ok: no token is in a storage, a cookie or an address');

  await tab.getByRole('button', { name: 'Sign out' }).first().click();
  await tab.getByRole('button', { name: /^Continue with/ }).waitFor();
  assert.equal(calls.at(-1), 'logout');
  assert.deepEqual(refused, []);
  console.log('ok: signed out here and at the issuer; the policy refused nothing');
} finally {
  await browser.close();
  server.kill();
  issuerServer.close();
}
