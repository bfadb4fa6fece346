import { useState } from 'react';
import { pathsInWords } from '@/pages/runs/words';
import { Field, TextArea } from '@/ui';
import { fieldNames, numberedPaths, pathsOf, type PathsDraft } from './draft';

type ErrorAt = (pointer: string) => string | undefined;

const hints: Record<keyof PathsDraft, string> = {
  include_paths: 'Folders or files from the repository’s top, one per line, such as packages/api. Empty for the whole repository.',
  exclude_paths: 'Folders or files, one per line. A commit that changes only these is not reported.',
};
const members = Object.keys(hints) as (keyof PathsDraft)[];

interface PathsFieldsProps {
  paths: PathsDraft;
  onChange: (part: Partial<PathsDraft>) => void;
  /** The API's words about `/include_paths`, or about one of its paths, `/include_paths/2`. */
  errorAt: ErrorAt;
  onBlur: (member: keyof PathsDraft) => void;
  /** After the names of the fields, if the form has them several times. */
  of?: string;
}

/** The paths of a repository that the report is about, and those that it is not about. */
export function PathsFields({ paths, onChange, errorAt, onBlur, of = '' }: PathsFieldsProps) {
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      {members.map((member) => (
        <Field key={member} label={fieldNames[member] + of} required={false} error={errorsOf(paths, member, errorAt)} hint={hints[member]} className="min-w-0">
          {(control) => (
            <TextArea
              {...control}
              rows={3}
              className="font-mono"
              spellCheck={false}
              autoCapitalize="off"
              value={paths[member]}
              onChange={(event) => onChange({ [member]: event.target.value })}
              onBlur={() => onBlur(member)}
            />
          )}
        </Field>
      ))}
    </div>
  );
}

/** The same in a row of a further repository: folded, with what is entered. */
export function FoldedPaths(props: PathsFieldsProps) {
  const [isOpen, setOpen] = useState(false);
  const { include_paths: include, exclude_paths: exclude } = pathsOf(props.paths);
  const hasError = members.some((member) => errorsOf(props.paths, member, props.errorAt) !== undefined);
  return (
    <details open={isOpen || hasError} onToggle={(event) => setOpen((event.target as HTMLDetailsElement).open)}>
      <summary className="target flex items-center text-s text-accent">
        <span className="min-w-0 break-words">Paths: {pathsInWords(include, exclude) || 'the whole repository'}</span>
      </summary>
      <div className="pt-2">
        <PathsFields {...props} />
      </div>
    </details>
  );
}

/** What is wrong with a text, a line each. The API names the place among the paths that were sent. */
function errorsOf(paths: PathsDraft, member: keyof PathsDraft, errorAt: ErrorAt): string | undefined {
  const ofLines = numberedPaths(paths[member]).map(({ line }, place) => {
    const detail = errorAt(`/${member}/${place}`);
    return detail && `Line ${line}: ${detail}`;
  });
  return [errorAt(`/${member}`), ...ofLines].filter(Boolean).join('\n') || undefined;
}
