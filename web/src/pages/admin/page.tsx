import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { Schema } from '@/api/types';
import { useSearchText } from '@/app/use-search-text';
import { useSession } from '@/auth/session';
import { compact, count, plural } from '@/format';
import {
  Button, Card, Count, EmptyState, ErrorPanel, Field, Icon, Instant, Link, RowLink, SearchInput, Select, SkeletonRows, Switch, Table, useNow, useSettled, useSettledOrLate,
  type Column,
} from '@/ui';
import { AdminFrame, AsOf } from './frame';
import { Cents, LevelBadge, ShortId, Used } from './level';
import { accountsQuery, nearLimitQuery } from './queries';
import { adminRoute, SEARCH_LENGTH_MAX } from './route';

/** How long the typing has to pause before the list is asked for. */
const SEARCH_PAUSE_MS = 250;

const columns: readonly Column<Schema<'AccountUsage'>>[] = [
  {
    key: 'user',
    header: 'Account',
    primary: true,
    cell: (account) => (
      <RowLink to="/app/admin/accounts/$userId" params={{ userId: account.user_id }}>
        <ShortId id={account.user_id} />
      </RowLink>
    ),
  },
  { key: 'plan', header: 'Plan', cell: (account) => <span className="capitalize">{account.plan}</span> },
  { key: 'used', header: 'Runs used', cell: (account) => <Used account={account} />, className: 'max-sm:col-span-2 max-sm:row-start-2' },
  { key: 'level', header: 'Level', cell: (account) => <LevelBadge account={account} /> },
  {
    key: 'runs',
    header: 'Successful',
    align: 'end',
    cell: (account) => <Count value={account.successful_runs} />,
  },
  { key: 'failed', header: 'Failed', align: 'end', cell: (account) => <Count value={account.failed_runs} /> },
  { key: 'blocked', header: 'Blocked', align: 'end', cell: (account) => <Count value={account.blocked_runs} /> },
  { key: 'flight', header: 'Running', align: 'end', cell: (account) => <Count value={account.runs_in_flight} /> },
  { key: 'tokens', header: 'Tokens', align: 'end', cell: (account) => <Count value={account.total_tokens} short /> },
  { key: 'cost', header: 'Cost', align: 'end', cell: (account) => <Cents usd={account.cost_usd} /> },
  { key: 'last', header: 'Last run', cell: (account) => <Instant at={account.last_run_at} focusable={false} /> },
];

export default function AdminPage() {
  const isSettled = useSettledOrLate(useQuery({ ...nearLimitQuery(), enabled: useSession().isAdmin }).isPending);
  return (
    <AdminFrame note="Every account with its usage of this month.">
      <NearLimit />
      {isSettled && <Accounts />}
    </AdminFrame>
  );
}

/** What needs an operator first. */
function NearLimit() {
  const near = useQuery({ ...nearLimitQuery(), enabled: useSession().isAdmin });
  const { near_limit: isFiltered } = adminRoute.useSearch();
  if (near.data === undefined) return <div className="mb-4 min-h-9">{near.isError && <ErrorPanel error={near.error} onRetry={() => void near.refetch()} retrying={near.isFetching} />}</div>;
  const { data, hasMore } = near.data;
  const reached = data.filter((account) => account.warning === 'reached').length;
  if (data.length === 0) {
    return (
      <p className="mb-4 flex min-h-9 items-center gap-2 text-ink-muted">
        <Icon name="check-circle" className="size-4 text-ok" />
        {hasMore ? 'None of the accounts that used most is near its limit.' : 'No account is near its limit.'}
      </p>
    );
  }
  const many = hasMore ? `At least ${plural(data.length, 'account')}` : plural(data.length, 'account');
  return (
    <p className="mb-4 flex min-h-9 flex-wrap items-center gap-x-3 gap-y-1">
      <span className="inline-flex items-center gap-2 font-strong">
        <Icon name="warning" className="size-4 text-warn" />
        {many} {data.length === 1 ? 'is' : 'are'} near or at the limit{reached > 0 && `, ${count(reached)} of them blocked`}.
      </span>
      {!isFiltered && (
        <Link to="/app/admin" search={{ near_limit: true }}>
          Show only these
        </Link>
      )}
    </p>
  );
}

