/** The figures of a month, as `GET /report-runs/usage` has them in `monthlyUsage`. */
export interface MonthlyFigures {
  /** The first instant of the month, in UTC. */
  month: string;
  total_runs: number;
  successful_runs: number;
  failed_runs: number;
  test_runs: number;
  /** Runs that count against the limit. */
  counted_runs: number;
  total_tokens: number;
  prompt_tokens: number;
  completion_tokens: number;
  total_cost_usd: number;
  /** Runs that used tokens whose price is unknown: they are not in the cost. */
  unpriced_runs: number;
  last_run_at: string | null;
}

/** What `GET /report-runs/usage` answers. Fields that the component doesn't show are absent here, and may be present. */
export interface UsageData {
  monthlyUsage: MonthlyFigures;
  /** Null, or a billion and more (the highest that the API accepts), is no limit. */
  monthlyLimit: number | null;
  runsUsed: number;
  runsRemaining: number;
  runsInFlight: number;
  usagePercentage: number;
  warning: 'none' | 'approaching' | 'reached';
  blockedReason: 'slots_in_use' | 'limit_reached' | 'uncounted_runs_reached' | 'account_closed' | null;
  resetsAt: string;
  limits?: { plan_name: string };
  /** When the API computed this; without it, the instant of the answer is shown. */
  as_of?: string;
}

/** Loads the usage. It should reject with a {@link UsageError}, or any error with a message. */
export type UsageSource = (signal: AbortSignal) => Promise<UsageData>;
