//! Due fires become run requests.

use super::due_pages::{DuePages, of_users};
use crate::limits::{DUE_ITEMS_AT_ONCE, dispatch_lease};
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
use futures::stream::{self, StreamExt};
use std::collections::{BTreeMap, BTreeSet};
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
    /// How long the oldest of the fires had been due, in seconds.
    pub oldest_seconds: u64,
}

/// The records of a user that the tick has read, for the fires of one month.
struct UserState {
    account: Account,
    admission: Admission,
}

/// The states that a tick has read, once each; `None` if a record can't be read. The reservation checks them again.
type States = BTreeMap<(UserId, Month), Option<UserState>>;

/// A due fire, and the item that represents it in the index.
#[derive(Clone, Copy)]
struct Due {
    item: DueItem,
    configuration: ConfigurationId,
    fire: Instant,
}

/// How a fire that is not requested was handled.
enum Skipped {
    Blocked,
    MovedOn,
    Failed,
}

impl ScheduleDueRuns {
    /// Requests the due runs, until shortly before `deadline`.
    pub async fn run(&self, deadline: Instant) -> Result<TickReport, StoreError> {
        let mut report = TickReport::default();
        let mut states = States::new();
        let mut pages = DuePages::new(self.clock.as_ref(), self.due.as_ref(), DueKind::Fire, deadline);
        let began = self.clock.now();
        while let Some(page) = pages.next().await? {
            let ages = page.iter().filter_map(|item| u64::try_from((began - item.due_at).num_seconds()).ok());
            report.oldest_seconds = ages.fold(report.oldest_seconds, u64::max);
            let page: Vec<Due> = page.iter().filter_map(Due::of).collect();
            self.read_states(&page, &mut states).await?;
            let (admitted, others): (Vec<_>, Vec<_>) = page.into_iter().partition(|due| due.is_admitted(&states));
            // First, because a user at the limit may have many reports to skip.
            self.request(&admitted, &mut report).await;
            self.skip_all(others, &states, &mut report).await;
        }
        report.stopped_early = pages.stopped_early();
        Ok(report)
    }

    /// Reads the accounts of a page that the tick hasn't read yet, and their admissions in the months of the fires.
    async fn read_states(&self, page: &[Due], states: &mut States) -> Result<(), StoreError> {
        let unread: BTreeSet<_> = page.iter().map(Due::key).filter(|key| !states.contains_key(key)).collect();
        let mut read = stream::iter(unread)
            .map(|(user, month)| async move { ((user, month), self.read_state(user, month).await) })
            .buffer_unordered(DUE_ITEMS_AT_ONCE);
        while let Some((key, state)) = read.next().await {
            let state = match state {
                Ok(state) => Some(state),
                // A damaged record of one user must not prevent the reports of other users.
                Err(error @ StoreError::Unreadable { .. }) => {
                    tracing::error!(user = %key.0, %error, "the account of due reports can't be read");
                    None
                }
                Err(error) => return Err(error),
            };
            states.insert(key, state);
        }
        Ok(())
    }

    async fn read_state(&self, user: UserId, month: Month) -> Result<UserState, StoreError> {
        let (account, counter) = futures::try_join!(self.accounts.account(user), self.usage.usage(user, month))?;
        let admission = admission(&account, &counter, true);
        Ok(UserState { account, admission })
    }

    async fn request(&self, admitted: &[Due], report: &mut TickReport) {
        let requests: Vec<RunRequest> = admitted.iter().map(Due::request).collect();
        if let Err(error) = self.run_queue.request_runs(&requests).await {
            // No due instant is moved, so that all of them are due at the next tick. Requests that the queue accepted
            // are duplicated.
            tracing::error!(%error, "run requests were not sent");
            report.failed += requests.len();
            return;
        }
        let until = self.clock.now() + dispatch_lease();
        let mut postponed = stream::iter(admitted.iter().copied())
            .map(|due| async move { (due.item, self.due.postpone(&due.item, until).await) })
            .buffer_unordered(DUE_ITEMS_AT_ONCE);
        while let Some((item, result)) = postponed.next().await {
            match result {
                Ok(()) => report.requested += 1,
                Err(Refusal::MovedOn) => report.moved_on += 1,
                Err(Refusal::Store(error)) => {
                    tracing::warn!(user = %item.user, item = %item.item, %error, "a run request will be sent again");
                    report.failed += 1;
                }
            }
        }
    }

    /// Skips fires: those of one user one after another, because each changes the user's counter.
    async fn skip_all(&self, fires: Vec<Due>, states: &States, report: &mut TickReport) {
        let mut skipped = stream::iter(of_users(fires, |due| due.item.user))
            .map(|fires| stream::iter(fires).then(|due| self.skip_one(due, states)).collect::<Vec<_>>())
            .buffer_unordered(DUE_ITEMS_AT_ONCE);
        while let Some(of_user) = skipped.next().await {
            for one in of_user {
                match one {
                    Skipped::Blocked => report.blocked += 1,
                    Skipped::MovedOn => report.moved_on += 1,
                    Skipped::Failed => report.failed += 1,
                }
            }
        }
    }

    async fn skip_one(&self, due: Due, states: &States) -> Skipped {
        let Some(state) = due.state(states) else {
            self.postpone(&due.item).await;
            return Skipped::Failed;
        };
        match self.skip(&due.item, due.configuration, due.fire, state).await {
            Ok(Blocked::Yes) => Skipped::Blocked,
            Ok(Blocked::MovedOn | Blocked::LimitMoved) => Skipped::MovedOn,
            Err(error) => {
                let (user, configuration) = (due.item.user, due.configuration);
                tracing::error!(%user, %configuration, %error, "a due report could not be blocked");
                self.postpone(&due.item).await;
                Skipped::Failed
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
            tracing::warn!(user = %item.user, item = %item.item, %error, "a due report could not be postponed");
        }
    }
}

impl Due {
    fn of(item: &DueItem) -> Option<Self> {
        let DueRef::Fire { configuration, fire } = item.item else { return None };
        Some(Self { item: *item, configuration, fire })
    }

    fn key(&self) -> (UserId, Month) {
        (self.item.user, Month::of(self.fire))
    }

    fn state<'s>(&self, states: &'s States) -> Option<&'s UserState> {
        states.get(&self.key())?.as_ref()
    }

    fn is_admitted(&self, states: &States) -> bool {
        self.state(states).is_some_and(|state| match state.admission {
            Admission::Admitted | Admission::SlotsInUse => true,
            Admission::LimitReached | Admission::UncountedReached | Admission::AccountClosed => false,
        })
    }

    fn request(&self) -> RunRequest {
        let run = RunId::scheduled(self.configuration, self.fire);
        RunRequest { user: self.item.user, run, configuration: self.configuration, fire: Some(self.fire) }
    }
}
