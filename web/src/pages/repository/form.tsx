import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useId, useRef, useState, type FormEvent } from 'react';
import { api, readWithTag } from '@/api/client';
import { loadRepository, repositoryQuery, tagOf, type Tagged } from '@/api/holdings';
import { toApiError, type ApiError } from '@/api/problem';
import type { Repository, Schema } from '@/api/types';
import { useIntentKey } from '@/api/use-intent-key';
import { useStay } from '@/app/use-stay';
import { Conflict } from '@/edit';
import { hostOf } from '@/format';
import { Button, Dialog, ErrorPanel, Field, Input, Select } from '@/ui';

type Request = Schema<'RepositoryRequest'>;
type Patch = Schema<'RepositoryPatch'>;

interface Draft {
  url: string;
  name: string;
  provider: string;
  /** What was typed: the stored token is never returned. */
  token: string;
  tokenIs: 'kept' | 'typed' | 'removed';
}

const providers = { github: 'GitHub', gitlab: 'GitLab', gitea: 'Gitea or Forgejo' } as const;

function draftOf(repository: Repository | undefined): Draft {
  if (repository === undefined) return { url: '', name: '', provider: '', token: '', tokenIs: 'typed' };
  return { url: repository.url, name: repository.name, provider: repository.provider ?? '', token: '', tokenIs: repository.has_token ? 'kept' : 'typed' };
}

function requestOf(draft: Draft): Request {
  return {
    url: draft.url.trim(),
    ...(draft.name.trim() === '' ? {} : { name: draft.name.trim() }),
    ...(draft.provider === '' ? {} : { provider: draft.provider as Schema<'GitProvider'> }),
    ...(draft.token === '' ? {} : { token: draft.token }),
  };
}

function patchOf(base: Draft, draft: Draft): Patch {
  return {
    ...(base.url === draft.url.trim() ? {} : { url: draft.url.trim() }),
    ...(base.name === draft.name.trim() ? {} : { name: draft.name.trim() === '' ? null : draft.name.trim() }),
    ...(base.provider === draft.provider ? {} : { provider: draft.provider === '' ? null : (draft.provider as Schema<'GitProvider'>) }),
    ...(draft.tokenIs === 'removed' ? { token: null } : draft.tokenIs === 'typed' && draft.token !== '' ? { token: draft.token } : {}),
  };
}

interface RepositoryDialogProps {
  open: boolean;
  onClose: () => void;
  /** `isStillHere`: the user has not gone to another page meanwhile. */
  onSaved: (repository: Repository, isStillHere: boolean) => void;
  /** The one that is edited; without it, one is added. */
  repository?: Tagged<Repository>;
}

/** Adds or edits a repository. */
export function RepositoryDialog({ open, ...rest }: RepositoryDialogProps) {
  // Each opening starts from what is saved then.
  return open ? <OpenDialog {...rest} /> : null;
}

