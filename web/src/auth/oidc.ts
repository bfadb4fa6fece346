/** Sign-in with an OpenID Connect issuer: authorization code with PKCE. This module and its library load only if needed. */
import { InMemoryWebStorage, UserManager, WebStorageStateStore, type User } from 'oidc-client-ts';
import type { SignIn } from '@/api/pending';
import { end, start, type Token } from './session';

/** Where the issuer sends the user back to. */
export const RETURN_PATH = '/app/signed-in';

let manager: UserManager | null = null;

function managerFor(signIn: SignIn): UserManager {
  manager ??= new UserManager({
    authority: signIn.issuer ?? '',
    client_id: signIn.client_id ?? '',
    scope: signIn.scope ?? 'openid profile',
    redirect_uri: window.location.origin + RETURN_PATH,
    post_logout_redirect_uri: `${window.location.origin}/`,
    response_type: 'code',
    // Tokens stay in memory. Only the PKCE verifier and the state of a sign-in under way outlive the redirect, in this tab.
    userStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
    stateStore: new WebStorageStateStore({ store: window.sessionStorage }),
    automaticSilentRenew: false,
    loadUserInfo: false,
    monitorSession: false,
  });
  return manager;
}

function tokenOf(user: User): Token {
  return { value: user.access_token, expiresAt: user.expires_at === undefined ? null : user.expires_at * 1000 };
}

/** Leaves the page for the issuer. `back` is the path to return to. */
export async function signInWithIssuer(signIn: SignIn, back: string): Promise<void> {
  await managerFor(signIn).signinRedirect({ state: { back } });
}

let finishing: Promise<string> | null = null;

/** Exchanges the code of the address for tokens, and returns the path to continue with. A code is exchanged once. */
export function finishSignIn(signIn: SignIn): Promise<string> {
  finishing ??= exchange(signIn).finally(() => {
    finishing = null;
  });
  return finishing;
}

async function exchange(signIn: SignIn): Promise<string> {
  const oidc = managerFor(signIn);
  const user = await oidc.signinRedirectCallback().catch((error: unknown) => {
    throw new Error(reasonOf(error));
  });
  try {
    start(tokenOf(user), () => renew(oidc));
  } catch (error) {
    throw new Error(`The access token of the issuer can’t be used here. ${error instanceof Error ? error.message : ''}`);
  }
  const back = (user.state as { back?: unknown } | undefined)?.back;
  return typeof back === 'string' && isOwnPath(back) ? back : '/';
}

/** A path of this page: anything else would be an open redirect. */
function isOwnPath(back: string): boolean {
  return back.startsWith('/') && new URL(back, window.location.origin).origin === window.location.origin && !back.startsWith(RETURN_PATH);
}

/**
 * With the refresh token, if the issuer gave one. Without it the library would try a hidden frame, which the headers refuse and
 * browsers give no cookies to: the user signs in again instead, usually without being asked for anything.
 */
async function renew(oidc: UserManager): Promise<Token | null> {
  const user = await oidc.getUser();
  if (user?.refresh_token === undefined) return null;
  const renewed = await oidc.signinSilent();
  return renewed === null ? null : tokenOf(renewed);
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : '';
  if (/no (matching )?state/i.test(text)) return 'This sign-in was not started in this tab, or it is finished already. Sign in again.';
  return `The sign-in did not succeed: ${text === '' ? 'the issuer gave no reason' : text}.`;
}

/** Ends the session here and at the issuer, if it has an address for that. */
export async function signOutOfIssuer(signIn: SignIn): Promise<void> {
  const oidc = managerFor(signIn);
  const hasEndpoint = (await oidc.metadataService.getEndSessionEndpoint().catch(() => undefined)) !== undefined;
  end();
  if (hasEndpoint) await oidc.signoutRedirect();
  else await oidc.removeUser();
}
