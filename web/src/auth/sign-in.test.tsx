import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SignIn } from '@/api/types';
import { ok, problem, type Routes } from '@/test/fake-api';
import { config, profile, token } from '@/test/fixtures';
import { renderApp, serve } from '@/test/render';
import { end, start, tokens } from './session';

const seconds = (fromNow: number) => Math.floor(Date.now() / 1000) + fromNow;
const configured = (sign_in: SignIn): Routes => ({ 'GET /config': () => ok(config({ sign_in })) });

const oidc = vi.hoisted(() => ({
  settings: [] as Record<string, unknown>[],
  redirects: [] as unknown[],
  silent: 0,
  user: null as Record<string, unknown> | null,
  callbackError: null as Error | null,
}));
vi.mock('oidc-client-ts', async (original) => ({
  ...(await original<typeof import('oidc-client-ts')>()),
  UserManager: class {
    metadataService = { getEndSessionEndpoint: async () => undefined };
    constructor(settings: Record<string, unknown>) {
      oidc.settings.push(settings);
    }
    async signinRedirect(request: unknown) {
      oidc.redirects.push(request);
    }
    async signinRedirectCallback() {
      if (oidc.callbackError !== null) throw oidc.callbackError;
      return oidc.user;
    }
    async getUser() {
      return oidc.user;
    }
    async signinSilent() {
      oidc.silent += 1;
      return { ...oidc.user, access_token: token({ exp: seconds(3_600), renewed: oidc.silent }), expires_at: seconds(3_600) };
    }
    async removeUser() {}
  },
}));

const logged: unknown[] = [];
beforeEach(() => {
  logged.length = 0;
  for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const) vi.spyOn(console, level).mockImplementation((...words) => void logged.push(...words));
  oidc.redirects.length = 0;
  oidc.silent = 0;
  oidc.user = null;
  oidc.callbackError = null;
});
afterEach(() => {
  end();
  window.localStorage.clear();
  window.sessionStorage.clear();
  window.history.replaceState(null, '', '/');
});

/** A token, or a part of one, is in no storage, address, cookie or log. */
function expectNotKept(secret: string, address: string): void {
  const signature = secret.split('.')[1] ?? secret;
  for (const storage of [window.localStorage, window.sessionStorage]) expect(JSON.stringify({ ...storage })).not.toContain(signature);
  expect(address + window.location.href).not.toContain(signature);
  expect(document.cookie).not.toContain(signature);
  expect(logged.map(String).join(' ')).not.toContain(signature);
  expect(document.body.innerHTML).not.toContain(signature);
}

describe('a_pasted_token', () => {
  const bearer = configured({ kind: 'bearer' });
  it('signs_in_at_the_same_address_and_is_kept_in_memory_only', async () => {
    const { requests } = serve('approaching', bearer);
    const { router } = renderApp('/app/profile?from=link');
    const field = await screen.findByLabelText('Access token');
    expect(field.getAttribute('type')).toBe('text');
    expect(field.className).toContain('concealed');
    const value = token({ exp: seconds(3_600) });
    await userEvent.click(field);
    await userEvent.paste(`Bearer ${value}\n`);
    await userEvent.click(screen.getByRole('button', { name: 'Sign in' }));
    expect(await screen.findByRole('heading', { name: 'Profile' })).toBeTruthy();
    await waitFor(() => expect(router.state.location.pathname).toBe('/app/profile'));
    await waitFor(() => expect(requests.find((each) => each.path === '/users/profile')?.authorization).toBe(`Bearer ${value}`));
    expect(requests.filter((each) => ['/config', '/plans'].includes(each.path)).every((each) => each.authorization === null)).toBe(true);
    expectNotKept(value, router.state.location.href);
  });
  it('is_refused_with_a_reason_at_the_field', async () => {
    serve('approaching', bearer);
    renderApp('/');
    const field = await screen.findByLabelText('Access token');
    await userEvent.type(field, 'not a token{Enter}');
    expect(await screen.findByText(/a JWT has three parts/)).toBeTruthy();
    await userEvent.clear(field);
    await userEvent.click(field);
    await userEvent.paste(token({ exp: seconds(-60) }));
    await userEvent.keyboard('{Enter}');
    expect(await screen.findByText(/The token has expired/)).toBeTruthy();
    await userEvent.clear(field);
    await userEvent.click(field);
    await userEvent.paste(token({ sub: 7 }));
    await userEvent.keyboard('{Enter}');
    expect(await screen.findByText(/no subject/)).toBeTruthy();
  });
  it('that_expires_asks_for_another_one_and_returns_to_the_page', async () => {
    let refuses = false;
    serve('approaching', { ...bearer, 'GET /users/profile': () => (refuses ? problem(401, { code: 'UNAUTHORIZED', title: 'Unauthorized', detail: 'The token has expired.' }) : ok(profile(), { etag: '"1"' })) });
    const { router, queryClient } = renderApp('/app/runs?status=failed');
    const first = token({ exp: seconds(3_600) });
    await userEvent.click(await screen.findByLabelText('Access token'));
    await userEvent.paste(first);
    await userEvent.keyboard('{Enter}');
    await screen.findByRole('heading', { level: 1, name: 'Runs' });
    refuses = true;
    await queryClient.refetchQueries({ queryKey: ['users'] });
    expect(await screen.findByText('The API refused the token of this session. Sign in again to continue.')).toBeTruthy();
    refuses = false;
    await userEvent.click(screen.getByLabelText('Access token'));
    await userEvent.paste(token({ exp: seconds(7_200) }));
    await userEvent.keyboard('{Enter}');
    expect(await screen.findByRole('heading', { level: 1, name: 'Runs' })).toBeTruthy();
    await waitFor(() => expect(router.state.location.href).toBe('/app/runs?status=failed'));
  });
});

