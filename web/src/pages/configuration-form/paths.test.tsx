import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import type { Configuration } from '@/api/types';
import { fakeFetch, ok, problem, type FakeRequest, type Routes } from '@/test/fake-api';
import { holdingRoutes } from '@/test/fake-holdings';
import { configuration, ids, page, reportRepository, repository } from '@/test/fixtures';
import { renderApp, serve } from '@/test/render';
import { changedFields, draftOf, emptyDraft, inWords, noPaths, patchOf, previewOf, rebased, requestOf, type Draft } from './draft';

const first = { repository_id: ids.repository, branch: 'main' };
const docs = { repository_id: ids.docs, branch: 'trunk' };
const all = [repository(), repository({ id: ids.docs, name: 'octocat/docs', url: 'https://github.com/octocat/docs' })];
const routes: Routes = { 'GET /repositories': () => ok({ data: all, pagination: page() }) };
/** A configuration that is saved in the fake API. */
const saved = (of: Configuration): Routes => ({ ...holdingRoutes([of], all), ...routes });
const editPath = `/app/configurations/${ids.daily}/edit`;
const sent = (requests: FakeRequest[], method: string) =>
  requests.filter((each) => each.method === method && each.path.startsWith('/report-configurations') && !each.path.endsWith('/preview')).map((each) => each.body);
const previews = (requests: FakeRequest[]) => requests.filter((each) => each.path.endsWith('/preview')).map((each) => each.body as Record<string, unknown>);
const click = async (name: string) => userEvent.click(await screen.findByRole('button', { name }));
const errorOf = (field: HTMLElement) =>
  (field.getAttribute('aria-describedby') ?? '').split(' ').filter((id) => id.endsWith('-error')).map((id) => document.getElementById(id)?.textContent).join('');
const openMore = async () => userEvent.click(await screen.findByText('More'));

describe('the paths of a draft', () => {
  it('are sent as lists, without empty lines and space around them', () => {
    const draft = emptyDraft({ ...first, include_paths: '\n packages/api \n\n\tdocs\r\n', exclude_paths: ' \n' });
    expect(requestOf(draft)).toMatchObject({ include_paths: ['packages/api', 'docs'] });
    expect(requestOf(draft)).not.toHaveProperty('exclude_paths');
    expect(requestOf(draft)).not.toHaveProperty('repositories');
    expect(previewOf(draft)).toMatchObject({ include_paths: ['packages/api', 'docs'] });
    expect(requestOf(emptyDraft(first))).not.toHaveProperty('include_paths');
  });

  it('are in a patch only if the list differs, and as an empty list if they are cleared', () => {
    const base = draftOf(configuration({ include_paths: ['packages/api'], exclude_paths: ['packages/api/generated'] }));
    expect(base).toMatchObject({ include_paths: 'packages/api', exclude_paths: 'packages/api/generated' });
    expect(patchOf(base, { ...base, include_paths: '\npackages/api \n' })).toEqual({});
    expect(patchOf(base, { ...base, include_paths: 'packages/api\ndocs' })).toEqual({ include_paths: ['packages/api', 'docs'] });
    expect(patchOf(base, { ...base, exclude_paths: ' \n' })).toEqual({ exclude_paths: [] });
  });

  it('are at the start of a list of repositories as in the members of the configuration', () => {
    const row = { key: 1, ...docs, include_paths: '', exclude_paths: ' drafts \n\nold' };
    const draft = emptyDraft({ ...first, include_paths: 'packages/api', repositories: [row] });
    const list = [reportRepository({ ...first, include_paths: ['packages/api'] }), reportRepository({ ...docs, exclude_paths: ['drafts', 'old'] })];
    expect(requestOf(draft)).toMatchObject({ include_paths: ['packages/api'], repositories: list });
    expect(previewOf(draft)).toMatchObject({ include_paths: ['packages/api'], repositories: list });
    const base = draftOf(configuration({ include_paths: ['docs'] }));
    expect(patchOf(base, { ...base, repositories: [row] })).toEqual({ repositories: [reportRepository({ include_paths: ['docs'] }), list[1]] });
  });

  it('of a further repository alone are a change, and a row with nothing else is sent', () => {
    const base = draftOf(configuration({ repositories: [reportRepository(), reportRepository(docs)] }));
    const [row] = base.repositories;
    expect(changedFields(base, { ...base, repositories: [{ ...row!, exclude_paths: '\n' }] })).toEqual([]);
    expect(patchOf(base, { ...base, repositories: [{ ...row!, exclude_paths: 'drafts' }] })).toEqual({ repositories: [reportRepository(), reportRepository({ ...docs, exclude_paths: ['drafts'] })] });
    const added = { key: 2, repository_id: '', branch: '', include_paths: 'src', exclude_paths: '' };
    expect(patchOf(base, { ...base, repositories: [row!, added] }).repositories?.at(-1)).toEqual({ include_paths: ['src'], exclude_paths: [] });
  });

  it('are in words for a comparison', () => {
    const row = { key: 1, ...docs, include_paths: 'guide\nsrc', exclude_paths: 'guide/old' };
    const words = (over: Partial<Draft>, field: keyof Draft) => inWords(emptyDraft({ ...first, ...over }), field, (id) => all.find((each) => each.id === id)?.name);
    expect(words({}, 'include_paths')).toBe('The whole repository');
    expect(words({}, 'exclude_paths')).toBe('None');
    expect(words({ include_paths: 'a \n\nb' }, 'include_paths')).toBe('a\nb');
    expect(words({ exclude_paths: 'c' }, 'exclude_paths')).toBe('c');
    expect(words({ repositories: [row, { key: 2, ...first, ...noPaths }] }, 'repositories')).toBe('octocat/docs, trunk (only guide, src; not guide/old)\noctocat/hello-world, main');
  });
});

