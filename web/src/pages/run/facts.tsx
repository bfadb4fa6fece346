import type { ReactNode } from 'react';
import type { Schema } from '@/api/types';
import { count, plural } from '@/format';
import { Card, CardHeader, Count, Figure } from '@/ui';

/** What the report is about in numbers. Names of areas are texts of the repository, shown as they are. */
export function Facts({ facts }: { facts: Schema<'Facts'> }) {
  const { additions, deletions, kinds, areas } = facts;
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
            <span key={name}>
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
