import { useId, type FormEvent, type ReactNode } from 'react';
import type { Tagged } from '@/api/client';
import { ApiError } from '@/api/problem';
import { Button, Card, ErrorPanel } from '@/ui';
import { ChangedElsewhere } from './change';
import { Conflict } from './conflict';

interface SectionProps {
  title: string;
  /** What this part is for. */
  about: ReactNode;
  children: ReactNode;
}

/** A part of a record: what it is for, and what can be changed. */
export function Section({ title, about, children }: SectionProps) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="grid gap-x-8 gap-y-3 lg:grid-cols-[16rem_minmax(0,1fr)]">
      <div className="lg:pt-4">
        <h2 id={id} className="text-m font-strong">
          {title}
        </h2>
        <p className="text-s text-ink-muted">{about}</p>
      </div>
      <Card className="min-w-0">{children}</Card>
    </section>
  );
}

interface SectionFormProps {
  /** The fields. */
  children: ReactNode;
  onSubmit: () => void;
  /** A verb with its object: "Save time zone". */
  save: string;
  canSave: boolean;
  busy: boolean;
  /** Beside the button that saves. */
  actions?: ReactNode;
  /** What failed, without what is shown at a field. */
  problem?: ReactNode;
}

export function SectionForm({ children, onSubmit, save, canSave, busy, actions, problem }: SectionFormProps) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (canSave && !busy) onSubmit();
  };
  return (
    <form onSubmit={submit} noValidate>
      <div className="flex flex-col gap-4 p-4 sm:p-6">
        {children}
        {problem}
      </div>
      <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-4 py-3 max-sm:*:flex-1 sm:px-6">
        {actions}
        <Button kind="primary" type="submit" busy={busy} disabled={!canSave}>
          {save}
        </Button>
      </footer>
    </form>
  );
}

interface ProblemProps<Value> {
  error: unknown;
  /** The pointers of the fields that show their own error. */
  fields: readonly string[];
  /** "The time zone is Europe/Paris now": what the other change has made of this part. */
  nowIs: (current: Tagged<Value>) => ReactNode;
  /** Shows what is saved, and forgets what was typed. */
  onDiscard: () => void;
  /** Saves what was typed over the other change. */
  onReplace: (current: Tagged<Value>) => void;
  busy: boolean;
}

/** Why a change was not saved. What belongs to a field is shown there. */
export function SectionProblem<Value>({ error, fields, nowIs, onDiscard, onReplace, busy }: ProblemProps<Value>) {
  if (error === null || error === undefined) return null;
  if (error instanceof ChangedElsewhere) {
    const current = error.current as Tagged<Value>;
    return (
      <Conflict onKeepMine={() => onReplace(current)} onTakeNewest={onDiscard} busy={busy}>
        {nowIs(current)}
      </Conflict>
    );
  }
  if (error instanceof ApiError && error.errors.length > 0 && error.errors.every((each) => fields.includes(each.pointer))) return null;
  return <ErrorPanel error={error} />;
}

/** The server's words about a field. */
export function fieldError(error: unknown, pointer: string): string | undefined {
  return error instanceof ApiError ? error.fieldError(pointer) : undefined;
}
