import { useEffect, useState } from 'react';
import { IconButton } from './button';

/** Copies a value, and says that it has. */
export function CopyButton({ value, label }: { value: string; label: string }) {
  const [state, setState] = useState<'idle' | 'copied' | 'refused'>('idle');
  useEffect(() => {
    if (state === 'idle') return;
    const timer = setTimeout(() => setState('idle'), 2_000);
    return () => clearTimeout(timer);
  }, [state]);
  return (
    <>
      <IconButton
        icon={state === 'copied' ? 'check' : 'copy'}
        label={label}
        onClick={() => {
          navigator.clipboard.writeText(value).then(
            () => setState('copied'),
            () => setState('refused'),
          );
        }}
      />
      <span role="status" className={state === 'idle' ? 'sr-only' : 'text-s text-ink-muted'}>
        {state === 'copied' ? 'Copied' : state === 'refused' ? 'The browser refused to copy: select the text.' : ''}
      </span>
    </>
  );
}
