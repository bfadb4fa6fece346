//! What a delivery that was given up announces.

use super::Deliver;
use super::subject::Subject;
use crate::ports::{DeliveryMove, StoreError};
use domain::delivery::{Delivery, Settled};
use domain::event::{DeliverySubject, Event, Fact};
use domain::id::{EventId, NoticeId, UserId};
use domain::month::Month;
use domain::notice::{Matter, Notice, Recipient};

impl Deliver {
    /// Adds the event and the notice of a delivery that was given up.
    pub(super) async fn announce(
        &self,
        step: &mut DeliveryMove,
        subject: &Subject,
        result: &Settled,
        is_silent: bool,
    ) -> Result<(), StoreError> {
        if !result.gave_up {
            return Ok(());
        }
        step.event = Some(self.failed_event(step.user, step.subject, &result.after));
        if let (Subject::Run(run), false) = (subject, is_silent) {
            let account = self.accounts.account(run.user).await?;
            let recipient = Recipient::of(&account, subject.named(), None);
            let now = self.clock.now();
            let (attempts, status) = (result.after.cycle_attempts(), result.after.response_status);
            let matter = Matter::DeliveryFailed { run: run.id, attempts, status };
            let id = NoticeId::at(now, self.entropy.randomness());
            step.notice = Some(Notice::new(id, &recipient, matter, Month::of(now), now));
        }
        Ok(())
    }

    fn failed_event(&self, user: UserId, subject: DeliverySubject, after: &Delivery) -> Event {
        let now = self.clock.now();
        Event {
            id: EventId::at(now, self.entropy.randomness()),
            user,
            at: now,
            fact: Fact::DeliveryFailed { subject, attempts: after.attempts, status: after.response_status },
        }
    }
}
