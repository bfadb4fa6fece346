import type { Profile } from '@/api/types';
import { fieldError, Section, SectionForm, SectionProblem, useDraft } from '@/edit';
import { browserZone, clock, isZone, zoneName } from '@/format';
import { announce, Field, useNow, useZone, ZoneInput } from '@/ui';
import { useProfileChange, type TaggedProfile } from './change';

const part = (profile: { timezone: string | null }) => profile.timezone;

export function TimeZone({ profile }: { profile: TaggedProfile }) {
  const shownZone = useZone();
  const now = useNow();
  const draft = useDraft(profile, ({ timezone }) => ({ zone: timezone ?? '' }));
  const change = useProfileChange(part);
  const zone = draft.values.zone.trim();
  const save = (seen: TaggedProfile) =>
    change.mutate(
      { patch: { timezone: zone === '' ? null : zone }, seen },
      {
        onSuccess: ({ profile: saved }) => {
          draft.reset();
          announce(
            'Time zone saved',
            saved.timezone === null ? `Instants are shown in your browser’s zone, ${browserZone()}.` : `Instants are shown in ${saved.timezone}.`,
          );
        },
      },
    );
  return (
    <Section title="Time zone" about="The zone in which instants are shown to you. Schedules have zones of their own.">
      <SectionForm
        save="Save time zone"
        canSave={draft.isChanged}
        busy={change.isPending}
        onSubmit={() => save(draft.seen)}
        problem={
          <SectionProblem<Profile>
            error={change.error}
            fields={['/timezone']}
            nowIs={({ value }) => `The saved time zone is ${value.timezone ?? 'that of each browser'} now.`}
            onDiscard={() => {
              draft.reset();
              change.reset();
            }}
            onReplace={save}
            busy={change.isPending}
          />
        }
      >
        <Field
          label="Time zone"
          error={fieldError(change.error, '/timezone')}
          hint={
            zone === ''
              ? `Without one, your browser’s zone is used: ${browserZone()}.`
              : isZone(zone)
                ? `It is ${clock(new Date(now).toISOString(), zone)} in ${zoneName(zone)}.${zone === profile.value.timezone || zone === shownZone ? '' : ' Not saved yet.'}`
                : 'A city, an IANA name or an offset such as +5:30.'
          }
        >
          {(control) => (
            <ZoneInput {...control} value={draft.values.zone} onChange={(value) => draft.set({ zone: value })} />
          )}
        </Field>
      </SectionForm>
    </Section>
  );
}
