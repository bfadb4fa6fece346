import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it } from 'vitest';
import { ok, problem } from '@/test/fake-api';
import { config, profile, token } from '@/test/fixtures';
import { renderApp, serve } from '@/test/render';

const bearer = { 'GET /config': () => ok(config({ sign_in: { kind: 'bearer' } })) };
const paste = async (value: string) => {
  await userEvent.click(await screen.findByLabelText('Access token'));
  await userEvent.paste(value);
  await userEvent.click(screen.getByRole('button', { name: 'Sign in' }));
};

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
});

describe('sign-in', () => {
  it('signs_in_to_the_local_stack_by_itself', async () => {
    const { requests } = serve('normal');
    renderApp('/app/profile');
    expect(await screen.findByRole('heading', { name: 'Profile' })).toBeTruthy();
    expect(requests.find((request) => request.path === '/demo/session')?.authorization).toBeNull();
    await waitFor(() => expect(requests.find((request) => request.path === '/users/profile')?.authorization).toBe(`Bearer ${token()}`));
  });

  it('takes_a_pasted_token_and_puts_it_in_no_storage_and_no_address', async () => {
    const { requests } = serve('normal', bearer);
    const { router } = renderApp('/app/profile');
    const secret = token();
    await paste(`Bearer ${secret}`);
    expect(await screen.findByRole('heading', { name: 'Profile' })).toBeTruthy();
    await waitFor(() => expect(requests.find((request) => request.path === '/users/profile')?.authorization).toBe(`Bearer ${secret}`));
    expect(JSON.stringify({ ...localStorage, ...sessionStorage })).not.toContain(secret);
    expect(document.cookie).toBe('');
    await waitFor(() => expect(router.state.location.href).toBe('/app/profile'));
    for (const request of requests) expect(request.path + request.query.toString()).not.toContain(secret);
  });

  it('refuses_what_is_not_a_token_and_what_has_expired', async () => {
    serve('normal', bearer);
    renderApp();
    await paste('nonsense');
    expect(await screen.findByText('This is not a token: a JWT has three parts, separated by dots.')).toBeTruthy();
    await userEvent.clear(screen.getByLabelText('Access token'));
    await paste(token({ exp: 1 }));
    expect(await screen.findByText('The token has expired. Paste a token that is still valid.')).toBeTruthy();
    expect(screen.getByLabelText('Access token').getAttribute('aria-invalid')).toBe('true');
  });

  it('asks_for_a_token_if_the_api_has_no_config', async () => {
    serve('normal', { 'GET /config': () => problem(404) });
    renderApp();
    expect(await screen.findByLabelText('Access token')).toBeTruthy();
  });

  it('renews_an_expired_token_once_for_all_requests_and_goes_on', async () => {
    let valid = 'first';
    let sessions = 0;
    const { requests } = serve('normal', {
      'POST /demo/session': () => {
        sessions += 1;
        valid = token({ n: sessions });
        return ok({ access_token: valid, expires_at: '2100-01-01T00:00:00.000Z', user_id: 'x' });
      },
      'GET /users/profile': ({ authorization }) => (authorization === `Bearer ${valid}` ? ok(profile()) : problem(401)),
    });
    const { queryClient } = renderApp('/app/profile');
    await screen.findByRole('heading', { name: 'Profile' });
    await waitFor(() => expect(queryClient.getQueryState(['users', 'profile'])?.status).toBe('success'));
    valid = 'another';
    await act(() => queryClient.invalidateQueries({ queryKey: ['users', 'profile'] }));
    await waitFor(() => expect(queryClient.getQueryState(['users', 'profile'])).toMatchObject({ status: 'success', fetchStatus: 'idle' }));
    expect(sessions).toBe(2);
    expect(requests.filter((request) => request.path === '/users/profile').at(-1)?.authorization).toBe(`Bearer ${valid}`);
  });

  it('asks_again_at_the_same_address_when_a_pasted_token_is_refused', async () => {
    let isValid = true;
    serve('normal', { ...bearer, 'GET /users/profile': () => (isValid ? ok(profile()) : problem(401)) });
    const { queryClient, router } = renderApp('/app/profile');
    await paste(token());
    await screen.findByRole('heading', { name: 'Profile' });
    isValid = false;
    await act(() => queryClient.invalidateQueries({ queryKey: ['users', 'profile'] }));
    expect(await screen.findByText('The API refused the token of this session. Sign in again to continue.')).toBeTruthy();
    await waitFor(() => expect(router.state.location.pathname).toBe('/app/profile'));
  });

  it('forgets_the_token_and_the_data_on_sign_out', async () => {
    serve('normal');
    const { queryClient } = renderApp('/app/profile');
    await screen.findByRole('heading', { name: 'Profile' });
    await userEvent.click(screen.getAllByRole('button', { name: 'Sign out' })[0] as HTMLElement);
    expect(await screen.findByText('You are signed out.')).toBeTruthy();
    await waitFor(() => expect(queryClient.getQueryCache().getAll().filter((query) => query.state.data !== undefined)).toEqual([]));
  });

  it('shows_an_api_that_does_not_answer_and_tries_again', async () => {
    let isDown = true;
    serve('normal', { 'GET /config': () => (isDown ? Promise.reject(new TypeError('no')) : ok(config())) });
    renderApp('/app/profile');
    expect((await screen.findByRole('alert')).textContent).toContain('The API cannot be reached');
    isDown = false;
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('heading', { name: 'Profile' })).toBeTruthy();
  });
});

