import { describe, expect, it } from 'vitest';
import { run } from '@/test/fixtures';
import { costReceipt } from './cost';

/** The amount in pico-dollars, read back from what is shown. */
function picos(shown: string): bigint {
  const [integer = '0', decimals = ''] = shown.replace(/[$,−]/g, '').split('.');
  const value = BigInt(integer + decimals.padEnd(12, '0'));
  return shown.startsWith('−') ? -value : value;
}

function expectToAddUp(receipt: ReturnType<typeof costReceipt>): void {
  if (receipt === null) throw new Error('No receipt');
  expect(receipt.lines.reduce((sum, line) => sum + picos(line.amount), 0n)).toBe(picos(receipt.total));
}

describe('the cost of a run as a sum', () => {
  it('tokens_by_class_times_rates_add_up_to_the_cost', () => {
    const receipt = costReceipt(run());
    expect(receipt?.lines.map((line) => [line.label, line.tokens, line.amount])).toEqual([
      ['Prompt', 10_000, '$0.00100'],
      ['Prompt, read from the cache', 2_000, '$0.00002'],
      ['Completion', 3_400, '$0.00170'],
    ]);
    expect(receipt?.total).toBe('$0.00272');
    expectToAddUp(receipt);
  });

  it('what_is_rounded_has_a_line', () => {
    const receipt = costReceipt(run({ prompt_tokens: 12_001, cached_prompt_tokens: 2_000, cost_usd: 0.00272, known_cost_usd: 0.00272 }));
    expect(receipt?.lines.at(-1)).toMatchObject({ label: 'Rounding', amount: '−$0.0000001' });
    expectToAddUp(receipt);
  });

  it('attempts_at_other_rates_have_a_line', () => {
    const receipt = costReceipt(run({ attempt: 2, cost_usd: 0.00572, known_cost_usd: 0.00572 }));
    expect(receipt?.lines.at(-1)).toMatchObject({ label: 'Attempts at other rates', amount: '$0.00300' });
    expectToAddUp(receipt);
  });

  it('a_cost_that_the_rates_do_not_explain_is_not_hidden', () => {
    const receipt = costReceipt(run({ cost_usd: 0.1, known_cost_usd: 0.1 }));
    expect(receipt?.lines.at(-1)?.label).toBe('Not explained by the rates');
    expectToAddUp(receipt);
  });

  it('sums_are_exact_for_many_tokens_and_fine_prices', () => {
    for (const tokens of [1, 7, 333, 12_345, 999_999_999, 2 ** 52]) {
      for (const rate of [0.000001, 0.1, 0.123457, 999_999.999999]) {
        const rates = { input_usd_per_million: rate, cached_input_usd_per_million: rate / 3, cache_write_usd_per_million: rate, output_usd_per_million: rate };
        expectToAddUp(costReceipt(run({ prompt_tokens: tokens, cached_prompt_tokens: 0, completion_tokens: tokens, rates, known_cost_usd: 0.5 })));
      }
    }
  });

  it('a_run_without_rates_has_no_sum', () => {
    expect(costReceipt(run({ rates: null }))).toBeNull();
  });

  it('a_partly_priced_run_is_marked', () => {
    expect(costReceipt(run({ cost_usd: null }))?.isPartial).toBe(true);
  });
});
