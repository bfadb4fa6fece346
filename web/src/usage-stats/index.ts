export { UsageError, usageSource, type UsageSourceOptions } from './source';
export type { Level } from './level';
export type { MonthlyFigures, UsageData, UsageSource } from './types';
export { UsageStats, type UsageStatsProps } from './usage-stats';
export { refreshUsage, usageQueryKey, useUsage } from './use-usage';
