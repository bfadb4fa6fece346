import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { api, read } from '@/api/client';
import type { Run, RunWithContent, Schema } from '@/api/types';
import { useIntentKey } from '@/api/use-intent-key';
import { useStay } from '@/app/use-stay';
import { plural, resetInstant } from '@/format';
import { FailedRepositories, namesOf } from '@/pages/runs/failed-repositories';
import { announce, Button, Callout, ConfirmDialog, Count, Dialog, ErrorPanel, Figure, Instant, Money, Skeleton, useNow } from '@/ui';
import { runQuery } from './queries';

type Open = 'cancel' | 'redeliver' | 'again' | null;

/** What can be done with the run in its state. */
export function RunActions({ run }: { run: RunWithContent }) {
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const state = run.delivery.state;
  const canRedeliver = run.status === 'success' && state !== 'none' && state !== 'pending' && !run.report_content_expired;
  return (
    <>
      {run.status === 'running' && (
        <Button kind="danger" icon="blocked" onClick={() => setOpen('cancel')}>
          Cancel run
        </Button>
      )}
      {canRedeliver && (
        <Button icon="send" onClick={() => setOpen('redeliver')}>
          Redeliver report
        </Button>
      )}
      {run.status !== 'running' && (
        <Button kind={run.status === 'failed' ? 'primary' : 'secondary'} icon="retry" onClick={() => setOpen('again')}>
          Run again
        </Button>
      )}
      <CancelDialog run={run} open={open === 'cancel'} onClose={close} />
      <RedeliverDialog run={run} open={open === 'redeliver'} onClose={close} />
      <RunAgainDialog run={run} open={open === 'again'} onClose={close} />
    </>
  );
}

interface DialogProps {
  run: RunWithContent;
  open: boolean;
  onClose: () => void;
}

/** Shows what the API has answered about the run, and refreshes what is derived from it. */
function useApply(): (changed: Run) => void {
  const client = useQueryClient();
  return (changed) => {
    client.setQueryData(runQuery(changed.id).queryKey, (known) => (known === undefined ? known : { ...known, ...changed }));
    void client.invalidateQueries({ queryKey: ['report-runs'] });
    void client.invalidateQueries({ queryKey: ['report-configurations'] });
  };
}

function CancelDialog({ run, open, onClose }: DialogProps) {
  const apply = useApply();
  const cancel = useMutation({
    mutationFn: () => read(api.POST('/report-runs/{id}/cancel', { params: { path: { id: run.id } } })),
    onSuccess: (changed) => {
      onClose();
      apply(changed);
      announce('Run cancelled', 'It does not count, and its slot is free again.');
    },
  });
  const { reset } = cancel;
  useEffect(reset, [open, reset]);
  const name = run.configuration_snapshot.name ?? run.configuration_snapshot.repository_name;
  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      onConfirm={() => cancel.mutate()}
      title="Cancel run"
      action="Cancel run"
      busy={cancel.isPending}
      error={cancel.isError && <ErrorPanel error={cancel.error} />}
    >
      The report of <span className="font-strong text-ink">{name}</span> that is being written is lost, and is not sent. The run does not count.
      Tokens that it has used are recorded.
    </ConfirmDialog>
  );
}

function RedeliverDialog({ run, open, onClose }: DialogProps) {
  const apply = useApply();
  const intent = useIntentKey();
  const redeliver = useMutation({
    mutationFn: () =>
      read(api.POST('/report-runs/{id}/redeliver', { params: { path: { id: run.id }, header: { 'Idempotency-Key': intent.keyFor(run.id) } } })),
    onSuccess: (changed) => {
      onClose();
      apply(changed);
      announce('Report is sent again', 'Its attempts are listed under Delivery.');
    },
  });
  const { reset } = redeliver;
  useEffect(() => {
    reset();
    // Each opening is an intention of its own; within one, a repeat does nothing twice.
    intent.done();
  }, [open, reset]);
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Redeliver report"
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" icon="send" busy={redeliver.isPending} onClick={() => redeliver.mutate()}>
            Redeliver report
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <p className="text-ink-muted">
          The stored report is sent at once to the webhook of its configuration, with the same <span className="font-mono text-s">webhook-id</span>{' '}
          and the usual retries. It does not count as a run.
          {run.delivery.state === 'delivered' && ' The receiver has it already: a chat would show it twice.'}
        </p>
        {redeliver.isError && <ErrorPanel error={redeliver.error} />}
      </div>
    </Dialog>
  );
}

const DAY_MS = 86_400_000;
const RANGE_DAYS_MAX = 31;

interface RunRange {
  from: string;
  to: string;
  note: string | null;
}

