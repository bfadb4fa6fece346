import { useEffect, useId, useRef, useState } from 'react';
import { count, monthName, monthsBefore, plural } from '@/format';
import { Button, Callout, Dialog, ErrorPanel, Field, Select, useNow } from '@/ui';
import { download, exportListed, exportMonths, LISTED_RUNS_MAX, type Exported } from './export';
import { countOf, wholeMonths, type RunsFilter } from './filter';

interface ExportDialogProps {
  open: boolean;
  onClose: () => void;
  filter: RunsFilter;
  /** The filter in words, such as `status failed, from 1 November 2026 (UTC)`; empty without one. */
  words: string;
}

type State =
  | { step: 'ready' }
  | { step: 'reading'; runs: number }
  | { step: 'done'; exported: Exported; name: string }
  | { step: 'failed'; error: unknown };

const MONTHS_OFFERED = 13;

/** Exports what the filter shows, or a month as the API exports it, and says which of the two it is. */
export function ExportDialog({ open, onClose, filter, words }: ExportDialogProps) {
  const now = useNow();
  const months = monthsBefore(new Date(now).toISOString(), MONTHS_OFFERED);
  const whole = wholeMonths(filter);
  const [scope, setScope] = useState<'shown' | 'month'>('shown');
  const [month, setMonth] = useState(months[0] ?? '');
  const [state, setState] = useState<State>({ step: 'ready' });
  const abort = useRef<AbortController>(undefined);
  const name = useId();

  useEffect(() => {
    if (open) setState({ step: 'ready' });
    else abort.current?.abort();
  }, [open]);
  useEffect(() => () => abort.current?.abort(), []);

  const isReading = state.step === 'reading';
  const start = async () => {
    const controller = new AbortController();
    abort.current = controller;
    const progress = {
      signal: controller.signal,
      onProgress: (runs: number) => {
        if (!controller.signal.aborted) setState({ step: 'reading', runs });
      },
    };
    setState({ step: 'reading', runs: 0 });
    try {
      const chosen = scope === 'month' ? [month] : whole;
      const exported = await (chosen === null ? exportListed(filter, progress) : exportMonths(chosen, progress));
      if (controller.signal.aborted) return;
      const file = `report-runs-${chosen === null ? `${countOf(filter) === 0 ? 'all' : 'filtered'}-${new Date(now).toISOString().slice(0, 10)}` : chosen.join('-')}.csv`;
      download(file, exported.parts);
      setState({ step: 'done', exported, name: file });
    } catch (error) {
      if (!controller.signal.aborted) setState({ step: 'failed', error });
    }
  };

  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Export runs"
      actions={
        <>
          <Button onClick={onClose}>{isReading ? 'Stop export' : 'Close'}</Button>
          <Button kind="primary" icon="download" busy={isReading} onClick={() => void start()}>
            Download CSV
          </Button>
        </>
      }
    >
      <fieldset className="flex flex-col gap-4" disabled={isReading}>
        <legend className="mb-2 text-s font-strong">What to export</legend>
        <Option name={name} checked={scope === 'shown'} onChoose={() => setScope('shown')} title={words === '' ? 'All runs' : 'The runs that the filter shows'}>
          {words !== '' && <>Runs with {words}. </>}
          {whole === null ? (
            <>
              Read from the list page by page, newest first, with the columns of the API’s export: at most {count(LISTED_RUNS_MAX)} runs.
            </>
          ) : (
            <>The API’s export, which is complete: oldest first, and its rows add up to the usage of {whole.length === 1 ? 'the month' : 'these months'}.</>
          )}
        </Option>
        <Option name={name} checked={scope === 'month'} onChoose={() => setScope('month')} title="A month, without the filter">
          The API’s export: every run of the month in UTC, oldest first. Its rows add up to the month’s usage.
        </Option>
        {scope === 'month' && (
          <Field label="Month (UTC)" className="ps-8">
            {(control) => (
              <Select {...control} value={month} onChange={(event) => setMonth(event.target.value)}>
                {months.map((each) => (
                  <option key={each} value={each}>
                    {monthName(each)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        )}
      </fieldset>
      <div role="status" className="mt-4 empty:hidden">
        {isReading && <p className="figures text-ink-muted">{plural(state.runs, 'run')} read.</p>}
        {state.step === 'done' &&
          (state.exported.isPartial ? (
            <Callout tone="warn" icon="warning" title={`${state.name} has the newest ${plural(state.exported.runs, 'run')}`}>
              More runs match. Narrow the filter, or export their months one by one.
            </Callout>
          ) : (
            <Callout tone="ok" icon="check-circle" title={`${state.name} has ${plural(state.exported.runs, 'run')}`} />
          ))}
      </div>
      {state.step === 'failed' && (
        <div className="mt-4">
          <ErrorPanel error={state.error} onRetry={() => void start()} />
        </div>
      )}
    </Dialog>
  );
}

function Option({ name, checked, onChoose, title, children }: { name: string; checked: boolean; onChoose: () => void; title: string; children: React.ReactNode }) {
  const id = useId();
  return (
    <div className="flex items-start gap-3">
      <input
        type="radio" id={id} name={name} checked={checked} onChange={onChoose} aria-describedby={`${id}-note`}
        className="mt-1 size-5 shrink-0 accent-accent"
      />
      <div>
        <label htmlFor={id} className="font-strong">
          {title}
        </label>
        <p id={`${id}-note`} className="text-s text-ink-muted">
          {children}
        </p>
      </div>
    </div>
  );
}
