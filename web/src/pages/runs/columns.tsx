import { furtherWords } from '@/api/holdings';
import type { Run } from '@/api/types';
import { distance, plural, zoneName } from '@/format';
import { Count, DeliveryBadge, Headline, Instant, Money, RowLink, RunStatusBadge, useNow, useZone, type Column } from '@/ui';
import { triggerWord } from './words';

/** The columns of a list of runs: what it was, how it ended, whether it arrived, when, and what it cost. */
export const runColumns: readonly Column<Run>[] = [
  {
    key: 'report',
    header: 'Report',
    primary: true,
    // A share of the width, in which a long headline is cut.
    className: 'sm:w-2/5 sm:min-w-36 sm:max-w-0',
    cell: (run) => (
      <>
        <RowLink to="/app/runs/$runId" params={{ runId: run.id }} className="break-words">
          {run.configuration_snapshot.name ?? run.configuration_snapshot.repository_name}
        </RowLink>
        <Headline text={run.headline} className="text-s" />
        <Second>
          <span className="break-words">{run.configuration_snapshot.repository_name}</span>
          {furtherWords(run)}, {triggerWord(run.trigger).toLowerCase()}
        </Second>
      </>
    ),
  },
  {
    key: 'status',
    header: 'Status',
    cell: (run) => (
      <>
        <RunStatusBadge status={run.status} />
        <Second>{run.status === 'running' ? <Waiting run={run} /> : run.quota.counted ? 'Counted' : 'Not counted'}</Second>
      </>
    ),
  },
  { key: 'delivery', header: 'Delivery', cell: (run) => <DeliveryCell run={run} /> },
  {
    key: 'started',
    header: <StartedHeader />,
    cell: (run) => (
      <>
        <Instant at={run.started_at} form="short" focusable={false} />
        <Second>
          <Age at={run.started_at} />
        </Second>
      </>
    ),
  },
  {
    key: 'cost',
    header: 'Cost',
    align: 'end',
    cell: (run) => (
      <>
        <Money usd={run.cost_usd} column />
        <Second>
          <Count value={run.tokens_used} short /> tokens
        </Second>
      </>
    ),
  },
];

function Second({ children }: { children: React.ReactNode }) {
  return <span className="block text-s text-ink-muted">{children}</span>;
}

/** The zone of the column's instants. */
function StartedHeader() {
  return <>Started ({zoneName(useZone())})</>;
}

function Age({ at }: { at: string }) {
  return <>{distance(at, useNow())}</>;
}

function Waiting({ run }: { run: Run }) {
  const now = useNow();
  if (run.waiting_until === null) return <>Not counted yet</>;
  return <>Waits, goes on {distance(run.waiting_until, now)}</>;
}

function DeliveryCell({ run }: { run: Run }) {
  const now = useNow();
  const { delivery } = run;
  // An attempt in flight is among the attempts, and has no answer yet.
  const ended = delivery.attempts - (delivery.in_flight ? 1 : 0);
  const parts = [
    delivery.last_status === null ? (ended > 0 ? 'no answer' : '') : `HTTP ${delivery.last_status}`,
    delivery.attempts > 1 ? plural(delivery.attempts, 'attempt') : '',
    delivery.in_flight ? 'one under way' : delivery.next_attempt_at === null ? '' : `next ${distance(delivery.next_attempt_at, now)}`,
  ].filter(Boolean);
  return (
    <>
      <DeliveryBadge state={delivery.state} />
      <Second>{parts.join(', ')}</Second>
    </>
  );
}
