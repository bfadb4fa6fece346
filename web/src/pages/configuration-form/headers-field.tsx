import { useRef } from 'react';
import { Button, cx, Field, IconButton, Input } from '@/ui';
import type { HeaderDraft } from './draft';

const HEADERS_MAX = 10;

/** The pointer of a header in a problem document (RFC 6901). */
export function headerPointer(name: string): string {
  return `/webhook_headers/${name.trim().replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

interface HeadersFieldProps {
  headers: readonly HeaderDraft[];
  onChange: (headers: HeaderDraft[]) => void;
  errorAt: (pointer: string) => string | undefined;
  /** The address moves to another host: stored values are not sent there. */
  hostChanges: boolean;
}

/** Headers of the webhook. Their values can be set and removed, and are never shown. */
export function HeadersField({ headers, onChange, errorAt, hostChanges }: HeadersFieldProps) {
  const nextKey = useRef(1_000);
  const change = (key: number, part: Partial<HeaderDraft>) =>
    onChange(headers.map((header) => (header.key === key ? { ...header, ...part } : header)));
  const isStuck = hostChanges && headers.some((header) => header.state === 'stored');
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="mb-1 text-s font-strong">
        Headers of your own <span className="font-normal text-ink-muted">(optional)</span>
      </legend>
      <p className="text-s text-ink-muted">
        Added to each request to the webhook, for example the key of a gateway. Values are stored encrypted and never shown again.
      </p>
      {isStuck && (
        <p className="text-s text-warn">The address moves to another host: enter the values again, or remove the headers.</p>
      )}
      {errorAt('/webhook_headers') && <p className="text-s text-bad">{errorAt('/webhook_headers')}</p>}
      {headers.map((header) =>
        header.state === 'stored' || header.state === 'removed' ? (
          <div key={header.key} className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className={cx('min-w-0 flex-1 basis-40 font-mono text-s break-all', header.state === 'removed' && 'text-ink-muted line-through')}>
              {header.name}
            </span>
            <span className="text-s text-ink-muted">{header.state === 'removed' ? 'Removed when you save' : 'Value stored'}</span>
            {header.state === 'removed' ? (
              <Button kind="quiet" aria-label={`Keep ${header.name}`} onClick={() => change(header.key, { state: 'stored' })}>
                Keep
              </Button>
            ) : (
              <span className="flex">
                <Button kind="quiet" aria-label={`Replace value of ${header.name}`} onClick={() => change(header.key, { state: 'replaced', value: '' })}>
                  Replace
                </Button>
                <IconButton icon="trash" label={`Remove ${header.name}`} onClick={() => change(header.key, { state: 'removed' })} />
              </span>
            )}
          </div>
        ) : (
          <div key={header.key} className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-2 sm:grid-cols-[minmax(0,2fr)_minmax(0,3fr)_auto]">
            <Field label="Header" className="max-sm:col-start-1">
              {(control) => (
                <Input
                  {...control}
                  value={header.name}
                  readOnly={header.state === 'replaced'}
                  placeholder="X-Api-Key"
                  spellCheck={false}
                  autoComplete="off"
                  onChange={(event) => change(header.key, { name: event.target.value })}
                />
              )}
            </Field>
            <Field label="Value" error={errorAt(headerPointer(header.name))} className="max-sm:col-start-1">
              {(control) => (
                <Input
                  {...control}
                  type="password"
                  autoComplete="off"
                  spellCheck={false}
                  value={header.value}
                  onChange={(event) => change(header.key, { value: event.target.value })}
                />
              )}
            </Field>
            <IconButton
              icon="close"
              className="mt-6 max-sm:col-start-2 max-sm:row-start-1"
              label={header.state === 'replaced' ? `Keep the stored value of ${header.name}` : `Remove header ${header.name}`.trim()}
              onClick={() =>
                header.state === 'replaced'
                  ? change(header.key, { state: 'stored', value: '' })
                  : onChange(headers.filter((each) => each.key !== header.key))
              }
            />
          </div>
        ),
      )}
      {headers.length < HEADERS_MAX && (
        <div>
          <Button
            icon="plus"
            onClick={() => onChange([...headers, { key: (nextKey.current += 1), name: '', value: '', state: 'new' }])}
          >
            Add header
          </Button>
        </div>
      )}
    </fieldset>
  );
}
