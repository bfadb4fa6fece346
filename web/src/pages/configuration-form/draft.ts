/** The fields of the form as text, and what of them is sent. */
import type { Configuration, Schema } from '@/api/types';
import { allSources, pathsInWords, sourcesInWords } from '@/pages/runs/words';

export type ConfigurationRequest = Schema<'ConfigurationRequest'>;
export type ConfigurationPatch = Schema<'ConfigurationPatch'>;

/** A header of the webhook. Its stored value is never returned. */
export interface HeaderDraft {
  /** Stable while the form is open. */
  key: number;
  name: string;
  /** What was typed. */
  value: string;
  state: 'stored' | 'new' | 'replaced' | 'removed';
}

/** The paths of a repository that the report is about, and those that it is not about: one per line. */
export interface PathsDraft {
  include_paths: string;
  exclude_paths: string;
}

export const noPaths: PathsDraft = { include_paths: '', exclude_paths: '' };

/** A further repository of the report. */
export interface BranchDraft extends PathsDraft {
  /** Stable while the form is open. */
  key: number;
  repository_id: string;
  branch: string;
}

/** How many repositories a report covers at most. */
export const REPOSITORIES_MAX = 10;

/** How long instructions may be, in characters. */
export const INSTRUCTIONS_CHARS_MAX = 1_000;

/** Its paths are those of the first repository. */
export interface Draft extends PathsDraft {
  repository_id: string;
  branch: string;
  /** Those after the first one. */
  repositories: BranchDraft[];
  schedule: string;
  timezone: string;
  webhook_url: string;
  name: string;
  report_style: Schema<'ReportStyle'>;
  instructions: string;
  tone_of_voice: Schema<'ToneOfVoice'>;
  language: string;
  author_display: Schema<'AuthorDisplay'>;
  link_to_commits: boolean;
  include_diffs: boolean;
  /** Always with commits, in the order of the API. */
  sources: Schema<'ReportSource'>[];
  if_no_updates: Schema<'NoUpdatesAction'>;
  model: string;
  webhook_format: Schema<'WebhookFormat'>;
  webhook_headers: HeaderDraft[];
  enabled: boolean;
}

export type DraftField = keyof Draft;

/** What the fields are called, in the order of the form. */
export const fieldNames: Record<DraftField, string> = {
  repository_id: 'Repository',
  branch: 'Branch',
  repositories: 'Further repositories',
  schedule: 'Schedule',
  timezone: 'Time zone',
  webhook_url: 'Webhook address',
  name: 'Name',
  report_style: 'Style',
  include_paths: 'Included paths',
  exclude_paths: 'Excluded paths',
  instructions: 'Instructions',
  tone_of_voice: 'Tone',
  language: 'Language',
  author_display: 'Authors',
  link_to_commits: 'Links to commits',
  include_diffs: 'Diffs',
  sources: 'Covers',
  if_no_updates: 'Without commits',
  model: 'Model',
  webhook_format: 'Message format',
  webhook_headers: 'Headers of your own',
  enabled: 'Schedule on or off',
};

/** The fields under "More". */
export const moreFields: readonly DraftField[] = [
  'include_paths', 'exclude_paths', 'instructions', 'tone_of_voice', 'language', 'author_display', 'link_to_commits', 'include_diffs',
  'sources', 'if_no_updates', 'model', 'webhook_format', 'webhook_headers',
];

export const styleNotes: Record<Draft['report_style'], string> = {
  Standard: 'Standard: grouped by topic',
  Summary: 'Summary: a few sentences',
  Changelog: 'Changelog: a list of changes',
  Standup: 'Standup: what each person did',
  'Release notes': 'Release notes: for users of the software',
  Executive: 'Executive: outcomes and risks, without code',
};

/** The list with a source added or removed. */
export const withSource = (sources: Draft['sources'], source: Draft['sources'][number], isOn: boolean): Draft['sources'] =>
  allSources.filter((each) => (each === source ? isOn : sources.includes(each)));

export const authorWords: Record<Draft['author_display'], string> = { name: 'By name', login: 'By login', hidden: 'Hidden' };
export const noUpdatesWords: Record<Draft['if_no_updates'], string> = {
  skip: 'Send nothing',
  notify: 'Send a message that there are none',
};
export const formatWords: Record<Draft['webhook_format'], string> = {
  auto: 'By the address',
  generic: 'Signed JSON',
  slack: 'Slack',
  discord: 'Discord',
  teams: 'Microsoft Teams',
  google_chat: 'Google Chat',
  mattermost: 'Mattermost, Rocket.Chat',
};

