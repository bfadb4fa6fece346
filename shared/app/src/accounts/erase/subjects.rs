//! Runs and notices of a closed account: they are ended, their deliveries dropped, and they are erased once no worker
//! may be active.

use super::{DeletionProgress, EraseAccount, Pace, strays_until};
use crate::limits::{DELETION_PAGE_ITEMS, delivery_claim, lease};
use crate::ports::{DeliveryMove, Fence, Leaving, Refusal, StoreError};
use crate::runs::end_unfenced;
use domain::delivery::{Delivery, DeliveryState};
use domain::event::DeliverySubject;
use domain::id::UserId;
use domain::instant::{Duration, Instant};
use domain::notice::Notice;
use domain::run::{Outcome, Run};

/// When a run or a notice may be erased.
#[derive(Clone, Copy)]
enum Departure {
    Now(Leaving),
    NotBefore(Instant),
}

/// The result for the records of a page.
#[derive(Default)]
struct Walked {
    leaving: Vec<Leaving>,
    waits: Option<Instant>,
}

impl Walked {
    fn take(&mut self, departure: Departure) {
        match departure {
            Departure::Now(leaving) => self.leaving.push(leaving),
            Departure::NotBefore(until) => self.wait(until),
        }
    }

    fn wait(&mut self, until: Instant) {
        self.waits = Some(self.waits.map_or(until, |waits| waits.min(until)));
    }
}

impl EraseAccount {
    /// Ends runs, drops their deliveries and erases them, the newest first, because those may be running; returns
    /// `None` once none is left. A run that was running stays until its lease would have ended, so that its worker can
    /// still add to the counter what it paid.
    pub(super) async fn erase_runs(
        &self,
        user: UserId,
        closed_at: Instant,
        pace: &mut Pace,
    ) -> Result<Option<DeletionProgress>, StoreError> {
        let mut walked = Walked::default();
        let mut after = None;
        loop {
            if pace.is_spent(self.clock.now()) {
                return Ok(Some(DeletionProgress::Unfinished));
            }
            let found = self.runs.runs(user, DELETION_PAGE_ITEMS, after.as_ref()).await?;
            pace.spend(found.items.len());
            for run in found.items {
                walked.take(self.end_run(run, closed_at).await?);
            }
            self.erase_leaving(user, &mut walked).await?;
            after = found.next;
            if after.is_none() {
                return Ok(walked.waits.map(DeletionProgress::WaitsUntil));
            }
        }
    }

    /// The same for notices.
    pub(super) async fn erase_notices(
        &self,
        user: UserId,
        closed_at: Instant,
        pace: &mut Pace,
    ) -> Result<Option<DeletionProgress>, StoreError> {
        loop {
            if pace.is_spent(self.clock.now()) {
                return Ok(Some(DeletionProgress::Unfinished));
            }
            let notices = self.erasure.notices(user, DELETION_PAGE_ITEMS).await?;
            let is_last = notices.len() < DELETION_PAGE_ITEMS;
            pace.spend(notices.len());
            let mut walked = Walked::default();
            for notice in notices {
                walked.take(self.end_notice(notice, closed_at).await?);
            }
            self.erase_leaving(user, &mut walked).await?;
            if walked.waits.is_some() || is_last {
                return Ok(walked.waits.map(DeletionProgress::WaitsUntil));
            }
        }
    }

    async fn erase_leaving(&self, user: UserId, walked: &mut Walked) -> Result<(), StoreError> {
        let leaving = std::mem::take(&mut walked.leaving);
        if leaving.is_empty() {
            return Ok(());
        }
        let now = self.clock.now();
        if self.erasure.erase_subjects(user, &leaving, now).await? < leaving.len() {
            // One of them has changed since it was read.
            walked.wait(now);
        }
        Ok(())
    }

    async fn end_run(&self, run: Run, closed_at: Instant) -> Result<Departure, StoreError> {
        let now = self.clock.now();
        let Some(end) = run.end() else {
            let fence = Fence::Attempt(run.attempt);
            let ended = end_unfenced(&self.end, self.contents.as_ref(), run, fence, Outcome::Cancelled).await?;
            return Ok(Departure::NotBefore(ended.map_or(now, |_| now + lease())));
        };
        let (ended_at, quiet_at) = (end.at, end.at + lease());
        self.departure(run.user, DeliverySubject::Run(run.id), &run.delivery, (ended_at, quiet_at), closed_at).await
    }

    async fn end_notice(&self, notice: Notice, closed_at: Instant) -> Result<Departure, StoreError> {
        let made_at = notice.created_at;
        let subject = DeliverySubject::Notice(notice.id);
        self.departure(notice.user, subject, &notice.delivery, (made_at, made_at), closed_at).await
    }

    /// `moved_at` is when it last changed for another reason than its delivery, and `quiet_at` when the worker that
    /// changed it is done.
    async fn departure(
        &self,
        user: UserId,
        subject: DeliverySubject,
        delivery: &Delivery,
        (moved_at, quiet_at): (Instant, Instant),
        closed_at: Instant,
    ) -> Result<Departure, StoreError> {
        let now = self.clock.now();
        let claimed_at = delivery.last_attempt_at;
        let quiet_at = claimed_at.map_or(quiet_at, |claimed_at| quiet_at.max(claimed_at + delivery_claim()));
        if delivery.state() == DeliveryState::Pending {
            let (before, after) = (delivery.clone(), delivery.dropped());
            let step = DeliveryMove { user, subject, before, after, now, event: None, idempotency: None };
            return match self.deliveries.move_delivery(&step).await {
                Ok(()) => Ok(Departure::NotBefore(quiet_at.max(now))),
                Err(Refusal::MovedOn) => Ok(Departure::NotBefore(now)),
                Err(Refusal::Store(error)) => Err(error),
            };
        }
        if quiet_at > now {
            return Ok(Departure::NotBefore(quiet_at));
        }
        let recent = closed_at - Duration::minutes(crate::limits::STRAY_WORKER_MINUTES);
        let moved_lately = moved_at.max(claimed_at.unwrap_or(moved_at)) >= recent;
        let marked = moved_lately && now < strays_until(closed_at);
        Ok(Departure::Now(Leaving { subject, attempts: delivery.attempts, marked }))
    }
}
