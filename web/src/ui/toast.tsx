import { useEffect, useSyncExternalStore } from 'react';
import { IconButton } from './button';
import { cx } from './class-names';
import { Icon } from './icon';

interface Toast {
  id: number;
  title: string;
  detail: string | null;
  tone: 'ok' | 'bad';
}

const SHOWN_MS = 6_000;
let toasts: readonly Toast[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

/** Says what an action has changed: `announce('Schedule saved', 'The next report is due tomorrow at 09:00.')`. */
export function announce(title: string, detail: string | null = null, tone: Toast['tone'] = 'ok'): void {
  const id = nextId++;
  set([...toasts.slice(-2), { id, title, detail, tone }]);
  setTimeout(() => set(toasts.filter((toast) => toast.id !== id)), SHOWN_MS);
}

export function Toasts() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
  // They belong to the session: the next user must not see them.
  useEffect(() => () => set([]), []);
  return (
    <div role="status" aria-live="polite" className="pointer-events-none fixed inset-x-4 bottom-20 z-20 flex flex-col items-end gap-2 md:bottom-4">
      {shown.map((toast) => (
        <div
          key={toast.id}
          className="pointer-events-auto flex w-full max-w-sm items-start gap-3 rounded-l border border-line bg-surface py-2 ps-4 pe-2 shadow-float"
        >
          <Icon
            name={toast.tone === 'ok' ? 'check-circle' : 'error'}
            className={cx('mt-2 size-5', toast.tone === 'ok' ? 'text-ok' : 'text-bad')}
          />
          <div className="min-w-0 flex-1 py-1.5">
            <p className="font-strong">{toast.title}</p>
            {toast.detail && <p className="text-s text-ink-muted">{toast.detail}</p>}
          </div>
          <IconButton icon="close" label="Close message" onClick={() => set(toasts.filter((each) => each.id !== toast.id))} />
        </div>
      ))}
    </div>
  );
}
