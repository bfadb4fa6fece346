import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { ok, problem, type FakeRequest, type Routes } from '@/test/fake-api';
import { configuration, ids, page, reportRepository, repository } from '@/test/fixtures';
import { renderApp, serve } from '@/test/render';
import { changedFields, draftOf, emptyDraft, noPaths, patchOf, previewOf, rebased, requestOf, type BranchDraft } from './draft';

const first = { repository_id: ids.repository, branch: 'main' };
const docs = { repository_id: ids.docs, branch: 'trunk' };
const row = (over: Partial<BranchDraft> = {}): BranchDraft => ({ key: 1, ...docs, ...noPaths, ...over });
/** As they are sent and answered. */
const [sentFirst, sentDocs] = [reportRepository(first), reportRepository(docs)];
const two = () => configuration({ repositories: [sentFirst, sentDocs] });

const all = [repository(), repository({ id: ids.docs, name: 'octocat/docs', url: 'https://github.com/octocat/docs' })];
const routes: Routes = { 'GET /repositories': () => ok({ data: all, pagination: page() }) };
const bodyOf = (requests: FakeRequest[], method: string) => requests.find((each) => each.method === method && !each.path.endsWith('/preview') && each.path.startsWith('/report-configurations'))?.body;
const click = async (name: string) => userEvent.click(await screen.findByRole('button', { name }));

describe('the repositories of a draft', () => {
  it('of one repository are not sent as a list', () => {
    const draft = emptyDraft(first);
    expect(requestOf(draft)).not.toHaveProperty('repositories');
    expect(patchOf(draftOf(configuration()), { ...draftOf(configuration()), branch: 'develop' })).toEqual({ branch: 'develop' });
  });

  it('of several are sent as a list that begins with the first one', () => {
    const draft = emptyDraft({ ...first, repositories: [row({ branch: ' trunk ' })] });
    expect(requestOf(draft).repositories).toEqual([sentFirst, sentDocs]);
    expect(previewOf(draft).repositories).toEqual([sentFirst, sentDocs]);
  });

  it('differ once something is entered in an added row', () => {
    const base = draftOf(two());
    expect(base.repositories).toEqual([{ key: 0, ...docs, ...noPaths }]);
    expect(changedFields(base, { ...base, repositories: [...base.repositories, row({ repository_id: '', branch: '' })] })).toEqual([]);
    expect(patchOf(base, { ...base, repositories: [...base.repositories, row({ repository_id: '', branch: 'dev' })] })).toEqual({ repositories: [sentFirst, sentDocs, { branch: 'dev', include_paths: [], exclude_paths: [] }] });
    expect(patchOf(base, { ...base, repositories: [] })).toEqual({ repositories: [sentFirst] });
  });

  it('keep a first branch that was changed elsewhere, unless it is changed here too', () => {
    const opened = draftOf(configuration());
    const newest = draftOf(configuration({ branch: 'next' }));
    const mine = { ...opened, repositories: [row()] };
    expect(patchOf(opened, rebased(newest, opened, mine))).toEqual({ branch: 'next', repositories: [{ ...sentFirst, branch: 'next' }, sentDocs] });
    expect(patchOf(opened, rebased(newest, opened, { ...mine, branch: 'dev' })).repositories).toEqual([{ ...sentFirst, branch: 'dev' }, sentDocs]);
  });

  it('begin with what the first one will be, if one member of it was changed elsewhere and another one here', () => {
    const opened = draftOf(configuration());
    const newest = draftOf(configuration({ repository_id: ids.docs }));
    const mine = { ...opened, branch: 'dev', repositories: [row()] };
    expect(patchOf(opened, rebased(newest, opened, mine))).toEqual({ repository_id: ids.docs, branch: 'dev', repositories: [{ ...sentDocs, branch: 'dev' }, sentDocs] });
  });
});

