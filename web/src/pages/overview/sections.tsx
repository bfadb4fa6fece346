import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { configurationsQuery, lastRunsQuery, newestNoticesQuery, profileQuery } from '@/api/queries';
import type { Run, Usage } from '@/api/types';
import {
  Button, ButtonLink, Card, CardHeader, cx, DeliveryBadge, EmptyState, ErrorPanel, Headline, Icon, Instant, Link, Money, RowLink, RunStatusBadge,
  SkeletonRows, Table, type Column,
} from '@/ui';
import { useState } from 'react';
import { attentionOf, usageNeedsAction, type Attention as Item } from './attention';

const SHOWN_FIRST = 3;

/** What only the user can put right; one line if there is nothing. */
export function Attention({ usage }: { usage: Usage | undefined }) {
  const configurations = useInfiniteQuery(configurationsQuery());
  const runs = useQuery(lastRunsQuery());
  const profile = useQuery(profileQuery());
  const [all, setAll] = useState(false);
  if (configurations.isLoadingError || runs.isLoadingError) {
    return (
      <p className="flex min-h-8 flex-wrap items-center gap-2 text-ink-muted">
        <Icon name="warning" className="size-4 text-warn" />
        What needs action is unknown: the configurations or runs could not be loaded.
      </p>
    );
  }
  if (configurations.data === undefined || runs.data === undefined || usage === undefined) return null;
  const items = attentionOf(configurations.data.pages.flatMap((each) => each.data), runs.data, profile.data);
  if (items.length === 0) {
    return usageNeedsAction(usage) || usage.currentReports === 0 ? null : (
      <p className="flex min-h-8 items-center gap-2 text-ink-muted">
        <Icon name="check-circle" className="size-4 text-ok" />
        Nothing needs action: every webhook answers, and no report has failed.
      </p>
    );
  }
  const shown = all ? items : items.slice(0, SHOWN_FIRST);
  return (
    <section aria-label="Needs action" className="overflow-hidden rounded-l border border-line bg-surface shadow-lift">
      <ul className="divide-y divide-line">
        {shown.map((item) => (
          <AttentionRow key={item.key} item={item} />
        ))}
      </ul>
      {items.length > shown.length && (
        <div className="border-t border-line px-2 py-1">
          <Button kind="quiet" onClick={() => setAll(true)}>
            Show {items.length - shown.length} more
          </Button>
        </div>
      )}
    </section>
  );
}

function AttentionRow({ item }: { item: Item }) {
  const color = item.tone === 'bad' ? 'text-bad' : 'text-warn';
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-3 sm:flex-nowrap">
      <Icon name={item.tone === 'bad' ? 'error' : 'warning'} className={cx('mt-0.5 size-5 self-start', color)} />
      <div className="min-w-0 flex-1 basis-52">
        <p className="font-strong">{item.title}</p>
        <p className="text-ink-muted">{item.text}</p>
      </div>
      <ButtonLink {...item.target} className="max-sm:ms-8">
        {item.action}
      </ButtonLink>
    </li>
  );
}

const columns: readonly Column<Run>[] = [
  {
    key: 'report',
    header: 'Report',
    primary: true,
    // A share of the width, in which a long headline is cut.
    className: 'sm:w-2/5 sm:min-w-28 sm:max-w-0',
    cell: (run) => (
      <>
        <RowLink to="/app/runs/$runId" params={{ runId: run.id }}>
          {run.configuration_snapshot.name ?? run.configuration_snapshot.repository_name}
        </RowLink>
        <Headline text={run.headline} className="text-s text-ink-muted" />
      </>
    ),
  },
  { key: 'status', header: 'Status', cell: (run) => <RunStatusBadge status={run.status} /> },
  {
    key: 'delivery',
    header: 'Delivery',
    cell: (run) => <DeliveryBadge state={run.delivery.state} />,
  },
  { key: 'started', header: 'Started', cell: (run) => <Instant at={run.started_at} focusable={false} /> },
  { key: 'cost', header: 'Cost', align: 'end', cell: (run) => (run.status === 'running' ? '–' : <Money column usd={run.cost_usd} />) },
];

export function LastRuns() {
  const runs = useQuery(lastRunsQuery());
  return (
    <Card>
      <CardHeader title="Last runs" actions={<Link to="/app/runs" search={{}}>All runs</Link>} />
      {runs.data === undefined ? (
        runs.isError ? (
          <ErrorPanel bare error={runs.error} onRetry={() => void runs.refetch()} retrying={runs.isFetching} />
        ) : (
          <SkeletonRows label="Loading the last runs" />
        )
      ) : runs.data.length === 0 ? (
        <EmptyState icon="runs" title="No run yet">
          Each report that is written, tried or tested will be here, with its tokens, cost and delivery.
        </EmptyState>
      ) : (
        <Table caption="Last runs" columns={columns} rows={runs.data} rowKey={(run) => run.id} />
      )}
    </Card>
  );
}

export function NewestNotices() {
  const notices = useQuery(newestNoticesQuery());
  return (
    <Card>
      <CardHeader title="Notices" actions={<Link to="/app/notices">All notices</Link>} />
      {notices.data === undefined ? (
        notices.isError ? (
          <ErrorPanel bare error={notices.error} onRetry={() => void notices.refetch()} retrying={notices.isFetching} />
        ) : (
          <SkeletonRows label="Loading the notices" />
        )
      ) : notices.data.data.length === 0 ? (
        <EmptyState icon="notices" title="No notice">
          Failed reports, silent webhooks and limits will be announced here.
        </EmptyState>
      ) : (
        <ul className="divide-y divide-line">
          {notices.data.data.map((notice) => (
            <li key={notice.id} className="flex gap-3 px-4 py-3 sm:px-6">
              <span className={cx('mt-2 size-2 shrink-0 rounded-full', notice.read ? 'bg-transparent' : 'bg-accent')}>
                {!notice.read && <span className="sr-only">Unread:</span>}
              </span>
              <div className="min-w-0">
                <p className={cx('break-words', !notice.read && 'font-strong')}>{notice.title}</p>
                <p className="text-s text-ink-muted">
                  <Instant at={notice.created_at} focusable={false} />
                </p>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

/** What a new account does first. */
export function FirstSteps({ usage }: { usage: Usage }) {
  const hasRepository = usage.currentRepositories > 0;
  return (
    <Card>
      <EmptyState
        icon={hasRepository ? 'configurations' : 'repositories'}
        title={hasRepository ? 'Say when a report is written, and where it is sent' : 'Add the first repository'}
        action={
          hasRepository ? (
            <ButtonLink kind="primary" icon="plus" to="/app/configurations/new" search={{}}>
              Add configuration
            </ButtonLink>
          ) : (
            <ButtonLink kind="primary" icon="plus" to="/app/repositories" search={{ add: true }}>
              Add repository
            </ButtonLink>
          )
        }
      >
        {hasRepository
          ? 'A configuration has a schedule and a webhook. You see its cost in runs before you save it.'
          : 'Paste any address of a git repository. A report of its commits follows in two steps.'}
      </EmptyState>
    </Card>
  );
}
