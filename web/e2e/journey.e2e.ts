/**
 * The way of a user and an operator through the dashboard, before the local stack: each step continues from the one before.
 * The model and the receiver of the webhook are servers of this test; everything between them and the page is real. The stack's
 * folder needs a commit of the last seven days. With GIT_REPORT_DATA_DIR, its folder of data, the way of a new account is tested too.
 */
import { createHmac, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { launch, openBeside, openTab, settled, signIn, type Tab } from './support/browser';
import { startProvider, startReceiver, type Provider, type Receiver } from './support/outside';
import { Api, listedAccount, useRuns } from './support/pages';

const PASTED = 'git clone git@github.com:octocat/Hello-World.git';
const STORED = 'https://github.com/octocat/Hello-World';
const NAME = 'Journey report';
const TOKENS = { prompt: 1_200, completion: 300 };
/** In US dollars per million tokens. */
const PRICES = { input: '2', output: '8' };
const REPORT = '# The way so far\n\nA **whole** week in two points:\n\n- the first point\n- the second point\n';

/** Writing a report reads the history of a repository. */
const WRITING = { timeout: 90_000 };
/** The overview asks for the usage every 30 seconds. */
const POLLED = { timeout: 45_000 };

interface Usage {
  runsUsed: number;
  monthlyLimit: number;
  resetsAt: string;
}
interface Configuration {
  id: string;
  name: string;
  report_style: string;
}
interface Listed<Item> {
  data: Item[];
}
interface Account {
  plan: string;
  overrides: Record<string, number | null>;
}

const user = new Api();
const operator = new Api('admin');
let browser: Browser;
let provider: Provider;
let receiver: Receiver;
/** The user's tab, and the operator's in the same browser. */
let first: Tab;
let second: Tab;
let page: Page;
const tabs: Tab[] = [];
let userId: string;
let folder: string;
let before: Account;
let configurationId: string;
let hasFailed = false;

const usage = () => user.get<Usage>('/report-runs/usage');
const configurations = async () => (await user.get<Listed<Configuration>>('/report-configurations?limit=100')).data;
const saved = () => user.get<Configuration>(`/report-configurations/${configurationId}`);

/** `1 December 2026`, the day of an instant in UTC. */
const dayOf = (at: string) => new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(at));

/** The value beside a label in a list of figures. */
const figure = (scope: Page | Locator, label: string) =>
  scope.getByRole('term').filter({ hasText: new RegExp(`^${label}$`) }).locator('xpath=following-sibling::dd');

const text = async (locator: Locator) => (await locator.first().innerText()).replace(/\s+/g, ' ');

async function tab(): Promise<Tab> {
  const opened = await openBeside(first);
  tabs.push(opened);
  return opened;
}

/** The operator enters a limit on the page of the account. */
async function setLimit(runs: number): Promise<void> {
  const field = second.page.getByRole('textbox', { name: 'Runs a month' });
  await field.fill(String(runs));
  // An earlier entry of the audit may read the same.
  const saved = second.page.waitForResponse((answer) => answer.request().method() === 'PATCH' && answer.url().includes('/admin/accounts/'));
  await second.page.getByRole('button', { name: 'Save plan and limits' }).click();
  expect((await saved).status()).toBe(200);
  await second.page.getByText(new RegExp(`runs a month \\S+ → ${runs}\\b`)).first().waitFor();
}

/** The errors of a tab, without the browser's line for each answer that is one: some steps provoke these. */
const thrown = ({ errors }: Tab) => errors.filter((each) => !each.startsWith('Failed to load resource:'));

