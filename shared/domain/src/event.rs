//! Domain events, for other systems. They are stored in the outbox until they are published.

use crate::delivery::DisabledReason;
use crate::id::{ConfigurationId, EventId, NoticeId, RunId, UserId};
use crate::instant::Instant;
use crate::month::Month;
use crate::run::ErrorCode;
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
        /// The fire that was skipped first.
        fire: Instant,
        /// The month whose limit is reached.
        month: Month,
        /// When the limit returns.
        until: Instant,
    },
    /// Reports continue after a pause.
    ConfigurationResumed { configuration: ConfigurationId, month: Month },
    /// A scheduled run failed, after one that had not.
    ReportFailed { configuration: ConfigurationId, run: RunId, code: ErrorCode },
    /// A scheduled run succeeded, after one that had failed.
    ReportRecovered { configuration: ConfigurationId, run: RunId },
    /// The health of a webhook changed: of a configuration's, or of the account's.
    EndpointChanged { configuration: Option<ConfigurationId>, to: EndpointChange, reason: Option<DisabledReason> },
    /// A delivery was refused or given up.
    DeliveryFailed { subject: DeliverySubject, attempts: u32, status: Option<u16> },
}

/// A change of a webhook's health that its user is notified of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EndpointChange {
    /// It has not taken any message for a while.
    Failing,
    /// Nothing is sent to it any more.
    Disabled,
    /// It takes messages again.
    Enabled,
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
        /// See [`Fact::ConfigurationResumed`].
        ConfigurationResumed = "configuration.resumed",
        /// See [`Fact::ReportFailed`].
        ReportFailed = "report.failed",
        /// See [`Fact::ReportRecovered`].
        ReportRecovered = "report.recovered",
        /// See [`EndpointChange::Failing`].
        EndpointFailing = "endpoint.failing",
        /// See [`EndpointChange::Disabled`].
        EndpointDisabled = "endpoint.disabled",
        /// See [`EndpointChange::Enabled`].
        EndpointEnabled = "endpoint.enabled",
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
            Self::ConfigurationResumed { .. } => FactKind::ConfigurationResumed,
            Self::ReportFailed { .. } => FactKind::ReportFailed,
            Self::ReportRecovered { .. } => FactKind::ReportRecovered,
            Self::EndpointChanged { to: EndpointChange::Failing, .. } => FactKind::EndpointFailing,
            Self::EndpointChanged { to: EndpointChange::Disabled, .. } => FactKind::EndpointDisabled,
            Self::EndpointChanged { to: EndpointChange::Enabled, .. } => FactKind::EndpointEnabled,
            Self::DeliveryFailed { .. } => FactKind::DeliveryFailed,
        }
    }
}
