import type { Run } from '@/api/types';
import { count, decimalsOf, exactDollars, isUnlimited, micros, monthName, picosOf } from '@/format';
import { countReason } from '@/pages/runs/words';
import { Card, CardHeader, Count, cx, Icon, Money } from '@/ui';
import { costReceipt } from './cost';
import { sourceWord } from './words';

/** Whether the run counted against the limit, and why. */
export function QuotaReceipt({ run }: { run: Run }) {
  const { counted, reason, month, plan, limit } = run.quota;
  const isOpen = reason === 'running';
  return (
    <Card>
      <CardHeader title="Receipt" />
      <div className="px-4 pb-4 sm:px-6">
        <p className="flex items-center gap-2 font-strong">
          <Icon name={isOpen ? 'clock' : counted ? 'check-circle' : 'minus'} className={cx('size-5', counted && !isOpen ? 'text-ok' : 'text-ink-muted')} />
          {isOpen ? 'Not known yet whether it counts' : counted ? 'Counted' : 'Not counted'}
        </p>
        <p className="text-ink-muted">{countReason(reason)}</p>
        <dl className="mt-4 flex flex-col gap-2">
          <Row label="Month">{monthName(month)} (UTC)</Row>
          <Row label="Plan">
            <span className="capitalize">{plan}</span>
          </Row>
          <Row label="Limit when it started">{isUnlimited(limit) ? 'None' : `${count(limit)} runs a month`}</Row>
        </dl>
      </div>
    </Card>
  );
}

export function Row({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div className="flex flex-wrap items-baseline justify-between gap-x-4">
      <dt className="text-s text-ink-muted">{label}</dt>
      <dd className="figures min-w-0 text-end break-words">{children}</dd>
    </div>
  );
}

/** Tokens by class times rates, which add up to the cost. */
export function CostCard({ run }: { run: Run }) {
  const receipt = costReceipt(run);
  return (
    <Card>
      <CardHeader title="Cost" note={modelWords(run)} />
      <div className="px-4 pb-4 sm:px-6">
        {receipt === null ? (
          <WithoutRates run={run} />
        ) : (
          <table className="w-full">
            <caption className="sr-only">Tokens by class, times their rate, and their sum</caption>
            <thead className="sr-only">
              <tr>
                <th scope="col">Tokens and rate</th>
                <th scope="col">Amount in US dollars</th>
              </tr>
            </thead>
            <tbody>
              {receipt.lines.map((line) => (
                <tr key={line.key} className="border-b border-line">
                  <th scope="row" className="py-2 pe-4 text-start font-normal">
                    {line.label}
                    <span className="figures block text-s text-ink-muted">
                      {line.tokens !== null && line.usdPerMillion !== null && (
                        <>
                          {count(line.tokens)} tokens × <Rate usd={line.usdPerMillion} /> per million
                        </>
                      )}
                      {line.note !== null && <span className="block">{line.note}.</span>}
                    </span>
                  </th>
                  <td className="figures py-2 text-end align-top">{line.amount}</td>
                </tr>
              ))}
            </tbody>
            <tfoot>
              <tr>
                <th scope="row" className="pt-2 pe-4 text-start font-strong">
                  {receipt.isPartial ? 'Known cost' : 'Cost'}
                  <span className="figures block text-s font-normal text-ink-muted">
                    <Count value={run.tokens_used} /> tokens
                  </span>
                </th>
                <td className="figures pt-2 text-end align-top font-strong">{receipt.total}</td>
              </tr>
            </tfoot>
          </table>
        )}
        {receipt?.isPartial && <p className="mt-2 text-s text-ink-muted">The price of other tokens of this run is unknown, and so is its whole cost.</p>}
        {run.status !== 'running' && <p className="mt-2 text-s text-ink-muted">{sourceWord(run.usage_source)}</p>}
      </div>
    </Card>
  );
}

function modelWords({ model_used: model, status, configuration_snapshot: { own_model: isOwn } }: Run): string {
  if (model === null) return status === 'running' ? 'Recorded when the report is written' : 'Without a model';
  return `Model ${model}${isOwn ? ', your own provider' : ''}`;
}

function WithoutRates({ run }: { run: Run }) {
  return (
    <dl className="flex flex-col gap-2">
      <Row label="Prompt tokens">{count(run.prompt_tokens)}</Row>
      <Row label="Completion tokens">{count(run.completion_tokens)}</Row>
      <Row label="Cost">
        <Money usd={run.cost_usd} />
      </Row>
      {run.cost_usd === null && <p className="text-s text-ink-muted">The price of this model is unknown. Your own prices can be set in the profile.</p>}
    </dl>
  );
}

function Rate({ usd }: { usd: number }) {
  const picos = picosOf(micros(usd));
  return <>{exactDollars(picos, decimalsOf(picos))}</>;
}
