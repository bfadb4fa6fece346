import { useQuery } from '@tanstack/react-query';
import { noticeTypesQuery, profileQuery } from '@/api/queries';
import { plural } from '@/format';
import { ButtonLink, Card, CardHeader, ErrorPanel, Icon, Skeleton } from '@/ui';
import { kindOf } from './words';

/** The kinds of notices: when each is made, and which are muted. */
export function Kinds() {
  const types = useQuery(noticeTypesQuery());
  const profile = useQuery(profileQuery());
  const muted = new Set<string>(profile.data?.muted_notices ?? []);
  return (
    <Card>
      <CardHeader
        title="Kinds of notices"
        note={
          profile.data === undefined
            ? 'Each is listed here, and sent unless it is muted.'
            : muted.size === 0
              ? 'None is muted: each is listed here and sent.'
              : `${plural(muted.size, 'kind')} muted: listed here, and not sent.`
        }
      />
      {types.data === undefined ? (
        types.isError ? (
          <ErrorPanel bare error={types.error} onRetry={() => void types.refetch()} retrying={types.isFetching} />
        ) : (
          <div role="status" aria-label="Loading the kinds of notices" className="px-4 pb-4 sm:px-6">
            <Skeleton className="h-96" />
          </div>
        )
      ) : (
        <>
          {profile.isError && <ErrorPanel bare error={profile.error} onRetry={() => void profile.refetch()} retrying={profile.isFetching} />}
          <dl className="flex flex-col gap-3 px-4 pb-4 sm:px-6">
            {types.data.map(({ type, sent_when: when }) => (
              <div key={type}>
                <dt className="flex flex-wrap items-center justify-between gap-x-4 font-strong">
                  {kindOf(type).word}
                  {muted.has(type) && (
                    <span className="inline-flex items-center gap-1 text-s font-normal text-ink-muted">
                      <Icon name="blocked" className="size-3.5" />
                      Muted
                    </span>
                  )}
                </dt>
                <dd className="text-s text-ink-muted">{when}</dd>
              </div>
            ))}
          </dl>
          <div className="border-t border-line px-4 py-3 sm:px-6">
            <ButtonLink to="/app/profile">Change what is sent</ButtonLink>
          </div>
        </>
      )}
    </Card>
  );
}
