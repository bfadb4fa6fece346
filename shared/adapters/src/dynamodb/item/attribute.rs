//! The names of attributes that several record types share, or that an index or a condition names.
//!
//! Instants are numbers of milliseconds since 1970; a flag is the number 1 or absent; figures of 0 and values that are
//! `None` are absent. A run's names of tokens are short, and its ids and commits are bytes, because its item is kept
//! under a kilobyte. `due_sk` is text, because it is compared in order.

/// The partition key: the user.
pub(crate) const PK: &str = "pk";
/// The sort key: the record's type and id.
pub(crate) const SK: &str = "sk";
/// Kind and shard of what is due.
pub(crate) const DUE_PK: &str = "due_pk";
/// When it is due, and its id.
pub(crate) const DUE_SK: &str = "due_sk";
/// When the table may remove the record, in seconds since 1970.
pub(crate) const EXPIRES_AT: &str = "expires_at";
/// The fire that a configuration waits for.
pub(crate) const NEXT_RUN_AT: &str = "next_run_at";
/// Attempts to deliver that were claimed.
pub(crate) const DELIVERY_ATTEMPTS: &str = "delivery_attempts";
pub(crate) const CLOSED_AT: &str = "closed_at";
/// Flag of a counter whose runs are erased with their account.
pub(crate) const OUTLIVES_RUNS: &str = "outlives_runs";
/// Flag of an item that takes the place of an erased record while a worker may still try to write it.
pub(crate) const MARKER: &str = "marker";
pub(crate) const DELETED_AT: &str = "deleted_at";
pub(crate) const CREATED_AT: &str = "created_at";
/// When a run last changed.
pub(crate) const UPDATED_AT: &str = "updated_at";
/// The scheduled run under way.
pub(crate) const ACTIVE_RUN: &str = "active_run";
/// The generation of coverage.
pub(crate) const GENERATION: &str = "generation";
/// The instant up to which commits are reported.
pub(crate) const COVERED_UNTIL: &str = "covered_until";
pub(crate) const COVERED_SINCE: &str = "covered_since";
/// The last reported head.
pub(crate) const LAST_HEAD: &str = "last_head";
/// When the last run began or ended.
pub(crate) const LAST_RUN_AT: &str = "last_run_at";
pub(crate) const LAST_RUN_STATUS: &str = "last_run_status";
/// Runs that began.
pub(crate) const TOTAL_RUNS: &str = "total_runs";
/// Raised by every edit.
pub(crate) const VERSION: &str = "version";
/// Raised by every change of an account's limits.
pub(crate) const LIMITS_VERSION: &str = "limits_version";
/// `running`, or the result of a run that ended.
pub(crate) const STATUS: &str = "status";
/// The number of the attempt under way or last made.
pub(crate) const ATTEMPT: &str = "attempt";
/// The worker that holds a run.
pub(crate) const OWNER: &str = "owner";
/// The end of the owner's lease.
pub(crate) const LEASE: &str = "lease";
/// Attempts whose tokens are added already.
pub(crate) const PAID_ATTEMPTS: &str = "paid_attempts";
/// Whether the numbers of tokens are the provider's or estimates.
pub(crate) const SOURCE: &str = "source";
/// The model that wrote.
pub(crate) const MODEL: &str = "model";
/// The model's prices: input, cached input, output and, where it has a price of its own, a cache write, separated by
/// spaces.
pub(crate) const RATES: &str = "rates";
/// Tokens of the request.
pub(crate) const PROMPT_TOKENS: &str = "t_prompt";
/// The part of the request's tokens that was read from a cache.
pub(crate) const CACHED_TOKENS: &str = "t_cached";
/// The part of the request's tokens that was written to a cache.
pub(crate) const CACHE_WRITE_TOKENS: &str = "t_cache_write";
/// Tokens of the answer.
pub(crate) const COMPLETION_TOKENS: &str = "t_completion";
/// The part of the answer's tokens that was reasoning.
pub(crate) const REASONING_TOKENS: &str = "t_reasoning";
/// In millionths of a US dollar.
pub(crate) const COST_MICROS: &str = "cost_micros";
/// Flag of a run that used tokens whose price is unknown.
pub(crate) const UNPRICED: &str = "unpriced";
/// Runs that used tokens whose price is unknown.
pub(crate) const UNPRICED_RUNS: &str = "unpriced_runs";
/// Slots of the limit, used or held.
pub(crate) const SLOTS_USED: &str = "slots_used";
/// Runs that count against the limit.
pub(crate) const COUNTED_RUNS: &str = "counted_runs";
/// Runs that began less those that count.
pub(crate) const UNCOUNTED_RUNS: &str = "uncounted_runs";
pub(crate) const SUCCESSFUL_RUNS: &str = "successful_runs";
pub(crate) const FAILED_RUNS: &str = "failed_runs";
pub(crate) const CANCELLED_RUNS: &str = "cancelled_runs";
/// Runs whose report was written without the chosen model.
pub(crate) const DEGRADED_RUNS: &str = "degraded_runs";
pub(crate) const TEST_RUNS: &str = "test_runs";
/// Reports that were not begun because the limit was reached.
pub(crate) const BLOCKED_RUNS: &str = "blocked_runs";
/// Thresholds that were notified.
pub(crate) const ALERTED: &str = "alerted";
/// What a user was last notified of in a month whose limit is reached.
pub(crate) const PAUSE: &str = "pause";
/// The health of a webhook; absent if it is healthy.
pub(crate) const HEALTH: &str = "health";
/// Since when a configuration's scheduled runs fail.
pub(crate) const FAILING_SINCE: &str = "failing_since";
/// Raised by every write of a counter.
pub(crate) const REVISION: &str = "revision";
