import { useEffect, useRef, type ReactNode } from 'react';
import { Button, Icon } from '@/ui';

interface ConflictProps {
  /** What was changed elsewhere. */
  children: ReactNode;
  /** Saves what the user has entered over the other change. */
  onKeepMine: () => void;
  /** Forgets what the user has entered, and shows what is saved. */
  onTakeNewest: () => void;
  busy: boolean;
}

/** The record was changed elsewhere since the user began to edit it: what differs, and the choice. */
export function Conflict({ children, onKeepMine, onTakeNewest, busy }: ConflictProps) {
  const box = useRef<HTMLElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <section ref={box} tabIndex={-1} role="alertdialog" aria-label="Changed elsewhere" className="rounded-l border border-warn bg-warn-soft p-4">
      <p className="flex items-center gap-2 font-strong">
        <Icon name="warning" className="size-5 text-warn" />
        Changed elsewhere while you edited it
      </p>
      <p className="mt-1 text-ink-muted">Nothing of yours is saved yet.</p>
      <div className="text-ink-muted">{children}</div>
      <div className="mt-4 flex flex-wrap gap-2">
        <Button kind="primary" busy={busy} onClick={onKeepMine}>
          Save my changes
        </Button>
        <Button onClick={onTakeNewest}>Discard mine and show the newest</Button>
      </div>
    </section>
  );
}
