import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ifMatch, read, readWithTag, type Tagged } from '@/api/client';
import { ApiError } from '@/api/problem';
import { plansQuery } from '@/api/queries';
import type { Schema } from '@/api/types';
import { useSession } from '@/auth/session';
import { AccountDeletion, fieldError, Section, SectionForm, SectionProblem, useDraft, useGuardedChange } from '@/edit';
import { limitWords, plural } from '@/format';
import { announce, BackLink, Badge, Button, ButtonLink, Callout, Card, CardHeader, CopyButton, Count, EmptyState, ErrorPanel, Field, Figure, Input, Instant, Money, PageHeader, Select, Skeleton, Table, type Column, useSettledOrLate } from '@/ui';
import { ForAdmins } from './frame';
import { LevelBadge, ShortId, Used } from './level';
import { accountMonthQuery, accountQuery, type Account } from './queries';
import { adminAccountRoute } from './route';

export default function AdminAccountPage() {
  const { userId } = adminAccountRoute.useParams();
  return (
    <ForAdmins>
      <BackLink to="/app/admin">Accounts</BackLink>
      <AccountDetails key={userId} userId={userId} />
    </ForAdmins>
  );
}

function AccountDetails({ userId }: { userId: string }) {
  const { userId: ownId } = useSession();
  const account = useQuery(accountQuery(userId));
  const isSettled = useSettledOrLate(useQuery(accountMonthQuery(userId)).isPending);
  const title = (
    <PageHeader
      title="Account"
      note={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <Id id={userId} />
          {userId === ownId && (
            <Badge icon="profile" tone="accent">
              Your account
            </Badge>
          )}
        </span>
      }
    />
  );
  if (account.data === undefined) {
    if (account.error instanceof ApiError && account.error.status === 404) {
      return (
        <>
          <PageHeader title="Account" />
          <EmptyState icon="search" title="No account has this id" action={<ButtonLink to="/app/admin">Show all accounts</ButtonLink>}>
            {account.error.detail} An account exists from its first request on.
          </EmptyState>
        </>
      );
    }
    return (
      <>
        {title}
        {account.isError ? (
          <ErrorPanel error={account.error} onRetry={() => void account.refetch()} retrying={account.isFetching} />
        ) : (
          <div role="status" aria-label="Loading the account" className="flex flex-col gap-8">
            <Skeleton className="h-40" />
            <Skeleton className="h-96" />
          </div>
        )}
      </>
    );
  }
  const { value } = account.data;
  return (
    <>
      {title}
      <div className="flex flex-col gap-10">
        {value.closed_at !== null && <Closed account={value} />}
        <ThisMonth account={value} />
        {isSettled && (
          <>
            {value.closed_at === null && <PlanAndLimits account={account.data} />}
            <Audit entries={value.audit} />
            {value.closed_at === null && <Deletion account={value} />}
          </>
        )}
      </div>
    </>
  );
}

function Id({ id }: { id: string }) {
  return (
    <span className="inline-flex flex-wrap items-center gap-x-1 text-s">
      <span className="font-mono break-all">{id}</span>
      <CopyButton value={id} label="Copy user id" />
    </span>
  );
}

function Closed({ account }: { account: Account }) {
  return (
    <Callout tone="warn" icon="blocked" title={account.deleted_at === null ? 'This account is closed, and its data is being deleted' : 'This account is deleted'}>
      Closed <Instant at={account.closed_at} />
      {account.deleted_at !== null && (
        <>
          , deleted <Instant at={account.deleted_at} />
        </>
      )}
      . Monthly usage and audit entries are kept.
    </Callout>
  );
}

