import { useRef } from 'react';
import { idempotencyKey } from './client';

/**
 * The idempotency key of what the user wants to send: the same for a retry of the same content, another for other content, and
 * another after `done`.
 */
export function useIntentKey() {
  const last = useRef<{ content: string; key: string }>(undefined);
  return {
    keyFor(content: unknown): string {
      const text = JSON.stringify(content);
      if (last.current?.content !== text) last.current = { content: text, key: idempotencyKey() };
      return last.current.key;
    },
    done(): void {
      last.current = undefined;
    },
  };
}
