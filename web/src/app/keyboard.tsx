import { useRouter } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { Dialog } from '@/ui';
import { destinationsFor } from './navigation';

/** How long `g` waits for its second key. */
const SEQUENCE_MS = 1_200;

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
  );
}

/** The shortcuts: `/` searches, `g` and a letter opens a page, `?` lists them. */
export function Keyboard({ isAdmin }: { isAdmin: boolean }) {
  const router = useRouter();
  const [listed, setListed] = useState(false);
  const startedAt = useRef<number | null>(null);
  const places = destinationsFor(isAdmin);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (document.querySelector('dialog[open]') !== null) return;
      const inSequence = startedAt.current !== null && event.timeStamp - startedAt.current < SEQUENCE_MS;
      startedAt.current = null;
      if (inSequence) {
        const place = destinationsFor(isAdmin).find((each) => each.key === event.key);
        if (place !== undefined) {
          event.preventDefault();
          void router.navigate({ to: place.to });
          return;
        }
      }
      if (event.key === 'g') startedAt.current = event.timeStamp;
      else if (event.key === '?') {
        event.preventDefault();
        setListed(true);
      } else if (event.key === '/') {
        event.preventDefault();
        void focusSearch(() => router.navigate({ to: '/app/runs' }));
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [isAdmin, router]);

  return (
    <Dialog open={listed} onClose={() => setListed(false)} title="Keyboard shortcuts">
      <dl className="grid grid-cols-[1fr_auto] gap-y-2">
        <Shortcut keys={['/']} what="Search" />
        {places.map((place) => (
          <Shortcut key={place.to} keys={['g', place.key]} what={`Open ${place.label.toLowerCase()}`} />
        ))}
        <Shortcut keys={['?']} what="Show this list" />
        <Shortcut keys={['Esc']} what="Close a dialog or a tooltip" />
      </dl>
    </Dialog>
  );
}

function Shortcut({ keys, what }: { keys: string[]; what: string }) {
  return (
    <>
      <dt>{what}</dt>
      <dd className="flex justify-end gap-1">
        {keys.map((key) => (
          <kbd key={key} className="min-w-6 rounded-s border border-line-strong px-1.5 text-center font-mono text-s">
            {key}
          </kbd>
        ))}
      </dd>
    </>
  );
}

/** Focuses the page's search field; a page without one gives way to the runs, which have one. */
async function focusSearch(openRuns: () => Promise<void>): Promise<void> {
  const find = () => document.querySelector<HTMLElement>('[data-search]');
  if (find() === null) await openRuns();
  for (let frame = 0; frame < 120; frame += 1) {
    const field = find();
    if (field !== null) {
      field.focus();
      return;
    }
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}
