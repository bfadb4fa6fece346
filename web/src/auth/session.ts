/**
 * Who is signed in. The token is held in this module's memory: it never reaches an address, a storage or a log, and a reload
 * of the page forgets it.
 */
import { useSyncExternalStore } from 'react';
import type { TokenSource } from '@/api/client';

export interface Session {
  userId: string;
  /** The claim `app_metadata.role` is `admin`. It decides what is shown; the API decides what is allowed. */
  isAdmin: boolean;
}

export interface Token {
  value: string;
  /** Milliseconds since the epoch. Null if the token has no `exp`. */
  expiresAt: number | null;
}

/** A way to sign in; it returns a fresh token, or null if only the user can provide one. */
export type Renewal = () => Promise<Token | null>;

/** A token is renewed this long before it expires. */
const RENEW_BEFORE_MS = 30_000;

interface State {
  session: Session | null;
  /** Why the user has to sign in again, in words for the sign-in page. */
  ended: string | null;
}

let token: Token | null = null;
let renewal: Renewal = async () => null;
let renewing: Promise<Token | null> | null = null;
let state: State = { session: null, ended: null };
const listeners = new Set<() => void>();

function set(next: State): void {
  state = next;
  for (const listener of listeners) listener();
}

/** Starts a session with a token, and says how to get the next one. Throws if the token can't be read. */
export function start(first: Token, renew: Renewal): void {
  const session = readClaims(first.value).session;
  token = first;
  renewal = renew;
  set({ session, ended: null });
}

/** Ends the session and forgets the token. */
export function end(reason: string | null = null): void {
  token = null;
  renewal = async () => null;
  if (state.session !== null || state.ended !== reason) set({ session: null, ended: reason });
}

function endOf(last: Token | null): string {
  if (last === null || last.expiresAt === null || last.expiresAt - Date.now() < RENEW_BEFORE_MS) {
    return 'The session expired. Sign in again to continue.';
  }
  return 'The API refused the token of this session. Sign in again to continue.';
}

function renew(): Promise<Token | null> {
  // One renewal at a time: the requests of a page that expired together share it.
  renewing ??= renewal()
    .then((next) => {
      if (next === null) {
        end(endOf(token));
        return null;
      }
      const { session } = readClaims(next.value);
      token = next;
      // Another role, or even another user: what is shown follows the token.
      if (session.userId !== state.session?.userId || session.isAdmin !== state.session.isAdmin) set({ session, ended: null });
      return next;
    })
    .catch(() => {
      end(endOf(token));
      return null;
    })
    .finally(() => {
      renewing = null;
    });
  return renewing;
}

export const tokens: TokenSource = {
  async token() {
    if (token === null) return null;
    const current = token;
    if (current.expiresAt !== null && current.expiresAt - Date.now() < RENEW_BEFORE_MS) {
      return (await renew())?.value ?? null;
    }
    return current.value;
  },
  async renew(refused) {
    // Another request may have renewed it since.
    if (token !== null && token.value !== refused) return token.value;
    return (await renew())?.value ?? null;
  },
};

export function useAuth(): State {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}

export function isSignedIn(): boolean {
  return state.session !== null;
}

/** Whether the claims show the operator's pages: their queries are refused to others. */
export function isAdmin(): boolean {
  return state.session?.isAdmin === true;
}

/** The session, in a page that is only shown to a signed-in user. */
export function useSession(): Session {
  const { session } = useAuth();
  if (session === null) throw new Error('No session: this component belongs to the signed-in part.');
  return session;
}

/** The claims that the page shows. The API verifies the token; this only decodes it. */
export function readClaims(value: string): { session: Session; expiresAt: number | null } {
  const payload = value.split('.')[1];
  if (payload === undefined) throw new Error('This is not a token: a JWT has three parts, separated by dots.');
  let claims: { sub?: unknown; exp?: unknown; app_metadata?: { role?: unknown } };
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
    claims = JSON.parse(new TextDecoder().decode(bytes)) as typeof claims;
  } catch {
    throw new Error('This is not a token: its second part can’t be decoded.');
  }
  if (typeof claims.sub !== 'string') throw new Error('The token has no subject (the claim "sub").');
  return {
    session: { userId: claims.sub, isAdmin: claims.app_metadata?.role === 'admin' },
    expiresAt: typeof claims.exp === 'number' ? claims.exp * 1000 : null,
  };
}
