import { useQuery } from '@tanstack/react-query';
import { plansQuery, taggedProfileQuery, usageQuery } from '@/api/queries';
import { useSession } from '@/auth/session';
import { CopyButton, ErrorPanel, PageHeader, Skeleton, useSettledOrLate } from '@/ui';
import { DeleteAccount } from './delete-account';
import { Email } from './email';
import { OwnModel } from './model';
import { MutedNotices } from './muted';
import { PlanAndLimits } from './plan';
import { Webhook } from './webhook';
import { TimeZone } from './zone';

export default function ProfilePage() {
  const { userId } = useSession();
  const profile = useQuery(taggedProfileQuery());
  const plans = useQuery(plansQuery());
  const usage = useQuery(usageQuery());
  const isSettled = useSettledOrLate(plans.isPending || usage.isPending);
  return (
    <>
      <PageHeader
        title="Profile"
        note={
          <span className="flex flex-wrap items-center gap-x-2 text-s">
            <span className="max-sm:sr-only">User</span> <span className="font-mono break-all">{userId}</span>
            <CopyButton value={userId} label="Copy user id" />
          </span>
        }
      />
      {profile.data === undefined ? (
        profile.isError ? (
          <ErrorPanel error={profile.error} onRetry={() => void profile.refetch()} retrying={profile.isFetching} />
        ) : (
          <div role="status" aria-label="Loading the profile" className="flex flex-col gap-8">
            <Skeleton className="h-72" />
            <Skeleton className="h-44" />
            <Skeleton className="h-56" />
          </div>
        )
      ) : (
        <div className="flex flex-col gap-10">
          <PlanAndLimits profile={profile.data.value} />
          {isSettled && (
            <>
              <TimeZone profile={profile.data} />
              <Webhook profile={profile.data} />
              <Email profile={profile.data} />
              <MutedNotices profile={profile.data} />
              <OwnModel profile={profile.data} />
              <DeleteAccount />
            </>
          )}
        </div>
      )}
    </>
  );
}
