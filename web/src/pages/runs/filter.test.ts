import { describe, expect, it } from 'vitest';
import { run } from '@/test/fixtures';
import { csvHeader, csvLine, rowsOf, withoutHeader } from './csv';
import { nextCursor } from './export';
import { queryOf, validateFilter, wholeMonths, wordsOfDays } from './filter';

describe('the filter', () => {
  it('drops_what_the_api_would_refuse', () => {
    expect(validateFilter({ status: 'nope', trigger: 'test', configuration_id: 'x', from: '2026-13-01', to: '2026-11-30' })).toEqual({ trigger: 'test', to: '2026-11-30' });
  });

  it('takes_days_as_utc_with_the_last_one_included', () => {
    expect(queryOf({ from: '2026-11-01', to: '2026-11-30' })).toEqual({ from: '2026-11-01T00:00:00.000Z', to: '2026-12-01T00:00:00.000Z' });
    expect(queryOf({ from: '2026-02-31' }).from).not.toContain('NaN');
  });

  it('finds_whole_months', () => {
    expect(wholeMonths({ from: '2026-11-01', to: '2026-11-30' })).toEqual(['2026-11']);
    expect(wholeMonths({ from: '2025-12-01', to: '2026-02-28' })).toEqual(['2025-12', '2026-01', '2026-02']);
    expect(wholeMonths({ from: '2026-11-02', to: '2026-11-30' })).toBeNull();
    expect(wholeMonths({ from: '2026-11-01', to: '2026-11-30', status: 'failed' })).toBeNull();
    expect(wholeMonths({})).toBeNull();
  });

  it('is_stated_in_words', () => {
    expect(wordsOfDays({ from: '2026-11-01', to: '2026-11-30' })).toBe('from 1 November 2026 to 30 November 2026 (UTC)');
    expect(wordsOfDays({ to: '2026-11-30' })).toBe('to 30 November 2026 (UTC)');
    expect(wordsOfDays({})).toBeNull();
  });
});

describe('the csv of listed runs', () => {
  it('has_the_columns_of_the_export_of_the_api', () => {
    expect(csvHeader.startsWith('id,user_id,repository_id,report_configuration_id,started_at,completed_at,status,waiting_until,')).toBe(true);
    expect(csvHeader.endsWith('range_from,range_to,degraded_reason,degraded_message,commits_at_least\r\n')).toBe(true);
    expect(csvHeader.split(',')).toHaveLength(50);
  });

  it('quotes_what_would_break_a_line_and_neutralises_formulas', () => {
    const line = csvLine(run({ error_message: '=1+"1",\nx', cost_usd: 0.000001 }));
    expect(line).toContain('"\'=1+""1"",\nx"');
    expect(line).toContain(',0.000001,');
    expect(rowsOf(csvHeader + line)).toBe(1);
  });

  it('a_following_page_has_no_second_header', () => {
    expect(withoutHeader('a,b\r\n1,2\r\n')).toBe('1,2\r\n');
  });

  it('the_next_page_is_found_in_the_link', () => {
    expect(nextCursor('</report-runs/export?month=2026-11&format=csv&cursor=abc>; rel="next"')).toBe('abc');
    expect(nextCursor(null)).toBeNull();
  });
});