describe('the_demo', () => {
  it('signs_in_by_itself_and_renews_an_expired_token_without_a_word', async () => {
    let sessions = 0;
    const issue = () => token({ exp: seconds(3_600), number: (sessions += 1) });
    const values: string[] = [];
    const { requests } = serve('approaching', {
      'POST /demo/session': () => {
        values.push(issue());
        return ok({ access_token: values.at(-1), expires_at: new Date(Date.now() + 3_600_000).toISOString(), user_id: '0d9c5e0e-6c1b-4a53-9d2f-000000000a11' });
      },
      'GET /users/profile': ({ authorization }) => (authorization === `Bearer ${values[0]}` ? problem(401) : ok(profile(), { etag: '"1"' })),
    });
    renderApp('/app/profile');
    expect(await screen.findByRole('heading', { name: 'Time zone' })).toBeTruthy();
    expect(sessions).toBe(2);
    expect(requests.filter((each) => each.path === '/users/profile').map((each) => each.authorization)).toEqual([`Bearer ${values[0]}`, `Bearer ${values[1]}`]);
    expectNotKept(values[1]!, '');
  });
  it('keeps_the_chosen_role_over_a_reload', async () => {
    const { requests } = serve();
    renderApp('/');
    await userEvent.click((await screen.findAllByRole('button', { name: 'Sign out' }))[0]!);
    expect(await screen.findByText('You are signed out.')).toBeTruthy();
    await userEvent.click(screen.getByRole('button', { name: 'Sign in as an admin' }));
    await waitFor(() => expect(requests.filter((each) => each.path === '/demo/session').length).toBe(2));
    renderApp('/');
    await waitFor(() => expect(requests.filter((each) => each.path === '/demo/session').map((each) => each.body)).toEqual([{}, { role: 'admin' }, { role: 'admin' }]));
    await waitFor(() => expect({ ...window.sessionStorage }).toEqual({ 'git-report.demo-role': 'admin' }));
  });
  it('says_why_it_is_refused', async () => {
    serve('approaching', { 'POST /demo/session': () => problem(403, { code: 'FORBIDDEN', title: 'Forbidden', detail: 'Only a page on this machine can do this.' }) });
    renderApp('/');
    expect(await screen.findByText('Forbidden: Only a page on this machine can do this.')).toBeTruthy();
  });
});