/** The session of a user whom the stack has never seen. */
async function newUser(dataDir: string): Promise<{ access_token: string; expires_at: string; user_id: string }> {
  const answer = await fetch(`${inject('baseUrl')}/demo/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
  const session = (await answer.json()) as { access_token: string; expires_at: string; user_id: string };
  const [header, claims] = session.access_token.split('.');
  const user_id = randomUUID();
  const theirs = { ...(JSON.parse(Buffer.from(claims ?? '', 'base64url').toString()) as object), sub: user_id };
  const signed = `${header}.${Buffer.from(JSON.stringify(theirs)).toString('base64url')}`;
  const secret = (await readFile(`${dataDir}/jwt-secret`, 'utf8')).trim();
  return { ...session, user_id, access_token: `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}` };
}

/** Removes what the steps add, also that of an earlier attempt. */
async function removeTraces(): Promise<void> {
  for (const each of await configurations()) {
    if (each.name.startsWith(NAME)) await user.send('DELETE', `/report-configurations/${each.id}`);
  }
  const repositories = await user.get<Listed<{ id: string; url: string }>>('/repositories?limit=100');
  for (const each of repositories.data) if (each.url === STORED) await user.send('DELETE', `/repositories/${each.id}`);
  await user.send('PATCH', '/users/profile', { model: null });
}

/** The stack signs in one user. With its folder of data, a token of another one can be signed as it would. */
describe.runIf(process.env['GIT_REPORT_URL'] && process.env['GIT_REPORT_DATA_DIR'])('the way of a new account', () => {
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());

  it('an_empty_account_is_led_to_a_repository_then_to_a_configuration_and_is_deleted_with_both', async () => {
    const opened = await openTab(browser);
    const { page } = opened;
    const session = await newUser(process.env['GIT_REPORT_DATA_DIR'] ?? '');
    await page.route('**/demo/session', (route) => route.fulfill({ json: session }));
    await page.goto('/');
    await page.getByText('No run yet this month').waitFor();
    await page.getByText('Add the first repository').waitFor();
    await page.getByRole('link', { name: 'Add repository' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add repository' });
    await dialog.getByRole('textbox', { name: /^Address/ }).fill(PASTED);
    await dialog.getByRole('button', { name: 'Add repository' }).click();
    await page.getByRole('heading', { level: 1, name: 'octocat/Hello-World' }).waitFor();

    await page.getByRole('link', { name: 'Overview' }).first().click();
    await page.getByText('Say when a report is written, and where it is sent').waitFor();
    await page.getByRole('link', { name: 'Add configuration' }).click();
    const repository = page.getByRole('combobox', { name: /^Repository/ });
    await repository.waitFor();
    expect(await repository.locator('option:checked').innerText(), 'the only one is chosen').toBe('octocat/Hello-World');
    await page.getByRole('combobox', { name: /^Branch/ }).fill('master');
    await page.getByRole('region', { name: 'Before you save' }).getByText(/^It fits: /).waitFor();
    await page.getByRole('button', { name: 'Create configuration' }).click();
    await page.getByRole('heading', { level: 1, name: /is saved$/ }).waitFor();

    await page.goto('/app/profile');
    await page.getByText('Deletes 1 repository, 1 configuration,').waitFor();
    await page.getByRole('button', { name: 'Delete account' }).click();
    const confirmation = page.getByRole('dialog', { name: 'Delete your account?' });
    await confirmation.getByRole('textbox').fill('delete my account');
    await confirmation.getByRole('button', { name: 'Delete account' }).click();
    await page.getByText(/^Your account (is closed|and its data are deleted)/).waitFor();
    expect(opened.violations).toEqual([]);
    expect(thrown(opened)).toEqual([]);
    await opened.close();
  });
});

/** The mock API keeps nothing: a way through it leads nowhere. */
describe.runIf(process.env['GIT_REPORT_URL'])('the way from a repository to a limit and on', () => {
  beforeAll(async () => {
    [browser, provider, receiver] = await Promise.all([launch(), startProvider(REPORT, TOKENS), startReceiver()]);
    userId = (await user.get<{ user_id: string }>('/users/profile')).user_id;
    before = await operator.get<Account>(`/admin/accounts/${userId}`);
    const repositories = await user.get<Listed<{ name: string; provider: string | null }>>('/repositories?limit=100');
    folder = repositories.data.find((each) => each.provider === null)?.name ?? '';
    expect(folder, 'the stack has a folder as a repository').not.toBe('');
    await removeTraces();
    // Eighty percent of fewer than four runs is no whole number of them.
    await useRuns(8);
    first = await openTab(browser);
    tabs.push(first);
    page = first.page;
    second = await tab();
  });
  afterAll(async () => {
    await removeTraces();
    await operator.send('PATCH', `/admin/accounts/${userId}`, { plan: before.plan, overrides: before.overrides });
    await browser.close();
    await Promise.all([provider.close(), receiver.close()]);
  });
  beforeEach(({ skip }) => {
    if (hasFailed) skip('A step before it failed.');
  });
  afterEach(({ task }) => {
    hasFailed ||= task.result?.state === 'fail';
  });

  it('a_pasted_clone_command_becomes_a_repository', async () => {
    await signIn(first, '/app/repositories');
    await page.getByRole('button', { name: 'Add repository' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'Add repository' });
    await dialog.getByRole('textbox', { name: /^Address/ }).fill(PASTED);
    await dialog.getByRole('button', { name: 'Add repository' }).click();
    await page.waitForURL(/\/app\/repositories\/[0-9a-f-]{36}/);
    await page.getByText(`It is stored as ${STORED}.`).waitFor();
    await page.getByRole('heading', { level: 1, name: 'octocat/Hello-World' }).waitFor();
  });

  it('the_operator_changes_the_plan_and_sees_it_in_the_audit', async () => {
    const { runsUsed } = await usage();
    await signIn(second, '/app/admin', 'admin');
    if ((await listedAccount()) === undefined) await second.page.goto(`/app/admin/accounts/${userId}`);
    else await second.page.getByRole('row').filter({ hasText: userId }).getByRole('link').click();
    await second.page.waitForURL(`**/app/admin/accounts/${userId}`);
    await second.page.getByRole('combobox', { name: 'Plan' }).selectOption('pro');
    await setLimit(runsUsed + 100);
    await second.page.getByRole('table', { name: /^Changes of this account/ }).getByText(/plan: \S+ → pro/).first().waitFor();
  });

  it('a_model_of_ones_own_is_stored_with_its_prices', async () => {
    await page.goto('/app/profile');
    await settled(page);
    const section = page.getByRole('region', { name: 'Own model' });
    await section.getByRole('textbox', { name: 'Base address' }).fill(`${provider.address}/v1`);
    await section.getByRole('textbox', { name: 'Model' }).fill(provider.model);
    await section.getByText('Prices, in US dollars per million tokens').click();
    await section.getByRole('spinbutton', { name: 'Input', exact: true }).fill(PRICES.input);
    await section.getByRole('spinbutton', { name: 'Output', exact: true }).fill(PRICES.output);
    await section.getByRole('button', { name: 'Save own model' }).click();
    await page.getByText(`Reports are written by ${provider.model}.`).waitFor();
  });

  it('a_configuration_shows_its_next_reports_and_the_runs_that_they_need_before_it_is_saved', async () => {
    const count = (await configurations()).length;
    await page.goto('/app/configurations');
    await page.getByRole('link', { name: 'Add configuration' }).first().click();
    await page.getByRole('combobox', { name: /^Repository/ }).selectOption({ label: folder });
    const branch = page.getByRole('combobox', { name: /^Branch/ });
    await page.waitForFunction((input) => (input as HTMLInputElement).value !== '', await branch.elementHandle());
    await page.getByRole('combobox', { name: 'Repeats' }).selectOption('weekly');
    await page.getByLabel('At', { exact: true }).fill('07:45');
    await page.getByRole('textbox', { name: /^Webhook address/ }).fill(`${receiver.address}/hook`);
    await page.getByRole('textbox', { name: /^Name/ }).fill(NAME);

    const preview = page.getByRole('region', { name: 'Before you save' });
    await preview.locator('[aria-busy="false"]').getByText(/07:45/).first().waitFor();
    expect(await preview.getByRole('listitem').count()).toBe(5);
    expect(await text(figure(preview, 'In the month after'))).toMatch(/^[45] runs$/);
    await preview.getByText(/^It fits: /).waitFor();
    expect((await configurations()).length, 'nothing is saved by the preview').toBe(count);

    await page.getByRole('button', { name: 'Create configuration' }).click();
    await page.getByRole('heading', { level: 1, name: `${NAME} is saved` }).waitFor();
    await page.getByText('It is shown only now.').waitFor();
    await page.getByRole('link', { name: 'Open configuration' }).click();
    await page.getByRole('heading', { level: 1, name: NAME }).waitFor();
    configurationId = new URL(page.url()).pathname.split('/').pop() ?? '';
  });

  it('a_test_report_shows_its_tokens_its_cost_and_the_answer_of_the_receiver', async () => {
    await page.getByRole('button', { name: 'Test webhook' }).click();
    const dialog = page.getByRole('dialog', { name: 'Test webhook' });
    await dialog.getByRole('button', { name: 'Send test report' }).click();
    await dialog.getByText('Delivered: the receiver answered HTTP 200').waitFor(WRITING);
    expect(await text(figure(dialog, 'Tokens'))).toBe('1,500 1,200 in, 300 out');
    expect(await text(figure(dialog, 'Cost'))).toBe('$0.0048');
    expect(await text(figure(dialog, 'Model'))).toBe(provider.model);
    expect(receiver.received.some((body) => body.includes('the first point'))).toBe(true);
    await dialog.getByRole('button', { name: 'Close' }).click();
  });

  it('a_run_over_a_range_shows_its_estimate_and_then_its_report', async () => {
    const { runsUsed } = await usage();
    await page.getByRole('button', { name: 'Run report' }).click();
    const dialog = page.getByRole('dialog', { name: 'Run report' });
    await dialog.getByRole('button', { name: '14 days' }).click();
    await dialog.getByText(`It uses 1 of the 100 runs that are left (${runsUsed} of ${runsUsed + 100} used).`).waitFor(WRITING);
    expect(Number((await text(figure(dialog, 'Commits'))).replaceAll(',', ''))).toBeGreaterThan(0);
    expect(await text(figure(dialog, 'Cost'))).toMatch(/^\$\d.* at most$/);
    await dialog.getByRole('button', { name: 'Run report' }).click();
    await page.waitForURL(/\/app\/runs\/[0-9a-f-]{36}/);

    await page.getByRole('listitem').filter({ hasText: /^the first point$/ }).waitFor(WRITING);
    expect(await page.getByRole('listitem').filter({ hasText: /^the (first|second) point$/ }).count()).toBe(2);
    expect(await page.getByText('whole', { exact: true }).evaluate((element) => element.tagName)).toBe('STRONG');
    await page.getByText('Counted', { exact: true }).waitFor();
    await page.getByRole('table', { name: /^Tokens by class/ }).getByRole('row').filter({ hasText: /^Cost/ }).getByText('$0.0048').waitFor();
    expect((await usage()).runsUsed).toBe(runsUsed + 1);
  });

  it('at_80_percent_the_overview_warns', async () => {
    const { runsUsed } = await usage();
    const card = page.getByRole('region', { name: 'Usage', exact: true });
    await page.goto('/');
    await card.getByText('Within the limit').waitFor();
    const limit = Math.floor(runsUsed / 0.8);
    await setLimit(limit);
    await page.reload();
    await card.getByText('Approaching the limit').waitFor();
    await card.getByText(/^8\d(\.\d)?\s?% of this month’s runs are used$/).waitFor();
    expect(await card.getByRole('progressbar').getAttribute('aria-valuetext')).toContain(`${runsUsed} of ${limit} runs used`);
    await card.getByRole('link', { name: 'Change schedules' }).waitFor();
  });

  it('at_100_percent_the_overview_says_on_which_day_runs_start_again', async () => {
    const { runsUsed, resetsAt } = await usage();
    await setLimit(runsUsed);
    const card = page.getByRole('region', { name: 'Usage', exact: true });
    await page.reload();
    await card.getByText('Limit reached').waitFor();
    await card.getByText(`All ${runsUsed} runs of this month are used`).waitFor();
    expect(await text(card.getByText(/^Scheduled reports are skipped until/))).toContain(dayOf(resetsAt));
    expect(await text(page.getByRole('heading', { level: 1 }))).toContain(dayOf(resetsAt));
    await card.getByRole('link', { name: 'See plan' }).waitFor();
  });

  it('at_the_limit_a_run_is_refused_with_the_day_on_which_it_can_start', async () => {
    const { runsUsed, resetsAt } = await usage();
    const third = await tab();
    await signIn(third, `/app/configurations/${configurationId}`);
    const dialog = third.page.getByRole('dialog', { name: 'Run report' });
    const start = dialog.getByRole('button', { name: 'Run report' });
    await third.page.getByRole('button', { name: 'Run report' }).click();
    await dialog.getByText('All runs of this month are used.').waitFor(WRITING);
    expect(await text(dialog.getByText(/^Runs start again on/))).toContain(dayOf(resetsAt));
    expect(await start.isDisabled()).toBe(true);
    await dialog.getByRole('button', { name: 'Cancel' }).click();

    // The limit is reached between the estimate and the start: the API decides.
    await setLimit(runsUsed + 1);
    await third.page.reload();
    await third.page.getByRole('button', { name: 'Run report' }).click();
    await dialog.getByText(/^It uses 1 of the 1 run /).waitFor(WRITING);
    await setLimit(runsUsed);
    await start.click();
    const refusal = dialog.getByRole('alert');
    await refusal.waitFor();
    expect(await text(refusal)).toContain('limit');
    expect((await usage()).runsUsed).toBe(runsUsed);
    await third.close();
  });

  it('when_the_operator_raises_the_limit_in_the_second_tab_the_first_page_continues_by_itself', async () => {
    const { runsUsed } = await usage();
    const card = page.getByRole('region', { name: 'Usage', exact: true });
    await card.getByText('Limit reached').waitFor();
    await page.evaluate(() => void Object.assign(window, { isSamePage: true }));
    await setLimit(runsUsed + 200);
    await card.getByText('Within the limit').waitFor(POLLED);
    expect(await text(card.getByText(/ left until the reset$/))).toBe('200 runs left until the reset');
    expect(await page.evaluate(() => 'isSamePage' in window), 'without a reload').toBe(true);

    await page.goto(`/app/configurations/${configurationId}`);
    await page.getByRole('button', { name: 'Run report' }).click();
    const dialog = page.getByRole('dialog', { name: 'Run report' });
    await dialog.getByText(/^It uses 1 of the 200 runs/).waitFor(WRITING);
    await dialog.getByRole('button', { name: 'Run report' }).click();
    await page.waitForURL(/\/app\/runs\//);
    await page.getByRole('listitem').filter({ hasText: /^the first point$/ }).waitFor(WRITING);
  });

  it('an_edit_that_was_changed_elsewhere_offers_the_choice', async () => {
    const edit = `/app/configurations/${configurationId}/edit`;
    const other = await tab();
    const conflict = page.getByRole('alertdialog', { name: 'Changed elsewhere' });
    const open = async () => {
      await page.goto(edit);
      await page.getByRole('textbox', { name: /^Name/ }).waitFor();
    };
    const changeElsewhere = async (style: string) => {
      await signIn(other, edit);
      await other.page.getByRole('combobox', { name: 'Style' }).selectOption(style);
      await other.page.getByRole('button', { name: 'Save changes' }).click();
      await other.page.getByText('Saved: style').waitFor();
    };

    await open();
    await changeElsewhere('Summary');
    await page.getByRole('textbox', { name: /^Name/ }).fill(`${NAME}, mine`);
    await page.getByRole('button', { name: 'Save changes' }).click();
    await conflict.getByText('saving keeps both').waitFor();
    expect(await conflict.getByRole('rowheader').allInnerTexts()).toEqual(['Name', 'Style']);
    await conflict.getByRole('button', { name: 'Save my changes' }).click();
    await page.getByText('Saved: name').waitFor();
    expect(await saved()).toMatchObject({ name: `${NAME}, mine`, report_style: 'Summary' });

    await open();
    await changeElsewhere('Standard');
    await page.getByRole('combobox', { name: 'Style' }).selectOption({ index: 2 });
    await page.getByRole('button', { name: 'Save changes' }).click();
    await conflict.getByText('Saving replaces what was changed elsewhere in: style.').waitFor();
    await conflict.getByRole('button', { name: 'Discard mine and show the newest' }).click();
    await conflict.waitFor({ state: 'detached' });
    expect(await page.getByRole('combobox', { name: 'Style' }).inputValue()).toBe('Standard');
    await page.getByText('Nothing is changed.').waitFor();
    expect(await saved()).toMatchObject({ name: `${NAME}, mine`, report_style: 'Standard' });
    await other.close();
  });

  it('a_token_that_the_api_refuses_leads_to_a_sign_in_and_back_to_the_page', async () => {
    const third = await tab();
    await signIn(third, '/app/runs?status=failed');
    // The API itself refuses the signature, and no new token is to be had.
    await third.page.route('**/*', (route) => {
      const { authorization, ...headers } = route.request().headers();
      return authorization === undefined ? route.fallback() : route.continue({ headers: { ...headers, authorization: authorization.slice(0, -8) } });
    });
    await third.page.route('**/demo/session', (route) => route.abort());
    await third.page.getByRole('link', { name: 'Repositories' }).first().click();
    await third.page.getByText('The API refused the token of this session. Sign in again to continue.').waitFor();
    await third.page.unrouteAll();
    await third.page.getByRole('button', { name: 'Sign in as the demo user' }).click();
    await third.page.getByRole('heading', { level: 1, name: 'Repositories' }).waitFor();
    await third.page.getByRole('table', { name: 'Repositories' }).getByText(folder).first().waitFor();
    await third.close();
  });

  it('an_expired_token_is_renewed_without_a_word_or_else_leads_to_a_sign_in_and_back', async () => {
    const third = await tab();
    await signIn(third, '/app/runs?status=failed');
    const issued: number[] = [];
    third.page.on('response', (response) => {
      if (response.url().endsWith('/demo/session')) issued.push(response.status());
    });
    const nextDay = () => third.page.clock.setFixedTime(Date.now() + 86_400_000);

    await nextDay();
    await third.page.getByRole('link', { name: 'Repositories' }).first().click();
    await third.page.getByRole('table', { name: 'Repositories' }).getByText(folder).first().waitFor();
    expect(issued.length).toBeGreaterThan(0);
    await third.page.goBack();
    await third.page.getByRole('heading', { level: 1, name: 'Runs' }).waitFor();

    await third.page.route('**/demo/session', (route) => route.abort());
    await third.page.getByRole('link', { name: 'Notices' }).first().click();
    await third.page.getByText('The session expired. Sign in again to continue.').waitFor();
    await third.page.clock.setFixedTime(Date.now());
    await third.page.unrouteAll();
    await third.page.getByRole('button', { name: 'Sign in as the demo user' }).click();
    await third.page.getByRole('heading', { level: 1, name: 'Notices' }).waitFor();
    expect(new URL(third.page.url()).pathname).toBe('/app/notices');
    await third.close();
  });

  it('a_failing_api_shows_the_error_and_a_retry_recovers', async () => {
    const third = await tab();
    await third.page.route(/\/report-(runs|configurations)\b/, (route) => route.abort('connectionrefused'));
    await signIn(third, '/');
    const failed = third.page.getByRole('region', { name: 'Usage', exact: true }).getByRole('alert');
    await failed.getByText('The API cannot be reached').waitFor();
    await third.page.unrouteAll();
    await failed.getByRole('button', { name: 'Try again' }).click();
    await third.page.getByRole('progressbar', { name: 'Runs used this month' }).waitFor();

    await third.page.route(/\/report-runs\?/, (route) => route.fulfill({ status: 503, body: 'busy' }));
    await third.page.getByRole('link', { name: 'Runs', exact: true }).first().click();
    const error = third.page.getByRole('alert');
    await error.getByText('The answer was HTTP 503').waitFor();
    await third.page.unrouteAll();
    await error.getByRole('button', { name: 'Try again' }).click();
    await third.page.getByRole('table').getByText(NAME).first().waitFor();
    await third.close();
  });

  it('a_slow_api_shows_skeletons_until_it_answers', async () => {
    const third = await tab();
    let answer = () => {};
    const held = new Promise<void>((resolve) => (answer = resolve));
    await third.page.route(/\/(report-runs|report-configurations|notices)\b/, async (route) => {
      await held;
      await route.continue();
    });
    await third.page.goto('/');
    await third.page.getByRole('status').filter({ hasText: 'Loading the usage' }).waitFor();
    await third.page.getByRole('status', { name: 'Loading the last runs' }).waitFor();
    await third.page.getByRole('status', { name: 'Loading the notices' }).waitFor();
    expect(await third.page.getByRole('alert').count()).toBe(0);
    answer();
    await third.page.getByRole('progressbar', { name: 'Runs used this month' }).waitFor();
    await third.page.getByRole('table', { name: 'Last runs' }).waitFor();
    await settled(third.page);
    await third.close();
  });

  it('without_a_connection_the_page_says_that_its_data_is_old', async () => {
    const offline = page.getByText('No connection. This is the last data that was received.');
    await page.goto('/');
    await page.getByRole('progressbar', { name: 'Runs used this month' }).waitFor();
    await first.context.setOffline(true);
    await offline.waitFor();
    await page.getByRole('progressbar', { name: 'Runs used this month' }).waitFor();
    await first.context.setOffline(false);
    await offline.waitFor({ state: 'detached' });
  });

  it('a_webhook_that_is_gone_is_disabled_with_its_reason_and_can_be_enabled', async () => {
    receiver.status = 410;
    await page.goto(`/app/configurations/${configurationId}`);
    await page.getByRole('button', { name: 'Test webhook' }).click();
    const dialog = page.getByRole('dialog', { name: 'Test webhook' });
    await dialog.getByRole('button', { name: 'Send test report' }).click();
    await dialog.getByText('Not delivered: the receiver answered HTTP 410').waitFor(WRITING);
    await dialog.getByRole('button', { name: 'Close' }).click();
    await page.getByText(`Nothing is sent to ${new URL(receiver.address).host}: this webhook is disabled`).waitFor();
    await page.getByText(/It answered HTTP 410: the address is gone\./).waitFor();
    await page.getByRole('heading', { name: 'The schedule pauses: the webhook is disabled' }).waitFor();

    await page.getByRole('link', { name: 'Configurations' }).first().click();
    await page.getByRole('row').filter({ hasText: NAME }).getByText('Disabled', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Overview' }).first().click();
    const needed = page.getByRole('region', { name: 'Needs action' }).getByRole('listitem').filter({ hasText: NAME });
    await needed.getByText(/^The webhook of .* is disabled$/).waitFor();
    await needed.getByRole('link', { name: 'Check webhook' }).click();

    receiver.status = 200;
    await page.getByRole('button', { name: 'Enable webhook' }).click();
    await page.getByText('Webhook enabled').waitFor();
    await page.getByRole('heading', { name: /^The next report is due/ }).waitFor();
  });

  it('in_all_of_it_the_headers_refused_nothing_and_nothing_was_thrown', async () => {
    expect(tabs.length).toBeGreaterThan(4);
    expect(tabs.flatMap(({ violations }) => violations)).toEqual([]);
    expect(tabs.flatMap(thrown)).toEqual([]);
    // That nothing was recorded says something only if a violation is.
    await page.evaluate(() => document.head.append(Object.assign(document.createElement('style'), { textContent: 'p { color: red }' })));
    await expect.poll(() => first.violations.join()).toMatch(/^style-src/);
  });
});
