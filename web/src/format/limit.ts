import { count } from './number';

/** The highest limit that the API accepts: it is set for an account without a limit. */
const NO_LIMIT_FROM = 1_000_000_000;

export function isUnlimited(limit: number): boolean {
  return limit >= NO_LIMIT_FROM;
}

/** `500`, or `No limit`. */
export function limitWords(limit: number): string {
  return isUnlimited(limit) ? 'No limit' : count(limit);
}
