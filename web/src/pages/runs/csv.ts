import type { Run } from '@/api/types';

/** The columns of the API's export, in its order: a name, and the place of its value in a run. */
const columns: readonly [name: string, place: string][] = [
  ...[
    'id', 'user_id', 'repository_id', 'report_configuration_id', 'started_at', 'completed_at', 'status', 'waiting_until',
    'configuration_snapshot', 'tokens_used', 'model_used', 'cost_usd', 'commits_processed', 'commit_range_from', 'commit_range_to',
    'report_format', 'error_message', 'error_code', 'webhook_delivered', 'webhook_delivery_attempts', 'webhook_last_attempt_at',
    'webhook_response_status', 'created_at', 'updated_at', 'trigger', 'usage_month', 'attempt', 'prompt_tokens', 'cached_prompt_tokens',
    'completion_tokens', 'reasoning_tokens', 'usage_source',
  ].map((name): [string, string] => [name, name]),
  ['input_usd_per_million', 'rates/input_usd_per_million'],
  ['cached_input_usd_per_million', 'rates/cached_input_usd_per_million'],
  ['output_usd_per_million', 'rates/output_usd_per_million'],
  ['degraded', 'degraded'],
  ['counted', 'quota/counted'],
  ['count_reason', 'quota/reason'],
  ['quota_month', 'quota/month'],
  ['quota_limit', 'quota/limit'],
  ['quota_plan', 'quota/plan'],
  ['repository_name', 'configuration_snapshot/repository_name'],
  ['known_cost_usd', 'known_cost_usd'],
  ['cache_write_prompt_tokens', 'cache_write_prompt_tokens'],
  ['cache_write_usd_per_million', 'rates/cache_write_usd_per_million'],
  ['range_from', 'range_from'],
  ['range_to', 'range_to'],
  ['degraded_reason', 'degraded_reason/code'],
  ['degraded_message', 'degraded_reason/message'],
  ['commits_at_least', 'commits_at_least'],
];

export const csvHeader = `${columns.map(([name]) => name).join(',')}\r\n`;

/** A run as a line of RFC 4180, as the API's export has it. */
export function csvLine(run: Run): string {
  return `${columns.map(([, place]) => quoted(cell(valueAt(run, place)))).join(',')}\r\n`;
}

function valueAt(run: Run, place: string): unknown {
  let value: unknown = run;
  for (const key of place.split('/')) {
    if (value === null || typeof value !== 'object') return null;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return neutral(value);
  // `1e-6` is not what a spreadsheet expects of a column of decimals.
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : value.toFixed(6).replace(/0+$/, '');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** A text that a spreadsheet would take for a formula gets an apostrophe before it: users choose the names. */
function neutral(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The rows of a CSV document below its header line; a line break inside quotes is not a row. */
export function rowsOf(csv: string): number {
  let rows = 0;
  let inQuotes = false;
  for (let index = 0; index < csv.length; index += 1) {
    const char = csv.charCodeAt(index);
    if (char === 34) inQuotes = !inQuotes;
    else if (char === 10 && !inQuotes) rows += 1;
  }
  return Math.max(0, rows - 1);
}

/** The same document without its header line, to follow another one. */
export function withoutHeader(csv: string): string {
  return csv.slice(csv.indexOf('\n') + 1);
}
