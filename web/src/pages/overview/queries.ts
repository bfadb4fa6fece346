import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, read } from '@/api/client';
import type { Schema } from '@/api/types';

/** The usage of a UTC month (`YYYY-MM`) by configuration, repository or model. */
export const breakdownQuery = (month: string, by: Schema<'UsageBreakdown'>) =>
  queryOptions({
    queryKey: ['report-runs', 'usage', 'breakdown', month, by],
    queryFn: ({ signal }) => read(api.GET('/report-runs/usage/breakdown', { params: { query: { month, by } }, signal })),
    // The old table stays, dimmed, while the chosen one loads.
    placeholderData: keepPreviousData,
  });
