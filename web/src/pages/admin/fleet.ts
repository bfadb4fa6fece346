/** What the figures of all accounts say, in sentences. */
import type { AdminDay, AdminUsage } from '@/api/pending';
import { calendarParts, count, dayName, monthName, percentage, plural, roundDollars } from '@/format';

/** The runs that have ended. Tests are apart; blocked ones never started. */
export function runsOf({ successful_runs, failed_runs, cancelled_runs }: Pick<AdminUsage['totals'], 'successful_runs' | 'failed_runs' | 'cancelled_runs'>): number {
  return successful_runs + failed_runs + cancelled_runs;
}

/** The days up to the last one with a run, in order: the days to come are no answer of zero. */
export function activeDays({ days }: AdminUsage): AdminDay[] {
  const sorted = [...days].sort((a, b) => a.day.localeCompare(b.day));
  const last = sorted.findLastIndex((day) => runsOf(day) > 0 || day.blocked_runs > 0 || day.cost_usd > 0);
  return sorted.slice(0, last + 1);
}

/** `2026-11` and the months before it, the newest first. */
export function monthsBefore(month: string, length: number): string[] {
  const { year, month: number } = calendarParts(month);
  return Array.from({ length }, (_, index) => {
    const months = year * 12 + number - 1 - index;
    return `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, '0')}`;
  });
}

export function healthSentence(usage: AdminUsage): string {
  const { totals, error_codes: codes } = usage;
  const runs = runsOf(totals);
  const blocked = totals.blocked_runs === 0 ? '' : ` ${count(totals.blocked_runs)} more did not start because of a limit.`;
  const start = `${plural(runs, 'run')} of ${plural(usage.accounts, 'account')} in ${monthName(usage.month)}`;
  if (totals.failed_runs === 0) return `${start}; none failed.${blocked}`;
  const most = [...codes].sort((a, b) => b.runs - a.runs)[0];
  const cause = most === undefined ? '' : `, most with ${most.code}`;
  return `${start}; ${percentage((totals.failed_runs / runs) * 100)} failed${cause}.${blocked}`;
}

export function costSentence(usage: AdminUsage): string {
  const days = activeDays(usage);
  const dearest = days.reduce<AdminDay | null>((most, day) => (most === null || day.cost_usd > most.cost_usd ? day : most), null);
  if (dearest === null || usage.totals.cost_usd === 0) return 'Nothing yet.';
  const each = usage.totals.cost_usd / Math.max(1, usage.totals.successful_runs);
  return `${roundDollars(usage.totals.cost_usd)} so far, about ${roundDollars(Number(each.toFixed(4)))} a report. Most on ${dayName(dearest.day)}: ${roundDollars(dearest.cost_usd)}.`;
}
