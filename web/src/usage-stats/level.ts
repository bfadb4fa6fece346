import { count, exactInstant, isUnlimited, percentage, plural } from '../format';
import type { UsageData } from './types';

export type Level = 'normal' | 'approaching' | 'reached' | 'unlimited';

/** The limit; null without one. */
export function limitOf(usage: UsageData): number | null {
  return usage.monthlyLimit === null || isUnlimited(usage.monthlyLimit) ? null : usage.monthlyLimit;
}

export function levelOf(usage: UsageData): Level {
  if (limitOf(usage) === null) return 'unlimited';
  return usage.warning === 'none' ? 'normal' : usage.warning;
}

/** Each level has a word and an icon of its own, never only a colour. */
export const levelWords: Record<Level, string> = {
  normal: 'Within the limit',
  approaching: 'Approaching the limit',
  reached: 'Limit reached',
  unlimited: 'No limit',
};

/** What the level means, and what to do. */
export function advice(usage: UsageData): { title: string; text: string } {
  const reset = exactInstant(usage.resetsAt, 'UTC');
  const limit = limitOf(usage);
  if (usage.blockedReason === 'account_closed') {
    return { title: 'This account is closed', text: 'No run starts any more. The usage is kept as a record.' };
  }
  if (usage.blockedReason === 'uncounted_runs_reached') {
    return {
      title: 'No more runs this month',
      text: `Too many runs that don’t count were started: failed, test and cancelled ones. Runs start again on ${reset}.`,
    };
  }
  if (limit === null) {
    return { title: 'Runs are not limited', text: 'Every run is recorded with its tokens and cost.' };
  }
  if (usage.warning === 'reached') {
    return {
      title: `All ${count(limit)} runs of this month are used`,
      text: `Scheduled reports are skipped until ${reset}. Ask for a higher limit to continue now. Tests still work.`,
    };
  }
  if (usage.blockedReason === 'slots_in_use') {
    return {
      title: 'The last runs are in flight',
      text: 'Another run can start if one of them ends without counting. Wait until they have ended.',
    };
  }
  if (usage.warning === 'approaching') {
    return {
      title: `${percentage(usage.usagePercentage)} of this month’s runs are used`,
      text: `${plural(usage.runsRemaining, 'run')} must last until ${reset}. Run reports less often, disable one, or ask for a higher limit.`,
    };
  }
  if (usage.monthlyUsage.total_runs === 0 && usage.runsInFlight === 0) {
    return {
      title: 'No run yet this month',
      text: 'The first report that is written will appear here, with its tokens and cost.',
    };
  }
  return {
    title: `${plural(usage.runsRemaining, 'run')} left until the reset`,
    text: 'Only reports count. Failed, cancelled and test runs don’t, and neither do runs without commits.',
  };
}
