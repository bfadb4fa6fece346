//! Acquiring a run: by reserving it, or by taking it over from a lost worker.

use super::{ExecuteRun, Held};
use crate::holdings::access;
use crate::limits::lease;
use crate::metrics;
use crate::optimistic::{self, Step};
use crate::ports::{Part, Refusal, Reservation, RunRequest, StoreError, TransactionError};
use crate::schedules::Blocked;
use crate::usage::unless_repaired;
use domain::configuration::Configuration;
use domain::id::OwnerId;
use domain::instant::Instant;
use domain::run::{ClaimError, Draft, Run, Subject, Worker};
use domain::usage::{Admission, admission};
use std::collections::BTreeSet;

/// Who has the run.
pub(super) enum Hold {
    Mine(Box<Held>),
    /// No worker: the limit is reached, and the fire is skipped.
    Blocked,
    Not(&'static str),
}

impl ExecuteRun {
    pub(super) async fn hold(&self, request: &RunRequest) -> Result<Hold, StoreError> {
        let owner = OwnerId::at(self.clock.now(), self.entropy.randomness());
        match request.fire {
            Some(fire) => self.reserve(request, fire, owner).await,
            None => match self.runs.run(request.user, request.run).await? {
                Some(run) => self.take_over(run, owner).await,
                None => Ok(Hold::Not("the run is unknown")),
            },
        }
    }

    /// Reserves the run of a fire. The run's own condition comes before all others: if the run exists, its state
    /// decides.
    async fn reserve(&self, request: &RunRequest, fire: Instant, owner: OwnerId) -> Result<Hold, StoreError> {
        optimistic::ensure(
            ("the reservation of run", request.run),
            |_| async move { self.configurations.configuration(request.user, request.configuration).await },
            |found| async move {
                let Some(configuration) = found.filter(|found| is_free_for(found, fire)) else {
                    return Ok(Step::Done(match self.runs.run(request.user, request.run).await? {
                        Some(run) => self.hold_existing(run, owner).await?,
                        None => Hold::Not("the configuration has changed, or a run of it is active"),
                    }));
                };
                let error = match self.try_reserve(request, &configuration, fire, owner).await? {
                    Ok(run) => return Ok(Step::Done(Hold::Mine(Box::new(Held { run, owner })))),
                    Err(error) => error,
                };
                if let Some(run) = self.runs.run(request.user, request.run).await? {
                    return Ok(Step::Done(self.hold_existing(run, owner).await?));
                }
                // If the configuration refused, it has changed: it is read again, and its new state decides.
                if let TransactionError::Refused(parts) = &error
                    && !parts.contains(&Part::Configuration)
                    && let Some(hold) = self.no_slot(request, &configuration, fire).await?
                {
                    return Ok(Step::Done(hold));
                }
                let step = Step::not_written(error, ());
                unless_repaired(step, &self.usage, &self.runs, request.user, request.run.month()).await
            },
        )
        .await
    }

    async fn try_reserve(
        &self,
        request: &RunRequest,
        configuration: &Configuration,
        fire: Instant,
        owner: OwnerId,
    ) -> Result<Result<Run, TransactionError>, StoreError> {
        let now = self.clock.now();
        let account = self.accounts.account(request.user).await?;
        if !account.standing.is_open() {
            return Ok(Err(TransactionError::Refused(BTreeSet::from([Part::Account]))));
        }
        let Some(watched) = access::watched(self.repositories.as_ref(), configuration).await? else {
            let detail = format!("configuration {} names an unknown repository", configuration.id);
            return Err(StoreError::Broken { detail });
        };
        let draft = Draft::scheduled(request.run, fire, Worker { owner, lease: lease() }, now);
        let subject = Subject {
            configuration,
            repository: &watched.first,
            further: &watched.further,
            account: &account,
            default_writer: &self.default_writer,
        };
        let reservation = Reservation {
            run: Run::begin(&draft, &subject),
            uncounted_max: account.limits().uncounted_runs(),
            next_fire: configuration.fire_after(fire, now),
            idempotency: None,
        };
        Ok(self.ledger.reserve(&reservation).await.map(|()| reservation.run))
    }

