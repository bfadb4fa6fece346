import { useState, type ComponentPropsWithRef, type ReactNode } from 'react';
import type { Profile } from '@/api/types';
import { fieldError, SectionForm, SectionProblem, useDraft } from '@/edit';
import { Button, ConfirmDialog, ErrorPanel, Field, Input } from '@/ui';
import { useProfileChange, type Saved, type TaggedProfile } from './change';

interface AddressFormProps {
  profile: TaggedProfile;
  field: 'notification_email' | 'notification_webhook_url';
  /** "Save webhook", "Remove webhook". */
  noun: string;
  label: string;
  hint: ReactNode;
  input: ComponentPropsWithRef<'input'>;
  /** Beside the buttons that save and remove. */
  actions?: ReactNode;
  onSaved: (address: string | null, saved: Saved) => void;
  /** Asks before the address is removed. */
  removal: { title: string; text: ReactNode };
}

/** One address of the profile: it is saved, replaced, and after a question removed. */
export function AddressForm({ profile, field, noun, label, hint, input, actions, onSaved, removal }: AddressFormProps) {
  const [removing, setRemoving] = useState(false);
  const draft = useDraft(profile, (value: Profile) => ({ address: value[field] ?? '' }));
  const change = useProfileChange((value) => value[field]);
  const saved = profile.value[field];
  const typed = draft.values.address.trim();
  const save = (address: string | null, seen: TaggedProfile) =>
    change.mutate(
      { patch: { [field]: address }, seen },
      {
        onSuccess: (answer) => {
          draft.reset();
          setRemoving(false);
          onSaved(address, answer);
        },
      },
    );
  return (
    <>
      <SectionForm
        save={`Save ${noun}`}
        canSave={draft.isChanged && typed !== ''}
        busy={change.isPending && !removing}
        onSubmit={() => save(typed, draft.seen)}
        actions={
          saved !== null && (
            <>
              {actions}
              <Button onClick={() => setRemoving(true)}>Remove {noun}</Button>
            </>
          )
        }
        problem={
          !removing && (
            <SectionProblem<Profile>
              error={change.error}
              fields={[`/${field}`]}
              nowIs={({ value }) => (value[field] === null ? `The ${noun} was removed.` : `The saved address is ${value[field]} now.`)}
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
        <Field label={label} error={fieldError(change.error, `/${field}`)} hint={hint}>
          {(control) => <Input {...control} {...input} value={draft.values.address} onChange={(event) => draft.set({ address: event.target.value })} />}
        </Field>
      </SectionForm>
      <ConfirmDialog
        open={removing}
        onClose={() => setRemoving(false)}
        onConfirm={() => save(null, profile)}
        title={removal.title}
        action={`Remove ${noun}`}
        busy={change.isPending}
        error={change.isError && <ErrorPanel error={change.error} />}
      >
        {removal.text}
      </ConfirmDialog>
    </>
  );
}
