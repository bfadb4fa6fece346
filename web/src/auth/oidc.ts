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

/** Exchanges the code of the address for tokens, and returns the path to continue with. */
export async function finishSignIn(signIn: SignIn): Promise<string> {
  const oidc = managerFor(signIn);
  const user = await oidc.signinRedirectCallback();
  start(tokenOf(user), async () => {
    // Without a refresh token, the library would try a frame, which the headers refuse.
    if ((await oidc.getUser())?.refresh_token === undefined) return null;
    const renewed = await oidc.signinSilent();
    return renewed === null ? null : tokenOf(renewed);
  });
  const back = (user.state as { back?: unknown } | undefined)?.back;
  return typeof back === 'string' && back.startsWith('/') && !back.startsWith('//') ? back : '/';
}

/** Ends the session here and at the issuer, if it has an address for that. */
export async function signOutOfIssuer(signIn: SignIn): Promise<void> {
  const oidc = managerFor(signIn);
  const hasEndpoint = (await oidc.metadataService.getEndSessionEndpoint().catch(() => undefined)) !== undefined;
  end();
  if (hasEndpoint) await oidc.signoutRedirect();
  else await oidc.removeUser();
}
