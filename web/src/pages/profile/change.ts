import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { api, ifMatch, readWithTag, type Tagged } from '@/api/client';
import { taggedProfileQuery } from '@/api/queries';
import type { Profile, Schema } from '@/api/types';
import { useGuardedChange } from '@/edit';

export type Patch = Schema<'ProfilePatch'>;
export type TaggedProfile = Tagged<Profile>;

const { queryKey } = taggedProfileQuery();

/** Changes a part of the profile. */
export function useProfileChange(part: (profile: Profile) => unknown) {
  const client = useQueryClient();
  return useGuardedChange({
    part,
    send: async ({ patch, seen }: { patch: Patch; seen: TaggedProfile }) => {
      const answer = api.PATCH('/users/profile', { params: { header: ifMatch(seen.etag) }, body: patch });
      return storeAnswer(client, await readWithTag(answer));
    },
    load: () => client.fetchQuery({ ...taggedProfileQuery(), staleTime: 0 }),
  });
}

export interface Saved {
  profile: Profile;
  /** A new signing secret, which is shown once. */
  secret: string | null;
}

/** Shows the answer's profile everywhere. Its secret is returned, and stored nowhere. */
export async function storeAnswer(client: QueryClient, { value, etag }: Tagged<Profile & { notification_secret?: string }>): Promise<Saved> {
  const { notification_secret: secret, ...profile } = value;
  await client.cancelQueries({ queryKey });
  if (etag === null) await client.fetchQuery({ ...taggedProfileQuery(), staleTime: 0 });
  else client.setQueryData(queryKey, { value: profile, etag });
  return { profile: profile as Profile, secret: secret ?? null };
}
