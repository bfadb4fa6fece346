import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import { columnDollars, compact, count, distance, dollars, exactInstant, roundDollars, shortInstant } from '@/format';
import { cx } from './class-names';
import { useNow, useZone } from './clock';

/** `15,420`, in figures of one width; `short` is `15.4K`, with the exact value for screen readers and on hover. */
export function Count({ value, short = false }: { value: number; short?: boolean }) {
  if (!short || Math.abs(value) < 10_000) return <span className="figures">{count(value)}</span>;
  return (
    <span className="figures" title={count(value)}>
      <span aria-hidden="true">{compact(value)}</span>
      <span className="sr-only">{count(value)}</span>
    </span>
  );
}

/**
 * US dollars, exact to 6 decimals. `null` is an unknown price. `round` is for a figure among others, `column` for the column
 * of a table.
 */
export function Money({ usd, round = false, column = false }: { usd: number | null; round?: boolean; column?: boolean }) {
  if (usd === null) return <span className="text-ink-muted">Unknown</span>;
  const exact = dollars(usd);
  if (column) return <span className="figures">{columnDollars(usd)}</span>;
  const shown = round ? roundDollars(usd) : exact;
  return (
    <span className="figures" title={shown === exact ? undefined : exact}>
      {shown}
    </span>
  );
}

interface InstantProps {
  at: string | null;
  /** `distance` is "5 minutes ago"; `short` is "29 Nov, 10:00"; `exact` needs no tooltip. */
  form?: 'distance' | 'short' | 'exact';
  seconds?: boolean;
  /** For `null`. */
  absent?: ReactNode;
  /** In a long table, Tab should not stop at each instant: the exact one is there for screen readers all the same. */
  focusable?: boolean;
  className?: string;
}

/** An instant relative to now; the exact one, in the user's zone, on hover and focus and for screen readers. */
export function Instant({ at, form = 'distance', seconds = false, absent = 'Never', focusable = true, className }: InstantProps) {
  const zone = useZone();
  const now = useNow();
  if (at === null) return <span className={cx('text-ink-muted', className)}>{absent}</span>;
  const exact = exactInstant(at, zone, seconds);
  if (form === 'exact') {
    return (
      <time dateTime={at} className={cx('figures', className)}>
        {exact}
      </time>
    );
  }
  return (
    <Tooltip text={exact} focusable={focusable} {...(className === undefined ? {} : { className })}>
      <time dateTime={at} className="figures whitespace-nowrap">
        {form === 'short' ? shortInstant(at, zone) : distance(at, now)}
      </time>
    </Tooltip>
  );
}

/** A text that appears on hover and focus, closes with Escape, and is always there for screen readers. */
export function Tooltip({
  text,
  children,
  focusable = true,
  className,
}: {
  text: string;
  children: ReactNode;
  focusable?: boolean;
  className?: string;
}) {
  const anchor = useRef<HTMLSpanElement>(null);
  const box = useRef<HTMLSpanElement>(null);
  const [open, setOpen] = useState(false);
  const id = useId();
  useEffect(() => {
    const shown = box.current;
    const around = anchor.current;
    if (!open || shown === null || around === null) return;
    shown.showPopover?.();
    const place = around.getBoundingClientRect();
    const size = shown.getBoundingClientRect();
    const left = Math.min(Math.max(8, place.left + place.width / 2 - size.width / 2), window.innerWidth - size.width - 8);
    const above = place.top - size.height - 6;
    shown.style.left = `${left}px`;
    shown.style.top = `${above > 8 ? above : place.bottom + 6}px`;
    const close = () => setOpen(false);
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') close();
    };
    window.addEventListener('scroll', close, { capture: true, once: true });
    window.addEventListener('keydown', onKey);
    return () => {
      window.removeEventListener('scroll', close, { capture: true });
      window.removeEventListener('keydown', onKey);
    };
  }, [open]);
  return (
    <span
      ref={anchor}
      tabIndex={focusable ? 0 : undefined}
      className={cx('relative z-1 rounded-s', className)}
      onMouseEnter={() => setOpen(true)}
      onMouseLeave={() => setOpen(false)}
      onFocus={() => setOpen(true)}
      onBlur={() => setOpen(false)}
    >
      {children}
      <span className="sr-only"> ({text})</span>
      {open && (
        <span
          ref={box}
          id={id}
          popover="manual"
          aria-hidden="true"
          className="fixed m-0 rounded-s border border-line bg-ink px-2 py-1 text-s text-canvas shadow-float"
        >
          {text}
        </span>
      )}
    </span>
  );
}

/** A figure: its label above, its unit smaller than its number. */
export function Figure({ label, value, unit, note }: { label: ReactNode; value: ReactNode; unit?: ReactNode; note?: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-s text-ink-muted">{label}</dt>
      <dd>
        <span className="figures text-m font-strong whitespace-nowrap">{value}</span>
        {unit && <span className="text-s text-ink-muted"> {unit}</span>}
        {note && <span className="block text-s text-ink-muted">{note}</span>}
      </dd>
    </div>
  );
}
