/**
 * Instants, days and months in words. An instant is shown in the user's zone with the zone's name. A day bucket
 * (`2026-11-29`) and a month (`2026-11-01T00:00:00.000Z`) are UTC: they are formatted as UTC here, whatever the zone is.
 */
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone} ${JSON.stringify(options)}`;
  let found = formats.get(key);
  if (found === undefined) {
    found = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hourCycle: 'h23', ...options });
    formats.set(key, found);
  }
  return found;
}

/** The zone of the machine that shows the page. */
export function browserZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
}

/** The zone if this browser knows it, otherwise UTC. */
export function knownZone(zone: string | null | undefined): string {
  if (zone === null || zone === undefined || zone === '') return 'UTC';
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone: zone });
    return zone;
  } catch {
    return 'UTC';
  }
}

/** `Etc/UTC` and its other names are `UTC`. */
export function zoneName(zone: string): string {
  return /^(Etc\/)?(UTC|GMT|UCT|Zulu|Universal|Greenwich)$/.test(zone) ? 'UTC' : zone;
}

/** `29 November 2026, 10:00 Europe/Berlin`; with seconds for a run's record. */
export function exactInstant(at: string, zone: string, seconds = false): string {
  const date = format(zone, { day: 'numeric', month: 'long', year: 'numeric' }).format(Date.parse(at));
  return `${date}, ${clock(at, zone, seconds)} ${zoneName(zone)}`;
}

/** `10:00`. */
export function clock(at: string, zone: string, seconds = false): string {
  return format(zone, { hour: '2-digit', minute: '2-digit', ...(seconds ? { second: '2-digit' } : {}) }).format(Date.parse(at));
}

/** `29 Nov, 10:00`, for a table whose heading names the zone. */
export function shortInstant(at: string, zone: string): string {
  return `${format(zone, { day: 'numeric', month: 'short' }).format(Date.parse(at))}, ${clock(at, zone)}`;
}

const relative = new Intl.RelativeTimeFormat('en-GB', { numeric: 'auto' });

/** `5 minutes ago`, `in 2 days`, `now`. */
export function distance(at: string, now: number): string {
  const ms = Date.parse(at) - now;
  const size = Math.abs(ms);
  if (size < 45_000) return ms <= 0 ? 'just now' : 'in a moment';
  if (size < 45 * MINUTE_MS) return relative.format(toward(ms / MINUTE_MS), 'minute');
  if (size < 22 * HOUR_MS) return relative.format(toward(ms / HOUR_MS), 'hour');
  if (size < 26 * DAY_MS) {
    const days = toward(ms / DAY_MS);
    return days === 0 ? relative.format(toward(ms / HOUR_MS), 'hour') : new Intl.RelativeTimeFormat('en-GB', { numeric: 'always' }).format(days, 'day');
  }
  if (size < 320 * DAY_MS) return relative.format(toward(ms / (30.44 * DAY_MS)), 'month');
  return relative.format(toward(ms / (365.25 * DAY_MS)), 'year');
}

function toward(value: number): number {
  const rounded = Math.round(Math.abs(value));
  return value < 0 ? -rounded : rounded;
}

/** The day of an instant in a zone, as `YYYY-MM-DD`. */
export function dayIn(at: string | number, zone: string): string {
  const parts = format(zone, { year: 'numeric', month: '2-digit', day: '2-digit' }).formatToParts(
    typeof at === 'number' ? at : Date.parse(at),
  );
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}`;
}

/** `today at 18:00 UTC`, `tomorrow at 09:00 Europe/Berlin`, `on 3 December at 09:00 Europe/Berlin`. */
export function spokenInstant(at: string, zone: string, now: number): string {
  const day = dayIn(at, zone);
  const time = `${clock(at, zone)} ${zoneName(zone)}`;
  if (day === dayIn(now, zone)) return `today at ${time}`;
  if (day === dayIn(now + DAY_MS, zone)) return `tomorrow at ${time}`;
  return `on ${format(zone, { day: 'numeric', month: 'long' }).format(Date.parse(at))} at ${time}`;
}

