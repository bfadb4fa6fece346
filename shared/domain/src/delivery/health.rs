//! The health of an endpoint: whether the webhook of a configuration or of an account takes messages.
//!
//! Every attempt is evidence. The state is stored with the address, and only a change of state is written: an endpoint
//! that works costs nothing.

use super::{Answer, Forbidden, NoAnswer, Shape, Verdict};
use crate::instant::{Duration, Instant};
use crate::words::words;

/// An endpoint is disabled when no attempt has succeeded for so long, in days.
pub const DISABLED_AFTER_DAYS: i64 = 5;
/// An endpoint is reported as failing when no attempt has succeeded for so long, in minutes. A restart of a receiver
/// takes less, and needs no notice.
pub const REPORTED_AFTER_MINUTES: i64 = 10;
/// Attempts of one delivery that must have failed before an endpoint is disabled for its age: with a rare report, the
/// first failure in weeks may be a dropped connection.
pub const DISABLED_AFTER_ATTEMPTS: u32 = 3;

words! {
    /// Why an endpoint is disabled.
    pub enum DisabledReason {
        /// It answered 410.
        Gone = "gone",
        /// A chat service answered that the address is not valid (401, 403 or 404). It blocks senders that continue.
        Rejected = "rejected",
        /// No attempt has succeeded for [`DISABLED_AFTER_DAYS`] days.
        NoSuccess = "no_success",
    }
}

words! {
    /// The health of an endpoint in one word.
    pub enum HealthState {
        /// The last attempt succeeded, or there was none.
        Healthy = "healthy",
        /// The last attempts failed.
        Failing = "failing",
        /// Nothing is sent, and no report is scheduled.
        Disabled = "disabled",
    }
}

/// The health of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Health {
    /// The last attempt succeeded, or there was none.
    #[default]
    Healthy,
    /// The last attempts failed.
    Failing {
        /// When the first of them failed.
        since: Instant,
        /// Whether the user was notified.
        reported: bool,
    },
    /// Nothing is sent, and no report is scheduled.
    Disabled {
        since: Instant,
        reason: DisabledReason,
        /// The HTTP status of the last answer.
        status: Option<u16>,
    },
}

/// An attempt, as far as it says something about its endpoint.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    pub answer: &'a Answer,
    pub shape: Shape,
    /// Attempts of the same delivery that were made, this one included.
    pub attempts: u32,
    pub at: Instant,
}

impl Health {
    /// The health in one word.
    #[must_use]
    pub const fn state(self) -> HealthState {
        match self {
            Self::Healthy => HealthState::Healthy,
            Self::Failing { .. } => HealthState::Failing,
            Self::Disabled { .. } => HealthState::Disabled,
        }
    }

    /// Whether nothing may be sent.
    #[must_use]
    pub const fn is_disabled(self) -> bool {
        matches!(self, Self::Disabled { .. })
    }

    /// When the state began; `None` for a healthy endpoint.
    #[must_use]
    pub const fn since(self) -> Option<Instant> {
        match self {
            Self::Healthy => None,
            Self::Failing { since, .. } | Self::Disabled { since, .. } => Some(since),
        }
    }

    /// The health after an attempt; the same if the attempt changes nothing.
    #[must_use]
    pub fn after(self, evidence: Evidence<'_>) -> Self {
        let Evidence { answer, at, .. } = evidence;
        if answer.is_success() {
            return Self::Healthy;
        }
        if self.is_disabled() || !is_of_the_endpoint(answer) {
            return self;
        }
        let (since, reported) = match self {
            Self::Failing { since, reported } => (since, reported),
            Self::Healthy | Self::Disabled { .. } => (at, false),
        };
        match disables(evidence, since) {
            Some(reason) => Self::Disabled { since: at, reason, status: answer.status() },
            None => {
                Self::Failing { since, reported: reported || at - since >= Duration::minutes(REPORTED_AFTER_MINUTES) }
            }
        }
    }
}

/// Why a failed attempt disables its endpoint, which has failed since `since`.
fn disables(evidence: Evidence<'_>, since: Instant) -> Option<DisabledReason> {
    let is_chat = matches!(evidence.shape, Shape::Slack | Shape::Discord);
    match evidence.answer.status() {
        Some(410) => Some(DisabledReason::Gone),
        Some(401 | 403 | 404) if is_chat => Some(DisabledReason::Rejected),
        _ => {
            let is_old = evidence.at - since >= Duration::days(DISABLED_AFTER_DAYS);
            // A refusal ends its delivery: there is no third attempt.
            let is_certain =
                evidence.answer.verdict() == Verdict::Refused || evidence.attempts >= DISABLED_AFTER_ATTEMPTS;
            (is_old && is_certain).then_some(DisabledReason::NoSuccess)
        }
    }
}

/// Whether a failure is the endpoint's, and not ours or the report's.
fn is_of_the_endpoint(answer: &Answer) -> bool {
    match answer {
        Answer::Status { .. } | Answer::NotTaken { .. } => true,
        Answer::NoAnswer(reason) => !matches!(reason, NoAnswer::SecretUnavailable | NoAnswer::NotSent),
        Answer::Forbidden(reason) => *reason == Forbidden::Address,
    }
}
