import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import type { Profile } from '@/api/types';
import { problem, type Routes } from '@/test/fake-api';
import { EMAIL_CODE, outdated, profileRoutes, SECRET } from '@/test/fake-profile';
import { profile } from '@/test/fixtures';
import { renderApp, serve } from '@/test/render';

const pro = { plan_name: 'pro', monthly_runs_limit: 500, max_reports: 9_999, max_repositories: 9_999, own_model: true, shortest_interval_minutes: 5 } as const;

async function open(over: Partial<Profile> = {}, routes: Routes = {}) {
  const { requests } = serve('approaching', { ...profileRoutes(profile(over)), ...routes });
  const app = renderApp('/app/profile');
  await screen.findByRole('heading', { level: 1, name: 'Profile' }, { timeout: 5_000 });
  await screen.findByRole('heading', { name: 'Time zone' });
  const sent = (method: string, path: string) => requests.filter((each) => each.method === method && each.path === path);
  return { ...app, user: userEvent.setup(), sent };
}

const region = (name: string) => within(screen.getByRole('heading', { name }).closest('section')!);

describe('plan_and_limits', () => {
  it('shows_the_plan_its_use_and_the_other_plans', async () => {
    await open();
    const card = within(screen.getByRole('region', { name: 'Plan and limits' }));
    expect(await card.findByText('Your plan')).toBeTruthy();
    expect((await card.findByText('Runs this month')).nextElementSibling?.textContent).toMatch(/^42 of 50Near the limitResets in 9 days, 1 December 2026, 00:00 UTC$/);
    expect(await card.findByText('Included')).toBeTruthy();
    expect(card.getByText('The operator of this service changes plans and limits.')).toBeTruthy();
  });
  it('names_limits_that_differ_from_the_plan', async () => {
    await open({ limits: { ...profile().limits, monthly_runs_limit: 80 } });
    expect(await screen.findByText(/limits of its own: 80 runs a month/)).toBeTruthy();
  });
});

