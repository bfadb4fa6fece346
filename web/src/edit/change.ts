/** Changes of a record, each of one part of it, against the version that the user saw. */
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Tagged } from '@/api/client';
import { ApiError } from '@/api/problem';

/** The part that the user was changing is different now. */
export class ChangedElsewhere<Value = unknown> extends Error {
  constructor(readonly current: Tagged<Value>) {
    super('The record was changed elsewhere.');
  }
}

export interface Change<Value, Patch> {
  patch: Patch;
  /** What the user saw when the change began. */
  seen: Tagged<Value>;
}

interface Guarded<Value, Patch, Result> {
  /** What of the record the change is about. */
  part: (value: Value) => unknown;
  /** Sends a patch with `If-Match`. */
  send: (change: Change<Value, Patch>) => Promise<Result>;
  /** Reads the record again. */
  load: () => Promise<Tagged<Value>>;
}

/**
 * Changes a part of a record. If another part has changed since, the change is sent again for the present version; if the same
 * part has, it fails with {@link ChangedElsewhere} and the user chooses.
 */
export function useGuardedChange<Value, Patch, Result>({ part, send, load }: Guarded<Value, Patch, Result>) {
  return useMutation({
    mutationFn: async (change: Change<Value, Patch>): Promise<Result> => {
      try {
        return await send(change);
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 412) throw error;
      }
      const current = await load();
      if (!same(part(current.value), part(change.seen.value))) throw new ChangedElsewhere(current);
      return send({ ...change, seen: current });
    },
  });
}

export function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

export interface Draft<Value, Values> {
  values: Values;
  /** The record that the user saw when the editing began: a refresh in the background must not replace it. */
  seen: Tagged<Value>;
  isChanged: boolean;
  set: (change: Partial<Values>) => void;
  /** Back to what is saved. */
  reset: () => void;
}

/** The values of a form over a record, or over a part of it. */
export function useDraft<Value, Values extends object>(record: Tagged<Value>, read: (value: Value) => Values): Draft<Value, Values> {
  const [edited, setEdited] = useState<{ values: Values; seen: Tagged<Value> } | null>(null);
  const { values, seen } = edited ?? { values: read(record.value), seen: record };
  return {
    values,
    seen,
    isChanged: edited !== null && !same(values, read(seen.value)),
    set: (change) => setEdited({ values: { ...values, ...change }, seen }),
    reset: () => setEdited(null),
  };
}
