/** What arrives late doesn't take a user away from where they have gone. */
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { adminAccountRoute } from '@/pages/admin/route';
import { ok } from '@/test/fake-api';
import { estimate } from '@/test/fake-holdings';
import { withContent } from '@/test/fake-runs';
import { ids, run, token } from '@/test/fixtures';
import { renderApp, serve } from '@/test/render';

const pressIn = async (dialog: string, button: string) => {
  const start = within(await screen.findByRole('dialog', { name: dialog })).getByRole('button', { name: button });
  await waitFor(() => expect(start).toHaveProperty('disabled', false));
  await userEvent.click(start);
};
const press = async (button: string) => userEvent.click(await screen.findByRole('button', { name: button }));

interface Flow {
  what: string;
  path: string;
  /** Sends the request, whose answer would open a page. */
  send: () => Promise<void>;
  /** What the answer says, on any page. */
  said: string;
}

const flows: Flow[] = [
  {
    what: 'added repository',
    path: '/app/repositories?add=true',
    send: async () => {
      await userEvent.type(await screen.findByLabelText('Address'), 'octocat/spoon-knife');
      await pressIn('Add repository', 'Add repository');
    },
    said: 'Repository added',
  },
  {
    what: 'edited repository',
    path: `/app/repositories/${ids.repository}?edit=true`,
    send: async () => {
      await userEvent.type(await screen.findByLabelText(/^Name/), 'Mine');
      await press('Save changes');
    },
    said: 'Repository saved',
  },
  {
    what: 'deleted repository',
    path: `/app/repositories/${ids.repository}`,
    send: async () => {
      await press('Delete repository');
      await userEvent.type(within(await screen.findByRole('dialog')).getByRole('textbox'), 'octocat/hello-world');
      await pressIn('Delete octocat/hello-world?', 'Delete repository');
    },
    said: 'octocat/hello-world is deleted',
  },
  {
    what: 'deleted configuration',
    path: `/app/configurations/${ids.daily}`,
    send: async () => {
      await press('Delete configuration');
      await userEvent.type(within(await screen.findByRole('dialog')).getByRole('textbox'), 'Daily report');
      await pressIn('Delete Daily report?', 'Delete configuration');
    },
    said: 'Daily report is deleted',
  },
  {
    what: 'edited configuration',
    path: `/app/configurations/${ids.daily}/edit`,
    send: async () => {
      await userEvent.type(await screen.findByLabelText(/^Name/), ', mine');
      await press('Save changes');
    },
    said: 'Saved: name',
  },
  {
    what: 'started run',
    path: `/app/configurations/${ids.daily}`,
    send: async () => {
      await press('Run report');
      await pressIn('Run report', 'Run report');
    },
    said: 'Run started',
  },
  {
    what: 'repeated run',
    path: `/app/runs/${run().id}`,
    send: async () => {
      await press('Run again');
      await pressIn('Run again', 'Run report');
    },
    said: 'Run started',
  },
];

/** Holds the answer of each request that changes something; returns how many are held, and what lets them go. */
function holdChanges(): { count: () => number; release: () => void } {
  let count = 0;
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  const { fetch: answer } = globalThis;
  vi.stubGlobal('fetch', async (...request: Parameters<typeof fetch>) => {
    const { method, url } = new Request(...request);
    if (method !== 'GET' && !/estimate=true|\/preview$|\/demo\/session$/.test(url)) {
      count += 1;
      await released;
    }
    return answer(...request);
  });
  return { count: () => count, release };
}

describe('an answer that arrives after the user has gone elsewhere', () => {
  it.each(flows)('a $what opens no page', async ({ path, send, said }) => {
    serve('approaching', {
      'GET /report-runs/*': () => ok(withContent(run())),
      'POST /report-configurations/*/run': ({ query }) => (query.get('estimate') === 'true' ? ok(estimate()) : { status: 202, body: run({ status: 'running' }) }),
    });
    const held = holdChanges();
    const { router } = renderApp(path);
    await send();
    await waitFor(() => expect(held.count()).toBe(1));
    void router.navigate({ to: '/app/notices' });
    // A page with unsaved changes asks first.
    await waitFor(() => expect(router.history.location.pathname === '/app/notices' || screen.queryByRole('button', { name: 'Discard changes' }) !== null).toBe(true));
    const guard = screen.queryByRole('button', { name: 'Discard changes' });
    if (guard !== null) await userEvent.click(guard);
    await screen.findByRole('heading', { level: 1, name: 'Notices' });
    held.release();
    expect(await screen.findByText(said)).toBeTruthy();
    await waitFor(() => expect(router.state.status).toBe('idle'));
    expect(router.history.location.pathname).toBe('/app/notices');
  });
});

describe('a search', () => {
  it('that_was_just_typed_does_not_override_a_link_whose_page_loads_slowly', async () => {
    serve('approaching', {
      'POST /demo/session': () => ok({ access_token: token({ app_metadata: { role: 'admin' } }), expires_at: '2100-01-01T00:00:00.000Z', user_id: ids.daily }),
    });
    let load = () => {};
    const loaded = new Promise<void>((resolve) => (load = resolve));
    vi.spyOn(adminAccountRoute.options as unknown as { loader: () => Promise<void> }, 'loader').mockImplementation(() => loaded);
    const { router } = renderApp('/app/admin');
    // The list stays until the next page can be shown.
    router.update({ ...router.options, defaultPendingMs: 60_000 });
    const table = await screen.findByRole('table');
    const [link] = within(table).getAllByRole('link');
    const field = screen.getByRole('searchbox', { name: 'Search' });
    fireEvent.change(field, { target: { value: '0d9c5e0e' } });
    expect(router.history.location.search, 'the address follows at once').toBe('?search=0d9c5e0e');
    fireEvent.click(link!);
    expect(router.history.location.pathname).toMatch(/^\/app\/admin\/accounts\//);
    load();
    await waitFor(() => expect(router.state.location.pathname).toMatch(/^\/app\/admin\/accounts\//));
  });
});
