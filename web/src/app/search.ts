/**
 * Readers of search parameters. Each takes what the address has, and returns a valid value or `undefined`: an address that
 * someone has edited by hand shows the page without that filter, never an error.
 */
export type Search = Record<string, unknown>;

export function text(search: Search, key: string, maxLength = 200): string | undefined {
  const value = search[key];
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value.slice(0, maxLength) : undefined;
}

export function oneOf<const Value extends string>(search: Search, key: string, values: readonly Value[]): Value | undefined {
  return values.find((value) => value === search[key]);
}

/** True only if it is set: a filter that is off is not in the address. */
export function flag(search: Search, key: string): true | undefined {
  return search[key] === true || search[key] === 'true' ? true : undefined;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
export function uuid(search: Search, key: string): string | undefined {
  const value = search[key];
  return typeof value === 'string' && UUID.test(value) ? value : undefined;
}

/** `2026-11`. */
export function month(search: Search, key: string): string | undefined {
  const value = search[key];
  return typeof value === 'string' && /^\d{4}-(0[1-9]|1[0-2])$/.test(value) ? value : undefined;
}

/** `2026-11-29`, a UTC day. */
export function day(search: Search, key: string): string | undefined {
  const value = search[key];
  return typeof value === 'string' && /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.test(value) ? value : undefined;
}

/** Leaves the keys without a value out, so that they don't appear in the address. */
export function compactSearch<Values extends object>(values: Values): { [Key in keyof Values]?: Values[Key] } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<Values>;
}
