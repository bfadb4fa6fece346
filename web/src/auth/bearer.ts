import { readClaims, start } from './session';

/** Signs in with a pasted token, which can't be renewed: when it expires, the user pastes another one. */
export function signInWithToken(pasted: string): void {
  const value = pasted.trim().replace(/^bearer\s+/i, '');
  const { expiresAt } = readClaims(value);
  if (expiresAt !== null && expiresAt <= Date.now()) {
    throw new Error('The token has expired. Paste a token that is still valid.');
  }
  start({ value, expiresAt }, async () => null);
}
