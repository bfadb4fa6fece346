import { describe, expect, it } from 'vitest';
import {
  calendarParts, columnDollars, compact, count, dayIn, dayName, daysInMonth, distance, dollars, duration, exactInstant, monthName, percentage, plural,
  resetInstant, roundDollars, shortInstant, shortMonth, spokenInstant, zoneName,
} from '.';

const now = Date.parse('2026-11-29T12:00:00.000Z');

describe('numbers', () => {
  it('groups_digits', () => expect(count(15420)).toBe('15,420'));
  it('shortens_from_ten_thousand', () => {
    expect(compact(9999)).toBe('9,999');
    expect(compact(1_540_000)).toBe('1.54M');
  });
  it('names_one_and_many', () => {
    expect(plural(1, 'run')).toBe('1 run');
    expect(plural(2, 'run')).toBe('2 runs');
  });
  it('writes_percentages', () => expect(percentage(84)).toBe('84 %'));
  it('writes_durations', () => {
    expect(duration(420)).toBe('420 ms');
    expect(duration(1_400)).toBe('1.4 s');
    expect(duration(125_000)).toBe('2 min 5 s');
  });
});

describe('money', () => {
  it('keeps_six_decimals_and_shows_at_least_two', () => {
    expect(dollars(0)).toBe('$0.00');
    expect(dollars(0.0234)).toBe('$0.0234');
    expect(dollars(0.000012)).toBe('$0.000012');
    expect(dollars(12.4)).toBe('$12.40');
    expect(dollars(1234567.5)).toBe('$1,234,567.50');
    expect(dollars(-1.5)).toBe('−$1.50');
  });
  it('has_six_decimals_in_a_column', () => {
    expect(columnDollars(1051.63)).toBe('$1,051.630000');
    expect(columnDollars(0)).toBe('$0');
  });
  it('rounds_from_one_dollar', () => {
    expect(roundDollars(12.345678)).toBe('$12.35');
    expect(roundDollars(0.0234)).toBe('$0.0234');
    expect(roundDollars(0.452817)).toBe('$0.4528');
    expect(roundDollars(0)).toBe('$0.00');
  });
});

describe('instants', () => {
  it('shows_the_exact_instant_with_its_zone', () => {
    expect(exactInstant('2026-11-29T09:00:12.000Z', 'Europe/Berlin')).toBe('29 November 2026, 10:00 Europe/Berlin');
    expect(exactInstant('2026-12-01T00:00:00.000Z', 'Etc/UTC', true)).toBe('1 December 2026, 00:00:00 UTC');
    expect(shortInstant('2026-11-29T23:30:00.000Z', 'Pacific/Auckland')).toBe('30 Nov, 12:30');
  });
  it('shows_midnight_as_zero', () => expect(shortInstant('2026-12-01T00:00:00.000Z', 'UTC')).toBe('1 Dec, 00:00'));
  it('tells_the_distance', () => {
    expect(distance('2026-11-29T11:55:00.000Z', now)).toBe('5 minutes ago');
    expect(distance('2026-11-29T11:59:40.000Z', now)).toBe('just now');
    expect(distance('2026-12-01T12:00:00.000Z', now)).toBe('in 2 days');
    expect(distance('2026-11-28T12:00:00.000Z', now)).toBe('1 day ago');
    expect(distance('2026-11-29T18:00:00.000Z', now)).toBe('in 6 hours');
  });
  it('speaks_of_today_in_the_zone_of_the_user', () => {
    expect(spokenInstant('2026-11-29T18:00:00.000Z', 'UTC', now)).toBe('today at 18:00 UTC');
    expect(spokenInstant('2026-11-29T18:00:00.000Z', 'Pacific/Auckland', now)).toBe('today at 07:00 Pacific/Auckland');
    expect(spokenInstant('2026-12-03T08:00:00.000Z', 'Europe/Berlin', now)).toBe('on 3 December at 09:00 Europe/Berlin');
    expect(dayIn('2026-11-29T11:30:00.000Z', 'Pacific/Auckland')).toBe('2026-11-30');
  });
  it('states_a_reset_as_distance_and_date', () => {
    expect(resetInstant('2026-12-01T00:00:00.000Z', now)).toBe('in 2 days, 1 December 2026, 00:00 UTC');
  });
  it('names_utc_by_its_short_name', () => {
    expect(zoneName('Etc/UTC')).toBe('UTC');
    expect(zoneName('Europe/Berlin')).toBe('Europe/Berlin');
  });
});

describe('utc_buckets_are_the_same_in_every_zone', () => {
  it('reads_days_and_months_as_text', () => {
    expect(monthName('2026-11-01T00:00:00.000Z')).toBe('November 2026');
    expect(shortMonth('2026-01-01T00:00:00.000Z')).toBe('Jan');
    expect(dayName('2026-11-01')).toBe('1 November');
    expect(calendarParts('2026-11-30')).toEqual({ year: 2026, month: 11, day: 30 });
    expect(daysInMonth('2024-02-01T00:00:00.000Z')).toBe(29);
    expect(daysInMonth('2026-11')).toBe(30);
  });
});
