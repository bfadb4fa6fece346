import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { plansQuery } from '@/api/queries';
import type { Profile } from '@/api/types';
import { useConfig } from '@/app/config';
import { fieldError, Section, SectionForm, SectionProblem, useDraft } from '@/edit';
import { dollars } from '@/format';
import { announce, Badge, Button, Callout, ConfirmDialog, ErrorPanel, Field, Input, SecretInput } from '@/ui';
import { useProfileChange, type Patch, type TaggedProfile } from './change';

const priceFields = [
  ['input', 'Input'],
  ['cached_input', 'Cached input'],
  ['cache_write', 'Cache write'],
  ['output', 'Output'],
] as const;
type PriceName = (typeof priceFields)[number][0];

interface Values {
  base_url: string;
  model: string;
  api_key: string;
  prices: Record<PriceName, string>;
}

const part = ({ model }: Profile) => model && { base_url: model.base_url, model: model.model, key: model.has_api_key, prices: model.prices };

function valuesOf({ model }: Profile): Values {
  const price = (name: PriceName) => (model?.prices ? String(model.prices[name]) : '');
  return {
    base_url: model?.base_url ?? '',
    model: model?.model ?? '',
    api_key: '',
    prices: { input: price('input'), cached_input: price('cached_input'), cache_write: price('cache_write'), output: price('output') },
  };
}

function patchOf({ base_url, model, api_key, prices }: Values): Patch {
  const stated = priceFields.filter(([name]) => prices[name].trim() !== '');
  return {
    model: {
      base_url: base_url.trim(),
      model: model.trim(),
      ...(api_key === '' ? {} : { api_key }),
      prices:
        stated.length === 0
          ? null
          : {
              ...(Object.fromEntries(stated.map(([name]) => [name, Number(prices[name])])) as { input?: number; output?: number }),
              // Absent members of a patch are unchanged: an emptied one has to be removed.
              ...(prices.cached_input.trim() === '' ? { cached_input: null } : {}),
              ...(prices.cache_write.trim() === '' ? { cache_write: null } : {}),
            },
    },
  };
}

/** The account's own model, where the plan includes it. Its key is written and never read. */
export function OwnModel({ profile }: { profile: TaggedProfile }) {
  const { features } = useConfig();
  const { model, limits } = profile.value;
  const about = 'Writes your reports instead of the model of this service: any provider with the API of OpenAI.';
  if (!features.own_model && model === null) return null;
  if (!limits.own_model && model === null) {
    return (
      <Section title="Own model" about={about}>
        <p className="p-4 text-ink-muted sm:p-6">
          The {limits.plan_name} plan does not include an own model. See the plans above; the operator of this service changes your plan.
        </p>
      </Section>
    );
  }
  return (
    <Section title="Own model" about={about}>
      <ModelForm profile={profile} />
    </Section>
  );
}

