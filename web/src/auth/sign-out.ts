import type { SignIn } from '@/api/types';
import { end } from './session';

/** Forgets the token, and ends the issuer's session too where there is one. */
export async function signOut(signIn: SignIn): Promise<void> {
  if (signIn.kind === 'oidc') {
    const { signOutOfIssuer } = await import('./oidc');
    await signOutOfIssuer(signIn);
    return;
  }
  end('You are signed out.');
}
