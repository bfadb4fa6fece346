import { useRepositories } from '@/api/holdings';
import { changedFields, fieldNames, inWords, isChanged, type Draft } from './draft';

interface DifferencesProps {
  /** As it was when the form was opened. */
  opened: Draft;
  /** As it is saved now. */
  newest: Draft;
  mine: Draft;
}

/** What saving would replace, and each field that differs. */
export function Differences({ opened, newest, mine }: DifferencesProps) {
  const { find } = useRepositories();
  const theirs = changedFields(opened, newest);
  const ours = changedFields(opened, mine);
  const fields = [...new Set([...ours, ...theirs])];
  const words = (draft: Draft, field: (typeof fields)[number]) => inWords(draft, field, (id) => find(id)?.name);
  const overwritten = fields.filter((field) => ours.includes(field) && theirs.includes(field) && isChanged(newest, mine, field));
  return (
    <>
      {overwritten.length === 0
        ? 'Your changes and the other ones are about different fields: saving keeps both.'
        : `Saving replaces what was changed elsewhere in: ${overwritten.map((field) => fieldNames[field].toLowerCase()).join(', ')}. The other fields keep it.`}
      <table className="mt-3 w-full text-start text-ink max-sm:text-s">
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
            <tr key={field} className="border-t border-line *:py-1.5 *:pe-4 *:text-start *:align-top whitespace-pre-line">
              <th scope="row" className="font-normal break-words">
                {fieldNames[field]}
              </th>
              <td className="wrap-anywhere">
                {words(newest, field)}
                {theirs.includes(field) && <span className="text-s text-ink-muted"> (was {words(opened, field)})</span>}
              </td>
              <td className="wrap-anywhere">{ours.includes(field) ? words(mine, field) : <span className="text-ink-muted">Not changed</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
