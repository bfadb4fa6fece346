import { cx } from './class-names';

interface SwitchProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
  /** The name of what is switched. */
  label: string;
  /** Shows the label beside the switch. */
  showLabel?: boolean;
  disabled?: boolean;
  busy?: boolean;
  'aria-describedby'?: string | undefined;
  id?: string;
}

/** On or off at once. Its state is a position and a word, not only a colour. */
export function Switch({ checked, onChange, label, showLabel = false, disabled, busy, ...rest }: SwitchProps) {
  return (
    <button
      type="button"
      role="switch"
      aria-checked={checked}
      aria-label={showLabel ? undefined : label}
      aria-busy={busy || undefined}
      disabled={disabled}
      onClick={() => {
        if (!busy) onChange(!checked);
      }}
      className="target group inline-flex items-center gap-2 rounded-m text-m disabled:opacity-60"
      {...rest}
    >
      <span
        className={cx(
          'relative h-5 w-9 shrink-0 rounded-full border transition-colors',
          checked ? 'border-accent bg-accent' : 'border-line-strong bg-sunken',
        )}
      >
        <span
          className={cx(
            'absolute top-1/2 size-3.5 -translate-y-1/2 rounded-full transition-[left]',
            checked ? 'left-[calc(100%-1rem)] bg-on-accent' : 'left-0.5 bg-line-strong',
          )}
        />
      </span>
      {showLabel ? (
        <span className="text-start">{label}</span>
      ) : (
        <span className="text-s text-ink-muted" aria-hidden="true">
          {checked ? 'On' : 'Off'}
        </span>
      )}
    </button>
  );
}
