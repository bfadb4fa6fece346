/** Why an attempt failed, of the API's `error_class`; an unknown class is shown as it is. */
const classes: Record<string, string> = {
  timeout: 'No answer in time',
  connect_timeout: 'No connection in time',
  refused: 'Nothing listens at the port',
  reset: 'The connection was reset',
  closed_early: 'The connection was closed before the answer was complete',
  not_http: 'What answered does not speak HTTP',
  connect: 'No connection',
  tls: 'The certificate or the TLS handshake failed',
  dns: 'The name of the host does not resolve',
  not_taken: 'The receiver answered, but did not take the message',
  signing_secret_unavailable: 'The signing secret could not be opened at that moment',
  signing_secret_unreadable: 'The signing secret can’t be opened',
  forbidden_address: 'The address leads into a network that no webhook may reach',
  no_configuration: 'The configuration was deleted',
  no_webhook: 'The configuration has no webhook',
  endpoint_disabled: 'The webhook is disabled',
  no_content: 'The text of the report has expired',
  other: 'No answer',
  unknown: 'The sender stopped before it recorded the answer',
};

export function errorClassWord(errorClass: string): string {
  if (errorClass.startsWith('http_')) return '';
  return classes[errorClass] ?? errorClass.replaceAll('_', ' ');
}

/** What to do about a run that failed, by its code. */
const advice: Record<string, string> = {
  REPOSITORY_NOT_FOUND: 'Check the address of the repository, and whether its token may read it.',
  TOKEN_INVALID: 'Set a new token for the repository.',
  GIT_RATE_LIMITED: 'A token raises the git host’s limit. The next report includes these commits.',
  GIT_UNAVAILABLE: 'The next report includes these commits.',
  LLM_UNAVAILABLE: 'The next report includes these commits.',
  LLM_REJECTED: 'Check the model in the configuration or, with your own provider, its key in the profile.',
  RUN_ABANDONED: 'The next report includes these commits.',
  INTERNAL: 'The next report includes these commits. If it happens again, report the run’s id.',
};

export function adviceFor(code: string | null): string {
  return (code === null ? undefined : advice[code]) ?? 'The next report includes these commits.';
}

/** Whether the repository is where it is put right. */
export function isAboutRepository(code: string | null): boolean {
  return code === 'REPOSITORY_NOT_FOUND' || code === 'TOKEN_INVALID' || code === 'GIT_RATE_LIMITED';
}

const sources: Record<string, string> = {
  api: 'Counted by the model’s provider.',
  estimate: 'Estimated: the provider did not count them.',
  none: 'No model was called.',
};

export function sourceWord(source: string): string {
  return sources[source] ?? source;
}
