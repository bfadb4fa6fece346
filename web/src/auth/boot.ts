import { api, configureClient, read } from '@/api/client';
import type { Config } from '@/api/types';
import { ApiError, toApiError } from '@/api/problem';
import { fallbackConfig } from '@/app/config';
import { resumeDemo } from './demo';
import { end, tokens } from './session';

/** The path of `oidc.ts`, here so that its library isn't loaded for it. */
export const RETURN_PATH = '/app/signed-in';

export interface Boot {
  config: Config;
  /** The path that the user wanted before the sign-in, to replace the address with. */
  continueAt: string | null;
}

/** Asks the API how to sign in, and signs in where that needs nothing from the user. */
export async function boot(): Promise<Boot> {
  configureClient({ tokens });
  const config = await loadConfig();
  const signIn = config.sign_in;
  if (signIn.kind === 'demo') {
    await resumeDemo().catch((error: unknown) => end(words(error)));
    return { config, continueAt: null };
  }
  if (signIn.kind === 'oidc' && window.location.pathname === RETURN_PATH) {
    const { finishSignIn } = await import('./oidc');
    try {
      return { config, continueAt: await finishSignIn(signIn) };
    } catch (error) {
      end(words(error));
      return { config, continueAt: '/' };
    }
  }
  return { config, continueAt: null };
}

async function loadConfig(): Promise<Config> {
  try {
    return await read(api.GET('/config'));
  } catch (error) {
    // An API of a version without this route.
    if (error instanceof ApiError && (error.status === 404 || error.status === 401)) return fallbackConfig;
    throw error;
  }
}

function words(error: unknown): string {
  const { title, detail } = toApiError(error);
  return error instanceof ApiError ? `${title}: ${detail}` : detail;
}
