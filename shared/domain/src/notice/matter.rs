//! What a notice says.

use super::named::Named;
use crate::account::NoticeKind;
use crate::delivery::DisabledReason;
use crate::id::RunId;
use crate::instant::{Instant, NaiveDate};
use crate::run::ErrorCode;
use crate::usage::Mark;
use crate::words::words;

words! {
    /// Whose webhook a notice is about.
    pub enum EndpointOf {
        /// The webhook of a configuration, for its reports.
        Configuration = "configuration",
        /// The webhook of the account, for notices.
        Account = "account",
    }
}

/// What a notice says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Matter {
    /// A scheduled run failed. There is no other notice of this kind until one has succeeded.
    ReportFailed {
        run: RunId,
        code: ErrorCode,
        /// What happened and what to do.
        message: String,
    },
    /// A scheduled run succeeded after failures.
    ReportRecovered {
        run: RunId,
        /// When the first of them failed.
        failing_since: Instant,
    },
    /// A report was refused by its receiver, or its attempts are used up.
    DeliveryFailed {
        run: RunId,
        attempts: u32,
        /// The last HTTP status of the receiver.
        status: Option<u16>,
    },
    /// No message has arrived at a webhook for a while.
    EndpointFailing {
        endpoint: EndpointOf,
        /// The part of its address that may be shown.
        host: String,
        since: Instant,
    },
    /// Nothing is sent to a webhook any more.
    EndpointDisabled { endpoint: EndpointOf, host: String, reason: DisabledReason },
    /// A webhook takes messages again.
    EndpointEnabled { endpoint: EndpointOf, host: String },
    /// A part of the monthly limit is used.
    ThresholdReached {
        mark: Mark,
        /// Counted runs at that moment.
        used: u64,
    },
    /// Reports wait for the 1st, because a limit is reached.
    Paused {
        limit: u64,
        /// It is the limit on runs that do not count.
        uncounted: bool,
        /// When the limit returns.
        until: Instant,
        /// The configurations with a schedule, at most [`Matter::PAUSED_LISTED_MAX`].
        paused: Vec<Named>,
        /// How many there are.
        count: u64,
    },
    /// Reports continue after a pause.
    Resumed,
    /// The provider of a configuration's model has announced its end.
    ModelRetires {
        /// The model, as the configuration names it.
        model: String,
        /// The first day without it.
        on: NaiveDate,
    },
}

impl Matter {
    /// The most configurations that a notice of a pause lists: more would not be read, and the notice is kept small.
    pub const PAUSED_LISTED_MAX: usize = 20;

    /// The matter in one word.
    #[must_use]
    pub fn kind(&self) -> NoticeKind {
        match self {
            Self::ReportFailed { .. } => NoticeKind::ReportFailed,
            Self::ReportRecovered { .. } => NoticeKind::ReportRecovered,
            Self::DeliveryFailed { .. } => NoticeKind::DeliveryFailed,
            Self::EndpointFailing { .. } => NoticeKind::EndpointFailing,
            Self::EndpointDisabled { .. } => NoticeKind::EndpointDisabled,
            Self::EndpointEnabled { .. } => NoticeKind::EndpointEnabled,
            Self::ThresholdReached { .. } => NoticeKind::ThresholdReached,
            Self::Paused { .. } => NoticeKind::Paused,
            Self::Resumed => NoticeKind::Resumed,
            Self::ModelRetires { .. } => NoticeKind::ModelRetires,
        }
    }

    /// The endpoint that does not take messages, so that this notice is not sent to it.
    #[must_use]
    pub fn endpoint(&self) -> Option<EndpointOf> {
        match self {
            Self::DeliveryFailed { .. } => Some(EndpointOf::Configuration),
            Self::EndpointFailing { endpoint, .. } | Self::EndpointDisabled { endpoint, .. } => Some(*endpoint),
            _ => None,
        }
    }
}
