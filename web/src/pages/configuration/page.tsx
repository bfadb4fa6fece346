import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { api, done, read } from '@/api/client';
import { configurationName, configurationQuery, furtherWords, tagOf, useRepositories, type Tagged } from '@/api/holdings';
import { toApiError } from '@/api/problem';
import type { Configuration } from '@/api/types';
import { useIntentKey } from '@/api/use-intent-key';
import { useStay } from '@/app/use-stay';
import { hostOf, plural, spokenInstant } from '@/format';
import { announce, BackLink, Button, ButtonLink, Callout, Card, CardHeader, ConfirmDialog, EmptyState, ErrorPanel, Link, PageHeader, Skeleton, useNow, useSettledOrLate, useZone } from '@/ui';
import { Deliveries } from './deliveries';
import { deliveriesQuery } from './queries';
import { RecoverDialog } from './recover-dialog';
import { RunDialog } from './run-dialog';
import { Schedule } from './schedule';
import { SecretDialog } from './secret-dialog';
import { Settings } from './settings';
import { TestDialog } from './test-dialog';
import { disabledBecause } from './words';

const route = getRouteApi('/app/configurations/$configurationId');

export default function ConfigurationPage() {
  const { configurationId } = route.useParams();
  const query = useQuery(configurationQuery(configurationId));
  if (query.data !== undefined && !(query.isError && toApiError(query.error).status === 404)) {
    return <Shown key={configurationId} configuration={query.data} />;
  }
  return (
    <>
      <BackLink to="/app/configurations" search={{}}>
        Configurations
      </BackLink>
      <PageHeader title="Configuration" />
      {query.isError && toApiError(query.error).status === 404 ? (
        <EmptyState icon="configurations" title="This configuration does not exist" action={<ButtonLink to="/app/configurations" search={{}}>All configurations</ButtonLink>}>
          It may have been deleted. Its runs are kept under Runs.
        </EmptyState>
      ) : query.isError ? (
        <ErrorPanel error={query.error} onRetry={() => void query.refetch()} retrying={query.isFetching} />
      ) : (
        <div role="status" aria-label="Loading the configuration" className="flex flex-col gap-6">
          <Skeleton className="h-64" />
          <Skeleton className="h-96" />
        </div>
      )}
    </>
  );
}

type Open = 'test' | 'run' | 'secret' | 'recover' | 'delete' | null;

function Shown({ configuration: tagged }: { configuration: Tagged<Configuration> }) {
  const { value } = tagged;
  const { id } = value;
  const { delivery_state: deliveryState } = route.useSearch();
  const isSettled = useSettledOrLate(useInfiniteQuery(deliveriesQuery(id, deliveryState)).isPending);
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const { find, all } = useRepositories();
  const repository = find(value.repository_id);
  const name = configurationName(value, repository);
  const host = hostOf(value.webhook_url);
  const queryClient = useQueryClient();
  const intent = useIntentKey();
  const test = useMutation({
    mutationFn: (deliver: boolean) =>
      read(
        api.POST('/report-configurations/{id}/test-webhook', {
          params: { path: { id }, query: deliver ? {} : { deliver: false }, header: { 'Idempotency-Key': intent.keyFor({ deliver, id }) } },
        }),
      ),
    onSuccess: () => intent.done(),
    // Without an answer, a repeat gets the result of this test; after an answer, it is another test.
    onError: (cause) => {
      if (toApiError(cause).status !== 0) intent.done();
    },
    onSettled: () => {
      void queryClient.invalidateQueries({ queryKey: ['report-configurations'] });
      void queryClient.invalidateQueries({ queryKey: ['report-runs'] });
    },
  });
  return (
    <>
      <BackLink to="/app/configurations" search={{}}>
        Configurations
      </BackLink>
      <PageHeader
        title={name}
        note={
          <>
            {repository === undefined ? (
              <span>{all === undefined ? '…' : 'A deleted repository'}</span>
            ) : (
              <Link to="/app/repositories/$repositoryId" params={{ repositoryId: repository.id }} search={{}}>
                {repository.name}
              </Link>
            )}
            {` · ${value.branch}${furtherWords(value)} · ${host === null ? 'not sent' : `to ${host}`}`}
          </>
        }
        actions={
          <>
            <ButtonLink icon="edit" to="/app/configurations/$configurationId/edit" params={{ configurationId: id }}>
              Edit
            </ButtonLink>
            <Button icon="send" onClick={() => setOpen('test')} busy={test.isPending && open !== 'test'}>
              Test webhook
            </Button>
            <Button kind="primary" icon="runs" onClick={() => setOpen('run')}>
              Run report
            </Button>
          </>
        }
      />
      <div className="flex flex-col gap-6">
        <Health configuration={value} />
        {value.model_retirement !== null && (
          <Callout
            tone={value.model_retirement.retired ? 'bad' : 'warn'}
            icon="warning"
            title={value.model_retirement.retired ? `${value.model_retirement.model} is retired` : `${value.model_retirement.model} retires on ${value.model_retirement.retired_on}`}
            action={<ButtonLink to="/app/configurations/$configurationId/edit" params={{ configurationId: id }}>Choose another model</ButtonLink>}
          >
            {value.model_retirement.message}
          </Callout>
        )}
        <Schedule configuration={value} name={name} />
        <Deliveries configuration={value} onRecover={() => setOpen('recover')} />
        {isSettled && <BelowDeliveries configuration={value} nameOf={(each) => find(each)?.name} onOpen={setOpen} />}
      </div>
      <TestDialog open={open === 'test'} onClose={close} configuration={value} test={test} />
      <RunDialog open={open === 'run'} onClose={close} configuration={value} />
      <SecretDialog open={open === 'secret'} onClose={close} id={id} name={name} />
      <RecoverDialog open={open === 'recover'} onClose={close} configuration={value} />
      <DeleteConfiguration open={open === 'delete'} onClose={close} configuration={tagged} name={name} />
    </>
  );
}

