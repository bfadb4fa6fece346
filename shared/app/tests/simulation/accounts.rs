//! Accounts that are closed: what must hold of them meanwhile, and what is left of them.

use crate::driver::Simulation;
use crate::git::{REPOSITORIES, location};
use adapters::dynamodb::DynamoStore;
use app::limits::STRAY_WORKER_MINUTES;
use app::ports::{Accounts, Configurations, Repositories, Runs};
use domain::account::Standing;
use domain::delivery::DeliveryState;
use domain::id::{RunId, UserId};
use domain::instant::{Duration, Instant};
use domain::repository::Location;
use domain::run::{Run, Status};
use std::collections::{BTreeMap, BTreeSet};
use testkit::builders::{self, epoch};
use testkit::world::Verbs;

/// The most users of a simulation, including those with closed accounts.
const USERS_MAX: usize = 4;

/// What the checks know about a closed account.
#[derive(Debug)]
pub(crate) struct Closed {
    standing: Standing,
    /// Its last known runs: erased runs are still in the counters.
    runs: BTreeMap<RunId, Run>,
    erased: BTreeSet<RunId>,
    /// Whether all of its configurations are tombstones, so that no run may start any more.
    stopped: bool,
}

impl Simulation {
    pub(crate) fn is_closed(&self, user: UserId) -> bool {
        self.checks.closed.contains_key(&user)
    }

    /// Whether a verb that started then may still resume: in seeds with closed accounts, none may live longer than the
    /// erasure waits, which is four times the life of a Lambda.
    pub(crate) fn may_wake(&self, began: Instant) -> bool {
        !self.closes_accounts || self.now() - began <= Duration::minutes(STRAY_WORKER_MINUTES)
    }

    /// A user closes the account, if this seed has closed accounts. A new user replaces the user.
    pub(crate) async fn close_account(&mut self, user: UserId) -> Result<(), String> {
        if self.users.len() >= USERS_MAX || !self.one_in(2) {
            return Ok(());
        }
        let verb = self.deployment.close_account();
        self.start(format!("the end of {user}"), None, async move { verb.close(user, user).await.is_ok() }).await?;
        let newcomer = builders::user(u64::try_from(self.users.len()).unwrap() + 1);
        self.add_user(newcomer).await;
        for _ in 0..2 {
            let creation = self.creation(newcomer);
            self.start(format!("a first configuration of {newcomer}"), None, creation).await?;
        }
        Ok(())
    }

    /// Adds a user with the repositories.
    pub(crate) async fn add_user(&mut self, user: UserId) {
        for number in 1..=if self.has_several { REPOSITORIES } else { 1 } {
            let mut repository = builders::repository(user, number);
            repository.location = Location::host(&location(user, number), None).unwrap();
            self.reader.put_repository(&repository).await.unwrap();
        }
        self.users.push(user);
    }

    /// Checks the state of an account, and returns the runs of its counters: those from `recent` on, or, once it is
    /// closed, all that ever existed.
    pub(crate) async fn observe_account(&mut self, user: UserId, recent: Vec<Run>) -> Result<Vec<Run>, String> {
        let standing = self.reader.account(user).await.unwrap().standing;
        if standing.is_open() {
            return if self.is_closed(user) {
                Err(format!("the account of {user} has opened again"))
            } else {
                Ok(recent)
            };
        }
        let there: BTreeMap<RunId, Run> = self.all_runs(user).await.into_iter().map(|run| (run.id, run)).collect();
        let stopped = is_stopped(&self.reader, user).await;
        let Some(closed) = self.checks.closed.get_mut(&user) else {
            let runs: Vec<Run> = there.values().cloned().collect();
            self.checks.closed.insert(user, Closed { standing, runs: there, erased: BTreeSet::new(), stopped });
            return Ok(runs);
        };
        if standing.closed_at() != closed.standing.closed_at()
            || closed.standing.deleted_at().is_some_and(|_| standing != closed.standing)
        {
            return Err(format!("the account of {user} was {:?} and is {standing:?}", closed.standing));
        }
        for id in there.keys() {
            if closed.erased.contains(id) {
                return Err(format!("run {id} of {user} was erased, and came back"));
            }
            if closed.stopped && !closed.runs.contains_key(id) {
                return Err(format!("run {id} of {user} began after everything was stopped"));
            }
        }
        for (id, run) in closed.runs.iter().filter(|(id, _)| !there.contains_key(id)) {
            let at_work = run.status() == Status::Running || run.delivery.state() == DeliveryState::Pending;
            if at_work && !closed.erased.contains(id) {
                return Err(format!("run {id} was erased while it ran or was delivered: {run:?}"));
            }
            closed.erased.insert(*id);
        }
        closed.runs.extend(there);
        closed.standing = standing;
        closed.stopped |= stopped;
        Ok(closed.runs.values().cloned().collect())
    }

    pub(crate) async fn all_runs(&self, user: UserId) -> Vec<Run> {
        self.reader.runs_between(user, epoch(), self.now() + Duration::days(400)).await.unwrap()
    }

    /// A closed account leaves only what an invoice needs.
    pub(crate) fn check_erased(&mut self) -> Result<(), String> {
        // A marker that a late sweep stored after the others were erased expires by itself, a day later.
        let tomorrow = self.now() + Duration::days(1);
        for (user, closed) in &self.checks.closed {
            if closed.standing.deleted_at().is_none() {
                return Err(format!("the account of {user} rests as {:?}", closed.standing));
            }
            let left = self.engine.sort_keys(*user, tomorrow).unwrap();
            let stays = |key: &str| key == "ACCOUNT" || key.starts_with("USAGE#") || key.starts_with("AUDIT#");
            if let Some(key) = left.iter().find(|key| !stays(key)) {
                return Err(format!("the account of {user} is deleted, and {key} is left"));
            }
            self.summary.deleted += 1;
        }
        Ok(())
    }
}

async fn is_stopped(store: &DynamoStore, user: UserId) -> bool {
    store.configurations(user).await.unwrap().iter().all(|configuration| configuration.deleted_at.is_some())
}
