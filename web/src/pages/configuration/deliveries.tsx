import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { Configuration, Schema } from '@/api/types';
import { Button, Card, CardHeader, DeliveryBadge, EmptyState, EndpointBadge, ErrorPanel, Instant, RowLink, Select, SkeletonRows, Table, type Column } from '@/ui';
import { triggerWord } from '../runs/words';
import { deliveriesQuery } from './queries';
import { receiverDid } from './words';

type Row = Schema<'ConfigurationDelivery'>;

const route = getRouteApi('/app/configurations/$configurationId');
const states = { pending: 'Pending', delivered: 'Delivered', refused: 'Refused', exhausted: 'Exhausted' } as const;

const columns: readonly Column<Row>[] = [
  {
    key: 'report',
    header: 'Report',
    primary: true,
    cell: (row) => (
      <span className="block py-1">
        <RowLink to="/app/runs/$runId" params={{ runId: row.run_id }}>
          <Instant at={row.started_at} form="short" focusable={false} />
        </RowLink>
        <span className="block text-s text-ink-muted">{triggerWord(row.trigger)}</span>
      </span>
    ),
  },
  { key: 'state', header: 'Delivery', cell: (row) => <DeliveryBadge state={row.delivery.state} /> },
  { key: 'attempts', header: 'Attempts', align: 'end', cell: (row) => row.delivery.attempts },
  {
    key: 'answer',
    header: 'Last answer',
    className: 'max-sm:col-span-2',
    cell: (row) => {
      const last = row.last_attempt;
      if (last === null) return <span className="text-ink-muted">None recorded</span>;
      const did = receiverDid(last.error_class, last.response_status);
      return (
        <span className="block py-1">
          {did.charAt(0).toUpperCase() + did.slice(1)}
          {last.response_excerpt && last.error_class !== null && (
            <span className="block max-w-96 text-s break-words text-ink-muted line-clamp-2">“{last.response_excerpt}”</span>
          )}
        </span>
      );
    },
  },
  {
    key: 'next',
    header: 'Next attempt',
    cell: (row) =>
      row.delivery.in_flight ? 'Now' : <Instant at={row.delivery.next_attempt_at} absent="–" focusable={false} />,
  },
];

/** The deliveries of the configuration's reports, newest first. */
export function Deliveries({ configuration, onRecover }: { configuration: Configuration; onRecover: () => void }) {
  const { delivery_state: state } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useInfiniteQuery({
    ...deliveriesQuery(configuration.id, state),
    refetchInterval: ({ state: { data } }) => (data?.pages.some((page) => page.data.some((row) => row.delivery.state === 'pending')) ? 10_000 : false),
  });
  const rows = query.data?.pages.flatMap((page) => page.data);
  return (
    <Card>
      <CardHeader
        title={
          <span className="inline-flex flex-wrap items-center gap-2">
            Deliveries
            {configuration.webhook_url !== null && <EndpointBadge state={configuration.delivery_health.state} />}
          </span>
        }
        note="Newest first. Every attempt is on the page of its run."
        actions={
          <div className="flex flex-wrap gap-2">
            <Select
              className="w-40"
              aria-label="State of the delivery"
              value={state ?? ''}
              onChange={(event) =>
                void navigate({ search: { delivery_state: (event.target.value || undefined) as typeof state }, replace: true, resetScroll: false })
              }
            >
              <option value="">All states</option>
              {Object.entries(states).map(([value, word]) => (
                <option key={value} value={value}>
                  {word}
                </option>
              ))}
            </Select>
            <Button icon="retry" onClick={onRecover}>
              Send failed again
            </Button>
          </div>
        }
      />
      {rows === undefined ? (
        query.isError ? (
          <ErrorPanel bare error={query.error} onRetry={() => void query.refetch()} retrying={query.isFetching} />
        ) : (
          <SkeletonRows rows={4} label="Loading the deliveries" />
        )
      ) : rows.length === 0 && !query.hasNextPage ? (
        <EmptyState icon="send" title={state === undefined ? 'No delivery yet' : 'No delivery in this state'}>
          {state !== undefined
            ? 'Choose another state to see more.'
            : configuration.webhook_url === null
              ? 'Without a webhook address, reports are stored and not sent.'
              : 'Each report that is sent will be here, with what the receiver answered.'}
        </EmptyState>
      ) : (
        <>
          {query.isError && <ErrorPanel bare error={query.error} onRetry={() => void query.refetch()} retrying={query.isFetching} />}
          <Table caption="Deliveries" columns={columns} rows={rows} rowKey={(row) => row.run_id} />
        </>
      )}
      {query.hasNextPage && (
        <div className="border-t border-line px-2 py-1">
          <Button kind="quiet" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {rows?.length === 0 ? 'Search further back' : 'Show more deliveries'}
          </Button>
        </div>
      )}
    </Card>
  );
}
