//! Finding again what was lost: runs without a worker, deliveries and events without a message; and continuing the
//! deletion of accounts.

use super::due_pages::DuePages;
use crate::accounts::{DeletionProgress, EraseAccount};
use crate::limits::{EVENT_RETRY_MINUTES, TICK_RESERVE_SECONDS, dispatch_lease};
use crate::ports::{
    Clock, Contents, DeliveryQueue, DeliveryRequest, DueIndex, DueItem, DueKind, DueRef, EventBus, Fence, Outbox,
    Refusal, RunQueue, RunRequest, Runs, StoreError,
};
use crate::runs::EndRun;
use crate::runs::end_unfenced;
use domain::event::DeliverySubject;
use domain::instant::{Duration, Instant};
use domain::run::{ErrorCode, Failure, Outcome, Run};
use std::sync::Arc;

/// Sweeps. An item that keeps failing gets a later due instant, so that it never delays those after it.
#[derive(Clone)]
pub struct Sweep {
    pub clock: Arc<dyn Clock>,
    pub due: Arc<dyn DueIndex>,
    pub runs: Arc<dyn Runs>,
    pub contents: Arc<dyn Contents>,
    pub end: EndRun,
    pub run_queue: Arc<dyn RunQueue>,
    pub delivery_queue: Arc<dyn DeliveryQueue>,
    pub outbox: Arc<dyn Outbox>,
    pub event_bus: Arc<dyn EventBus>,
    pub erase_account: EraseAccount,
}

/// The result of a sweep.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SweepReport {
    /// Runs that were requested again: lost ones, and those whose wait for a git host has ended.
    pub runs_requested: usize,
    pub runs_abandoned: usize,
    pub deliveries_requested: usize,
    pub events_published: usize,
    pub accounts_deleted: usize,
    /// Items that could not be handled; a later sweep retries them.
    pub failed: usize,
    /// It stopped at its deadline with items left.
    pub stopped_early: bool,
}

impl Sweep {
    /// Sweeps until shortly before `deadline`. A failure of one kind does not affect the others.
    pub async fn run(&self, deadline: Instant) -> SweepReport {
        let mut report = SweepReport::default();
        for kind in [DueKind::Lease, DueKind::Delivery, DueKind::Event, DueKind::Deletion] {
            let mut pages = DuePages::new(self.clock.as_ref(), self.due.as_ref(), kind, deadline);
            loop {
                match pages.next().await {
                    Ok(Some(page)) => self.sweep_page(kind, &page, deadline, &mut report).await,
                    Ok(None) => break,
                    Err(error) => {
                        tracing::error!(?kind, %error, "the due index could not be read");
                        report.failed += 1;
                        break;
                    }
                }
            }
            report.stopped_early |= pages.stopped_early();
        }
        report
    }

    async fn sweep_page(&self, kind: DueKind, page: &[DueItem], deadline: Instant, report: &mut SweepReport) {
        match kind {
            DueKind::Lease => {
                for item in page {
                    if let Err(error) = self.sweep_lease(item, report).await {
                        self.put_off(item, &error, report).await;
                    }
                }
            }
            DueKind::Delivery => self.sweep_deliveries(page, report).await,
            DueKind::Event => {
                for item in page {
                    if let Err(error) = self.sweep_event(item, report).await {
                        self.put_off(item, &error, report).await;
                    }
                }
            }
            DueKind::Deletion => {
                for item in page {
                    if let Err(error) = self.sweep_deletion(item, deadline, report).await {
                        self.put_off(item, &error, report).await;
                    }
                }
            }
            DueKind::Fire => {}
        }
    }

    async fn sweep_lease(&self, item: &DueItem, report: &mut SweepReport) -> Result<(), StoreError> {
        let DueRef::Lease(id) = item.item else { return Ok(()) };
        let now = self.clock.now();
        let Some(run) = self.runs.run(item.user, id).await? else {
            return Ok(());
        };
        if run.is_abandoned(now) {
            return self.abandon(run, report).await;
        }
        if run.lease().is_none_or(|lease| lease.until > now) {
            return Ok(());
        }
        let request = RunRequest { user: run.user, run: run.id, configuration: run.configuration, fire: None };
        if let Err(error) = self.run_queue.request_runs(&[request]).await {
            tracing::error!(run = %run.id, %error, "a lost run was not requested");
            report.failed += 1;
            return Ok(());
        }
        report.runs_requested += 1;
        self.postpone(item, now + dispatch_lease()).await
    }

