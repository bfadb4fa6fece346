import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, read } from '@/api/client';
import { useRepositories } from '@/api/holdings';
import { toApiError } from '@/api/problem';
import type { Configuration, Schema } from '@/api/types';
import { useIntentKey } from '@/api/use-intent-key';
import { useStay } from '@/app/use-stay';
import { addDays, count, dayIn, exactInstant, startOfDay, zoneName } from '@/format';
import { announce, Button, Callout, Count, cx, Dialog, ErrorPanel, Field, Figure, Input, Money, Skeleton, useNow, useSettled, useZone } from '@/ui';
import { FailedRepositories } from '@/pages/runs/failed-repositories';
import { SETTLE_MS } from '../configuration-form/use-preview';

type Range = Schema<'RunRequest'>;
type Estimate = Schema<'Estimate'>;

/** A range that the API takes, in days. */
const DAYS_MAX = 31;

interface RunDialogProps {
  open: boolean;
  onClose: () => void;
  configuration: Configuration;
}

/** Runs a report now, over a range of days. What it would use and cost is shown before it can be started. */
export function RunDialog({ open, ...rest }: RunDialogProps) {
  return open ? <OpenDialog {...rest} /> : null;
}

function OpenDialog({ onClose, configuration }: Omit<RunDialogProps, 'open'>) {
  const zone = useZone();
  const openedAt = useState(useNow())[0];
  const today = dayIn(openedAt, zone);
  const [from, setFrom] = useState(addDays(today, -7));
  const [to, setTo] = useState(today);
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const intent = useIntentKey();
  const { id } = configuration;

  const range = rangeOf(from, to, zone, openedAt);
  const wrong = wrongWith(from, to, today, zone);
  const settled = useSettled(range, SETTLE_MS);
  const estimate = useQuery({
    // Not under the configurations: an estimate reads the git host, and nothing that is saved here changes it.
    queryKey: ['estimate', id, settled],
    queryFn: ({ signal }): Promise<Estimate> =>
      read(
        api.POST('/report-configurations/{id}/run', { params: { path: { id }, query: { estimate: true } }, body: settled ?? { from: '', to: '' }, signal }),
      ) as Promise<Estimate>,
    enabled: settled !== null && wrong === undefined,
    retry: false,
    staleTime: 30_000,
  });
  const isCurrent = JSON.stringify(range) === JSON.stringify(settled);
  const run = useMutation({
    mutationFn: async (body: Range) =>
      (await read(api.POST('/report-configurations/{id}/run', { params: { path: { id }, header: { 'Idempotency-Key': intent.keyFor(body) } }, body }))) as Schema<'Run'>,
    onMutate: useStay(),
    onSuccess: (started, _, isStillHere) => {
      intent.done();
      announce('Run started', 'Its report appears here when it is written.');
      void queryClient.invalidateQueries({ queryKey: ['report-runs'] });
      void queryClient.invalidateQueries({ queryKey: ['report-configurations'] });
      if (isStillHere()) void navigate({ to: '/app/runs/$runId', params: { runId: started.id } });
    },
  });
  const problem = [run.error, estimate.error].filter((each) => each !== null).map(toApiError)[0];
  const canRun = isCurrent && estimate.data?.quota.can_run === true && wrong === undefined;
  const presets = [
    ['Today', today, today],
    ['7 days', addDays(today, -7), today],
    ['14 days', addDays(today, -14), today],
    ['30 days', addDays(today, -30), today],
  ] as const;
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title="Run report"
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" icon="runs" disabled={!canRun} busy={run.isPending} onClick={() => range !== null && run.mutate(range)}>
            Run report
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <div className="grid grid-cols-4 gap-2 sm:flex" role="group" aria-label="Ranges">
          {presets.map(([word, first, last]) => {
            const isChosen = from === first && to === last;
            return (
              <Button
                key={word}
                aria-pressed={isChosen}
                className={cx('max-sm:px-1!', isChosen && 'border-accent! text-accent')}
                onClick={() => {
                  setFrom(first);
                  setTo(last);
                }}
              >
                {word}
              </Button>
            );
          })}
        </div>
        <div className="grid grid-cols-2 gap-4">
          <Field label="From" error={wrong ?? problem?.fieldError('/from')}>
            {(control) => <Input {...control} type="date" max={today} value={from} onChange={(event) => setFrom(event.target.value)} />}
          </Field>
          <Field label="To, inclusive" error={problem?.fieldError('/to')}>
            {(control) => <Input {...control} type="date" max={today} value={to} onChange={(event) => setTo(event.target.value)} />}
          </Field>
        </div>
        <p className="text-s text-ink-muted">
          Days of {zoneName(zone)}, at most {DAYS_MAX} of them.{' '}
          {configuration.covered_until !== null && <>Scheduled reports have covered commits until {exactInstant(configuration.covered_until, zone)}; this run does not change that.</>}
        </p>
        <div aria-live="polite" className="min-h-36">
          {wrong !== undefined ? null : estimate.data !== undefined && isCurrent ? (
            <Estimated estimate={estimate.data} />
          ) : estimate.isError && isCurrent ? (
            estimate.error !== null && toApiError(estimate.error).errors.length > 0 ? null : (
              <ErrorPanel error={estimate.error} onRetry={() => void estimate.refetch()} retrying={estimate.isFetching} />
            )
          ) : (
            <div role="status" aria-label="Estimating">
              <Skeleton className="h-36" />
            </div>
          )}
        </div>
        {run.isError && <ErrorPanel error={run.error} />}
      </div>
    </Dialog>
  );
}

