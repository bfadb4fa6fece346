import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { ok, problem, type FakeRequest } from '@/test/fake-api';
import { estimate, testedRun } from '@/test/fake-holdings';
import { configuration, ids, page, reportRepository, repository, run } from '@/test/fixtures';
import { renderApp, serve } from '@/test/render';

const path = `/app/configurations/${ids.daily}`;
const posts = (requests: FakeRequest[], end: string) => requests.filter((request) => request.method === 'POST' && request.path.endsWith(end));
const press = async (name: string) => userEvent.click(await screen.findByRole('button', { name }));

describe('a configuration', () => {
  it('opens with the next report, the server’s fires and the runs that it needs', async () => {
    serve();
    renderApp(path);
    expect(await screen.findByRole('heading', { name: 'The next report is due tomorrow at 09:00 Europe/Berlin' })).toBeTruthy();
    expect(await screen.findByText('Tue 24 Nov, 09:00')).toBeTruthy();
    expect(await screen.findByText('of 50 runs')).toBeTruthy();
    expect(screen.getByText('receiver.example.com', { exact: false, selector: 'dd span' })).toBeTruthy();
  });

  it('shows its repositories and instructions, if there are several and any', async () => {
    const repositories = [reportRepository(), reportRepository({ repository_id: ids.docs, branch: 'trunk' })];
    const docs = repository({ id: ids.docs, name: 'octocat/docs' });
    serve('approaching', {
      'GET /repositories': () => ok({ data: [repository(), docs], pagination: page() }),
      'GET /report-configurations/*': () => ok(configuration({ repositories, instructions: 'Stress security.' }), { etag: '"3"' }),
    });
    renderApp(path);
    expect(await screen.findByText('octocat/docs, trunk')).toBeTruthy();
    expect(screen.getByText('Stress security.')).toBeTruthy();
    expect(screen.getByText(/main and 1 more/)).toBeTruthy();
  });

  it('shows the paths of its repositories where there are some', async () => {
    const repositories = [
      reportRepository({ include_paths: ['packages/api', 'docs'] }),
      reportRepository({ repository_id: ids.docs, branch: 'trunk', exclude_paths: ['drafts'] }),
    ];
    serve('approaching', {
      'GET /repositories': () => ok({ data: [repository(), repository({ id: ids.docs, name: 'octocat/docs' })], pagination: page() }),
      'GET /report-configurations/*': () => ok(configuration({ repositories }), { etag: '"3"' }),
    });
    renderApp(path);
    expect((await screen.findByText('Included paths')).nextElementSibling?.textContent).toBe('packages/api\ndocs');
    expect(screen.queryByText('Excluded paths')).toBeNull();
    expect(await screen.findByText('octocat/docs, trunk (not drafts)')).toBeTruthy();
  });

  it('shows until when each of its repositories was reported', async () => {
    const repositories = [reportRepository(), reportRepository({ repository_id: ids.docs, branch: 'trunk' })];
    const coverage = [
      { repository_id: ids.repository, branch: 'main', covered_until: '2026-11-21T08:00:00.000Z' },
      { repository_id: ids.docs, branch: 'trunk', covered_until: null },
    ];
    serve('approaching', {
      'GET /repositories': () => ok({ data: [repository(), repository({ id: ids.docs, name: 'octocat/docs' })], pagination: page() }),
      'GET /report-configurations/*': () => ok({ ...configuration({ repositories }), coverage }, { etag: '"3"' }),
    });
    renderApp(path);
    const reported = (await screen.findByText('Reported until')).nextElementSibling;
    await waitFor(() => expect(reported?.textContent).toBe('octocat/hello-world, main: 21 November 2026, 09:00 Europe/Berlin\noctocat/docs, trunk: Nothing yet'));
  });

  it('names the repositories that an estimate could not read', async () => {
    const failed = [{ repository_id: ids.repository, branch: 'main', error_code: 'GIT_UNAVAILABLE' as const, message: 'github.com did not answer.' }];
    serve('approaching', { 'POST /report-configurations/*/run': () => ok(estimate({ failed_repositories: failed })) });
    renderApp(path);
    await press('Run report');
    const dialog = within(await screen.findByRole('dialog', { name: 'Run report' }));
    expect(await dialog.findByText('1 repository could not be read')).toBeTruthy();
    expect(dialog.getByText(/github\.com did not answer\./).textContent).toContain('octocat/hello-world, branch main');
    expect(dialog.getByText('The estimate is about the others.')).toBeTruthy();
  });

  it('tests the webhook and shows tokens, cost, commits, steps and the receiver’s answer', async () => {
    const { requests } = serve('approaching', {
      'POST /report-configurations/*/test-webhook': () =>
        ok(testedRun({ webhook: { delivered: false, state: 'refused', status: 404, error_class: 'http_404', response_excerpt: 'no such hook' } })),
    });
    renderApp(path);
    await press('Test webhook');
    const dialog = within(await screen.findByRole('dialog', { name: 'Test webhook' }));
    expect(dialog.getByText(/sent once to receiver\.example\.com/)).toBeTruthy();
    await press('Send test report');
    expect(await dialog.findByText('Not delivered: the receiver answered HTTP 404')).toBeTruthy();
    expect(dialog.getByText('no such hook')).toBeTruthy();
    expect(dialog.getByText('$0.00272')).toBeTruthy();
    expect(dialog.getByText('15,400')).toBeTruthy();
    expect(dialog.getByText('14')).toBeTruthy();
    expect(dialog.getByText('4.2 s')).toBeTruthy();
    expect(posts(requests, '/test-webhook')[0]?.query.get('deliver')).toBeNull();
    await press('Write without sending');
    await waitFor(() => expect(posts(requests, '/test-webhook')[1]?.query.get('deliver')).toBe('false'));
  });

  it('shows why a test failed, in the server’s words', async () => {
    serve('approaching', {
      'POST /report-configurations/*/test-webhook': () => problem(422, { code: 'TOKEN_INVALID', title: 'The token is invalid', detail: 'github.com refused the token of octocat/hello-world.' }),
    });
    renderApp(path);
    await press('Test webhook');
    await press('Send test report');
    expect(await screen.findByText('github.com refused the token of octocat/hello-world.')).toBeTruthy();
  });

  it('shows the estimate of a range before the run can be started', async () => {
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const { requests } = serve('approaching', {
      'POST /report-configurations/*/run': async ({ query }) => {
        if (query.get('estimate') !== 'true') return { status: 202, body: run({ id: '019bc130-1ac0-7c3e-8a53-000000000009' }) };
        await held;
        return ok(estimate());
      },
    });
    const { router } = renderApp(path);
    await press('Run report');
    const dialog = within(await screen.findByRole('dialog', { name: 'Run report' }));
    const start = dialog.getByRole('button', { name: 'Run report' });
    expect(start).toHaveProperty('disabled', true);
    release();
    expect(await dialog.findByText(/It uses 1 of the 8 runs that are left \(42 of 50 used\)/)).toBeTruthy();
    expect(dialog.getByText('$0.007196')).toBeTruthy();
    expect(posts(requests, '/run').every((request) => request.query.get('estimate') === 'true')).toBe(true);
    // The days are those of the profile's zone, wherever the browser is.
    await waitFor(() => expect(posts(requests, '/run').at(-1)?.body).toEqual({ from: '2026-11-13T23:00:00.000Z', to: '2026-11-21T14:20:00.000Z' }));
    await waitFor(() => expect(start).toHaveProperty('disabled', false));
    await userEvent.click(start);
    await waitFor(() => expect(router.state.location.pathname).toBe('/app/runs/019bc130-1ac0-7c3e-8a53-000000000009'));
    expect(posts(requests, '/run').at(-1)?.query.get('estimate')).toBeNull();
  });

  it('refuses a range that is too long or in the future, without asking', async () => {
    serve();
    renderApp(path);
    await press('Run report');
    fireEvent.change(screen.getByLabelText('From'), { target: { value: '2026-09-01' } });
    expect(await screen.findByText('Choose at most 31 days.')).toBeTruthy();
    fireEvent.change(screen.getByLabelText('From'), { target: { value: '2026-12-01' } });
    expect(await screen.findByText('The first day must not be after the last one.')).toBeTruthy();
  });

  it('says why no run can start, and when runs start again', async () => {
    serve('approaching', {
      'POST /report-configurations/*/run': () => ok(estimate({ quota: { ...estimate().quota, can_run: false, used: 50, remaining: 0, blocked_reason: 'limit_reached' } })),
    });
    renderApp(path);
    await press('Run report');
    expect(await screen.findByText('All runs of this month are used.')).toBeTruthy();
    expect(screen.getByText('Runs start again on 1 December 2026, 00:00 UTC.')).toBeTruthy();
  });

  it('rotates the secret, offers to end the oldest one if five are in use, and shows the new one once', async () => {
    const { requests } = serve('approaching', {
      'POST /report-configurations/*/rotate-secret': ({ query }) =>
        query.get('force') === 'true'
          ? ok({ ...configuration({ version: 4 }), signing_secret: 'whsec_new', previous_secret_until: '2026-11-22T14:20:00.000Z' })
          : problem(409, { code: 'SIGNING_SECRETS_IN_USE', title: 'All signing secrets are in use', detail: 'Five secrets sign; the oldest until 18:00.' }),
    });
    renderApp(path);
    await press('Rotate secret');
    const dialog = within(await screen.findByRole('dialog', { name: 'Rotate signing secret?' }));
    await userEvent.click(dialog.getByRole('button', { name: 'Rotate secret' }));
    expect(await screen.findByText('Five secrets sign; the oldest until 18:00.')).toBeTruthy();
    await press('End the oldest secret and rotate');
    expect(await screen.findByLabelText('Signing secret')).toHaveProperty('value', 'whsec_new');
    expect(screen.getByText(/Until 22 November 2026, 15:20 Europe\/Berlin/)).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Close' })).toBeNull();
    const keys = posts(requests, '/rotate-secret').map((request) => request.headers?.['idempotency-key']);
    expect(keys[0]).not.toBe(keys[1]);
    await press('I have stored it');
    await waitFor(() => expect(screen.queryByLabelText('Signing secret')).toBeNull());
  });

  it('enables a disabled webhook', async () => {
    serve();
    renderApp(`/app/configurations/${ids.weekly}`);
    expect(await screen.findByText('Nothing is sent to receiver.example.com: this webhook is disabled')).toBeTruthy();
    expect(screen.getByText(/It answered HTTP 410: the address is gone/)).toBeTruthy();
    await press('Enable webhook');
    await waitFor(() => expect(screen.queryByText(/this webhook is disabled/)).toBeNull());
    expect(await screen.findByText('Webhook enabled')).toBeTruthy();
  });

  it('sends failed reports again, page by page, and continues where an attempt failed', async () => {
    let fails = true;
    const { requests } = serve('approaching', {
      'POST /report-configurations/*/recover': ({ body }) => {
        const after = (body as { after?: string }).after;
        if (after === undefined) return { status: 202, body: { redeliveries: 50, has_more: true, next_after: ids.weekly } };
        if (fails) return problem(429, { code: 'RATE_LIMITED', title: 'Too many requests', detail: 'Wait for 6 seconds.' });
        return { status: 202, body: { redeliveries: 3, has_more: false, next_after: null } };
      },
    });
    renderApp(path);
    await press('Send failed again');
    await press('Send reports again');
    expect(await screen.findByText('Wait for 6 seconds.')).toBeTruthy();
    expect(screen.getByText('50 reports sent again so far.')).toBeTruthy();
    fails = false;
    await press('Continue');
    expect(await screen.findByText('53 reports sent again')).toBeTruthy();
    expect(posts(requests, '/recover').map((request) => (request.body as { after?: string }).after)).toEqual([undefined, ids.weekly, ids.weekly]);
  });

  it('lists deliveries with the receiver’s last answer, by state', async () => {
    serve();
    renderApp(path);
    const table = within(await screen.findByRole('table', { name: 'Deliveries' }));
    expect(table.getByText('Did not answer in time')).toBeTruthy();
    expect(table.getByText(/upstream connect error/)).toBeTruthy();
    await userEvent.selectOptions(screen.getByLabelText('State of the delivery'), 'exhausted');
    await waitFor(() => expect(screen.queryByText('Did not answer in time')).toBeNull());
    expect(await screen.findByText('Answered HTTP 503')).toBeTruthy();
  });

  it('deletes only after its name is typed, and the version that was seen', async () => {
    const { requests } = serve();
    const { router } = renderApp(path);
    await press('Delete configuration');
    const dialog = within(await screen.findByRole('dialog', { name: 'Delete Daily report?' }));
    const button = dialog.getByRole('button', { name: 'Delete configuration' });
    expect(button).toHaveProperty('disabled', true);
    expect(dialog.getByText(/212 runs/)).toBeTruthy();
    await userEvent.type(dialog.getByRole('textbox'), 'Daily report');
    await userEvent.click(button);
    await waitFor(() => expect(router.state.location.pathname).toBe('/app/configurations'));
    expect(requests.find((request) => request.method === 'DELETE')?.headers?.['if-match']).toBe('"3-a1b2"');
    expect(await screen.findByRole('link', { name: 'Weekly summary' })).toBeTruthy();
    expect(screen.queryByRole('link', { name: 'Daily report' })).toBeNull();
  });

  it('says that it does not exist', async () => {
    serve('empty');
    renderApp(path);
    expect(await screen.findByText('This configuration does not exist')).toBeTruthy();
  });

  it('shows why it could not be loaded', async () => {
    serve('error');
    renderApp(path);
    expect((await screen.findAllByText('req-4711')).length).toBeGreaterThan(0);
  });
});
