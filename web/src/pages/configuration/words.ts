/** Answers of receivers in words. */
import type { EndpointHealth } from '@/api/types';

const failures: Record<string, string> = {
  timeout: 'did not answer in time',
  connect_timeout: 'could not be connected to in time',
  connect: 'could not be connected to',
  dns: 'has a name that does not resolve',
  refused: 'has nothing listening at the port',
  reset: 'reset the connection',
  tls: 'has a certificate that is not accepted',
  closed_early: 'closed the connection before its answer was complete',
  not_http: 'answered something that is not HTTP',
  forbidden_address: 'resolves to a private address',
  not_taken: 'answered success, with an error in its text',
  endpoint_disabled: 'is disabled: nothing was sent',
};

/** What the receiver did, as the end of a sentence that begins with "The receiver". */
export function receiverDid(errorClass: string | null, status: number | null): string {
  if (errorClass === null) return status === null ? 'has not answered yet' : `answered HTTP ${status}`;
  return failures[errorClass] ?? (status === null ? `did not take it (${errorClass})` : `answered HTTP ${status}`);
}

/** Why a webhook is disabled, in words. */
export function disabledBecause(health: EndpointHealth): string {
  const status = health.response_status === null ? '' : `HTTP ${health.response_status}`;
  switch (health.reason) {
    case 'gone':
      return `It answered ${status || 'HTTP 410'}: the address is gone.`;
    case 'rejected':
      return `Its chat service answered${status === '' ? '' : ` ${status}`} that the address is not valid.`;
    case 'no_success':
      return 'No message has arrived for five days.';
    default:
      return status === '' ? 'It takes no messages.' : `It answered ${status}.`;
  }
}
