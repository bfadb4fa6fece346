import { api, read } from '@/api/client';
import type { UsageSource } from '@/usage-stats';

/** The usage through the page's own client, for `UsageStats`: same session, same cache. */
export const loadUsage: UsageSource = (signal) => read(api.GET('/report-runs/usage', { signal }));