describe('the form of repositories', () => {
  it('adds one by keyboard, with its default branch, and sends the list', async () => {
    const { requests } = serve('approaching', routes);
    renderApp(`/app/configurations/new?repository_id=${ids.repository}`);
    await screen.findByDisplayValue('main');
    expect(screen.queryByLabelText('Repository 2')).toBeNull();
    (await screen.findByRole('button', { name: 'Add another repository' })).focus();
    await userEvent.keyboard('{Enter}');
    const added = screen.getByLabelText('Repository 2');
    expect(document.activeElement).toBe(added);
    await userEvent.selectOptions(added, 'octocat/docs');
    await waitFor(() => expect(screen.getByRole('combobox', { name: 'Branch 2' })).toHaveProperty('value', 'main'));
    await click('Create configuration');
    await waitFor(() => expect(bodyOf(requests, 'POST')).toMatchObject({ ...first, repositories: [sentFirst, { ...sentDocs, branch: 'main' }] }));
  });

  it('removes one, and the focus goes to the button that adds', async () => {
    const { requests } = serve('approaching', { ...routes, 'GET /report-configurations/*': () => ok(two(), { etag: '"3"' }), 'PATCH /report-configurations/*': () => ok(configuration({ version: 4 })) });
    renderApp(`/app/configurations/${ids.daily}/edit`);
    expect(await screen.findByRole('group', { name: 'Repository 2 and its branch' })).toBeTruthy();
    await click('Remove repository 2');
    expect(screen.queryByLabelText('Repository 2')).toBeNull();
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Add another repository' }));
    expect(screen.getByText('Changed: further repositories')).toBeTruthy();
    await click('Save changes');
    await waitFor(() => expect(bodyOf(requests, 'PATCH')).toEqual({ repositories: [sentFirst] }));
  });

  it('marks a repeated repository before it is sent', async () => {
    serve('approaching', { ...routes, 'GET /report-configurations/*': () => ok(two(), { etag: '"3"' }) });
    renderApp(`/app/configurations/${ids.daily}/edit`);
    const second = await screen.findByLabelText('Repository 2');
    expect(second.getAttribute('aria-invalid')).toBeNull();
    await userEvent.selectOptions(second, 'octocat/hello-world');
    expect(await screen.findByText('This repository with this branch is in the list already.')).toBeTruthy();
    expect(second.getAttribute('aria-invalid')).toBe('true');
  });

  it('shows what the server refuses at its row, past a row that is empty', async () => {
    serve('approaching', {
      ...routes,
      'GET /report-configurations/*': () => ok(configuration(), { etag: '"3"' }),
      'PATCH /report-configurations/*': () =>
        problem(422, { code: 'VALIDATION_FAILED', title: 'Invalid values', detail: 'See errors.', errors: [{ pointer: '/repositories/1/branch', detail: 'The branch has a space.' }] }),
    });
    renderApp(`/app/configurations/${ids.daily}/edit`);
    await click('Add another repository');
    await click('Add another repository');
    await userEvent.selectOptions(screen.getByLabelText('Repository 3'), 'octocat/docs');
    const branch = screen.getByRole('combobox', { name: 'Branch 3' });
    await waitFor(() => expect(branch).toHaveProperty('value', 'main'));
    await click('Save changes');
    expect(await screen.findByText('The branch has a space.')).toBeTruthy();
    expect(branch.getAttribute('aria-invalid')).toBe('true');
    expect(screen.getByRole('combobox', { name: 'Branch 2' }).getAttribute('aria-invalid')).toBeNull();
    expect(screen.getByText('Not saved: one field has to change')).toBeTruthy();
    await userEvent.type(branch, 'x');
    expect(screen.queryByText('The branch has a space.')).toBeNull();
  });

  it('marks the first one for an error at the start of the list, until it changes', async () => {
    serve('approaching', {
      ...routes,
      'GET /report-configurations/*': () => ok(two(), { etag: '"3"' }),
      'PATCH /report-configurations/*': () =>
        problem(422, { code: 'VALIDATION_FAILED', title: 'Invalid values', detail: 'See errors.', errors: [{ pointer: '/repositories/0/branch', detail: 'The branch has a space.' }] }),
    });
    renderApp(`/app/configurations/${ids.daily}/edit`);
    const branch = await screen.findByRole('combobox', { name: 'Branch' });
    await userEvent.type(branch, ' x');
    await click('Save changes');
    expect(await screen.findByText('The branch has a space.')).toBeTruthy();
    await waitFor(() => expect(document.activeElement).toBe(branch));
    await userEvent.type(branch, 'y');
    expect(screen.queryByText('The branch has a space.')).toBeNull();
  });

  it('offers no eleventh', async () => {
    const repositories = Array.from({ length: 9 }, (_, index) => reportRepository({ branch: `release/${index}` }));
    serve('approaching', { ...routes, 'GET /report-configurations/*': () => ok(configuration({ repositories: [sentFirst, ...repositories] }), { etag: '"3"' }) });
    renderApp(`/app/configurations/${ids.daily}/edit`);
    expect(await screen.findByText('A report covers at most 10 repositories.')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Add another repository' })).toBeNull();
    await click('Remove repository 10');
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Add another repository' }));
  });
});

describe('the style and the instructions', () => {
  it('are chosen with a note each', async () => {
    serve('approaching', routes);
    renderApp(`/app/configurations/${ids.daily}/edit`);
    const style = within(await screen.findByLabelText('Style'));
    expect(style.getAllByRole('option').map((each) => each.textContent)).toEqual([
      'Standard: grouped by topic', 'Summary: a few sentences', 'Changelog: a list of changes', 'Standup: what each person did',
      'Release notes: for users of the software', 'Executive: outcomes and risks, without code',
    ]);
  });

  it('are sent with several lines, and counted by character', async () => {
    const { requests } = serve('approaching', routes);
    renderApp(`/app/configurations/${ids.daily}/edit`);
    await userEvent.selectOptions(await screen.findByLabelText('Style'), 'Release notes');
    await userEvent.click(screen.getByText('More'));
    const field = screen.getByLabelText(/^Instructions/);
    await userEvent.type(field, 'Stress security.{Enter}Omit chores 🧹');
    const hint = () => document.getElementById(field.getAttribute('aria-describedby')?.split(' ')[0] ?? '')?.textContent;
    expect(hint()).toContain('30 of 1,000 characters.');
    expect(hint()).toContain('Only a model follows them');
    await click('Save changes');
    await waitFor(() => expect(bodyOf(requests, 'PATCH')).toEqual({ report_style: 'Release notes', instructions: 'Stress security.\nOmit chores 🧹' }));
  });

  it('that are too long are marked and not cut off', async () => {
    serve('approaching', { ...routes, 'GET /report-configurations/*': () => ok(configuration({ model: 'plain' }), { etag: '"3"' }) });
    renderApp(`/app/configurations/${ids.daily}/edit`);
    await userEvent.click(await screen.findByText('More'));
    const field = screen.getByLabelText(/^Instructions/);
    await userEvent.click(field);
    await userEvent.paste('x'.repeat(1_003));
    expect(await screen.findByText('At most 1,000 characters: remove 3.')).toBeTruthy();
    expect(field).toHaveProperty('value', 'x'.repeat(1_003));
    expect(screen.getByText(/This report is written without a model: nothing follows them\./)).toBeTruthy();
  });
});
