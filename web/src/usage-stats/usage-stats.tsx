import './usage-stats.css';
import { useId, type ReactNode } from 'react';
import {
  browserZone, clock, compact, count, distance, dollars, exactInstant, knownZone, monthName, percentage, plural, resetInstant, roundDollars,
  shortInstant, zoneName,
} from '../format';
import { LevelIcon } from './icons';
import { advice, levelOf, levelWords, limitOf, type Level } from './level';
import type { UsageData, UsageSource } from './types';
import { RUNNING_INTERVAL_MS, useCurrentInstant, useUsage, VISIBLE_INTERVAL_MS } from './use-usage';

export interface UsageStatsProps {
  /** Loads the usage: `usageSource({ apiUrl, token })`, or a function of your own. */
  source: UsageSource;
  /** Where the application's query client keeps it; `['git-report', 'usage']` by default. */
  queryKey?: readonly unknown[];
  /** The IANA zone in which instants are shown; the browser's by default. The reset is in UTC. */
  timeZone?: string;
  /** `auto` (the default) follows the system. */
  theme?: 'auto' | 'light' | 'dark';
  /** Which heading the title is; 2 by default. */
  headingLevel?: 2 | 3 | 4;
  /** What the user can do at a level, such as a link to the plans. */
  action?: (level: Level, usage: UsageData) => ReactNode;
  className?: string;
}

/** The month's usage: how much of the limit is used, what it cost, what happens next. It keeps itself up to date. */
export function UsageStats({ source, queryKey, timeZone, theme = 'auto', headingLevel = 2, action, className }: UsageStatsProps) {
  const usage = useUsage(source, queryKey);
  const frame = { theme, className };
  if (usage.data !== undefined) {
    return (
      <Frame {...frame} level={levelOf(usage.data)}>
        <Content
          usage={usage.data}
          answeredAt={usage.dataUpdatedAt}
          zone={timeZone === undefined ? browserZone() : knownZone(timeZone)}
          headingLevel={headingLevel}
          action={action}
          failed={usage.isError ? usage.error : null}
          onRetry={() => void usage.refetch()}
        />
      </Frame>
    );
  }
  return (
    <Frame {...frame} level={usage.isError ? 'reached' : 'normal'}>
      {/* The skeleton is the content itself, without its words: it has the same height by construction. */}
      <div className="gru-stack">
        <div className={usage.isError ? 'gru-ghost' : 'gru-ghost gru-skeleton'} aria-hidden="true">
          <Content usage={placeholder} answeredAt={0} zone="UTC" headingLevel={headingLevel} action={undefined} failed={null} />
        </div>
        {usage.isError ? (
          <Failure error={usage.error} busy={usage.isFetching} onRetry={() => void usage.refetch()} />
        ) : (
          <p role="status" className="gru-hidden">
            Loading the usage
          </p>
        )}
      </div>
    </Frame>
  );
}

function Frame({
  theme,
  className,
  level,
  children,
}: {
  theme: 'auto' | 'light' | 'dark';
  className: string | undefined;
  level: Level;
  children: ReactNode;
}) {
  return (
    <section
      className={className === undefined ? 'gru' : `gru ${className}`}
      data-level={level}
      data-theme={theme === 'auto' ? undefined : theme}
      aria-label="Usage"
    >
      {children}
    </section>
  );
}

interface ContentProps {
  usage: UsageData;
  answeredAt: number;
  zone: string;
  headingLevel: 2 | 3 | 4;
  action: UsageStatsProps['action'];
  failed: Error | null;
  onRetry?: () => void;
}

function Content({ usage, answeredAt, zone, headingLevel, action, failed, onRetry }: ContentProps) {
  const now = useCurrentInstant();
  const level = levelOf(usage);
  const month = usage.monthlyUsage;
  const Heading = `h${headingLevel}` as const;
  const { title, text } = advice(usage);
  const offered = action?.(level, usage);
  const asOf = usage.as_of ?? new Date(answeredAt).toISOString();
  return (
    <div className="gru-content">
      <header className="gru-header">
        <Heading className="gru-title">Usage in {monthName(month.month).split(' ')[0]}</Heading>
        <span className="gru-badge">
          <LevelIcon level={level} />
          {levelWords[level]}
        </span>
      </header>
      <Progress usage={usage} level={level} />
      <p className="gru-scale">
        <span>
          Resets <time dateTime={usage.resetsAt}>{resetInstant(usage.resetsAt, now)}</time>
        </span>
        {usage.limits && <span>{planName(usage.limits.plan_name)} plan</span>}
      </p>
      <div className="gru-advice" role="status">
        <LevelIcon level={level} />
        <div className="gru-advice-words">
          <p className="gru-strong">{title}</p>
          <p>{text}</p>
        </div>
        {offered && <div className="gru-action">{offered}</div>}
      </div>
      <dl className="gru-figures">
        <Figure label="Remaining" value={limitOf(usage) === null ? 'No limit' : count(usage.runsRemaining)} note={remainingNote(usage)} />
        <Figure label="Successful" value={count(month.successful_runs)} note={`${count(month.counted_runs)} counted`} />
        <Figure label="Failed" value={count(month.failed_runs)} note="not counted" />
        <Figure label="In flight" value={count(usage.runsInFlight)} note={usage.runsInFlight === 0 ? 'nothing runs' : 'now'} />
        <Figure label="Tests" value={count(month.test_runs)} note="not counted" />
        <Figure
          label="Tokens"
          value={compact(month.total_tokens)}
          exact={count(month.total_tokens)}
          note={`${compact(month.prompt_tokens)} in, ${compact(month.completion_tokens)} out`}
        />
        <Figure
          label="Cost"
          value={roundDollars(month.total_cost_usd)}
          exact={dollars(month.total_cost_usd)}
          note={costNote(month.unpriced_runs)}
        />
        <Figure
          label="Last run"
          value={
            month.last_run_at === null ? (
              'None yet'
            ) : (
              <time dateTime={month.last_run_at} title={exactInstant(month.last_run_at, zone, true)}>
                {distance(month.last_run_at, now)}
              </time>
            )
          }
          note={month.last_run_at === null ? 'this month' : `${shortInstant(month.last_run_at, zone)} ${placeOf(zone)}`}
        />
      </dl>
      <footer className="gru-footer">
        {failed === null ? (
          <span>
            As of <time dateTime={asOf}>{`${clock(asOf, zone, true)} ${zoneName(zone)}`}</time>, updated every{' '}
            {(usage.runsInFlight > 0 ? RUNNING_INTERVAL_MS : VISIBLE_INTERVAL_MS) / 1_000}{'\u00a0'}s
          </span>
        ) : (
          <span role="status" className="gru-stale">
            <LevelIcon level="error" />
            As of {clock(asOf, zone, true)} {zoneName(zone)}: the last update failed.
            <button type="button" className="gru-link" onClick={onRetry}>
              Try again
            </button>
          </span>
        )}
      </footer>
    </div>
  );
}