describe('time_zone', () => {
  it('is_searched_by_keyboard_and_saved_for_the_version_that_was_seen', async () => {
    const { user, sent } = await open();
    const field = screen.getByRole('combobox', { name: 'Time zone' });
    expect(field).toHaveProperty('value', 'Europe/Berlin');
    await user.clear(field);
    await user.type(field, 'kolkata');
    expect((await screen.findByRole('option', { name: /Asia\/Kolkata/ })).textContent).toContain('UTC+05:30');
    await user.keyboard('{ArrowDown}{Enter}');
    expect(field).toHaveProperty('value', 'Asia/Kolkata');
    await user.click(screen.getByRole('button', { name: 'Save time zone' }));
    expect(await screen.findByText('Instants are shown in Asia/Kolkata.')).toBeTruthy();
    const [patch] = sent('PATCH', '/users/profile');
    expect(patch?.body).toEqual({ timezone: 'Asia/Kolkata' });
    expect(patch?.headers['if-match']).toBe('"1"');
    await waitFor(() => expect(screen.getByRole('button', { name: 'Save time zone' })).toHaveProperty('disabled', true));
  });
  it('offers_utc', async () => {
    const { user, sent } = await open();
    const field = screen.getByRole('combobox', { name: 'Time zone' });
    await user.clear(field);
    await user.type(field, 'utc');
    await user.keyboard('{ArrowDown}{Enter}{Enter}');
    await waitFor(() => expect(sent('PATCH', '/users/profile')[0]?.body).toEqual({ timezone: 'UTC' }));
  });
  it('shows_the_words_of_the_api_at_the_field', async () => {
    const { user } = await open();
    const field = screen.getByRole('combobox', { name: 'Time zone' });
    await user.clear(field);
    await user.type(field, 'Mars/Olympus{Enter}');
    await screen.findByText(/is not an IANA time zone/);
    expect(field.getAttribute('aria-invalid')).toBe('true');
    expect(document.getElementById(field.getAttribute('aria-describedby')!.split(' ')[1]!)?.textContent).toContain('Similar: Europe/Berlin');
  });
  it('is_saved_for_the_present_version_if_only_something_else_changed', async () => {
    const { user, sent } = await open();
    const routes = profileRoutes(profile({ muted_notices: ['report.recovered'] }));
    serve('approaching', { ...routes, 'PATCH /users/profile': first(outdated, routes['PATCH /users/profile']!) });
    const field = screen.getByRole('combobox', { name: 'Time zone' });
    await user.clear(field);
    await user.type(field, 'Asia/Tokyo{Enter}');
    expect(await screen.findByText('Instants are shown in Asia/Tokyo.')).toBeTruthy();
    expect(sent('PATCH', '/users/profile').length).toBe(0);
  });
  it('asks_which_one_to_keep_if_it_was_changed_elsewhere', async () => {
    const { user } = await open();
    const routes = profileRoutes(profile({ timezone: 'Europe/Paris' }));
    const { requests } = serve('approaching', { ...routes, 'PATCH /users/profile': first(outdated, routes['PATCH /users/profile']!) });
    const field = screen.getByRole('combobox', { name: 'Time zone' });
    await user.clear(field);
    await user.type(field, 'Asia/Tokyo{Enter}');
    expect(await screen.findByText('Changed elsewhere while you edited it')).toBeTruthy();
    expect(screen.getByText('The saved time zone is Europe/Paris now.')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Save my changes' }));
    expect(await screen.findByText('Instants are shown in Asia/Tokyo.')).toBeTruthy();
    expect(requests.filter((each) => each.method === 'PATCH').length).toBe(2);
  });
  it('keeps_the_other_change_if_the_user_wants_it', async () => {
    const { user } = await open();
    serve('approaching', { ...profileRoutes(profile({ timezone: 'Europe/Paris' })), 'PATCH /users/profile': outdated });
    const field = screen.getByRole('combobox', { name: 'Time zone' });
    await user.clear(field);
    await user.type(field, 'Asia/Tokyo{Enter}');
    await user.click(await screen.findByRole('button', { name: 'Discard mine and show the newest' }));
    await waitFor(() => expect(field).toHaveProperty('value', 'Europe/Paris'));
    await waitFor(() => expect(screen.queryByText('Changed elsewhere while you edited it')).toBeNull());
  });
});

/** The first call is answered by one handler, the others by another. */
function first(once: Routes[string], then: Routes[string]): Routes[string] {
  let calls = 0;
  return (request) => (calls++ === 0 ? once(request) : then(request));
}

describe('webhook_for_notices', () => {
  it('shows_the_secret_of_a_first_address_once', async () => {
    const { user, queryClient } = await open({ notification_webhook_url: null, has_notification_secret: false });
    await user.type(region('Webhook for notices').getByLabelText('Address'), 'https://receiver.example.com/hook');
    await user.click(screen.getByRole('button', { name: 'Save webhook' }));
    const dialog = await screen.findByRole('dialog', { name: 'The new signing secret' });
    expect(within(dialog).getByDisplayValue(SECRET)).toBeTruthy();
    await user.click(within(dialog).getByRole('button', { name: 'I have stored it' }));
    await waitFor(() => expect(screen.queryByDisplayValue(SECRET)).toBeNull());
    const cached = JSON.stringify([queryClient.getQueryCache().getAll().map((query) => query.state.data), queryClient.getMutationCache().getAll().map((each) => each.state.variables)]);
    expect(cached).not.toContain(SECRET);
  });
  it('shows_an_invalid_address_at_its_field', async () => {
    const { user } = await open({ notification_webhook_url: null });
    await user.type(region('Webhook for notices').getByLabelText('Address'), 'http://receiver.example.com{Enter}');
    expect(await screen.findByText('The address must begin with https://.')).toBeTruthy();
  });
  it('says_why_it_is_disabled_and_enables_it', async () => {
    const { user } = await open({ notification_health: { state: 'disabled', reason: 'gone', response_status: 410, since: '2026-11-18T06:00:07.000Z' } });
    expect(screen.getByText(/It answered HTTP 410/)).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Enable webhook' }));
    expect(await screen.findByText('It takes messages.')).toBeTruthy();
  });
  it('says_since_when_it_fails', async () => {
    await open({ notification_health: { state: 'failing', reason: null, response_status: null, since: '2026-11-21T12:20:00.000Z' } });
    expect(screen.getByRole('group', { name: 'Health of the webhook' }).textContent).toContain('No attempt has succeeded since 2 hours ago');
  });
  it('rotates_the_secret_after_a_question', async () => {
    const { user, sent } = await open();
    await user.click(screen.getByRole('button', { name: 'Rotate secret' }));
    await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Rotate secret' }));
    expect(await screen.findByDisplayValue(SECRET)).toBeTruthy();
    expect(screen.getByText(/Until 22 November 2026, 15:20 Europe\/Berlin they are signed with the old secret too/)).toBeTruthy();
    const [request] = sent('POST', '/users/profile/rotate-notification-secret');
    expect(request?.headers['if-match']).toBe('"1"');
    expect(request?.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/);
  });
  it('ends_the_oldest_secret_only_after_a_second_question', async () => {
    const routes = profileRoutes();
    const { user, sent } = await open({}, {
      'POST /users/profile/rotate-notification-secret': first(
        () => problem(409, { code: 'SIGNING_SECRETS_IN_USE', title: 'All signing secrets are in use', detail: 'Five are valid.' }),
        routes['POST /users/profile/rotate-notification-secret']!,
      ),
    });
    await user.click(screen.getByRole('button', { name: 'Rotate secret' }));
    await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Rotate secret' }));
    await user.click(await screen.findByRole('button', { name: 'End oldest secret and rotate' }));
    expect(await screen.findByDisplayValue(SECRET)).toBeTruthy();
    const rotations = sent('POST', '/users/profile/rotate-notification-secret');
    expect(rotations.map((each) => each.query.get('force'))).toEqual([null, 'true']);
    expect(rotations[0]?.headers['idempotency-key']).not.toBe(rotations[1]?.headers['idempotency-key']);
  });
  it('is_removed_after_a_question_that_names_its_host', async () => {
    const { user, sent } = await open();
    await user.click(screen.getByRole('button', { name: 'Remove webhook' }));
    const dialog = within(await screen.findByRole('dialog'));
    expect(dialog.getByText('hooks.slack.com')).toBeTruthy();
    await user.click(dialog.getByRole('button', { name: 'Remove webhook' }));
    await waitFor(() => expect(sent('PATCH', '/users/profile')[0]?.body).toEqual({ notification_webhook_url: null }));
  });
});

describe('email', () => {
  it('is_confirmed_with_the_code_that_was_sent', async () => {
    const { user } = await open();
    await user.type(screen.getByLabelText('E-mail address'), 'ann@example.com');
    await user.click(screen.getByRole('button', { name: 'Save e-mail address' }));
    expect(await screen.findByText('Not confirmed')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Send code' }));
    expect(await screen.findByText('A code was sent to ann@example.com')).toBeTruthy();
    const code = screen.getByLabelText('Code from the e-mail');
    await user.type(code, 'WRONG{Enter}');
    expect(await screen.findByText(/This is not the code that was sent last/)).toBeTruthy();
    await user.clear(code);
    await user.type(code, `${EMAIL_CODE.toLowerCase()}{Enter}`);
    expect(await screen.findByText('Confirmed')).toBeTruthy();
    await waitFor(() => expect(screen.queryByLabelText('Code from the e-mail')).toBeNull());
  });
  it('says_when_no_more_codes_are_sent', async () => {
    const { user } = await open({ notification_email: 'ann@example.com' }, {
      'POST /users/profile/email-code': () => problem(429, { code: 'EMAIL_CODES_EXCEEDED', title: 'Too many codes were sent', detail: 'The next one can be sent in 23 hours.' }),
    });
    await user.click(screen.getByRole('button', { name: 'Send code' }));
    expect(await screen.findByText('The next one can be sent in 23 hours.')).toBeTruthy();
  });
  it('is_not_offered_by_a_service_without_mail', async () => {
    await open({}, { 'GET /config': () => ({ status: 200, body: { name: 'git-report', version: '1', sign_in: { kind: 'demo' }, features: { email_notices: false, own_model: true, demo: true } } }) });
    expect(screen.getByText(/This service sends no e-mail/)).toBeTruthy();
  });
});

describe('muted_notices', () => {
  it('are_those_whose_switch_is_off', async () => {
    const { user, sent } = await open({ muted_notices: ['report.recovered'] });
    const recovered = await screen.findByRole('switch', { name: 'Send: Report works again' });
    expect(recovered.getAttribute('aria-checked')).toBe('false');
    const failed = screen.getByRole('switch', { name: 'Send: Report failed' });
    expect(document.getElementById(failed.getAttribute('aria-describedby')!)?.textContent).toMatch(/^A scheduled report fails/);
    await user.click(failed);
    await waitFor(() => expect(failed.getAttribute('aria-checked')).toBe('false'));
    // One change at a time: the other switches wait for it.
    await waitFor(() => expect(recovered).toHaveProperty('disabled', false));
    await user.click(recovered);
    await waitFor(() => expect(recovered.getAttribute('aria-checked')).toBe('true'));
    await waitFor(() =>
      expect(sent('PATCH', '/users/profile').map((each) => each.body)).toEqual([
        { muted_notices: ['report.recovered', 'report.failed'] },
        { muted_notices: ['report.failed'] },
      ]),
    );
  });
  it('say_what_failed_and_stay_as_they_were', async () => {
    const { user } = await open({}, { 'PATCH /users/profile': () => problem(503) });
    const failed = await screen.findByRole('switch', { name: 'Send: Report failed' });
    await user.click(failed);
    expect(await screen.findByText('Service unavailable')).toBeTruthy();
    await waitFor(() => expect(failed.getAttribute('aria-checked')).toBe('true'));
  });
  it('offer_a_retry_if_the_types_cannot_be_loaded', async () => {
    await open({}, { 'GET /notices/types': () => problem(503) });
    expect(await region('Notices that are sent').findByRole('button', { name: 'Try again' })).toBeTruthy();
  });
});

describe('own_model', () => {
  it('is_explained_where_the_plan_does_not_include_it', async () => {
    await open();
    expect(screen.getByText(/The free plan does not include an own model/)).toBeTruthy();
  });
  it('writes_the_key_and_forgets_it', async () => {
    const { user, sent, container } = await open({ limits: pro });
    const section = region('Own model');
    await user.type(section.getByLabelText('Base address'), 'https://api.openai.com/v1');
    await user.type(section.getByLabelText('Model'), 'gpt-6-luna');
    const key = section.getByLabelText(/API key/);
    expect(key.getAttribute('type')).toBe('text');
    expect(key.className).toContain('concealed');
    await user.type(key, 'sk-secret');
    await user.click(section.getByRole('button', { name: 'Save own model' }));
    expect(await section.findByText('Key stored')).toBeTruthy();
    expect(sent('PATCH', '/users/profile')[0]?.body).toEqual({ model: { base_url: 'https://api.openai.com/v1', model: 'gpt-6-luna', api_key: 'sk-secret', prices: null } });
    await waitFor(() => expect(key).toHaveProperty('value', ''));
    expect(container.innerHTML).not.toContain('sk-secret');
  });
  it('keeps_the_key_if_the_field_is_empty_and_warns_before_it_is_lost', async () => {
    const model = { base_url: 'https://api.openai.com/v1', model: 'gpt-6-luna', has_api_key: true, in_use: true, prices: { input: 1, cached_input: 0.5, cache_write: 1, output: 4 } };
    const { user, sent } = await open({ limits: pro, model });
    const section = region('Own model');
    const base = section.getByLabelText('Base address');
    await user.clear(base);
    await user.type(base, 'https://other.example.com/v1');
    expect(section.getByText(/The stored one is never sent to another host/)).toBeTruthy();
    await user.clear(base);
    await user.type(base, model.base_url);
    await user.clear(section.getByLabelText('Cached input'));
    await user.click(section.getByRole('button', { name: 'Save own model' }));
    await waitFor(() =>
      expect(sent('PATCH', '/users/profile')[0]?.body).toEqual({
        model: { base_url: model.base_url, model: 'gpt-6-luna', prices: { input: 1, cache_write: 1, output: 4, cached_input: null } },
      }),
    );
  });
  it('says_that_a_stored_model_is_not_used', async () => {
    await open({ model: { base_url: 'https://api.openai.com/v1', model: 'gpt-6-luna', has_api_key: true, in_use: false, prices: null } });
    expect(screen.getByText('This model is stored, but not used')).toBeTruthy();
  });
});

describe('delete_account', () => {
  it('names_what_it_destroys_and_needs_the_typed_words', async () => {
    const { user, sent } = await open();
    await user.click(screen.getByRole('button', { name: 'Delete account' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Delete your account?' }));
    expect(await dialog.findByText('2 repositories, 3 configurations')).toBeTruthy();
    const confirm = dialog.getByRole('button', { name: 'Delete account' });
    expect(confirm).toHaveProperty('disabled', true);
    await user.type(dialog.getByRole('textbox'), 'delete my account');
    await user.click(confirm);
    expect(await screen.findByText(/Your account is closed/)).toBeTruthy();
    expect(sent('DELETE', '/users/profile').length).toBe(1);
  });
  it('shows_what_failed_in_the_dialog', async () => {
    const { user } = await open({}, { 'DELETE /users/profile': () => problem(503) });
    await user.click(screen.getByRole('button', { name: 'Delete account' }));
    const dialog = within(await screen.findByRole('dialog'));
    await user.type(dialog.getByRole('textbox'), 'delete my account{Enter}');
    expect(await dialog.findByText('Service unavailable')).toBeTruthy();
    expect(dialog.getByText('req-4711')).toBeTruthy();
  });
});

describe('the_page', () => {
  it('shows_the_error_of_the_profile_with_a_retry', async () => {
    const routes = profileRoutes();
    serve('approaching', { ...routes, 'GET /users/profile': () => problem(503) });
    renderApp('/app/profile');
    const retry = await screen.findByRole('button', { name: 'Try again' }, { timeout: 5_000 });
    serve('approaching', routes);
    await userEvent.click(retry);
    expect(await screen.findByRole('heading', { name: 'Time zone' })).toBeTruthy();
  });
});