/** The instants of a range of days. It ends now, if the last day is today. */
function rangeOf(from: string, to: string, zone: string, now: number): Range | null {
  if (from === '' || to === '') return null;
  const end = Math.min(Date.parse(startOfDay(addDays(to, 1), zone)), now);
  return { from: startOfDay(from, zone), to: new Date(end).toISOString() };
}

function wrongWith(from: string, to: string, today: string, zone: string): string | undefined {
  if (from === '' || to === '') return 'Choose both days.';
  if (from > to) return 'The first day must not be after the last one.';
  if (from > today) return `No day of this range has begun in ${zoneName(zone)}.`;
  if (to > today) return 'The last day must not be after today.';
  if (addDays(from, DAYS_MAX) <= to) return `Choose at most ${DAYS_MAX} days.`;
  return undefined;
}

const blocked: Record<string, string> = {
  limit_reached: 'All runs of this month are used.',
  slots_in_use: 'Running reports hold the last free runs.',
  uncounted_runs_reached: 'Too many runs that don’t count were started this month.',
  account_closed: 'This account is closed.',
};

function Estimated({ estimate }: { estimate: Estimate }) {
  const { quota } = estimate;
  const { find } = useRepositories();
  return (
    <div className="flex flex-col gap-4">
      <dl className="grid grid-cols-2 gap-4 sm:grid-cols-4">
        <Figure label="Commits" value={<Count value={estimate.commits} />} />
        <Figure label="Cost" value={<Money usd={estimate.estimated_cost_usd} />} note="at most" />
        <Figure
          label="Tokens"
          value={<Count value={estimate.estimated_prompt_tokens + estimate.estimated_completion_tokens} />}
          note="at most"
        />
        <Figure label="Model" value={<span className="whitespace-normal break-words">{estimate.model}</span>} />
      </dl>
      <FailedRepositories failed={estimate.failed_repositories} nameOf={(id) => find(id)?.name}>
        The estimate is about the others.
      </FailedRepositories>
      {!quota.can_run ? (
        <Callout tone="bad" icon="blocked" title={blocked[quota.blocked_reason ?? ''] ?? 'This run can’t start now.'}>
          {quota.blocked_reason === 'slots_in_use' ? 'Try again when one has ended.' : `Runs start again on ${exactInstant(quota.resets_at, 'UTC')}.`}
        </Callout>
      ) : estimate.would_count ? (
        <p>
          It uses 1 of the {count(quota.remaining)} {quota.remaining === 1 ? 'run' : 'runs'} that are left ({count(quota.used)} of {count(quota.limit)} used).
        </p>
      ) : (
        <p>It does not count: there are no commits in this range.</p>
      )}
    </div>
  );
}
