//! The delivery state that a run or a notice carries.
//!
//! An attempt is claimed before its request is made and settled after it. A claim that nobody settles until it is due
//! again is an attempt whose result is not known; the next one follows. What has come to its end can be sent again: a new
//! cycle of attempts begins, counted by the policy from its own start, while the numbers go on.

use super::{Jitter, RetryPolicy, Verdict, judge};
use crate::instant::{Duration, Instant};
use std::time::Duration as Span;

/// Attempts of one delivery in all its cycles, at most: each is kept as a record, and all are answered at once.
pub const CYCLES_ATTEMPTS_MAX: u32 = 900;

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// There is nothing to deliver, or nowhere to.
    None,
    /// An attempt is due or under way.
    Pending,
    /// The receiver took it.
    Delivered,
    /// The receiver refused it for good.
    Refused,
    /// The last attempt is over: not known to be delivered.
    Exhausted,
}

impl DeliveryState {
    /// Every state.
    pub const ALL: [Self; 5] = [Self::None, Self::Pending, Self::Delivered, Self::Refused, Self::Exhausted];

    /// The word in records and answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Refused => "refused",
            Self::Exhausted => "exhausted",
        }
    }

    /// It has come to its end, and is not known to have arrived: refused for good, or given up.
    #[must_use]
    pub fn is_failed(self) -> bool {
        match self {
            Self::Refused | Self::Exhausted => true,
            Self::None | Self::Pending | Self::Delivered => false,
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// A delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Where it stands.
    pub state: DeliveryState,
    /// Attempts that were claimed, in all cycles.
    pub attempts: u32,
    /// How many of them were made before this cycle began.
    pub earlier_attempts: u32,
    /// The last claimed attempt has no result yet.
    pub in_flight: bool,
    /// When the next attempt is due, or when a claim without a result is given up.
    pub due_at: Option<Instant>,
    /// When the last attempt was claimed.
    pub last_attempt_at: Option<Instant>,
    /// The last status that a receiver answered.
    pub response_status: Option<u16>,
}

/// What came of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The receiver answered.
    Status {
        /// The HTTP status.
        status: u16,
        /// What `Retry-After` asked for.
        retry_after: Option<Span>,
    },
    /// The receiver answered well, and its words say that it did not take the message.
    NotTaken {
        /// The HTTP status.
        status: u16,
        /// What `Retry-After` asked for.
        retry_after: Option<Span>,
    },
    /// No answer: no connection, a time-out, a name that does not resolve.
    NoAnswer {
        /// The class of failure, such as `timeout` or `connect`.
        class: &'static str,
    },
    /// The address is one that no webhook may reach, or there is none any more.
    Forbidden {
        /// Why, in words fit for the user.
        class: &'static str,
    },
}

/// Leave to make one attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Its number, from 1.
    pub number: u32,
    /// The delivery with the attempt claimed.
    pub after: Delivery,
}

/// Where a settled attempt leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// The delivery with the result.
    pub after: Delivery,
    /// It has just become known not to be delivered.
    pub gave_up: bool,
}

/// Why an attempt can't be claimed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeliveryError {
    /// Nothing is pending.
    #[error("nothing is pending")]
    NotPending,
    /// Another attempt is due or under way.
    #[error("attempt {asked} was asked for, but {made} were made")]
    OtherAttempt {
        /// The number in the message.
        asked: u32,
        /// Attempts claimed so far.
        made: u32,
    },
    /// Not yet.
    #[error("the next attempt is due later")]
    NotDue,
}

/// Why a delivery can't be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AgainError {
    /// There never was anything to deliver.
    #[error("the run has nothing to deliver: it has no report, or its configuration had no webhook")]
    Nothing,
    /// It is on its way.
    #[error("a delivery is pending: wait until it has succeeded or failed")]
    Pending,
    /// It was sent too often.
    #[error("the report was sent {CYCLES_ATTEMPTS_MAX} times or more, which is the limit")]
    TooOften,
}

impl Delivery {
    /// Nothing to deliver.
    #[must_use]
    pub fn none() -> Self {
        Self {
            state: DeliveryState::None,
            attempts: 0,
            earlier_attempts: 0,
            in_flight: false,
            due_at: None,
            last_attempt_at: None,
            response_status: None,
        }
    }

    /// A first attempt, due at once.
    #[must_use]
    pub fn pending(now: Instant) -> Self {
        Self { state: DeliveryState::Pending, due_at: Some(now), ..Self::none() }
    }