function ThisMonth({ account }: { account: Account }) {
  const month = useQuery(accountMonthQuery(account.user_id));
  return (
    <Card label="This month">
      <CardHeader title="This month" note="The calendar month, in UTC" actions={month.data ? <LevelBadge account={month.data} /> : <Skeleton className="h-5 w-24" />} />
      {month.data === undefined ? (
        month.isError ? (
          <ErrorPanel bare error={month.error} onRetry={() => void month.refetch()} retrying={month.isFetching} />
        ) : (
          <div role="status" aria-label="Loading the usage" className="px-4 pb-4 sm:px-6">
            <Skeleton className="h-24" />
          </div>
        )
      ) : month.data === null ? (
        <p className="px-4 pb-4 text-ink-muted sm:px-6">No run has ended in this month.</p>
      ) : (
        <dl className="grid grid-cols-2 gap-x-8 gap-y-4 px-4 pb-4 sm:grid-cols-3 sm:px-6 lg:grid-cols-5">
          <div className="max-sm:col-span-2">
            <dt className="text-s text-ink-muted">Runs used</dt>
            <dd>
              <Used account={month.data} />
            </dd>
          </div>
          <Figure label="Successful" value={<Count value={month.data.successful_runs} />} />
          <Figure label="Failed" value={<Count value={month.data.failed_runs} />} />
          <Figure label="Tests" value={<Count value={month.data.test_runs} />} note="Among the others" />
          <Figure label="Blocked by the limit" value={<Count value={month.data.blocked_runs} />} />
          <Figure label="Running" value={<Count value={month.data.runs_in_flight} />} />
          <Figure label="Tokens" value={<Count value={month.data.total_tokens} />} />
          <Figure label="Cost" value={<Money usd={month.data.cost_usd} />} />
          <Figure label="Last run" value={<Instant at={month.data.last_run_at} />} />
          <Figure
            label="Stored"
            value={plural(account.reports, 'configuration')}
            note={plural(account.repositories, 'repository', 'repositories')}
          />
        </dl>
      )}
    </Card>
  );
}

const limitFields = [
  { name: 'monthly_runs_limit', label: 'Runs a month', unit: '' },
  { name: 'max_reports', label: 'Configurations', unit: '' },
  { name: 'max_repositories', label: 'Repositories', unit: '' },
  { name: 'shortest_interval_minutes', label: 'Shortest interval of a schedule', unit: ' min' },
] as const;
type LimitName = (typeof limitFields)[number]['name'];

interface Values extends Record<LimitName, string> {
  plan: Account['plan'];
}

function valuesOf({ plan, overrides }: Account): Values {
  const text = (value: number | null) => (value === null ? '' : String(value));
  return {
    plan,
    monthly_runs_limit: text(overrides.monthly_runs_limit),
    max_reports: text(overrides.max_reports),
    max_repositories: text(overrides.max_repositories),
    shortest_interval_minutes: text(overrides.shortest_interval_minutes),
  };
}

const part = (account: Account) => [account.plan, ...limitFields.map(({ name }) => account.overrides[name])];

/** Only what differs: a change of one limit must not set the others. */
function patchOf(values: Values, seen: Account): Schema<'AccountPatch'> {
  const before = valuesOf(seen);
  const overrides = limitFields.filter(({ name }) => values[name].trim() !== before[name]).map(({ name }) => [name, values[name].trim() === '' ? null : Number(values[name])]);
  return {
    ...(values.plan === before.plan ? {} : { plan: values.plan }),
    ...(overrides.length === 0 ? {} : { overrides: Object.fromEntries(overrides) as Schema<'OverridesPatch'> }),
  };
}

/** `runs a month 50 → 800, plan free → pro`. */
function changesOf(before: Account, after: Account): string {
  const changes = limitFields
    .filter(({ name }) => before.limits[name] !== after.limits[name])
    .map(({ name, label, unit }) => `${label.toLowerCase()} ${limitWords(before.limits[name])} → ${limitWords(after.limits[name])}${unit}`);
  if (before.plan !== after.plan) changes.unshift(`plan ${before.plan} → ${after.plan}`);
  return changes.length === 0 ? 'No limit is different from before.' : `${changes.join(', ')}.`;
}

