import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect } from 'react';
import { configurationName, furtherWords, useConfigurations, useRepositories } from '@/api/holdings';
import { forecastQuery } from '@/api/queries';
import type { Configuration, Forecast } from '@/api/types';
import { useSwitchSchedule } from '@/api/use-switch-schedule';
import { useSearchText } from '@/app/use-search-text';
import { count, hostOf, isUnlimited, plural, spokenInstant } from '@/format';
import {
  Button, ButtonLink, Callout, Card, EmptyState, EndpointBadge, ErrorPanel, Instant, PageHeader, RowLink, RunStatusBadge, SearchInput,
  SkeletonRows, Switch, Table, useNow, useZone, type Column,
} from '@/ui';

/** From how many configurations on a search helps. */
const SEARCH_FROM = 5;

const route = getRouteApi('/app/configurations');

export default function ConfigurationsPage() {
  const { query, all } = useConfigurations();
  const forecast = useQuery(forecastQuery());
  const { search = '', repository_id: repositoryId } = route.useSearch();
  const { find } = useRepositories();
  const navigate = route.useNavigate();
  const [typed, setTyped] = useSearchText(
    search,
    (text) => void navigate({ search: (before) => ({ ...before, search: text || undefined }), replace: true, resetScroll: false }),
  );
  const isFiltered = search !== '' || repositoryId !== undefined;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  useEffect(() => {
    // A search over a part of the list would hide what it has not seen.
    if (isFiltered && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [isFiltered, hasNextPage, isFetchingNextPage, fetchNextPage]);

  // The warning and the list appear together: the list would move when the warning comes.
  const isReady = all !== undefined && !forecast.isPending;
  const wanted = search.toLowerCase();
  const shown = !isReady ? undefined : all.filter((each) => {
    const repository = find(each.repository_id);
    const texts = [configurationName(each, repository), repository?.name ?? '', each.branch, hostOf(each.webhook_url) ?? ''];
    return (repositoryId === undefined || each.repository_id === repositoryId) && texts.some((text) => text.toLowerCase().includes(wanted));
  });
  return (
    <>
      <PageHeader
        title="Configurations"
        note={<span className="block min-h-12 sm:min-h-6"><Answer configurations={all} forecast={forecast.data} /></span>}
        actions={
          <ButtonLink kind="primary" icon="plus" to="/app/configurations/new" search={repositoryId === undefined ? {} : { repository_id: repositoryId }}>
            Add configuration
          </ButtonLink>
        }
      />
      <div className="flex flex-col gap-4">
        {isReady && forecast.data !== undefined && <Skipped forecast={forecast.data} />}
        {((all?.length ?? 0) >= SEARCH_FROM || isFiltered) && (
          <div className="flex flex-wrap items-center gap-2">
            <SearchInput
              className="w-full sm:w-80"
              aria-label="Search configurations"
              placeholder="Name, repository, branch or host"
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
            {repositoryId !== undefined && (
              <Button icon="close" onClick={() => void navigate({ search: (before) => ({ ...before, repository_id: undefined }) })}>
                Only {find(repositoryId)?.name ?? 'one repository'}
                <span className="sr-only">: show all repositories</span>
              </Button>
            )}
          </div>
        )}
        {query.isError && all !== undefined && <ErrorPanel error={query.error} onRetry={() => void query.refetch()} retrying={query.isFetching} />}
        <Card key={isReady ? 'list' : 'skeleton'}>
          {shown === undefined ? (
            query.isError ? (
              <ErrorPanel bare error={query.error} onRetry={() => void query.refetch()} retrying={query.isFetching} />
            ) : (
              <SkeletonRows rows={4} label="Loading the configurations" />
            )
          ) : shown.length === 0 ? (
            isFiltered ? (
              <EmptyState icon="search" title="No configuration matches" action={<Button onClick={() => void navigate({ search: {} })}>Show all configurations</Button>}>
                {hasNextPage ? 'Still searching…' : 'Names, repositories, branches and hosts were searched.'}
              </EmptyState>
            ) : (
              <NoConfiguration />
            )
          ) : (
            <Rows rows={shown} />
          )}
        </Card>
        {hasNextPage && !isFiltered && (
          <div className="flex justify-center">
            <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              Show more configurations
            </Button>
          </div>
        )}
      </div>
    </>
  );
}

/** How many there are, and what happens next. */
function Answer({ configurations, forecast }: { configurations: Configuration[] | undefined; forecast: Forecast | undefined }) {
  const zone = useZone();
  const now = useNow();
  if (configurations === undefined || configurations.length === 0) return <>Each says when a report is written, and where it is sent.</>;
  const due = configurations.filter((each) => each.enabled && each.next_run_at !== null);
  const next = due.sort((a, b) => (a.next_run_at ?? '').localeCompare(b.next_run_at ?? ''))[0];
  const runs = forecast === undefined ? '' : ` ${plural(forecast.runs_due, 'run')} due before the reset.`;
  if (next?.next_run_at == null) return <>No report is due.</>;
  return (
    <>
      The next report is due {spokenInstant(next.next_run_at, zone, now)}.{runs}
    </>
  );
}

function Skipped({ forecast }: { forecast: Forecast }) {
  if (forecast.runs_over_limit === 0) return null;
  return (
    <Callout tone="warn" icon="warning" title={`${plural(forecast.runs_over_limit, 'report')} of this month won’t fit`} action={<ButtonLink to="/app/profile">See plan</ButtonLink>}>
      {count(forecast.runs_due)} are due and {plural(Math.max(0, forecast.monthly_limit - forecast.runs_used), 'run')} of {count(forecast.monthly_limit)} are left. Make
      schedules rarer, or switch off what can wait.
    </Callout>
  );
}

function NoConfiguration() {
  const { all } = useRepositories();
  if (all?.length === 0) {
    return (
      <EmptyState
        icon="configurations"
        title="No configuration yet"
        action={
          <ButtonLink kind="primary" icon="plus" to="/app/repositories" search={{ add: true }}>
            Add repository
          </ButtonLink>
        }
      >
        A configuration is about a repository: add one first.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon="configurations"
      title="No configuration yet"
      action={
        <ButtonLink kind="primary" icon="plus" to="/app/configurations/new" search={{}}>
          Add configuration
        </ButtonLink>
      }
    >
      It says when a report is written and where it is sent. You see the runs that it needs before you save it.
    </EmptyState>
  );
}

function Rows({ rows }: { rows: readonly Configuration[] }) {
  const { find, all } = useRepositories();
  const nameOf = (configuration: Configuration) => configurationName(configuration, find(configuration.repository_id));
  const toggle = useSwitchSchedule(nameOf);
  const columns: readonly Column<Configuration>[] = [
    {
      key: 'name',
      header: 'Configuration',
      primary: true,
      className: 'max-w-80',
      cell: (each) => (
        <span className="block py-1">
          <RowLink to="/app/configurations/$configurationId" params={{ configurationId: each.id }} className="break-words">
            {nameOf(each)}
          </RowLink>
          <span className="block text-s break-words text-ink-muted">
            {find(each.repository_id)?.name ?? (all === undefined ? '…' : 'Deleted repository')} · {each.branch}
            {furtherWords(each)}
          </span>
        </span>
      ),
    },
    {
      key: 'delivery',
      header: 'Delivery',
      cell: (each) =>
        each.webhook_url === null ? (
          <span className="text-s text-ink-muted">No webhook</span>
        ) : (
          <span className="flex flex-col items-start gap-0.5 py-1">
            <EndpointBadge state={each.delivery_health.state} />
            <span className="max-w-52 truncate text-s text-ink-muted max-sm:max-w-full">{hostOf(each.webhook_url)}</span>
          </span>
        ),
    },
    { key: 'next', header: 'Next report', cell: (each) => <NextReport configuration={each} /> },
    {
      key: 'last',
      header: 'Last report',
      cell: (each) =>
        each.last_run_status === null ? (
          <span className="text-ink-muted">None yet</span>
        ) : (
          <span className="flex flex-col items-start gap-0.5 py-1">
            <RunStatusBadge status={each.last_run_status} />
            {each.last_run_at !== null && (
              <span className="text-s text-ink-muted">
                <Instant at={each.last_run_at} focusable={false} />
              </span>
            )}
          </span>
        ),
    },
    { key: 'impact', header: 'Runs needed', align: 'end', cell: (each) => <Impact configuration={each} /> },
    {
      key: 'enabled',
      header: 'Schedule',
      cell: (each) => (
        <span className="relative z-1 inline-flex">
          <Switch
            label={`Schedule of ${nameOf(each)}`}
            checked={each.enabled}
            busy={toggle.isPending && toggle.variables.configuration.id === each.id}
            onChange={(enabled) => toggle.mutate({ configuration: each, enabled })}
          />
        </span>
      ),
    },
  ];
  return <Table caption="Report configurations" columns={columns} rows={rows} rowKey={(each) => each.id} />;
}

/** When the next report is due, or why none is. */
function NextReport({ configuration: { enabled, next_run_at: at, delivery_health: health } }: { configuration: Configuration }) {
  if (!enabled) return <span className="text-ink-muted">Off</span>;
  if (at !== null) return <Instant at={at} focusable={false} />;
  return <span className="text-ink-muted">{health.state === 'disabled' ? 'Paused: webhook disabled' : 'None'}</span>;
}

function Impact({ configuration: { quota_impact: impact, enabled } }: { configuration: Configuration }) {
  return (
    <span className="inline-flex flex-col py-1 whitespace-nowrap sm:items-end">
      <span>
        {count(enabled ? impact.runs_this_month : 0)} <span className="text-s text-ink-muted">still this month</span>
      </span>
      <span className="text-s text-ink-muted">
        {count(impact.runs_per_month)} in the next{impact.exceeds_limit && !isUnlimited(impact.monthly_limit) && <span className="text-bad">, over the limit</span>}
      </span>
    </span>
  );
}