export function emptyDraft(over: Partial<Draft> = {}): Draft {
  return {
    repository_id: '', branch: '', repositories: [], schedule: '0 9 * * 1-5', timezone: 'UTC', webhook_url: '', name: '',
    report_style: 'Standard', instructions: '', tone_of_voice: 'Professional', language: 'English', author_display: 'name',
    link_to_commits: true, include_diffs: false, sources: ['commits'], if_no_updates: 'skip', model: '', webhook_format: 'auto', webhook_headers: [], enabled: true,
    ...noPaths, ...over,
  };
}

export function draftOf(configuration: Configuration): Draft {
  const { repository_id, branch, schedule, timezone, report_style, tone_of_voice, language, author_display } = configuration;
  const { link_to_commits, include_diffs, sources, if_no_updates, webhook_format, enabled, instructions } = configuration;
  return {
    repository_id, branch, schedule, timezone, report_style, tone_of_voice, language, author_display, link_to_commits,
    include_diffs, sources, if_no_updates, webhook_format, enabled, instructions,
    ...pathsDraftOf(configuration),
    repositories: configuration.repositories.slice(1).map((each, key) => ({ ...each, ...pathsDraftOf(each), key })),
    webhook_url: configuration.webhook_url ?? '',
    name: configuration.name ?? '',
    model: configuration.model ?? '',
    webhook_headers: Object.keys(configuration.webhook_headers).map((name, key) => ({ key, name, value: '', state: 'stored' as const })),
  };
}

function pathsDraftOf({ include_paths, exclude_paths }: Pick<Configuration, keyof PathsDraft>): PathsDraft {
  return { include_paths: include_paths.join('\n'), exclude_paths: exclude_paths.join('\n') };
}

/** The paths of a text as they are sent, each with the number of its line. */
export function numberedPaths(text: string): { path: string; line: number }[] {
  return text.split('\n').flatMap((line, index) => (line.trim() === '' ? [] : { path: line.trim(), line: index + 1 }));
}

/** The lists of paths as they are sent. */
export function pathsOf({ include_paths, exclude_paths }: PathsDraft): Pick<Configuration, keyof PathsDraft> {
  const list = (text: string) => numberedPaths(text).map(({ path }) => path);
  return { include_paths: list(include_paths), exclude_paths: list(exclude_paths) };
}

/** The field that a pointer of the API is about: that of the first repository is given twice, and a line of a text is part of it. */
export function pointerOfField(pointer: string): string {
  return pointer.replace(/^\/repositories\/0(?=\/)/, '').replace(/(\/(?:include|exclude)_paths)\/\d+$/, '$1');
}

/** Whether something is entered in the row of a further repository: others are not sent. */
export const isFilled = (row: BranchDraft): boolean =>
  [row.repository_id, row.branch, row.include_paths, row.exclude_paths].some((text) => text.trim() !== '');

/** Whether a field differs from what it was. */
export function isChanged(base: Draft, draft: Draft, field: DraftField): boolean {
  if (field === 'repositories') return JSON.stringify(furtherOf(base)) !== JSON.stringify(furtherOf(draft));
  if (field === 'sources') return base.sources.join() !== draft.sources.join();
  if (isPaths(field)) return pathsOf(base)[field].join('\n') !== pathsOf(draft)[field].join('\n');
  if (field !== 'webhook_headers') return base[field] !== draft[field];
  const mark = (headers: HeaderDraft[]) =>
    headers
      // An added row is no change until something is entered.
      .filter((header) => header.state !== 'new' || header.name.trim() !== '' || header.value !== '')
      .map((header) => `${header.name} ${header.state} ${header.value}`)
      .join('\n');
  return mark(base.webhook_headers) !== mark(draft.webhook_headers);
}

export function changedFields(base: Draft, draft: Draft): DraftField[] {
  return (Object.keys(fieldNames) as DraftField[]).filter((field) => isChanged(base, draft, field));
}

function isPaths(field: DraftField): field is keyof PathsDraft {
  return field === 'include_paths' || field === 'exclude_paths';
}

function furtherOf(draft: Draft): Schema<'ReportRepository'>[] {
  return draft.repositories.filter(isFilled).map(sentBranch);
}

/** An absent member is one that the server reports as missing. */
function sentBranch({ repository_id, branch, ...paths }: Pick<Draft, 'repository_id' | 'branch' | keyof PathsDraft>): Schema<'ReportRepository'> {
  const named = { ...(repository_id !== '' && { repository_id }), ...(branch.trim() !== '' && { branch: branch.trim() }) };
  return { ...named, ...pathsOf(paths) } as Schema<'ReportRepository'>;
}

/**
 * A draft over what was saved elsewhere since it was opened. The list of repositories begins with the first one as it will be: the API
 * refuses a list whose start differs from the members of the configuration, of which those that are not changed here stay as they are now.
 */
