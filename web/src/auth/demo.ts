import { api, read } from '@/api/client';
import { start, type Token } from './session';

async function demoToken(role?: 'admin'): Promise<Token> {
  const session = await read(api.POST('/demo/session', { body: role === undefined ? {} : { role } }));
  return { value: session.access_token, expiresAt: Date.parse(session.expires_at) };
}

/** Signs in as the user of the local stack, whose API hands out the token to a page on the same machine. */
export async function signInToDemo(role?: 'admin'): Promise<void> {
  start(await demoToken(role), () => demoToken(role));
}
