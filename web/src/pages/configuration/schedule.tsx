import { useQuery } from '@tanstack/react-query';
import type { Configuration } from '@/api/types';
import { useSwitchSchedule } from '@/api/use-switch-schedule';
import { count, distance, exactInstant, isUnlimited, localFire, spokenInstant, zoneName } from '@/format';
import { Card, CardHeader, cx, ErrorPanel, Figure, Instant, RunStatusBadge, Skeleton, Switch, Tooltip, useNow, useZone } from '@/ui';
import { schedulingQuery } from './queries';

/** When reports are due, and what they use. */
export function Schedule({ configuration, name }: { configuration: Configuration; name: string }) {
  const scheduling = useQuery(schedulingQuery(configuration.id));
  const toggle = useSwitchSchedule(() => name);
  const zone = useZone();
  const now = useNow();
  const { enabled, next_run_at: next, quota_impact: impact, delivery_health: health } = configuration;
  const title = !enabled
    ? 'The schedule is off: no report is due'
    : next !== null
      ? `The next report is due ${spokenInstant(next, zone, now)}`
      : health.state === 'disabled'
        ? 'The schedule pauses: the webhook is disabled'
        : 'No report is due';
  return (
    <Card>
      <CardHeader
        title={title}
        note={scheduling.data?.description ?? `${configuration.schedule}, ${zoneName(configuration.timezone)}`}
        actions={
          <Switch
            showLabel
            label="Schedule is on"
            checked={enabled}
            busy={toggle.isPending}
            onChange={(value) => toggle.mutate({ configuration, enabled: value })}
          />
        }
      />
      <div className="grid gap-x-12 gap-y-6 px-4 pt-2 pb-4 sm:px-6 sm:pb-6 md:grid-cols-2">
        <dl className="grid grid-cols-2 content-start gap-4">
          <Figure label="Still this month" value={count(enabled ? impact.runs_this_month : 0)} unit={impact.runs_this_month === 1 ? 'run' : 'runs'} />
          <Figure
            label="In the month after"
            value={count(impact.runs_per_month)}
            unit={isUnlimited(impact.monthly_limit) ? 'runs' : `of ${count(impact.monthly_limit)} runs`}
            note={impact.exceeds_limit ? 'More than the plan allows' : undefined}
          />
          <Figure
            label="Last report"
            value={
              configuration.last_run_status === null ? (
                <span className="font-normal text-ink-muted">None yet</span>
              ) : (
                <RunStatusBadge status={configuration.last_run_status} />
              )
            }
            note={configuration.last_run_at !== null && <Instant at={configuration.last_run_at} />}
          />
          <Figure label="Runs so far" value={count(configuration.total_runs)} />
        </dl>
        <section>
          <h3 className="text-s font-normal text-ink-muted">
            {enabled ? 'Next reports' : 'Would be due'}, {zoneName(configuration.timezone)}
          </h3>
          {scheduling.data === undefined ? (
            scheduling.isError ? (
              <ErrorPanel bare error={scheduling.error} onRetry={() => void scheduling.refetch()} retrying={scheduling.isFetching} />
            ) : (
              <Skeleton className="mt-1 h-34" />
            )
          ) : (
            <ol className={cx('mt-1 flex max-w-80 flex-col gap-1', !enabled && 'text-ink-muted')}>
              {scheduling.data.next_runs.map((fire) => (
                <li key={fire.utc} className="flex items-baseline justify-between gap-4">
                  <Tooltip text={exactInstant(fire.utc, zone)} focusable={false}>
                    <time dateTime={fire.utc} className="figures whitespace-nowrap">
                      {localFire(fire.local)}
                    </time>
                  </Tooltip>
                  <span className="text-s whitespace-nowrap text-ink-muted">{distance(fire.utc, now)}</span>
                </li>
              ))}
            </ol>
          )}
        </section>
      </div>
    </Card>
  );
}