export function rebased(newest: Draft, opened: Draft, mine: Draft): Draft {
  const members = ['repository_id', 'branch', 'include_paths', 'exclude_paths'] as const;
  const first = Object.fromEntries(members.map((field) => [field, (isChanged(opened, mine, field) ? mine : newest)[field]]));
  return { ...mine, ...first };
}

/** A member as it is sent: an empty text is null, which sets the default. */
function valueOf(draft: Draft, field: DraftField): unknown {
  if (field === 'webhook_headers') {
    const named = draft.webhook_headers.filter((header) => header.name.trim() !== '');
    return Object.fromEntries(
      named.map((header) => [header.name.trim(), header.state === 'removed' ? null : header.state === 'stored' ? true : header.value]),
    );
  }
  if (field === 'repositories') return [sentBranch(draft), ...furtherOf(draft)];
  if (isPaths(field)) return pathsOf(draft)[field];
  const value = draft[field];
  if (typeof value !== 'string') return value;
  const text = value.trim();
  // These have no default: the server names what is missing.
  if (field === 'repository_id' || field === 'branch' || field === 'schedule') return text === '' ? undefined : text;
  return text === '' ? null : text;
}

/** The body that creates the configuration, without members that are at their defaults. */
export function requestOf(draft: Draft): ConfigurationRequest {
  const defaults = emptyDraft();
  const fields = (Object.keys(fieldNames) as DraftField[]).filter(
    (field) => ['repository_id', 'branch', 'schedule', 'timezone'].includes(field) || isChanged(defaults, draft, field),
  );
  return Object.fromEntries(fields.map((field) => [field, valueOf(draft, field)])) as unknown as ConfigurationRequest;
}

/** The merge patch of what differs. */
export function patchOf(base: Draft, draft: Draft): ConfigurationPatch {
  return Object.fromEntries(
    changedFields(base, draft).map((field) => {
      // A header that is not mentioned keeps its value.
      const part = field === 'webhook_headers' ? { ...draft, webhook_headers: draft.webhook_headers.filter((each) => each.state !== 'stored') } : draft;
      return [field, valueOf(part, field) ?? (isRequired(field) ? '' : null)];
    }),
  ) as ConfigurationPatch;
}

function isRequired(field: DraftField): boolean {
  return field === 'branch' || field === 'schedule' || field === 'repository_id';
}

/** What a preview depends on. The values of headers are not sent for it. */
export function previewOf(draft: Draft, id?: string) {
  const { webhook_headers: _, ...rest } = requestOf(draft);
  const members = Object.entries({ ...rest, webhook_url: draft.webhook_url.trim(), enabled: draft.enabled }).filter(
    ([, value]) => value !== null && value !== undefined && value !== '',
  );
  return { ...Object.fromEntries(members), ...(id === undefined ? {} : { id }) } as Schema<'PreviewRequest'>;
}

/** The value of a field in words, for a comparison. */
export function inWords(draft: Draft, field: DraftField, repositoryName: (id: string) => string | undefined): string {
  switch (field) {
    case 'repository_id':
      return repositoryName(draft.repository_id) ?? draft.repository_id;
    case 'repositories':
      return draft.repositories.map((each) => branchInWords(each, repositoryName)).join('\n') || 'None';
    case 'include_paths':
      return pathsOf(draft).include_paths.join('\n') || 'The whole repository';
    case 'exclude_paths':
      return pathsOf(draft).exclude_paths.join('\n') || 'None';
    case 'sources':
      return sourcesInWords(draft.sources);
    case 'link_to_commits':
    case 'include_diffs':
    case 'enabled':
      return draft[field] ? 'On' : 'Off';
    case 'author_display':
      return authorWords[draft.author_display];
    case 'if_no_updates':
      return noUpdatesWords[draft.if_no_updates];
    case 'webhook_format':
      return formatWords[draft.webhook_format];
    case 'webhook_headers': {
      const marks = { stored: '', new: ' (new value)', replaced: ' (new value)', removed: ' (removed)' };
      return draft.webhook_headers.map((header) => header.name + marks[header.state]).join(', ') || 'None';
    }
    case 'model':
      return draft.model || 'The deployment’s model';
    default:
      return draft[field] || 'None';
  }
}

function branchInWords(row: BranchDraft, repositoryName: (id: string) => string | undefined): string {
  const { include_paths: include, exclude_paths: exclude } = pathsOf(row);
  const paths = pathsInWords(include, exclude);
  return `${repositoryName(row.repository_id) ?? row.repository_id}, ${row.branch}${paths && ` (${paths})`}`;
}
