//! What the end of a scheduled run changes for its user: reports fail, work again, or continue after a pause.

use super::{EndRun, Ending};
use crate::ports::{Finish, PauseMark, StoreError};
use domain::configuration::Configuration;
use domain::event::{Event, Fact};
use domain::id::{EventId, NoticeId};
use domain::instant::Instant;
use domain::notice::{Matter, Named, Notice, Recipient};
use domain::run::{Outcome, Run};
use domain::usage::PauseReported;

impl EndRun {
    /// Adds the notices of a change to the transaction, with their events. Only the end of the active run changes what
    /// they depend on, so the configuration may have been read before this run's work.
    pub(super) async fn report_change(
        &self,
        finish: &mut Finish,
        state: &Ending,
        now: Instant,
    ) -> Result<(), StoreError> {
        if finish.configuration.is_none() {
            return Ok(());
        }
        let read;
        let configuration = match state.configuration.as_deref() {
            Some(known) => known,
            None => match self.configurations.configuration(finish.run.user, finish.run.configuration).await? {
                Some(found) => {
                    read = found;
                    &read
                }
                None => return Ok(()),
            },
        };
        let failing_since = configuration.progress.failing_since;
        let change = Change::of(&finish.run, &state.outcome, failing_since);
        if let Some(end) = &mut finish.configuration {
            // A report that names what could not be read neither begins nor ends a failure.
            end.failing_since = match (&state.outcome, state.outcome.obstacle()) {
                (_, Some(_)) => failing_since.or(Some(now)),
                (outcome, None) if outcome.is_whole() => None,
                _ => failing_since,
            };
            end.skipped_at = match &state.outcome {
                Outcome::Success(_) => None,
                Outcome::Cancelled | Outcome::Failed(_) => configuration.progress.skipped_at,
            };
        }
        if let Some(Change { matter, fact }) = change {
            self.add(finish, configuration, matter, fact, now).await?;
        }
        self.report_resumption(finish, configuration, &state.outcome, now).await
    }

    /// The first success after skipped fires.
    async fn report_resumption(
        &self,
        finish: &mut Finish,
        configuration: &Configuration,
        outcome: &Outcome,
        now: Instant,
    ) -> Result<(), StoreError> {
        if configuration.progress.skipped_at.is_none() || !matches!(outcome, Outcome::Success(_)) {
            return Ok(());
        }
        let month = finish.run.month();
        let fact = Fact::ConfigurationResumed { configuration: finish.run.configuration, month };
        let seen = self.usage.usage(finish.run.user, month).await?.pause;
        if seen == Some(PauseReported::Resumed) {
            finish.events.push(self.event(&finish.run, fact, now));
            return Ok(());
        }
        finish.pause = Some(PauseMark { seen, reported: PauseReported::Resumed });
        self.add(finish, configuration, Matter::Resumed, fact, now).await
    }

    async fn add(
        &self,
        finish: &mut Finish,
        configuration: &Configuration,
        matter: Matter,
        fact: Fact,
        now: Instant,
    ) -> Result<(), StoreError> {
        let run = &finish.run;
        let account = self.accounts.account(run.user).await?;
        let named = Named::of_run(run.configuration, &run.snapshot);
        let recipient = Recipient::of(&account, named, Some(configuration));
        let id = NoticeId::at(now, self.entropy.randomness());
        let notice = Notice::new(id, &recipient, matter, run.month(), now);
        let event = self.event(run, fact, now);
        finish.notices.push(notice);
        finish.events.push(event);
        Ok(())
    }

    fn event(&self, run: &Run, fact: Fact, now: Instant) -> Event {
        Event { id: EventId::at(now, self.entropy.randomness()), user: run.user, at: now, fact }
    }
}

/// A change that the user is notified of.
struct Change {
    matter: Matter,
    fact: Fact,
}

impl Change {
    /// The first failure, or the first success after failures.
    fn of(run: &Run, outcome: &Outcome, failing_since: Option<Instant>) -> Option<Self> {
        let (configuration, id) = (run.configuration, run.id);
        match (outcome.obstacle(), failing_since) {
            (Some(failure), None) => Some(Self {
                matter: Matter::ReportFailed { run: id, code: failure.code, message: failure.message.clone() },
                fact: Fact::ReportFailed { configuration, run: id, code: failure.code },
            }),
            (None, Some(failing_since)) if outcome.is_whole() => Some(Self {
                matter: Matter::ReportRecovered { run: id, failing_since },
                fact: Fact::ReportRecovered { configuration, run: id },
            }),
            _ => None,
        }
    }
}
