/** What the figures of all accounts say, in sentences. */
import type { Schema } from '@/api/types';
import { count, dayName, monthName, percentage, plural, roundDollars } from '@/format';

type Usage = Schema<'FleetUsage'>;
type Day = Schema<'FleetDay'>;

/** The runs of a day that have ended, tests among them; blocked ones never started. */
export function runsOf({ successful_runs, failed_runs, cancelled_runs }: Day): number {
  return successful_runs + failed_runs + cancelled_runs;
}

/** The days up to the last one with a run, in order: the days to come are no answer of zero. */
export function activeDays({ days }: Usage): Day[] {
  const sorted = [...days].sort((a, b) => a.day.localeCompare(b.day));
  const last = sorted.findLastIndex((day) => runsOf(day) > 0 || day.blocked_runs > 0 || day.cost_usd > 0);
  return sorted.slice(0, last + 1);
}

export function healthSentence(usage: Usage): string {
  const { totals, error_codes: codes } = usage;
  const { runs } = totals;
  const blocked = totals.blocked_runs === 0 ? '' : ` ${count(totals.blocked_runs)} more did not start because of a limit.`;
  const start = `${plural(runs, 'run')} of ${plural(usage.accounts, 'account')} in ${monthName(usage.month)}`;
  if (totals.failed_runs === 0) return `${start}; none failed.${blocked}`;
  const most = [...codes].sort((a, b) => b.runs - a.runs)[0];
  const cause = most === undefined ? '' : `, most with ${most.code}`;
  return `${start}; ${percentage((totals.failed_runs / runs) * 100)} failed${cause}.${blocked}`;
}

export function costSentence(usage: Usage): string {
  const days = activeDays(usage);
  const dearest = days.reduce<Day | null>((most, day) => (most === null || day.cost_usd > most.cost_usd ? day : most), null);
  if (dearest === null || usage.totals.cost_usd === 0) return 'Nothing yet.';
  const each = usage.totals.cost_usd / Math.max(1, usage.totals.successful_runs);
  return `${roundDollars(usage.totals.cost_usd)} so far, about ${roundDollars(Number(each.toFixed(4)))} a report. Most on ${dayName(dearest.day)}: ${roundDollars(dearest.cost_usd)}.`;
}