    /// What happens to the fire without a slot; `None` if a slot is free by now.
    async fn no_slot(
        &self,
        request: &RunRequest,
        configuration: &Configuration,
        fire: Instant,
    ) -> Result<Option<Hold>, StoreError> {
        let account = self.accounts.account(request.user).await?;
        let counter = self.usage.usage(request.user, request.run.month()).await?;
        let admission = admission(&account, &counter, true);
        match admission {
            Admission::Admitted => Ok(None),
            Admission::SlotsInUse => Ok(Some(Hold::Not("running runs hold the last slots"))),
            Admission::AccountClosed => Ok(Some(Hold::Not("the account is being deleted"))),
            Admission::LimitReached | Admission::UncountedReached => {
                match self.block.block(configuration, fire, &account, admission).await? {
                    Blocked::Yes => Ok(Some(Hold::Blocked)),
                    Blocked::MovedOn | Blocked::LimitMoved => Ok(None),
                }
            }
        }
    }

    /// An existing run: this worker has it if only the answer of its reservation was lost; otherwise another worker.
    async fn hold_existing(&self, run: Run, owner: OwnerId) -> Result<Hold, StoreError> {
        if run.is_held_by(owner, 1) {
            return Ok(Hold::Mine(Box::new(Held { run, owner })));
        }
        self.take_over(run, owner).await
    }

    /// Takes over a run whose lease or wait has ended.
    async fn take_over(&self, before: Run, owner: OwnerId) -> Result<Hold, StoreError> {
        let waits = before.waiting_until().is_some();
        let after = match before.clone().claim(owner, self.clock.now(), lease()) {
            Ok(after) => after,
            Err(ClaimError::Ended) => return Ok(Hold::Not("the run has ended")),
            Err(ClaimError::LeaseLive) if waits => return Ok(Hold::Not("the run waits for its git host")),
            Err(ClaimError::LeaseLive) => return Ok(Hold::Not("another worker has the run")),
            Err(ClaimError::AttemptsUsedUp) => return Ok(Hold::Not("the run's attempts are used up")),
        };
        let hold = match self.ledger.claim(&before, &after).await {
            Ok(()) => Hold::Mine(Box::new(Held { run: after, owner })),
            Err(Refusal::MovedOn) => self.claimed_after_all(&after, owner).await?,
            Err(Refusal::Store(error)) => match self.claimed_after_all(&after, owner).await? {
                Hold::Mine(held) => Hold::Mine(held),
                _ => return Err(error),
            },
        };
        // The first attempt of a manual run, and one after a wait, have no worker before them.
        if matches!(hold, Hold::Mine(_)) && before.attempt > 0 && !waits {
            metrics::lease_taken_over();
        }
        Ok(hold)
    }

    /// Ends the lease of a run that this worker holds, now. It is a claim without a new attempt, on the same
    /// conditions: the run is running, in this attempt and under this lease. An attempt belongs to one owner. So it is
    /// refused after an end by this worker; an end by this worker after it still ends the run, until another worker has
    /// claimed it; and a worker that has claimed it meanwhile keeps its lease.
    pub(super) async fn release(&self, before: Run, owner: OwnerId) -> Result<(), StoreError> {
        let Some(after) = before.clone().release(owner, self.clock.now()) else { return Ok(()) };
        match self.ledger.claim(&before, &after).await {
            Ok(()) | Err(Refusal::MovedOn) => Ok(()),
            Err(Refusal::Store(error)) => Err(error),
        }
    }

    /// Who has the run after a claim whose effect is unknown.
    async fn claimed_after_all(&self, after: &Run, owner: OwnerId) -> Result<Hold, StoreError> {
        match self.runs.run(after.user, after.id).await? {
            Some(run) if run.is_held_by(owner, after.attempt) => Ok(Hold::Mine(Box::new(Held { run, owner }))),
            _ => Ok(Hold::Not("another worker has the run")),
        }
    }
}

fn is_free_for(configuration: &Configuration, fire: Instant) -> bool {
    configuration.awaits(fire) && configuration.progress.active_run.is_none()
}
