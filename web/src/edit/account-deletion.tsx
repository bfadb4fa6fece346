import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Button, ConfirmDialog, ErrorPanel } from '@/ui';
import { Section } from './section';

interface AccountDeletionProps<Answer> {
  /** What is deleted, in a sentence. */
  summary: ReactNode;
  /** Asks: "Delete this account?". */
  title: string;
  /** What has to be typed to confirm. */
  typed: string;
  remove: () => Promise<Answer>;
  onDeleted: (answer: Answer) => unknown;
  /** In the dialog: what is deleted, and what is kept. */
  children: ReactNode;
}

/** Deletes an account after a question: the user's own, or one that an operator chose. */
export function AccountDeletion<Answer>({ summary, title, typed, remove, onDeleted, children }: AccountDeletionProps<Answer>) {
  const [asking, setAsking] = useState(false);
  const deletion = useMutation({
    mutationFn: remove,
    onSuccess: async (answer) => {
      setAsking(false);
      await onDeleted(answer);
    },
  });
  return (
    <Section title="Delete account" about="Closes the account at once and deletes its data within minutes. This can’t be undone.">
      <div className="flex flex-wrap items-center justify-between gap-4 p-4 sm:p-6">
        <p className="min-w-0 flex-1 basis-60 text-ink-muted">{summary}</p>
        <Button kind="danger" icon="trash" className="max-sm:w-full" onClick={() => setAsking(true)}>
          Delete account
        </Button>
      </div>
      <ConfirmDialog
        open={asking}
        onClose={() => {
          setAsking(false);
          deletion.reset();
        }}
        onConfirm={() => deletion.mutate()}
        title={title}
        action="Delete account"
        typed={typed}
        busy={deletion.isPending}
        error={deletion.isError && <ErrorPanel error={deletion.error} />}
      >
        {children}
      </ConfirmDialog>
    </Section>
  );
}
