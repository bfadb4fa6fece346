import type { Run, Schema } from '@/api/types';
import { plural } from '@/format';
import { Callout } from '@/ui';

interface FailedRepositoriesProps {
  failed: readonly Schema<'FailedRepository'>[];
  nameOf: (repositoryId: string) => string | undefined;
  /** What became of the others. */
  children: string;
}

/** The repositories of a report that could not be read, each with the reason; nothing if all could be. */
export function FailedRepositories({ failed, nameOf, children }: FailedRepositoriesProps) {
  if (failed.length === 0) return null;
  return (
    <Callout tone="warn" icon="warning" title={`${plural(failed.length, 'repository', 'repositories')} could not be read`}>
      <p>{children}</p>
      <ul className="mt-1 list-disc ps-5">
        {failed.map((each) => (
          <li key={`${each.repository_id} ${each.branch}`} className="break-words">
            <bdi className="text-ink">{nameOf(each.repository_id) ?? 'Another repository'}</bdi>, branch <bdi>{each.branch}</bdi>: {each.message}{' '}
            <span className="font-mono text-s">{each.error_code}</span>
          </li>
        ))}
      </ul>
    </Callout>
  );
}

/** What the repositories of a run were called when it started. */
export const namesOf = (run: Run) => (repositoryId: string) => run.repositories.find((each) => each.repository_id === repositoryId)?.repository_name;