function Accounts() {
  const now = useNow();
  const filters = adminRoute.useSearch();
  const navigate = useNavigate();
  const paused = useSettled(filters.search, SEARCH_PAUSE_MS);
  const asked = { ...filters, search: filters.search === undefined ? undefined : paused };
  const accounts = useInfiniteQuery({ ...accountsQuery(asked), enabled: useSession().isAdmin, placeholderData: keepPreviousData });
  const change = (next: typeof filters) => void navigate({ to: '/app/admin', search: next, replace: true, resetScroll: false });
  // Only the requests wait for a pause: an address that changes after one could override a link that was followed meanwhile.
  const [typed, setTyped] = useSearchText(filters.search ?? '', (search) => change({ ...filters, search: search || undefined }));
  const rows = accounts.data?.pages.flatMap((page) => page.data);
  const asOf = accounts.data?.pages[0]?.as_of;
  return (
    <>
      <div className="mb-4 flex flex-wrap items-end gap-x-4 gap-y-3">
        <Field label="Search" className="max-sm:w-full">
          {(control) => (
            <SearchInput
              {...control}
              className="w-full sm:w-80"
              placeholder="User id, or how it begins"
              spellCheck={false}
              autoComplete="off"
              maxLength={SEARCH_LENGTH_MAX}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          )}
        </Field>
        <Field label="Sort by" className="max-sm:flex-1">
          {(control) => (
            <Select
              {...control}
              className="w-full sm:w-44"
              value={filters.sort ?? 'usage'}
              onChange={(event) => change({ ...filters, sort: event.target.value === 'user' ? 'user' : undefined })}
            >
              <option value="usage">Usage, most first</option>
              <option value="user">User id</option>
            </Select>
          )}
        </Field>
        <Switch
          label="Near the limit only"
          showLabel
          checked={filters.near_limit === true}
          onChange={(only) => change({ ...filters, near_limit: only ? true : undefined })}
        />
        <p className="ms-auto flex items-center gap-2 text-s text-ink-muted">
          {/* Its place is kept while the accounts load. */}
          <span className={asOf === undefined ? 'invisible' : undefined}>
            <AsOf at={asOf === undefined ? new Date(now).toISOString() : asOf} absent="Not listed yet this month" />
          </span>
          <Button kind="quiet" icon="retry" busy={accounts.isRefetching} onClick={() => void accounts.refetch()}>
            Refresh
          </Button>
        </p>
      </div>
      <Card label="Accounts">
        {rows === undefined ? (
          accounts.isError ? (
            <ErrorPanel bare error={accounts.error} onRetry={() => void accounts.refetch()} retrying={accounts.isFetching} />
          ) : (
            <SkeletonRows rows={10} label="Loading the accounts" />
          )
        ) : rows.length === 0 && !accounts.hasNextPage ? (
          <Empty filters={asked} onClear={() => change({})} />
        ) : (
          <>
            {/* Between a phone and a wide window, the eleven columns scroll inside the card. */}
            <div className="overflow-x-auto">
              <Table caption="Accounts with this month’s usage" columns={columns} rows={rows} rowKey={(account) => account.user_id} stale={accounts.isPlaceholderData || asked.search !== filters.search} />
            </div>
            <footer className="flex flex-wrap items-center justify-between gap-3 border-t border-line px-4 py-3">
              <p role="status" className="text-s text-ink-muted">
                {accounts.hasNextPage ? `The first ${count(rows.length)} accounts` : `${plural(rows.length, 'account')}, ${compact(sumOf(rows))} counted runs`}
              </p>
              {accounts.isFetchNextPageError && <ErrorPanel bare error={accounts.error} />}
              {accounts.hasNextPage && (
                <Button busy={accounts.isFetchingNextPage} onClick={() => void accounts.fetchNextPage()} className="max-sm:w-full">
                  Show more accounts
                </Button>
              )}
            </footer>
          </>
        )}
      </Card>
    </>
  );
}

function sumOf(rows: readonly Schema<'AccountUsage'>[]): number {
  return rows.reduce((sum, row) => sum + row.counted_runs, 0);
}

function Empty({ filters, onClear }: { filters: { search?: string | undefined; near_limit?: true | undefined }; onClear: () => void }) {
  if (filters.search === undefined && filters.near_limit === undefined) {
    return (
      <EmptyState icon="admin" title="No account yet">
        An account is here within minutes after its first run of the month has ended. Nothing has to be created for it.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon="search" title="No account matches" action={<Button onClick={onClear}>Show all accounts</Button>}>
      {filters.search !== undefined && `No user id begins with “${filters.search}”. `}
      {filters.near_limit && 'Only accounts near their limit are searched.'}
    </EmptyState>
  );
}
