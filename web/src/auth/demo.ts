import { api, read } from '@/api/client';
import { start, type Token } from './session';

/** Which of the two demo users this tab has chosen, so that a reload keeps it. It is a word, not a token. */
const ROLE_KEY = 'git-report.demo-role';

function storedRole(): 'admin' | undefined {
  try {
    return window.sessionStorage.getItem(ROLE_KEY) === 'admin' ? 'admin' : undefined;
  } catch {
    return undefined;
  }
}

function storeRole(role: 'admin' | undefined): void {
  try {
    if (role === undefined) window.sessionStorage.removeItem(ROLE_KEY);
    else window.sessionStorage.setItem(ROLE_KEY, role);
  } catch {
    // Without storage, the choice lasts as long as the page.
  }
}

async function demoToken(role?: 'admin'): Promise<Token> {
  const session = await read(api.POST('/demo/session', { body: role === undefined ? {} : { role } }));
  return { value: session.access_token, expiresAt: Date.parse(session.expires_at) };
}

/** Signs in as the user of the local stack, whose API hands out the token to a page on the same machine. */
export async function signInToDemo(role?: 'admin'): Promise<void> {
  const token = await demoToken(role);
  storeRole(role);
  start(token, () => demoToken(role));
}

/** Signs in with the role that this tab had before. */
export async function resumeDemo(): Promise<void> {
  await signInToDemo(storedRole());
}