    async fn abandon(&self, run: Run, report: &mut SweepReport) -> Result<(), StoreError> {
        let message =
            "The run stopped unexpectedly and three attempts did not finish it. The next report includes its commits.";
        let outcome = Outcome::Failed(Failure::new(ErrorCode::RunAbandoned, message));
        let Some(lease) = run.lease() else { return Ok(()) };
        let fence = Fence::Lapsed { attempt: run.attempt, until: lease.until };
        if end_unfenced(&self.end, self.contents.as_ref(), run, fence, outcome).await?.is_some() {
            report.runs_abandoned += 1;
        }
        Ok(())
    }

    async fn sweep_deliveries(&self, page: &[DueItem], report: &mut SweepReport) {
        let requests: Vec<DeliveryRequest> = page.iter().filter_map(delivery_request).collect();
        if let Err(error) = self.delivery_queue.request_deliveries(&requests, 0).await {
            tracing::error!(%error, "lost deliveries were not requested");
            report.failed += requests.len();
            return;
        }
        report.deliveries_requested += requests.len();
        for item in page {
            if let Err(error) = self.postpone(item, self.clock.now() + dispatch_lease()).await {
                tracing::warn!(%error, "a delivery will be requested again");
                report.failed += 1;
            }
        }
    }

    async fn sweep_event(&self, item: &DueItem, report: &mut SweepReport) -> Result<(), StoreError> {
        let DueRef::Event(id) = item.item else { return Ok(()) };
        let Some(event) = self.outbox.event(item.user, id).await? else {
            return Ok(());
        };
        if self.event_bus.publish(&[event]).await.first() == Some(&true) {
            self.outbox.remove_event(item.user, id).await?;
            report.events_published += 1;
            return Ok(());
        }
        report.failed += 1;
        self.postpone(item, self.clock.now() + Duration::minutes(EVENT_RETRY_MINUTES)).await
    }

    /// An unfinished deletion is due again after the others.
    async fn sweep_deletion(
        &self,
        item: &DueItem,
        deadline: Instant,
        report: &mut SweepReport,
    ) -> Result<(), StoreError> {
        let deadline = deadline - Duration::seconds(TICK_RESERVE_SECONDS);
        if self.clock.now() >= deadline {
            report.stopped_early = true;
            return Ok(());
        }
        match self.erase_account.resume(item.user, deadline).await? {
            DeletionProgress::Done => report.accounts_deleted += 1,
            DeletionProgress::Nothing => {}
            DeletionProgress::Unfinished => self.postpone(item, self.clock.now()).await?,
            DeletionProgress::WaitsUntil(until) => self.postpone(item, until.max(self.clock.now())).await?,
        }
        Ok(())
    }

    async fn put_off(&self, item: &DueItem, error: &StoreError, report: &mut SweepReport) {
        tracing::error!(?item, %error, "a due item failed");
        report.failed += 1;
        if let Err(error) = self.postpone(item, self.clock.now() + dispatch_lease()).await {
            tracing::warn!(?item, %error, "a due item could not be postponed");
        }
    }

    async fn postpone(&self, item: &DueItem, until: Instant) -> Result<(), StoreError> {
        match self.due.postpone(item, until).await {
            Ok(()) | Err(Refusal::MovedOn) => Ok(()),
            Err(Refusal::Store(error)) => Err(error),
        }
    }
}

fn delivery_request(item: &DueItem) -> Option<DeliveryRequest> {
    let (subject, attempts) = match item.item {
        DueRef::RunDelivery { run, attempts } => (DeliverySubject::Run(run), attempts),
        DueRef::NoticeDelivery { notice, attempts } => (DeliverySubject::Notice(notice), attempts),
        DueRef::Fire { .. } | DueRef::Lease(_) | DueRef::Event(_) | DueRef::Deletion => return None,
    };
    Some(DeliveryRequest::of(item.user, subject, attempts.saturating_add(1)))
}
