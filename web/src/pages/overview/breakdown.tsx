import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { configurationName, useConfigurations, useRepositories } from '@/api/holdings';
import type { Schema } from '@/api/types';
import { modelWord, monthName, monthsBefore, percentage } from '@/format';
import { Button, Card, CardHeader, Count, EmptyState, ErrorPanel, Field, Money, RowLink, Select, Skeleton, Table, useNow, type Column } from '@/ui';
import { breakdownQuery } from './queries';

type By = Schema<'UsageBreakdown'>;
type Share = Schema<'UsageShare'>;

const words: Record<By, string> = { configuration: 'Configuration', repository: 'Repository', model: 'Model' };
/** How many months can be chosen. */
const MONTHS = 12;
const SHOWN_FIRST = 5;

/** What the runs, tokens and cost of a month belong to. `expected` is how many rows are likely, for the placeholder. */
export default function Breakdown({ expected }: { expected: number }) {
  const thisMonth = new Date(useNow()).toISOString().slice(0, 7);
  const [month, setMonth] = useState(thisMonth);
  const [by, setBy] = useState<By>('configuration');
  const breakdown = useQuery(breakdownQuery(month, by));
  return (
    <Card label="Usage by configuration, repository or model">
      <CardHeader
        title="What uses the runs?"
        note="Runs of the month that have ended, the most expensive first"
        actions={
          <div className="flex flex-wrap gap-2 max-sm:w-full max-sm:flex-col">
            <Field label="By">
              {(control) => (
                <Select {...control} value={by} onChange={(event) => setBy(event.target.value as By)}>
                  {Object.entries(words).map(([value, word]) => (
                    <option key={value} value={value}>
                      {word}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
            <Field label="Month (UTC)">
              {(control) => (
                <Select {...control} value={month} onChange={(event) => setMonth(event.target.value)}>
                  {monthsBefore(thisMonth, MONTHS).map((each) => (
                    <option key={each} value={each}>
                      {monthName(each)}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
          </div>
        }
      />
      {breakdown.isLoadingError ? (
        <ErrorPanel bare error={breakdown.error} onRetry={() => void breakdown.refetch()} retrying={breakdown.isFetching} />
      ) : breakdown.data === undefined ? (
        <Placeholder by={by} rows={expected} />
      ) : breakdown.data.data.length === 0 ? (
        <EmptyState icon="runs" title={`No run has ended in ${monthName(breakdown.data.month)}`}>
          Each {words[by].toLowerCase()} will be here with its runs, tokens and cost.
        </EmptyState>
      ) : (
        // What the rows are about is in the answer: it may still be the one before the choice.
        <Shares key={`${breakdown.data.month} ${breakdown.data.by}`} breakdown={breakdown.data} stale={breakdown.isPlaceholderData} />
      )}
    </Card>
  );
}

function Shares({ breakdown: { by, month, data }, stale }: { breakdown: Schema<'Breakdown'>; stale: boolean }) {
  const [all, setAll] = useState(false);
  const shown = all ? data : data.slice(0, SHOWN_FIRST);
  return (
    <>
      <div className="sm:overflow-x-auto">
        <Table
          caption={`Usage of ${monthName(month)} by ${words[by].toLowerCase()}`}
          columns={columnsOf(by, data)}
          rows={shown}
          rowKey={(share) => share.id}
          stale={stale}
        />
      </div>
      {data.length > shown.length && (
        <div className="border-t border-line px-2 py-1">
          <Button kind="quiet" onClick={() => setAll(true)}>
            Show {data.length - shown.length} more
          </Button>
        </div>
      )}
    </>
  );
}

function columnsOf(by: By, all: readonly Share[]): readonly Column<Share>[] {
  const names: Record<By, (share: Share) => ReactNode> = {
    configuration: (share) => <ConfigurationName share={share} />,
    repository: (share) => <RepositoryName share={share} />,
    model: ({ id }) => <Name>{modelWord(id)}</Name>,
  };
  // Without a price, the runs are what can be compared.
  const hasCost = all.some((share) => share.cost_usd > 0);
  const weightOf = (share: Share) => (hasCost ? share.cost_usd : share.runs);
  const total = all.reduce((sum, share) => sum + weightOf(share), 0);
  return [
    { key: 'name', header: words[by], primary: true, cell: names[by] },
    { key: 'runs', header: 'Runs', align: 'end', cell: (share) => <Count value={share.runs} /> },
    { key: 'successful', header: 'Successful', align: 'end', cell: (share) => <Count value={share.successful_runs} /> },
    { key: 'failed', header: 'Failed', align: 'end', cell: (share) => <Count value={share.failed_runs} /> },
    { key: 'tokens', header: 'Tokens', align: 'end', cell: (share) => <Count value={share.total_tokens} /> },
    { key: 'cost', header: 'Cost', align: 'end', cell: (share) => <Money column usd={share.cost_usd} /> },
    { key: 'share', header: hasCost ? 'Of the cost' : 'Of the runs', align: 'end', cell: (share) => partOf(weightOf(share), total) },
  ];
}

/** `62 %`; `< 1 %` for what would be rounded to nothing. */
function partOf(value: number, total: number): string {
  const percent = total === 0 ? 0 : (value / total) * 100;
  return percent > 0 && percent < 0.5 ? '< 1 %' : percentage(percent);
}

function Name({ children, deleted = false }: { children: ReactNode; deleted?: boolean }) {
  return (
    <span className="font-strong break-words">
      {children}
      {deleted && <span className="font-normal text-ink-muted"> (deleted)</span>}
    </span>
  );
}

function ConfigurationName({ share }: { share: Share }) {
  const { query, all } = useConfigurations();
  const found = all?.find((each) => each.id === share.id);
  const name = found === undefined ? (share.name ?? 'Unnamed configuration') : configurationName(found);
  if (isDeleted(query, found)) return <Name deleted>{name}</Name>;
  return (
    <RowLink to="/app/configurations/$configurationId" params={{ configurationId: share.id }} className="break-words">
      {name}
    </RowLink>
  );
}

function RepositoryName({ share }: { share: Share }) {
  const { query, find } = useRepositories();
  const found = find(share.id);
  const name = found?.name ?? share.name ?? 'Unnamed repository';
  if (isDeleted(query, found)) return <Name deleted>{name}</Name>;
  return (
    <RowLink to="/app/repositories/$repositoryId" params={{ repositoryId: share.id }} className="break-words">
      {name}
    </RowLink>
  );
}

/** A record that the whole list lacks. While a part of the list is unknown, nothing is called deleted. */
function isDeleted(list: { data: unknown; hasNextPage: boolean }, found: unknown): boolean {
  return found === undefined && list.data !== undefined && !list.hasNextPage;
}

/** The table with grey cells, so that it is as high as the one that replaces it, at every width. */
function Placeholder({ by, rows }: { by: By; rows: number }) {
  const columns = columnsOf(by, []).map((column) => ({ ...column, cell: () => <Skeleton className="my-1 h-4 w-2/3" /> }));
  const indexes = Array.from({ length: Math.min(SHOWN_FIRST, Math.max(1, rows)) }, (_, index) => index);
  return (
    <div role="status" aria-label={`Loading the usage by ${words[by].toLowerCase()}`}>
      <div aria-hidden="true">
        <Table caption="Loading" columns={columns} rows={indexes} rowKey={String} />
      </div>
    </div>
  );
}
