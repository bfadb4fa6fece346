//! Runs and notices of a closed account: they are ended, their deliveries dropped, and they are erased once no worker
//! may be active.

use super::{Budget, DeletionProgress, EraseAccount, strays_until};
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
enum ErasureTime {
    Now(Leaving),
    NotBefore(Instant),
}

/// The result for the records of a page.
#[derive(Default)]
struct PageResult {
    leaving: Vec<Leaving>,
    waits: Option<Instant>,
}

impl PageResult {
    fn add(&mut self, time: ErasureTime) {
        match time {
            ErasureTime::Now(leaving) => self.leaving.push(leaving),
            ErasureTime::NotBefore(until) => self.wait(until),
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
        budget: &mut Budget,
    ) -> Result<Option<DeletionProgress>, StoreError> {
        let mut result = PageResult::default();
        let mut after = None;
        loop {
            if budget.is_spent(self.clock.now()) {
                return Ok(Some(DeletionProgress::Unfinished));
            }
            let found = self.runs.runs(user, DELETION_PAGE_ITEMS, after.as_ref()).await?;
            budget.spend(found.items.len());
            for run in found.items {
                result.add(self.end_run(run, closed_at).await?);
            }
            self.erase_leaving(user, &mut result).await?;
            after = found.next;
            if after.is_none() {
                return Ok(result.waits.map(DeletionProgress::WaitsUntil));
            }
        }
    }

    /// The same for notices.
    pub(super) async fn erase_notices(
        &self,
        user: UserId,
        closed_at: Instant,
        budget: &mut Budget,
    ) -> Result<Option<DeletionProgress>, StoreError> {
        loop {
            if budget.is_spent(self.clock.now()) {
                return Ok(Some(DeletionProgress::Unfinished));
            }
            let notices = self.erasure.notices(user, DELETION_PAGE_ITEMS).await?;
            let is_last = notices.len() < DELETION_PAGE_ITEMS;
            budget.spend(notices.len());
            let mut result = PageResult::default();
            for notice in notices {
                result.add(self.end_notice(notice, closed_at).await?);
            }
            self.erase_leaving(user, &mut result).await?;
            if result.waits.is_some() || is_last {
                return Ok(result.waits.map(DeletionProgress::WaitsUntil));
            }
        }
    }

    async fn erase_leaving(&self, user: UserId, result: &mut PageResult) -> Result<(), StoreError> {
        let leaving = std::mem::take(&mut result.leaving);
        if leaving.is_empty() {
            return Ok(());
        }
        let now = self.clock.now();
        if self.erasure.erase_subjects(user, &leaving, now).await? < leaving.len() {
            // One of them has changed since it was read.
            result.wait(now);
        }
        Ok(())
    }

    async fn end_run(&self, run: Run, closed_at: Instant) -> Result<ErasureTime, StoreError> {
        let now = self.clock.now();
        let Some(end) = run.end() else {
            let fence = Fence::Attempt(run.attempt);
            let ended = end_unfenced(&self.end, self.contents.as_ref(), run, fence, Outcome::Cancelled).await?;
            return Ok(ErasureTime::NotBefore(ended.map_or(now, |_| now + lease())));
        };
        let (ended_at, quiet_at) = (end.at, end.at + lease());
        self.erasure_time(run.user, DeliverySubject::Run(run.id), &run.delivery, (ended_at, quiet_at), closed_at).await
    }

    async fn end_notice(&self, notice: Notice, closed_at: Instant) -> Result<ErasureTime, StoreError> {
        let made_at = notice.created_at;
        let subject = DeliverySubject::Notice(notice.id);
        self.erasure_time(notice.user, subject, &notice.delivery, (made_at, made_at), closed_at).await
    }

    /// `moved_at` is when it last changed for another reason than its delivery, and `quiet_at` when the worker that
    /// changed it is done.
    async fn erasure_time(
        &self,
        user: UserId,
        subject: DeliverySubject,
        delivery: &Delivery,
        (moved_at, quiet_at): (Instant, Instant),
        closed_at: Instant,
    ) -> Result<ErasureTime, StoreError> {
        let now = self.clock.now();
        let claimed_at = delivery.last_attempt_at;
        let quiet_at = claimed_at.map_or(quiet_at, |claimed_at| quiet_at.max(claimed_at + delivery_claim()));
        if delivery.state() == DeliveryState::Pending {
            let (before, after) = (delivery.clone(), delivery.dropped());
            let step = DeliveryMove {
                user,
                subject,
                before,
                after,
                now,
                event: None,
                notice: None,
                sent_to: None,
                idempotency: None,
            };
            return match self.deliveries.move_delivery(&step).await {
                Ok(()) => Ok(ErasureTime::NotBefore(quiet_at.max(now))),
                Err(Refusal::MovedOn) => Ok(ErasureTime::NotBefore(now)),
                Err(Refusal::Store(error)) => Err(error),
            };
        }
        if quiet_at > now {
            return Ok(ErasureTime::NotBefore(quiet_at));
        }
        let recent = closed_at - Duration::minutes(crate::limits::STRAY_WORKER_MINUTES);
        let moved_lately = moved_at.max(claimed_at.unwrap_or(moved_at)) >= recent;
        let marked = moved_lately && now < strays_until(closed_at);
        Ok(ErasureTime::Now(Leaving { subject, attempts: delivery.attempts, marked }))
    }
}
