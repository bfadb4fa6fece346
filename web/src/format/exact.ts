/**
 * Amounts of money as whole numbers, so that sums on a page are exact. A cost has at most 6 decimals (micro-dollars); a price
 * of a million tokens times tokens has at most 12 (pico-dollars).
 */
const PICOS_PER_MICRO = 1_000_000n;

/** The micro-dollars of an amount that the API states. */
export function micros(usd: number): bigint {
  return BigInt(usd.toFixed(6).replace('.', ''));
}

/** The pico-dollars of as many tokens at a price of a million of them. */
export function priceOf(tokens: number, usdPerMillion: number): bigint {
  return BigInt(Math.trunc(tokens)) * micros(usdPerMillion);
}

export function picosOf(microDollars: bigint): bigint {
  return microDollars * PICOS_PER_MICRO;
}

/** The decimals that an amount of pico-dollars needs, at least 2. */
export function decimalsOf(picos: bigint): number {
  const digits = (picos < 0n ? -picos : picos).toString().padStart(13, '0').slice(-12);
  return Math.max(2, digits.replace(/0+$/, '').length);
}

/** `$0.0010000`: an amount of pico-dollars with so many decimals, without rounding if {@link decimalsOf} asks for no more. */
export function exactDollars(picos: bigint, decimals: number): string {
  const digits = (picos < 0n ? -picos : picos).toString().padStart(13, '0');
  const integer = digits.slice(0, -12).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${picos < 0n ? '−' : ''}$${integer}.${digits.slice(-12).slice(0, decimals)}`;
}
