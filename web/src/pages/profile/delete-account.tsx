import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, read } from '@/api/client';
import { usageQuery } from '@/api/queries';
import { end } from '@/auth/session';
import { Section } from '@/edit';
import { plural } from '@/format';
import { Button, ConfirmDialog, ErrorPanel } from '@/ui';

/** What has to be typed: an account has no name of its own. */
const TYPED = 'delete my account';

export function DeleteAccount() {
  const [asking, setAsking] = useState(false);
  const usage = useQuery(usageQuery()).data;
  const remove = useMutation({
    mutationFn: () => read(api.DELETE('/users/profile')),
    onSuccess: ({ status }) =>
      end(
        status === 'deleted'
          ? 'Your account and its data are deleted. Monthly usage and audit entries are kept.'
          : 'Your account is closed. Its data is deleted within minutes; monthly usage and audit entries are kept.',
      ),
  });
  const what =
    usage === undefined
      ? 'repositories, configurations'
      : `${plural(usage.currentRepositories, 'repository', 'repositories')}, ${plural(usage.currentReports, 'configuration')}`;
  return (
    <Section title="Delete account" about="Closes the account at once and deletes its data within minutes. This can’t be undone.">
      <div className="flex flex-wrap items-center justify-between gap-4 p-4 sm:p-6">
        <p className="min-w-0 flex-1 basis-60 text-ink-muted">Deletes {what}, and all secrets, runs, reports and deliveries.</p>
        <Button kind="danger" icon="trash" className="max-sm:w-full" onClick={() => setAsking(true)}>
          Delete account
        </Button>
      </div>
      <ConfirmDialog
        open={asking}
        onClose={() => {
          setAsking(false);
          remove.reset();
        }}
        onConfirm={() => remove.mutate()}
        title="Delete your account?"
        action="Delete account"
        typed={TYPED}
        busy={remove.isPending}
        error={remove.isError && <ErrorPanel error={remove.error} />}
      >
        <p>From this moment nothing new starts. Within minutes are deleted:</p>
        <ul className="my-2 list-disc ps-5">
          <li>{what}</li>
          <li>all stored tokens, keys and signing secrets</li>
          <li>all runs, reports and deliveries</li>
        </ul>
        <p>Monthly usage and audit entries are kept. Nothing can be restored.</p>
      </ConfirmDialog>
    </Section>
  );
}