describe('paths of a report that was changed elsewhere', () => {
  const opened = draftOf(configuration({ include_paths: ['api'] }));
  const row = { key: 1, ...docs, ...noPaths };
  const newest = configuration({ include_paths: ['web'], exclude_paths: ['web/old'], version: 4 });
  /** What the fake API, which refuses a list that does not begin with the first one, answers to the changes. */
  const savedOver = async (mine: Draft) => {
    const { fetch } = fakeFetch(holdingRoutes([{ ...newest }], all));
    const body = patchOf(opened, rebased(draftOf(newest), opened, mine));
    const answer = await fetch(`http://localhost/report-configurations/${ids.daily}`, { method: 'PATCH', headers: { 'If-Match': '"4"' }, body: JSON.stringify(body) });
    return { status: answer.status, saved: (await answer.json()) as Configuration };
  };

  it('stay if another field was changed here', async () => {
    const { status, saved } = await savedOver({ ...opened, repositories: [row] });
    expect(status).toBe(200);
    expect(saved.repositories).toEqual([reportRepository({ include_paths: ['web'], exclude_paths: ['web/old'] }), reportRepository(docs)]);
    expect(saved).toMatchObject({ include_paths: ['web'], exclude_paths: ['web/old'] });
  });

  it('are replaced by those of the same list that was changed here, and only these', async () => {
    const { status, saved } = await savedOver({ ...opened, include_paths: 'lib', repositories: [row] });
    expect(status).toBe(200);
    expect(saved.repositories[0]).toEqual(reportRepository({ include_paths: ['lib'], exclude_paths: ['web/old'] }));
    expect(saved).toMatchObject({ include_paths: ['lib'], exclude_paths: ['web/old'] });
  });

  it('would be refused in a list that begins with the first one as it was', async () => {
    const { fetch } = fakeFetch(holdingRoutes([{ ...newest }], all));
    const body = { include_paths: ['lib'], repositories: [reportRepository({ include_paths: ['lib'] }), reportRepository(docs)] };
    const answer = await fetch(`http://localhost/report-configurations/${ids.daily}`, { method: 'PATCH', headers: { 'If-Match': '"4"' }, body: JSON.stringify(body) });
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ errors: [{ pointer: '/repositories' }] });
  });
});

