//! What one request or one message may spend on a table that fails: time, failed calls and conflicts.
//!
//! The SDK's own retries are off, and a call is repeated in one place only ([`super::Call`]). A verb that lost a race,
//! or does not know whether its write took effect, reads and decides again; what it writes then draws on the same
//! budget. So the tries of the layers add up to the budget instead of multiplying.
//!
//! A failure and a conflict are different. A table that fails or throttles is relieved by fewer requests, so few are
//! allowed. A transaction that met another one at the same item shows that the table works: under load most of them
//! succeed when they are repeated, so more of these are allowed. A condition that fails costs nothing here: it shows
//! that another request made progress, and the verbs limit how often they decide again.
//!
//! When a budget is used up, the next call is refused without a request, and so is every call after it: the verb's
//! loop ends there. Reads have a number of failures of their own, so after the last failed write the verb can still
//! find out whether a write whose answer was lost took effect.

use app::ports::StoreError;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// The wait that is suggested to a caller whose request used its budget up.
const RETRY_AFTER: Duration = Duration::from_secs(5);
/// The part of an invocation's time that is reserved for its answer.
const ANSWER_RESERVE: Duration = Duration::from_secs(1);
/// A call that has less time than this is not started.
const CALL_TIME_MIN: Duration = Duration::from_millis(20);

/// The limits of one budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// The longest time for all calls together, counted from the start.
    pub time: Duration,
    /// The longest time for one call with its repetitions; never more than half of what remains.
    pub call_time: Duration,
    /// Failed tries of all writes together, and the same number of reads. A try that works gives one back.
    pub failures: u32,
    pub call_failures: u32,
    /// Conflicts of all writes with other transactions. A write that works gives one back.
    pub conflicts: u32,
    pub call_conflicts: u32,
}

impl Allowance {
    /// For one request of the API. API Gateway gives up after 30 s, and the answer needs some of it. Six failed writes
    /// are two calls of three tries, so that a write whose answer was lost is looked for in between. Where three of
    /// ten transactions meet a conflict, twelve conflicts in a row have a chance of one in two million.
    pub const REQUEST: Self = Self {
        time: Duration::from_secs(25),
        call_time: Duration::from_secs(8),
        failures: 6,
        call_failures: 3,
        conflicts: 12,
        call_conflicts: 8,
    };

    /// For one message: no caller waits for it, and what it has paid a model for should be stored. Its time is what its
    /// invocation has left.
    pub const MESSAGE: Self = Self {
        time: Duration::MAX,
        call_time: Duration::from_secs(20),
        failures: 30,
        call_failures: 8,
        conflicts: 60,
        call_conflicts: 12,
    };

    /// For one part of a tick, which handles up to sixteen items at the same time: as many may fail at once, and each
    /// call is repeated as often as that of a message.
    pub const TICK: Self = Self { failures: 130, conflicts: 200, ..Self::MESSAGE };

    /// For a call outside of all of them, such as one of the command line's.
    pub const CALL: Self = Self {
        time: Duration::from_mins(2),
        call_time: Duration::from_mins(1),
        failures: 3,
        call_failures: 3,
        conflicts: 8,
        call_conflicts: 8,
    };
}

/// The budget of the request or message under way. Clones share it.
#[derive(Clone)]
pub struct Budget(Arc<State>);

struct State {
    allowance: Allowance,
    ends: Option<Instant>,
    used: Mutex<Used>,
}

#[derive(Debug, Default)]
struct Used {
    failed_reads: u32,
    failed_writes: u32,
    conflicts: u32,
    last: Option<String>,
    closed: bool,
}

/// The kind of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Read,
    Write,
    /// A write of a report's text. It keeps a third of the failed tries for the writes that follow: what the text cost
    /// must be recorded even where the text can't be stored.
    Text,
}

/// Why a try of a call failed, where the same call can be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The table failed, was too slow, or asks for fewer requests.
    Failure,
    Conflict,
}

tokio::task_local! {
    /// The budget of the request or message that this task works on.
    static BUDGET: Budget;
}

impl Budget {
    /// A budget that starts now. `left` is the time that the invocation has left, if it is known.
    pub fn new(allowance: Allowance, left: Option<Duration>) -> Self {
        let time = left.map_or(allowance.time, |left| left.min(allowance.time));
        let state = State { allowance, ends: Instant::now().checked_add(time), used: Mutex::default() };
        Self(Arc::new(state))
    }

