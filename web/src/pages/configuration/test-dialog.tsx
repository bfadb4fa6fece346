import type { UseMutationResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Configuration, Schema } from '@/api/types';
import { count, duration, hostOf, percentage } from '@/format';
import { Button, ButtonLink, Callout, Count, cx, Dialog, ErrorPanel, Figure, Money } from '@/ui';
import { receiverDid } from './words';

export type TestedRun = Schema<'TestedRun'>;

interface TestDialogProps {
  open: boolean;
  onClose: () => void;
  configuration: Configuration;
  /** `true` sends the report to the webhook. It lives outside, so that a closed dialog does not end a test. */
  test: UseMutationResult<TestedRun, Error, boolean>;
}

/** Writes a report of the last 7 days, sends it once, and shows what it took and what the receiver answered. */
export function TestDialog({ open, onClose, configuration, test }: TestDialogProps) {
  const host = hostOf(configuration.webhook_url);
  return (
    <Dialog
      wide
      open={open}
      onClose={onClose}
      title="Test webhook"
      actions={
        <>
          <Button busy={test.isPending && test.variables === false} disabled={test.isPending && test.variables} onClick={() => test.mutate(false)}>
            Write without sending
          </Button>
          {host !== null && (
            <Button kind="primary" icon="send" busy={test.isPending && test.variables} disabled={test.isPending && !test.variables} onClick={() => test.mutate(true)}>
              {test.data === undefined ? 'Send test report' : 'Send again'}
            </Button>
          )}
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <p className="text-ink-muted">
          A report of the last 7 days is written{host === null ? '. This configuration has no webhook to send it to' : ` and sent once to ${host}`}. It does not count
          against the limit; its tokens cost what they cost.
        </p>
        <div role="status" className="flex flex-col gap-4">
          {test.isPending && <p>The report is being written{test.variables ? ' and sent' : ''}: this takes up to a minute. You can close this dialog meanwhile.</p>}
          {test.data !== undefined && !test.isPending && <Result run={test.data} />}
        </div>
        {test.isError && <ErrorPanel error={test.error} />}
      </div>
    </Dialog>
  );
}

function Result({ run }: { run: TestedRun }) {
  const steps = [
    ['Fetch commits', run.timings.fetch_ms],
    ['Write report', run.timings.write_ms],
    ['Deliver', run.timings.deliver_ms],
  ] as const;
  return (
    <>
      <Verdict run={run} />
      {run.degraded && (
        <Callout tone="warn" icon="warning" title="Written without the model">
          {run.degraded_reason?.message}
        </Callout>
      )}
      <dl className="grid grid-cols-2 gap-4 sm:grid-cols-4">
        <Figure label="Cost" value={<Money usd={run.cost_usd} />} />
        <Figure
          label="Tokens"
          value={<Count value={run.tokens_used} />}
          note={`${count(run.prompt_tokens)} in, ${count(run.completion_tokens)} out`}
        />
        <Figure label="Commits" value={<>{count(run.commits_processed)}{run.commits_at_least && '+'}</>} />
        <Figure label="Model" value={<span className="whitespace-normal break-words">{run.model_used ?? 'None'}</span>} />
      </dl>
      {run.timings.total_ms !== null && <Steps steps={steps} totalMs={run.timings.total_ms} />}
      {run.webhook?.response_excerpt && (
        <section>
          <h3 className="text-s font-normal text-ink-muted">The receiver’s answer</h3>
          <pre className="mt-1 max-h-40 overflow-auto rounded-m bg-sunken p-3 font-mono text-s break-words whitespace-pre-wrap" tabIndex={0}>
            {run.webhook.response_excerpt}
          </pre>
        </section>
      )}
      {run.report_content !== null && (
        <details>
          <summary className="target flex items-center font-strong text-accent">Text of the report</summary>
          <pre className="max-h-80 overflow-auto rounded-m bg-sunken p-3 font-mono text-s break-words whitespace-pre-wrap" tabIndex={0}>
            {run.report_content}
          </pre>
        </details>
      )}
      <div>
        <ButtonLink to="/app/runs/$runId" params={{ runId: run.id }}>
          Open run
        </ButtonLink>
      </div>
    </>
  );
}

function Verdict({ run }: { run: TestedRun }): ReactNode {
  if (run.status !== 'success') {
    return (
      <Callout tone="bad" icon="error" title="The report could not be written">
        {run.error_message ?? run.error_code}
      </Callout>
    );
  }
  const hook = run.webhook;
  if (hook === null) return <Callout tone="ok" icon="check-circle" title="The report is written, and was not sent" />;
  if (hook.delivered) return <Callout tone="ok" icon="check-circle" title={`Delivered: the receiver answered HTTP ${hook.status ?? ''}`.trim()} />;
  if (hook.state === 'pending') {
    return (
      <Callout tone="neutral" icon="clock" title="The receiver had not answered yet">
        The result is on the page of the run.
      </Callout>
    );
  }
  return (
    <Callout tone="bad" icon="error" title={`Not delivered: the receiver ${receiverDid(hook.error_class, hook.status)}`}>
      The report itself is fine. Correct the address, or what answers at it, and send again.
    </Callout>
  );
}

/** How long each step took, as bars of one scale with their figures. */
function Steps({ steps, totalMs }: { steps: readonly (readonly [string, number | null])[]; totalMs: number }) {
  return (
    <section>
      <h3 className="mb-2 text-s font-normal text-ink-muted">
        Time: <span className="figures text-ink">{duration(totalMs)}</span>
      </h3>
      <ul className="flex flex-col gap-2">
        {steps.map(([name, ms]) => (
          <li key={name} className="grid grid-cols-[7.5rem_minmax(0,1fr)_4.5rem] items-center gap-3">
            <span>{name}</span>
            <svg className="h-2 w-full rounded-full bg-sunken" aria-hidden="true">
              <rect height="8" rx="4" width={`${totalMs === 0 ? 0 : Math.min(100, ((ms ?? 0) / totalMs) * 100)}%`} className="fill-accent" />
            </svg>
            <span className={cx('figures text-end', ms === null && 'text-s text-ink-muted')}>
              {ms === null ? 'skipped' : duration(ms)}
              {ms !== null && totalMs > 0 && <span className="sr-only">, {percentage((ms / totalMs) * 100)} of the time</span>}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
