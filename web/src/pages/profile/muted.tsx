import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { Profile, Schema } from '@/api/types';
import { Section, SectionProblem } from '@/edit';
import { announce, ErrorPanel, SkeletonRows, Switch } from '@/ui';
import { useProfileChange, type TaggedProfile } from './change';
import { noticeTypesQuery } from './queries';

type NoticeType = Profile['muted_notices'][number];

const part = (profile: Profile) => [...profile.muted_notices].sort();

/** `usage.threshold_reached` is "Usage threshold reached". */
function nameOf(type: string): string {
  const words = type.replaceAll(/[._]/g, ' ').replace('endpoint', 'webhook');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Which types of notices are sent. All are listed under Notices, sent or not. */
export function MutedNotices({ profile }: { profile: TaggedProfile }) {
  const types = useQuery(noticeTypesQuery());
  const change = useProfileChange(part);
  const [touched, setTouched] = useState<NoticeType>();
  const muted = profile.value.muted_notices;
  const save = (type: NoticeType, isSent: boolean, seen: TaggedProfile) => {
    setTouched(type);
    const others = seen.value.muted_notices.filter((each) => each !== type);
    change.mutate(
      { patch: { muted_notices: isSent ? others : [...others, type] }, seen },
      { onSuccess: () => announce(isSent ? 'Notices are sent again' : 'Notices muted', `${nameOf(type)}: ${isSent ? 'sent and listed' : 'listed, but not sent'}.`) },
    );
  };
  return (
    <Section title="Notices that are sent" about="A muted notice is not sent, but listed under Notices all the same.">
      {types.data === undefined ? (
        types.isError ? (
          <ErrorPanel bare error={types.error} onRetry={() => void types.refetch()} retrying={types.isFetching} />
        ) : (
          <SkeletonRows rows={10} label="Loading the types of notices" />
        )
      ) : (
        <ul className="divide-y divide-line">
          {types.data.data.map((entry) => (
            <TypeRow
              key={entry.type}
              entry={entry}
              isSent={!muted.includes(entry.type)}
              busy={change.isPending && touched === entry.type}
              disabled={change.isPending && touched !== entry.type}
              onChange={(isSent) => save(entry.type, isSent, profile)}
            />
          ))}
        </ul>
      )}
      {change.isError && (
        <div className="border-t border-line p-4 sm:px-6">
          <SectionProblem<Profile>
            error={change.error}
            fields={[]}
            nowIs={({ value }) => (value.muted_notices.length === 0 ? 'All notices are sent now.' : `Muted now: ${value.muted_notices.map(nameOf).join(', ')}.`)}
            onDiscard={change.reset}
            onReplace={(current) => touched && save(touched, muted.includes(touched), current)}
            busy={change.isPending}
          />
        </div>
      )}
    </Section>
  );
}

interface TypeRowProps {
  entry: Schema<'NoticeTypeEntry'>;
  isSent: boolean;
  busy: boolean;
  disabled: boolean;
  onChange: (isSent: boolean) => void;
}

function TypeRow({ entry, isSent, busy, disabled, onChange }: TypeRowProps) {
  const id = useId();
  return (
    <li className="flex items-start justify-between gap-4 px-4 py-3 sm:px-6">
      <div className="min-w-0">
        <p className="font-strong">{nameOf(entry.type)}</p>
        <p id={id} className="text-s text-ink-muted">
          {entry.sent_when}
        </p>
      </div>
      <Switch label={`Send: ${nameOf(entry.type)}`} aria-describedby={id} checked={isSent} busy={busy} disabled={disabled} onChange={onChange} />
    </li>
  );
}
