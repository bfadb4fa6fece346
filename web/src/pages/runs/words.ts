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

/** What a report can cover beside commits. */
export const sourceWords = { pull_requests: 'Pull requests', issues: 'Issues', releases: 'Releases and tags' };

/** The list of sources in words: `Commits, issues`. */
export const sourcesInWords = (sources: readonly string[]): string =>
  ['Commits', ...Object.entries(sourceWords).flatMap(([source, word]) => (sources.includes(source) ? word.toLowerCase() : []))].join(', ');