/** `in 2 days, 1 December 2026, 00:00 UTC`: a reset, which is defined in UTC. */
export function resetInstant(at: string, now: number): string {
  return `${distance(at, now)}, ${exactInstant(at, 'UTC')}`;
}

const MONTHS = [
  'January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December',
] as const;

/** The year, month (1..12) and day of `2026-11-29` or of a month's instant, read as text: no zone can shift them. */
export function calendarParts(value: string): { year: number; month: number; day: number } {
  const match = /^(\d{4})-(\d{2})(?:-(\d{2}))?/.exec(value);
  if (match === null) return { year: 1970, month: 1, day: 1 };
  return { year: Number(match[1]), month: Number(match[2]), day: Number(match[3] ?? 1) };
}

/** `November 2026`, of a UTC month. */
export function monthName(month: string): string {
  const { year, month: number } = calendarParts(month);
  return `${MONTHS[number - 1] ?? ''} ${year}`;
}

/** `Nov`. */
export function shortMonth(month: string): string {
  return (MONTHS[calendarParts(month).month - 1] ?? '').slice(0, 3);
}

/** `29 November`, of a UTC day. */
export function dayName(day: string): string {
  const { month, day: number } = calendarParts(day);
  return `${number} ${MONTHS[month - 1] ?? ''}`;
}

/** The number of days of a UTC month. */
export function daysInMonth(month: string): number {
  const { year, month: number } = calendarParts(month);
  return new Date(Date.UTC(year, number, 0)).getUTCDate();
}

/** `2026-11` and the months before it, the newest first. */
export function monthsBefore(month: string, length: number): string[] {
  const { year, month: number } = calendarParts(month);
  return Array.from({ length }, (_, index) => {
    const months = year * 12 + number - 1 - index;
    return `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, '0')}`;
  });
}

/** `2026-11`, of a UTC month, for the API's `month` parameter. */
export function monthParameter(month: string): string {
  return month.slice(0, 7);
}

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

/** `Tue 1 Dec, 09:00`, of a local time with its offset (`2026-12-01T09:00:00+01:00`), read as text: it is local already. */
export function localFire(local: string): string {
  const { year, month, day } = calendarParts(local);
  const weekday = WEEKDAYS[new Date(Date.UTC(year, month - 1, day)).getUTCDay()] ?? '';
  return `${weekday.slice(0, 3)} ${day} ${shortMonth(local)}, ${local.slice(11, 16)}`;
}

/** The instant at which a day (`2026-11-29`) begins on the clocks of a zone; the first one that exists, if midnight does not. */
export function startOfDay(day: string, zone: string): string {
  const { year, month, day: number } = calendarParts(day);
  const midnight = Date.UTC(year, month - 1, number);
  // No offset is larger than 14 hours, and none changes by less than a minute.
  const first = [offsetAt(midnight - DAY_MS / 2, zone), offsetAt(midnight + DAY_MS / 2, zone)].map((offset) => midnight - offset);
  const found = first.filter((at) => dayIn(at, zone) === day).sort((a, b) => a - b)[0] ?? Math.max(...first);
  return new Date(found).toISOString();
}

/** How far the clocks of a zone are ahead of UTC, in milliseconds. */
function offsetAt(at: number, zone: string): number {
  const parts = format(zone, {
    year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
  }).formatToParts(at);
  const part = (type: string) => Number(parts.find((each) => each.type === type)?.value ?? 0);
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) - Math.floor(at / 1_000) * 1_000;
}

/** The day after or before a day, as text. */
export function addDays(day: string, days: number): string {
  const { year, month, day: number } = calendarParts(day);
  return new Date(Date.UTC(year, month - 1, number + days)).toISOString().slice(0, 10);
}