function Progress({ usage, level }: { usage: UsageData; level: Level }) {
  const id = useId();
  const limit = limitOf(usage);
  const answer =
    limit === null ? plural(usage.runsUsed, 'run') : `${count(usage.runsUsed)} of ${plural(limit, 'run')}`;
  const used = limit === null || limit === 0 ? (limit === 0 ? 100 : 0) : Math.min(100, (usage.runsUsed / limit) * 100);
  const flying = limit === null || limit === 0 ? 0 : Math.min(100 - used, (usage.runsInFlight / limit) * 100);
  return (
    <>
      <p className="gru-answer" id={id}>
        <span className="gru-number">{count(usage.runsUsed)}</span>
        <span className="gru-of">{limit === null ? `${usage.runsUsed === 1 ? 'run' : 'runs'} counted` : `of ${plural(limit, 'run')} used`}</span>
        {limit !== null && <span className="gru-percent">{percentage(usage.usagePercentage)}</span>}
      </p>
      {limit === null ? (
        <div className="gru-bar gru-bar-open" aria-hidden="true" />
      ) : (
        <div
          className="gru-bar"
          role="progressbar"
          aria-label="Runs used this month"
          aria-valuemin={0}
          aria-valuemax={limit}
          aria-valuenow={Math.min(usage.runsUsed, limit)}
          aria-valuetext={`${answer} used, ${percentage(usage.usagePercentage)}. ${levelWords[level]}.`}
        >
          <span className="gru-fill" style={{ width: `${used}%` }} />
          {flying > 0 && <span className="gru-flying" style={{ width: `${flying}%` }} />}
          <span className="gru-mark" />
        </div>
      )}
    </>
  );
}

function Figure({ label, value, exact, note }: { label: string; value: ReactNode; exact?: string; note: ReactNode }) {
  return (
    <div className="gru-figure">
      <dt>{label}</dt>
      <dd>
        <span className="gru-value" title={exact}>
          {value}
        </span>
        <span className="gru-note">{note}</span>
      </dd>
    </div>
  );
}

function Failure({ error, busy, onRetry }: { error: Error; busy: boolean; onRetry: () => void }) {
  const { title, detail, requestId } = error as Partial<{ title: string; detail: string; requestId: string | null }>;
  return (
    <div role="alert" className="gru-failure">
      <LevelIcon level="error" />
      <p className="gru-strong">{title ?? 'The usage could not be loaded'}</p>
      <p>{detail ?? error.message}</p>
      {requestId && (
        <p className="gru-note">
          Request <code>{requestId}</code>
        </p>
      )}
      <button type="button" className="gru-button" aria-busy={busy} onClick={onRetry}>
        Try again
      </button>
    </div>
  );
}

function remainingNote(usage: UsageData): string {
  const limit = limitOf(usage);
  return limit === null ? 'this month' : `of ${count(limit)}`;
}

function costNote(unpriced: number): string {
  return unpriced === 0 ? 'US dollars' : `${plural(unpriced, 'run')} without a price`;
}

function planName(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** `Berlin` of `Europe/Berlin`: the full name is in the tooltip. */
function placeOf(zone: string): string {
  return (zoneName(zone).split('/').pop() ?? zone).replaceAll('_', ' ');
}

const placeholder: UsageData = {
  monthlyUsage: {
    month: '2026-01-01T00:00:00.000Z', total_runs: 1, successful_runs: 10, failed_runs: 1, test_runs: 1, counted_runs: 10,
    total_tokens: 10_000, prompt_tokens: 8_000, completion_tokens: 2_000, total_cost_usd: 0.01, unpriced_runs: 0,
    last_run_at: '2026-01-15T10:00:00.000Z',
  },
  monthlyLimit: 50,
  runsUsed: 0,
  runsRemaining: 40,
  runsInFlight: 0,
  usagePercentage: 20,
  warning: 'none',
  blockedReason: null,
  resetsAt: '2026-02-01T00:00:00.000Z',
  limits: { plan_name: 'free' },
};
