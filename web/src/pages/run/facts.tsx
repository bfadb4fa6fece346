import type { ReactNode } from 'react';
import type { Schema } from '@/api/types';
import { count, plural } from '@/format';
import { Card, CardHeader, Count, Figure, Instant } from '@/ui';

/** What the report is about in numbers. Names of areas are texts of the repository, shown as they are. */
export function Facts({ facts }: { facts: Schema<'Facts'> }) {
  const { additions, deletions, kinds, areas, activity } = facts;
  const beside = activity === null ? [] : besideCommits(activity);
  const routine = [
    facts.dependency_updates > 0 && plural(facts.dependency_updates, 'dependency update'),
    facts.reverted > 0 && `${count(facts.reverted)} taken back`,
  ].filter(Boolean);
  return (
    <Card>
      <CardHeader title="Facts" note="Counted from the commits, not by a model." />
      <div className="flex flex-col gap-3 px-4 pb-4 sm:px-6">
        <dl className="grid grid-cols-2 gap-4 sm:grid-cols-4">
          <Figure label="Changes" value={<Count value={facts.changes} />} note={`${plural(facts.commits, 'commit')}${facts.merges > 0 ? `, ${plural(facts.merges, 'merge')}` : ''}`} />
          <Figure label="People" value={<Count value={facts.people} />} note={facts.bots > 0 ? `and ${plural(facts.bots, 'bot')}` : undefined} />
          <Figure
            label="Breaking"
            value={<span className={facts.breaking > 0 ? 'text-bad' : undefined}>{facts.breaking > 0 ? count(facts.breaking) : 'None'}</span>}
          />
          {additions !== null && deletions !== null && <Figure label="Lines" value={`+${count(additions)} −${count(deletions)}`} />}
        </dl>
        <Earlier facts={facts} />
        {kinds.length > 0 && <Counts label="Kinds of changes" items={kinds.map(({ kind, changes }) => [kind, changes])} />}
        {areas.length > 0 && <Counts label="Most changed areas" items={areas.map(({ name, changes }) => [name, changes])} isCode />}
        {beside.length > 0 && <Counts label="Beside the commits" items={beside} />}
        {activity !== null && activity.waiting.length > 0 && <Waiting requests={activity.waiting} />}
        {facts.warnings.length > 0 && <p className="text-s text-ink-muted">Noticed: {facts.warnings.map(warningWords).join('; ')}.</p>}
        {routine.length > 0 && <p className="text-s text-ink-muted">Among them: {routine.join(', ')}.</p>}
      </div>
    </Card>
  );
}

/** What the periods before had, and who contributed for the first time. Names are texts of the repository. */
function Earlier({ facts: { trend, authors } }: { facts: Schema<'Facts'> }): ReactNode {
  const [before] = trend?.comparable ?? [];
  const sentences = [
    before !== undefined && `The period before: ${plural(before.commits, 'commit')}.`,
    trend !== null && trend.mean_commits !== null && `The mean of the ${trend.comparable.length} periods before: ${plural(trend.mean_commits, 'commit')}.`,
    trend !== null && trend.quiet_before > 0 && `Directly before: ${trend.quiet_at_least ? 'at least ' : ''}${plural(trend.quiet_before, 'period')} without commits.`,
  ].filter(Boolean);
  const newcomers = authors.filter((author) => author.first_time);
  return (
    <>
      {sentences.length > 0 && <p className="text-s text-ink-muted">{sentences.join(' ')}</p>}
      {newcomers.length > 0 && (
        <p className="text-s text-ink-muted">
          First commits by{' '}
          {newcomers.map(({ name }, index) => (
            // Two people can have one name.
            <span key={`${name} ${index}`}>
              {index > 0 && ', '}
              <bdi>{name}</bdi>
            </span>
          ))}
          .
        </p>
      )}
    </>
  );
}

/** What happened, without what did not. */
function besideCommits(activity: Schema<'Activity'>): [word: string, value: number][] {
  const all: [string, number][] = [
    ['merged pull requests', activity.merged_pull_requests],
    ['closed issues', activity.closed_issues],
    ['opened issues', activity.opened_issues],
    ['releases', activity.releases],
  ];
  return all.filter(([, value]) => value > 0);
}

/** The pull requests that have been open longest. Titles are texts of strangers, shown as they are. */
function Waiting({ requests }: { requests: Schema<'Waiting'>[] }): ReactNode {
  return (
    <section aria-label="Waiting longest">
      <h3 className="text-s font-normal text-ink-muted">Waiting longest</h3>
      <ul className="flex flex-col gap-1">
        {requests.slice(0, 3).map(({ number, title, opened_at, reviewed }) => (
          <li key={number} className="min-w-0">
            <bdi>{title}</bdi>{' '}
            <span className="figures text-s text-ink-muted">
              {number}, open since <Instant at={opened_at} />
              {reviewed === false && ', no review'}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What is unusual, in words. */
function warningWords({ kind, count: number, total, text, commit }: Schema<'Warning'>): string {
  if (kind === 'mostly_fixes') return `${count(number ?? 0)} of ${plural(total ?? 0, 'change')} are fixes`;
  if (kind === 'changed_by_all') return `${text} was changed by all ${plural(number ?? 0, 'person', 'people')}`;
  return `a revert was taken back: ${text} (${commit})`;
}

/** Words with their counts, in one line if they fit. */
function Counts({ label, items, isCode = false }: { label: string; items: [word: string, value: number][]; isCode?: boolean }): ReactNode {
  return (
    <section aria-label={label}>
      <h3 className="text-s font-normal text-ink-muted">{label}</h3>
      <ul className="flex flex-wrap gap-x-4 gap-y-1">
        {items.map(([word, value]) => (
          <li key={word} className="min-w-0">
            <bdi className={isCode ? 'font-mono text-s break-all' : undefined}>{word}</bdi> <span className="figures text-s text-ink-muted">{count(value)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
