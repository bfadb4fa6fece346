import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { api, readWithTag } from '@/api/client';
import { configurationName, configurationQuery, loadConfiguration, tagOf, useRepositories, type Tagged } from '@/api/holdings';
import { toApiError } from '@/api/problem';
import type { Configuration } from '@/api/types';
import { useStay } from '@/app/use-stay';
import { Conflict } from '@/edit';
import { spokenInstant } from '@/format';
import { announce, Button, ErrorPanel, PageHeader, useNow, useZone } from '@/ui';
import { Differences } from './differences';
import { changedFields, draftOf, fieldNames, patchOf, rebased, type Draft } from './draft';
import { ConfigurationForm } from './form';
import { FormSkeleton } from './form-skeleton';
import { LeaveGuard } from './leave-guard';

const route = getRouteApi('/app/configurations/$configurationId/edit');

export default function EditConfigurationPage() {
  const { configurationId } = route.useParams();
  const query = useQuery(configurationQuery(configurationId));
  const { find } = useRepositories();
  if (query.data === undefined) {
    if (!query.isError) return <FormSkeleton title="Edit configuration" />;
    return (
      <>
        <PageHeader title="Edit configuration" />
        <ErrorPanel error={query.error} onRetry={() => void query.refetch()} retrying={query.isFetching} />
      </>
    );
  }
  const { value } = query.data;
  // What was loaded first is what the form edits: a refresh in the background must not replace it.
  return <Editor key={configurationId} loaded={query.data} name={configurationName(value, find(value.repository_id))} />;
}

function Editor({ loaded, name }: { loaded: Tagged<Configuration>; name: string }) {
  const [seen, setSeen] = useState(loaded);
  const [draft, setDraft] = useState(() => draftOf(loaded.value));
  const [newest, setNewest] = useState<Tagged<Configuration>>();
  const queryClient = useQueryClient();
  const navigate = route.useNavigate();
  const zone = useZone();
  const now = useNow();
  const saved = useRef(false);
  const base = draftOf(seen.value);
  const changed = changedFields(base, draft);
  const { id } = seen.value;

  const keep = (value: Configuration, etag: string | null) => {
    queryClient.setQueryData(configurationQuery(id).queryKey, { value, etag: etag ?? tagOf(value) });
    void queryClient.invalidateQueries({ queryKey: ['report-configurations'] });
    void queryClient.invalidateQueries({ queryKey: ['report-runs', 'usage'] });
  };
  const save = useMutation({
    mutationFn: async ({ etag, to }: { etag: string; to: Draft }) => {
      try {
        return await readWithTag(
          api.PATCH('/report-configurations/{id}', { params: { path: { id }, header: { 'If-Match': etag } }, body: patchOf(base, to) }),
        );
      } catch (cause) {
        // What it has become is needed to choose: without it, the 412 itself is shown.
        if (toApiError(cause).status === 412) setNewest(await loadConfiguration(id));
        throw cause;
      }
    },
    onMutate: useStay(),
    onSuccess: ({ value, etag }, _, isStillHere) => {
      saved.current = true;
      keep(value, etag);
      const next = value.enabled && value.next_run_at !== null ? `The next report is due ${spokenInstant(value.next_run_at, zone, now)}.` : 'Its schedule is off.';
      announce(`Saved: ${changed.map((field) => fieldNames[field].toLowerCase()).join(', ')}`, next);
      if (isStillHere()) void navigate({ to: '/app/configurations/$configurationId', params: { configurationId: id } });
    },
  });

  const takeNewest = (latest: Tagged<Configuration>) => {
    setSeen(latest);
    setDraft(draftOf(latest.value));
    setNewest(undefined);
    save.reset();
    keep(latest.value, latest.etag);
  };
  const isConflict = newest !== undefined && save.isError && toApiError(save.error).status === 412;
  return (
    <>
      <LeaveGuard when={() => !saved.current && changed.length > 0} />
      <PageHeader title={`Edit ${name}`} />
      <ConfigurationForm
        base={base}
        draft={draft}
        onChange={setDraft}
        onSubmit={() => save.mutate({ etag: seen.etag, to: draft })}
        error={save.error}
        id={id}
        actions={
          <>
            <span className="me-auto text-s text-ink-muted max-sm:basis-full!" role="status">
              {changed.length === 0 ? 'Nothing is changed.' : `Changed: ${changed.map((field) => fieldNames[field].toLowerCase()).join(', ')}`}
            </span>
            <Button onClick={() => void navigate({ to: '/app/configurations/$configurationId', params: { configurationId: id } })}>Cancel</Button>
            <Button kind="primary" type="submit" busy={save.isPending} disabled={changed.length === 0}>
              Save changes
            </Button>
          </>
        }
      >
        {isConflict && (
          <Conflict busy={save.isPending} onTakeNewest={() => takeNewest(newest)} onKeepMine={() => save.mutate({ etag: newest.etag, to: rebased(draftOf(newest.value), base, draft) })}>
            <Differences opened={base} newest={draftOf(newest.value)} mine={draft} />
          </Conflict>
        )}
        {save.isError && toApiError(save.error).status === 412 && newest === undefined && <ErrorPanel error={save.error} />}
      </ConfigurationForm>
    </>
  );
}
