import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { furtherWords } from '@/api/holdings';
import { toApiError } from '@/api/problem';
import type { RunWithContent } from '@/api/types';
import { duration, plural } from '@/format';
import { download } from '@/pages/runs/export';
import { FailedRepositories, namesOf } from '@/pages/runs/failed-repositories';
import { runOf } from '@/pages/runs/words';
import { BackLink, ButtonLink, Callout, Card, CardHeader, CopyButton, Count, EmptyState, ErrorPanel, Figure, Headline, IconButton, Instant, Money, PageHeader, RunStatusBadge, Skeleton, useNow } from '@/ui';
import { RunActions } from './actions';
import { Deliveries } from './deliveries';
import { Facts } from './facts';
import { runQuery } from './queries';
import { CostCard, QuotaReceipt } from './receipt';
import { runRoute } from './route';
import { Settings } from './settings';
import { adviceFor, isAboutRepository } from './words';

// Fetched while the run is: the page appears as a whole, and nothing moves when the report is there.
const reportText = import('./report-text');
const ReportText = lazy(() => reportText);

export default function RunPage() {
  const { runId } = runRoute.useParams();
  const query = useQuery(runQuery(runId));
  return (
    <>
      <BackLink to="/app/runs" search={{}}>
        Runs
      </BackLink>
      {query.data === undefined ? (
        <Absent query={query} />
      ) : (
        <Suspense fallback={<RunSkeleton />}>
          <Loaded key={runId} query={query} run={query.data} />
        </Suspense>
      )}
    </>
  );
}

type Query = ReturnType<typeof useQuery<RunWithContent>>;

function Absent({ query }: { query: Query }) {
  if (!query.isError) return <RunSkeleton />;
  const { status, code } = toApiError(query.error);
  if (status === 404 || code === 'NOT_FOUND') {
    return (
      <>
        <PageHeader title="Run" />
        <Card>
          <EmptyState icon="runs" title="This run does not exist" action={<ButtonLink to="/app/runs" search={{}}>Open runs</ButtonLink>}>
            Its id may be mistyped, or it belongs to another account.
          </EmptyState>
        </Card>
      </>
    );
  }
  return (
    <>
      <PageHeader title="Run" />
      <ErrorPanel error={query.error} onRetry={() => void query.refetch()} retrying={query.isFetching} />
    </>
  );
}

function Loaded({ query, run }: { query: Query; run: RunWithContent }) {
  const snapshot = run.configuration_snapshot;
  return (
    <>
      <PageHeader
        title={
          <span className="inline-flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className="break-words">{snapshot.name ?? snapshot.repository_name}</span>
            <RunStatusBadge status={run.status} />
          </span>
        }
        note={
          <>
            <Headline text={run.headline} className="max-w-2xl text-ink" />
            {snapshot.repository_name}, branch {snapshot.branch}
            {furtherWords(run)}, {runOf(run.trigger)} of <Instant at={run.started_at} form="exact" />
          </>
        }
        actions={<RunActions run={run} />}
      />
      <Announcer run={run} />
      <div className="flex flex-col gap-6">
        {query.isError && <ErrorPanel error={query.error} onRetry={() => void query.refetch()} retrying={query.isFetching} />}
        <State run={run} />
        <FailedRepositories failed={run.failed_repositories} nameOf={namesOf(run)}>
          The report is about the others. The next scheduled report includes the commits of these.
        </FailedRepositories>
        <Card label="Figures">
          <dl className="grid grid-cols-2 gap-4 px-4 py-4 sm:grid-cols-4 sm:px-6">
            <Took run={run} />
            <Figure label="Commits" value={<Count value={run.commits_processed} />} note={run.commits_at_least ? 'or more' : undefined} />
            <Figure label="Tokens" value={<Count value={run.tokens_used} />} />
            <Figure label="Cost" value={<Money usd={run.cost_usd} />} />
          </dl>
        </Card>
        <div className="grid items-start gap-6 xl:grid-cols-[minmax(0,5fr)_minmax(0,3fr)]">
          <div className="flex min-w-0 flex-col gap-6">
            {run.report_facts !== null && <Facts facts={run.report_facts} />}
            <Report run={run} />
            <Deliveries run={run} />
          </div>
          <div className="flex min-w-0 flex-col gap-6">
            <QuotaReceipt run={run} />
            <CostCard run={run} />
            <Settings run={run} />
          </div>
        </div>
      </div>
    </>
  );
}

function Took({ run }: { run: RunWithContent }) {
  const now = useNow();
  const end = run.completed_at === null ? now : Date.parse(run.completed_at);
  return <Figure label={run.completed_at === null ? 'Running for' : 'Took'} value={duration(Math.max(0, end - Date.parse(run.started_at)))} />;
}

