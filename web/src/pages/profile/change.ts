/** Changes of the profile, each of one part of it, against the version that the user saw. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ifMatch, readWithTag, type Tagged } from '@/api/client';
import { ApiError } from '@/api/problem';
import { taggedProfileQuery } from '@/api/queries';
import type { Profile, Schema } from '@/api/types';

export type Patch = Schema<'ProfilePatch'>;
export type TaggedProfile = Tagged<Profile>;

/** The part that the user was changing is different now. */
export class ChangedElsewhere extends Error {
  constructor(readonly current: TaggedProfile) {
    super('The profile was changed elsewhere.');
  }
}

interface Change {
  patch: Patch;
  /** What the user saw when the change began. */
  seen: TaggedProfile;
}

const { queryKey } = taggedProfileQuery();

/**
 * Changes a part of the profile. If another part has changed since, the change is sent again for the present version; if the
 * same part has, it fails with {@link ChangedElsewhere} and the user chooses.
 */
export function useProfileChange(part: (profile: Profile) => unknown) {
  const client = useQueryClient();
  const send = async ({ patch, seen }: Change) => {
    const answer = api.PATCH('/users/profile', { params: { header: ifMatch(seen.etag) }, body: patch });
    return storeAnswer(client, await readWithTag(answer));
  };
  return useMutation({
    mutationFn: async (change: Change) => {
      try {
        return await send(change);
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 412) throw error;
      }
      const current = await client.fetchQuery({ ...taggedProfileQuery(), staleTime: 0 });
      if (!same(part(current.value), part(change.seen.value))) throw new ChangedElsewhere(current);
      return send({ ...change, seen: current });
    },
  });
}

type Client = ReturnType<typeof useQueryClient>;

/** Shows the answer's profile everywhere. Its secret is returned and stored nowhere. */
export async function storeAnswer(client: Client, { value, etag }: Tagged<Profile & { notification_secret?: string }>) {
  const { notification_secret: secret, ...profile } = value;
  await client.cancelQueries({ queryKey });
  if (etag === null) await client.fetchQuery({ ...taggedProfileQuery(), staleTime: 0 });
  else client.setQueryData(queryKey, { value: profile, etag });
  return { profile: profile as Profile, secret: secret ?? null };
}

export function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

export interface Draft<Values> {
  values: Values;
  /** The profile that the user saw when the editing began: a refresh in the background must not replace it. */
  seen: TaggedProfile;
  isChanged: boolean;
  set: (change: Partial<Values>) => void;
  /** Back to what is saved. */
  reset: () => void;
}

/** The values of a form over a part of the profile. */
export function useDraft<Values extends object>(profile: TaggedProfile, read: (profile: Profile) => Values): Draft<Values> {
  const [edited, setEdited] = useState<{ values: Values; seen: TaggedProfile } | null>(null);
  const { values, seen } = edited ?? { values: read(profile.value), seen: profile };
  return {
    values,
    seen,
    isChanged: edited !== null && !same(values, read(seen.value)),
    set: (change) => setEdited({ values: { ...values, ...change }, seen }),
    reset: () => setEdited(null),
  };
}
