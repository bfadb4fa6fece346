import { useQuery } from '@tanstack/react-query';
import { useEffect, useId, useRef, useState } from 'react';
import { branchesQuery, useRepositories } from '@/api/holdings';
import { toApiError } from '@/api/problem';
import type { Repository } from '@/api/types';
import { Button, Combobox, Field, IconButton, Link, Select, useSettled } from '@/ui';
import { isFilled, noPaths, REPOSITORIES_MAX, type BranchDraft, type Draft, type DraftField } from './draft';
import { FoldedPaths } from './paths-fields';

interface RepositoryFieldsProps {
  draft: Draft;
  set: (part: (draft: Draft) => Partial<Draft>) => void;
  errorAt: (pointer: string) => string | undefined;
  touch: (field: DraftField) => void;
}

/** What the report is about: a repository and its branch, and below them any further ones. */
export function RepositoryFields({ draft, set, errorAt, touch }: RepositoryFieldsProps) {
  const { query, all } = useRepositories();
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  useEffect(() => {
    // A select has to have all of them.
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const listError = query.isError ? toApiError(query.error).detail : undefined;
  const rows = draft.repositories;
  const filled = rows.filter(isFilled);
  const nextKey = useRef(1_000);
  const addButton = useRef<HTMLButtonElement>(null);
  const isRemoved = useRef(false);
  useEffect(() => {
    // The removed row had the focus.
    if (isRemoved.current) addButton.current?.focus();
    isRemoved.current = false;
  }, [rows.length]);
  const change = (key: number, part: Partial<BranchDraft>) =>
    set((before) => ({ repositories: before.repositories.map((row) => (row.key === key ? { ...row, ...part } : row)) }));
  const add = () => {
    nextKey.current += 1;
    const row = { key: nextKey.current, repository_id: '', branch: '', ...noPaths };
    set((before) => ({ repositories: [...before.repositories, row] }));
  };
  const remove = (key: number) => {
    isRemoved.current = true;
    set((before) => ({ repositories: before.repositories.filter((row) => row.key !== key) }));
  };
  return (
    <>
      <RepositoryField
        label="Repository"
        all={all}
        value={draft.repository_id}
        onChange={(repository_id) => set((before) => withOtherRepository(before, repository_id))}
        error={errorAt('/repository_id') ?? errorAt('/repositories/0/repository_id') ?? errorAt('/repositories/0') ?? listError}
        withLink
      />
      <BranchField
        label="Branch"
        repositoryId={draft.repository_id}
        branch={draft.branch}
        onChange={(branch) => set(() => ({ branch }))}
        error={errorAt('/branch') ?? errorAt('/repositories/0/branch')}
        onBlur={() => touch('branch')}
      />
      {rows.map((row, index) => {
        // Only rows in which something is entered are sent.
        const pointer = `/repositories/${filled.indexOf(row) + 1}`;
        const errorOf = (member: string) => (isFilled(row) ? errorAt(pointer + member) : undefined);
        const number = index + 2;
        return (
          <div key={row.key} role="group" aria-label={`Repository ${number} and its branch`} className="flex flex-col">
            <div className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-2 sm:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_auto]">
              <RepositoryField
                label={`Repository ${number}`}
                all={all}
                value={row.repository_id}
                onChange={(repository_id) => change(row.key, withOtherRepository(row, repository_id))}
                error={errorOf('/repository_id') ?? errorOf('') ?? (isRepeated(draft, row) ? 'This repository with this branch is in the list already.' : undefined)}
                autoFocus={row.key === nextKey.current}
              />
              <BranchField
                label={`Branch ${number}`}
                repositoryId={row.repository_id}
                branch={row.branch}
                onChange={(branch) => change(row.key, { branch })}
                error={errorOf('/branch')}
                onBlur={() => touch('repositories')}
              />
              <IconButton icon="close" label={`Remove repository ${number}`} onClick={() => remove(row.key)} className="mt-6 max-sm:col-start-2 max-sm:row-start-1" />
            </div>
            <FoldedPaths paths={row} onChange={(part) => change(row.key, part)} errorAt={errorOf} onBlur={() => touch('repositories')} of={` of repository ${number}`} />
          </div>
        );
      })}
      {errorAt('/repositories') && <p className="text-s text-bad">{errorAt('/repositories')}</p>}
      {all?.length !== 0 &&
        (rows.length + 1 < REPOSITORIES_MAX ? (
          <div className="-my-1 -ms-3">
            <Button ref={addButton} kind="quiet" icon="plus" onClick={add}>
              Add another repository
            </Button>
          </div>
        ) : (
          <p className="text-s text-ink-muted">A report covers at most {REPOSITORIES_MAX} repositories.</p>
        ))}
    </>
  );
}

/** With another repository: the branch and the paths were those of the one before. */
function withOtherRepository(before: Pick<Draft, 'repository_id'>, repository_id: string) {
  return { repository_id, branch: '', ...(before.repository_id === '' ? {} : noPaths) };
}

/** Whether the row is the same as the first one, or as one above it. */
function isRepeated(draft: Draft, row: BranchDraft): boolean {
  const above = draft.repositories.slice(0, draft.repositories.indexOf(row));
  const isSame = (other: Pick<Draft, 'repository_id' | 'branch'>) => other.repository_id === row.repository_id && other.branch.trim() === row.branch.trim();
  return row.repository_id !== '' && row.branch.trim() !== '' && [draft, ...above].some(isSame);
}

interface RepositoryFieldProps {
  label: string;
  all: readonly Repository[] | undefined;
  value: string;
  onChange: (id: string) => void;
  error: string | undefined;
  /** Links to where a repository is added to the account. */
  withLink?: boolean;
  autoFocus?: boolean;
}

function RepositoryField({ label, all, value, onChange, error, withLink = false, autoFocus = false }: RepositoryFieldProps) {
  return (
    <Field
      label={label}
      required
      error={error}
      hint={withLink && all?.length !== 0 ? <Link to="/app/repositories" search={{ add: true }}>Add a repository to the account</Link> : undefined}
    >
      {(control) =>
        all?.length === 0 ? (
          <p id={control.id}>
            There is no repository yet. <Link to="/app/repositories" search={{ add: true }}>Add the first repository</Link>
          </p>
        ) : (
          <Select {...control} autoFocus={autoFocus} value={value} onChange={(event) => onChange(event.target.value)}>
            <option value="">{all === undefined ? 'Loading…' : 'Choose a repository'}</option>
            {all?.map((repository) => (
              <option key={repository.id} value={repository.id}>
                {repository.name}
              </option>
            ))}
            {all !== undefined && value !== '' && !all.some((each) => each.id === value) && <option value={value}>A deleted repository</option>}
          </Select>
        )
      }
    </Field>
  );
}

interface BranchFieldProps {
  label: string;
  repositoryId: string;
  branch: string;
  onChange: (branch: string) => void;
  error: string | undefined;
  onBlur: () => void;
}

function BranchField({ label, repositoryId, branch, onChange, error, onBlur }: BranchFieldProps) {
  const [search, setSearch] = useState('');
  const branches = useQuery(branchesQuery(repositoryId, useSettled(search, 250)));
  const standard = branches.data?.data.find((each) => each.is_default)?.name;
  const latest = useRef(onChange);
  latest.current = onChange;
  useEffect(() => {
    // The default branch is what most reports are about: it is chosen with the repository.
    if (branch === '' && standard !== undefined && search === '') latest.current(standard);
    // Not again when the user clears the field.
  }, [standard, repositoryId]);
  const hintId = useId();
  return (
    <Field
      label={label}
      required
      error={error}
      hint={
        branches.isError ? (
          <span id={hintId} className="text-warn">
            {toApiError(branches.error).detail} A branch can be typed all the same.
          </span>
        ) : undefined
      }
    >
      {(control) => (
        <Combobox
          {...control}
          value={branch}
          onChange={onChange}
          onSearch={setSearch}
          onBlur={onBlur}
          choices={(branches.data?.data ?? []).map((each) => ({
            value: each.name,
            note: [each.is_default && 'default', each.protected && 'protected'].filter(Boolean).join(', ') || undefined,
          }))}
          status={branchStatus(repositoryId, branches)}
        />
      )}
    </Field>
  );
}

function branchStatus(repositoryId: string, branches: { isError: boolean; isFetching: boolean; data?: { data: unknown[]; pagination: { has_more: boolean; complete: boolean } } | undefined }): string | undefined {
  if (repositoryId === '') return 'Choose a repository first.';
  if (branches.isError) return 'The branches can’t be listed now.';
  if (branches.data === undefined) return 'Loading the branches from the git host…';
  if (branches.data.data.length === 0) return 'No branch contains this text.';
  if (branches.data.pagination.has_more) return 'There are more branches: type a part of the name.';
  if (!branches.data.pagination.complete) return 'Not all branches of this repository were read.';
  return undefined;
}
