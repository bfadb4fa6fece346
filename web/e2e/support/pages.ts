/** Every page of the dashboard, and how to find one that is about a record. */
import { inject } from 'vitest';
import type { Role } from './browser';

interface Listed {
  data: { id?: string; user_id?: string }[];
}

/** Pages that are open at the same time: while one waits, another is examined. */
const VISITS_AT_ONCE = 2;

/** Visits pages, some of them at the same time. Their faults are in the order of the pages. */
export async function visit<Page>(pages: readonly Page[], examine: (page: Page) => Promise<string[]>): Promise<string[]> {
  const faults: string[][] = pages.map(() => []);
  const rest = pages.entries();
  const work = async () => {
    for (const [index, page] of rest) faults[index] = await examine(page);
  };
  await Promise.all(Array.from({ length: VISITS_AT_ONCE }, work));
  return faults.flat();
}

/** Asks the API beside the page, as the demo user. */
export class Api {
  private token: string | null = null;

  constructor(
    private readonly role: Role = 'user',
    private readonly baseUrl = inject('baseUrl'),
  ) {}

  async get<Body>(path: string): Promise<Body> {
    const response = await this.send('GET', path);
    if (!response.ok) throw new Error(`GET ${path}: HTTP ${response.status} ${await response.text()}`);
    return (await response.json()) as Body;
  }

  /** Any request, whatever its answer. */
  async send(method: string, path: string, body?: unknown): Promise<Response> {
    this.token ??= await this.session();
    return fetch(this.baseUrl + path, {
      method,
      headers: { authorization: `Bearer ${this.token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  private async session(): Promise<string> {
    const response = await fetch(`${this.baseUrl}/demo/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(this.role === 'admin' ? { role: 'admin' } : {}),
    });
    if (!response.ok) throw new Error(`POST /demo/session: HTTP ${response.status} ${await response.text()}`);
    return ((await response.json()) as { access_token: string }).access_token;
  }
}

const firstOf = async (api: Api, path: string): Promise<string | undefined> => {
  const first = (await api.get<Listed>(path)).data[0];
  return first?.id ?? first?.user_id;
};

/** Writes reports until the demo user has used this many runs: at the beginning of a month there are few, or none. */
export async function useRuns(wanted: number): Promise<void> {
  const user = new Api();
  const configuration = await firstOf(user, '/report-configurations?limit=1');
  const to = new Date();
  const range = { from: new Date(to.getTime() - 7 * 86_400_000).toISOString(), to: to.toISOString() };
  const used = async () => (await user.get<{ runsUsed: number }>('/report-runs/usage')).runsUsed;
  for (let missing = wanted - (await used()); missing > 0; missing -= 1) {
    const path = `/report-configurations/${configuration}/run`;
    const response = await user.send('POST', path, range);
    if (!response.ok) throw new Error(`POST ${path}: HTTP ${response.status} ${await response.text()}`);
    const { id } = (await response.json()) as { id: string };
    for (let tries = 0; (await user.get<{ status: string }>(`/report-runs/${id}`)).status === 'running'; tries += 1) {
      if (tries === 300) throw new Error(`the run ${id} has not ended within a minute`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

/**
 * The first account that operators see in their list. Its sums are up to ten minutes old: in the first minutes of a month it can be empty,
 * and an account is opened by its address then.
 */
export const listedAccount = () => firstOf(new Api('admin'), '/admin/accounts?limit=1');

export interface PageUnderTest {
  /** The name of its pictures. */
  name: string;
  path: string;
  role: Role;
}

/** The pages, with the addresses of records that exist. A page whose record is missing is left out. */
export async function allPages(): Promise<PageUnderTest[]> {
  const user = new Api();
  const run = await firstOf(user, '/report-runs?limit=1&status=success');
  const configuration = await firstOf(user, '/report-configurations?limit=1');
  const repository = await firstOf(user, '/repositories?limit=1');
  const account = await listedAccount();
  const pages: (PageUnderTest | null)[] = [
    { name: 'overview', path: '/', role: 'user' },
    { name: 'runs', path: '/app/runs', role: 'user' },
    run === undefined ? null : { name: 'run', path: `/app/runs/${run}`, role: 'user' },
    { name: 'configurations', path: '/app/configurations', role: 'user' },
    { name: 'configuration-new', path: '/app/configurations/new', role: 'user' },
    configuration === undefined ? null : { name: 'configuration', path: `/app/configurations/${configuration}`, role: 'user' },
    configuration === undefined ? null : { name: 'configuration-edit', path: `/app/configurations/${configuration}/edit`, role: 'user' },
    { name: 'repositories', path: '/app/repositories', role: 'user' },
    repository === undefined ? null : { name: 'repository', path: `/app/repositories/${repository}`, role: 'user' },
    { name: 'notices', path: '/app/notices', role: 'user' },
    { name: 'profile', path: '/app/profile', role: 'user' },
    { name: 'admin-accounts', path: '/app/admin', role: 'admin' },
    { name: 'admin-usage', path: '/app/admin/usage', role: 'admin' },
    account === undefined ? null : { name: 'admin-account', path: `/app/admin/accounts/${account}`, role: 'admin' },
    { name: 'not-found', path: '/app/nothing-is-here', role: 'user' },
  ];
  return pages.filter((page) => page !== null);
}
