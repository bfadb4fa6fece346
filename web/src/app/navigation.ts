import type { IconName } from '@/ui';

/**
 * The addresses of the pages. All but the overview are under `/app/`, since the page may be served from the API's own origin,
 * where `/repositories` and `/notices` are the API's.
 */
export const destinations = [
  { to: '/', label: 'Overview', icon: 'overview', key: 'o' },
  { to: '/app/runs', label: 'Runs', icon: 'runs', key: 'r' },
  { to: '/app/configurations', label: 'Configurations', icon: 'configurations', key: 'c' },
  { to: '/app/repositories', label: 'Repositories', icon: 'repositories', key: 'e' },
  { to: '/app/notices', label: 'Notices', icon: 'notices', key: 'n' },
  { to: '/app/profile', label: 'Profile', icon: 'profile', key: 'p' },
  { to: '/app/admin', label: 'Admin', icon: 'admin', key: 'a', admin: true },
] as const satisfies readonly Destination[];

interface Destination {
  to: string;
  label: string;
  icon: IconName;
  /** The key after `g`. */
  key: string;
  /** Only with the admin claim. */
  admin?: true;
}

export function destinationsFor(isAdmin: boolean) {
  return destinations.filter((each) => isAdmin || !('admin' in each));
}
