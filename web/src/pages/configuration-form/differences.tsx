import { useEffect, useRef } from 'react';
import { useRepositories } from '@/api/holdings';
import { Button, Icon } from '@/ui';
import { changedFields, fieldNames, inWords, isChanged, type Draft } from './draft';

interface ConflictProps {
  /** As it was when the form was opened. */
  opened: Draft;
  /** As it is saved now. */
  newest: Draft;
  mine: Draft;
  onTakeNewest: () => void;
  onKeepMine: () => void;
  busy: boolean;
}

/** The configuration was changed elsewhere since the form was opened: what differs, and the choice. */
export function Conflict({ opened, newest, mine, onTakeNewest, onKeepMine, busy }: ConflictProps) {
  const { find } = useRepositories();
  const box = useRef<HTMLElement>(null);
  useEffect(() => box.current?.focus(), []);
  const theirs = changedFields(opened, newest);
  const ours = changedFields(opened, mine);
  const fields = [...new Set([...ours, ...theirs])];
  const words = (draft: Draft, field: (typeof fields)[number]) => inWords(draft, field, (id) => find(id)?.name);
  const overwritten = fields.filter((field) => ours.includes(field) && theirs.includes(field) && isChanged(newest, mine, field));
  return (
    <section ref={box} tabIndex={-1} role="alertdialog" aria-label="Changed elsewhere" className="rounded-l border border-warn bg-warn-soft p-4">
      <p className="flex items-center gap-2 font-strong">
        <Icon name="warning" className="size-5 text-warn" />
        This configuration was changed elsewhere while you edited it
      </p>
      <p className="mt-1 text-ink-muted">
        Nothing of yours is saved yet.{' '}
        {overwritten.length === 0
          ? 'Your changes and the other ones are about different fields: saving keeps both.'
          : `Saving replaces what was changed elsewhere in: ${overwritten.map((field) => fieldNames[field].toLowerCase()).join(', ')}. The other fields keep it.`}
      </p>
      <table className="mt-3 w-full text-start max-sm:text-s">
        <caption className="sr-only">What differs</caption>
        <thead>
          <tr className="text-s text-ink-muted *:py-1 *:pe-4 *:text-start *:font-normal">
            <th scope="col">Field</th>
            <th scope="col">Saved now</th>
            <th scope="col">Yours</th>
          </tr>
        </thead>
        <tbody>
          {fields.map((field) => (
            <tr key={field} className="border-t border-line *:py-1.5 *:pe-4 *:text-start *:align-top *:break-words">
              <th scope="row" className="font-normal">
                {fieldNames[field]}
              </th>
              <td>
                {words(newest, field)}
                {theirs.includes(field) && <span className="text-s text-ink-muted"> (was {words(opened, field)})</span>}
              </td>
              <td>{ours.includes(field) ? words(mine, field) : <span className="text-ink-muted">Not changed</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className="mt-4 flex flex-wrap gap-2">
        <Button kind="primary" busy={busy} onClick={onKeepMine}>
          Save my changes
        </Button>
        <Button onClick={onTakeNewest}>Discard mine and show the newest</Button>
      </div>
    </section>
  );
}
