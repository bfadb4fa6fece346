/** The paths of a report in the fake API: what is refused, and what is stored. */
import type { FieldError, Schema } from '@/api/types';
import { reportRepository } from './fixtures';

type Paths = Partial<Pick<Schema<'ConfigurationRequest'>, 'include_paths' | 'exclude_paths'>>;
type Entry = Schema<'ReportRepository'>;
type Body = Paths & { repository_id?: string | null; branch?: string | null; repositories?: Entry[] | Schema<'ConfigurationPatch'>['repositories'] };

const PATHS_MAX = 10;
const BYTES_MAX = 200;

function problemOf(text: string): string | undefined {
  const path = stored(text);
  if (text.trim().startsWith('/')) return `'${text}' begins with '/': write it as git shows it, from the repository's top, such as packages/api`;
  if (path === '' || path === '.') return 'a path is empty: name a folder or a file, such as packages/api';
  if (new TextEncoder().encode(path).length > BYTES_MAX) return `'${text.slice(0, 80)}' is too long: a path has at most ${BYTES_MAX} bytes`;
  if (path.includes('\\')) return `'${text}' contains '\\': write '/' between folders`;
  if (path.includes('*')) return `'${text}' contains '*': a path is no pattern; name a folder, and everything below it is meant`;
  if (path.split('/').some((name) => ['', '.', '..'].includes(name))) return `'${text}' contains an empty name, '.' or '..': write the path without it`;
  return undefined;
}

/** A path as it is stored: without `./` at its beginning and `/` at its end. */
const stored = (text: string) => text.trim().replace(/^\.\//, '').replace(/\/$/, '');

function listProblems(list: readonly string[], pointer: string): FieldError[] {
  if (list.length > PATHS_MAX) return [{ pointer, detail: `at most ${PATHS_MAX} paths are expected` }];
  return list.flatMap((text, place) => {
    const isRepeated = list.slice(0, place).some((before) => stored(before) === stored(text));
    const detail = problemOf(text) ?? (isRepeated ? 'is in the list already: name it once' : undefined);
    return detail === undefined ? [] : { pointer: `${pointer}/${place}`, detail };
  });
}

function bothProblems(paths: Paths, inside: string): FieldError[] {
  const [include, exclude] = [paths.include_paths ?? [], paths.exclude_paths ?? []];
  const problems = [...listProblems(include, `${inside}/include_paths`), ...listProblems(exclude, `${inside}/exclude_paths`)];
  if (problems.length > 0) return problems;
  for (const included of include.map(stored)) {
    const excluded = exclude.map(stored).find((each) => `${included}/`.startsWith(`${each}/`));
    if (excluded !== undefined) return [{ pointer: `${inside}/exclude_paths`, detail: `'${excluded}' excludes all of '${included}', which is included: remove one of the two` }];
  }
  return [];
}

/** The paths of a body that are refused, each with its place among those that were sent. */
export function pathProblems(body: Body): FieldError[] {
  return [...bothProblems(body, ''), ...(body.repositories ?? []).flatMap((each, place) => bothProblems(each, `/repositories/${place}`))];
}

function storedEntry(entry: Body): Entry {
  const list = (texts: readonly string[] | null | undefined) => (texts ?? []).map(stored);
  return reportRepository({
    repository_id: entry.repository_id ?? '', branch: entry.branch ?? '', include_paths: list(entry.include_paths), exclude_paths: list(entry.exclude_paths),
  });
}

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/**
 * The repositories of a body that is complete, or merged over a record with the repositories `saved`. The first one is given twice: of two that differ, the
 * one that an edit leaves as it was gives way, and two that were both changed are refused.
 */
export function repositoriesOf(body: Body, saved: Entry[] = []): Entry[] | FieldError {
  const before = saved.map(storedEntry);
  const single = storedEntry(body);
  const all = body.repositories?.map(storedEntry);
  if (all === undefined) return [single];
  if (same(all[0], single)) return all;
  const isSingle = ({ repository_id, branch }: Entry) => repository_id === single.repository_id && branch === single.branch;
  if (same(all, before)) {
    if (all.slice(1).some(isSingle)) return { pointer: '/branch', detail: "the repository is in 'repositories' with this branch already" };
    return [single, ...all.slice(1)];
  }
  if (same(before[0], single)) return all;
  return { pointer: '/repositories', detail: "the first one differs from 'repository_id', 'branch', 'include_paths' or 'exclude_paths': give the same in both" };
}
