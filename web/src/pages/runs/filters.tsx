import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect, useId, useState, type ReactNode } from 'react';
import { configurationsQuery } from '@/api/queries';
import { toApiError } from '@/api/problem';
import type { Run } from '@/api/types';
import { Button, cx, Field, Input, Select } from '@/ui';
import { countOf, deliveryStates, statuses, triggers, type RunsFilter } from './filter';
import { repositoryOptionsQuery } from './queries';
import { SearchBox, type Found } from './search-box';
import { triggerWord } from './words';

export interface Names {
  configurations: Map<string, string>;
  repositories: Map<string, string>;
}

/** The names to choose from. What was deleted has the name that the listed runs know it by. */
export function useNames(runs: readonly Run[]): Names {
  const configurations = useInfiniteQuery(configurationsQuery()).data?.pages.flatMap((page) => page.data) ?? [];
  const repositories = useQuery(repositoryOptionsQuery()).data ?? [];
  const names: Names = { configurations: new Map(), repositories: new Map() };
  for (const each of configurations) names.configurations.set(each.id, each.name ?? 'Unnamed configuration');
  for (const each of repositories) names.repositories.set(each.id, each.name);
  for (const { report_configuration_id: configuration, repository_id: repository, configuration_snapshot: known } of runs) {
    if (!names.configurations.has(configuration)) names.configurations.set(configuration, known.name ?? 'Unnamed configuration');
    if (!names.repositories.has(repository)) names.repositories.set(repository, known.repository_name);
  }
  return names;
}

export function deliveryWord(state: string): string {
  return state === 'none' ? 'No delivery' : state.charAt(0).toUpperCase() + state.slice(1);
}

const statusWords = { running: 'Running', success: 'Success', failed: 'Failed', cancelled: 'Cancelled' };

interface FiltersProps {
  filter: RunsFilter;
  names: Names;
  error: unknown;
  onChange: (filter: RunsFilter, options?: { replace: boolean }) => void;
  onRun: (runId: string) => void;
  /** What can be done with the runs that are shown. */
  actions: ReactNode;
}

/** The filters, which are in the address. On a phone they are folded away behind their number. */
export function Filters({ filter, names, error, onChange, onRun, actions }: FiltersProps) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const set = (change: Partial<RunsFilter>, replace = false) => onChange({ ...filter, ...change }, { replace });
  const active = countOf(filter);
  const problem = error === null ? null : toApiError(error);
  const items: Found[] = [
    ...[...names.configurations].map(([key, label]): Found => ({ key, label, kind: 'Configuration', icon: 'configurations', choose: () => set({ configuration_id: key }) })),
    ...[...names.repositories].map(([key, label]): Found => ({ key, label, kind: 'Repository', icon: 'repositories', choose: () => set({ repository_id: key }) })),
  ];
  return (
    <section aria-label="Filters" className="mb-4 flex flex-col gap-4">
      <div className="flex flex-wrap gap-2 max-sm:*:grow sm:flex-nowrap">
        <SearchBox items={items} onRun={onRun} />
        <Button className="sm:hidden" icon="configurations" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
          {active === 0 ? 'Filters' : `Filters (${active})`}
        </Button>
        {active > 0 && (
          <Button kind="quiet" icon="close" aria-label="Clear filters" className="gap-1" onClick={() => onChange({})}>
            Clear<span className="max-sm:hidden">filters</span>
          </Button>
        )}
        {actions}
      </div>
      <div id={id} className={cx('grid grid-cols-2 gap-4 sm:grid-cols-4 xl:grid-cols-7', !open && 'max-sm:hidden')}>
        <Choice label="Status" value={filter.status} onChoose={(status) => set({ status })} options={statuses.map((each) => [each, statusWords[each]])} />
        <Choice label="Delivery" value={filter.delivery_state} onChoose={(state) => set({ delivery_state: state })} options={deliveryStates.map((each) => [each, deliveryWord(each)])} />
        <Choice label="Trigger" value={filter.trigger} onChoose={(trigger) => set({ trigger })} options={triggers.map((each) => [each, triggerWord(each)])} />
        <Choice label="Configuration" value={filter.configuration_id} onChoose={(key) => set({ configuration_id: key })} options={[...names.configurations]} />
        <Choice label="Repository" value={filter.repository_id} onChoose={(key) => set({ repository_id: key })} options={[...names.repositories]} />
        <DayField label="From (UTC)" value={filter.from} max={filter.to} error={problem?.fieldError('/from')} onDay={(from) => set({ from }, true)} />
        <DayField label="To (UTC)" value={filter.to} min={filter.from} error={problem?.fieldError('/to')} onDay={(to) => set({ to }, true)} />
      </div>
    </section>
  );
}

interface ChoiceProps<Value extends string> {
  label: string;
  value: Value | undefined;
  options: readonly (readonly [Value, string])[];
  onChoose: (value: Value | undefined) => void;
}

function Choice<Value extends string>({ label, value, options, onChoose }: ChoiceProps<Value>) {
  const isKnown = value === undefined || options.some(([each]) => each === value);
  return (
    <Field label={label} className="min-w-0">
      {(control) => (
        <Select {...control} value={value ?? ''} onChange={(event) => onChoose((event.target.value || undefined) as Value | undefined)}>
          <option value="">Any</option>
          {options.map(([each, word]) => (
            <option key={each} value={each}>
              {word}
            </option>
          ))}
          {!isKnown && <option value={value}>Deleted or unknown</option>}
        </Select>
      )}
    </Field>
  );
}

interface DayFieldProps {
  label: string;
  value: string | undefined;
  min?: string | undefined;
  max?: string | undefined;
  error: string | undefined;
  onDay: (day: string | undefined) => void;
}

/** A day, applied when it is complete: a year that is being typed begins with zeros. */
function DayField({ label, value, min, max, error, onDay }: DayFieldProps) {
  const [draft, setDraft] = useState(value ?? '');
  useEffect(() => setDraft(value ?? ''), [value]);
  return (
    <Field label={label} error={error} className="min-w-0">
      {(control) => (
        <Input
          {...control}
          type="date"
          value={draft}
          min={min}
          max={max}
          onChange={(event) => {
            const day = event.target.value;
            setDraft(day);
            if (/^2\d{3}-/.test(day) && day !== value) onDay(day);
          }}
          onBlur={(event) => {
            if (event.target.value === '' && value !== undefined && !event.target.validity.badInput) onDay(undefined);
          }}
        />
      )}
    </Field>
  );
}