describe('the form of paths', () => {
  it('sends those of a new report, and previews them', async () => {
    const { requests } = serve('approaching', routes);
    renderApp(`/app/configurations/new?repository_id=${ids.repository}`);
    await screen.findByDisplayValue('main');
    await openMore();
    const include = screen.getByRole('textbox', { name: /^Included paths/ });
    await userEvent.type(include, 'packages/api{Enter}{Enter}docs/');
    await waitFor(() => expect(previews(requests).at(-1)).toMatchObject({ include_paths: ['packages/api', 'docs/'] }));
    await click('Create configuration');
    await waitFor(() => expect(sent(requests, 'POST')).toHaveLength(1));
    expect(sent(requests, 'POST')[0]).toMatchObject({ ...first, include_paths: ['packages/api', 'docs/'] });
    expect(sent(requests, 'POST')[0]).not.toHaveProperty('exclude_paths');
  });

  it('sends an empty list for those that are cleared, and shows the report without them', async () => {
    const { requests } = serve('approaching', saved(configuration({ include_paths: ['packages/api'], exclude_paths: ['packages/api/old'] })));
    renderApp(editPath);
    await openMore();
    const include = screen.getByRole('textbox', { name: /^Included paths/ });
    expect(include).toHaveProperty('value', 'packages/api');
    await userEvent.clear(include);
    expect(screen.getByText('Changed: included paths')).toBeTruthy();
    await click('Save changes');
    expect(await screen.findByText('Saved: included paths')).toBeTruthy();
    expect(sent(requests, 'PATCH')).toEqual([{ include_paths: [] }]);
    const kept = await screen.findByText('Excluded paths', { selector: 'dt' });
    expect(kept.nextElementSibling?.textContent).toBe('packages/api/old');
    expect(screen.queryByText('Included paths')).toBeNull();
  });

  it('names the lines that the API refuses at their text, past empty lines, until it changes', async () => {
    serve('approaching', routes);
    renderApp(`/app/configurations/new?repository_id=${ids.repository}`);
    await screen.findByDisplayValue('main');
    await openMore();
    const [include, exclude] = [screen.getByRole('textbox', { name: /^Included paths/ }), screen.getByRole('textbox', { name: /^Excluded paths/ })];
    await userEvent.type(include, 'docs{Enter}{Enter}/etc{Enter}a/../b');
    await userEvent.type(exclude, 'docs/old');
    await userEvent.click(screen.getByRole('button', { name: 'Add another repository' }));
    await userEvent.selectOptions(screen.getByLabelText('Repository 2'), 'octocat/docs');
    await waitFor(() => expect(screen.getByRole('combobox', { name: 'Branch 2' })).toHaveProperty('value', 'main'));
    await click('Create configuration');
    // The list of repositories has the same errors again: they are about one field.
    expect(await screen.findByText('Not saved: one field has to change')).toBeTruthy();
    expect(errorOf(include)).toBe(
      "Line 3: '/etc' begins with '/': write it as git shows it, from the repository's top, such as packages/api\nLine 4: 'a/../b' contains an empty name, '.' or '..': write the path without it",
    );
    expect(include.getAttribute('aria-invalid')).toBe('true');
    expect(exclude.getAttribute('aria-invalid')).toBeNull();
    await waitFor(() => expect(document.activeElement).toBe(include));
    await userEvent.clear(include);
    expect(include.getAttribute('aria-invalid')).toBeNull();
  });

  it('marks a line before it is sent, once the text is left', async () => {
    serve('approaching', routes);
    renderApp(editPath);
    await openMore();
    const exclude = screen.getByRole('textbox', { name: /^Excluded paths/ });
    await userEvent.type(exclude, 'docs{Enter}../other');
    await userEvent.tab();
    await waitFor(() => expect(errorOf(exclude)).toContain("Line 2: '../other' contains an empty name, '.' or '..'"));
    // An answer about an earlier text marks no line of this one.
    fireEvent.change(exclude, { target: { value: 'docs\nother\n/etc' } });
    expect(errorOf(exclude)).toBe('');
    await waitFor(() => expect(errorOf(exclude)).toContain("Line 3: '/etc' begins with '/'"));
    // One about the same paths does, wherever they are.
    fireEvent.change(exclude, { target: { value: '\ndocs\nother\n/etc' } });
    expect(errorOf(exclude)).toContain("Line 4: '/etc' begins with '/'");
  });

  it('shows what is wrong with a list as a whole without a line, and opens More for it', async () => {
    const routesOf = saved(configuration({ include_paths: ['docs/guide'] }));
    const { requests } = serve('approaching', routesOf);
    renderApp(editPath);
    await openMore();
    const [include, exclude] = [screen.getByRole('textbox', { name: /^Included paths/ }), screen.getByRole('textbox', { name: /^Excluded paths/ })];
    await userEvent.type(exclude, 'docs');
    await openMore();
    await waitFor(() => expect(exclude.closest('details')).toHaveProperty('open', false));
    await click('Save changes');
    await waitFor(() => expect(errorOf(exclude)).toBe("'docs' excludes all of 'docs/guide', which is included: remove one of the two"));
    await waitFor(() => expect(exclude.closest('details')).toHaveProperty('open', true));
    expect(sent(requests, 'PATCH')).toEqual([{ exclude_paths: ['docs'] }]);
    // A change of the other text corrects it too.
    await userEvent.clear(include);
    expect(errorOf(exclude)).toBe('');
    await click('Save changes');
    expect(await screen.findByText('Saved: included paths, excluded paths')).toBeTruthy();
  });

  it('of a further repository are folded with what is entered, and sent with it', async () => {
    const { requests } = serve('approaching', saved(configuration({ include_paths: ['packages/api'], repositories: [reportRepository({ include_paths: ['packages/api'] }), reportRepository({ ...docs, include_paths: ['guide'] })] })));
    renderApp(editPath);
    const group = within(await screen.findByRole('group', { name: 'Repository 2 and its branch' }));
    const summary = group.getByText('Paths: only guide');
    expect(summary.closest('details')).toHaveProperty('open', false);
    await userEvent.click(summary);
    expect(group.getByRole('textbox', { name: /^Included paths of repository 2/ })).toHaveProperty('value', 'guide');
    await userEvent.type(group.getByRole('textbox', { name: /^Excluded paths of repository 2/ }), 'guide/old');
    expect(group.getByText('Paths: only guide; not guide/old')).toBeTruthy();
    expect(screen.getByText('Changed: further repositories')).toBeTruthy();
    await click('Save changes');
    await waitFor(() =>
      expect(sent(requests, 'PATCH')).toEqual([
        { repositories: [reportRepository({ include_paths: ['packages/api'] }), reportRepository({ ...docs, include_paths: ['guide'], exclude_paths: ['guide/old'] })] },
      ]),
    );
    expect(await screen.findByText('octocat/docs, trunk (only guide; not guide/old)')).toBeTruthy();
  });

  it('opens those of the row with the line that is refused, past a row that is empty', async () => {
    serve('approaching', {
      ...saved(configuration()),
      'PATCH /report-configurations/*': () =>
        problem(422, { code: 'VALIDATION_FAILED', title: 'Invalid values', detail: 'See errors.', errors: [{ pointer: '/repositories/1/exclude_paths/1', detail: 'The path is wrong.' }] }),
    });
    renderApp(editPath);
    await click('Add another repository');
    await click('Add another repository');
    await userEvent.selectOptions(screen.getByLabelText('Repository 3'), 'octocat/docs');
    await waitFor(() => expect(screen.getByRole('combobox', { name: 'Branch 3' })).toHaveProperty('value', 'main'));
    const fieldOf = (number: number) => screen.getByLabelText(new RegExp(`^Excluded paths of repository ${number}`));
    const details = fieldOf(3).closest('details');
    await userEvent.type(fieldOf(3), '{Enter}a{Enter}b');
    await waitFor(() => expect(details).toHaveProperty('open', false));
    await click('Save changes');
    expect(await screen.findByText('Line 3: The path is wrong.')).toBeTruthy();
    expect(errorOf(fieldOf(3))).toBe('Line 3: The path is wrong.');
    expect(fieldOf(2).getAttribute('aria-invalid')).toBeNull();
    expect(details).toHaveProperty('open', true);
    await waitFor(() => expect(document.activeElement).toBe(fieldOf(3)));
    // It stays open while it is corrected.
    await userEvent.type(fieldOf(3), 'c');
    expect(screen.queryByText('Line 3: The path is wrong.')).toBeNull();
    expect(details).toHaveProperty('open', true);
  });

  it('are removed with the repository that they are of', async () => {
    const { requests } = serve('approaching', saved(configuration({ include_paths: ['packages/api'] })));
    renderApp(editPath);
    await userEvent.selectOptions(await screen.findByLabelText('Repository'), 'octocat/docs');
    await waitFor(() => expect(screen.getByRole('combobox', { name: 'Branch' })).toHaveProperty('value', 'main'));
    expect(screen.getByText('Changed: repository, included paths')).toBeTruthy();
    await click('Save changes');
    await waitFor(() => expect(sent(requests, 'PATCH')).toEqual([{ repository_id: ids.docs, include_paths: [] }]));
  });

  it('that are typed before the first repository is chosen are kept', async () => {
    serve('approaching', routes);
    renderApp('/app/configurations/new');
    await openMore();
    await userEvent.type(screen.getByRole('textbox', { name: /^Included paths/ }), 'docs');
    await userEvent.selectOptions(await screen.findByLabelText('Repository'), 'octocat/docs');
    expect(screen.getByRole('textbox', { name: /^Included paths/ })).toHaveProperty('value', 'docs');
  });
});
