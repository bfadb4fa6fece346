import { getRouteApi } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useConfigurations, useRepositories } from '@/api/holdings';
import type { Repository } from '@/api/types';
import { useSearchText } from '@/app/use-search-text';
import { plural } from '@/format';
import {
  announce, Badge, Button, Card, EmptyState, ErrorPanel, Instant, Link, PageHeader, RowLink, SearchInput, SkeletonRows, Table, type Column,
} from '@/ui';
import { providerName, RepositoryDialog } from '../repository/form';

const SEARCH_FROM = 5;

const route = getRouteApi('/app/repositories');

export default function RepositoriesPage() {
  const { query, all } = useRepositories();
  const { search = '', add } = route.useSearch();
  const navigate = route.useNavigate();
  const [typed, setTyped] = useSearchText(
    search,
    (text) => void navigate({ search: (before) => ({ ...before, search: text || undefined }), replace: true, resetScroll: false }),
  );
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  useEffect(() => {
    if (search !== '' && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [search, hasNextPage, isFetchingNextPage, fetchNextPage]);
  const openForm = (open: boolean) => void navigate({ search: (before) => ({ ...before, add: open || undefined }), resetScroll: false });
  const wanted = search.toLowerCase();
  const shown = all?.filter((each) => each.name.toLowerCase().includes(wanted) || each.url.toLowerCase().includes(wanted));
  return (
    <>
      <PageHeader
        title="Repositories"
        note="What reports are about: GitHub, GitLab, Gitea and Forgejo, public or with a token."
        actions={
          <Button kind="primary" icon="plus" onClick={() => openForm(true)}>
            Add repository
          </Button>
        }
      />
      <div className="flex flex-col gap-4">
        {((all?.length ?? 0) >= SEARCH_FROM || search !== '') && (
          <SearchInput
            className="w-full sm:w-80"
            aria-label="Search repositories"
            placeholder="Name or address"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
        {query.isError && all !== undefined && <ErrorPanel error={query.error} onRetry={() => void query.refetch()} retrying={query.isFetching} />}
        <Card>
          {shown === undefined ? (
            query.isError ? (
              <ErrorPanel bare error={query.error} onRetry={() => void query.refetch()} retrying={query.isFetching} />
            ) : (
              <SkeletonRows rows={3} label="Loading the repositories" />
            )
          ) : shown.length > 0 ? (
            <Rows rows={shown} />
          ) : search === '' ? (
            <EmptyState
              icon="repositories"
              title="No repository yet"
              action={
                <Button kind="primary" icon="plus" onClick={() => openForm(true)}>
                  Add repository
                </Button>
              }
            >
              Paste any address of a git repository: reports list and explain its commits.
            </EmptyState>
          ) : (
            <EmptyState icon="search" title="No repository matches" action={<Button onClick={() => void navigate({ search: {} })}>Show all repositories</Button>}>
              Names and addresses were searched.
            </EmptyState>
          )}
        </Card>
        {hasNextPage && search === '' && (
          <div className="flex justify-center">
            <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              Show more repositories
            </Button>
          </div>
        )}
      </div>
      <RepositoryDialog
        open={add === true}
        onClose={() => openForm(false)}
        onSaved={(repository, isStillHere) => {
          announce('Repository added', `It is stored as ${repository.url}.`);
          if (isStillHere) void navigate({ to: '/app/repositories/$repositoryId', params: { repositoryId: repository.id }, search: {} });
        }}
      />
    </>
  );
}

function Rows({ rows }: { rows: readonly Repository[] }) {
  const { query, all } = useConfigurations();
  const columns: readonly Column<Repository>[] = [
    {
      key: 'name',
      header: 'Repository',
      primary: true,
      cell: (each) => (
        <span className="block py-1">
          <RowLink to="/app/repositories/$repositoryId" params={{ repositoryId: each.id }} search={{}} className="break-words">
            {each.name}
          </RowLink>
          <span className="block text-s break-all text-ink-muted">{each.url.replace(/^https:\/\//, '')}</span>
        </span>
      ),
    },
    { key: 'host', header: 'Git host', cell: (each) => providerName(each.provider) },
    { key: 'access', header: 'Access', cell: (each) => <Access repository={each} /> },
    {
      key: 'used',
      header: 'Used by',
      cell: (each) => {
        if (all === undefined) return <span className="text-ink-muted">…</span>;
        const count = all.filter((configuration) => configuration.repository_id === each.id).length;
        if (count === 0) return <span className="text-ink-muted">{query.hasNextPage ? 'Unknown' : 'Nothing yet'}</span>;
        return (
          <Link to="/app/configurations" search={{ repository_id: each.id }} className="relative z-1">
            {plural(count, 'configuration')}
          </Link>
        );
      },
    },
    { key: 'added', header: 'Added', cell: (each) => <Instant at={each.created_at} focusable={false} /> },
  ];
  return <Table caption="Repositories" columns={columns} rows={rows} rowKey={(each) => each.id} />;
}

export function Access({ repository }: { repository: Repository }) {
  return repository.has_token ? <Badge icon="key">With a token</Badge> : <span className="text-ink-muted">Public</span>;
}