/** Says once, to a screen reader, that the run has ended while it was watched. */
function Announcer({ run }: { run: RunWithContent }) {
  const before = useRef(run.status);
  const [words, setWords] = useState('');
  useEffect(() => {
    if (before.current === 'running' && run.status !== 'running') setWords(`The run has ended: ${run.status}.`);
    before.current = run.status;
  }, [run.status]);
  return (
    <p role="status" className="sr-only">
      {words}
    </p>
  );
}

/** What there is to know or to do about how the run went. */
function State({ run }: { run: RunWithContent }) {
  if (run.status === 'running') {
    return run.waiting_until === null ? (
      <Callout tone="accent" icon="running" title="The report is being written">
        This page follows the run. {run.attempt > 1 && `It is attempt ${run.attempt}: another worker has taken the run over.`}
      </Callout>
    ) : (
      <Callout tone="warn" icon="clock" title="The run waits for its git host">
        It goes on <Instant at={run.waiting_until} />, after a temporary failure or a rate limit, and keeps its slot.
      </Callout>
    );
  }
  if (run.status === 'failed') {
    return (
      <Callout
        tone="bad"
        icon="error"
        title={run.error_message ?? 'The run failed'}
        action={isAboutRepository(run.error_code) && <ButtonLink to="/app/repositories">Open repositories</ButtonLink>}
      >
        {adviceFor(run.error_code)} {run.error_code !== null && <span className="font-mono text-s">{run.error_code}</span>}
      </Callout>
    );
  }
  if (run.degraded) {
    return (
      <Callout tone="warn" icon="warning" title="Written without the chosen model">
        {run.degraded_reason?.message ?? 'The model failed, so the report is a plain list of commits.'} The run does not count.
      </Callout>
    );
  }
  if (run.delivery.state === 'exhausted' || run.delivery.state === 'refused') {
    const { attempts, last_status: status } = run.delivery;
    return (
      <Callout
        tone="bad"
        icon="error"
        title="The report was not delivered"
        action={
          <ButtonLink to="/app/configurations/$configurationId" params={{ configurationId: run.report_configuration_id }}>
            Check webhook
          </ButtonLink>
        }
      >
        {status === null ? 'The receiver did not answer' : `The last answer was HTTP ${status}`}, after {plural(attempts, 'attempt')}. The report is
        stored: redeliver it once the webhook works.
      </Callout>
    );
  }
  return null;
}

function Report({ run }: { run: RunWithContent }) {
  const text = run.report_content;
  return (
    <Card>
      <CardHeader
        title="Report"
        actions={
          text !== null && (
            <div className="-my-1.5 flex items-center">
              <CopyButton value={text} label="Copy report" />
              <IconButton icon="download" label="Download report as Markdown" onClick={() => download(`report-${run.id}.md`, [text], 'text/markdown;charset=utf-8')} />
            </div>
          )
        }
      />
      {text === null ? (
        <WithoutText run={run} />
      ) : (
        <div className="px-4 pb-6 sm:px-6">
          <ReportText markdown={text} />
        </div>
      )}
    </Card>
  );
}

function WithoutText({ run }: { run: RunWithContent }) {
  if (run.status === 'running') return <div className="px-4 pb-6 sm:px-6"><ReportSkeleton /></div>;
  if (run.report_content_expired) {
    return (
      <EmptyState icon="clock" title="The text has expired">
        Texts are kept for a time that the operator sets, 400 days unless changed. The figures of the run are kept.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon="runs" title="No report">
      {run.status === 'success' ? 'There were no commits, and the configuration sends nothing then.' : 'The run ended before its report was written.'}
    </EmptyState>
  );
}

function ReportSkeleton() {
  return (
    <div role="status" aria-label="The report is being written" className="flex min-h-48 flex-col gap-3">
      <Skeleton className="h-5 w-1/2" />
      <Skeleton className="h-4 w-full" />
      <Skeleton className="h-4 w-11/12" />
      <Skeleton className="h-4 w-2/3" />
      <Skeleton className="mt-3 h-5 w-1/3" />
      <Skeleton className="h-4 w-full" />
      <Skeleton className="h-4 w-3/4" />
    </div>
  );
}

function RunSkeleton() {
  return (
    <div role="status" aria-label="Loading the run">
      <h1 className="sr-only">Run</h1>
      <Skeleton className="mb-2 h-8 w-64 max-w-full" />
      <Skeleton className="mb-6 h-6 w-96 max-w-full" />
      <Skeleton className="mb-6 h-40 rounded-l sm:h-20" />
      <div className="grid gap-6 xl:grid-cols-[minmax(0,5fr)_minmax(0,3fr)]">
        <Skeleton className="h-[40rem] rounded-l" />
        <Skeleton className="h-[40rem] rounded-l" />
      </div>
    </div>
  );
}
