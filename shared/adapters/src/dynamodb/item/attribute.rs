//! The names of attributes that more than one noun has, or that an index or a condition names.
//!
//! Instants are numbers of milliseconds since 1970; flags are the number 1 or absent; figures of 0 and values that are
//! none are absent. Tokens' names are short, and a run's ids and commits are bytes, since its item is kept under a
//! kilobyte. `due_sk` is text, because it is compared in order.

/// The partition: whose it is.
pub(crate) const PK: &str = "pk";
/// What it is.
pub(crate) const SK: &str = "sk";
/// Kind and shard of what is due.
pub(crate) const DUE_PK: &str = "due_pk";
/// When it is due, and which it is.
pub(crate) const DUE_SK: &str = "due_sk";
/// When the record may go, in seconds since 1970.
pub(crate) const EXPIRES_AT: &str = "expires_at";
/// The fire that a configuration waits for.
pub(crate) const NEXT_RUN_AT: &str = "next_run_at";
/// Attempts to deliver that were claimed.
pub(crate) const DELIVERY_ATTEMPTS: &str = "delivery_attempts";
/// When an account was closed.
pub(crate) const CLOSED_AT: &str = "closed_at";
/// A counter whose runs are erased with their account.
pub(crate) const OUTLIVES_RUNS: &str = "outlives_runs";
/// Nothing may be put here any more: what stood here was erased while its worker may have been at work.
pub(crate) const MARKER: &str = "marker";
/// When a tombstone was made.
pub(crate) const DELETED_AT: &str = "deleted_at";
/// When it was made.
pub(crate) const CREATED_AT: &str = "created_at";
/// When a run last moved.
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
/// How it ended.
pub(crate) const LAST_RUN_STATUS: &str = "last_run_status";
/// Runs that began.
pub(crate) const TOTAL_RUNS: &str = "total_runs";
/// Moved by every edit.
pub(crate) const VERSION: &str = "version";
/// Moved by every change of an account's limits.
pub(crate) const LIMITS_VERSION: &str = "limits_version";
/// Running, or how a run ended.
pub(crate) const STATUS: &str = "status";
/// The attempt under way or last made.
pub(crate) const ATTEMPT: &str = "attempt";
/// Who holds a run.
pub(crate) const OWNER: &str = "owner";
/// Until when.
pub(crate) const LEASE: &str = "lease";
/// Attempts whose tokens are added already.
pub(crate) const PAID_ATTEMPTS: &str = "paid_attempts";
/// Where tokens' numbers are from.
pub(crate) const SOURCE: &str = "source";
/// The model that wrote.
pub(crate) const MODEL: &str = "model";
/// Its prices: input, cached input, output and, where it has a price of its own, a cache write, separated by spaces.
pub(crate) const RATES: &str = "rates";
/// Tokens read.
pub(crate) const PROMPT_TOKENS: &str = "t_prompt";
/// Those of them from a cache.
pub(crate) const CACHED_TOKENS: &str = "t_cached";
/// Those of them that were written to a cache.
pub(crate) const CACHE_WRITE_TOKENS: &str = "t_cache_write";
/// Tokens written.
pub(crate) const COMPLETION_TOKENS: &str = "t_completion";
/// Those of them that were thought.
pub(crate) const REASONING_TOKENS: &str = "t_reasoning";
/// Cost, in millionths of a US dollar.
pub(crate) const COST_MICROS: &str = "cost_micros";
/// A run used tokens whose price is unknown.
pub(crate) const UNPRICED: &str = "unpriced";
/// Runs that used tokens whose price is unknown.
pub(crate) const UNPRICED_RUNS: &str = "unpriced_runs";
/// Slots of the limit, used or held.
pub(crate) const SLOTS_USED: &str = "slots_used";
/// Runs that count.
pub(crate) const COUNTED_RUNS: &str = "counted_runs";
/// Runs that began less those that count.
pub(crate) const UNCOUNTED_RUNS: &str = "uncounted_runs";
/// Runs that ended well.
pub(crate) const SUCCESSFUL_RUNS: &str = "successful_runs";
/// Runs that failed.
pub(crate) const FAILED_RUNS: &str = "failed_runs";
/// Runs that were cancelled.
pub(crate) const CANCELLED_RUNS: &str = "cancelled_runs";
/// Runs written without the model that was chosen.
pub(crate) const DEGRADED_RUNS: &str = "degraded_runs";
/// Test runs.
pub(crate) const TEST_RUNS: &str = "test_runs";
/// Reports that were not begun.
pub(crate) const BLOCKED_RUNS: &str = "blocked_runs";
/// Thresholds that were told.
pub(crate) const ALERTED: &str = "alerted";
/// Moved by every write of a counter.
pub(crate) const REVISION: &str = "revision";
