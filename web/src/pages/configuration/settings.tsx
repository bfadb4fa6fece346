import type { ReactNode } from 'react';
import type { Configuration } from '@/api/types';
import { exactInstant, zoneName } from '@/format';
import { ButtonLink, Card, CardHeader, useZone } from '@/ui';
import { draftOf, emptyDraft, fieldNames, inWords, isChanged, type DraftField } from '../configuration-form/draft';

/** Shown elsewhere on the page. */
const elsewhere: readonly DraftField[] = ['enabled', 'name'];

/** Shown only if something is set, so that most reports have short settings. */
const rare: readonly DraftField[] = ['repositories', 'include_paths', 'exclude_paths', 'instructions'];

/** What is saved, field by field. */
export function Settings({ configuration, nameOf }: { configuration: Configuration; nameOf: (repositoryId: string) => string | undefined }) {
  const draft = draftOf(configuration);
  const zone = useZone();
  const until = (instant: string | null) => (instant === null ? 'Nothing yet' : exactInstant(instant, zone));
  const nameOrDeleted = (id: string) => nameOf(id) ?? 'A deleted repository';
  const words = (field: DraftField): ReactNode => {
    if (field === 'schedule') return <code className="font-mono">{configuration.schedule}</code>;
    if (field === 'timezone') return zoneName(configuration.timezone);
    if (field === 'webhook_url') return configuration.webhook_url === null ? 'None: reports are stored, not sent' : <Address address={configuration.webhook_url} />;
    return inWords(draft, field, nameOrDeleted);
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
            <Row key={field} name={fieldNames[field]}>
              {words(field)}
            </Row>
          ))}
        <Row name="Reported until">
          {configuration.coverage.length < 2
            ? until(configuration.covered_until)
            : configuration.coverage.map((one) => `${nameOrDeleted(one.repository_id)}, ${one.branch}: ${until(one.covered_until)}`).join('\n')}
        </Row>
      </dl>
    </Card>
  );
}

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex min-w-0 items-baseline justify-between gap-6 border-b border-line py-2">
      <dt className="shrink-0 text-s text-ink-muted">{name}</dt>
      <dd className="min-w-0 text-end break-words whitespace-pre-line">{children}</dd>
    </div>
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
