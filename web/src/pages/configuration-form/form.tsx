import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { toApiError, type ApiError } from '@/api/problem';
import { plansQuery } from '@/api/queries';
import { hostOf } from '@/format';
import { Callout, Card, ErrorPanel, Field, Input, Link, Select, type Choice } from '@/ui';
import { isChanged, moreFields, pointerOfField, previewOf, styleNotes, type Draft, type DraftField } from './draft';
import { MoreFields } from './more-fields';
import { PreviewCard } from './preview-card';
import { RepositoryFields } from './repository-fields';
import { ScheduleFields } from './schedule-fields';
import { usePreview } from './use-preview';

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

/** The fields whose change can correct an error. */
function correctedBy(pointer: string): DraftField[] {
  const field = pointer.split('/')[1] as DraftField;
  // The list that is sent begins with the first repository, its branch and its paths.
  if (field === 'repositories') return [field, 'repository_id', 'branch', 'include_paths', 'exclude_paths'];
  // A path that is excluded must not contain one that is included.
  if (pointer === '/exclude_paths') return ['exclude_paths', 'include_paths'];
  return [field];
}

/** The fields of a configuration in one column, the most used first; beside them, what saving would lead to. */
export function ConfigurationForm({ base, draft, onChange, onSubmit, error, id, children, actions }: ConfigurationFormProps) {
  const form = useRef<HTMLFormElement>(null);
  const preview = usePreview(useMemo(() => previewOf(draft, id), [draft, id]));
  // What the last answer is about.
  const previewed = useRef(draft);
  if (preview.current) previewed.current = draft;
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  // A field that was changed since the server refused it is no longer marked.
  const [refused, setRefused] = useState<{ error: unknown; draft: Draft }>();
  if (error !== (refused?.error ?? null) && error !== null && error !== undefined) setRefused({ error, draft });
  const problem = error === null || error === undefined ? null : toApiError(error);

  const touch = (field: DraftField) => setTouched((before) => (before.has(field) ? before : new Set([...before, field])));
  // Two fields may change before the form is rendered again, as when the default branches of two repositories arrive.
  const latest = useRef(draft);
  latest.current = draft;
  const change = (part: (draft: Draft) => Partial<Draft>) => {
    latest.current = { ...latest.current, ...part(latest.current) };
    onChange(latest.current);
  };
  const set = (part: Partial<Draft>) => change(() => part);
  const errorAt = (pointer: string): string | undefined => {
    const field = pointer.split('/')[1] as DraftField;
    const isUnchanged = refused !== undefined && !correctedBy(pointer).some((each) => isChanged(refused.draft, draft, each));
    const fromSaving = isUnchanged ? problem?.fieldError(pointer) : undefined;
    if (fromSaving !== undefined) return fromSaving;
    if (field !== 'schedule' && field !== 'timezone' && !touched.has(field)) return undefined;
    // What an answer about earlier paths names can be in another line now.
    if (pointer.includes('_paths') && correctedBy(pointer).some((each) => isChanged(previewed.current, draft, each))) return undefined;
    return preview.data?.problems.find((each) => each.pointer === pointer)?.detail;
  };

  const hasErrorInMore = problem?.errors.some((each) => moreFields.includes(pointerOfField(each.pointer).split('/')[1] as DraftField)) ?? false;
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
        <Card label="Report" className="flex min-w-0 flex-col gap-4 p-4 sm:p-6">
          <RepositoryFields draft={draft} set={change} errorAt={errorAt} touch={touch} />
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
        <Card label="Delivery" className="flex min-w-0 flex-col gap-4 p-4 sm:p-6 lg:col-start-1">
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
    const fields = new Set(marked.map((each) => pointerOfField(each.pointer))).size;
    return (
      <div role="alert">
        <Callout tone="bad" icon="error" title={fields === 1 ? 'Not saved: one field has to change' : `Not saved: ${fields} fields have to change`}>
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
