//! From a held run to its end: a text is written and stored, unless there is one, and the run ends with it.

use super::Held;
use super::wait::Waited;
use crate::ports::{Configurations, Contents, CoverageMove, StoreError};
use crate::runs::{Composed, Composer, EndRun, Ended, Ending, NothingNew, StepTimes, TemporaryFailure};
use domain::configuration::Configuration;
use domain::delivery::Lane;
use domain::instant::Instant;
use domain::run::{Content, ErrorCode, Failure, Findings, Outcome, Payment, Priced, Run, Trigger, Window};

/// The message for the user of a run whose text was paid for and could not be stored. The run ends with what it cost:
/// another attempt would pay again.
const NOT_STORED: &str = "The report was written but could not be stored. Its commits come with the next scheduled \
                          report; start a run to have them now.";

const UNREADABLE: &str = "The text of the report was stored and can't be read. Its commits come with the next report.";

/// Completes held runs.
pub(crate) struct Completion<'a> {
    pub(crate) configurations: &'a dyn Configurations,
    pub(crate) contents: &'a dyn Contents,
    pub(crate) composer: &'a Composer,
    pub(crate) end: &'a EndRun,
}

/// The result of completing a held run.
pub(crate) enum Completed {
    /// The run has ended, or another worker has it; and the lane of its delivery.
    Ended(Ended, Lane),
    /// It waits for its git host, with this failure. A test never waits.
    Waiting(Box<Run>, Failure),
}

/// What a run ends with.
struct Conclusion {
    outcome: Outcome,
    coverage: Vec<CoverageMove>,
    payments: Vec<Payment>,
}

enum Next {
    End(Conclusion),
    Wait(TemporaryFailure),
}

impl Completion<'_> {
    /// Writes a held run's text, unless there is one, and ends the run with it; or lets it wait for its git host. A
    /// payment for a text is added in any case: a text that can't be stored fails its run, and no later attempt
    /// asks a model again.
    pub(crate) async fn complete(
        &self,
        held: Held,
        deliver: bool,
        deadline: Instant,
    ) -> Result<(Completed, StepTimes), StoreError> {
        let configuration = self.configurations.configuration(held.run.user, held.run.configuration).await?;
        let configuration = configuration.as_ref();
        let (next, times) = self.conclude(&held.run, configuration, deadline).await?;
        let conclusion = match next {
            Next::End(conclusion) => conclusion,
            Next::Wait(temporary) => {
                let (failure, otherwise) = (temporary.failure.clone(), temporary.otherwise.clone());
                match self.let_wait(&held, temporary).await? {
                    Waited::Yes(run) => return Ok((Completed::Waiting(run, failure), times)),
                    Waited::No(failure) => otherwise
                        .map_or_else(|| Conclusion::failed(failure), |nothing| Conclusion::of_nothing(*nothing)),
                    Waited::Lost(run) => return Ok((Completed::Ended(Ended::Lost(run), Lane::Standard), times)),
                }
            }
        };
        let ending = conclusion.ending(held, configuration, deliver);
        let lane = Lane::of(configuration.is_some_and(|found| found.progress.slow_since.is_some()));
        Ok((Completed::Ended(self.end.end(ending).await?, lane), times))
    }

    async fn conclude(
        &self,
        run: &Run,
        configuration: Option<&Configuration>,
        deadline: Instant,
    ) -> Result<(Next, StepTimes), StoreError> {
        let conclusion = match self.contents.content(run.user, run.id).await {
            Ok(Some(content)) => Conclusion::of_text(run, configuration, &content),
            // The text was paid for. Another one would be paid for again, and could not be stored.
            Err(StoreError::Unreadable { .. }) => Conclusion::failed(Failure::new(ErrorCode::Internal, UNREADABLE)),
            Err(error) => return Err(error),
            Ok(None) if is_unwanted(run, configuration) => Conclusion::of(Outcome::Cancelled),
            Ok(None) => {
                let (composed, times) = self.composer.compose(run, configuration, deadline).await?;
                let next = match composed {
                    Composed::Text(content) => Next::End(self.store(run, configuration, &content).await?),
                    Composed::NothingNew(nothing) => Next::End(Conclusion::of_nothing(nothing)),
                    Composed::Failed(failure) => Next::End(Conclusion::failed(failure)),
                    Composed::FailedTemporarily(temporary) => Next::Wait(temporary),
                };
                return Ok((next, times));
            }
        };
        Ok((Next::End(conclusion), StepTimes::default()))
    }

    /// Stores a new text. If another worker has stored one first, the run ends with that one, and both are paid for.
    async fn store(
        &self,
        run: &Run,
        configuration: Option<&Configuration>,
        content: &Content,
    ) -> Result<Conclusion, StoreError> {
        match put_once(self.contents, content).await {
            Ok(stored) => {
                let mut conclusion = Conclusion::of_text(run, configuration, &stored);
                if stored.attempt != content.attempt {
                    conclusion.payments.push(content.payment());
                }
                Ok(conclusion)
            }
            Err(error) if content.priced == Priced::default() => Err(error),
            Err(error) => {
                tracing::error!(run = %run.id, %error, "a report that was paid for can't be stored");
                let failed = Conclusion::failed(Failure::new(ErrorCode::Internal, NOT_STORED));
                Ok(Conclusion { payments: vec![content.payment()], ..failed })
            }
        }
    }
}

