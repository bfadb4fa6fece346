//! Cancelling a run at its user's request.

use crate::optimistic::{self, Step};
use crate::ports::{Accounts, Contents, Fence, Runs, StoreError, readable};
use crate::runs::{EndRun, Ended, Ending};
use domain::id::{RunId, UserId};
use domain::run::{Outcome, Payment, Run, Status};
use std::sync::Arc;

/// Cancels runs: releases the slot, and adds what was paid for a text that is already stored.
#[derive(Clone)]
pub struct CancelRun {
    pub accounts: Arc<dyn Accounts>,
    pub runs: Arc<dyn Runs>,
    pub contents: Arc<dyn Contents>,
    pub end: EndRun,
}

/// A run was not cancelled.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CancelError {
    /// The account was closed; its deletion cancels its runs.
    #[error("The account is closed: its runs are being cancelled.")]
    AccountClosed,
    #[error("the run is unknown")]
    NotFound,
    #[error("the run has ended as {}", .0.status().as_str())]
    Ended(Box<Run>),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CancelRun {
    /// Cancels a running run.
    pub async fn cancel(&self, user: UserId, id: RunId) -> Result<Run, CancelError> {
        if !self.accounts.account(user).await?.standing.is_open() {
            return Err(CancelError::AccountClosed);
        }
        optimistic::ensure(
            ("the cancellation of run", id),
            |_| async move { self.runs.run(user, id).await?.ok_or(CancelError::NotFound) },
            |run| async move {
                if run.status() != Status::Running {
                    return Err(CancelError::Ended(Box::new(run)));
                }
                let fence = Fence::Attempt(run.attempt);
                let cancelled = end_unfenced(&self.end, self.contents.as_ref(), run, fence, Outcome::Cancelled).await?;
                Ok(cancelled.map_or(Step::Refused, Step::Done))
            },
        )
        .await
    }
}

/// Ends a run that another worker may hold; `None` if it has changed since it was read, by its fence. A text that its
/// worker stored was paid for, so its usage is added, also if it is stored while the run is being ended. A text that
/// can't be read does not prevent the end: its cost is unknown.
pub(crate) async fn end_unfenced(
    end: &EndRun,
    contents: &dyn Contents,
    run: Run,
    fence: Fence,
    outcome: Outcome,
) -> Result<Option<Run>, StoreError> {
    let paid = |content: Option<domain::run::Content>| -> Vec<Payment> {
        content.map(|content| content.payment()).into_iter().collect()
    };
    let payments = paid(readable(contents.content(run.user, run.id).await)?);
    let ending = Ending { run, fence, outcome, payments, deliver: false, coverage: Vec::new(), configuration: None };
    let Ended::Done(ended) = end.end(ending).await? else {
        return Ok(None);
    };
    for payment in paid(readable(contents.content(ended.user, ended.id).await)?) {
        end.pay(&ended, &payment, end.clock.now()).await?;
    }
    Ok(Some(*ended))
}
