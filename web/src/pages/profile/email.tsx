import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState, type FormEvent } from 'react';
import { api, read } from '@/api/client';
import { useConfig } from '@/app/config';
import { fieldError, Section } from '@/edit';
import { announce, Badge, Button, Callout, ErrorPanel, Field, Input } from '@/ui';
import { AddressForm } from './address-form';
import type { TaggedProfile } from './change';

/** The address that gets the notices which the webhook does not take, once a code has confirmed it. */
export function Email({ profile }: { profile: TaggedProfile }) {
  const { features } = useConfig();
  const { notification_email: saved, notification_email_confirmed: isConfirmed } = profile.value;
  const about = 'Gets the notices that the webhook does not take, once it is confirmed with a code.';
  if (!features.email_notices && saved === null) {
    return (
      <Section title="E-mail" about={about}>
        <p className="p-4 text-ink-muted sm:p-6">This service sends no e-mail. Notices are sent to webhooks, and all of them are listed under Notices.</p>
      </Section>
    );
  }
  return (
    <Section title="E-mail" about={about}>
      <Address profile={profile} />
      {saved !== null && !isConfirmed && <Confirmation address={saved} key={saved} />}
    </Section>
  );
}

function Address({ profile }: { profile: TaggedProfile }) {
  const client = useQueryClient();
  const { notification_email: saved, notification_email_confirmed: isConfirmed } = profile.value;
  return (
    <AddressForm
      profile={profile}
      field="notification_email"
      noun="e-mail address"
      label="E-mail address"
      input={{ type: 'email', autoComplete: 'email', placeholder: 'ann@example.com' }}
      hint={
        saved !== null && (
          <span className="mt-1 inline-flex flex-wrap items-center gap-2">
            <Badge tone={isConfirmed ? 'ok' : 'warn'} icon={isConfirmed ? 'check-circle' : 'warning'}>
              {isConfirmed ? 'Confirmed' : 'Not confirmed'}
            </Badge>
            {isConfirmed ? 'Another address has to be confirmed again.' : 'Nothing is sent to it yet.'}
          </span>
        )
      }
      onSaved={(address, { profile: now }) => {
        void client.invalidateQueries({ queryKey: ['notices'] });
        if (address === null) announce('E-mail address removed', 'No notice is sent by e-mail.');
        else announce('E-mail address saved', now.notification_email_confirmed ? null : 'Confirm it with a code: nothing is sent to it before.');
      }}
      removal={{
        title: 'Remove the e-mail address?',
        text: `No notice is sent to ${saved} any more. To use it again, it has to be confirmed again.`,
      }}
    />
  );
}

/** Asks for a code, and takes it back. */
function Confirmation({ address }: { address: string }) {
  const client = useQueryClient();
  const [code, setCode] = useState('');
  const id = useId();
  const refresh = () => client.invalidateQueries({ queryKey: ['users', 'profile'] });
  const send = useMutation({
    mutationFn: () => read(api.POST('/users/profile/email-code')),
    onSuccess: () => announce('Code sent', `It was sent to ${address} and is valid for an hour.`),
  });
  const confirm = useMutation({
    mutationFn: () => read(api.POST('/users/profile/confirm-email', { body: { code: code.trim() } })),
    onSuccess: async () => {
      announce('E-mail address confirmed', `Notices are sent to ${address}.`);
      await refresh();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (code.trim() !== '' && !confirm.isPending) confirm.mutate();
  };
  const codeError = fieldError(confirm.error, '/code');
  return (
    <form onSubmit={submit} aria-labelledby={id} className="flex flex-col gap-4 border-t border-line p-4 sm:p-6" noValidate>
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <h3 id={id} className="text-m font-strong break-words">
          Confirm {address}
        </h3>
        <Button icon="send" busy={send.isPending} onClick={() => send.mutate()}>
          {send.isSuccess ? 'Send another code' : 'Send code'}
        </Button>
      </div>
      {send.isError && <ErrorPanel error={send.error} />}
      {send.isSuccess && !send.isPending && (
        <Callout tone="accent" icon="info" title={`A code was sent to ${address}`}>
          It is valid for an hour, and the one before it is not valid any more. At most five codes are sent in 24 hours.
        </Callout>
      )}
      <div className="flex items-start gap-2 max-sm:flex-col">
        <Field label="Code from the e-mail" hint="Case, spaces and hyphens don’t matter." error={codeError} className="w-full">
          {(control) => (
            <Input
              {...control}
              autoComplete="one-time-code"
              autoCapitalize="characters"
              spellCheck={false}
              placeholder="K7QF-2M9X-RT4D"
              className="font-mono"
              value={code}
              onChange={(event) => setCode(event.target.value)}
            />
          )}
        </Field>
        <Button type="submit" kind="primary" className="max-sm:w-full sm:mt-6" busy={confirm.isPending} disabled={code.trim() === ''}>
          Confirm e-mail address
        </Button>
      </div>
      {confirm.isError && codeError === undefined && <ErrorPanel error={confirm.error} />}
    </form>
  );
}
