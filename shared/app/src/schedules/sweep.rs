//! Finding again what was lost: runs without a worker, deliveries and events without a message; and continuing the
//! deletion of accounts.

use super::due_pages::{DuePages, of_users};
use crate::accounts::{DeletionProgress, EraseAccount};
use crate::limits::{DUE_ITEMS_AT_ONCE, EVENT_RETRY_MINUTES, TICK_RESERVE_SECONDS, dispatch_lease};
use crate::ports::{
    Clock, Contents, DeliveryQueue, DeliveryRequest, DueIndex, DueItem, DueKind, DueRef, EventBus, Fence, Outbox,
    Refusal, RunQueue, RunRequest, Runs, StoreError,
};
use crate::runs::EndRun;
use crate::runs::end_unfenced;
use domain::event::DeliverySubject;
use domain::id::{EventId, RunId};
use domain::instant::{Duration, Instant};
use domain::run::{ErrorCode, Failure, Outcome, Run};
use futures::future;
use futures::stream::{self, StreamExt};
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

impl SweepReport {
    fn of_failed(failed: usize) -> Self {
        Self { failed, ..Self::default() }
    }

    /// The sum of two reports.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            runs_requested: self.runs_requested + other.runs_requested,
            runs_abandoned: self.runs_abandoned + other.runs_abandoned,
            deliveries_requested: self.deliveries_requested + other.deliveries_requested,
            events_published: self.events_published + other.events_published,
            accounts_deleted: self.accounts_deleted + other.accounts_deleted,
            failed: self.failed + other.failed,
            stopped_early: self.stopped_early || other.stopped_early,
        }
    }
}

impl Sweep {
    /// What a sweep handles, each kind by itself.
    pub const KINDS: [DueKind; 4] = [DueKind::Lease, DueKind::Delivery, DueKind::Event, DueKind::Deletion];

    /// Sweeps until shortly before `deadline`, the kinds at the same time, so that many items of one delay no other.
    /// A failure of one kind does not affect the others.
    pub async fn run(&self, deadline: Instant) -> SweepReport {
        let reports = future::join_all(Self::KINDS.map(|kind| self.run_kind(kind, deadline))).await;
        reports.into_iter().fold(SweepReport::default(), SweepReport::plus)
    }

    /// Sweeps the items of one kind.
    pub async fn run_kind(&self, kind: DueKind, deadline: Instant) -> SweepReport {
        let mut report = SweepReport::default();
        let mut pages = DuePages::new(self.clock.as_ref(), self.due.as_ref(), kind, deadline);
        loop {
            match pages.next().await {
                Ok(Some(page)) => report = report.plus(self.sweep_page(kind, &page, deadline).await),
                Ok(None) => break,
                Err(error) => {
                    tracing::error!(%kind, %error, "the due index could not be read");
                    report.failed += 1;
                    break;
                }
            }
        }
        report.stopped_early |= pages.stopped_early();
        report
    }

    async fn sweep_page(&self, kind: DueKind, page: &[DueItem], deadline: Instant) -> SweepReport {
        // An account's deletion makes many calls itself.
        let at_once = if kind == DueKind::Deletion { 1 } else { DUE_ITEMS_AT_ONCE };
        match kind {
            DueKind::Delivery => self.sweep_deliveries(page).await,
            DueKind::Lease | DueKind::Event | DueKind::Deletion | DueKind::Fire => {
                // Ends of one user's runs change one counter.
                stream::iter(of_users(page.iter().copied(), |item| item.user))
                    .map(|items| async move {
                        let swept = stream::iter(items).then(|item| self.sweep_item(item, deadline));
                        swept.fold(SweepReport::default(), async |sum, report| sum.plus(report)).await
                    })
                    .buffer_unordered(at_once)
                    .fold(SweepReport::default(), async |sum, report| sum.plus(report))
                    .await
            }
        }
    }

    async fn sweep_item(&self, item: DueItem, deadline: Instant) -> SweepReport {
        let item = &item;
        let swept = match item.item {
            DueRef::Lease(id) => self.sweep_lease(item, id).await,
            DueRef::Event(id) => self.sweep_event(item, id).await,
            DueRef::Deletion => self.sweep_deletion(item, deadline).await,
            DueRef::RunDelivery { .. } | DueRef::NoticeDelivery { .. } | DueRef::Fire { .. } => {
                Ok(SweepReport::default())
            }
        };
        match swept {
            Ok(report) => report,
            Err(error) => self.put_off(item, &error).await,
        }
    }