impl Conclusion {
    fn of(outcome: Outcome) -> Self {
        Self { outcome, coverage: Vec::new(), payments: Vec::new() }
    }

    /// A success without a report.
    fn of_nothing(NothingNew { coverage, findings }: NothingNew) -> Self {
        Self { coverage, ..Self::of(Outcome::Success(findings)) }
    }

    fn failed(failure: Failure) -> Self {
        Self::of(Outcome::Failed(failure))
    }

    /// A success with a stored text, and the payment for the text.
    fn of_text(run: &Run, configuration: Option<&Configuration>, content: &Content) -> Self {
        let window = window(run, configuration, content);
        let moves = content.branches().filter_map(|branch| {
            Some(CoverageMove {
                generation: branch.generation,
                from: branch.covered_from,
                to: branch.observed_at,
                head: branch.head?,
                was_reset: branch.was_reset,
                further: None,
            })
        });
        Self {
            outcome: Outcome::Success(Findings { window, ..content.findings() }),
            coverage: moves.collect(),
            payments: vec![content.payment()],
        }
    }

    fn ending(self, held: Held, configuration: Option<&Configuration>, deliver: bool) -> Ending {
        let Self { outcome, coverage, payments } = self;
        let fence = held.fence();
        let run = held.run;
        let has_text = matches!(&outcome, Outcome::Success(findings) if findings.content_attempt.is_some());
        let has_webhook = configuration.is_some_and(|found| found.settings.webhook.is_some());
        let coverage = if run.trigger.is_scheduled() { coverage } else { Vec::new() };
        let deliver = deliver && has_text && has_webhook;
        Ending { run, fence, outcome, payments, deliver, coverage, configuration: configuration.cloned().map(Box::new) }
    }
}

/// Whether a run's configuration was deleted while the run waited, which may have taken a day: its user no longer wants
/// the report.
fn is_unwanted(run: &Run, configuration: Option<&Configuration>) -> bool {
    run.waits.count > 0 && configuration.is_none_or(|found| found.deleted_at.is_some())
}

/// Stores a text. The store retries a failed write, and it is not repeated here: the rest of the budget must suffice to
/// end the run. After a lost answer the text is looked up.
async fn put_once(contents: &dyn Contents, content: &Content) -> Result<Content, StoreError> {
    match contents.put_content(content).await {
        Err(error) if error.is_transient() => match contents.content(content.user, content.run).await {
            Ok(Some(stored)) => Ok(stored),
            Ok(None) | Err(_) => Err(error),
        },
        stored => stored,
    }
}

/// The range of time that the text of a scheduled run is about: from the end of coverage, or over the first period.
fn window(run: &Run, configuration: Option<&Configuration>, content: &Content) -> Option<Window> {
    let Trigger::Schedule { fire } = run.trigger else { return None };
    let several = !content.further.is_empty();
    let read = content.branches().filter(|branch| branch.head.is_some() || !several);
    let ranges = read.filter_map(|branch| {
        let first = || configuration.map(|found| branch.observed_at - found.first_period(fire));
        Some((branch.covered_from.or_else(first)?, branch.observed_at))
    });
    let joined = ranges.reduce(|(from, to), (also_from, also_to)| (from.min(also_from), to.max(also_to)));
    joined.map(|(from, to)| Window::of_any_length(from, to))
}
