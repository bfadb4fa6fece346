//! A part of the monthly limit that is used: its notice and its event.

use super::{Matter, Notice, Recipient};
use crate::event::{Event, Fact};
use crate::id::{EventId, NoticeId, UserId};
use crate::instant::Instant;
use crate::month::Month;
use crate::usage::Mark;

/// A threshold of the monthly limit that is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReachedThreshold {
    pub user: UserId,
    pub mark: Mark,
    /// Counted runs at that moment.
    pub used: u64,
    pub month: Month,
}

impl ReachedThreshold {
    /// The event, and the notice for its recipient, if there is one. They are stored in one transaction with the mark.
    #[must_use]
    pub fn announce(
        self,
        recipient: Option<&Recipient>,
        (notice, event): (NoticeId, EventId),
        now: Instant,
    ) -> (Option<Notice>, Event) {
        let Self { user, mark, used, month } = self;
        let matter = Matter::ThresholdReached { mark, used };
        let notice = recipient.map(|recipient| Notice::new(notice, recipient, matter, month, now));
        let fact = Fact::UsageThresholdReached { mark, used, month };
        (notice, Event { id: event, user, at: now, fact })
    }
}
