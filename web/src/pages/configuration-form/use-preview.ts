import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, read } from '@/api/client';
import { ApiError } from '@/api/problem';
import type { Schema } from '@/api/types';
import { useSettled } from '@/ui';

/** How long the fields must be unchanged before the server is asked. */
export const SETTLE_MS = 350;

/** What the settings would lead to, by the server. `current` is false while it is about earlier settings. */
export function usePreview(wanted: Schema<'PreviewRequest'>) {
  const body = useSettled(wanted, SETTLE_MS);
  const query = useQuery({
    queryKey: ['report-configurations', 'preview', body],
    queryFn: ({ signal }): Promise<Schema<'Preview'>> => read(api.POST('/report-configurations/preview', { body, signal })),
    placeholderData: keepPreviousData,
    retry: (failures, error) => error instanceof ApiError && error.isTemporary && error.status !== 429 && failures < 1,
  });
  const current = JSON.stringify(body) === JSON.stringify(wanted) && !query.isPlaceholderData && query.data !== undefined;
  return { ...query, current };
}
