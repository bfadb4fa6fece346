import { useQuery } from '@tanstack/react-query';
import type { Run, Schema } from '@/api/types';
import { duration, plural, zoneName } from '@/format';
import { Card, CardHeader, cx, DeliveryBadge, ErrorPanel, Icon, Instant, SkeletonRows, useZone } from '@/ui';
import { deliveriesQuery } from './queries';
import { errorClassWord } from './words';

/** The delivery of the report: where it was sent, and what the receiver answered to each attempt. */
export function Deliveries({ run }: { run: Run }) {
  const query = useQuery(deliveriesQuery(run.id));
  const { webhook_host: host, webhook_format: format } = run.configuration_snapshot;
  const delivery = query.data?.delivery;
  const zone = useZone();
  return (
    <Card>
      <CardHeader
        title="Delivery"
        note={
          host === null
            ? 'The configuration had no webhook'
            : `To ${host}${format === null ? '' : `, format ${format.replaceAll('_', ' ')}`}. Times in ${zoneName(zone)}`
        }
        actions={delivery && !(run.status === 'running' && delivery.state === 'none') && <DeliveryBadge state={delivery.state} />}
      />
      {query.data === undefined ? (
        query.isError ? (
          <ErrorPanel bare error={query.error} onRetry={() => void query.refetch()} retrying={query.isFetching} />
        ) : (
          <SkeletonRows rows={Math.ceil(1 + run.delivery.attempts * 1.5)} label="Loading the deliveries" />
        )
      ) : (
        <>
          {query.isError && <ErrorPanel bare error={query.error} onRetry={() => void query.refetch()} retrying={query.isFetching} />}
          <Attempts data={query.data} isRunning={run.status === 'running'} />
        </>
      )}
    </Card>
  );
}

function Attempts({ data: { delivery, data }, isRunning }: { data: Schema<'Deliveries'>; isRunning: boolean }) {
  const missing = delivery.attempts - data.length - (delivery.in_flight ? 1 : 0);
  return (
    <div className="px-4 pb-2 sm:px-6">
      <div role="status" className="text-ink-muted">
        {delivery.in_flight && <p>An attempt is under way.</p>}
        {delivery.state === 'pending' && !delivery.in_flight && (
          <p>
            {delivery.next_attempt_at === null ? 'The next attempt is about to start.' : <>The next attempt is due <Instant at={delivery.next_attempt_at} />.</>}
          </p>
        )}
      </div>
      {delivery.state === 'none' && (
        <p className="pb-2 text-ink-muted">{isRunning ? 'The report is sent when it is written.' : 'Nothing was sent.'}</p>
      )}
      {missing > 0 && <p className="text-s text-ink-muted">{plural(missing, 'attempt')} more: records are kept for 90 days, and one is added when an attempt ends.</p>}
      <ol reversed className="divide-y divide-line">
        {[...data].reverse().map((attempt, index, all) => (
          <AttemptItem
            key={`${attempt.number} ${attempt.attempted_at}`}
            attempt={attempt}
            repeats={attempt.response_excerpt !== null && attempt.response_excerpt === all[index - 1]?.response_excerpt}
          />
        ))}
      </ol>
    </div>
  );
}

/** `repeats`: the text of the answer is that of the attempt above. */
function AttemptItem({ attempt, repeats }: { attempt: Schema<'Attempt'>; repeats: boolean }) {
  const isSuccess = attempt.error_class === null;
  const why = attempt.error_class === null ? '' : errorClassWord(attempt.error_class);
  const answer = attempt.response_status === null ? why || 'No answer' : `HTTP ${attempt.response_status}`;
  return (
    <li className="flex gap-3 py-3">
      <Icon name={isSuccess ? 'check-circle' : 'error'} className={cx('mt-0.5 size-5', isSuccess ? 'text-ok' : 'text-bad')} />
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-baseline justify-between gap-x-4">
          <p className="font-strong">
            <span className="sr-only">{isSuccess ? 'Accepted: ' : 'Failed: '}</span>
            {answer}
          </p>
          <p className="text-s text-ink-muted">
            <Instant at={attempt.attempted_at} form="short" seconds />
          </p>
        </div>
        {attempt.response_status !== null && why !== '' && <p>{why}.</p>}
        <p className="figures text-s text-ink-muted">
          Attempt {attempt.number}
          {attempt.duration_ms !== null && `, ${duration(attempt.duration_ms)}`}
          {repeats && ', the same text as above'}
        </p>
        {attempt.response_excerpt && !repeats && (
          <p className="mt-2 rounded-s bg-sunken px-2 py-1 font-mono text-s break-words">
            <span className="sr-only">The receiver’s answer: </span>
            {attempt.response_excerpt}
          </p>
        )}
      </div>
    </li>
  );
}