/** The rest of the page: below a list whose height is known when it is loaded. */
function BelowDeliveries({ configuration, nameOf, onOpen }: { configuration: Configuration; nameOf: (repositoryId: string) => string | undefined; onOpen: (what: Open) => void }) {
  return (
    <>
      <Settings configuration={configuration} nameOf={nameOf} />
      <Card>
        <CardHeader
          title="Signing secret"
          note="Your receiver verifies each message with it. It was shown once, when the configuration was created."
          actions={
            <Button icon="key" onClick={() => onOpen('secret')}>
              Rotate secret
            </Button>
          }
        />
        <div className="h-2" />
      </Card>
      <Card>
        <CardHeader
          title="Delete configuration"
          note="Its schedule ends. Runs and counters are kept."
          actions={
            <Button kind="danger" icon="trash" onClick={() => onOpen('delete')}>
              Delete configuration
            </Button>
          }
        />
        <div className="h-2" />
      </Card>
    </>
  );
}

/** A webhook that takes no messages, and what to do about it. */
function Health({ configuration }: { configuration: Configuration }) {
  const { id, delivery_health: health, webhook_url: url } = configuration;
  const zone = useZone();
  const now = useNow();
  const queryClient = useQueryClient();
  const enable = useMutation({
    mutationFn: () => read(api.POST('/report-configurations/{id}/enable', { params: { path: { id } } })),
    onSuccess: (value) => {
      queryClient.setQueryData(configurationQuery(id).queryKey, { value, etag: tagOf(value) });
      void queryClient.invalidateQueries({ queryKey: ['report-configurations'] });
      announce('Webhook enabled', value.next_run_at === null ? null : `The next report is due ${spokenInstant(value.next_run_at, zone, now)}, with the commits of the pause.`);
    },
  });
  if (url === null || health.state === 'healthy') return null;
  const host = hostOf(url) ?? 'The webhook';
  const since = health.since === null ? '' : ` Since ${spokenInstant(health.since, zone, now).replace(/^on /, '')}.`;
  if (health.state !== 'disabled') {
    return (
      <Callout tone="warn" icon="warning" title={`${host} does not take messages`}>
        Attempts are repeated for a day; after five days without success the webhook is disabled.{since} Test it to see its answer.
      </Callout>
    );
  }
  return (
    <div className="flex flex-col gap-2">
      <Callout
        tone="bad"
        icon="blocked"
        title={`Nothing is sent to ${host}: this webhook is disabled`}
        action={
          <Button onClick={() => enable.mutate()} busy={enable.isPending}>
            Enable webhook
          </Button>
        }
      >
        {disabledBecause(health)}
        {since} Its schedule pauses, so that no run is used for a report that can’t arrive. A successful test enables it too.
      </Callout>
      {enable.isError && <ErrorPanel error={enable.error} />}
    </div>
  );
}

function DeleteConfiguration({ open, onClose, configuration, name }: { open: boolean; onClose: () => void; configuration: Tagged<Configuration>; name: string }) {
  const { value, etag } = configuration;
  const queryClient = useQueryClient();
  const navigate = route.useNavigate();
  const remove = useMutation({
    mutationFn: () => done(api.DELETE('/report-configurations/{id}', { params: { path: { id: value.id }, header: { 'If-Match': etag } } })),
    onMutate: useStay(),
    onSuccess: async (_answer, _input, isStillHere) => {
      announce(`${name} is deleted`, 'Its runs are kept under Runs.');
      if (isStillHere()) await navigate({ to: '/app/configurations', search: {} });
      queryClient.removeQueries({ queryKey: configurationQuery(value.id).queryKey });
      void queryClient.invalidateQueries({ queryKey: ['report-configurations', 'list'] });
      void queryClient.invalidateQueries({ queryKey: ['report-runs', 'usage'] });
    },
    onError: (cause) => {
      // What is confirmed next must be what is saved now.
      if (toApiError(cause).status === 412) void queryClient.invalidateQueries({ queryKey: configurationQuery(value.id).queryKey });
    },
  });
  return (
    <ConfirmDialog
      open={open}
      onClose={() => {
        remove.reset();
        onClose();
      }}
      onConfirm={() => remove.mutate()}
      title={`Delete ${name}?`}
      action="Delete configuration"
      typed={name}
      busy={remove.isPending}
      error={remove.isError && <ErrorPanel error={remove.error} />}
    >
      Its schedule, settings, signing secret and headers are deleted, and pending reports are no longer sent. Its {plural(value.total_runs, 'run')} and
      their counters are kept.
    </ConfirmDialog>
  );
}
