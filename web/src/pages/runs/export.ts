import { api, read } from '@/api/client';
import { ApiError } from '@/api/problem';
import type { Schema } from '@/api/types';
import { csvHeader, csvLine, rowsOf, withoutHeader } from './csv';
import { queryOf, type RunsFilter } from './filter';

/** Runs that are read from the list at most: 100 requests. A month is exported by the API without a limit. */
export const LISTED_RUNS_MAX = 10_000;
const PAGE_RUNS_MAX = 100;
/** Waits for a rate limit that are obeyed; a longer one is reported. */
const WAIT_SECONDS_MAX = 30;
const WAITS_MAX = 5;

export interface Exported {
  parts: string[];
  runs: number;
  /** More runs match than were read. */
  isPartial: boolean;
}

interface Progress {
  signal: AbortSignal;
  onProgress: (runs: number) => void;
}

type ListQuery = ReturnType<typeof queryOf> & { limit: number; cursor?: string };

/** Every run of these months (`YYYY-MM`), oldest first, as the API exports them. */
export async function exportMonths(months: readonly string[], { signal, onProgress }: Progress): Promise<Exported> {
  const parts: string[] = [];
  let runs = 0;
  for (const month of months) {
    let cursor: string | null = null;
    do {
      const query: { month: string; format: 'csv'; cursor?: string } = { month, format: 'csv', ...(cursor === null ? {} : { cursor }) };
      const { data = '', response } = await patiently(signal, () =>
        api.GET('/report-runs/export', { params: { query }, signal, parseAs: 'text' }),
      );
      parts.push(parts.length === 0 ? data : withoutHeader(data));
      runs += rowsOf(data);
      onProgress(runs);
      cursor = nextCursor(response.headers.get('Link'));
    } while (cursor !== null);
  }
  return { parts, runs, isPartial: false };
}

/** The runs that the filter selects, newest first, read from the list page by page. */
export async function exportListed(filter: RunsFilter, { signal, onProgress }: Progress): Promise<Exported> {
  const parts = [csvHeader];
  let runs = 0;
  let cursor: string | null = null;
  do {
    const query: ListQuery = { ...queryOf(filter), limit: PAGE_RUNS_MAX, ...(cursor === null ? {} : { cursor }) };
    const page: Schema<'RunList'> = await patiently(signal, () => read(api.GET('/report-runs', { params: { query }, signal })));
    parts.push(...page.data.map(csvLine));
    runs += page.data.length;
    onProgress(runs);
    cursor = page.pagination.next_cursor;
  } while (cursor !== null && runs < LISTED_RUNS_MAX);
  return { parts, runs, isPartial: cursor !== null };
}

/** The cursor of `</report-runs/export?…&cursor=…>; rel="next"`. */
export function nextCursor(link: string | null): string | null {
  const address = /<([^>]*)>\s*;\s*rel="?next"?/.exec(link ?? '')?.[1];
  return address === undefined ? null : new URL(address, 'http://api').searchParams.get('cursor');
}

/** Repeats a request that the API asks to repeat later. */
async function patiently<Value>(signal: AbortSignal, request: () => Promise<Value>): Promise<Value> {
  for (let waits = 0; ; waits += 1) {
    try {
      return await request();
    } catch (error) {
      const seconds = error instanceof ApiError && error.status === 429 ? error.retryAfterSeconds : null;
      if (seconds === null || seconds > WAIT_SECONDS_MAX || waits >= WAITS_MAX) throw error;
      await wait(seconds * 1_000, signal);
    }
  }
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    });
  });
}

/** Hands a text to the browser's downloads. */
export function download(name: string, parts: readonly string[], type = 'text/csv;charset=utf-8'): void {
  const address = URL.createObjectURL(new Blob([...parts], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // Not at once: some browsers read the address after the click has returned.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
