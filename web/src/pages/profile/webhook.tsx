import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ifMatch, readWithTag } from '@/api/client';
import { ApiError } from '@/api/problem';
import type { EndpointHealth } from '@/api/types';
import { useIntentKey } from '@/api/use-intent-key';
import { Section } from '@/edit';
import { exactInstant, hostOf } from '@/format';
import { announce, Button, Callout, ConfirmDialog, EndpointBadge, ErrorPanel, Icon, Instant, useZone } from '@/ui';
import { AddressForm } from './address-form';
import { storeAnswer, type TaggedProfile } from './change';
import { SecretDialog } from './secret-dialog';

interface Shown {
  secret: string;
  previousUntil: string | null;
}

/** Where notices are sent first, whether it takes them, and what signs them. */
export function Webhook({ profile }: { profile: TaggedProfile }) {
  const zone = useZone();
  const [shown, setShown] = useState<Shown | null>(null);
  const rotation = useRotation(profile, setShown);
  const saved = profile.value.notification_webhook_url;
  return (
    <Section
      title="Webhook for notices"
      about="Notices are sent here first: failed reports, silent webhooks, limits. The format follows the host: Slack, Discord, Teams, or signed JSON."
    >
      {saved !== null && <Health health={profile.value.notification_health} />}
      <AddressForm
        profile={profile}
        field="notification_webhook_url"
        noun="webhook"
        label="Address"
        input={{ type: 'url', inputMode: 'url', autoComplete: 'off', spellCheck: false, placeholder: 'https://' }}
        hint={
          saved === null
            ? 'An https address. The first one gets a signing secret, which is shown once.'
            : profile.value.has_notification_secret
              ? 'Messages are signed with a secret of this webhook.'
              : 'Messages are signed with the secret of the configuration that a notice is about. Rotate the secret to get one for this webhook.'
        }
        actions={
          <Button icon="key" onClick={rotation.open}>
            Rotate secret
          </Button>
        }
        onSaved={(url, { secret }) => {
          if (secret !== null) setShown({ secret, previousUntil: null });
          if (url === null) announce('Webhook removed', 'Notices are sent to your e-mail address, or to the webhook of the configuration that they are about.');
          else announce('Webhook saved', `Notices are sent to ${hostOf(url)}.`);
        }}
        removal={{
          title: 'Remove the webhook for notices?',
          text: (
            <>
              Nothing is sent to {saved === null ? 'it' : <span className="font-mono break-all">{hostOf(saved)}</span>} any more, and its signing secret is deleted.
            </>
          ),
        }}
      />
      {rotation.dialog}
      <SecretDialog secret={shown?.secret ?? null} onClose={() => setShown(null)}>
        It signs the notices to this webhook.
        {shown?.previousUntil && ` Until ${exactInstant(shown.previousUntil, zone)} they are signed with the old secret too.`}
      </SecretDialog>
    </Section>
  );
}

/** Whether the webhook takes messages; and if nothing is sent to it, why and how to begin again. */
function Health({ health }: { health: EndpointHealth }) {
  const client = useQueryClient();
  const enable = useMutation({
    mutationFn: async () => storeAnswer(client, await readWithTag(api.POST('/users/profile/enable'))),
    onSuccess: () => announce('Webhook enabled', 'Notices are sent to it again.'),
  });
  return (
    <div className="flex flex-col gap-3 border-b border-line p-4 sm:px-6" role="group" aria-label="Health of the webhook">
      {health.state === 'disabled' ? (
        <Callout
          tone="bad"
          icon="blocked"
          title="Nothing is sent to this webhook"
          action={
            <Button busy={enable.isPending} onClick={() => enable.mutate()}>
              Enable webhook
            </Button>
          }
        >
          {reasonOf(health)} Disabled <Instant at={health.since} absent="earlier" />.
        </Callout>
      ) : (
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <EndpointBadge state={health.state} />
          <span className="text-ink-muted">
            {health.state === 'healthy' ? (
              'It takes messages.'
            ) : health.state === 'failing' ? (
              <>
                No attempt has succeeded since <Instant at={health.since} absent="a while" />. After five days it is disabled.
              </>
            ) : (
              <Instant at={health.since} absent="" />
            )}
          </span>
        </p>
      )}
      {enable.isError && <ErrorPanel error={enable.error} onRetry={() => enable.mutate()} />}
    </div>
  );
}

function reasonOf({ reason, response_status: status }: EndpointHealth): string {
  const answered = status === null || status === undefined ? '' : `HTTP ${status}`;
  switch (reason) {
    case 'gone':
      return `It answered ${answered || 'HTTP 410'}: the address does not exist any more.`;
    case 'rejected':
      return `Its chat service answered ${answered || 'that the address is not valid'}. Create a new webhook there.`;
    case 'no_success':
      return `No message has arrived for five days${answered === '' ? '' : `; the last answer was ${answered}`}.`;
    default:
      return answered === '' ? '' : `It answered ${answered}.`;
  }
}

/** Rotates the signing secret, after a question: what asks is a dialog, which must be outside the form. */
function useRotation(profile: TaggedProfile, onSecret: (shown: Shown) => void) {
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const intent = useIntentKey();
  const rotate = useMutation({
    mutationFn: async (force: boolean) => {
      const answer = await readWithTag(
        api.POST('/users/profile/rotate-notification-secret', {
          params: { header: { 'Idempotency-Key': intent.keyFor({ force }), ...ifMatch(profile.etag) }, query: force ? { force: true } : {} },
        }),
      );
      const { previous_secret_until: previousUntil, ...value } = answer.value;
      const { secret } = await storeAnswer(client, { value, etag: answer.etag });
      return { secret, previousUntil: previousUntil ?? null };
    },
    onSuccess: ({ secret, previousUntil }) => {
      setAsking(false);
      if (secret === null) announce('The secret was rotated before', 'Its answer was lost. Rotate it again to see a secret.', 'bad');
      else onSecret({ secret, previousUntil });
    },
    // The profile may have changed: the next attempt is for its present version.
    onError: (error) => {
      if (error instanceof ApiError && error.status === 412) void client.invalidateQueries({ queryKey: ['users', 'profile'] });
    },
  });
  const inUse = rotate.error instanceof ApiError && rotate.error.code === 'SIGNING_SECRETS_IN_USE';
  const open = () => {
    intent.done();
    rotate.reset();
    setAsking(true);
  };
  const dialog = (
    <ConfirmDialog
      open={asking}
      onClose={() => setAsking(false)}
      onConfirm={() => rotate.mutate(inUse)}
      title="Rotate the signing secret?"
      action={inUse ? 'End oldest secret and rotate' : 'Rotate secret'}
      busy={rotate.isPending}
      error={
        rotate.isError &&
        (inUse ? (
          <p role="alert" className="flex gap-2 text-bad">
            <Icon name="warning" className="mt-1 size-4" />
            Five secrets are valid. Rotating ends the oldest one at once: a receiver that still uses it refuses messages.
          </p>
        ) : (
          <ErrorPanel error={rotate.error} />
        ))
      }
    >
      A new secret is made and shown once. For 24 hours messages are signed with the old secret too, so that you can change the
      receiver without losing any.
    </ConfirmDialog>
  );
  return { open, dialog };
}
