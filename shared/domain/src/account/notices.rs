//! Which notices an account gets.

use crate::words::words;

words! {
    /// What a notice says, in one word.
    pub enum NoticeKind {
        /// A scheduled run failed, after one that had not.
        ReportFailed = "report.failed",
        /// A scheduled run succeeded, after one that had failed.
        ReportRecovered = "report.recovered",
        /// A report could not be delivered.
        DeliveryFailed = "delivery.failed",
        /// A webhook has not taken any message for a while.
        EndpointFailing = "endpoint.failing",
        /// A webhook is disabled: nothing is sent to it any more.
        EndpointDisabled = "endpoint.disabled",
        /// A webhook takes messages again.
        EndpointEnabled = "endpoint.enabled",
        /// A part of the monthly limit is used.
        ThresholdReached = "usage.threshold_reached",
        /// The reports are paused, because the limit is reached.
        Paused = "configuration.paused",
        /// The reports continue after a pause.
        Resumed = "configuration.resumed",
        /// The provider of a configuration's model has announced its end.
        ModelRetires = "model.retires",
    }
}

/// The notices that a user does not want to be sent. They are listed all the same.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct NoticeChoice {
    muted: Vec<NoticeKind>,
}

impl NoticeChoice {
    /// Every notice except these.
    #[must_use]
    pub fn without(muted: impl IntoIterator<Item = NoticeKind>) -> Self {
        let chosen: Vec<NoticeKind> = muted.into_iter().collect();
        Self { muted: NoticeKind::ALL.into_iter().filter(|kind| chosen.contains(kind)).collect() }
    }

    /// Whether notices of this kind are sent.
    #[must_use]
    pub fn sends(&self, kind: NoticeKind) -> bool {
        !self.muted.contains(&kind)
    }

    /// The kinds that are not sent, in the order of [`NoticeKind::ALL`].
    #[must_use]
    pub fn muted(&self) -> &[NoticeKind] {
        &self.muted
    }
}