function ModelForm({ profile }: { profile: TaggedProfile }) {
  const { model: saved, limits } = profile.value;
  const plans = useQuery(plansQuery());
  const [removing, setRemoving] = useState<'model' | 'key' | null>(null);
  const draft = useDraft(profile, valuesOf);
  const change = useProfileChange(part);
  const { values } = draft;
  const save = (patch: Patch, seen: TaggedProfile, done: [string, string]) =>
    change.mutate(
      { patch, seen },
      {
        onSuccess: () => {
          // The key leaves the page's state with the draft.
          draft.reset();
          setRemoving(null);
          announce(...done);
        },
      },
    );
  const saveTyped = (seen: TaggedProfile) =>
    save(patchOf(values), seen, ['Own model saved', `Reports are written by ${values.model.trim()}${values.api_key === '' ? '' : ', with the new key'}.`]);
  const pointers = ['/model/base_url', '/model/model', '/model/api_key', ...priceFields.map(([name]) => `/model/prices/${name}`)];
  const movesAway = saved?.has_api_key === true && values.api_key === '' && hostOf(values.base_url) !== hostOf(saved.base_url);
  const listed = plans.data?.models.find((each) => each.model === values.model.trim());
  const hasPriceError = pointers.slice(3).some((pointer) => fieldError(change.error, pointer) !== undefined);
  return (
    <>
      {saved !== null && !saved.in_use && (
        <div className="p-4 pb-0 sm:px-6 sm:pt-6">
          <Callout tone="warn" icon="warning" title="This model is stored, but not used">
            The {limits.plan_name} plan does not include an own model: the model of this service writes your reports.
          </Callout>
        </div>
      )}
      <SectionForm
        save="Save own model"
        canSave={draft.isChanged && values.base_url.trim() !== '' && values.model.trim() !== ''}
        busy={change.isPending && removing === null}
        onSubmit={() => saveTyped(draft.seen)}
        actions={
          saved !== null && (
            <>
              {saved.has_api_key && <Button onClick={() => setRemoving('key')}>Remove key</Button>}
              <Button onClick={() => setRemoving('model')}>Remove own model</Button>
            </>
          )
        }
        problem={
          removing === null && (
            <SectionProblem<Profile>
              error={change.error}
              fields={pointers}
              nowIs={({ value }) => (value.model === null ? 'The own model was removed.' : `The saved model is ${value.model.model} at ${hostOf(value.model.base_url)} now.`)}
              onDiscard={() => {
                draft.reset();
                change.reset();
              }}
              onReplace={saveTyped}
              busy={change.isPending}
            />
          )
        }
      >
        <Field
          label="Base address"
          error={fieldError(change.error, '/model/base_url')}
          hint="The https address of the provider, without /chat/completions."
        >
          {(control) => (
            <Input {...control} type="url" inputMode="url" autoComplete="off" spellCheck={false} placeholder="https://api.openai.com/v1" value={values.base_url} onChange={(event) => draft.set({ base_url: event.target.value })} />
          )}
        </Field>
        <Field label="Model" error={fieldError(change.error, '/model/model')} hint="For configurations that don’t name one. A configuration that names a model uses that model at this provider.">
          {(control) => (
            <Input {...control} autoComplete="off" spellCheck={false} placeholder="gpt-6-luna" value={values.model} onChange={(event) => draft.set({ model: event.target.value })} />
          )}
        </Field>
        <Field
          label="API key"
          required={saved?.has_api_key === true ? undefined : false}
          error={fieldError(change.error, '/model/api_key')}
          hint={
            movesAway ? (
              <span className="text-warn">The address is at another host: enter its key. The stored one is never sent to another host and is deleted.</span>
            ) : saved?.has_api_key === true ? (
              <span className="mt-1 inline-flex flex-wrap items-center gap-2">
                <Badge tone="ok" icon="key">
                  Key stored
                </Badge>
                It can’t be shown. Leave the field empty to keep it.
              </span>
            ) : (
              'It is encrypted, never shown again, and sent to this provider only.'
            )
          }
        >
          {(control) => <SecretInput {...control} value={values.api_key} onChange={(event) => draft.set({ api_key: event.target.value })} />}
        </Field>
        <details open={hasPriceError || undefined}>
          <summary className="target flex items-center text-s font-strong text-ink-muted hover:text-ink">Prices, in US dollars per million tokens</summary>
          <div className="mt-2 grid grid-cols-2 gap-4 sm:grid-cols-4">
            {priceFields.map(([name, label]) => (
              <Field key={name} label={label} error={fieldError(change.error, `/model/prices/${name}`)}>
                {(control) => (
                  <Input
                    {...control}
                    type="number"
                    inputMode="decimal"
                    min={0}
                    step="any"
                    className="figures"
                    value={values.prices[name]}
                    onChange={(event) => draft.set({ prices: { ...values.prices, [name]: event.target.value } })}
                  />
                )}
              </Field>
            ))}
          </div>
          <p className="mt-2 text-s text-ink-muted">
            {listed === undefined
              ? 'Without prices, the cost of a model that is not in the price list is unknown. Use 0 for a model without charges.'
              : `Without prices, the price list applies: ${dollars(listed.rates.input_usd_per_million)} for input, ${dollars(listed.rates.output_usd_per_million)} for output.`}
          </p>
        </details>
      </SectionForm>
      <ConfirmDialog
        open={removing !== null}
        onClose={() => setRemoving(null)}
        onConfirm={() =>
          removing === 'key'
            ? save({ model: { api_key: null } }, profile, ['API key removed', 'The provider is asked without a key.'])
            : save({ model: null }, profile, ['Own model removed', 'The model of this service writes your reports.'])
        }
        title={removing === 'key' ? 'Remove the API key?' : 'Remove your own model?'}
        action={removing === 'key' ? 'Remove key' : 'Remove own model'}
        busy={change.isPending}
        error={change.isError && <ErrorPanel error={change.error} />}
      >
        {removing === 'key'
          ? `The stored key for ${hostOf(saved?.base_url ?? '')} is deleted. It can’t be restored.`
          : `The address, the model ${saved?.model ?? ''}, its prices and its key are deleted.`}
      </ConfirmDialog>
    </>
  );
}

function hostOf(url: string): string {
  try {
    return new URL(url.trim()).host;
  } catch {
    return url;
  }
}
