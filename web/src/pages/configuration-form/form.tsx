import { useQuery } from '@tanstack/react-query';
import { useEffect, useId, useMemo, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { branchesQuery, useRepositories } from '@/api/holdings';
import { toApiError, type ApiError } from '@/api/problem';
import { plansQuery } from '@/api/queries';
import { hostOf } from '@/format';
import { Callout, Card, Combobox, ErrorPanel, Field, Input, Link, Select, type Choice } from '@/ui';
import { isChanged, moreFields, previewOf, styleNotes, type Draft, type DraftField } from './draft';
import { MoreFields } from './more-fields';
import { PreviewCard } from './preview-card';
import { ScheduleFields } from './schedule-fields';
import { usePreview, useSettled } from './use-preview';

interface ConfigurationFormProps {
  /** What is saved, or the defaults of a new configuration. */
  base: Draft;
  draft: Draft;
  onChange: (draft: Draft) => void;
  onSubmit: () => void;
  /** Why the last attempt to save failed. */
  error: unknown;
  /** The saved configuration that is edited. */
  id?: string;
  /** Above the fields: what the form has to say first. */
  children?: ReactNode;
  /** The buttons. */
  actions: ReactNode;
}

/** The fields of a configuration in one column, the most used first; beside them, what saving would lead to. */
export function ConfigurationForm({ base, draft, onChange, onSubmit, error, id, children, actions }: ConfigurationFormProps) {
  const form = useRef<HTMLFormElement>(null);
  const preview = usePreview(useMemo(() => previewOf(draft, id), [draft, id]));
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  // A field that was changed since the server refused it is no longer marked.
  const [refused, setRefused] = useState<{ error: unknown; draft: Draft }>();
  if (error !== (refused?.error ?? null) && error !== null && error !== undefined) setRefused({ error, draft });
  const problem = error === null || error === undefined ? null : toApiError(error);

  const touch = (field: DraftField) => setTouched((before) => (before.has(field) ? before : new Set([...before, field])));
  const set = (part: Partial<Draft>) => onChange({ ...draft, ...part });
  const errorAt = (pointer: string): string | undefined => {
    const field = pointer.split('/')[1] as DraftField;
    const isUnchanged = refused !== undefined && !isChanged(refused.draft, draft, field);
    const fromSaving = isUnchanged ? problem?.fieldError(pointer) : undefined;
    if (fromSaving !== undefined) return fromSaving;
    if (field !== 'schedule' && field !== 'timezone' && !touched.has(field)) return undefined;
    return preview.data?.problems.find((each) => each.pointer === pointer)?.detail;
  };

  const hasErrorInMore = problem?.errors.some((each) => moreFields.includes(each.pointer.split('/')[1] as DraftField)) ?? false;
  const [more, setMore] = useState(() => moreFields.some((field) => field !== 'webhook_format' && isChanged(base, draft, field)));
  const isMoreOpen = more || (hasErrorInMore && refused?.draft === draft);
  useEffect(() => {
    if (problem === null) return;
    // The first field that has to change, once it is marked.
    const timer = setTimeout(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(), 0);
    return () => clearTimeout(timer);
    // Only when another answer has come.
  }, [error]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <form ref={form} noValidate onSubmit={submit} aria-label="Configuration" className="flex flex-col gap-6">
      {children}
      <div className="grid items-start gap-x-8 gap-y-6 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <Card label="Report" className="flex flex-col gap-4 p-4 sm:p-6">
          <RepositoryField draft={draft} set={set} error={errorAt('/repository_id')} />
          <BranchField draft={draft} set={set} error={errorAt('/branch')} onBlur={() => touch('branch')} />
          <ScheduleFields
            schedule={draft.schedule}
            timezone={draft.timezone}
            onSchedule={(schedule) => set({ schedule })}
            onTimezone={(timezone) => set({ timezone })}
            scheduleError={errorAt('/schedule')}
            timezoneError={errorAt('/timezone')}
            onBlur={touch}
          />
        </Card>
        <div className="lg:sticky lg:top-6 lg:col-start-2 lg:row-span-2 lg:row-start-1">
          <PreviewCard preview={preview} schedule={draft.schedule} timezone={draft.timezone} enabled={draft.enabled} />
        </div>
        <Card label="Delivery" className="flex flex-col gap-4 p-4 sm:p-6 lg:col-start-1">
          <Field
            label="Webhook address"
            required={false}
            error={errorAt('/webhook_url')}
            hint="https. Slack, Discord, Teams and Google Chat are recognised by their address; anything else gets signed JSON."
          >
            {(control) => (
              <Input
                {...control}
                type="url"
                inputMode="url"
                autoComplete="off"
                spellCheck={false}
                placeholder="https://receiver.example.com/hook"
                value={draft.webhook_url}
                onChange={(event) => set({ webhook_url: event.target.value })}
                onBlur={() => touch('webhook_url')}
              />
            )}
          </Field>
          <Field label="Name" required={false} error={errorAt('/name')} hint="How the report is called in lists and messages.">
            {(control) => (
              <Input {...control} value={draft.name} maxLength={100} onChange={(event) => set({ name: event.target.value })} onBlur={() => touch('name')} />
            )}
          </Field>
          <Field label="Style" error={errorAt('/report_style')}>
            {(control) => (
              <Select {...control} value={draft.report_style} onChange={(event) => set({ report_style: event.target.value as Draft['report_style'] })}>
                {Object.entries(styleNotes).map(([value, words]) => (
                  <option key={value} value={value}>
                    {words}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <details
            open={isMoreOpen}
            onToggle={(event) => setMore((event.target as HTMLDetailsElement).open)}
            className="-mx-4 border-t border-line px-4 sm:-mx-6 sm:px-6"
          >
            <summary className="target flex items-center pt-4 font-strong text-accent">More</summary>
            <div className="flex flex-col gap-4 pt-4">
              <MoreFields draft={draft} set={set} errorAt={errorAt} touch={touch} hostChanges={movesHost(base, draft)} models={useModels()} />
            </div>
          </details>
        </Card>
      </div>
      <Refusal problem={problem} errorAt={errorAt} />
      <div className="tall:sticky bottom-[calc(3.5rem+env(safe-area-inset-bottom))] z-10 -mx-4 flex flex-wrap items-center justify-end gap-2 border-t border-line bg-canvas px-4 py-3 max-sm:*:flex-1 sm:mx-0 sm:px-0 md:bottom-0">
        {actions}
      </div>
    </form>
  );
}

function movesHost(base: Draft, draft: Draft): boolean {
  return base.webhook_url !== '' && hostOf(draft.webhook_url) !== hostOf(base.webhook_url);
}

function useModels(): Choice[] {
  const models = useQuery(plansQuery()).data?.models ?? [];
  return models
    .filter((model) => model.retirement?.retired !== true)
    .map((model) => ({ value: model.model, note: model.default ? 'default' : model.retired_on === null ? undefined : `until ${model.retired_on}` }));
}

/** Why saving failed, unless each field says it. */
function Refusal({ problem, errorAt }: { problem: ApiError | null; errorAt: (pointer: string) => string | undefined }) {
  if (problem === null || problem.status === 412) return null;
  const marked = problem.errors.filter((each) => errorAt(each.pointer) === each.detail);
  if (problem.errors.length > 0 && marked.length === 0 && problem.status === 422) return null;
  if (problem.errors.length > 0 && marked.length === problem.errors.length) {
    return (
      <div role="alert">
        <Callout tone="bad" icon="error" title={marked.length === 1 ? 'Not saved: one field has to change' : `Not saved: ${marked.length} fields have to change`}>
          Each is marked, with the reason.
        </Callout>
      </div>
    );
  }
  return (
    <div className="flex flex-col gap-2">
      <ErrorPanel error={problem} />
      {problem.code === 'PLAN_LIMIT_REACHED' && (
        <p>
          <Link to="/app/profile">See plan and limits</Link>
        </p>
      )}
    </div>
  );
}

interface PartProps {
  draft: Draft;
  set: (part: Partial<Draft>) => void;
  error: string | undefined;
}

function RepositoryField({ draft, set, error }: PartProps) {
  const { query, all } = useRepositories();
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  useEffect(() => {
    // A select has to have all of them.
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return (
    <Field
      label="Repository"
      required
      error={error ?? (query.isError ? toApiError(query.error).detail : undefined)}
      hint={all?.length === 0 ? undefined : <Link to="/app/repositories" search={{ add: true }}>Add another repository</Link>}
    >
      {(control) =>
        all?.length === 0 ? (
          <p id={control.id}>
            There is no repository yet. <Link to="/app/repositories" search={{ add: true }}>Add the first repository</Link>
          </p>
        ) : (
          <Select {...control} value={draft.repository_id} onChange={(event) => set({ repository_id: event.target.value, branch: '' })}>
            <option value="">{all === undefined ? 'Loading…' : 'Choose a repository'}</option>
            {all?.map((repository) => (
              <option key={repository.id} value={repository.id}>
                {repository.name}
              </option>
            ))}
            {all !== undefined && draft.repository_id !== '' && !all.some((each) => each.id === draft.repository_id) && (
              <option value={draft.repository_id}>A deleted repository</option>
            )}
          </Select>
        )
      }
    </Field>
  );
}

function BranchField({ draft, set, error, onBlur }: PartProps & { onBlur: () => void }) {
  const [search, setSearch] = useState('');
  const branches = useQuery(branchesQuery(draft.repository_id, useSettled(search, 250)));
  const standard = branches.data?.data.find((branch) => branch.is_default)?.name;
  const { branch } = draft;
  const latest = useRef(set);
  latest.current = set;
  useEffect(() => {
    // The default branch is what most reports are about: it is chosen with the repository.
    if (branch === '' && standard !== undefined && search === '') latest.current({ branch: standard });
    // Not again when the user clears the field.
  }, [standard, draft.repository_id]);
  const hintId = useId();
  return (
    <Field
      label="Branch"
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
          onChange={(value) => set({ branch: value })}
          onSearch={setSearch}
          onBlur={onBlur}
          choices={(branches.data?.data ?? []).map((each) => ({
            value: each.name,
            note: [each.is_default && 'default', each.protected && 'protected'].filter(Boolean).join(', ') || undefined,
          }))}
          status={branchStatus(draft.repository_id, branches)}
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
