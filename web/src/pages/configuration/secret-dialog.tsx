import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, read } from '@/api/client';
import { toApiError } from '@/api/problem';
import type { Schema } from '@/api/types';
import { useIntentKey } from '@/api/use-intent-key';
import { exactInstant } from '@/format';
import { Button, Callout, Dialog, ErrorPanel, SecretBox, useZone } from '@/ui';

interface SecretDialogProps {
  open: boolean;
  onClose: () => void;
  id: string;
  name: string;
}

/** Replaces the signing secret and shows the new one, once. */
export function SecretDialog({ open, ...rest }: SecretDialogProps) {
  return open ? <OpenDialog {...rest} /> : null;
}

function OpenDialog({ onClose, id, name }: Omit<SecretDialogProps, 'open'>) {
  const zone = useZone();
  const queryClient = useQueryClient();
  const intent = useIntentKey();
  const rotate = useMutation({
    mutationFn: (force: boolean): Promise<Schema<'ConfigurationWithNewSecret'>> =>
      read(
        api.POST('/report-configurations/{id}/rotate-secret', {
          params: { path: { id }, query: force ? { force } : {}, header: { 'Idempotency-Key': intent.keyFor({ force }) } },
        }),
      ),
    onSuccess: () => {
      intent.done();
      void queryClient.invalidateQueries({ queryKey: ['report-configurations'] });
    },
  });
  const problem = rotate.error === null ? null : toApiError(rotate.error);
  const isFull = problem?.code === 'SIGNING_SECRETS_IN_USE';
  if (rotate.data !== undefined) {
    const { signing_secret: secret, previous_secret_until: until } = rotate.data;
    return (
      <Dialog
        open
        required={secret !== undefined}
        onClose={onClose}
        title="The new signing secret"
        actions={
          <Button kind="primary" onClick={onClose}>
            {secret === undefined ? 'Close' : 'I have stored it'}
          </Button>
        }
      >
        {secret === undefined ? (
          <Callout tone="warn" icon="key" title="The new secret was in an answer that did not arrive">
            It can’t be shown again: rotate once more to get another one.
          </Callout>
        ) : (
          <div className="flex flex-col gap-4">
            <SecretBox secret={secret} label="Signing secret" note="It is shown only now: give it to your receiver." />
            {until !== null && <p>Until {exactInstant(until, zone)}, each message has a signature of the old secret too.</p>}
          </div>
        )}
      </Dialog>
    );
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title="Rotate signing secret?"
      actions={
        <>
          <Button onClick={onClose}>Keep the current secret</Button>
          {isFull ? (
            <Button kind="danger" busy={rotate.isPending} onClick={() => rotate.mutate(true)}>
              End the oldest secret and rotate
            </Button>
          ) : (
            <Button kind="primary" icon="key" busy={rotate.isPending} onClick={() => rotate.mutate(false)}>
              Rotate secret
            </Button>
          )}
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <p className="text-ink-muted">
          Messages of {name} get a new secret. For 24 hours they are signed with the old one too, so that your receiver can change over without missing any.
        </p>
        {isFull ? (
          <div role="alert">
            <Callout tone="warn" icon="warning" title={problem.title}>
              <p>{problem.detail}</p>
              <p>If you go on, receivers that still verify with the oldest secret refuse messages from now on.</p>
            </Callout>
          </div>
        ) : (
          problem !== null && <ErrorPanel error={problem} />
        )}
      </div>
    </Dialog>
  );
}
