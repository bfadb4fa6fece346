import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState, type FormEvent } from 'react';
import { api, read } from '@/api/client';
import type { Profile } from '@/api/types';
import { useConfig } from '@/app/config';
import { fieldError, Section, SectionForm, SectionProblem, useDraft } from '@/edit';
import { announce, Badge, Button, Callout, ConfirmDialog, ErrorPanel, Field, Input } from '@/ui';
import { useProfileChange, type TaggedProfile } from './change';

const part = (profile: { notification_email: string | null }) => profile.notification_email;

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
  const [removing, setRemoving] = useState(false);
  const draft = useDraft(profile, ({ notification_email: email }) => ({ email: email ?? '' }));
  const change = useProfileChange(part);
  const client = useQueryClient();
  const { notification_email: saved, notification_email_confirmed: isConfirmed } = profile.value;
  const typed = draft.values.email.trim();
  const save = (email: string | null, seen: TaggedProfile) =>
    change.mutate(
      { patch: { notification_email: email }, seen },
      {
        onSuccess: ({ profile: now }) => {
          draft.reset();
          setRemoving(false);
          void client.invalidateQueries({ queryKey: ['notices'] });
          if (email === null) announce('E-mail address removed', 'No notice is sent by e-mail.');
          else announce('E-mail address saved', now.notification_email_confirmed ? null : 'Confirm it with a code: nothing is sent to it before.');
        },
      },
    );
  return (
    <>
      <SectionForm
        save="Save e-mail address"
        canSave={draft.isChanged && typed !== ''}
        busy={change.isPending && !removing}
        onSubmit={() => save(typed, draft.seen)}
        actions={saved !== null && <Button onClick={() => setRemoving(true)}>Remove e-mail address</Button>}
        problem={
          !removing && (
            <SectionProblem<Profile>
              error={change.error}
              fields={['/notification_email']}
              nowIs={({ value }) => (value.notification_email === null ? 'The address was removed.' : `The saved address is ${value.notification_email} now.`)}
              onDiscard={() => {
                draft.reset();
                change.reset();
              }}
              onReplace={(current) => save(typed, current)}
              busy={change.isPending}
            />
          )
        }
      >
        <Field
          label="E-mail address"
          error={fieldError(change.error, '/notification_email')}
          hint={
            saved !== null &&
            (isConfirmed ? (
              <span className="mt-1 inline-flex flex-wrap items-center gap-2">
                <Badge tone="ok" icon="check-circle">
                  Confirmed
                </Badge>
                Another address has to be confirmed again.
              </span>
            ) : (
              <span className="mt-1 inline-flex flex-wrap items-center gap-2">
                <Badge tone="warn" icon="warning">
                  Not confirmed
                </Badge>
                Nothing is sent to it yet.
              </span>
            ))
          }
        >
          {(control) => (
            <Input
              {...control}
              type="email"
              autoComplete="email"
              placeholder="ann@example.com"
              value={draft.values.email}
              onChange={(event) => draft.set({ email: event.target.value })}
            />
          )}
        </Field>
      </SectionForm>
      <ConfirmDialog
        open={removing}
        onClose={() => setRemoving(false)}
        onConfirm={() => save(null, profile)}
        title="Remove the e-mail address?"
        action="Remove e-mail address"
        busy={change.isPending}
        error={change.isError && <ErrorPanel error={change.error} />}
      >
        No notice is sent to {saved} any more. To use it again, it has to be confirmed again.
      </ConfirmDialog>
    </>
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
