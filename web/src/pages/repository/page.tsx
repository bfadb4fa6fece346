import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { api, done } from '@/api/client';
import { branchesQuery, configurationName, repositoryQuery, useConfigurations, type Tagged } from '@/api/holdings';
import { toApiError } from '@/api/problem';
import type { Configuration, Repository, Schema } from '@/api/types';
import { useSearchText } from '@/app/use-search-text';
import { useStay } from '@/app/use-stay';
import { plural } from '@/format';
import { announce, BackLink, Badge, Button, ButtonLink, Card, CardHeader, ConfirmDialog, CopyButton, EmptyState, EndpointBadge, ErrorPanel, ExternalLink, Figure, Instant, PageHeader, RowLink, SearchInput, Skeleton, SkeletonRows, Table, useSettled, useSettledOrLate, type Column } from '@/ui';
import { providerName, RepositoryDialog } from './form';

const route = getRouteApi('/app/repositories/$repositoryId');

export default function RepositoryPage() {
  const { repositoryId } = route.useParams();
  const query = useQuery(repositoryQuery(repositoryId));
  if (query.data !== undefined) return <Shown repository={query.data} />;
  const isMissing = query.isError && toApiError(query.error).status === 404;
  return (
    <>
      <BackLink to="/app/repositories" search={{}}>
        Repositories
      </BackLink>
      <PageHeader title="Repository" />
      {isMissing ? (
        <EmptyState icon="repositories" title="This repository does not exist" action={<ButtonLink to="/app/repositories" search={{}}>All repositories</ButtonLink>}>
          It may have been deleted. Its runs and counters are kept.
        </EmptyState>
      ) : query.isError ? (
        <ErrorPanel error={query.error} onRetry={() => void query.refetch()} retrying={query.isFetching} />
      ) : (
        <div role="status" aria-label="Loading the repository" className="flex flex-col gap-6">
          <Skeleton className="h-28" />
          <Skeleton className="h-64" />
        </div>
      )}
    </>
  );
}

