import type { ReactNode } from 'react';
import type { Run } from '@/api/types';
import { pathsInWords, sourcesInWords, triggerWord } from '@/pages/runs/words';
import { Card, CardHeader, CopyButton, cx, ExternalLink, Instant, Link } from '@/ui';

/** What was asked for when the run started: later edits of the configuration don't change it. */
export function Settings({ run }: { run: Run }) {
  const snapshot = run.configuration_snapshot;
  const from = run.commit_range_from?.slice(0, 8);
  const to = run.commit_range_to?.slice(0, 8);
  return (
    <Card>
      <CardHeader title="Settings of this run" note={`Version ${snapshot.version} of its configuration`} />
      <dl className="grid grid-cols-2 gap-x-4 gap-y-3 px-4 pb-4 sm:px-6">
        <Fact wide label="Configuration">
          <Link to="/app/configurations/$configurationId" params={{ configurationId: run.report_configuration_id }}>
            {snapshot.name ?? 'Unnamed configuration'}
          </Link>
        </Fact>
        {run.repositories.length > 1 ? (
          <Fact wide label="Repositories">
            <ul>
              {run.repositories.map((each) => (
                <li key={`${each.repository_id} ${each.branch}`}>
                  <ExternalLink href={each.repository_url}>{each.repository_name}</ExternalLink>, branch {each.branch}
                  {isWhole(each) ? '' : ` (${pathsInWords(each.include_paths, each.exclude_paths)})`}
                </li>
              ))}
            </ul>
          </Fact>
        ) : (
          <>
            <Fact wide label="Repository">
              <ExternalLink href={snapshot.repository_url}>{snapshot.repository_name}</ExternalLink>
            </Fact>
            <Fact label="Branch">{snapshot.branch}</Fact>
            {snapshot.include_paths.length > 0 && (
              <Fact wide label="Included paths">
                <PathList paths={snapshot.include_paths} />
              </Fact>
            )}
            {snapshot.exclude_paths.length > 0 && (
              <Fact wide label="Excluded paths">
                <PathList paths={snapshot.exclude_paths} />
              </Fact>
            )}
          </>
        )}
        {run.range_from !== null && (
          <Fact wide label="Commits since">
            <Instant at={run.range_from} form="exact" />
          </Fact>
        )}
        {run.range_to !== null && (
          <Fact wide label="Commits until">
            <Instant at={run.range_to} form="exact" />
          </Fact>
        )}
        {to !== undefined && (
          <Fact label={from === undefined ? 'Last commit' : 'Commits'}>
            <span className="font-mono text-s">{from === undefined ? to : `${from}…${to}`}</span>
          </Fact>
        )}
        <Fact label="Trigger">{triggerWord(run.trigger)}</Fact>
        <Fact wide label="Schedule">
          <span className="font-mono text-s">{snapshot.schedule}</span>, {snapshot.timezone}
        </Fact>
        <Fact label="Style and tone">
          {snapshot.report_style}, {snapshot.tone_of_voice.toLowerCase()}
        </Fact>
        {snapshot.instructions !== '' && (
          <Fact wide label="Instructions">
            <span className="whitespace-pre-line">{snapshot.instructions}</span>
          </Fact>
        )}
        <Fact label="Language">{snapshot.language}</Fact>
        <Fact label="Model">{snapshot.model}</Fact>
        <Fact label="Covers">{sourcesInWords(snapshot.sources)}</Fact>
        <Fact label="Diffs are read">{snapshot.include_diffs ? 'Yes' : 'No'}</Fact>
        <Fact label="Attempts">{run.attempt}</Fact>
        <Fact wide label="Run id">
          <span className="inline-flex items-center gap-1">
            <span className="font-mono text-s break-all">{run.id}</span>
            <CopyButton value={run.id} label="Copy run id" />
          </span>
        </Fact>
      </dl>
    </Card>
  );
}

const isWhole = ({ include_paths, exclude_paths }: Run['repositories'][number]) => include_paths.length + exclude_paths.length === 0;

function PathList({ paths }: { paths: readonly string[] }) {
  return <span className="font-mono text-s whitespace-pre-line">{paths.join('\n')}</span>;
}

function Fact({ label, wide = false, children }: { label: string; wide?: boolean; children: ReactNode }) {
  return (
    <div className={cx('min-w-0', wide && 'col-span-2')}>
      <dt className="text-s text-ink-muted">{label}</dt>
      <dd className="figures break-words">{children}</dd>
    </div>
  );
}
