import type { Schema } from '@/api/types';

/** The API's words for people. A word that this version of the page does not know is shown as it is. */
const triggers: Record<string, string> = { schedule: 'Schedule', manual: 'Manual', test: 'Test' };

export function triggerWord(trigger: string): string {
  return triggers[trigger] ?? trigger;
}

/** `scheduled run`, in a sentence. */
export function runOf(trigger: string): string {
  return trigger === 'schedule' ? 'scheduled run' : `${triggerWord(trigger).toLowerCase()} run`;
}

const counts: Record<string, string> = {
  running: 'It is known when the run ends.',
  report: 'It is a report of at least one commit.',
  no_commits: 'Its range has no commits.',
  degraded: 'The report was written without the chosen model.',
  test: 'Tests don’t count.',
  failed: 'Failed runs don’t count.',
  cancelled: 'Cancelled runs don’t count.',
};

/** Why a run counts against the limit or not. */
export function countReason(reason: string): string {
  return counts[reason] ?? reason.replaceAll('_', ' ');
}

type Source = Schema<'ReportSource'>;

/** What a report can cover, in the order of the API. */
export const sourceWords: Record<Source, string> = { commits: 'Commits', pull_requests: 'Pull requests', issues: 'Issues', releases: 'Releases and tags' };

export const allSources = Object.keys(sourceWords) as Source[];

/** The list of sources in words: `Commits, issues`. Commits are always covered. */
export const sourcesInWords = (sources: readonly string[]): string =>
  allSources.flatMap((source) => (source === 'commits' ? sourceWords[source] : sources.includes(source) ? sourceWords[source].toLowerCase() : [])).join(', ');

/** The paths that a report is about: `only packages/api; not packages/api/generated`. Empty for the whole repository. */
export const pathsInWords = (include: readonly string[], exclude: readonly string[]): string =>
  [include.length > 0 && `only ${include.join(', ')}`, exclude.length > 0 && `not ${exclude.join(', ')}`].filter(Boolean).join('; ');
