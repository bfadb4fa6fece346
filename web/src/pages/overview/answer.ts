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

/** The course of the runs that are due, from now to the end of the month, if each of them counts: points of a UTC day and a sum. */
export interface Projection {
  /** The day of the month that has passed, with a fraction: 20.6 is the afternoon of the 21st. */
  now: number;
  points: { day: number; sum: number }[];
}

export function projectionOf(forecast: Forecast): Projection {
  const start = Date.parse(forecast.month);
  const dayOf = (at: string) => (Date.parse(at) - start) / 86_400_000;
  const now = dayOf(forecast.as_of);
  const points = [{ day: now, sum: forecast.runs_used }];
  const { limit_reached_at: reached } = forecast;
  if (reached !== null && dayOf(reached) > now && forecast.runs_over_limit > 0) {
    points.push({ day: dayOf(reached), sum: forecast.monthly_limit });
  }
  points.push({ day: dayOf(forecast.resets_at), sum: forecast.projected_runs });
  return { now, points };
}

/** The number of UTC days of the month that have begun. */
export function daysBegun(forecast: Forecast): number {
  const { year, month } = calendarParts(forecast.as_of);
  const of = calendarParts(forecast.month);
  return year === of.year && month === of.month ? calendarParts(forecast.as_of).day : 31;
}
