import { decimalsOf, exactDollars, micros, picosOf, plural, priceOf } from '@/format';
import type { Run } from '@/api/types';

/** A line of a receipt: what, how it is computed, and its amount. */
export interface CostLine {
  key: string;
  label: string;
  /** Null for a line that is not a class of tokens. */
  tokens: number | null;
  usdPerMillion: number | null;
  note: string | null;
  amount: string;
}

export interface CostReceipt {
  lines: CostLine[];
  total: string;
  /** The cost is the sum of the tokens whose price is known; others have no known price. */
  isPartial: boolean;
}

/**
 * The tokens of a run by class, each at its rate: the lines add up to the cost exactly. Null if the run has no rates, and so
 * nothing to multiply. What the rates don't explain (rounding, attempts at other rates) has a line of its own.
 */
export function costReceipt(run: Run): CostReceipt | null {
  const { rates } = run;
  if (rates === null) return null;
  const fresh = Math.max(0, run.prompt_tokens - run.cached_prompt_tokens - run.cache_write_prompt_tokens);
  const classes = [
    { key: 'fresh', label: 'Prompt', tokens: fresh, rate: rates.input_usd_per_million, note: null, always: true },
    { key: 'cached', label: 'Prompt, read from the cache', tokens: run.cached_prompt_tokens, rate: rates.cached_input_usd_per_million, note: null, always: false },
    { key: 'written', label: 'Prompt, written to the cache', tokens: run.cache_write_prompt_tokens, rate: rates.cache_write_usd_per_million, note: null, always: false },
    {
      key: 'completion', label: 'Completion', tokens: run.completion_tokens, rate: rates.output_usd_per_million, always: true,
      note: run.reasoning_tokens > 0 ? `${plural(run.reasoning_tokens, 'token')} of them for reasoning` : null,
    },
  ].filter((each) => each.always || each.tokens > 0);
  const amounts = classes.map((each) => priceOf(each.tokens, each.rate));
  const sum = amounts.reduce((a, b) => a + b, 0n);
  const total = picosOf(micros(run.known_cost_usd));
  const rest = total - sum;
  const all = rest === 0n ? [...amounts, total] : [...amounts, rest, total];
  const decimals = Math.max(...all.map(decimalsOf));
  const lines: CostLine[] = classes.map((each, index) => ({
    key: each.key, label: each.label, tokens: each.tokens, usdPerMillion: each.rate, note: each.note,
    amount: exactDollars(amounts[index] ?? 0n, decimals),
  }));
  if (rest !== 0n) {
    lines.push({ key: 'rest', ...restOf(rest, run.attempt), tokens: null, usdPerMillion: null, amount: exactDollars(rest, decimals) });
  }
  return { lines, total: exactDollars(total, decimals), isPartial: run.cost_usd === null };
}

const MICRO = 1_000_000n;

/** Why the cost is not the sum of the classes at the last rates. */
function restOf(rest: bigint, attempts: number): { label: string; note: string } {
  const size = rest < 0n ? -rest : rest;
  // Each attempt is rounded once, by at most half a millionth of a dollar.
  if (size * 2n <= MICRO * BigInt(Math.max(1, attempts))) {
    return { label: 'Rounding', note: 'A cost is rounded to a millionth of a dollar, half up' };
  }
  if (attempts > 1) {
    return { label: 'Attempts at other rates', note: `${plural(attempts, 'attempt')} were made; the rates above are those of the last` };
  }
  return { label: 'Not explained by the rates', note: 'The API states another cost than tokens times rates' };
}
