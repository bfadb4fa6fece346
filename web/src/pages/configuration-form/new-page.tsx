import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { api, read } from '@/api/client';
import { configurationName, useRepositories } from '@/api/holdings';
import { profileQuery } from '@/api/queries';
import type { Schema } from '@/api/types';
import { useIntentKey } from '@/api/use-intent-key';
import { browserZone, zoneName } from '@/format';
import { announce, Button, ButtonLink, Callout, Card, PageHeader, SecretBox } from '@/ui';
import { changedFields, emptyDraft, requestOf, type Draft } from './draft';
import { ConfigurationForm } from './form';
import { FormSkeleton } from './form-skeleton';
import { LeaveGuard } from './leave-guard';

const route = getRouteApi('/app/configurations/new');
const NOTE = 'When a report is written, and where it is sent.';

export default function NewConfigurationPage() {
  const { repository_id: repositoryId } = route.useSearch();
  const profile = useQuery(profileQuery());
  const { query: repositories, all } = useRepositories();
  const queryClient = useQueryClient();
  const navigate = route.useNavigate();
  const intent = useIntentKey();
  const [edited, setEdited] = useState<Draft>();
  const [base, setBase] = useState<Draft>();
  const saved = useRef(false);
  // Until the first change, what is proposed follows what is known of the account.
  const proposed = emptyDraft({
    repository_id: repositoryId ?? (all?.length === 1 ? (all[0]?.id ?? '') : ''),
    timezone: zoneName(profile.data?.timezone ?? browserZone()),
  });
  const draft = edited ?? proposed;

  const create = useMutation({
    mutationFn: (body: Schema<'ConfigurationRequest'>) =>
      read(api.POST('/report-configurations', { body, params: { header: { 'Idempotency-Key': intent.keyFor(body) } } })),
    onSuccess: (created) => {
      saved.current = true;
      intent.done();
      announce('Configuration created', created.enabled ? null : 'Its schedule is off.');
      void queryClient.invalidateQueries({ queryKey: ['report-configurations', 'list'] });
      void queryClient.invalidateQueries({ queryKey: ['report-runs', 'usage'] });
    },
  });

  if (create.data !== undefined) return <Created configuration={create.data} />;
  // What is proposed depends on both; without them, the form is usable all the same.
  if (edited === undefined && (profile.isPending || repositories.isPending)) return <FormSkeleton title="Add configuration" note={NOTE} />;
  return (
    <>
      <LeaveGuard when={() => !saved.current && edited !== undefined && changedFields(base ?? proposed, edited).some((field) => field !== 'branch')} />
      <PageHeader title="Add configuration" note={NOTE} />
      <ConfigurationForm
        base={emptyDraft()}
        draft={draft}
        onChange={(next) => {
          setBase((before) => before ?? proposed);
          setEdited(next);
        }}
        onSubmit={() => create.mutate(requestOf(draft))}
        error={create.error}
        actions={
          <>
            <Button onClick={() => void navigate({ to: '/app/configurations', search: {} })}>Cancel</Button>
            <Button kind="primary" type="submit" busy={create.isPending}>
              Create configuration
            </Button>
          </>
        }
      />
    </>
  );
}

function Created({ configuration }: { configuration: Schema<'ConfigurationWithSecret'> }) {
  const { find } = useRepositories();
  const name = configurationName(configuration, find(configuration.repository_id));
  const secret = configuration.signing_secret;
  return (
    <>
      <PageHeader title={`${name} is saved`} note="Store its signing secret, then try the webhook." />
      <Card className="flex flex-col gap-6 p-4 sm:p-6">
        {secret === undefined ? (
          <Callout tone="warn" icon="key" title="The signing secret was in an answer that did not arrive">
            It can’t be shown again. Rotate it on the page of the configuration to get a new one.
          </Callout>
        ) : (
          <SecretBox
            secret={secret}
            label="Signing secret"
            note="It is shown only now. Your receiver verifies the signature of each message with it; chat services need none."
          />
        )}
        <div className="flex flex-wrap gap-2">
          <ButtonLink kind="primary" to="/app/configurations/$configurationId" params={{ configurationId: configuration.id }}>
            Open configuration
          </ButtonLink>
          <ButtonLink to="/app/configurations" search={{}}>
            All configurations
          </ButtonLink>
        </div>
      </Card>
    </>
  );
}
