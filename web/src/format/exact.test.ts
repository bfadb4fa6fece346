import { describe, expect, it } from 'vitest';
import { decimalsOf, exactDollars, micros, picosOf, priceOf } from './exact';

describe('exact amounts', () => {
  it('amounts_that_floats_miss_are_exact', () => {
    expect(micros(0.1) + micros(0.2)).toBe(micros(0.3));
    expect(micros(0.000001)).toBe(1n);
    expect(micros(1234.5)).toBe(1_234_500_000n);
  });

  it('a_price_times_tokens_keeps_twelve_decimals', () => {
    const amount = priceOf(3, 0.000001);
    expect(amount).toBe(3n);
    expect(decimalsOf(amount)).toBe(12);
    expect(exactDollars(amount, 12)).toBe('$0.000000000003');
  });

  it('an_amount_has_at_least_two_decimals_and_separators', () => {
    const amount = picosOf(micros(1_234_567));
    expect(exactDollars(amount, decimalsOf(amount))).toBe('$1,234,567.00');
    expect(exactDollars(-500_000n, 7)).toBe('−$0.0000005');
  });
});
