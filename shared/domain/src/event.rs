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
    UsageThresholdReached { mark: Mark, used: u64, month: Month },
    ConfigurationPaused { configuration: ConfigurationId, month: Month, until: Instant },
    DeliveryFailed { subject: DeliverySubject, attempts: u32, status: Option<u16> },
}

/// What a delivery carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DeliverySubject {
    Run(RunId),
    Notice(NoticeId),
}

words! {
    /// The `detail-type` of an event.
    pub enum FactKind of Fact {
        UsageThresholdReached = "usage.threshold_reached",
        ConfigurationPaused = "configuration.paused",
        DeliveryFailed = "delivery.failed",
    }
}
