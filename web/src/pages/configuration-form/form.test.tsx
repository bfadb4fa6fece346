import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { ok, problem } from '@/test/fake-api';
import { preview } from '@/test/fake-holdings';
import { configuration, ids, profile } from '@/test/fixtures';
import { renderApp, serve } from '@/test/render';
import { draftOf, emptyDraft, patchOf, previewOf, requestOf, withSource } from './draft';
import { expressionOf, presetOf } from './presets';

describe('schedule presets', () => {
  it.each([
    ['0 9 * * *', { repeat: 'daily', time: '09:00' }],
    ['30 17 * * 1-5', { repeat: 'weekdays', time: '17:30' }],
    ['0 7 * * 7', { repeat: 'weekly', weekday: '0' }],
    ['5 6 L * *', { repeat: 'monthly', day: 'L', time: '06:05' }],
    ['*/15 * * * *', { repeat: 'custom' }],
    ['0 9 1 * 1', { repeat: 'custom' }],
    ['0 9 31 * *', { repeat: 'custom' }],
    ['@daily', { repeat: 'custom' }],
  ])('%s', (expression, expected) => {
    expect(presetOf(expression)).toMatchObject(expected);
  });

  it('writes the expression that it has read', () => {
    for (const expression of ['0 9 * * *', '30 17 * * 1-5', '0 7 * * 3', '5 6 L * *', '0 0 28 * *']) {
      expect(expressionOf(presetOf(expression))).toBe(expression);
    }
    expect(expressionOf({ ...presetOf('0 9 * * *'), time: '' })).toBeNull();
  });
});

describe('bodies', () => {
  it('sends only what differs, and null for what is emptied', () => {
    const base = draftOf(configuration({ webhook_headers: { 'X-Api-Key': true, 'X-Old': true } }));
    const [key, old] = base.webhook_headers;
    const draft = { ...base, name: '', schedule: '0 8 * * *', webhook_headers: [key!, { ...old!, state: 'removed' as const }, { key: 9, name: 'X-New', value: 'v', state: 'new' as const }] };
    expect(patchOf(base, draft)).toEqual({ name: null, schedule: '0 8 * * *', webhook_headers: { 'X-Old': null, 'X-New': 'v' } });
    expect(patchOf(base, base)).toEqual({});
  });

  it('covers what is switched on, in one order, and always commits', () => {
    const both = withSource(withSource(['commits'], 'releases', true), 'pull_requests', true);
    expect(both).toEqual(['commits', 'pull_requests', 'releases']);
    expect(withSource(both, 'releases', false)).toEqual(['commits', 'pull_requests']);
  });

  it('leaves defaults out of a new configuration, and header values out of a preview', () => {
    const draft = emptyDraft({ repository_id: ids.repository, branch: 'main', webhook_headers: [{ key: 1, name: 'X-Api-Key', value: 'secret', state: 'new' }] });
    expect(requestOf(draft)).toEqual({ repository_id: ids.repository, branch: 'main', schedule: '0 9 * * 1-5', timezone: 'UTC', webhook_headers: { 'X-Api-Key': 'secret' } });
    expect(JSON.stringify(previewOf(draft))).not.toContain('secret');
  });
});