function Shown({ repository }: { repository: Tagged<Repository> }) {
  const { value } = repository;
  const navigate = route.useNavigate();
  const { edit, branch = '' } = route.useSearch();
  const { query, all } = useConfigurations();
  const [firstSearch] = useState(branch.trim());
  const branches = useQuery(branchesQuery(value.id, firstSearch, 1));
  const isSettled = useSettledOrLate(branches.isPending || query.isPending);
  const [deleting, setDeleting] = useState(false);
  const uses = all?.filter((each) => each.repository_id === value.id);
  const openForm = (open: boolean) => void navigate({ search: (before) => ({ ...before, edit: open || undefined }), resetScroll: false });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  useEffect(() => {
    // What uses it is only known from the whole list.
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return (
    <>
      <BackLink to="/app/repositories" search={{}}>
        Repositories
      </BackLink>
      <PageHeader
        title={value.name}
        note={
          <span className="inline-flex max-w-full flex-wrap items-center gap-x-1">
            {value.url.startsWith('https://') ? (
              <ExternalLink href={value.url} className="break-all">
                {value.url.replace(/^https:\/\//, '')}
              </ExternalLink>
            ) : (
              <span className="break-all">{value.url}</span>
            )}
            <CopyButton value={value.url} label="Copy address" />
          </span>
        }
        actions={
          <>
            <Button icon="edit" onClick={() => openForm(true)}>
              Edit
            </Button>
            <ButtonLink kind="primary" icon="plus" to="/app/configurations/new" search={{ repository_id: value.id }}>
              Add configuration
            </ButtonLink>
          </>
        }
      />
      <div className="flex flex-col gap-6">
        <Card label="Repository">
          <dl className="grid grid-cols-2 gap-4 p-4 sm:grid-cols-4 sm:px-6">
            <Figure label="Git host" value={providerName(value.provider)} />
            <Figure label="Access" value={value.has_token ? 'With a token' : 'Public'} note={value.has_token ? 'Never shown again' : undefined} />
            <Figure label="Used by" value={uses === undefined ? '…' : plural(uses.length, 'configuration')} />
            <Figure label="Added" value={<Instant at={value.created_at} />} />
          </dl>
        </Card>
        <div className="grid items-start gap-6 xl:grid-cols-2">
          <Branches repository={value} />
          {isSettled && <Uses configurations={uses} error={query.isError && all === undefined ? query.error : null} onRetry={() => void query.refetch()} repositoryId={value.id} />}
        </div>
        {isSettled && (
          <Card>
            <CardHeader
              title="Delete repository"
              note="Its configurations are disabled. Runs and counters are kept."
              actions={
                <Button kind="danger" icon="trash" onClick={() => setDeleting(true)}>
                  Delete repository
                </Button>
              }
            />
            <div className="h-2" />
          </Card>
        )}
      </div>
      <RepositoryDialog
        open={edit === true}
        repository={repository}
        onClose={() => openForm(false)}
        onSaved={(saved, isStillHere) => {
          announce('Repository saved', saved.url === value.url ? null : `Its address is ${saved.url}.`);
          if (isStillHere) openForm(false);
        }}
      />
      <DeleteRepository open={deleting} onClose={() => setDeleting(false)} repository={repository} uses={uses} />
    </>
  );
}

type Branch = Schema<'Branch'>;

const branchColumns: readonly Column<Branch>[] = [
  {
    key: 'name',
    header: 'Branch',
    primary: true,
    cell: (branch) => (
      <span className="inline-flex flex-wrap items-center gap-2 break-all">
        {branch.name}
        {branch.is_default && <Badge icon="check">Default</Badge>}
        {branch.protected && <Badge icon="key">Protected</Badge>}
      </span>
    ),
  },
  {
    key: 'commit',
    header: 'Commit',
    cell: (branch) => (branch.commit_sha === null ? <span className="text-ink-muted">Unknown</span> : <span className="font-mono text-s">{branch.commit_sha.slice(0, 10)}</span>),
  },
];

/** The branches, read live from the git host: that they are shown also proves that it can be reached. */
function Branches({ repository }: { repository: Repository }) {
  const { branch: search = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const [typed, setTyped] = useSearchText(
    search,
    (text) => void navigate({ search: (before) => ({ ...before, branch: text || undefined }), replace: true, resetScroll: false }),
  );
  const [page, setPage] = useState(1);
  const settled = useSettled(search.trim(), 250);
  const branches = useQuery(branchesQuery(repository.id, settled, page));
  const pagination = branches.data?.pagination;
  return (
    <Card>
      <CardHeader title="Branches" note="Read live from the git host." />
      <div className="px-4 pb-2 sm:px-6">
        <SearchInput
          aria-label="Search branches"
          placeholder="Part of a branch’s name"
          value={typed}
          onChange={(event) => {
            setPage(1);
            setTyped(event.target.value);
          }}
        />
      </div>
      {branches.data === undefined ? (
        branches.isError ? (
          <ErrorPanel bare error={branches.error} onRetry={() => void branches.refetch()} retrying={branches.isFetching} />
        ) : (
          <SkeletonRows rows={4} label="Loading the branches" />
        )
      ) : branches.data.data.length === 0 ? (
        <EmptyState icon="search" title={settled === '' ? 'No branch yet' : 'No branch contains this text'}>
          {settled === '' ? 'The repository is empty: a report needs a branch with commits.' : 'Upper and lower case are the same.'}
        </EmptyState>
      ) : (
        <Table caption={`Branches of ${repository.name}`} columns={branchColumns} rows={branches.data.data} rowKey={(each) => each.name} stale={branches.isFetching} />
      )}
      {pagination !== undefined && (pagination.has_more || page > 1 || !pagination.complete) && (
        <div className="flex flex-wrap items-center justify-between gap-2 border-t border-line px-4 py-2 text-s text-ink-muted sm:px-6">
          <span>{pagination.complete ? `Page ${page}` : 'Not all branches of this host were read: search for a part of the name.'}</span>
          <span className="flex gap-2">
            <Button kind="quiet" icon="chevron-left" disabled={page === 1} onClick={() => setPage(page - 1)}>
              Earlier
            </Button>
            <Button kind="quiet" disabled={!pagination.has_more} onClick={() => setPage(page + 1)}>
              More branches
            </Button>
          </span>
        </div>
      )}
    </Card>
  );
}

const columnsOfUses: readonly Column<Configuration>[] = [
  {
    key: 'name',
    header: 'Configuration',
    primary: true,
    cell: (each) => (
      <RowLink to="/app/configurations/$configurationId" params={{ configurationId: each.id }}>
        {configurationName(each)}
      </RowLink>
    ),
  },
  { key: 'branch', header: 'Branch', cell: (each) => <span className="break-all">{each.branch}</span> },
  { key: 'health', header: 'Delivery', cell: (each) => (each.webhook_url === null ? <span className="text-ink-muted">No webhook</span> : <EndpointBadge state={each.delivery_health.state} />) },
  { key: 'next', header: 'Next report', cell: (each) => (each.enabled ? <Instant at={each.next_run_at} absent="None" focusable={false} /> : <span className="text-ink-muted">Off</span>) },
];

function Uses({ configurations, error, onRetry, repositoryId }: { configurations: Configuration[] | undefined; error: unknown; onRetry: () => void; repositoryId: string }) {
  return (
    <Card>
      <CardHeader title="Configurations" note="Whose reports are about this repository." />
      {configurations === undefined ? (
        error === null ? (
          <SkeletonRows rows={3} label="Loading the configurations" />
        ) : (
          <ErrorPanel bare error={error} onRetry={onRetry} />
        )
      ) : configurations.length === 0 ? (
        <EmptyState
          icon="configurations"
          title="No configuration uses it"
          action={
            <ButtonLink icon="plus" to="/app/configurations/new" search={{ repository_id: repositoryId }}>
              Add configuration
            </ButtonLink>
          }
        >
          A configuration says when a report is written, and where it is sent.
        </EmptyState>
      ) : (
        <Table caption="Configurations of this repository" columns={columnsOfUses} rows={configurations} rowKey={(each) => each.id} />
      )}
    </Card>
  );
}

function DeleteRepository({ open, onClose, repository, uses }: { open: boolean; onClose: () => void; repository: Tagged<Repository>; uses: Configuration[] | undefined }) {
  const queryClient = useQueryClient();
  const navigate = route.useNavigate();
  const { value, etag } = repository;
  const remove = useMutation({
    mutationFn: () => done(api.DELETE('/repositories/{id}', { params: { path: { id: value.id }, header: { 'If-Match': etag } } })),
    onMutate: useStay(),
    onSuccess: async (_answer, _input, isStillHere) => {
      announce(`${value.name} is deleted`, uses === undefined || uses.length === 0 ? null : `${plural(uses.length, 'configuration')} switched off.`);
      if (isStillHere()) await navigate({ to: '/app/repositories', search: {} });
      queryClient.removeQueries({ queryKey: repositoryQuery(value.id).queryKey });
      void queryClient.invalidateQueries({ queryKey: ['repositories'] });
      void queryClient.invalidateQueries({ queryKey: ['report-configurations'] });
      void queryClient.invalidateQueries({ queryKey: ['report-runs', 'usage'] });
    },
    onError: (cause) => {
      // What is confirmed next must be what is saved now.
      if (toApiError(cause).status === 412) void queryClient.invalidateQueries({ queryKey: repositoryQuery(value.id).queryKey });
    },
  });
  const close = () => {
    remove.reset();
    onClose();
  };
  return (
    <ConfirmDialog
      open={open}
      onClose={close}
      onConfirm={() => remove.mutate()}
      title={`Delete ${value.name}?`}
      action="Delete repository"
      typed={value.name}
      busy={remove.isPending}
      error={remove.isError && <ErrorPanel error={remove.error} />}
    >
      {uses !== undefined && uses.length > 0 ? (
        <>
          <p>Its {plural(uses.length, 'configuration')} write no more reports:</p>
          <ul className="my-2 list-disc ps-5">
            {uses.slice(0, 5).map((each) => (
              <li key={each.id}>{configurationName(each)}</li>
            ))}
            {uses.length > 5 && <li>{uses.length - 5} more</li>}
          </ul>
        </>
      ) : (
        <p>No configuration uses it.</p>
      )}
      <p>{value.has_token ? 'Its token is deleted too. ' : ''}Runs and counters are kept.</p>
    </ConfirmDialog>
  );
}
