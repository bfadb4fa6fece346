//! Domain events, for other systems. They are stored in the outbox until they are published.

use crate::delivery::DisabledReason;
use crate::id::{ConfigurationId, EventId, NoticeId, RunId, UserId};
use crate::instant::Instant;
use crate::month::Month;
use crate::run::ErrorCode;
use crate::usage::Mark;
use crate::words::words;
use std::fmt;

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
    UsageThresholdReached {
        mark: Mark,
        used: u64,
        month: Month,
    },
    /// `fire` is the first that was skipped.
    ConfigurationPaused {
        configuration: ConfigurationId,
        fire: Instant,
        month: Month,
        until: Instant,
    },
    ConfigurationResumed {
        configuration: ConfigurationId,
        month: Month,
    },
    /// A scheduled run failed, after one that had not.
    ReportFailed {
        configuration: ConfigurationId,
        run: RunId,
        code: ErrorCode,
    },
    /// A scheduled run succeeded, after one that had failed.
    ReportRecovered {
        configuration: ConfigurationId,
        run: RunId,
    },
    /// The webhook of a configuration, or else of the account, has not taken any message for a while.
    EndpointFailing {
        configuration: Option<ConfigurationId>,
    },
    EndpointDisabled {
        configuration: Option<ConfigurationId>,
        reason: DisabledReason,
    },
    EndpointEnabled {
        configuration: Option<ConfigurationId>,
    },
    DeliveryFailed {
        subject: DeliverySubject,
        attempts: u32,
        status: Option<u16>,
    },
}

/// What a delivery carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DeliverySubject {
    Run(RunId),
    Notice(NoticeId),
}

impl fmt::Display for DeliverySubject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run(id) => write!(formatter, "run {id}"),
            Self::Notice(id) => write!(formatter, "notice {id}"),
        }
    }
}

words! {
    /// The `detail-type` of an event.
    pub enum FactKind of Fact {
        UsageThresholdReached = "usage.threshold_reached",
        ConfigurationPaused = "configuration.paused",
        ConfigurationResumed = "configuration.resumed",
        ReportFailed = "report.failed",
        ReportRecovered = "report.recovered",
        EndpointFailing = "endpoint.failing",
        EndpointDisabled = "endpoint.disabled",
        EndpointEnabled = "endpoint.enabled",
        DeliveryFailed = "delivery.failed",
    }
}
