import { useState } from 'react';
import { Field, Input, Select, ZoneInput } from '@/ui';
import { expressionOf, monthDays, presetOf, repeatWords, weekdayWords, type Preset, type Repeat } from './presets';

interface ScheduleFieldsProps {
  schedule: string;
  timezone: string;
  onSchedule: (schedule: string) => void;
  onTimezone: (timezone: string) => void;
  scheduleError: string | undefined;
  timezoneError: string | undefined;
  onBlur: (field: 'schedule' | 'timezone') => void;
}

/** When the report is written: a preset, or any cron expression. */
export function ScheduleFields({ schedule, timezone, onSchedule, onTimezone, scheduleError, timezoneError, onBlur }: ScheduleFieldsProps) {
  const [isCustom, setCustom] = useState(() => presetOf(schedule).repeat === 'custom');
  const parsed = presetOf(schedule);
  const repeat: Repeat = isCustom ? 'custom' : parsed.repeat;
  const [last, setLast] = useState<Preset>(parsed);
  const preset = parsed.repeat === 'custom' ? last : parsed;

  const change = (part: Partial<Preset>) => {
    const next = { ...preset, ...part };
    setCustom(next.repeat === 'custom');
    setLast(next);
    const expression = expressionOf(next);
    if (expression !== null) onSchedule(expression);
  };

  return (
    <fieldset className="flex flex-col gap-4">
      <legend className="sr-only">Schedule</legend>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Repeats" className={repeat === 'custom' || repeat === 'daily' || repeat === 'weekdays' ? '' : 'sm:col-span-2'}>
          {(control) => (
            <Select {...control} value={repeat} onChange={(event) => change({ repeat: event.target.value as Repeat })}>
              {Object.entries(repeatWords).map(([value, words]) => (
                <option key={value} value={value}>
                  {words}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {repeat === 'weekly' && (
          <Field label="On">
            {(control) => (
              <Select {...control} value={preset.weekday} onChange={(event) => change({ repeat, weekday: event.target.value })}>
                {weekdayWords.map(([value, word]) => (
                  <option key={value} value={value}>
                    {word}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        )}
        {repeat === 'monthly' && (
          <Field label="On day">
            {(control) => (
              <Select {...control} value={preset.day} onChange={(event) => change({ repeat, day: event.target.value })}>
                {monthDays.map((day) => (
                  <option key={day} value={day}>
                    {day === 'L' ? 'The last day' : day}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        )}
        {repeat !== 'custom' && (
          <Field label="At" error={scheduleError}>
            {(control) => (
              <Input
                {...control}
                type="time"
                value={preset.time}
                onChange={(event) => change({ repeat, time: event.target.value })}
                onBlur={() => onBlur('schedule')}
              />
            )}
          </Field>
        )}
        {repeat === 'custom' && (
          <Field
            label="Cron expression"
            required
            error={scheduleError}
            className="sm:col-span-2 sm:row-start-2"
            hint="Five fields: minute, hour, day of month, month, day of week. @daily, MON#2 and L are understood too."
          >
            {(control) => (
              <Input
                {...control}
                className="font-mono"
                spellCheck={false}
                autoCapitalize="off"
                autoComplete="off"
                value={schedule}
                onChange={(event) => onSchedule(event.target.value)}
                onBlur={() => onBlur('schedule')}
              />
            )}
          </Field>
        )}
      </div>
      <Field label="Time zone" error={timezoneError} hint="The clock that the schedule follows, in summer and winter.">
        {(control) => (
          <ZoneInput {...control} value={timezone} onChange={onTimezone} onBlur={() => onBlur('timezone')} />
        )}
      </Field>
    </fieldset>
  );
}
