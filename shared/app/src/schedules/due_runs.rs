//! The tick: due fires become run requests.

use super::due_pages::DuePages;
use crate::limits::dispatch_lease;
use crate::ports::{
    Accounts, Clock, Configurations, DueIndex, DueItem, DueKind, DueRef, Refusal, RunQueue, RunRequest, StoreError,
    UsageCounters,
};
use crate::schedules::{BlockFire, Blocked};
use domain::account::Account;
use domain::id::{ConfigurationId, RunId, UserId};
use domain::instant::Instant;
use domain::month::Month;
use domain::usage::{Admission, admission};
use std::collections::HashMap;
use std::sync::Arc;

/// Asks for the runs that are due. Two ticks at once are harmless: the same fire is always the same run.
#[derive(Clone)]
pub struct ScheduleDueRuns {
    pub clock: Arc<dyn Clock>,
    pub due: Arc<dyn DueIndex>,
    pub accounts: Arc<dyn Accounts>,
    pub usage: Arc<dyn UsageCounters>,
    pub configurations: Arc<dyn Configurations>,
    pub block: BlockFire,
    pub run_queue: Arc<dyn RunQueue>,
}

/// What a tick did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TickReport {
    /// Fires whose runs were requested.
    pub requested: usize,
    /// Fires that were skipped because the limit is reached.
    pub blocked: usize,
    /// Fires that another tick or a run has handled.
    pub moved_on: usize,
    /// Fires that could not be handled; a later tick retries them.
    pub failed: usize,
    /// It stopped at its deadline with fires left.
    pub stopped_early: bool,
}

/// What the tick has read of a user, for the fires of one month.
#[derive(Clone)]
struct Standing {
    account: Account,
    admission: Admission,
}

impl ScheduleDueRuns {
    /// Asks for what is due, until a little before `deadline`.
    pub async fn run(&self, deadline: Instant) -> Result<TickReport, StoreError> {
        let mut report = TickReport::default();
        let mut standings = HashMap::new();
        let mut pages = DuePages::new(self.clock.as_ref(), self.due.as_ref(), DueKind::Fire, deadline);
        while let Some(page) = pages.next().await? {
            self.dispatch(&page, &mut standings, &mut report).await?;
        }
        report.stopped_early = pages.stopped_early();
        Ok(report)
    }

    async fn dispatch(
        &self,
        page: &[DueItem],
        standings: &mut HashMap<(UserId, Month), Standing>,
        report: &mut TickReport,
    ) -> Result<(), StoreError> {
        let mut requests = Vec::new();
        let mut requested = Vec::new();
        for item in page {
            let DueRef::Fire { configuration, fire } = item.item else {
                continue;
            };
            let standing = match self.standing(standings, item.user, Month::of(fire)).await {
                Ok(standing) => standing,
                // What one user's records hold must not keep other users' reports from being requested.
                Err(error @ StoreError::Unreadable { .. }) => {
                    tracing::error!(%configuration, %error, "a due report's account can't be read");
                    report.failed += 1;
                    self.postpone(item).await;
                    continue;
                }
                Err(error) => return Err(error),
            };
            match standing.admission {
                Admission::Admitted | Admission::SlotsInUse => {
                    let run = RunId::scheduled(configuration, fire);
                    requests.push(RunRequest { user: item.user, run, configuration, fire: Some(fire) });
                    requested.push(*item);
                }
                Admission::LimitReached | Admission::UncountedReached | Admission::AccountClosed => {
                    match self.leave_out(item, configuration, fire, &standing.clone()).await {
                        Ok(Blocked::Yes) => report.blocked += 1,
                        Ok(Blocked::MovedOn | Blocked::LimitMoved) => report.moved_on += 1,
                        Err(error) => {
                            tracing::error!(%configuration, %error, "a due report could not be blocked");
                            report.failed += 1;
                            self.postpone(item).await;
                        }
                    }
                }
            }
        }
        if let Err(error) = self.run_queue.request_runs(&requests).await {
            // Nothing is moved, so that all of them are due at the next tick; those that were taken come twice.
            tracing::error!(%error, "run requests were not sent");
            report.failed += requests.len();
            return Ok(());
        }
        for item in &requested {
            match self.due.postpone(item, self.clock.now() + dispatch_lease()).await {
                Ok(()) => report.requested += 1,
                Err(Refusal::MovedOn) => report.moved_on += 1,
                Err(Refusal::Store(error)) => {
                    tracing::warn!(%error, "a run request will be sent again");
                    report.failed += 1;
                }
            }
        }
        Ok(())
    }

    /// The limit of a user and what is used of it in the month of the fire, read once a tick: the reservation judges
    /// anew.
    async fn standing<'a>(
        &self,
        standings: &'a mut HashMap<(UserId, Month), Standing>,
        user: UserId,
        month: Month,
    ) -> Result<&'a Standing, StoreError> {
        use std::collections::hash_map::Entry;
        match standings.entry((user, month)) {
            Entry::Occupied(entry) => Ok(entry.into_mut()),
            Entry::Vacant(entry) => {
                let (account, counter) =
                    futures::try_join!(self.accounts.account(user), self.usage.usage(user, month))?;
                let admission = admission(&account, &counter, true);
                Ok(entry.insert(Standing { account, admission }))
            }
        }
    }

    /// Blocks a fire. While a run of the configuration is under way it is looked at again later.
    async fn leave_out(
        &self,
        item: &DueItem,
        id: ConfigurationId,
        fire: Instant,
        Standing { account, admission }: &Standing,
    ) -> Result<Blocked, StoreError> {
        if *admission == Admission::AccountClosed {
            // Its deletion stops the configuration; nobody is told of a limit any more.
            self.postpone(item).await;
            return Ok(Blocked::MovedOn);
        }
        let found = self.configurations.configuration(item.user, id).await?;
        match found.filter(|found| found.awaits(fire)) {
            None => Ok(Blocked::MovedOn),
            Some(found) if found.progress.active_run.is_some() => {
                self.postpone(item).await;
                Ok(Blocked::MovedOn)
            }
            Some(found) => {
                let blocked = self.block.block(&found, fire, account, *admission).await?;
                if blocked == Blocked::MovedOn {
                    self.postpone(item).await;
                }
                Ok(blocked)
            }
        }
    }

    async fn postpone(&self, item: &DueItem) {
        if let Err(Refusal::Store(error)) = self.due.postpone(item, self.clock.now() + dispatch_lease()).await {
            tracing::warn!(%error, "a due report could not be moved on");
        }
    }
}
