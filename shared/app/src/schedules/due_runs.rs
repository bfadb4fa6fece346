//! Due fires become run requests.

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

/// Requests the runs that are due. Concurrent ticks are harmless: a fire always has the same run.
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

/// The result of a tick.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TickReport {
    pub requested: usize,
    pub blocked: usize,
    /// Fires that another tick or a run has handled.
    pub moved_on: usize,
    /// Fires that could not be handled; a later tick retries them.
    pub failed: usize,
    /// It stopped at its deadline with fires left.
    pub stopped_early: bool,
}

/// The records of a user that the tick has read, for the fires of one month.
struct UserState {
    account: Account,
    admission: Admission,
}

impl ScheduleDueRuns {
    /// Requests the due runs, until shortly before `deadline`.
    pub async fn run(&self, deadline: Instant) -> Result<TickReport, StoreError> {
        let mut report = TickReport::default();
        let mut states = HashMap::new();
        let mut pages = DuePages::new(self.clock.as_ref(), self.due.as_ref(), DueKind::Fire, deadline);
        while let Some(page) = pages.next().await? {
            self.dispatch(&page, &mut states, &mut report).await?;
        }
        report.stopped_early = pages.stopped_early();
        Ok(report)
    }

    async fn dispatch(
        &self,
        page: &[DueItem],
        states: &mut HashMap<(UserId, Month), UserState>,
        report: &mut TickReport,
    ) -> Result<(), StoreError> {
        let mut requests = Vec::new();
        let mut requested = Vec::new();
        for item in page {
            if let Some(request) = self.admit(item, states, report).await? {
                requests.push(request);
                requested.push(item);
            }
        }
        if let Err(error) = self.run_queue.request_runs(&requests).await {
            // No due instant is moved, so that all of them are due at the next tick. Requests that the queue accepted
            // are duplicated.
            tracing::error!(%error, "run requests were not sent");
            report.failed += requests.len();
            return Ok(());
        }
        for item in requested {
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

    /// The request for the run of a fire; `None` if the fire was skipped.
    async fn admit(
        &self,
        item: &DueItem,
        states: &mut HashMap<(UserId, Month), UserState>,
        report: &mut TickReport,
    ) -> Result<Option<RunRequest>, StoreError> {
        let DueRef::Fire { configuration, fire } = item.item else { return Ok(None) };
        let state = match self.state(states, item.user, Month::of(fire)).await {
            Ok(state) => state,
            // A damaged record of one user must not prevent the reports of other users.
            Err(error @ StoreError::Unreadable { .. }) => {
                tracing::error!(%configuration, %error, "a due report's account can't be read");
                report.failed += 1;
                self.postpone(item).await;
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        match state.admission {
            Admission::Admitted | Admission::SlotsInUse => {
                let run = RunId::scheduled(configuration, fire);
                return Ok(Some(RunRequest { user: item.user, run, configuration, fire: Some(fire) }));
            }
            Admission::LimitReached | Admission::UncountedReached | Admission::AccountClosed => {}
        }
        match self.skip(item, configuration, fire, state).await {
            Ok(Blocked::Yes) => report.blocked += 1,
            Ok(Blocked::MovedOn | Blocked::LimitMoved) => report.moved_on += 1,
            Err(error) => {
                tracing::error!(%configuration, %error, "a due report could not be blocked");
                report.failed += 1;
                self.postpone(item).await;
            }
        }
        Ok(None)
    }

    /// The account of a user and its admission in the month of the fire, read once in each tick. The reservation checks
    /// it again.
    async fn state<'a>(
        &self,
        states: &'a mut HashMap<(UserId, Month), UserState>,
        user: UserId,
        month: Month,
    ) -> Result<&'a UserState, StoreError> {
        use std::collections::hash_map::Entry;
        match states.entry((user, month)) {
            Entry::Occupied(entry) => Ok(entry.into_mut()),
            Entry::Vacant(entry) => {
                let (account, counter) =
                    futures::try_join!(self.accounts.account(user), self.usage.usage(user, month))?;
                let admission = admission(&account, &counter, true);
                Ok(entry.insert(UserState { account, admission }))
            }
        }
    }

    /// Blocks a fire, or postpones it while a run of the configuration is active.
    async fn skip(
        &self,
        item: &DueItem,
        id: ConfigurationId,
        fire: Instant,
        UserState { account, admission }: &UserState,
    ) -> Result<Blocked, StoreError> {
        if *admission == Admission::AccountClosed {
            // The deletion of the account stops the configuration. No notice about the limit is sent any more.
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
            tracing::warn!(%error, "a due report could not be postponed");
        }
    }
}