/** The range of the run; without one, the week before it. */
export function rangeOf(run: Run): RunRange {
  if (run.range_from === null || run.range_to === null) {
    const to = run.started_at;
    return { from: new Date(Date.parse(to) - 7 * DAY_MS).toISOString(), to, note: 'The run ended before it had a range: these are the seven days before it.' };
  }
  const earliest = Date.parse(run.range_to) - RANGE_DAYS_MAX * DAY_MS;
  return Date.parse(run.range_from) >= earliest
    ? { from: run.range_from, to: run.range_to, note: null }
    : { from: new Date(earliest).toISOString(), to: run.range_to, note: 'A run has at most 31 days: these are the last ones of its range.' };
}

const blocked: Record<string, string> = {
  slots_in_use: 'The runs that are under way hold the last slots. Wait until one ends.',
  limit_reached: 'All runs of the month are used.',
  uncounted_runs_reached: 'Too many runs that don’t count were started this month.',
  account_closed: 'The account is closed.',
};

function RunAgainDialog({ run, open, onClose }: DialogProps) {
  const apply = useApply();
  const navigate = useNavigate();
  const client = useQueryClient();
  const now = useNow();
  const intent = useIntentKey();
  const range = rangeOf(run);
  const body = { from: range.from, to: range.to };
  const id = run.report_configuration_id;
  const estimate = useQuery({
    queryKey: ['estimates', id, range.from, range.to],
    enabled: open,
    gcTime: 0,
    staleTime: 0,
    refetchOnWindowFocus: false,
    queryFn: async ({ signal }): Promise<Schema<'Estimate'>> =>
      (await read(
        api.POST('/report-configurations/{id}/run', {
          params: { path: { id }, query: { estimate: true } }, body, signal,
        }),
      )) as Schema<'Estimate'>,
  });
  const start = useMutation({
    mutationFn: async () =>
      (await read(
        api.POST('/report-configurations/{id}/run', {
          params: { path: { id }, header: { 'Idempotency-Key': intent.keyFor(body) } }, body,
        }),
      )) as Run,
    onMutate: useStay(),
    onSuccess: (started, _, isStillHere) => {
      onClose();
      apply(started);
      void client.invalidateQueries({ queryKey: ['report-runs', 'usage'] });
      announce('Run started');
      if (isStillHere()) void navigate({ to: '/app/runs/$runId', params: { runId: started.id } });
    },
  });
  const { reset } = start;
  useEffect(() => {
    reset();
    // Each opening is an intention of its own; within one, a repeat does nothing twice.
    intent.done();
  }, [open, reset]);
  const found = estimate.data;
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Run again"
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" icon="runs" busy={start.isPending} disabled={found === undefined || !found.quota.can_run} onClick={() => start.mutate()}>
            Run report
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <p className="text-ink-muted">
          A new run over the same commits, with the settings that the configuration has now: from{' '}
          <Instant at={range.from} form="exact" /> to <Instant at={range.to} form="exact" />.{range.note !== null && ` ${range.note}`}
        </p>
        {found === undefined ? (
          estimate.isError ? (
            <ErrorPanel error={estimate.error} onRetry={() => void estimate.refetch()} retrying={estimate.isFetching} />
          ) : (
            <div role="status" aria-label="Estimating the run">
              <Skeleton className="h-32" />
            </div>
          )
        ) : (
          <>
            <dl className="grid grid-cols-2 gap-4 min-h-32">
              <Figure label="Commits" value={<Count value={found.commits} />} />
              <Figure label="Counts" value={found.would_count ? 'Yes' : 'No'} note={found.would_count ? '1 run of the limit' : 'No commit in this range'} />
              <Figure label="Tokens, at most" value={<Count value={found.estimated_prompt_tokens + found.estimated_completion_tokens} />} note={found.model} />
              <Figure label="Cost, at most" value={<Money usd={found.estimated_cost_usd} />} note={`${plural(found.quota.remaining, 'run')} left this month`} />
            </dl>
            <FailedRepositories failed={found.failed_repositories} nameOf={namesOf(run)}>
              The estimate is about the others.
            </FailedRepositories>
            {!found.quota.can_run && (
              <Callout tone="warn" icon="blocked" title="The run can’t start now">
                {blocked[found.quota.blocked_reason ?? ''] ?? 'The API allows no run at the moment.'}{' '}
                {found.quota.blocked_reason !== 'slots_in_use' && found.quota.blocked_reason !== 'account_closed' && `The limit resets ${resetInstant(found.quota.resets_at, now)}.`}
              </Callout>
            )}
          </>
        )}
        {start.isError && <ErrorPanel error={start.error} />}
      </div>
    </Dialog>
  );
}
