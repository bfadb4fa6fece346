import type { ReactNode } from 'react';
import { count } from '@/format';
import { allSources, sourceWords } from '@/pages/runs/words';
import { Combobox, Field, Input, Select, Switch, TextArea, type Choice } from '@/ui';
import { authorWords, formatWords, INSTRUCTIONS_CHARS_MAX, noUpdatesWords, withSource, type Draft, type DraftField } from './draft';
import { HeadersField } from './headers-field';
import { PathsFields } from './paths-fields';

interface MoreFieldsProps {
  draft: Draft;
  set: (part: Partial<Draft>) => void;
  errorAt: (pointer: string) => string | undefined;
  touch: (field: DraftField) => void;
  hostChanges: boolean;
  models: Choice[];
}

const tones = ['Professional', 'Informative', 'Friendly & Casual'] as const;

export function MoreFields({ draft, set, errorAt, touch, hostChanges, models }: MoreFieldsProps) {
  return (
    <>
      <PathsFields
        paths={draft}
        onChange={set}
        // In a list of repositories, the API checks them there too.
        errorAt={(pointer) => errorAt(pointer) ?? errorAt(`/repositories/0${pointer}`)}
        onBlur={touch}
        of={draft.repositories.length === 0 ? '' : ' of the first repository'}
      />
      <Instructions text={draft.instructions} onChange={(instructions) => set({ instructions })} error={errorAt('/instructions')} isPlain={draft.model.trim() === 'plain'} onBlur={() => touch('instructions')} />
      <Field label="Tone" error={errorAt('/tone_of_voice')}>
        {(control) => (
          <Select {...control} value={draft.tone_of_voice} onChange={(event) => set({ tone_of_voice: event.target.value as Draft['tone_of_voice'] })}>
            {tones.map((tone) => (
              <option key={tone}>{tone}</option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="Language" error={errorAt('/language')} hint="In English: German, Brazilian Portuguese.">
        {(control) => (
          <Input {...control} value={draft.language} maxLength={40} onChange={(event) => set({ language: event.target.value })} onBlur={() => touch('language')} />
        )}
      </Field>
      <Field label="Authors" error={errorAt('/author_display')}>
        {(control) => (
          <Select {...control} value={draft.author_display} onChange={(event) => set({ author_display: event.target.value as Draft['author_display'] })}>
            <Options words={authorWords} />
          </Select>
        )}
      </Field>
      <Field label="If there are no commits" error={errorAt('/if_no_updates')} hint="Neither counts against the limit.">
        {(control) => (
          <Select {...control} value={draft.if_no_updates} onChange={(event) => set({ if_no_updates: event.target.value as Draft['if_no_updates'] })}>
            <Options words={noUpdatesWords} />
          </Select>
        )}
      </Field>
      <div className="flex flex-col gap-1">
        <Switch showLabel label="Link to the commits" checked={draft.link_to_commits} onChange={(link_to_commits) => set({ link_to_commits })} />
        <Switch
          showLabel
          label="Read the diffs of the changes: better reports, more tokens"
          checked={draft.include_diffs}
          onChange={(include_diffs) => set({ include_diffs })}
        />
        {allSources.filter((source) => source !== 'commits').map((source) => (
          <Switch
            key={source}
            showLabel
            label={`Also report ${sourceWords[source].toLowerCase()}`}
            checked={draft.sources.includes(source)}
            onChange={(isOn) => set({ sources: withSource(draft.sources, source, isOn) })}
          />
        ))}
        <Switch showLabel label="Schedule is on" checked={draft.enabled} onChange={(enabled) => set({ enabled })} />
      </div>
      <Field label="Model" required={false} error={errorAt('/model')} hint="Without one, the deployment’s model writes the report.">
        {(control) => (
          <Combobox {...control} value={draft.model} onChange={(model) => set({ model })} choices={models} onBlur={() => touch('model')} />
        )}
      </Field>
      <Field label="Message format" error={errorAt('/webhook_format')}>
        {(control) => (
          <Select {...control} value={draft.webhook_format} onChange={(event) => set({ webhook_format: event.target.value as Draft['webhook_format'] })}>
            <Options words={formatWords} />
          </Select>
        )}
      </Field>
      <HeadersField
        headers={draft.webhook_headers}
        onChange={(webhook_headers) => set({ webhook_headers })}
        errorAt={errorAt}
        hostChanges={hostChanges}
      />
    </>
  );
}

interface InstructionsProps {
  text: string;
  onChange: (text: string) => void;
  error: string | undefined;
  /** The report is written without a model. */
  isPlain: boolean;
  onBlur: () => void;
}

/** The user's own wishes. A text that is too long is not cut off: what is too much may be anywhere in it. */
function Instructions({ text, onChange, error, isPlain, onBlur }: InstructionsProps) {
  const length = [...text.trim()].length;
  const excess = length - INSTRUCTIONS_CHARS_MAX;
  return (
    <Field
      label="Instructions"
      required={false}
      error={error ?? (excess > 0 ? `At most ${count(INSTRUCTIONS_CHARS_MAX)} characters: remove ${count(excess)}.` : undefined)}
      hint={
        <>
          What the report should stress or omit, in your own words.{' '}
          {isPlain ? 'This report is written without a model: nothing follows them.' : 'Only a model follows them: a report without one ignores them.'}{' '}
          <span className="figures whitespace-nowrap">
            {count(length)} of {count(INSTRUCTIONS_CHARS_MAX)} characters.
          </span>
        </>
      }
    >
      {(control) => <TextArea {...control} value={text} onChange={(event) => onChange(event.target.value)} onBlur={onBlur} />}
    </Field>
  );
}

function Options({ words }: { words: Record<string, string> }): ReactNode {
  return Object.entries(words).map(([value, word]) => (
    <option key={value} value={value}>
      {word}
    </option>
  ));
}
