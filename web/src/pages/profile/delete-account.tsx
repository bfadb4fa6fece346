import { useQuery } from '@tanstack/react-query';
import { api, read } from '@/api/client';
import { usageQuery } from '@/api/queries';
import { end } from '@/auth/session';
import { AccountDeletion } from '@/edit';
import { plural } from '@/format';

/** What has to be typed: an account has no name of its own. */
const TYPED = 'delete my account';

export function DeleteAccount() {
  const usage = useQuery(usageQuery()).data;
  const what =
    usage === undefined
      ? 'repositories, configurations'
      : `${plural(usage.currentRepositories, 'repository', 'repositories')}, ${plural(usage.currentReports, 'configuration')}`;
  return (
    <AccountDeletion
      summary={`Deletes ${what}, and all secrets, runs, reports and deliveries.`}
      title="Delete your account?"
      typed={TYPED}
      remove={() => read(api.DELETE('/users/profile'))}
      onDeleted={({ status }) =>
        end(
          status === 'deleted'
            ? 'Your account and its data are deleted. Monthly usage and audit entries are kept.'
            : 'Your account is closed. Its data is deleted within minutes; monthly usage and audit entries are kept.',
        )
      }
    >
      <p>From this moment nothing new starts. Within minutes are deleted:</p>
      <ul className="my-2 list-disc ps-5">
        <li>{what}</li>
        <li>all stored tokens, keys and signing secrets</li>
        <li>all runs, reports and deliveries</li>
      </ul>
      <p>Monthly usage and audit entries are kept. Nothing can be restored.</p>
    </AccountDeletion>
  );
}
