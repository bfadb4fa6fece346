//! A run whose git host fails temporarily is entered in the due index again, and keeps its slot.
//!
//! Why it is one write of one item, and what may happen concurrently:
//! `docs/decisions/0011-a-run-waits-for-its-git-host.md`.

use super::{Completion, Held};
use crate::optimistic::{self, Step};
use crate::ports::StoreError;
use crate::runs::TemporaryFailure;
use domain::instant::Duration;
use domain::run::{Failure, Run, WaitError};

/// Whether a run waits.
pub(super) enum Waited {
    Yes(Box<Run>),
    /// It may not wait, or not any longer, and fails with this.
    No(Failure),
    /// Another worker has it, or it was ended. `None` if the run is unknown.
    Lost(Option<Box<Run>>),
}

impl Completion<'_> {
    /// Lets a held run wait.
    pub(super) async fn let_wait(&self, held: &Held, temporary: TemporaryFailure) -> Result<Waited, StoreError> {
        let Held { run, owner } = held;
        let asked = temporary.asked.map(|asked| Duration::from_std(asked).unwrap_or(Duration::MAX));
        let after = match run.clone().wait(*owner, asked, self.end.clock.now()) {
            Ok(after) => after,
            Err(WaitError::UsedUp) => return Ok(Waited::No(after_waits(run, &temporary.failure))),
            Err(WaitError::Test | WaitError::NotHeld | WaitError::Ended) => return Ok(Waited::No(temporary.failure)),
        };
        let after = &after;
        optimistic::update(
            ("the wait of run", run.id),
            |again| self.end.read(run, again),
            |found: &Option<Run>, sent: &Run| {
                let mine = found.as_ref().filter(|found| found.waits_as(sent));
                mine.map(|found| Waited::Yes(Box::new(found.clone())))
            },
            |found| async move {
                match found {
                    Some(found) if found.is_held_by(*owner, run.attempt) => {
                        let step = Step::of(self.end.ledger.wait(*owner, after).await, after.clone())?;
                        Ok(step.map(|after| Waited::Yes(Box::new(after))))
                    }
                    other => Ok(Step::Done(Waited::Lost(other.map(Box::new)))),
                }
            },
        )
        .await
    }
}

/// The failure of a run that has waited as long as it may.
fn after_waits(run: &Run, failure: &Failure) -> Failure {
    let message = failure.message.trim_end_matches('.');
    let times = match run.waits.count {
        1 => "once".to_owned(),
        count => format!("{count} times"),
    };
    Failure::new(failure.code, &format!("{message}. The run waited for the git host {times}."))
}