describe('navigation', () => {
  const menu = () => within(screen.getAllByRole('navigation', { name: 'Main' })[0] as HTMLElement);
  it('lists_the_pages_and_how_many_notices_are_unread', async () => {
    serve('approaching');
    renderApp('/app/profile');
    await screen.findByRole('heading', { name: 'Profile' });
    expect(menu().getAllByRole('link').map((link) => link.textContent?.replace(/, .*/, ''))).toEqual(['Overview', 'Runs', 'Configurations', 'Repositories', 'Notices', 'Profile']);
    await waitFor(() => expect(menu().getByRole('link', { name: /^Notices/ }).textContent).toBe('Notices, 2 unread'));
    await waitFor(() => expect(menu().getByRole('link', { name: 'Profile' }).getAttribute('aria-current')).toBe('page'));
  });
  it('shows_admin_only_with_the_admin_claim', async () => {
    serve('normal', { 'POST /demo/session': () => ok({ access_token: token({ app_metadata: { role: 'admin' } }), expires_at: '2100-01-01T00:00:00Z', user_id: 'x' }) });
    renderApp('/app/profile');
    await screen.findByRole('heading', { name: 'Profile' });
    expect(await menu().findByRole('link', { name: 'Admin' })).toBeTruthy();
  });
  it('has_a_link_that_skips_to_the_content', async () => {
    serve('normal');
    renderApp('/app/profile');
    await screen.findByRole('heading', { name: 'Profile' });
    await userEvent.tab();
    await waitFor(() => expect(document.activeElement?.textContent).toBe('Skip to the content'));
    await userEvent.keyboard('{Enter}');
    await waitFor(() => expect(document.activeElement?.id).toBe('main'));
  });
  it('says_that_a_page_does_not_exist', async () => {
    serve('normal');
    renderApp('/app/nowhere');
    expect(await screen.findByText('This page does not exist')).toBeTruthy();
  });
});

describe('keyboard', () => {
  /** The second key has to follow the first one in time, and the time of an event is that of its creation: however long the page takes
   * for the first one, both were pressed at once. */
  function pressInSequence(...keys: string[]) {
    const events = keys.map((key) => new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    for (const event of events) fireEvent(document.activeElement ?? document.body, event);
  }
  it('opens_pages_with_g_and_a_letter_but_not_while_typing', async () => {
    serve('normal');
    const { router } = renderApp('/app/profile');
    await screen.findByRole('heading', { name: 'Profile' });
    pressInSequence('g', 'n');
    await waitFor(() => expect(router.state.location.pathname).toBe('/app/notices'));
    // Whatever that page still loads must not be taken for what the keys do.
    await waitFor(() => expect(router.state.status).toBe('idle'));
    const field = document.createElement('input');
    document.body.append(field);
    field.focus();
    pressInSequence('g', 'r');
    field.remove();
    expect(router.state).toMatchObject({ status: 'idle', location: { pathname: '/app/notices' } });
  });
  it('lists_the_shortcuts', async () => {
    serve('normal');
    renderApp('/app/profile');
    await screen.findByRole('heading', { name: 'Profile' });
    await userEvent.keyboard('?');
    const dialog = await screen.findByRole('dialog', { name: 'Keyboard shortcuts' });
    expect(dialog.textContent).toContain('Open runs');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Close' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });
});

describe('theme', () => {
  it('is_the_systems_until_one_is_chosen', async () => {
    serve('normal');
    renderApp('/app/profile');
    await userEvent.click((await screen.findAllByRole('button', { name: /^Theme: as the system/ }))[0] as HTMLElement);
    await waitFor(() => expect(document.documentElement.dataset['theme']).toBe('light'));
    await userEvent.click((await screen.findAllByRole('button', { name: /^Theme: light/ }))[0] as HTMLElement);
    await waitFor(() => expect(document.documentElement.dataset['theme']).toBe('dark'));
  });
});
