//! A run whose git host fails for now goes back to the due index, and keeps its slot.
//!
//! Why it is one write of one item, and what may happen beside it: `docs/decisions/0011-a-run-waits-for-its-git-host.md`.

use super::compose::Later;
use super::{Held, WriteAndEnd};
use crate::limits::RACES_MAX;
use crate::ports::{Refusal, StoreError};
use domain::instant::Duration;
use domain::run::{Failure, Run, WaitError};

/// What came of a run that is to wait.
pub(super) enum Waited {
    /// It waits.
    Yes(Box<Run>),
    /// It may not wait, or no more: it fails so.
    No(Failure),
    /// Another worker has it, or it was ended. None: the run is unknown.
    Lost(Option<Box<Run>>),
}

impl WriteAndEnd<'_> {
    /// Lets a held run wait. Where the answer of the write is lost, the run says whether it took effect.
    pub(super) async fn let_wait(&self, held: &Held, later: Later) -> Result<Waited, StoreError> {
        let Held { run, owner } = held;
        let asked = later.asked.map(|asked| Duration::from_std(asked).unwrap_or(Duration::MAX));
        let after = match run.clone().wait(*owner, asked, self.end.clock.now()) {
            Ok(after) => after,
            Err(WaitError::UsedUp) => return Ok(Waited::No(after_waits(run, &later.failure))),
            Err(WaitError::Test | WaitError::NotHeld | WaitError::Ended) => return Ok(Waited::No(later.failure)),
        };
        let mut failure = None;
        for _ in 0..RACES_MAX {
            match self.end.ledger.wait(*owner, &after).await {
                Ok(()) => return Ok(Waited::Yes(Box::new(after))),
                Err(Refusal::MovedOn) => {}
                Err(Refusal::Store(error)) if error.is_transient() => failure = Some(error),
                Err(Refusal::Store(error)) => return Err(error),
            }
            match self.end.runs.run(run.user, run.id).await? {
                Some(found) if found.waits_as(&after) => return Ok(Waited::Yes(Box::new(found))),
                Some(found) if found.is_held_by(*owner, run.attempt) => {}
                other => return Ok(Waited::Lost(other.map(Box::new))),
            }
        }
        Err(failure.unwrap_or_else(|| StoreError::Busy {
            detail: format!("run {} could not be made to wait", run.id),
            retry_after: std::time::Duration::from_secs(30),
        }))
    }
}

/// The failure of a run that has waited as long as is allowed.
fn after_waits(run: &Run, failure: &Failure) -> Failure {
    let message = failure.message.trim_end_matches('.');
    let times = match run.waits.count {
        1 => "once".to_owned(),
        count => format!("{count} times"),
    };
    Failure::new(failure.code, &format!("{message}. The run waited for the git host {times}."))
}
