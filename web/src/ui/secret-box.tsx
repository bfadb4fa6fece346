import { useEffect, useId, useRef } from 'react';
import { CopyButton } from './copy-button';

/** A secret that is shown once: selectable, with a button that copies it. It gets the focus, so that it can't be missed. */
export function SecretBox({ secret, label, note }: { secret: string; label: string; note: string }) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-s font-strong">
        {label}
      </label>
      <div className="flex flex-wrap items-center gap-2">
        <input
          ref={field}
          id={id}
          readOnly
          value={secret}
          aria-describedby={`${id}-note`}
          autoComplete="off"
          className="target min-w-0 flex-1 rounded-m border border-line-strong bg-sunken px-3 py-1.5 font-mono text-s text-ink"
          onFocus={(event) => event.target.select()}
        />
        <CopyButton value={secret} label={`Copy ${label.toLowerCase()}`} />
      </div>
      <p id={`${id}-note`} className="text-s text-ink-muted">
        {note}
      </p>
    </div>
  );
}
