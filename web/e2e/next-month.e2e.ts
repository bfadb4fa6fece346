/**
 * The limit of a month is reached, the month ends, and runs start again. The stack is this test's own: GIT_REPORT_PROGRAM names its
 * program, GIT_REPORT_REPOSITORY a folder with a commit of the last seven days. The time passes by a restart with a clock that is ahead.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectClean, launch, openTab, signIn, type Tab } from './support/browser';
import { Api } from './support/pages';
import { Stack, type StackOptions } from './support/stack';

const { GIT_REPORT_PROGRAM: program, GIT_REPORT_REPOSITORY: repository } = process.env;
const WRITING = { timeout: 60_000 };
const HOUR_MS = 3_600_000;
const git = (args: string[], env = {}) => promisify(execFile)('git', args, { env: { ...process.env, ...env } });

/** A run without commits is not counted. */
async function commit(folder: string, at: string): Promise<void> {
  const who = ['-c', 'user.name=Ada Byron', '-c', 'user.email=ada@example.com'];
  await writeFile(join(folder, 'next-month.txt'), at);
  await git(['-C', folder, 'add', '.']);
  await git(['-C', folder, ...who, 'commit', '--quiet', '-m', 'feat(cart): begin the month', '--date', at], { GIT_COMMITTER_DATE: at });
}

interface Usage {
  runsUsed: number;
  monthlyLimit: number;
  resetsAt: string;
  monthlyUsage: { month: string };
}

describe.runIf(program && repository)('when a month ends', () => {
  let browser: Browser;
  let folder: string;
  let options: StackOptions;
  let stack: Stack | undefined;
  beforeAll(async () => {
    browser = await launch();
    folder = await mkdtemp(join(tmpdir(), 'next-month-'));
    options = { program: program ?? '', repository: join(folder, 'shop'), dataDir: join(folder, 'data') };
    await git(['clone', '--quiet', repository ?? '', options.repository]);
    stack = await Stack.start(options);
  });
  afterAll(async () => {
    await stack?.stop();
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  });

  const usage = () => new Api('user', stack?.baseUrl).get<Usage>('/report-runs/usage');
  const configuration = async () => (await new Api('user', stack?.baseUrl).get<{ data: { id: string }[] }>('/report-configurations?limit=1')).data[0]?.id;
  const dialogOf = ({ page }: Tab) => page.getByRole('dialog', { name: 'Run report' });

  /** Opens the page of the demo's configuration and asks for a run. */
  async function askForRun(tab: Tab): Promise<void> {
    await signIn(tab, `/app/configurations/${await configuration()}`);
    await tab.page.getByRole('button', { name: 'Run report' }).click();
    await dialogOf(tab).waitFor();
  }

  async function run(tab: Tab): Promise<void> {
    await askForRun(tab);
    await dialogOf(tab).getByText(/^It uses 1 of the /).waitFor(WRITING);
    await dialogOf(tab).getByRole('button', { name: 'Run report' }).click();
    await tab.page.waitForURL(/\/app\/runs\/[0-9a-f-]{36}/);
    await tab.page.getByText('Counted', { exact: true }).waitFor(WRITING);
  }

  it('runs_that_the_limit_refused_start_again', async () => {
    const before = await openTab(browser, { baseUrl: stack?.baseUrl });
    await run(before);
    const { user_id } = await new Api('user', stack?.baseUrl).get<{ user_id: string }>('/users/profile');
    await new Api('admin', stack?.baseUrl).send('PATCH', `/admin/accounts/${user_id}`, { overrides: { monthly_runs_limit: 1 } });
    const reached = await usage();
    expect(reached).toMatchObject({ runsUsed: 1, monthlyLimit: 1 });

    await signIn(before);
    await before.page.getByRole('region', { name: 'Usage', exact: true }).getByText('Limit reached').waitFor();
    await askForRun(before);
    await dialogOf(before).getByText('All runs of this month are used.').waitFor(WRITING);
    expect(await dialogOf(before).getByRole('button', { name: 'Run report' }).isDisabled()).toBe(true);
    expectClean(before);
    await before.close();

    await stack?.stop();
    const reset = Date.parse(reached.resetsAt);
    const later = reset + HOUR_MS;
    await commit(options.repository, new Date(reset + HOUR_MS / 2).toISOString());
    stack = await Stack.start(options, Math.ceil((later - Date.now()) / 1_000));

    const after = await openTab(browser, { baseUrl: stack.baseUrl, now: new Date(later).toISOString() });
    await signIn(after);
    const card = after.page.getByRole('region', { name: 'Usage', exact: true });
    await card.getByText('No run yet this month').waitFor();
    expect(await usage()).toMatchObject({ runsUsed: 0, monthlyLimit: 1, monthlyUsage: { month: reached.resetsAt } });
    await run(after);
    expect((await usage()).runsUsed).toBe(1);
    await signIn(after);
    await card.getByText('Limit reached').waitFor();
    expectClean(after);
    await after.close();
  });
});
