import type { ComponentPropsWithRef, ReactNode } from 'react';
import { cx } from './class-names';
import { Icon, type IconName } from './icon';

export type ButtonKind = 'primary' | 'secondary' | 'quiet' | 'danger';

const base =
  'target inline-flex items-center justify-center gap-2 rounded-m px-3 py-1.5 text-m font-strong whitespace-nowrap select-none transition-colors disabled:opacity-60 aria-disabled:opacity-60';
const kinds: Record<ButtonKind, string> = {
  primary: 'bg-accent text-on-accent not-disabled:hover:bg-accent-hover',
  secondary: 'border border-line-strong bg-surface text-ink not-disabled:hover:bg-sunken',
  quiet: 'text-ink not-disabled:hover:bg-sunken',
  danger: 'border border-bad bg-surface text-bad not-disabled:hover:bg-bad-soft',
};

/** The look of a button, for a link that looks like one. */
export function buttonClass(kind: ButtonKind = 'secondary'): string {
  return cx(base, kinds[kind]);
}

interface ButtonProps extends ComponentPropsWithRef<'button'> {
  kind?: ButtonKind;
  icon?: IconName;
  /** The action is under way: the button stays in place, says so and can't be pressed twice. */
  busy?: boolean;
  children: ReactNode;
}

/** A verb with its object: "Run report". */
export function Button({ kind = 'secondary', icon, busy = false, children, className, onClick, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      // Not `disabled` while busy: the focus would be lost.
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      className={cx(buttonClass(kind), className)}
    >
      {busy ? <Icon name="running" className="size-4 motion-safe:animate-spin" /> : icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

interface IconButtonProps extends Omit<ComponentPropsWithRef<'button'>, 'children'> {
  icon: IconName;
  /** The button's name, shown as its tooltip. */
  label: string;
}

export function IconButton({ icon, label, className, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={cx(
        'target inline-flex aspect-square items-center justify-center rounded-m text-ink-muted transition-colors not-disabled:hover:bg-sunken not-disabled:hover:text-ink disabled:opacity-60',
        className,
      )}
    >
      <Icon name={icon} />
    </button>
  );
}
