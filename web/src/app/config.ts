import { createContext, useContext } from 'react';
import type { Config } from '@/api/types';

/** For an API without `GET /config`: a token is pasted. */
export const fallbackConfig: Config = {
  name: 'git-report',
  version: '',
  sign_in: { kind: 'bearer' },
  features: { email_notices: false, own_model: true, demo: false },
};

export const ConfigContext = createContext<Config>(fallbackConfig);

/** What the API says about itself: its name, how to sign in, what it offers. */
export function useConfig(): Config {
  return useContext(ConfigContext);
}
