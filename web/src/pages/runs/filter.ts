import { compactSearch, day, oneOf, uuid, type Search } from '@/app/search';
import { dayName, calendarParts, daysInMonth } from '@/format';

export const statuses = ['running', 'success', 'failed', 'cancelled'] as const;
export const triggers = ['schedule', 'manual', 'test'] as const;
export const deliveryStates = ['none', 'pending', 'delivered', 'refused', 'exhausted'] as const;

/** The filters that `GET /report-runs` takes, as the address has them: `from` and `to` are UTC days, both included. */
export const validateFilter = (search: Search) =>
  compactSearch({
    status: oneOf(search, 'status', statuses),
    trigger: oneOf(search, 'trigger', triggers),
    delivery_state: oneOf(search, 'delivery_state', deliveryStates),
    configuration_id: uuid(search, 'configuration_id'),
    repository_id: uuid(search, 'repository_id'),
    from: day(search, 'from'),
    to: day(search, 'to'),
  });

export type RunsFilter = ReturnType<typeof validateFilter>;

const DAY_MS = 86_400_000;

/** The start of a UTC day, `days` later. */
function startOf(value: string | undefined, days = 0): string | undefined {
  if (value === undefined) return undefined;
  const start = Date.parse(`${value}T00:00:00.000Z`);
  return Number.isNaN(start) ? undefined : new Date(start + days * DAY_MS).toISOString();
}

/** The query of `GET /report-runs`, whose `to` is an instant that is not included. */
export function queryOf({ from, to, ...rest }: RunsFilter) {
  return compactSearch({ ...rest, from: startOf(from), to: startOf(to, 1) });
}

export function countOf(filter: RunsFilter): number {
  return Object.keys(filter).length;
}

/** The months that the filter selects as a whole and with nothing else, `YYYY-MM`; null if it selects anything else. */
export function wholeMonths(filter: RunsFilter): string[] | null {
  const { from, to, ...rest } = filter;
  if (from === undefined || to === undefined || Object.keys(rest).length > 0 || from > to) return null;
  if (calendarParts(from).day !== 1 || calendarParts(to).day !== daysInMonth(to)) return null;
  const months: string[] = [];
  for (let { year, month } = calendarParts(from); ; month += 1) {
    if (month > 12) [year, month] = [year + 1, 1];
    const name = `${year}-${String(month).padStart(2, '0')}`;
    if (name > to.slice(0, 7)) return months;
    months.push(name);
  }
}

/** `from 1 November 2026 to 14 November 2026 (UTC)`. */
export function wordsOfDays({ from, to }: RunsFilter): string | null {
  const full = (value: string) => `${dayName(value)} ${calendarParts(value).year}`;
  if (from === undefined && to === undefined) return null;
  if (to === undefined) return `from ${full(from ?? '')} (UTC)`;
  if (from === undefined) return `to ${full(to)} (UTC)`;
  return from === to ? `on ${full(from)} (UTC)` : `from ${full(from)} to ${full(to)} (UTC)`;
}
