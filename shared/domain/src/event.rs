//! Domain events, for other systems. They are stored in the outbox until they are published.

use crate::id::{ConfigurationId, EventId, NoticeId, RunId, UserId};
use crate::instant::Instant;
use crate::month::Month;
use crate::usage::Mark;
use crate::words::words;

/// A domain event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// A receiver knows a duplicate by it.
    pub id: EventId,
    pub user: UserId,
    pub at: Instant,
    pub fact: Fact,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// A part of the monthly limit is used.
    UsageThresholdReached {
        mark: Mark,
        /// Counted runs at that moment.
        used: u64,
        month: Month,
    },
    /// A configuration waits for the 1st.
    ConfigurationPaused {
        configuration: ConfigurationId,
        /// The month whose limit is reached.
        month: Month,
        /// When the limit returns.
        until: Instant,
    },
    /// A delivery was refused or given up.
    DeliveryFailed { subject: DeliverySubject, attempts: u32, status: Option<u16> },
}

/// What a delivery carries.
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
