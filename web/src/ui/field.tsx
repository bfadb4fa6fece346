import { useId, type ComponentPropsWithRef, type ReactNode } from 'react';
import { cx } from './class-names';
import { Icon } from './icon';

/** What a control inside a {@link Field} has to be given. */
export interface ControlProps {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
  required: boolean | undefined;
}

interface FieldProps {
  label: ReactNode;
  /** What to enter, in a sentence. */
  hint?: ReactNode;
  /** The server's words about this field, a line each. */
  error?: string | undefined;
  required?: boolean;
  /** Renders the control: `<Field label="Name">{(control) => <Input {...control} />}</Field>`. */
  children: (control: ControlProps) => ReactNode;
  className?: string;
}

/** A label, a control, a hint, and the error of this field. */
export function Field({ label, hint, error, required, children, className }: FieldProps) {
  const id = useId();
  const described = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ');
  return (
    <div className={cx('flex flex-col gap-1', className)}>
      <label htmlFor={id} className="text-s font-strong">
        {label}
        {required === false && <span className="font-normal text-ink-muted"> (optional)</span>}
      </label>
      {children({
        id,
        'aria-describedby': described === '' ? undefined : described,
        'aria-invalid': error === undefined ? undefined : true,
        required: required === true ? true : undefined,
      })}
      {error && (
        <p id={`${id}-error`} className="flex items-start gap-1.5 text-s text-bad">
          <Icon name="error" className="mt-0.5 size-4" />
          <span className="min-w-0 break-words whitespace-pre-line">{error}</span>
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} className="text-s text-ink-muted">
          {hint}
        </p>
      )}
    </div>
  );
}

const control =
  'target w-full rounded-m border border-line-strong bg-surface px-3 py-1.5 text-m text-ink placeholder:text-ink-muted aria-invalid:border-bad disabled:opacity-60';

export function Input({ className, ...rest }: ComponentPropsWithRef<'input'>) {
  return <input {...rest} className={cx(control, className)} />;
}

/** For a token or key. It is concealed, and no browser or password manager is asked to keep it. */
export function SecretInput({ className, ...rest }: ComponentPropsWithRef<'input'>) {
  return (
    <input
      type="text"
      autoComplete="off"
      autoCapitalize="off"
      autoCorrect="off"
      spellCheck={false}
      data-1p-ignore=""
      data-lpignore="true"
      {...rest}
      className={cx(control, 'concealed', className)}
    />
  );
}

export function TextArea({ className, ...rest }: ComponentPropsWithRef<'textarea'>) {
  return <textarea rows={4} {...rest} className={cx(control, className)} />;
}

/** The browser's own select: by far the best on a phone and with a keyboard. */
export function Select({ className, children, ...rest }: ComponentPropsWithRef<'select'>) {
  return (
    <span className={cx('relative inline-flex', className ?? 'w-full')}>
      <select {...rest} className={cx(control, 'appearance-none pe-9 text-ellipsis')}>
        {children}
      </select>
      <Icon name="chevron-down" className="pointer-events-none absolute end-3 top-1/2 size-4 -translate-y-1/2 text-ink-muted" />
    </span>
  );
}

/** A search field that `/` focuses. */
export function SearchInput({ className, ...rest }: ComponentPropsWithRef<'input'>) {
  return (
    <span className={cx('relative inline-flex', className ?? 'w-full')}>
      <Icon name="search" className="pointer-events-none absolute start-3 top-1/2 size-4 -translate-y-1/2 text-ink-muted" />
      <input type="search" data-search="" {...rest} className={cx(control, 'ps-9')} />
    </span>
  );
}