    async fn sweep_lease(&self, item: &DueItem, id: RunId) -> Result<SweepReport, StoreError> {
        let now = self.clock.now();
        let Some(run) = self.runs.run(item.user, id).await? else { return Ok(SweepReport::default()) };
        if run.is_abandoned(now) {
            return self.abandon(run).await;
        }
        if run.lease().is_none_or(|lease| lease.until > now) {
            return Ok(SweepReport::default());
        }
        let request = RunRequest { user: run.user, run: run.id, configuration: run.configuration, fire: None };
        if let Err(error) = self.run_queue.request_runs(&[request]).await {
            tracing::error!(user = %run.user, run = %run.id, %error, "a lost run was not requested");
            return Ok(SweepReport::of_failed(1));
        }
        self.postpone(item, now + dispatch_lease()).await?;
        Ok(SweepReport { runs_requested: 1, ..SweepReport::default() })
    }

    async fn abandon(&self, run: Run) -> Result<SweepReport, StoreError> {
        let message =
            "The run stopped unexpectedly and three attempts did not finish it. The next report includes its commits.";
        let outcome = Outcome::Failed(Failure::new(ErrorCode::RunAbandoned, message));
        let Some(lease) = run.lease() else { return Ok(SweepReport::default()) };
        let Run { user, id, configuration, attempt, .. } = run;
        let fence = Fence::Lapsed { attempt: run.attempt, until: lease.until };
        let ended = end_unfenced(&self.end, self.contents.as_ref(), run, fence, outcome).await?;
        if ended.is_some() {
            let code = ErrorCode::RunAbandoned.as_str();
            tracing::error!(%user, run = %id, %configuration, attempt, code, cause = message, "the run has failed");
        }
        Ok(SweepReport { runs_abandoned: usize::from(ended.is_some()), ..SweepReport::default() })
    }

    async fn sweep_deliveries(&self, page: &[DueItem]) -> SweepReport {
        let requests: Vec<DeliveryRequest> = page.iter().filter_map(delivery_request).collect();
        if let Err(error) = self.delivery_queue.request_deliveries(&requests, 0).await {
            tracing::error!(%error, "lost deliveries were not requested");
            return SweepReport::of_failed(requests.len());
        }
        let until = self.clock.now() + dispatch_lease();
        let postponed = stream::iter(page.iter().copied()).map(|item| async move {
            let postponed = self.postpone(&item, until).await;
            let log = |error: &StoreError| {
                tracing::warn!(user = %item.user, item = %item.item, %error, "a delivery will be requested again");
            };
            usize::from(postponed.inspect_err(log).is_err())
        });
        let failed = postponed.buffer_unordered(DUE_ITEMS_AT_ONCE).fold(0, async |sum, failed| sum + failed).await;
        SweepReport { deliveries_requested: requests.len(), failed, ..SweepReport::default() }
    }

    async fn sweep_event(&self, item: &DueItem, id: EventId) -> Result<SweepReport, StoreError> {
        let Some(event) = self.outbox.event(item.user, id).await? else { return Ok(SweepReport::default()) };
        if self.event_bus.publish(&[event]).await.first() == Some(&true) {
            self.outbox.remove_event(item.user, id).await?;
            return Ok(SweepReport { events_published: 1, ..SweepReport::default() });
        }
        self.postpone(item, self.clock.now() + Duration::minutes(EVENT_RETRY_MINUTES)).await?;
        Ok(SweepReport::of_failed(1))
    }

    /// An unfinished deletion is due again after the others.
    async fn sweep_deletion(&self, item: &DueItem, deadline: Instant) -> Result<SweepReport, StoreError> {
        let deadline = deadline - Duration::seconds(TICK_RESERVE_SECONDS);
        if self.clock.now() >= deadline {
            return Ok(SweepReport { stopped_early: true, ..SweepReport::default() });
        }
        let until = match self.erase_account.resume(item.user, deadline).await? {
            DeletionProgress::Done => return Ok(SweepReport { accounts_deleted: 1, ..SweepReport::default() }),
            DeletionProgress::Nothing => return Ok(SweepReport::default()),
            DeletionProgress::Unfinished => self.clock.now(),
            DeletionProgress::WaitsUntil(until) => until.max(self.clock.now()),
        };
        self.postpone(item, until).await?;
        Ok(SweepReport::default())
    }

    async fn put_off(&self, item: &DueItem, error: &StoreError) -> SweepReport {
        tracing::error!(user = %item.user, item = %item.item, %error, "a due item failed");
        if let Err(error) = self.postpone(item, self.clock.now() + dispatch_lease()).await {
            tracing::warn!(user = %item.user, item = %item.item, %error, "a due item could not be postponed");
        }
        SweepReport::of_failed(1)
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
