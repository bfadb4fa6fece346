import { Link as RouterLink } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Schema } from '@/api/types';
import { count, distance, exactInstant, isUnlimited, localFire, monthName, plural, spokenInstant, zoneName } from '@/format';
import { Button, Card, cx, ErrorPanel, Icon, Skeleton, Tooltip, useNow, useZone } from '@/ui';
import type { usePreview } from './use-preview';

const FIRES_SHOWN = 5;

interface PreviewCardProps {
  preview: ReturnType<typeof usePreview>;
  schedule: string;
  timezone: string;
  enabled: boolean;
}

/** What saving would lead to: the schedule in words, the server's next fires, and what they use of the limit. */
export function PreviewCard({ preview, schedule, timezone, enabled }: PreviewCardProps) {
  const data = preview.data;
  const refused = schedule.trim() === '' ? 'Choose when reports are written.' : 'This schedule can’t be used: see the field.';
  return (
    <Card label="Before you save" className="flex flex-col">
      <div className="flex flex-col gap-4 p-4 sm:p-6">
        <div>
          <div className="flex items-baseline justify-between gap-4">
            <h2 className="text-m font-strong">Before you save</h2>
            {data !== undefined && !preview.current && <span className="text-s text-ink-muted">Updating…</span>}
          </div>
          <p className="min-h-12 text-ink-muted" aria-live="polite">
            {data === undefined ? !preview.isError && <Skeleton className="h-6 w-full" /> : (data.schedule?.words ?? refused)}
          </p>
        </div>
        {preview.isError && data === undefined ? (
          <ErrorPanel bare error={preview.error} onRetry={() => void preview.refetch()} retrying={preview.isFetching} />
        ) : (
          <div aria-busy={!preview.current} className="flex flex-col gap-4">
            <Fires fires={data?.schedule?.next_fires} enabled={enabled} timezone={timezone} isLoading={data === undefined} />
            <Impact preview={data} />
          </div>
        )}
        {preview.isError && data !== undefined && (
          <p className="flex flex-wrap items-center gap-2 text-s text-bad">
            <Icon name="error" />
            These are earlier answers: the API did not answer.
            <Button kind="quiet" onClick={() => void preview.refetch()} busy={preview.isFetching}>
              Try again
            </Button>
          </p>
        )}
      </div>
    </Card>
  );
}

function Fires({ fires, enabled, timezone, isLoading }: { fires: { at: string; local: string }[] | undefined; enabled: boolean; timezone: string; isLoading: boolean }) {
  const now = useNow();
  const zone = useZone();
  return (
    <section className="flex flex-col gap-1">
      <h3 className="text-s font-normal text-ink-muted">{enabled ? `Next reports, ${zoneName(timezone)}` : 'Would be due, if the schedule were on'}</h3>
      <ol className="flex min-h-35 flex-col gap-1">
        {fires === undefined
          ? isLoading && Array.from({ length: FIRES_SHOWN }, (_, index) => <Skeleton key={index} className="h-6 w-full" />)
          : fires.slice(0, FIRES_SHOWN).map((fire) => (
              <li key={fire.at} className="flex items-baseline justify-between gap-4">
                <Tooltip text={exactInstant(fire.at, zone)} focusable={false}>
                  <time dateTime={fire.at} className="figures whitespace-nowrap">
                    {localFire(fire.local)}
                  </time>
                </Tooltip>
                <span className="text-s whitespace-nowrap text-ink-muted">{distance(fire.at, now)}</span>
              </li>
            ))}
      </ol>
    </section>
  );
}

function Impact({ preview }: { preview: Schema<'Preview'> | undefined }) {
  const zone = useZone();
  const now = useNow();
  if (preview === undefined) return <Skeleton className="h-32 w-full" />;
  const { quota_impact: impact, forecast } = preview;
  if (impact === null) return <p className="text-s text-ink-muted">The runs that it needs are shown once the schedule is valid.</p>;
  const month = monthName(new Date(now).toISOString().slice(0, 7)).split(' ')[0] ?? '';
  return (
    <section className="flex flex-col gap-3">
      <dl className="grid grid-cols-2 gap-4 border-t border-line pt-4">
        <Number label={`Still in ${month}`} value={impact.runs_this_month} />
        <Number label="In the month after" value={impact.runs_per_month} />
      </dl>
      {impact.exceeds_limit ? (
        <Verdict tone="bad">
          This schedule alone needs {plural(impact.runs_per_month, 'run')} a month, and the plan allows {count(impact.monthly_limit)}. <Plan />
        </Verdict>
      ) : forecast === null ? null : forecast.reports_that_do_not_fit > 0 ? (
        <Verdict tone="warn">
          {count(forecast.expected_runs)} of {plural(forecast.monthly_runs_limit, 'run')} are expected this month.{' '}
          {forecast.limit_reached_at !== null && `The limit is reached ${spokenInstant(forecast.limit_reached_at, zone, now)}; `}
          {plural(forecast.reports_that_do_not_fit, 'report')} will be skipped. <Plan />
        </Verdict>
      ) : (
        <Verdict tone="ok">
          It fits: {count(forecast.expected_runs)} {isUnlimited(forecast.monthly_runs_limit) ? 'runs' : `of ${plural(forecast.monthly_runs_limit, 'run')}`} are
          expected by the end of {month}.
        </Verdict>
      )}
    </section>
  );
}

function Plan() {
  return (
    <RouterLink to="/app/profile" className="font-strong text-accent underline-offset-4 hover:underline">
      See plan
    </RouterLink>
  );
}

function Number({ label, value }: { label: string; value: number }) {
  return (
    <div>
      <dt className="text-s text-ink-muted">{label}</dt>
      <dd>
        <span className="figures font-strong">{count(value)}</span> <span className="text-s text-ink-muted">{value === 1 ? 'run' : 'runs'}</span>
      </dd>
    </div>
  );
}

const verdicts = { ok: ['check-circle', 'text-ok'], warn: ['warning', 'text-warn'], bad: ['error', 'text-bad'] } as const;

function Verdict({ tone, children }: { tone: keyof typeof verdicts; children: ReactNode }) {
  const [icon, color] = verdicts[tone];
  return (
    <p className="flex items-start gap-2 text-s" role="status">
      <Icon name={icon} className={cx('mt-0.5 size-4', color)} />
      <span>{children}</span>
    </p>
  );
}