    /// Begins a new cycle of attempts, due at once, for what has come to its end, well or not.
    pub fn again(&self, now: Instant) -> Result<Self, AgainError> {
        match self.state {
            DeliveryState::None => Err(AgainError::Nothing),
            DeliveryState::Pending => Err(AgainError::Pending),
            _ if self.attempts >= CYCLES_ATTEMPTS_MAX => Err(AgainError::TooOften),
            DeliveryState::Delivered | DeliveryState::Refused | DeliveryState::Exhausted => Ok(Self {
                state: DeliveryState::Pending,
                earlier_attempts: self.attempts,
                in_flight: false,
                due_at: Some(now),
                ..self.clone()
            }),
        }
    }

    /// Nothing is to be delivered any more, and nothing that is learnt of an attempt under way changes that.
    #[must_use]
    pub fn dropped(&self) -> Self {
        Self { state: DeliveryState::None, in_flight: false, due_at: None, ..self.clone() }
    }

    /// Begins a new cycle for what has failed, and for nothing else; none too where it was sent too often already.
    #[must_use]
    pub fn recovered(&self, now: Instant) -> Option<Self> {
        if self.state.is_failed() { self.again(now).ok() } else { None }
    }

    /// Attempts that were claimed in this cycle: what the policy counts.
    #[must_use]
    pub fn cycle_attempts(&self) -> u32 {
        self.attempts.saturating_sub(self.earlier_attempts)
    }

    /// Claims attempt `number` at `now`; without a result it is given up after `timeout`.
    pub fn claim(&self, number: u32, now: Instant, timeout: Duration) -> Result<Claim, DeliveryError> {
        let (DeliveryState::Pending, Some(due)) = (self.state, self.due_at) else {
            return Err(DeliveryError::NotPending);
        };
        if number != self.attempts.saturating_add(1) {
            return Err(DeliveryError::OtherAttempt { asked: number, made: self.attempts });
        }
        if due > now {
            return Err(DeliveryError::NotDue);
        }
        let after = Self {
            attempts: number,
            in_flight: true,
            due_at: Some(now + timeout),
            last_attempt_at: Some(now),
            ..self.clone()
        };
        Ok(Claim { number, after })
    }

    /// Settles attempt `number`. A 2xx is taken whenever it is learnt, within its cycle; any other result only while its attempt is the
    /// last and has none yet. `jitter` spreads the next attempt.
    #[must_use]
    pub fn settle(
        &self,
        number: u32,
        answer: &Answer,
        policy: &RetryPolicy,
        now: Instant,
        jitter: Jitter,
    ) -> Option<Settled> {
        let verdict = match answer {
            Answer::Status { status, .. } => judge(*status),
            Answer::NotTaken { .. } | Answer::NoAnswer { .. } => Verdict::Retry,
            Answer::Forbidden { .. } => Verdict::Refused,
        };
        // What was sent again is wanted again, whatever an attempt of an earlier cycle came to.
        let overrides =
            matches!(self.state, DeliveryState::Pending | DeliveryState::Exhausted) && number > self.earlier_attempts;
        let is_last = self.state == DeliveryState::Pending && self.in_flight && self.attempts == number;
        let (status, retry_after) = match answer {
            Answer::Status { status, retry_after } | Answer::NotTaken { status, retry_after } => {
                (Some(*status), *retry_after)
            }
            Answer::NoAnswer { .. } | Answer::Forbidden { .. } => (None, None),
        };
        let base = Self { response_status: status.or(self.response_status), in_flight: false, ..self.clone() };
        let ended = |state| Self { state, due_at: None, ..base.clone() };
        match verdict {
            Verdict::Delivered if overrides => Some(Settled { after: ended(DeliveryState::Delivered), gave_up: false }),
            Verdict::Refused if is_last => Some(Settled { after: ended(DeliveryState::Refused), gave_up: true }),
            Verdict::Retry if is_last => Some(match policy.next_delay(self.cycle_attempts(), retry_after, jitter) {
                Some(delay) => Settled { after: Self { due_at: Some(later(now, delay)), ..base }, gave_up: false },
                None => Settled { after: ended(DeliveryState::Exhausted), gave_up: true },
            }),
            _ => None,
        }
    }

    /// A claim that is due again without a result: its attempt is unknown, and the next is due now, or none is left.
    #[must_use]
    pub fn give_up_claim(&self, policy: &RetryPolicy, now: Instant) -> Option<Settled> {
        let lost = self.state == DeliveryState::Pending && self.in_flight && self.due_at.is_some_and(|due| due <= now);
        if !lost {
            return None;
        }
        let after = Self { in_flight: false, ..self.clone() };
        if self.cycle_attempts() < policy.attempts_max() {
            Some(Settled { after: Self { due_at: Some(now), ..after }, gave_up: false })
        } else {
            Some(Settled { after: Self { state: DeliveryState::Exhausted, due_at: None, ..after }, gave_up: true })
        }
    }
}

/// `now` plus a delay. The policy's delays are a day at most, so the sum always exists.
fn later(now: Instant, delay: Span) -> Instant {
    Duration::from_std(delay).map_or(now, |delay| now + delay)
}