    /// The budget of one message, whose invocation ends at `deadline`.
    pub fn of_message(now: domain::instant::Instant, deadline: domain::instant::Instant) -> Self {
        Self::until(Allowance::MESSAGE, now, deadline)
    }

    /// The budget of one part of a tick, whose invocation ends at `deadline`.
    pub fn of_tick(now: domain::instant::Instant, deadline: domain::instant::Instant) -> Self {
        Self::until(Allowance::TICK, now, deadline)
    }

    fn until(allowance: Allowance, now: domain::instant::Instant, deadline: domain::instant::Instant) -> Self {
        let left = (deadline - now).to_std().unwrap_or_default();
        Self::new(allowance, Some(left.saturating_sub(ANSWER_RESERVE)))
    }

    /// Runs work whose calls of the store draw on this budget.
    pub async fn within<T>(self, work: impl Future<Output = T>) -> T {
        BUDGET.scope(self, work).await
    }

    /// The budget of this task; outside of one, a budget for a single call.
    pub(super) fn current() -> Self {
        BUDGET.try_with(Self::clone).unwrap_or_else(|_| Self::new(Allowance::CALL, None))
    }

    pub(super) fn allowance(&self) -> &Allowance {
        &self.0.allowance
    }

    /// The instant until which a call that starts now may last; an error if the budget has nothing left for it.
    pub(super) fn begin(&self, kind: Kind) -> Result<Instant, StoreError> {
        let now = Instant::now();
        let left = self.0.ends.map_or(Duration::MAX, |ends| ends.saturating_duration_since(now));
        let mut used = self.used();
        let allowance = &self.0.allowance;
        used.closed |= left < CALL_TIME_MIN
            || match kind {
                Kind::Read => used.failed_reads >= allowance.failures,
                Kind::Write | Kind::Text => {
                    used.failed_writes >= allowance.failures || used.conflicts >= allowance.conflicts
                }
            };
        if used.closed {
            return Err(used_up(&used));
        }
        // Half of what remains; the last second is not divided, because a shorter share would be of no use.
        let share = (left / 2).max(left.min(Duration::from_secs(1))).min(allowance.call_time);
        Ok(now + share)
    }

    /// Records a failed try; whether another may follow.
    pub(super) fn spend(&self, kind: Kind, trouble: Trouble, detail: &str) -> bool {
        let allowance = &self.0.allowance;
        let mut used = self.used();
        used.last = Some(detail.to_owned());
        let kept = if kind == Kind::Text { allowance.failures / 3 } else { 0 };
        let (spent, all) = match (trouble, kind) {
            (Trouble::Conflict, _) => (&mut used.conflicts, allowance.conflicts),
            (Trouble::Failure, Kind::Read) => (&mut used.failed_reads, allowance.failures),
            (Trouble::Failure, Kind::Write | Kind::Text) => (&mut used.failed_writes, allowance.failures),
        };
        *spent = spent.saturating_add(1);
        *spent < all - kept
    }

    /// Records a try that worked, which shows that the table does not fail all the time. A write that works gives a
    /// conflict back too, so that a tick with thousands of writes is not stopped by the conflicts that are usual among
    /// so many.
    pub(super) fn restore(&self, kind: Kind) {
        let mut used = self.used();
        if kind != Kind::Read {
            used.conflicts = used.conflicts.saturating_sub(1);
        }
        let failed = match kind {
            Kind::Read => &mut used.failed_reads,
            Kind::Write | Kind::Text => &mut used.failed_writes,
        };
        *failed = failed.saturating_sub(1);
    }

    fn used(&self) -> MutexGuard<'_, Used> {
        self.0.used.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Budget {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Budget({:?})", self.used())
    }
}

fn used_up(used: &Used) -> StoreError {
    let Used { failed_reads, failed_writes, conflicts, last, .. } = used;
    let last = last.as_deref().unwrap_or("the time is over");
    let detail = format!(
        "the budget for the table is used up after failed reads: {failed_reads}, failed writes: {failed_writes}, \
         conflicts: {conflicts}; the last trouble: {last}"
    );
    StoreError::Busy { detail, retry_after: RETRY_AFTER }
}
