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
pub(crate) const NEXT_RUN_AT: &str = "next_run_at";
pub(crate) const DELIVERY_ATTEMPTS: &str = "delivery_attempts";
pub(crate) const CLOSED_AT: &str = "closed_at";
/// Flag of a counter whose runs are erased with their account.
pub(crate) const OUTLIVES_RUNS: &str = "outlives_runs";
/// Flag of an item that takes the place of an erased record while a worker may still try to write it.
pub(crate) const MARKER: &str = "marker";
pub(crate) const DELETED_AT: &str = "deleted_at";
pub(crate) const CREATED_AT: &str = "created_at";
pub(crate) const UPDATED_AT: &str = "updated_at";
pub(crate) const ACTIVE_RUN: &str = "active_run";
pub(crate) const GENERATION: &str = "generation";
/// The instant up to which commits are reported.
pub(crate) const COVERED_UNTIL: &str = "covered_until";
pub(crate) const COVERED_SINCE: &str = "covered_since";
pub(crate) const LAST_HEAD: &str = "last_head";
pub(crate) const RESET_AT: &str = "reset_at";
/// The beginning of the name of a further branch's coverage, before its generation.
pub(crate) const COVERAGE: &str = "coverage_";
/// When the last run began or ended.
pub(crate) const LAST_RUN_AT: &str = "last_run_at";
pub(crate) const LAST_RUN_STATUS: &str = "last_run_status";
pub(crate) const TOTAL_RUNS: &str = "total_runs";
pub(crate) const VERSION: &str = "version";
pub(crate) const LIMITS_VERSION: &str = "limits_version";
/// `running`, or the result of a run that ended.
pub(crate) const STATUS: &str = "status";
pub(crate) const ATTEMPT: &str = "attempt";
pub(crate) const OWNER: &str = "owner";
pub(crate) const LEASE: &str = "lease";
/// Attempts whose tokens are added already.
pub(crate) const PAID_ATTEMPTS: &str = "paid_attempts";
pub(crate) const SOURCE: &str = "source";
pub(crate) const MODEL: &str = "model";
/// The model's prices: input, cached input, output and a cache write's own price, if any, separated by spaces.
pub(crate) const RATES: &str = "rates";
pub(crate) const PROMPT_TOKENS: &str = "t_prompt";
pub(crate) const CACHED_TOKENS: &str = "t_cached";
pub(crate) const CACHE_WRITE_TOKENS: &str = "t_cache_write";
pub(crate) const COMPLETION_TOKENS: &str = "t_completion";
pub(crate) const REASONING_TOKENS: &str = "t_reasoning";
/// In millionths of a US dollar.
pub(crate) const COST_MICROS: &str = "cost_micros";
/// Flag of a run that used tokens whose price is unknown.
pub(crate) const UNPRICED: &str = "unpriced";
pub(crate) const UNPRICED_RUNS: &str = "unpriced_runs";
pub(crate) const SLOTS_USED: &str = "slots_used";
pub(crate) const COUNTED_RUNS: &str = "counted_runs";
/// Runs that began less those that count.
pub(crate) const UNCOUNTED_RUNS: &str = "uncounted_runs";
pub(crate) const SUCCESSFUL_RUNS: &str = "successful_runs";
pub(crate) const FAILED_RUNS: &str = "failed_runs";
pub(crate) const CANCELLED_RUNS: &str = "cancelled_runs";
pub(crate) const DEGRADED_RUNS: &str = "degraded_runs";
pub(crate) const TEST_RUNS: &str = "test_runs";
pub(crate) const BLOCKED_RUNS: &str = "blocked_runs";
pub(crate) const ALERTED: &str = "alerted";
/// What a user was last notified of in a month whose limit is reached.
pub(crate) const PAUSE: &str = "pause";
/// The health of a webhook; absent if it is healthy.
pub(crate) const HEALTH: &str = "health";
/// Since when a configuration's scheduled runs fail.
pub(crate) const SKIPPED_AT: &str = "skipped_at";
pub(crate) const FAILING_SINCE: &str = "failing_since";
pub(crate) const REVISION: &str = "revision";
/// Month and part of all accounts, in a rollup.
pub(crate) const FLEET: &str = "fleet";
