//! How a run begins: what its reservation stores.

use super::{Figures, Lease, Phase, Receipt, Run, Snapshot, Trigger, Waits, Window};
use crate::account::Account;
use crate::configuration::{Configuration, Writer};
use crate::delivery::Delivery;
use crate::id::{OwnerId, RunId};
use crate::instant::{Duration, Instant};
use crate::repository::Repository;
use std::collections::BTreeSet;

/// A run that is about to be reserved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub id: RunId,
    pub trigger: Trigger,
    /// The worker that reserves the run and executes it. Without one, the first worker that gets the run's message
    /// claims it.
    pub worker: Option<Worker>,
    /// Whether the run takes one of the limit's slots, and so can count.
    pub holds_slot: bool,
    pub now: Instant,
}

/// The worker that reserves a run in order to execute it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Worker {
    pub owner: OwnerId,
    /// How long other workers leave the run alone.
    pub lease: Duration,
}

/// What a new run is about, as it is read just before the reservation.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    pub configuration: &'a Configuration,
    pub repository: &'a Repository,
    /// The repositories of its further branches, in any order.
    pub further: &'a [Repository],
    /// Its plan and its limit are recorded in the run's receipt.
    pub account: &'a Account,
    /// Writes where neither the configuration nor the account names a writer.
    pub default_writer: &'a Writer,
}

impl Draft {
    /// The run of a fire, reserved by the worker that executes it.
    pub fn scheduled(id: RunId, fire: Instant, worker: Worker, now: Instant) -> Self {
        Self { id, trigger: Trigger::Schedule { fire }, worker: Some(worker), holds_slot: true, now }
    }

    /// A manual run, reserved before any worker has it.
    pub fn manual(id: RunId, window: Window, now: Instant) -> Self {
        Self { id, trigger: Trigger::Manual(window), worker: None, holds_slot: true, now }
    }

    /// A test of a configuration. The deployment says whether tests hold slots.
    pub fn test(id: RunId, window: Window, worker: Worker, holds_slot: bool, now: Instant) -> Self {
        Self { id, trigger: Trigger::Test(window), worker: Some(worker), holds_slot, now }
    }
}

impl Run {
    /// The run at its reservation. With a worker, its first attempt begins; without one, its lease ends at once.
    pub fn begin(draft: &Draft, subject: &Subject<'_>) -> Self {
        let Subject { configuration, repository, further, account, default_writer } = *subject;
        let lease = draft.worker.map_or(Duration::zero(), |worker| worker.lease);
        Self {
            id: draft.id,
            user: configuration.user,
            repository: repository.id,
            configuration: configuration.id,
            trigger: draft.trigger.clone(),
            snapshot: Snapshot::for_account(account, configuration, (repository, further), default_writer),
            receipt: Receipt { plan: account.plan, limit: account.limits().monthly_runs, holds_slot: draft.holds_slot },
            generation: configuration.progress.coverage.generation,
            started_at: draft.now,
            attempt: u32::from(draft.worker.is_some()),
            waits: Waits::default(),
            paid_attempts: BTreeSet::new(),
            figures: Figures::default(),
            phase: Phase::Running(Lease { owner: draft.worker.map(|worker| worker.owner), until: draft.now + lease }),
            delivery: Delivery::none(),
            updated_at: draft.now,
        }
    }
}
