import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { ok, problem } from '@/test/fake-api';
import { listNotices } from '@/test/fake-runs';
import { ids, notice, notices, page, profile } from '@/test/fixtures';
import { renderApp, serve } from '@/test/render';

const textOf = (element: HTMLElement): string => (element.textContent ?? '').replaceAll(/\s+/g, ' ');

async function items(): Promise<HTMLElement[]> {
  return within(await screen.findByRole('list', { name: 'Notices, newest first' })).getAllByRole('listitem');
}

describe('notices', () => {
  it('are_listed_with_kind_text_destination_and_links', async () => {
    serve('approaching');
    renderApp('/app/notices');
    const found = await items();
    expect(found).toHaveLength(3);
    expect(textOf(found[1]!)).toContain('Unread');
    expect(textOf(found[1]!)).toContain('Report failed');
    expect(textOf(found[1]!)).toContain('Sent to your webhook for notices at hooks.slack.com.');
    expect(within(found[1]!).getByRole('link', { name: 'Open run' }).getAttribute('href')).toBe('/app/runs/019bc130-1ac0-7c3e-8a53-000000000002');
    expect(within(found[1]!).getByRole('link', { name: 'Evening changelog' }).getAttribute('href')).toBe(`/app/configurations/${ids.changelog}`);
    expect(textOf(found[2]!)).not.toContain('Unread');
    expect(await screen.findByText('2 are unread.')).toBeTruthy();
  });

  it('are_marked_as_read_up_to_the_newest', async () => {
    let all = notices();
    const { requests } = serve('approaching', {
      'GET /notices': (request) => listNotices(all)(request),
      'PUT /notices/read': ({ body }) => {
        all = all.map((each) => ({ ...each, read: true }));
        return ok({ read_until: (body as { read_until: string }).read_until, unread: 0 });
      },
    });
    renderApp('/app/notices');
    await items();
    await userEvent.click(screen.getByRole('button', { name: 'Mark all as read' }));
    expect(await screen.findByText('All are read.')).toBeTruthy();
    expect(requests.find((each) => each.method === 'PUT')?.body).toEqual({ read_until: notices()[0]!.created_at });
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Mark all as read' })).toBeNull());
  });

  it('one_and_the_older_ones_are_marked_as_read', async () => {
    const { requests } = serve('approaching');
    renderApp('/app/notices');
    const found = await items();
    await userEvent.click(within(found[1]!).getByRole('button', { name: 'Mark this and older notices as read' }));
    await waitFor(() => expect(requests.find((each) => each.method === 'PUT')?.body).toEqual({ read_until: notices()[1]!.created_at }));
  });

  it('a_failed_mark_changes_nothing_and_says_why', async () => {
    serve('approaching', { 'PUT /notices/read': () => problem(503) });
    renderApp('/app/notices');
    await items();
    await userEvent.click(screen.getByRole('button', { name: 'Mark all as read' }));
    expect(textOf(await screen.findByRole('alert'))).toContain('The table is throttled');
    expect(await screen.findByText('2 are unread.')).toBeTruthy();
  });

  it('are_filtered_by_kind_and_unread_in_the_address', async () => {
    serve('approaching');
    const { router } = renderApp('/app/notices?type=endpoint.disabled');
    expect(await items()).toHaveLength(1);
    await userEvent.click(screen.getByRole('switch', { name: 'Only unread' }));
    expect(await screen.findByText('No unread notice')).toBeTruthy();
    await waitFor(() => expect(router.state.location.search).toEqual({ type: 'endpoint.disabled', unread: true }));
    await userEvent.click(screen.getByRole('button', { name: 'Show all notices' }));
    await waitFor(async () => expect(await items()).toHaveLength(3));
  });

  it('older_ones_are_read_by_cursor', async () => {
    const all = Array.from({ length: 40 }, (_, index) => notice({ id: `019bc130-1ac0-7c3e-8a53-${String(index).padStart(12, '0')}`, read: true }));
    const { requests } = serve('approaching', { 'GET /notices': listNotices(all) });
    renderApp('/app/notices');
    expect(await items()).toHaveLength(30);
    await userEvent.click(screen.getByRole('button', { name: 'Show older notices' }));
    await waitFor(async () => expect(await items()).toHaveLength(40));
    expect(requests.some((each) => each.path === '/notices' && each.query.get('cursor') === '30')).toBe(true);
  });

  it('muted_kinds_are_named_with_a_link_to_the_profile', async () => {
    serve('approaching', { 'GET /users/profile': () => ok(profile({ muted_notices: ['report.recovered'] })) });
    renderApp('/app/notices');
    expect(await screen.findByText('1 kind muted: listed here, and not sent.')).toBeTruthy();
    const kind = (await screen.findByText('Muted')).closest('dt');
    expect(kind?.textContent).toContain('Report works again');
    expect(screen.getByRole('link', { name: 'Change what is sent' }).getAttribute('href')).toBe('/app/profile');
  });

  it('an_empty_account_sees_what_will_be_here', async () => {
    serve('empty');
    renderApp('/app/notices');
    expect(await screen.findByText('No notice')).toBeTruthy();
    expect(screen.getByRole('link', { name: 'Choose where notices are sent' })).toBeTruthy();
  });

  it('an_error_has_the_words_of_the_server_and_a_retry', async () => {
    let fails = true;
    serve('approaching', { 'GET /notices': (request) => (fails ? problem(503) : listNotices(notices())(request)) });
    renderApp('/app/notices');
    const alert = await screen.findByRole('alert');
    fails = false;
    await userEvent.click(within(alert).getByRole('button', { name: 'Try again' }));
    expect(await items()).toHaveLength(3);
  });

  it('a_kind_that_is_not_known_yet_is_shown_by_its_own_name', async () => {
    serve('approaching', {
      'GET /notices': () => ok({ data: [notice({ type: 'account.moved' as never, delivery: { state: 'none', attempts: 0, in_flight: false, last_status: null, next_attempt_at: null } })], pagination: page(), unread: 1 }),
    });
    renderApp('/app/notices');
    const [only] = await items();
    expect(textOf(only!)).toContain('Account moved');
    expect(textOf(only!)).toContain('Listed here, and not sent.');
  });
});