describe('an_issuer', () => {
  const issuer = configured({ kind: 'oidc', issuer: 'https://id.example.com/realms/main', client_id: 'dashboard', scope: 'openid offline_access' });
  const user = (over: object = {}) => ({ access_token: token({ exp: seconds(3_600) }), expires_at: seconds(3_600), refresh_token: 'refresh-me', state: { back: '/app/runs?status=failed' }, ...over });

  /** As the browser comes back from the issuer. */
  function comeBack() {
    window.history.replaceState(null, '', '/app/signed-in?code=abc&state=def');
    return renderApp('/app/signed-in?code=abc&state=def');
  }

  it('is_asked_with_the_page_to_return_to', async () => {
    serve('approaching', issuer);
    renderApp('/app/runs?status=failed');
    await userEvent.click(await screen.findByRole('button', { name: 'Continue with id.example.com' }));
    await waitFor(() => expect(oidc.redirects).toEqual([{ state: { back: '/app/runs?status=failed' } }]));
    const settings = oidc.settings[0]!;
    expect(settings).toMatchObject({ authority: 'https://id.example.com/realms/main', client_id: 'dashboard', scope: 'openid offline_access', response_type: 'code', automaticSilentRenew: false, monitorSession: false });
    const { userStore } = settings as { userStore: { set: (key: string, value: string) => Promise<void> } };
    await userStore.set('user', 'a-token');
    expect(JSON.stringify({ ...window.localStorage, ...window.sessionStorage })).not.toContain('a-token');
  });
  it('returns_to_the_page_without_code_or_token_in_the_address', async () => {
    oidc.user = user();
    serve('approaching', issuer);
    const { router } = comeBack();
    expect(await screen.findByRole('heading', { level: 1, name: 'Runs' })).toBeTruthy();
    await waitFor(() => expect(router.state.location.href).toBe('/app/runs?status=failed'));
    expectNotKept(String(oidc.user['access_token']), router.state.location.href);
    expect(JSON.stringify({ ...window.localStorage, ...window.sessionStorage })).not.toContain('refresh-me');
  });
  it.each(['//evil.example.com', 'https://evil.example.com', '/\\evil.example.com', '/app/signed-in?code=1', 7])('does_not_return_to_%s', async (back) => {
    oidc.user = user({ state: { back } });
    serve('approaching', issuer);
    const { router } = comeBack();
    await waitFor(() => expect(router.state.location.pathname).toBe('/'));
  });
  it('renews_with_the_refresh_token', async () => {
    oidc.user = user();
    serve('approaching', issuer);
    comeBack();
    await screen.findByRole('heading', { level: 1, name: 'Runs' });
    const before = await tokens.token();
    const [one, other] = await Promise.all([tokens.renew(before!), tokens.renew(before!)]);
    expect(one).toBe(other);
    expect(one).not.toBe(before);
    expect(oidc.silent).toBe(1);
  });
  it('is_asked_again_if_it_gave_no_refresh_token', async () => {
    oidc.user = user({ refresh_token: undefined });
    serve('approaching', issuer);
    comeBack();
    await screen.findByRole('heading', { level: 1, name: 'Runs' });
    expect(await tokens.renew((await tokens.token())!)).toBeNull();
    expect(oidc.silent).toBe(0);
    expect(await screen.findByRole('button', { name: 'Continue with id.example.com' })).toBeTruthy();
  });
  it('says_why_a_sign_in_did_not_succeed', async () => {
    oidc.callbackError = new Error('No matching state found in storage');
    serve('approaching', issuer);
    comeBack();
    expect(await screen.findByText(/was not started in this tab/)).toBeTruthy();
  });
  it('says_that_an_opaque_access_token_cannot_be_used', async () => {
    oidc.user = user({ access_token: 'opaque' });
    serve('approaching', issuer);
    comeBack();
    expect(await screen.findByText(/The access token of the issuer can’t be used here/)).toBeTruthy();
  });
});

describe('a_session', () => {
  it('renews_before_the_token_expires', async () => {
    const next = token({ exp: seconds(3_600) });
    start({ value: token({ exp: seconds(10) }), expiresAt: Date.now() + 10_000 }, async () => ({ value: next, expiresAt: Date.now() + 3_600_000 }));
    expect(await tokens.token()).toBe(next);
  });
  it('ends_if_the_renewal_fails', async () => {
    start({ value: token(), expiresAt: Date.now() - 1 }, async () => {
      throw new Error('no network');
    });
    expect(await tokens.token()).toBeNull();
    expect(await tokens.token()).toBeNull();
  });
});
