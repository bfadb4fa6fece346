import type { Run } from '@/api/types';
import { triggerWord } from '@/pages/runs/words';
import { Card, CardHeader, CopyButton, ExternalLink, Instant, Link } from '@/ui';
import { Row } from './receipt';

/** What was asked for when the run started: later edits of the configuration don't change it. */
export function Settings({ run }: { run: Run }) {
  const snapshot = run.configuration_snapshot;
  const from = run.commit_range_from?.slice(0, 8);
  const to = run.commit_range_to?.slice(0, 8);
  return (
    <Card>
      <CardHeader title="Settings of this run" note={`Version ${snapshot.version} of its configuration`} />
      <dl className="flex flex-col gap-2 px-4 pb-4 sm:px-6">
        <Row label="Configuration">
          <Link to="/app/configurations/$configurationId" params={{ configurationId: run.report_configuration_id }}>
            {snapshot.name ?? 'Unnamed configuration'}
          </Link>
        </Row>
        <Row label="Repository">
          <ExternalLink href={snapshot.repository_url}>{snapshot.repository_name}</ExternalLink>
        </Row>
        <Row label="Branch">{snapshot.branch}</Row>
        {run.range_from !== null && (
          <Row label="Commits since">
            <Instant at={run.range_from} form="exact" />
          </Row>
        )}
        {run.range_to !== null && (
          <Row label="Commits until">
            <Instant at={run.range_to} form="exact" />
          </Row>
        )}
        {to !== undefined && (
          <Row label={from === undefined ? 'Last commit' : 'Commits'}>
            <span className="font-mono text-s">{from === undefined ? to : `${from}…${to}`}</span>
          </Row>
        )}
        <Row label="Trigger">{triggerWord(run.trigger)}</Row>
        <Row label="Schedule">
          <span className="font-mono text-s">{snapshot.schedule}</span> {snapshot.timezone}
        </Row>
        <Row label="Style and tone">
          {snapshot.report_style}, {snapshot.tone_of_voice.toLowerCase()}
        </Row>
        <Row label="Language">{snapshot.language}</Row>
        <Row label="Model">{snapshot.model}</Row>
        <Row label="Diffs are read">{snapshot.include_diffs ? 'Yes' : 'No'}</Row>
        <Row label="Attempts">{run.attempt}</Row>
        <Row label="Run id">
          <span className="inline-flex items-center gap-1">
            <span className="font-mono text-s break-all">{run.id}</span>
            <CopyButton value={run.id} label="Copy run id" />
          </span>
        </Row>
      </dl>
    </Card>
  );
}
