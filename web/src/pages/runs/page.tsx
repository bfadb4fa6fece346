import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import type { Run } from '@/api/types';
import { count, decimalsOf, exactDollars, micros, picosOf, plural } from '@/format';
import { Button, ButtonLink, Card, EmptyState, ErrorPanel, NextPageButton, PagedRows, PageHeader, Skeleton, Table } from '@/ui';
import { runColumns } from './columns';
import { ExportDialog } from './export-dialog';
import { countOf, wordsOfDays, type RunsFilter } from './filter';
import { deliveryWord, Filters, useNames, type Names } from './filters';
import { runsQuery } from './queries';
import { runsRoute } from './route';
import { triggerWord } from './words';

/** Pages without a match that are passed over by themselves: each has read at most 1,000 runs. */
const EMPTY_PAGES_MAX = 5;

export default function RunsPage() {
  const filter = runsRoute.useSearch();
  const navigate = runsRoute.useNavigate();
  const list = useRunsList(filter);
  const [exporting, setExporting] = useState(false);
  const runs = useMemo(() => list.data?.pages.flatMap((page) => page.data) ?? [], [list.data]);
  const names = useNames(runs);

  return (
    <>
      <PageHeader title="Runs" note="Each report that was written, tried or tested, newest first." />
      <Filters
        filter={filter}
        names={names}
        error={list.error}
        onChange={(next, options) => void navigate({ search: next, resetScroll: false, ...options })}
        actions={
          <Button icon="download" onClick={() => setExporting(true)}>
            Export runs
          </Button>
        }
        onRun={(runId) => void navigate({ to: '/app/runs/$runId', params: { runId } })}
      />
      <Card label="Runs">
        <List list={list} runs={runs} filter={filter} onClear={() => void navigate({ search: {} })} />
      </Card>
      <ExportDialog open={exporting} onClose={() => setExporting(false)} filter={filter} words={wordsOf(filter, names)} />
    </>
  );
}

/** `status failed, configuration Daily report, from 1 November 2026 (UTC)`. */
function wordsOf(filter: RunsFilter, names: Names): string {
  return [
    filter.status && `status ${filter.status}`,
    filter.delivery_state && `delivery ${deliveryWord(filter.delivery_state).toLowerCase()}`,
    filter.trigger && `trigger ${triggerWord(filter.trigger).toLowerCase()}`,
    filter.configuration_id && `configuration ${names.configurations.get(filter.configuration_id) ?? filter.configuration_id}`,
    filter.repository_id && `repository ${names.repositories.get(filter.repository_id) ?? filter.repository_id}`,
    wordsOfDays(filter),
  ].filter(Boolean).join(', ');
}

function useRunsList(filter: RunsFilter) {
  return useInfiniteQuery(runsQuery(filter));
}

interface ListProps {
  list: ReturnType<typeof useRunsList>;
  runs: readonly Run[];
  filter: RunsFilter;
  onClear: () => void;
}

function List({ list, runs, filter, onClear }: ListProps) {
  const isSearching = useSearchThroughEmptyPages(list, runs.length);
  const isFiltered = countOf(filter) > 0;
  if (list.isPending) return <RunsSkeleton />;
  if (list.data === undefined) return <ErrorPanel bare error={list.error} onRetry={() => void list.refetch()} retrying={list.isFetching} />;
  if (runs.length === 0 && isSearching) return <RunsSkeleton />;
  if (runs.length === 0 && list.hasNextPage) {
    return (
      <EmptyState icon="search" title="No match among the newest runs" action={<NextPageButton list={list}>Search older runs</NextPageButton>}>
        {plural(list.data.pages.length, 'page')} of up to 1,000 runs each were searched. Older ones may match.
      </EmptyState>
    );
  }
  if (runs.length === 0) {
    return isFiltered ? (
      <EmptyState icon="search" title="No run matches the filter" action={<Button onClick={onClear}>Clear filters</Button>}>
        Choose other filters, or show all runs.
      </EmptyState>
    ) : (
      <EmptyState icon="runs" title="No run yet" action={<ButtonLink kind="primary" icon="plus" to="/app/configurations">Add configuration</ButtonLink>}>
        Each report that is written, tried or tested will be here, with its tokens, cost and delivery. Add a configuration, and test it.
      </EmptyState>
    );
  }
  return (
    <>
      <PagedRows list={list}>
        <div className="sm:overflow-x-auto">
          <Table caption="Runs, newest first" columns={runColumns} rows={runs} rowKey={(run) => run.id} stale={list.isPlaceholderData} />
        </div>
      </PagedRows>
      <footer className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 border-t border-line px-4 py-3">
        <Sum runs={runs} hasMore={list.hasNextPage} />
        <div className="flex flex-wrap items-center gap-2 max-sm:w-full max-sm:*:flex-1">
          {list.data.pages.length > 2 && (
            <Button kind="quiet" icon="retry" busy={list.isRefetching && !list.isFetchingNextPage} onClick={() => void list.refetch()}>
              Refresh list
            </Button>
          )}
          {list.hasNextPage && <NextPageButton list={list}>Show older runs</NextPageButton>}
        </div>
      </footer>
    </>
  );
}

/** What the shown runs add up to. */
function Sum({ runs, hasMore }: { runs: readonly Run[]; hasMore: boolean }) {
  const cost = picosOf(runs.reduce((sum, run) => sum + micros(run.known_cost_usd), 0n));
  const tokens = runs.reduce((sum, run) => sum + run.tokens_used, 0);
  const unknown = runs.filter((run) => run.cost_usd === null && run.status !== 'running').length;
  return (
    <p className="figures text-s text-ink-muted" role="status">
      {hasMore ? 'The newest ' : ''}
      {plural(runs.length, 'run')}: {exactDollars(cost, decimalsOf(cost))}, {count(tokens)} tokens
      {unknown > 0 && `, ${plural(unknown, 'run')} of unknown cost`}.
    </p>
  );
}

/** With a filter, the API may answer a page without a match though older runs do match: the next ones are read. */
function useSearchThroughEmptyPages(list: ReturnType<typeof useRunsList>, found: number): boolean {
  const { hasNextPage, isFetching, isError, isPlaceholderData, fetchNextPage } = list;
  const pages = list.data?.pages.length ?? 0;
  const goesOn = found === 0 && hasNextPage && !isError && !isPlaceholderData && pages < EMPTY_PAGES_MAX;
  useEffect(() => {
    if (goesOn && !isFetching) void fetchNextPage();
  }, [goesOn, isFetching, fetchNextPage]);
  return goesOn;
}

/** As high as the rows, or cards, that it replaces while they load. */
function RunsSkeleton() {
  return (
    <div role="status" aria-label="Loading the runs" className="divide-y divide-line">
      {Array.from({ length: 8 }, (_, index) => (
        <div key={index} className="flex h-[14.5rem] flex-col justify-center gap-4 px-4 sm:h-19 sm:flex-row sm:items-center sm:gap-6">
          <Skeleton className="h-4 w-2/3 sm:w-1/3" />
          <Skeleton className="h-4 w-1/3 sm:w-1/6" />
          <Skeleton className="h-4 w-1/2 sm:ms-auto sm:w-1/6" />
        </div>
      ))}
    </div>
  );
}