describe('a new configuration', () => {
  it('proposes the only repository, its default branch and the zone of the profile', async () => {
    serve();
    renderApp('/app/configurations/new');
    expect(await screen.findByDisplayValue('octocat/hello-world')).toBeTruthy();
    expect(await screen.findByDisplayValue('main')).toBeTruthy();
    await waitFor(() => expect(screen.getByRole('combobox', { name: 'Time zone' })).toHaveProperty('value', 'Europe/Berlin'));
  });

  it('shows words, next fires and the quota impact before it is saved', async () => {
    const { requests } = serve();
    renderApp('/app/configurations/new');
    const card = within(await screen.findByRole('region', { name: 'Before you save' }));
    expect(await card.findByText('At 09:00, from Monday to Friday, on the clock of Europe/Berlin.')).toBeTruthy();
    expect(await card.findByText('Mon 23 Nov, 09:00')).toBeTruthy();
    expect(await card.findByText(/68 of 50 runs are expected this month.*18 reports will be skipped/)).toBeTruthy();
    await userEvent.selectOptions(screen.getByLabelText('Repeats'), 'Every month');
    await userEvent.selectOptions(screen.getByLabelText('On day'), 'L');
    fireEvent.change(screen.getByLabelText('At'), { target: { value: '18:30' } });
    expect(await card.findByText(/At 18:30, on the last day of the month, on the clock of Europe\/Berlin/)).toBeTruthy();
    await waitFor(() => expect(requests.some((request) => (request.body as { schedule?: string })?.schedule === '30 18 L * *')).toBe(true));
  });

  it('asks the server once after several keys', async () => {
    const { requests } = serve();
    renderApp('/app/configurations/new');
    await userEvent.selectOptions(await screen.findByLabelText('Repeats'), 'Own cron expression');
    const field = screen.getByLabelText('Cron expression');
    // In one task, so that no pause is between the keys on a slow machine.
    fireEvent.change(field, { target: { value: '0' } });
    fireEvent.change(field, { target: { value: '0 9' } });
    fireEvent.change(field, { target: { value: '0 9 * *' } });
    expect(await screen.findByText(/'0 9 \* \*' has not five fields/)).toBeTruthy();
    expect(field.getAttribute('aria-invalid')).toBe('true');
    const schedules = requests.filter((request) => request.path.endsWith('/preview')).map((request) => (request.body as { schedule?: string }).schedule);
    expect(schedules).not.toContain('0 9');
    expect(screen.getByText('This schedule can’t be used: see the field.')).toBeTruthy();
  });

  it('creates it once, and shows the signing secret once, with a copy button', async () => {
    const { requests } = serve();
    renderApp('/app/configurations/new');
    await screen.findByDisplayValue('main');
    await userEvent.type(screen.getByLabelText(/Webhook address/), 'https://hooks.slack.com/services/T0/B0/z');
    await userEvent.type(screen.getByLabelText(/^Name/), 'Slack digest');
    await userEvent.click(screen.getByRole('button', { name: 'Create configuration' }));
    expect(await screen.findByRole('heading', { name: 'Slack digest is saved' })).toBeTruthy();
    expect(screen.getByLabelText('Signing secret')).toHaveProperty('value', expect.stringMatching(/^whsec_/));
    expect(screen.getByRole('button', { name: 'Copy signing secret' })).toBeTruthy();
    const sent = requests.find((request) => request.method === 'POST' && request.path === '/report-configurations');
    expect(sent?.body).toMatchObject({ branch: 'main', name: 'Slack digest', webhook_url: 'https://hooks.slack.com/services/T0/B0/z' });
    expect(sent?.headers?.['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/);
    expect(screen.getByRole('link', { name: 'Open configuration' })).toBeTruthy();
  });

  it('marks what the server refuses at its field, opens More for it, and clears the mark when it changes', async () => {
    serve('approaching', {
      'POST /report-configurations': () =>
        problem(422, {
          code: 'VALIDATION_FAILED', title: 'Invalid values', detail: 'See errors.',
          errors: [
            { pointer: '/webhook_url', detail: 'receiver.internal is a local name: use a public address.' },
            { pointer: '/language', detail: 'The language has no letter.' },
          ],
        }),
    });
    renderApp('/app/configurations/new');
    await screen.findByDisplayValue('main');
    await userEvent.click(screen.getByRole('button', { name: 'Create configuration' }));
    expect(await screen.findByText('receiver.internal is a local name: use a public address.')).toBeTruthy();
    expect(screen.getByText('The language has no letter.')).toBeTruthy();
    expect(screen.getByText('Not saved: 2 fields have to change')).toBeTruthy();
    const address = screen.getByLabelText(/Webhook address/);
    expect(address.getAttribute('aria-invalid')).toBe('true');
    await waitFor(() => expect(document.activeElement).toBe(address));
    await userEvent.type(address, 'h');
    expect(screen.queryByText('receiver.internal is a local name: use a public address.')).toBeNull();
  });

  it('sends the same idempotency key again after an answer that was lost', async () => {
    let answers = 0;
    const { requests } = serve('approaching', {
      'POST /report-configurations': () => {
        answers += 1;
        return answers === 1 ? problem(503) : { status: 201, body: configuration({ name: 'Again' }) };
      },
    });
    renderApp('/app/configurations/new');
    await screen.findByDisplayValue('main');
    await userEvent.click(screen.getByRole('button', { name: 'Create configuration' }));
    await screen.findByText('The table is throttled. Try again in a minute.');
    await userEvent.click(screen.getByRole('button', { name: 'Create configuration' }));
    // The repeat answers without the secret.
    expect(await screen.findByText('The signing secret was in an answer that did not arrive')).toBeTruthy();
    const keys = requests.filter((request) => request.method === 'POST' && request.path === '/report-configurations').map((request) => request.headers?.['idempotency-key']);
    expect(keys[0]).toBe(keys[1]);
  });

  it('searches branches at the server, and chooses one by keyboard', async () => {
    const { requests } = serve();
    renderApp('/app/configurations/new');
    const branch = await screen.findByDisplayValue('main');
    await userEvent.clear(branch);
    await userEvent.type(branch, 'release');
    await waitFor(() => expect(requests.some((request) => request.path.endsWith('/branches') && request.query.get('search') === 'release')).toBe(true));
    expect(await screen.findByRole('option', { name: /release\/3\.1/ })).toBeTruthy();
    await waitFor(() => expect(screen.queryByRole('option', { name: /develop/ })).toBeNull());
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{Enter}');
    expect(branch).toHaveProperty('value', 'release/3.0');
    expect(branch.getAttribute('aria-expanded')).toBe('false');
  });

  it('links to the plan when the plan has no place left', async () => {
    serve('approaching', {
      'POST /report-configurations': () => problem(403, { code: 'PLAN_LIMIT_REACHED', title: 'The plan’s limit is reached', detail: 'The plan has 10 configurations.' }),
      'GET /users/profile': () => ok(profile({ timezone: 'UTC' })),
    });
    renderApp('/app/configurations/new');
    await screen.findByDisplayValue('main');
    await userEvent.click(screen.getByRole('button', { name: 'Create configuration' }));
    expect(await screen.findByText('The plan has 10 configurations.')).toBeTruthy();
    expect(screen.getByRole('link', { name: 'See plan and limits' })).toBeTruthy();
  });

  it('shows that a schedule alone is over the limit', async () => {
    serve('approaching', {
      'POST /report-configurations/preview': ({ body }) =>
        ok(preview(body as object, { quota_impact: { runs_this_month: 230, runs_per_month: 744, monthly_limit: 50, exceeds_limit: true } })),
    });
    renderApp('/app/configurations/new');
    expect(await screen.findByText(/This schedule alone needs 744 runs a month, and the plan allows 50/)).toBeTruthy();
  });
});

describe('editing', () => {
  const path = `/app/configurations/${ids.daily}/edit`;

  it('sends a merge patch of the changes with If-Match, and says what has changed', async () => {
    const { requests } = serve();
    renderApp(path);
    const name = await screen.findByLabelText(/^Name/);
    expect(screen.getByRole('button', { name: 'Save changes' })).toHaveProperty('disabled', true);
    await userEvent.type(name, ' for all');
    await userEvent.click(screen.getByRole('button', { name: 'Save changes' }));
    expect(await screen.findByText('Saved: name')).toBeTruthy();
    const sent = requests.find((request) => request.method === 'PATCH');
    expect(sent?.body).toEqual({ name: 'Daily report for all' });
    expect(sent?.headers?.['if-match']).toBe('"3-a1b2"');
    expect(await screen.findByRole('heading', { name: 'Daily report for all' })).toBeTruthy();
  });

  const changedElsewhere = () => {
    let saved = configuration();
    return serve('approaching', {
      'GET /report-configurations/*': () => ok(saved, { etag: `"${saved.version}"` }),
      'PATCH /report-configurations/*': ({ headers, body }) => {
        if (headers?.['if-match'] !== '"4"') {
          saved = configuration({ version: 4, name: 'Renamed elsewhere', language: 'German' });
          return problem(412, { code: 'PRECONDITION_FAILED', title: 'The record has changed', detail: 'It is at version 4.' });
        }
        saved = { ...saved, ...(body as object), version: 5 };
        return ok(saved, { etag: '"5"' });
      },
    });
  };

  it('shows what was changed elsewhere, and saves mine over it on request', async () => {
    const { requests } = changedElsewhere();
    renderApp(path);
    const name = await screen.findByLabelText(/^Name/);
    await userEvent.clear(name);
    await userEvent.type(name, 'Mine');
    await userEvent.click(screen.getByRole('button', { name: 'Save changes' }));
    const choice = within(await screen.findByRole('alertdialog', { name: 'Changed elsewhere' }));
    expect(choice.getByText('Renamed elsewhere')).toBeTruthy();
    expect(choice.getByText('Mine')).toBeTruthy();
    expect(choice.getByText('German')).toBeTruthy();
    expect(choice.getByText(/Saving replaces what was changed elsewhere in: name/)).toBeTruthy();
    await userEvent.click(choice.getByRole('button', { name: 'Save my changes' }));
    expect(await screen.findByRole('heading', { name: 'Mine' })).toBeTruthy();
    expect(requests.filter((request) => request.method === 'PATCH').at(-1)?.body).toEqual({ name: 'Mine' });
  });

  it('discards mine and shows the newest on request', async () => {
    changedElsewhere();
    renderApp(path);
    await userEvent.type(await screen.findByLabelText(/^Name/), ' 2');
    await userEvent.click(screen.getByRole('button', { name: 'Save changes' }));
    await userEvent.click(await screen.findByRole('button', { name: 'Discard mine and show the newest' }));
    expect(await screen.findByDisplayValue('Renamed elsewhere')).toBeTruthy();
    expect(screen.queryByRole('alertdialog')).toBeNull();
    expect(screen.getByText('Nothing is changed.')).toBeTruthy();
  });

  it('never shows the value of a header, and can replace and remove it', async () => {
    const { requests } = serve('approaching', {
      'GET /report-configurations/*': () => ok(configuration({ webhook_headers: { 'X-Api-Key': true, 'X-Old': true } }), { etag: '"3"' }),
      'PATCH /report-configurations/*': () => ok(configuration({ version: 4 })),
    });
    renderApp(path);
    await userEvent.click(await screen.findByText('More'));
    expect(screen.getAllByText('Value stored')).toHaveLength(2);
    await userEvent.click(screen.getByRole('button', { name: 'Replace value of X-Api-Key' }));
    await userEvent.type(screen.getByLabelText('Value'), 'new-secret');
    await userEvent.click(screen.getByRole('button', { name: 'Remove X-Old' }));
    await userEvent.click(screen.getByRole('button', { name: 'Save changes' }));
    await waitFor(() => expect(requests.find((request) => request.method === 'PATCH')?.body).toEqual({ webhook_headers: { 'X-Api-Key': 'new-secret', 'X-Old': null } }));
  });

  it('asks before unsaved changes are lost', async () => {
    serve();
    renderApp(path);
    await userEvent.type(await screen.findByLabelText(/^Name/), '!');
    await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(await screen.findByText('Leave without saving?')).toBeTruthy();
    await userEvent.click(screen.getByRole('button', { name: 'Discard changes' }));
    expect(await screen.findByRole('heading', { name: 'Daily report' })).toBeTruthy();
  });
});
