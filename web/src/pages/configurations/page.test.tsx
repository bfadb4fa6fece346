import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { ok, problem } from '@/test/fake-api';
import { configuration, configurations, ids, page } from '@/test/fixtures';
import { renderApp, serve } from '@/test/render';

const row = async (name: string) => {
  const link = await screen.findByRole('link', { name });
  return within(link.closest('tr') as HTMLElement);
};

describe('configurations', () => {
  it('lists health, next report, last report, runs needed and the switch', async () => {
    serve();
    renderApp('/app/configurations');
    const daily = await row('Daily report');
    expect(daily.getByText('Healthy')).toBeTruthy();
    expect(await daily.findByText('octocat/hello-world · main')).toBeTruthy();
    expect(daily.getByText('in 18 hours')).toBeTruthy();
    expect(daily.getByText('31 in the next')).toBeTruthy();
    expect(daily.getByRole('switch', { name: 'Schedule of Daily report' }).getAttribute('aria-checked')).toBe('true');
    const weekly = await row('Weekly summary');
    expect(weekly.getByText('Disabled')).toBeTruthy();
    expect(weekly.getByText('Paused: webhook disabled')).toBeTruthy();
    expect(screen.getByText('12 reports of this month won’t fit')).toBeTruthy();
  });

  it('switches a schedule off with the version that was seen, and shows the answer', async () => {
    const { requests } = serve();
    renderApp('/app/configurations');
    const daily = await row('Daily report');
    await userEvent.click(daily.getByRole('switch'));
    expect(await screen.findByText('The schedule of Daily report is off')).toBeTruthy();
    const sent = requests.find((request) => request.method === 'PATCH');
    expect(sent?.body).toEqual({ enabled: false });
    expect(sent?.headers?.['if-match']).toBe('"3"');
    await waitFor(() => expect(screen.getByRole('switch', { name: 'Schedule of Daily report' }).getAttribute('aria-checked')).toBe('false'));
  });

  it('keeps the switch as it is and shows the newest state if it was changed elsewhere', async () => {
    let version = 3;
    serve('approaching', {
      'GET /report-configurations': () => ok({ data: [configuration({ version })], pagination: page() }),
      'PATCH /report-configurations/*': () => {
        version = 4;
        return problem(412, { code: 'PRECONDITION_FAILED', title: 'The record has changed', detail: 'It is at version 4.' });
      },
    });
    renderApp('/app/configurations');
    await userEvent.click((await row('Daily report')).getByRole('switch'));
    expect(await screen.findByText('Daily report was changed elsewhere')).toBeTruthy();
    await waitFor(() => expect(screen.getByRole('switch', { name: 'Schedule of Daily report' }).getAttribute('aria-checked')).toBe('true'));
  });

  it('shows why loading failed, the id of the request, and tries again', async () => {
    let fails = true;
    serve('approaching', {
      'GET /report-configurations': () => (fails ? problem(503) : ok({ data: configurations(), pagination: page() })),
    });
    renderApp('/app/configurations');
    expect(await screen.findByText('The table is throttled. Try again in a minute.')).toBeTruthy();
    expect(screen.getByText('req-4711')).toBeTruthy();
    fails = false;
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await row('Daily report');
  });

  it('offers the first step of an empty account: a repository', async () => {
    serve('empty');
    renderApp('/app/configurations');
    expect(await screen.findByText('No configuration yet')).toBeTruthy();
    expect((await screen.findByRole('link', { name: 'Add repository' })).getAttribute('href')).toContain('/app/repositories?add=true');
  });

  it('filters by text and by repository, from the address', async () => {
    serve();
    renderApp('/app/configurations?search=weekly');
    await row('Weekly summary');
    expect(screen.queryByRole('link', { name: 'Daily report' })).toBeNull();
    await userEvent.clear(screen.getByRole('searchbox', { name: 'Search configurations' }));
    await row('Daily report');
  });

  it('shows only the configurations of one repository', async () => {
    serve('approaching', {
      'GET /report-configurations': () =>
        ok({ data: [configuration(), configuration({ id: ids.weekly, name: 'Other', repository_id: ids.changelog })], pagination: page() }),
    });
    renderApp(`/app/configurations?repository_id=${ids.repository}`);
    await row('Daily report');
    expect(screen.queryByRole('link', { name: 'Other' })).toBeNull();
    expect(await screen.findByRole('button', { name: /Only octocat\/hello-world/ })).toBeTruthy();
  });
});
