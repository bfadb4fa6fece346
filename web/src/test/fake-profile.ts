/** The profile's part of the fake API: it keeps what is changed, with a version for `If-Match`. */
import type { Profile, Schema } from '@/api/types';
import { ok, problem, type FakeAnswer, type FakeRequest, type Routes } from './fake-api';
import { NOW, page, profile } from './fixtures';

/** What a code is, whatever the address. */
export const EMAIL_CODE = 'K7QF2M9XRT4D';
export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

export const plans = (): Schema<'Plans'> => ({
  data: [
    { plan_name: 'free', monthly_runs_limit: 50, max_reports: 10, max_repositories: 5, shortest_interval_minutes: 60, own_model: false },
    { plan_name: 'pro', monthly_runs_limit: 500, max_reports: 9_999, max_repositories: 9_999, shortest_interval_minutes: 5, own_model: true },
  ],
  models: [
    { model: 'gpt-4.1-mini', provider: 'openai', default: false, context_tokens: 1_000_000, rates: { input_usd_per_million: 0.4, cached_input_usd_per_million: 0.1, cache_write_usd_per_million: 0.4, output_usd_per_million: 1.6 }, retired_on: '2027-01-14', retirement: null },
    { model: 'gpt-6-luna', provider: 'openai', default: true, context_tokens: 922_000, rates: { input_usd_per_million: 0.1, cached_input_usd_per_million: 0.01, cache_write_usd_per_million: 0.125, output_usd_per_million: 0.5 }, retired_on: null, retirement: null },
    { model: 'gpt-6-sol', provider: 'openai', default: false, context_tokens: 922_000, rates: { input_usd_per_million: 1.25, cached_input_usd_per_million: 0.125, cache_write_usd_per_million: 1.25, output_usd_per_million: 10 }, retired_on: null, retirement: null },
  ],
  pagination: page(),
});

const sentWhen: Record<Schema<'NoticeType'>, string> = {
  'report.failed': 'A scheduled report fails. There is no further notice for its configuration until a report succeeds.',
  'report.recovered': 'The first scheduled report succeeds after one that had failed.',
  'delivery.failed': 'A report is refused by its receiver, or its last attempt has failed. A webhook that is disabled by it has its own notice instead.',
  'endpoint.failing': 'No attempt has succeeded at a webhook for ten minutes.',
  'endpoint.disabled': 'A webhook is disabled: it answered 410, its chat service answered 401, 403 or 404, or no attempt has succeeded for five days.',
  'endpoint.enabled': 'A webhook takes messages again after it was failing or disabled, or is enabled by its user.',
  'usage.threshold_reached': '80 % or 100 % of the month’s report runs are used.',
  'configuration.paused': 'Scheduled reports wait for the 1st because a limit is reached: once for each pause.',
  'configuration.resumed': 'The first report is written after a pause.',
  'model.retires': 'The provider of a report’s model has announced its end, from 90 days before: once for each configuration.',
};

export const noticeTypes = () => ({
  data: Object.entries(sentWhen).map(([type, sent_when]) => ({
    type,
    sent_when,
    message: { type, timestamp: NOW, data: { notice_id: '019bc134-7840-7707-8707-070707070707', text: sent_when } },
  })),
  pagination: page(),
});

export const invalid = (pointer: string, detail: string): FakeAnswer =>
  problem(422, { type: '/problems/validation-failed', code: 'VALIDATION_FAILED', title: 'The request is invalid', detail: 'One field is invalid.', errors: [{ pointer, detail }] });

export const outdated = (): FakeAnswer =>
  problem(412, { type: '/problems/precondition-failed', code: 'PRECONDITION_FAILED', title: 'The record has changed', detail: 'Another request has changed it since. Read it again and repeat your change.' });

const healthy = { state: 'healthy', reason: null, response_status: null, since: null } as const;

