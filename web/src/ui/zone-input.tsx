import { useCallback } from 'react';
import { findZones } from '@/format';
import { useNow } from './clock';
import { Combobox } from './combobox';
import type { ControlProps } from './field';

interface ZoneInputProps {
  control: ControlProps;
  value: string;
  onChange: (zone: string) => void;
  /** The zone that is saved. */
  chosen: string;
  disabled?: boolean;
}

/** A time zone, found by its name, a part of it or its offset. Another IANA name can be typed: the API decides. */
export function ZoneInput({ control, value, onChange, chosen, disabled = false }: ZoneInputProps) {
  const now = useNow();
  // The offsets change a few times a year: the list need not follow each tick of the clock.
  const hour = Math.floor(now / 3_600_000) * 3_600_000;
  const search = useCallback((text: string) => findZones(text, hour).map(({ name, offset }) => ({ value: name, hint: offset })), [hour]);
  return (
    <Combobox
      control={control}
      value={value}
      onChange={onChange}
      chosen={chosen}
      search={search}
      label="Time zones"
      placeholder="Search: Berlin, Kolkata, UTC, +5:30"
      disabled={disabled}
    />
  );
}
