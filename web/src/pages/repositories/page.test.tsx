import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { ok, problem } from '@/test/fake-api';
import { ids, repository, usage } from '@/test/fixtures';
import { renderApp, serve } from '@/test/render';

const path = `/app/repositories/${ids.repository}`;

describe('repositories', () => {
  it('lists host, access and what uses each', async () => {
    serve();
    renderApp('/app/repositories');
    const table = within(await screen.findByRole('table', { name: 'Repositories' }));
    expect(table.getByRole('link', { name: 'octocat/hello-world' })).toBeTruthy();
    expect(table.getByText('GitHub')).toBeTruthy();
    expect(table.getByText('With a token')).toBeTruthy();
    expect((await table.findByRole('link', { name: '3 configurations' })).getAttribute('href')).toContain(`repository_id=${ids.repository}`);
  });

  it('adds one from any pasted address, and shows the address that is stored', async () => {
    const { requests } = serve('empty');
    const { router } = renderApp('/app/repositories');
    await screen.findByText('No repository yet');
    await userEvent.click(screen.getAllByRole('button', { name: 'Add repository' })[0]!);
    const dialog = within(await screen.findByRole('dialog', { name: 'Add repository' }));
    await userEvent.type(dialog.getByLabelText('Address'), 'git clone git@github.com:octocat/spoon-knife.git');
    await userEvent.type(dialog.getByLabelText(/Access token/), 'ghp_secret');
    await userEvent.click(dialog.getByRole('button', { name: 'Add repository' }));
    expect(await screen.findByText('It is stored as https://github.com/octocat/spoon-knife.')).toBeTruthy();
    expect(requests.find((request) => request.method === 'POST' && request.path === '/repositories')?.body).toEqual({
      url: 'git clone git@github.com:octocat/spoon-knife.git', token: 'ghp_secret',
    });
    await waitFor(() => expect(router.state.location.pathname).toMatch(/^\/app\/repositories\/.+/));
    expect(document.body.textContent).not.toContain('ghp_secret');
    expect(router.state.location.href).not.toContain('ghp_secret');
  });

  it('leads the overview of a new account on to a configuration', async () => {
    let repositories = 0;
    const month = usage();
    const empty = { ...month, runsUsed: 0, currentReports: 0, monthlyUsage: { ...month.monthlyUsage, total_runs: 0 } };
    serve('approaching', { 'GET /report-runs/usage': () => ok({ ...empty, currentRepositories: repositories }) });
    const { router } = renderApp('/');
    expect(await screen.findByText('Add the first repository')).toBeTruthy();
    await router.navigate({ href: '/app/repositories?add=true' });
    const dialog = within(await screen.findByRole('dialog', { name: 'Add repository' }));
    await userEvent.type(dialog.getByLabelText('Address'), 'octocat/spoon-knife');
    repositories = 1;
    await userEvent.click(dialog.getByRole('button', { name: 'Add repository' }));
    await waitFor(() => expect(router.state.location.pathname).toMatch(/^\/app\/repositories\/.+/));
    await router.navigate({ href: '/' });
    expect(await screen.findByText('Say when a report is written, and where it is sent')).toBeTruthy();
  });

  it('shows the server’s advice at the field, and the field that it asks for', async () => {
    serve();
    renderApp('/app/repositories?add=true');
    const dialog = within(await screen.findByRole('dialog', { name: 'Add repository' }));
    const address = dialog.getByLabelText('Address');
    await userEvent.type(address, 'https://git.example.org/a/b');
    await userEvent.click(dialog.getByRole('button', { name: 'Add repository' }));
    expect(await dialog.findByText(/name its provider, one of 'github', 'gitlab', 'gitea'/)).toBeTruthy();
    await waitFor(() => expect(document.activeElement).toBe(address));
    await waitFor(() => expect(dialog.getByLabelText('Git host runs').closest('details')?.open).toBe(true));
  });

  it('says at the field that a repository exists already', async () => {
    serve('approaching', { 'POST /repositories': () => problem(409, { code: 'REPOSITORY_EXISTS', title: 'The repository exists already', detail: 'octocat/hello-world is one of your repositories.' }) });
    renderApp('/app/repositories?add=true');
    await userEvent.type(await screen.findByLabelText('Address'), 'octocat/hello-world');
    await userEvent.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Add repository' }));
    expect(await screen.findByText('octocat/hello-world is one of your repositories.')).toBeTruthy();
  });

  it('shows why loading failed, and tries again', async () => {
    serve('approaching', { 'GET /repositories': () => problem(503) });
    renderApp('/app/repositories');
    expect(await screen.findByText('req-4711')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Try again' })).toBeTruthy();
  });
});

describe('a repository', () => {
  it('shows what uses it and its branches, and searches them at the server', async () => {
    const { requests } = serve();
    renderApp(path);
    const branches = within(await screen.findByRole('table', { name: 'Branches of octocat/hello-world' }));
    expect(branches.getByText('release/3.1')).toBeTruthy();
    expect(await screen.findByRole('link', { name: 'Weekly summary' })).toBeTruthy();
    await userEvent.type(screen.getByRole('searchbox', { name: 'Search branches' }), 'develop');
    await waitFor(() => expect(requests.some((request) => request.path.endsWith('/branches') && request.query.get('search') === 'develop')).toBe(true));
    await waitFor(() => expect(screen.queryByText('release/3.1')).toBeNull());
  });

  it('keeps, replaces and removes the token without showing it', async () => {
    const { requests } = serve();
    renderApp(`${path}?edit=true`);
    const dialog = within(await screen.findByRole('dialog', { name: 'Edit octocat/hello-world' }));
    expect(dialog.getByText('A token is stored')).toBeTruthy();
    await userEvent.click(dialog.getByRole('button', { name: 'Remove token' }));
    await userEvent.click(dialog.getByRole('button', { name: 'Save changes' }));
    expect(await screen.findByText('Repository saved')).toBeTruthy();
    const sent = requests.find((request) => request.method === 'PATCH');
    expect(sent?.body).toEqual({ token: null });
    expect(sent?.headers?.['if-match']).toBe('"1-a1b2"');
    expect(await screen.findByText('Public')).toBeTruthy();
  });

  it('asks what to do if it was changed elsewhere', async () => {
    let saved = repository();
    serve('approaching', {
      'GET /repositories/*': () => ok(saved, { etag: `"${saved.version}"` }),
      'PATCH /repositories/*': ({ headers, body }) => {
        if (headers?.['if-match'] === '"2"') {
          saved = { ...saved, ...(body as object), version: 3 };
          return ok(saved);
        }
        saved = repository({ version: 2, name: 'Renamed elsewhere' });
        return problem(412, { code: 'PRECONDITION_FAILED', title: 'The record has changed', detail: 'It is at version 2.' });
      },
    });
    renderApp(`${path}?edit=true`);
    const name = await screen.findByLabelText(/^Name/);
    await userEvent.clear(name);
    await userEvent.type(name, 'Mine');
    await userEvent.click(screen.getByRole('button', { name: 'Save changes' }));
    expect(await screen.findByText('Changed elsewhere while you edited it')).toBeTruthy();
    expect(screen.getByText(/name “Renamed elsewhere”/)).toBeTruthy();
    await userEvent.click(screen.getByRole('button', { name: 'Save my changes' }));
    expect(await screen.findByRole('heading', { name: 'Mine', level: 1 })).toBeTruthy();
  });

  it('names what a deletion switches off, and asks for the name', async () => {
    const { requests } = serve();
    const { router } = renderApp(path);
    await screen.findByRole('link', { name: 'Weekly summary' });
    await userEvent.click(screen.getByRole('button', { name: 'Delete repository' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Delete octocat/hello-world?' }));
    expect(dialog.getByText('Weekly summary')).toBeTruthy();
    expect(dialog.getByText(/Its token is deleted too/)).toBeTruthy();
    await userEvent.type(dialog.getByRole('textbox'), 'octocat/hello-world');
    await userEvent.click(dialog.getByRole('button', { name: 'Delete repository' }));
    await waitFor(() => expect(router.state.location.pathname).toBe('/app/repositories'));
    expect(requests.find((request) => request.method === 'DELETE')?.headers?.['if-match']).toBe('"1-a1b2"');
    expect(await screen.findByText('No repository yet')).toBeTruthy();
  });

  it('says that the git host can’t be reached, in the server’s words', async () => {
    serve('approaching', { 'GET /repositories/*/branches': () => problem(422, { code: 'TOKEN_INVALID', title: 'The token is invalid', detail: 'github.com refused the token.' }) });
    renderApp(path);
    expect(await screen.findByText('github.com refused the token.')).toBeTruthy();
  });
});