export function profileRoutes(first: Profile = profile()): Routes {
  let value = first;
  let version = 1;
  let codes = 0;
  const tag = () => ({ etag: `"${version}"` });
  const change = (next: Partial<Profile>, extra: object = {}): FakeAnswer => {
    value = { ...value, ...next };
    version += 1;
    return ok({ ...value, ...extra }, tag());
  };
  const isOutdated = ({ headers }: FakeRequest) => headers['if-match'] !== undefined && headers['if-match'] !== `"${version}"`;

  return {
    'GET /users/profile': () => ok(value, tag()),
    'GET /plans': () => ok(plans()),
    'GET /notices/types': () => ok(noticeTypes()),
    'PATCH /users/profile': (request) => {
      if (isOutdated(request)) return outdated();
      const patch = request.body as Schema<'ProfilePatch'>;
      const next: Partial<Profile> = {};
      let extra = {};
      if (patch.timezone !== undefined) {
        if (patch.timezone !== null && !isKnown(patch.timezone)) {
          return invalid('/timezone', `'${patch.timezone}' is not an IANA time zone. Similar: Europe/Berlin.`);
        }
        next.timezone = patch.timezone;
      }
      if (patch.notification_webhook_url !== undefined) {
        const url = patch.notification_webhook_url;
        if (url !== null && !url.startsWith('https://')) return invalid('/notification_webhook_url', 'The address must begin with https://.');
        next.notification_webhook_url = url;
        next.notification_health = healthy;
        if (url === null) next.has_notification_secret = false;
        else if (!value.has_notification_secret) {
          next.has_notification_secret = true;
          extra = { notification_secret: SECRET };
        }
      }
      if (patch.notification_email !== undefined) {
        if (patch.notification_email !== null && !/^\S+@\S+\.\S+$/.test(patch.notification_email)) {
          return invalid('/notification_email', 'This is not an e-mail address.');
        }
        next.notification_email = patch.notification_email;
        next.notification_email_confirmed = false;
      }
      if (patch.muted_notices !== undefined) next.muted_notices = patch.muted_notices ?? [];
      if (patch.model !== undefined) {
        const { api_key: key, ...model } = patch.model ?? {};
        if (model.base_url !== undefined && !model.base_url.startsWith('https://')) return invalid('/model/base_url', 'The address must begin with https://.');
        next.model =
          patch.model === null
            ? null
            : ({ in_use: true, prices: null, ...value.model, ...model, has_api_key: key === undefined ? (value.model?.has_api_key ?? false) : key !== null } as Profile['model']);
      }
      return change(next, extra);
    },
    'DELETE /users/profile': () => ({
      status: 202,
      body: { user_id: value.user_id, status: 'deleting', closed_at: NOW, deleted_at: null, kept: ['usage', 'audit'] },
    }),
    'POST /users/profile/enable': () => change({ notification_health: healthy }),
    'POST /users/profile/email-code': () => {
      codes += 1;
      if (codes <= 5) return ok(value);
      const refused = problem(429, { type: '/problems/email-codes-exceeded', code: 'EMAIL_CODES_EXCEEDED', title: 'Too many codes were sent', detail: 'Five codes were sent in 24 hours. The next one can be sent in 23 hours.' });
      return { ...refused, headers: { ...refused.headers, 'retry-after': '82800' } };
    },
    'POST /users/profile/confirm-email': ({ body }) => {
      const code = (body as { code: string }).code.replaceAll(/[\s-]/g, '').toUpperCase();
      if (code !== EMAIL_CODE) return invalid('/code', 'This is not the code that was sent last. 4 tries are left.');
      return change({ notification_email_confirmed: true });
    },
    'POST /users/profile/rotate-notification-secret': (request) =>
      isOutdated(request) ? outdated() : change({ has_notification_secret: true }, { notification_secret: SECRET, previous_secret_until: '2026-11-22T14:20:00.000Z' }),
  };
}

function isKnown(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) !== null;
  } catch {
    return false;
  }
}
