/** Configurations and repositories: what several pages read of them. */
import { queryOptions, useInfiniteQuery } from '@tanstack/react-query';
import { api, read, readWithTag } from './client';
import { configurationsQuery, repositoriesQuery } from './queries';
import type { Configuration, Repository } from './types';

export interface Tagged<Value> {
  value: Value;
  /** For `If-Match`. */
  etag: string;
}

/** The tag of a version: an edit compares nothing else. */
export const tagOf = (record: { version: number }): string => `"${record.version}"`;

export async function loadConfiguration(id: string, signal?: AbortSignal): Promise<Tagged<Configuration>> {
  const { value, etag } = await readWithTag(api.GET('/report-configurations/{id}', { params: { path: { id } }, ...(signal && { signal }) }));
  return { value, etag: etag ?? tagOf(value) };
}

export async function loadRepository(id: string, signal?: AbortSignal): Promise<Tagged<Repository>> {
  const { value, etag } = await readWithTag(api.GET('/repositories/{id}', { params: { path: { id } }, ...(signal && { signal }) }));
  return { value, etag: etag ?? tagOf(value) };
}

export const configurationQuery = (id: string) =>
  queryOptions({ queryKey: ['report-configurations', 'one', id], queryFn: ({ signal }) => loadConfiguration(id, signal) });

export const repositoryQuery = (id: string) =>
  queryOptions({ queryKey: ['repositories', 'one', id], queryFn: ({ signal }) => loadRepository(id, signal) });

/** A page of branches whose name contains a text, read live from the git host. */
export const branchesQuery = (repositoryId: string, search = '', page = 1) =>
  queryOptions({
    queryKey: ['repositories', 'branches', repositoryId, search, page],
    queryFn: ({ signal }) =>
      read(
        api.GET('/repositories/{id}/branches', {
          params: { path: { id: repositoryId }, query: { page, perPage: 50, ...(search === '' ? {} : { search }) } },
          signal,
        }),
      ),
    enabled: repositoryId !== '',
    staleTime: 60_000,
    retry: false,
  });

/** All repositories that are loaded, by id. */
export function useRepositories() {
  const query = useInfiniteQuery(repositoriesQuery());
  const all = query.data?.pages.flatMap((page) => page.data);
  return { query, all, find: (id: string) => all?.find((each) => each.id === id) };
}

/** All configurations that are loaded. */
export function useConfigurations() {
  const query = useInfiniteQuery(configurationsQuery());
  return { query, all: query.data?.pages.flatMap((page) => page.data) };
}

/** What a configuration is called: its name, or that of its repository and branch. */
export function configurationName(configuration: Configuration, repository?: Repository): string {
  return configuration.name ?? (repository === undefined ? `Report on ${configuration.branch}` : `${repository.name}, ${configuration.branch}`);
}

/** ` and 2 more`, after the first repository of a report; nothing if it is the only one. */
export function furtherWords({ repositories }: { repositories: readonly unknown[] }): string {
  return repositories.length < 2 ? '' : ` and ${repositories.length - 1} more`;
}
