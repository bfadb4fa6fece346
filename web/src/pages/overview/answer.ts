import type { Forecast, Usage } from '@/api/types';
import { calendarParts, count, exactInstant, monthName, plural, spokenInstant } from '@/format';
import { limitOf } from '@/usage-stats/level';

/** The one sentence that the overview opens with: how much is used, and what happens next. */
export function answerOf(usage: Usage, forecast: Forecast | undefined, zone: string, now: number): string {
  const limit = limitOf(usage);
  const used = usage.runsUsed;
  if (limit === null) return `${plural(used, 'run')} counted this month, and no limit.${expected(forecast)}`;
  const reset = exactInstant(usage.resetsAt, 'UTC');
  const month = monthName(usage.monthlyUsage.month).split(' ')[0] ?? '';
  if (usage.blockedReason === 'account_closed') return 'This account is closed: no run starts any more.';
  if (usage.warning === 'reached') {
    const skipped = forecast?.runs_over_limit ?? 0;
    const next = skipped === 0 ? 'Runs start again' : `${plural(skipped, 'scheduled report')} will be skipped until runs start again`;
    return `All ${count(limit)} runs of ${month} are used. ${next} on ${reset}.`;
  }
  if (usage.blockedReason === 'uncounted_runs_reached') return `${count(used)} of ${plural(limit, 'run')} used, but no more can start before ${reset}.`;
  const first = used === 0 ? `None of ${plural(limit, 'run')} used yet.` : `${count(used)} of ${plural(limit, 'run')} used.`;
  if (forecast === undefined) return first;
  if (forecast.limit_reached_at !== null && forecast.runs_over_limit > 0) {
    const skipped = `${plural(forecast.runs_over_limit, 'report')} will be skipped`;
    return `${first} At this rate the limit is reached ${spokenInstant(forecast.limit_reached_at, zone, now)}; ${skipped}.`;
  }
  if (forecast.runs_due === 0) return `${first} No scheduled run is due before the reset.`;
  const due = forecast.runs_due === 1 ? 'The scheduled run still due fits' : `The ${count(forecast.runs_due)} scheduled runs still due fit`;
  return `${first} ${due}: ${count(forecast.projected_runs)} are expected by the end of ${month}.`;
}

function expected(forecast: Forecast | undefined): string {
  if (forecast === undefined || forecast.runs_due === 0) return '';
  return ` ${count(forecast.projected_runs)} are expected by the end of the month.`;
}

/** Which schedules the forecast consists of: "10 of Daily report, 9 of Evening changelog". */
export function reasonOf(forecast: Forecast): string {
  const due = forecast.reports.filter((report) => report.runs_due > 0).sort((a, b) => b.runs_due - a.runs_due);
  const named = due.slice(0, 3).map((report) => `${count(report.runs_due)} of ${report.name ?? 'an unnamed configuration'}`);
  const others = due.slice(3).reduce((sum, report) => sum + report.runs_due, 0);
  if (others > 0) named.push(`${count(others)} of ${plural(due.length - 3, 'other')}`);
  return named.join(', ');
}

export interface Projection {
  /** The day of the month, with a fraction: 21.6 is the afternoon of the 21st. */
  now: number;
  /** If every due run counts: points of day and sum. */
  high: { day: number; sum: number }[];
  /** If as large a part of the due runs counts as of the runs so far. */
  low: { day: number; sum: number }[];
}

/** The course of the forecast, from now to the end of the month. All days are UTC. */
export function projectionOf(usage: Usage, forecast: Forecast): Projection {
  const start = Date.parse(forecast.month);
  const end = Date.parse(forecast.resets_at);
  const dayOf = (at: string) => (Date.parse(at) - start) / 86_400_000;
  const now = dayOf(forecast.as_of);
  const last = (end - start) / 86_400_000;
  const high = [{ day: now, sum: forecast.runs_used }];
  if (forecast.limit_reached_at !== null && dayOf(forecast.limit_reached_at) > now && forecast.runs_over_limit > 0) {
    high.push({ day: dayOf(forecast.limit_reached_at), sum: forecast.monthly_limit });
  }
  high.push({ day: last, sum: forecast.projected_runs });
  const { counted_runs: counted, successful_runs: successful, failed_runs: failed, cancelled_runs: cancelled } = usage.monthlyUsage;
  const ended = successful + failed + cancelled;
  const share = ended === 0 ? 1 : Math.min(1, counted / ended);
  const low = [{ day: now, sum: forecast.runs_used }, { day: last, sum: forecast.runs_used + Math.round(forecast.runs_due * share) }];
  return { now, high, low };
}

/** The number of UTC days of the month that have begun. */
export function daysBegun(forecast: Forecast): number {
  const { year, month } = calendarParts(forecast.as_of);
  const of = calendarParts(forecast.month);
  return year === of.year && month === of.month ? calendarParts(forecast.as_of).day : 31;
}
