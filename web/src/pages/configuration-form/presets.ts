/** Schedules that most people want, as choices instead of a cron expression. */
export type Repeat = 'daily' | 'weekdays' | 'weekly' | 'monthly' | 'custom';

export interface Preset {
  repeat: Repeat;
  /** `09:00`. */
  time: string;
  /** 0 is Sunday, as in cron. */
  weekday: string;
  /** `1` to `28`, or `L` for the last day of the month. */
  day: string;
}

export const repeatWords: Record<Repeat, string> = {
  daily: 'Every day',
  weekdays: 'Monday to Friday',
  weekly: 'Every week',
  monthly: 'Every month',
  custom: 'Own cron expression',
};

export const weekdayWords = [
  ['1', 'Monday'], ['2', 'Tuesday'], ['3', 'Wednesday'], ['4', 'Thursday'], ['5', 'Friday'], ['6', 'Saturday'], ['0', 'Sunday'],
] as const;

export const monthDays = [...Array.from({ length: 28 }, (_, index) => String(index + 1)), 'L'];

const start: Preset = { repeat: 'custom', time: '09:00', weekday: '1', day: '1' };

/** The preset that an expression is; `custom` for any other. */
export function presetOf(expression: string): Preset {
  const match = /^(\d{1,2}) (\d{1,2}) (\*|L|\d{1,2}) \* (\*|1-5|MON-FRI|[0-7])$/i.exec(expression.trim());
  if (match === null) return start;
  const [, minute = '0', hour = '9', day = '*', weekday = '*'] = match;
  if (Number(minute) > 59 || Number(hour) > 23) return start;
  const time = `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
  if (day !== '*') {
    const known = monthDays.includes(day.toUpperCase()) && weekday === '*';
    return known ? { ...start, repeat: 'monthly', time, day: day.toUpperCase() } : start;
  }
  if (weekday === '*') return { ...start, repeat: 'daily', time };
  if (weekday.length > 1) return { ...start, repeat: 'weekdays', time };
  return { ...start, repeat: 'weekly', time, weekday: weekday === '7' ? '0' : weekday };
}

/** The expression of a preset; null for `custom`, or while no time is set. */
export function expressionOf(preset: Preset): string | null {
  const match = /^(\d{2}):(\d{2})/.exec(preset.time);
  if (match === null || preset.repeat === 'custom') return null;
  const at = `${Number(match[2])} ${Number(match[1])}`;
  switch (preset.repeat) {
    case 'daily':
      return `${at} * * *`;
    case 'weekdays':
      return `${at} * * 1-5`;
    case 'weekly':
      return `${at} * * ${preset.weekday}`;
    case 'monthly':
      return `${at} ${preset.day} * *`;
  }
}
