import { useMemo, useState } from 'react';
import { findZones } from '@/format';
import { useNow } from './clock';
import { Combobox } from './combobox';
import type { ControlProps } from './field';

interface ZoneInputProps extends ControlProps {
  value: string;
  onChange: (zone: string) => void;
  onBlur?: () => void;
  disabled?: boolean;
}

/** A time zone, found by its name, a part of it or its offset. Another IANA name can be typed: the API decides. */
export function ZoneInput(props: ZoneInputProps) {
  const now = useNow();
  // The offsets change a few times a year: the list need not follow each tick of the clock.
  const hour = Math.floor(now / 3_600_000) * 3_600_000;
  // They take a moment to compute: not before the list is opened.
  const [text, setText] = useState<string | null>(null);
  const choices = useMemo(() => (text === null ? [] : findZones(text, hour).map(({ name, offset }) => ({ value: name, note: offset }))), [hour, text]);
  return <Combobox {...props} choices={choices} onSearch={setText} label="Time zones" placeholder="Search: Berlin, Kolkata, UTC, +5:30" />;
}
