//! The delivery that a run or a notice carries, and how it moves.
//!
//! An attempt is claimed before its request is made, and settled after it. A claim that is not settled in time is an
//! attempt whose result is unknown; the next one follows. A delivery that has ended can be sent again: a new cycle of
//! attempts begins. The retry policy counts the attempts of the cycle, while their numbers continue.

use super::{Answer, Jitter, RetryPolicy, Verdict};
use crate::instant::{Duration, Instant};
use crate::words::words;
use std::time::Duration as Span;

/// Attempts of one delivery in all its cycles, at most: each is kept as a record, and all are answered at once.
pub const CYCLES_ATTEMPTS_MAX: u32 = 900;

words! {
    /// The state of a delivery, in one word.
    pub enum DeliveryState of Stage {
        /// Nothing to deliver, or no webhook.
        None = "none",
        /// An attempt is due or in flight.
        Pending = "pending",
        Delivered = "delivered",
        /// The receiver refused it for good.
        Refused = "refused",
        /// The last attempt has failed: not known to be delivered.
        Exhausted = "exhausted",
    }
}

impl DeliveryState {
    /// Whether the delivery has ended and is not known to have arrived: refused for good, or given up.
    pub fn is_failed(self) -> bool {
        match self {
            Self::Refused | Self::Exhausted => true,
            Self::None | Self::Pending | Self::Delivered => false,
        }
    }
}

/// How far a delivery is, with what only this stage has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    None,
    Pending(Pending),
    Delivered,
    Refused,
    Exhausted,
}

/// What a pending delivery waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pending {
    /// The next attempt, at this instant.
    Due(Instant),
    /// The result of the claimed attempt. Without one, the attempt is given up at this instant.
    InFlight(Instant),
}

/// A delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    pub stage: Stage,
    /// Attempts that were claimed, in all cycles.
    pub attempts: u32,
    /// How many of them were made before this cycle began.
    pub earlier_attempts: u32,
    /// When the last attempt was claimed.
    pub last_attempt_at: Option<Instant>,
    pub response_status: Option<u16>,
}

/// A claimed attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// From 1.
    pub number: u32,
    pub after: Delivery,
}

/// A settled attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    pub after: Delivery,
    /// Whether this attempt ended the delivery without success.
    pub gave_up: bool,
}

/// Why an attempt can't be claimed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeliveryError {
    #[error("nothing is pending")]
    NotPending,
    #[error("attempt {asked} was asked for, but {made} were made")]
    OtherAttempt { asked: u32, made: u32 },
    #[error("the next attempt is due later")]
    NotDue,
}

/// Why a delivery can't be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AgainError {
    #[error("the run has nothing to deliver: it has no report, or its configuration had no webhook")]
    Nothing,
    #[error("a delivery is pending: wait until it has succeeded or failed")]
    Pending,
    #[error("the report was sent {CYCLES_ATTEMPTS_MAX} times or more, which is the limit")]
    TooOften,
}

impl Delivery {
    /// Nothing to deliver.
    pub fn none() -> Self {
        Self { stage: Stage::None, attempts: 0, earlier_attempts: 0, last_attempt_at: None, response_status: None }
    }

    /// A first attempt, due at once.
    pub fn pending(now: Instant) -> Self {
        Self { stage: Stage::Pending(Pending::Due(now)), ..Self::none() }
    }

    /// The stage in one word.
    pub fn state(&self) -> DeliveryState {
        self.stage.kind()
    }

    /// When something is to be done for a pending delivery: the next attempt is due, or the claimed one is given up.
    pub fn due_at(&self) -> Option<Instant> {
        match self.stage {
            Stage::Pending(Pending::Due(at) | Pending::InFlight(at)) => Some(at),
            Stage::None | Stage::Delivered | Stage::Refused | Stage::Exhausted => None,
        }
    }

    /// When the next attempt is due; `None` while an attempt is in flight, and when the delivery has ended.
    pub fn next_attempt_at(&self) -> Option<Instant> {
        self.due_at().filter(|_| !self.is_in_flight())
    }

    /// Whether the last claimed attempt has no result yet.
    pub fn is_in_flight(&self) -> bool {
        matches!(self.stage, Stage::Pending(Pending::InFlight(_)))
    }

