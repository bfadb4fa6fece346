//! One run request, one report: reserve the run or take it over, compose the text, end the run.

mod complete;
mod hold;
mod wait;

pub(crate) use complete::{Completed, Completion};

use crate::ports::{
    Accounts, Clock, Configurations, Contents, DeliveryQueue, DeliveryRequest, Entropy, Fence, Repositories, RunLedger,
    RunRequest, Runs, StoreError, UsageCounters,
};
use crate::runs::{Composer, EndRun, Ended};
use crate::schedules::BlockFire;
use domain::configuration::Writer;
use domain::delivery::DeliveryState;
use domain::event::DeliverySubject;
use domain::id::OwnerId;
use domain::instant::Instant;
use domain::run::{Failure, Run};
use std::sync::Arc;

/// Executes run requests. A request that is duplicated, late, or for an ended run does no harm.
#[derive(Clone)]
pub struct ExecuteRun {
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    pub accounts: Arc<dyn Accounts>,
    pub repositories: Arc<dyn Repositories>,
    pub configurations: Arc<dyn Configurations>,
    pub runs: Arc<dyn Runs>,
    pub contents: Arc<dyn Contents>,
    pub usage: Arc<dyn UsageCounters>,
    pub ledger: Arc<dyn RunLedger>,
    pub block: BlockFire,
    pub composer: Composer,
    pub end: EndRun,
    pub delivery_queue: Arc<dyn DeliveryQueue>,
    /// Who writes the report if the configuration names no writer.
    pub default_writer: Writer,
}

/// The result of a request.
#[derive(Clone, Debug)]
pub enum Executed {
    Finished(Box<Run>),
    /// The run waits for its git host, with this failure; the due index requests it again.
    Waiting(Box<Run>, Failure),
    Blocked,
    /// There was nothing to do, or another worker does it.
    Nothing(&'static str),
    /// The worker was stopped: the run was released, and the request must be repeated.
    Released,
}

/// A request failed and must be repeated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExecuteError {
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A run that this worker holds.
pub(crate) struct Held {
    pub(crate) run: Run,
    pub(crate) owner: OwnerId,
}

impl Held {
    fn fence(&self) -> Fence {
        Fence::Held { owner: self.owner, attempt: self.run.attempt }
    }
}

impl ExecuteRun {
    /// Executes a request before `deadline`.
    pub async fn execute(&self, request: &RunRequest, deadline: Instant) -> Result<Executed, ExecuteError> {
        self.execute_until(request, deadline, std::future::pending()).await
    }

    /// The same, unless `stop` completes first: then the work is dropped, as if the worker had died, and the run is
    /// released, so that the next worker need not wait for the end of the lease.
    pub async fn execute_until(
        &self,
        request: &RunRequest,
        deadline: Instant,
        stop: impl Future<Output = ()>,
    ) -> Result<Executed, ExecuteError> {
        let held = match self.hold(request).await? {
            hold::Hold::Mine(held) => *held,
            hold::Hold::Blocked => return Ok(Executed::Blocked),
            hold::Hold::Not(why) => return Ok(Executed::Nothing(why)),
        };
        let (run, owner) = (held.run.clone(), held.owner);
        tokio::select! {
            biased;
            ended = self.carry_out(held, deadline) => Ok(ended?),
            () = stop => {
                self.release(run, owner).await?;
                Ok(Executed::Released)
            }
        }
    }

    async fn carry_out(&self, held: Held, deadline: Instant) -> Result<Executed, StoreError> {
        let (completed, _) = self.completion().complete(held, true, deadline).await?;
        let (run, lane) = match completed {
            Completed::Ended(Ended::Done(run), lane) => (run, lane),
            Completed::Ended(Ended::Lost(_), _) => {
                return Ok(Executed::Nothing("another worker or the user ended the run"));
            }
            Completed::Waiting(run, failure) => return Ok(Executed::Waiting(run, failure)),
        };
        if run.delivery.state() == DeliveryState::Pending {
            let request = DeliveryRequest::of(run.user, DeliverySubject::Run(run.id), 1).in_lane(lane);
            if let Err(error) = self.delivery_queue.request_deliveries(&[request], 0).await {
                tracing::warn!(run = %run.id, %error, "the delivery waits for the sweep");
            }
        }
        Ok(Executed::Finished(run))
    }

    fn completion(&self) -> Completion<'_> {
        Completion {
            configurations: self.configurations.as_ref(),
            contents: self.contents.as_ref(),
            composer: &self.composer,
            end: &self.end,
        }
    }
}
