//! All durations and sizes, each with its reason.

use domain::instant::Duration;

/// How long a worker may hold a run: longer than the runner's time-out (180 s), so that its worker may be alive as long
/// as the lease lasts.
pub const LEASE_SECONDS: i64 = 240;

/// After how long the sweep repeats a request.
pub const DISPATCH_LEASE_MINUTES: i64 = 10;

/// How long a claimed delivery attempt may stay without a result: longer than the function's time-out (30 s).
pub const DELIVERY_CLAIM_SECONDS: i64 = 60;

/// The most runs that are imported in one transaction, which has at most 100 items
/// (<https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html>): each run can need six
/// (its own, its earlier id, a text, an attempt, a rollup and a configuration), and all of them a counter and an
/// account.
pub const IMPORTED_AT_ONCE: usize = 16;

/// How long an attempt waits for its receiver.
pub const WEBHOOK_TIMEOUT_SECONDS: u64 = 15;

/// Attempts that one invocation makes at the same time: the messages that SQS puts into one event.
pub const DELIVERIES_AT_ONCE: usize = 10;

/// Attempts to one host, with its port, that one worker process makes at the same time: half of an event's messages,
/// so that a host that hangs leaves the other half to others.
pub const HOST_ATTEMPTS_MAX: usize = 5;

/// Attempts for one account that one worker process makes at the same time: twice those to one host, so that one of its
/// endpoints that hangs leaves the half to its others.
pub const ACCOUNT_ATTEMPTS_MAX: usize = 10;

/// How long an attempt waits in place for one of these. Most receivers answer in less.
pub const TURN_PATIENCE_MILLISECONDS: u64 = 2_000;

/// After how many seconds the queue returns an attempt that did not get one: attempts that hang have ended then, or
/// will have after two more returns.
pub const TURN_DELAY_SECONDS: u32 = 5;

/// Deliveries and tests that an account's user can ask for at once: a page of reports by hand.
pub const REQUESTS_BURST: u32 = 20;

/// After how many seconds the user can ask for one more.
pub const REQUEST_INTERVAL_SECONDS: i64 = 6;

/// After how long a failed publication is retried.
pub const EVENT_RETRY_MINUTES: i64 = 5;

/// The time before its deadline that a worker reserves for ending a run.
pub const FINISH_RESERVE_SECONDS: i64 = 10;

/// The time before the deadline at which reading commits stops, so that a plain report can be written and the run
/// ended.
pub const FETCH_RESERVE_SECONDS: i64 = 3;

/// How long after it started to read commits a worker still waits for a git host by itself. A longer wait is cheaper
/// and safer in the due index.
pub const WAIT_IN_PLACE_SECONDS_MAX: i64 = 30;

/// The waits of a worker if the host doesn't say how long: a gateway that restarts answers 502 for a few seconds.
pub const WAITS_IN_PLACE_SECONDS: [i64; 5] = [1, 2, 4, 8, 15];

/// A wait of a worker takes at most this part of the remaining time, because reading and writing follow.
pub const WAIT_IN_PLACE_SHARE: i32 = 4;

/// The tick stops this long before its deadline.
pub const TICK_RESERVE_SECONDS: i64 = 5;

/// Due items that one query of one shard reads.
pub const DUE_PAGE_ITEMS: usize = 100;

/// Shards that are queried at once.
pub const SHARDS_AT_ONCE: usize = 8;

/// Due items of one page that a tick or a sweep handles at the same time.
pub const DUE_ITEMS_AT_ONCE: usize = 16;

/// Counters that the recount of all accounts compares at the same time.
pub const RECOUNTS_AT_ONCE: usize = 8;

/// Rollups after which a tick begins no other part of all accounts: about 300 KB, which is 40 read units.
pub const FLEET_ROLLUPS_MAX: usize = 500;

/// How old the instant of the sums over all accounts may be before sums that have not changed are stored again.
pub const FLEET_FRESH_MINUTES: i64 = 10;

/// How many branches of one run are read at the same time.
pub const BRANCHES_AT_ONCE: usize = 4;

/// Commits of one branch that one report reads at most; further ones are only counted.
pub const COMMITS_MAX: usize = 5_000;

/// How late a scheduled run may start and still be found after a force-push: a quarter. Only run items are read for it,
/// and only where a force-push removed commits.
pub const LATE_FIRE_DAYS_MAX: i64 = 92;

/// The part of a prompt that commits may take, in bytes: 30,000 to 60,000 tokens, well inside 128k.
pub const PROMPT_BYTES_MAX: usize = 120_000;

/// The longest report, in tokens: about 12,000 characters and the reasoning before it.
pub const COMPLETION_TOKENS_MAX: u32 = 8_192;

/// Parts in which the changes of one report are read at most, if they don't fit into one prompt. The report from their
/// notes is one prompt more, and a second one if its answer has a fault.
pub const PARTS_MAX: usize = 12;

/// Parts that are read at the same time. Providers limit requests a minute, and a server of one's own often has one
/// slot: more would wait there.
pub const PARTS_AT_ONCE: usize = 3;

/// The longest notes about one part, in tokens.
pub const NOTES_TOKENS_MAX: u32 = 1_200;

/// The part of a model's window that is kept for its answer: a quarter.
pub const WINDOW_COMPLETION_SHARE: u64 = 4;

/// An answer that its server ends at fewer tokens was ended by a full window: a report of 300 words with ids needs as
/// many, and no known provider limits answers to fewer.
pub const CUT_ANSWER_TOKENS_MAX: u64 = 600;

/// Conditional writes that one change makes at most, each after reading again. With more than ten writers of one record
/// at once, waiting is better than another try.
pub const TRIES_MAX: usize = 12;

/// When a caller may repeat a change whose tries are used up, in seconds.
pub const BUSY_RETRY_SECONDS: u64 = 5;

/// Records of one account that one tick erases or stops at most, so that a large account delays no other.
pub const DELETION_ITEMS_MAX: usize = 1_000;

/// Records that are erased between two checks of the deadline.
pub const DELETION_PAGE_ITEMS: usize = 100;

/// Configurations that the request to delete an account stops itself; the tick stops the others.
pub const STOPPED_AT_ONCE: usize = 50;

/// How long that request may take to stop them.
pub const STOPPED_AT_ONCE_SECONDS: i64 = 10;

/// How long after an account was closed an earlier worker may still write: four times Lambda's longest time-out (15
/// minutes).
pub const STRAY_WORKER_MINUTES: i64 = 60;

/// The shortest retention of a report's text. After a force-push the texts of earlier reports show which commits were
/// reported: those that ended within the overlap, of runs that may have been due a quarter earlier.
pub const TEXT_RETENTION_DAYS_MIN: i64 = LATE_FIRE_DAYS_MAX + domain::configuration::OVERLAP_DAYS;

/// [`LEASE_SECONDS`] as a duration.
#[must_use]
pub fn lease() -> Duration {
    Duration::seconds(LEASE_SECONDS)
}

/// [`DISPATCH_LEASE_MINUTES`] as a duration.
#[must_use]
pub fn dispatch_lease() -> Duration {
    Duration::minutes(DISPATCH_LEASE_MINUTES)
}

/// [`DELIVERY_CLAIM_SECONDS`] as a duration.
#[must_use]
pub fn delivery_claim() -> Duration {
    Duration::seconds(DELIVERY_CLAIM_SECONDS)
}
