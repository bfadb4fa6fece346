import type { ReactNode } from 'react';
import type { Configuration } from '@/api/types';
import { zoneName } from '@/format';
import { ButtonLink, Card, CardHeader } from '@/ui';
import { draftOf, emptyDraft, fieldNames, inWords, isChanged, type DraftField } from '../configuration-form/draft';

/** Shown elsewhere on the page. */
const elsewhere: readonly DraftField[] = ['enabled', 'name'];

/** Shown only if something is set, so that most reports have short settings. */
const rare: readonly DraftField[] = ['repositories', 'include_paths', 'exclude_paths', 'instructions'];

/** What is saved, field by field. */
export function Settings({ configuration, nameOf }: { configuration: Configuration; nameOf: (repositoryId: string) => string | undefined }) {
  const draft = draftOf(configuration);
  const words = (field: DraftField): ReactNode => {
    if (field === 'schedule') return <code className="font-mono">{configuration.schedule}</code>;
    if (field === 'timezone') return zoneName(configuration.timezone);
    if (field === 'webhook_url') return configuration.webhook_url === null ? 'None: reports are stored, not sent' : <Address address={configuration.webhook_url} />;
    return inWords(draft, field, (id) => nameOf(id) ?? 'A deleted repository');
  };
  return (
    <Card>
      <CardHeader
        title="Settings"
        note={`Version ${configuration.version}`}
        actions={
          <ButtonLink icon="edit" to="/app/configurations/$configurationId/edit" params={{ configurationId: configuration.id }}>
            Edit settings
          </ButtonLink>
        }
      />
      <dl className="grid gap-x-12 px-4 pt-1 pb-4 sm:px-6 lg:grid-cols-2">
        {(Object.keys(fieldNames) as DraftField[])
          .filter((field) => !elsewhere.includes(field) && (!rare.includes(field) || isChanged(emptyDraft(), draft, field)))
          .map((field) => (
            <div key={field} className="flex min-w-0 items-baseline justify-between gap-6 border-b border-line py-2">
              <dt className="shrink-0 text-s text-ink-muted">{fieldNames[field]}</dt>
              <dd className="min-w-0 text-end break-words whitespace-pre-line">{words(field)}</dd>
            </div>
          ))}
      </dl>
    </Card>
  );
}

/** An address of a chat service is a secret: only its host is shown. */
function Address({ address }: { address: string }) {
  try {
    const { host, pathname } = new URL(address);
    return (
      <span className="break-all">
        {host}
        {pathname !== '/' && <span className="text-ink-muted">/…</span>}
      </span>
    );
  } catch {
    return <span className="break-all">{address}</span>;
  }
}