function OpenDialog({ onClose, onSaved, repository }: Omit<RepositoryDialogProps, 'open'>) {
  const [seen, setSeen] = useState(repository);
  const [draft, setDraft] = useState(() => draftOf(repository?.value));
  const [newest, setNewest] = useState<Tagged<Repository>>();
  const base = draftOf(seen?.value);
  const patch = patchOf(base, draft);
  const formId = useId();
  const form = useRef<HTMLFormElement>(null);
  const queryClient = useQueryClient();
  const intent = useIntentKey();

  const save = useMutation({
    mutationFn: async (etag: string | undefined): Promise<{ value: Repository; etag: string | null }> => {
      if (seen === undefined) {
        const body = requestOf(draft);
        return readWithTag(api.POST('/repositories', { body, params: { header: { 'Idempotency-Key': intent.keyFor(body) } } }));
      }
      const { id } = seen.value;
      try {
        return await readWithTag(api.PATCH('/repositories/{id}', { params: { path: { id }, header: { 'If-Match': etag ?? seen.etag } }, body: patch }));
      } catch (cause) {
        if (toApiError(cause).status === 412) setNewest(await loadRepository(id));
        throw cause;
      }
    },
    onMutate: useStay(),
    onSuccess: ({ value, etag }, _, isStillHere) => {
      intent.done();
      queryClient.setQueryData(repositoryQuery(value.id).queryKey, { value, etag: etag ?? tagOf(value) });
      void queryClient.invalidateQueries({ queryKey: ['repositories'] });
      // It counts the repositories: the overview's next step follows from it.
      void queryClient.invalidateQueries({ queryKey: ['report-runs', 'usage'] });
      onSaved(value, isStillHere());
    },
  });
  const problem = save.error === null ? null : toApiError(save.error);
  const [refused, setRefused] = useState<{ error: ApiError; draft: Draft }>();
  if (problem !== null && refused?.error !== problem) setRefused({ error: problem, draft });
  const errorAt = (field: 'url' | 'name' | 'provider' | 'token') => {
    if (problem === null || refused === undefined || refused.draft[field] !== draft[field]) return undefined;
    if (field === 'url' && problem.code === 'REPOSITORY_EXISTS') return problem.detail;
    return problem.fieldError(`/${field}`);
  };
  const atFields = ['/url', '/name', '/provider', '/token'];
  const isAtFields = problem !== null && (problem.code === 'REPOSITORY_EXISTS' || (problem.errors.length > 0 && problem.errors.every((each) => atFields.includes(each.pointer))));
  const needsMore = problem?.errors.some((each) => each.pointer === '/provider' || each.pointer === '/name' || /provider/.test(each.detail)) ?? false;
  const [more, setMore] = useState(repository !== undefined);
  useEffect(() => {
    if (problem === null) return;
    if (needsMore) setMore(true);
    const timer = setTimeout(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(), 0);
    return () => clearTimeout(timer);
  }, [problem, needsMore]);

  const isConflict = problem?.status === 412 && newest !== undefined;
  const isNew = repository === undefined;
  const movesHost = !isNew && base.url !== draft.url.trim() && hostOf(draft.url.trim()) !== hostOf(base.url);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!save.isPending) save.mutate(undefined);
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={isNew ? 'Add repository' : `Edit ${base.name}`}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={formId} busy={save.isPending} disabled={isNew ? draft.url.trim() === '' : Object.keys(patch).length === 0}>
            {isNew ? 'Add repository' : 'Save changes'}
          </Button>
        </>
      }
    >
      <form ref={form} id={formId} noValidate onSubmit={submit} className="flex flex-col gap-4">
        {isConflict && (
          <Conflict
            busy={save.isPending}
            onKeepMine={() => save.mutate(newest.etag)}
            onTakeNewest={() => {
              setSeen(newest);
              setDraft(draftOf(newest.value));
              setNewest(undefined);
              save.reset();
              void queryClient.invalidateQueries({ queryKey: ['repositories'] });
            }}
          >
            Saved now: {differences(base, draftOf(newest.value), seen?.value.has_token !== newest.value.has_token)}.
          </Conflict>
        )}
        <Field
          label="Address"
          required
          error={errorAt('url')}
          hint="Paste anything: the address of any page of it, git@host:owner/name.git, a clone command, or owner/name at GitHub."
        >
          {(control) => (
            <Input
              {...control}
              autoFocus
              inputMode="url"
              autoComplete="off"
              autoCapitalize="off"
              spellCheck={false}
              placeholder="https://github.com/octocat/hello-world"
              value={draft.url}
              onChange={(event) => setDraft({ ...draft, url: event.target.value })}
            />
          )}
        </Field>
        {draft.tokenIs === 'typed' ? (
          <Field
            label="Access token"
            required={false}
            error={errorAt('token')}
            hint="Needed for private repositories; read access to the contents is enough. It is stored encrypted and never shown again."
          >
            {(control) => (
              <Input
                {...control}
                type="password"
                autoComplete="off"
                spellCheck={false}
                value={draft.token}
                onChange={(event) => setDraft({ ...draft, token: event.target.value.trim() })}
              />
            )}
          </Field>
        ) : (
          <div className="flex flex-col gap-1">
            <p className="text-s font-strong">Access token</p>
            <div className="flex flex-wrap items-center gap-2">
              <span className="flex-1 text-ink-muted">{draft.tokenIs === 'removed' ? 'Removed when you save' : movesHost ? 'Dropped: the address moves to another host' : 'A token is stored'}</span>
              {draft.tokenIs === 'removed' ? (
                <Button onClick={() => setDraft({ ...draft, tokenIs: 'kept' })}>Keep token</Button>
              ) : (
                <>
                  <Button onClick={() => setDraft({ ...draft, tokenIs: 'typed' })}>Replace token</Button>
                  <Button kind="quiet" onClick={() => setDraft({ ...draft, tokenIs: 'removed' })}>
                    Remove token
                  </Button>
                </>
              )}
            </div>
          </div>
        )}
        <details open={more} onToggle={(event) => setMore((event.target as HTMLDetailsElement).open)}>
          <summary className="target flex items-center font-strong text-accent">More</summary>
          <div className="flex flex-col gap-4 pt-2">
            <Field label="Name" required={false} error={errorAt('name')} hint="Without one, its path at the host.">
              {(control) => <Input {...control} value={draft.name} maxLength={100} onChange={(event) => setDraft({ ...draft, name: event.target.value })} />}
            </Field>
            <Field label="Git host runs" error={errorAt('provider')} hint="Only needed if the host’s name doesn’t say it, as with a server of your own.">
              {(control) => (
                <Select {...control} value={draft.provider} onChange={(event) => setDraft({ ...draft, provider: event.target.value })}>
                  <option value="">By the host’s name</option>
                  {Object.entries(providers).map(([value, word]) => (
                    <option key={value} value={value}>
                      {word}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
          </div>
        </details>
        {problem !== null && !isAtFields && !isConflict && <ErrorPanel error={problem} />}
      </form>
    </Dialog>
  );
}

/** What was changed elsewhere, in words. */
function differences(opened: Draft, newest: Draft, tokenDiffers: boolean): string {
  const found = [
    opened.url === newest.url ? '' : `address ${newest.url}`,
    opened.name === newest.name ? '' : `name “${newest.name}”`,
    opened.provider === newest.provider ? '' : `host ${newest.provider}`,
    tokenDiffers ? (newest.tokenIs === 'kept' ? 'a token' : 'no token') : '',
  ].filter((each) => each !== '');
  return found.length === 0 ? 'another token, or what was there before' : found.join(', ');
}

/** What a git host runs, in words. */
export function providerName(provider: Repository['provider']): string {
  return provider === null ? 'Local folder' : providers[provider];
}
