import type { AdminAccount } from '@/api/pending';
import { count, dollars, percentage } from '@/format';
import { Badge, Meter } from '@/ui';

/** The highest limit that the API accepts stands for none. */
export const NO_LIMIT_FROM = 1_000_000_000;

export function limitWords(limit: number): string {
  return limit >= NO_LIMIT_FROM ? 'No limit' : count(limit);
}

/** `0d9c5e0e…0a11`, for a list; the whole id is on hover and for screen readers. */
export function ShortId({ id }: { id: string }) {
  return (
    <span title={id} className="font-mono text-s whitespace-nowrap">
      <span aria-hidden="true">
        {id.slice(0, 8)}…{id.slice(-4)}
      </span>
      <span className="sr-only">{id}</span>
    </span>
  );
}

/** How much of its limit an account has used: figures, a bar, and a word near the limit. */
export function Used({ account }: { account: Pick<AdminAccount, 'counted_runs' | 'monthly_runs_limit' | 'usage_percentage' | 'warning'> }) {
  const isUnlimited = account.monthly_runs_limit >= NO_LIMIT_FROM;
  return (
    <span className="inline-flex min-w-32 flex-col gap-1 max-sm:w-full">
      <span className="figures flex items-baseline justify-between gap-3 whitespace-nowrap">
        <span>
          {count(account.counted_runs)} <span className="text-s text-ink-muted">{isUnlimited ? 'without a limit' : `of ${count(account.monthly_runs_limit)}`}</span>
        </span>
        {!isUnlimited && <span className="text-s text-ink-muted">{percentage(account.usage_percentage)}</span>}
      </span>
      {!isUnlimited && <Meter percent={account.usage_percentage} warning={account.warning} />}
    </span>
  );
}

export function LevelBadge({ account }: { account: Pick<AdminAccount, 'warning'> }) {
  if (account.warning === 'reached') {
    return (
      <Badge tone="bad" icon="blocked">
        Limit reached
      </Badge>
    );
  }
  if (account.warning === 'approaching') {
    return (
      <Badge tone="warn" icon="warning">
        Near limit
      </Badge>
    );
  }
  return (
    <Badge tone="ok" icon="check-circle">
      Within limit
    </Badge>
  );
}

/** Dollars and cents, for a list; the exact cost is on hover. */
export function Cents({ usd }: { usd: number }) {
  const isSmall = usd > 0 && usd < 0.005;
  return (
    <span className="figures" title={dollars(usd)}>
      {isSmall ? 'below $0.01' : dollars(Math.round(usd * 100) / 100)}
    </span>
  );
}
