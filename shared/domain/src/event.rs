//! Domain events: what other systems may want to hear of. They stand in the outbox until they are published.

use crate::id::{ConfigurationId, EventId, NoticeId, RunId, UserId};
use crate::instant::Instant;
use crate::month::Month;
use crate::usage::Mark;
use crate::words::words;

/// A domain event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its id; a receiver that sees one twice knows it by this.
    pub id: EventId,
    /// Whose.
    pub user: UserId,
    /// When it happened.
    pub at: Instant,
    /// What happened.
    pub fact: Fact,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// A part of the monthly limit is used.
    UsageThresholdReached {
        /// Which part of which limit.
        mark: Mark,
        /// Counted runs at that moment.
        used: u64,
        /// The month.
        month: Month,
    },
    /// A configuration waits for the 1st.
    ConfigurationPaused {
        /// Which.
        configuration: ConfigurationId,
        /// The month whose limit is reached.
        month: Month,
        /// When the limit returns.
        until: Instant,
    },
    /// A delivery is known not to have arrived, or not known to have.
    DeliveryFailed {
        /// What was to be delivered.
        subject: DeliverySubject,
        /// Attempts made.
        attempts: u32,
        /// The last status answered.
        status: Option<u16>,
    },
}

/// What is delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DeliverySubject {
    /// A run's report.
    Run(RunId),
    /// A notice.
    Notice(NoticeId),
}

words! {
    /// The `detail-type` of an event.
    pub enum FactKind {
        /// See [`Fact::UsageThresholdReached`].
        UsageThresholdReached = "usage.threshold_reached",
        /// See [`Fact::ConfigurationPaused`].
        ConfigurationPaused = "configuration.paused",
        /// See [`Fact::DeliveryFailed`].
        DeliveryFailed = "delivery.failed",
    }
}

impl Fact {
    /// The fact in one word.
    #[must_use]
    pub fn kind(&self) -> FactKind {
        match self {
            Self::UsageThresholdReached { .. } => FactKind::UsageThresholdReached,
            Self::ConfigurationPaused { .. } => FactKind::ConfigurationPaused,
            Self::DeliveryFailed { .. } => FactKind::DeliveryFailed,
        }
    }
}