    /// Begins a new cycle of attempts, due at once, for a delivery that has ended, with success or not.
    pub fn again(&self, now: Instant) -> Result<Self, AgainError> {
        match self.stage {
            Stage::None => Err(AgainError::Nothing),
            Stage::Pending(_) => Err(AgainError::Pending),
            _ if self.attempts >= CYCLES_ATTEMPTS_MAX => Err(AgainError::TooOften),
            Stage::Delivered | Stage::Refused | Stage::Exhausted => {
                Ok(Self { earlier_attempts: self.attempts, ..self.at(Stage::Pending(Pending::Due(now))) })
            }
        }
    }

    /// The same delivery, cancelled: the result of an attempt in flight changes nothing any more.
    #[must_use]
    pub fn dropped(&self) -> Self {
        self.at(Stage::None)
    }

    /// Begins a new cycle for a failed delivery. `None` for any other one, and for one that has used up its attempts.
    #[must_use]
    pub fn recovered(&self, now: Instant) -> Option<Self> {
        if self.state().is_failed() { self.again(now).ok() } else { None }
    }

    /// Attempts that were claimed in this cycle: what the policy counts.
    pub fn cycle_attempts(&self) -> u32 {
        self.attempts.saturating_sub(self.earlier_attempts)
    }

    /// Claims attempt `number` at `now`; without a result it is given up after `timeout`.
    pub fn claim(&self, number: u32, now: Instant, timeout: Duration) -> Result<Claim, DeliveryError> {
        let Some(due) = self.due_at() else {
            return Err(DeliveryError::NotPending);
        };
        if number != self.attempts.saturating_add(1) {
            return Err(DeliveryError::OtherAttempt { asked: number, made: self.attempts });
        }
        if due > now {
            return Err(DeliveryError::NotDue);
        }
        let claimed = self.at(Stage::Pending(Pending::InFlight(now + timeout)));
        Ok(Claim { number, after: Self { attempts: number, last_attempt_at: Some(now), ..claimed } })
    }

    /// Settles attempt `number`. A success of this cycle is taken whenever it becomes known; any other result only
    /// while its attempt is the last one and in flight. `jitter` spreads the next attempt.
    #[must_use]
    pub fn settle(
        &self,
        number: u32,
        answer: &Answer,
        policy: &RetryPolicy,
        now: Instant,
        jitter: Jitter,
    ) -> Option<Settled> {
        // A report that was sent again is to arrive again, whatever an attempt of an earlier cycle achieved.
        let is_open = matches!(self.stage, Stage::Pending(_) | Stage::Exhausted) && number > self.earlier_attempts;
        let is_last = self.is_in_flight() && self.attempts == number;
        let stage = match answer.verdict() {
            Verdict::Delivered if is_open => Stage::Delivered,
            Verdict::Refused if is_last => Stage::Refused,
            Verdict::Retry if is_last => match policy.next_delay(self.cycle_attempts(), answer.retry_after(), jitter) {
                Some(delay) => Stage::Pending(Pending::Due(later(now, delay))),
                None => Stage::Exhausted,
            },
            Verdict::Delivered | Verdict::Refused | Verdict::Retry => return None,
        };
        let after = Self { response_status: answer.status().or(self.response_status), ..self.at(stage) };
        Some(Settled { gave_up: after.state().is_failed(), after })
    }

    /// Gives up a claim whose time for a result is over: the next attempt is due now, or none is left. `None` where no
    /// attempt is in flight, or its time is not over.
    #[must_use]
    pub fn give_up_claim(&self, policy: &RetryPolicy, now: Instant) -> Option<Settled> {
        match self.stage {
            Stage::Pending(Pending::InFlight(until)) if until <= now => {}
            _ => return None,
        }
        let has_attempts = self.cycle_attempts() < policy.attempts_max();
        let stage = if has_attempts { Stage::Pending(Pending::Due(now)) } else { Stage::Exhausted };
        Some(Settled { after: self.at(stage), gave_up: !has_attempts })
    }

    fn at(&self, stage: Stage) -> Self {
        Self { stage, ..self.clone() }
    }
}

/// `now` plus a delay. The policy's delays are a day at most, so the sum always exists.
fn later(now: Instant, delay: Span) -> Instant {
    Duration::from_std(delay).map_or(now, |delay| now + delay)
}
