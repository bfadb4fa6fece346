import { describe, expect, it } from 'vitest';
import { band, linear } from './scale';

describe('linear', () => {
  it.each([
    [42, [0, 10, 20, 30, 40, 50]],
    [1, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [0.0031, [0, 0.001, 0.002, 0.003, 0.004]],
    [1_842, [0, 500, 1_000, 1_500, 2_000]],
  ])('ends_with_a_round_value_for_%d', (most, ticks) => {
    expect(linear(most, [0, 100]).ticks).toEqual(ticks);
  });
  it('goes_up_where_the_screen_goes_down', () => {
    const y = linear(10, [200, 0]);
    expect([y(0), y(5), y(10)]).toEqual([200, 100, 0]);
  });
  it('finds_the_value_at_a_position', () => {
    const x = linear(30, [40, 340], { round: false });
    expect(x.invert(x(13.5))).toBeCloseTo(13.5);
  });
});

describe('band', () => {
  it('fills_its_range_with_equal_bars_and_gaps', () => {
    const x = band(4, [0, 420], 0.2);
    expect(x(0)).toBeCloseTo(20);
    expect(x.width).toBeCloseTo(80);
    expect(x(3) + x.width).toBeCloseTo(400);
  });
});
