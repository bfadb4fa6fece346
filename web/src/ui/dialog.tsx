import { useEffect, useId, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { Button, IconButton } from './button';
import { cx } from './class-names';
import { Field, Input } from './field';

interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  children: ReactNode;
  /** The buttons, the main one last. */
  actions?: ReactNode;
  /** At the bottom of the window, within reach of the thumb: for the menu of a phone. */
  sheet?: boolean;
  /** Closes only through its buttons: for what is lost when it closes. */
  required?: boolean;
  /** For figures and tables. */
  wide?: boolean;
}

/** The browser's own modal dialog: it keeps the focus inside, closes with Escape and gives the focus back. */
export function Dialog({ open, onClose, title, children, actions, sheet = false, required = false, wide = false }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = ref.current;
    if (dialog === null) return;
    if (open && !dialog.open) dialog.showModal();
    if (!open && dialog.open) dialog.close();
  }, [open]);
  return (
    <dialog
      ref={ref}
      aria-labelledby={id}
      onClose={onClose}
      onKeyDown={(event) => {
        if (required && event.key === 'Escape') event.preventDefault();
      }}
      onCancel={(event) => {
        if (required) event.preventDefault();
      }}
      onClick={(event) => {
        // A click on the dialog itself is one on its backdrop: the content covers the rest.
        if (event.target === ref.current && !required) onClose();
      }}
      className={cx(
        'bg-surface p-0 shadow-float backdrop:bg-shade',
        sheet
          ? 'mx-0 mt-auto mb-0 w-full max-w-none rounded-t-l border-t border-line pb-[env(safe-area-inset-bottom)]'
          : cx('m-auto rounded-l border border-line max-sm:mb-4', wide ? 'w-[min(44rem,calc(100vw-2rem))]' : 'w-[min(32rem,calc(100vw-2rem))]'),
      )}
    >
      {open && (
        <div className="flex max-h-[calc(100dvh-2rem)] flex-col">
          <header className="flex items-center justify-between gap-4 ps-6 pe-4 pt-4">
            <h2 id={id} className="text-m font-strong">
              {title}
            </h2>
            {required ? <span className="h-9" /> : <IconButton icon="close" label="Close" onClick={onClose} />}
          </header>
          <div className="overflow-y-auto px-6 pt-2 pb-6">{children}</div>
          {actions && (
            <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-6 py-4 max-sm:*:flex-1">{actions}</footer>
          )}
        </div>
      )}
    </dialog>
  );
}

interface ConfirmDialogProps {
  open: boolean;
  onClose: () => void;
  onConfirm: () => void;
  title: string;
  /** Names what is destroyed. */
  children: ReactNode;
  /** A verb with its object: "Delete repository". */
  action: string;
  /** What has to be typed, usually the name of what is destroyed. */
  typed?: string;
  /** What the other button says. */
  keep?: string;
  busy?: boolean;
  error?: ReactNode;
}

/** Asks before a dangerous action, and asks for the name of what it destroys. */
export function ConfirmDialog({ open, onClose, onConfirm, title, children, action, typed, keep = 'Keep it', busy, error }: ConfirmDialogProps) {
  const [value, setValue] = useState('');
  const form = useId();
  const matches = typed === undefined || value.trim() === typed;
  useEffect(() => {
    if (!open) setValue('');
  }, [open]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (matches) onConfirm();
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={title}
      actions={
        <>
          <Button onClick={onClose}>{keep}</Button>
          <Button kind="danger" type="submit" form={form} disabled={!matches} busy={busy === true}>
            {action}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className="flex flex-col gap-4">
        <div className="text-ink-muted">{children}</div>
        {typed !== undefined && (
          <Field
            label={
              <>
                Type <span className="font-mono">{typed}</span> to confirm
              </>
            }
          >
            {(control) => (
              <Input {...control} value={value} autoComplete="off" spellCheck={false} onChange={(event) => setValue(event.target.value)} />
            )}
          </Field>
        )}
        {error}
      </form>
    </Dialog>
  );
}
