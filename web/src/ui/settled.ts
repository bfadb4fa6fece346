import { useEffect, useState } from 'react';

/** A value once it has not changed for a while. */
export function useSettled<Value>(value: Value, ms: number): Value {
  const [settled, setSettled] = useState(value);
  const mark = JSON.stringify(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
    // The mark replaces the value.
  }, [mark, ms]);
  return settled;
}

/** How long a part of a page waits for what is above it, in milliseconds. */
const SETTLE_MS = 2_000;

/**
 * Whether the height of what is above a part of the page is known, so that the part does not move when that arrives: it has
 * loaded, or it is late and no longer waited for. From then on the answer does not change.
 */
export function useSettledOrLate(isPending: boolean): boolean {
  const [isSettled, setSettled] = useState(!isPending);
  useEffect(() => {
    if (isSettled) return;
    if (!isPending) {
      setSettled(true);
      return;
    }
    const timer = setTimeout(() => setSettled(true), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [isPending, isSettled]);
  return isSettled || !isPending;
}