function PlanAndLimits({ account }: { account: Tagged<Account> }) {
  const client = useQueryClient();
  const plans = useQuery(plansQuery());
  const draft = useDraft(account, valuesOf);
  const userId = account.value.user_id;
  const change = useGuardedChange({
    part,
    send: async ({ patch, seen }: { patch: Schema<'AccountPatch'>; seen: Tagged<Account> }) => {
      const answer = api.PATCH('/admin/accounts/{user_id}', { params: { path: { user_id: userId }, header: ifMatch(seen.etag) }, body: patch });
      return (await readWithTag(answer)).value;
    },
    load: () => client.fetchQuery({ ...accountQuery(userId), staleTime: 0 }),
  });
  const save = (seen: Tagged<Account>) =>
    change.mutate(
      { patch: patchOf(draft.values, seen.value), seen },
      {
        onSuccess: async (saved) => {
          announce('Plan and limits saved', changesOf(draft.seen.value, saved));
          // The audit, the list and the usage follow from it.
          await client.invalidateQueries({ queryKey: ['admin'] });
          draft.reset();
        },
      },
    );
  const plan = plans.data?.data.find((each) => each.plan_name === draft.values.plan);
  const names = plans.data?.data.map((each) => each.plan_name) ?? [draft.values.plan];
  const isInvalid = limitFields.some(({ name }) => !/^\d*$/.test(draft.values[name].trim()));
  const pointers = ['/plan', ...limitFields.map(({ name }) => `/overrides/${name}`)];
  return (
    <Section title="Plan and limits" about="An empty field has the plan’s limit. Raising a limit resumes the configurations that it had paused. Each change is in the audit.">
      <SectionForm
        save="Save plan and limits"
        canSave={draft.isChanged && !isInvalid}
        busy={change.isPending}
        onSubmit={() => save(draft.seen)}
        actions={draft.isChanged && <Button onClick={draft.reset}>Discard changes</Button>}
        problem={
          <SectionProblem<Account>
            error={change.error}
            fields={pointers}
            nowIs={({ value }) => `Now: ${value.plan} plan, ${limitFields.map(({ name, label, unit }) => `${label.toLowerCase()} ${limitWords(value.limits[name])}${unit}`).join(', ')}.`}
            onDiscard={() => {
              draft.reset();
              change.reset();
            }}
            onReplace={save}
            busy={change.isPending}
          />
        }
      >
        <Field label="Plan" error={fieldError(change.error, '/plan')}>
          {(control) => (
            <Select {...control} className="w-full sm:w-60" value={draft.values.plan} onChange={(event) => draft.set({ plan: event.target.value as Account['plan'] })}>
              {names.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <div className="grid gap-4 sm:grid-cols-2">
          {limitFields.map(({ name, label, unit }) => {
            const isNumber = /^\d*$/.test(draft.values[name].trim());
            return (
              <Field
                key={name}
                label={label}
                error={isNumber ? fieldError(change.error, `/overrides/${name}`) : 'A whole number, or empty for the plan’s limit.'}
                hint={
                  draft.values[name].trim() === '' ? (
                    'The plan’s limit applies.'
                  ) : (
                    <span>
                      Instead of the plan’s {plan === undefined ? 'limit' : `${limitWords(plan[name])}${unit}`}.
                    </span>
                  )
                }
              >
                {(control) => (
                  <Input
                    {...control}
                    inputMode="numeric"
                    autoComplete="off"
                    className="figures"
                    placeholder={plan === undefined ? '' : `${limitWords(plan[name])}${unit}`}
                    value={draft.values[name]}
                    onChange={(event) => draft.set({ [name]: event.target.value })}
                  />
                )}
              </Field>
            );
          })}
        </div>
      </SectionForm>
    </Section>
  );
}

const auditColumns: readonly Column<Account['audit'][number]>[] = [
  { key: 'change', header: 'Change', primary: true, cell: (entry) => <span className="break-words">{entry.change}</span> },
  { key: 'by', header: 'By', cell: (entry) => <ShortId id={entry.by} /> },
  { key: 'at', header: 'When', cell: (entry) => <Instant at={entry.at} focusable={false} /> },
];

function Audit({ entries }: { entries: Account['audit'] }) {
  return (
    <Card label="Audit">
      <CardHeader title="Audit" note="The last 20 changes of plan and limits, and the closing. They are kept when the account is deleted." />
      {entries.length === 0 ? (
        <EmptyState icon="admin" title="No change yet">
          Each change of the plan or a limit will be here, with who made it and when.
        </EmptyState>
      ) : (
        <Table caption="Changes of this account, newest first" columns={auditColumns} rows={entries} rowKey={(entry) => `${entry.at} ${entry.change}`} />
      )}
    </Card>
  );
}

function Deletion({ account }: { account: Account }) {
  const client = useQueryClient();
  const what = `${plural(account.repositories, 'repository', 'repositories')}, ${plural(account.reports, 'configuration')}`;
  return (
    <AccountDeletion
      summary={`Deletes ${what}, and all secrets, runs, reports and deliveries of this user.`}
      title="Delete this account?"
      typed={account.user_id}
      remove={() => read(api.DELETE('/admin/accounts/{user_id}', { params: { path: { user_id: account.user_id } } }))}
      onDeleted={() => {
        announce('Account closed', 'Its data is deleted within minutes.');
        return client.invalidateQueries({ queryKey: ['admin'] });
      }}
    >
      {what} of this user are deleted, with all secrets, runs, reports and deliveries. Monthly usage and audit entries are kept. Nothing
      can be restored.
    </AccountDeletion>
  );
}
