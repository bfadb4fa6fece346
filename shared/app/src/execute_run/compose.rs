//! From a run to its text: which commits, and what is written about them.

use super::choice::{Asked, ModelChoice};
use super::observe::{Observed, Observer, Stop};
use crate::limits::{FETCH_RESERVE_SECONDS, FINISH_RESERVE_SECONDS, PROMPT_BYTES_MAX};
use crate::ports::{Clock, CoverageMove, GitFailure, ModelError, ModelRequest, ModelText, ReportWriter, StoreError};
use domain::configuration::{Configuration, IfNoUpdates, Writer};
use domain::instant::{Duration, Instant};
use domain::money::{PriceTable, TokenUsage, UsageSource, cost};
use domain::report::plain::plain_report;
use domain::report::prompt::{estimated_tokens, prompt};
use domain::report::{Brief, Prompt};
use domain::run::{Content, ErrorCode, Failure, Findings, Priced, REPORTED_MAX, Run, Trigger, Window, sha_prefix};
use std::sync::Arc;

/// Fetches commits and has a report written about them.
#[derive(Clone)]
pub struct Composer {
    /// How long it takes, and how much time is left.
    pub clock: Arc<dyn Clock>,
    /// The commits.
    pub observer: Observer,
    /// Which model is asked, and where.
    pub choice: ModelChoice,
    /// The models.
    pub writer: Arc<dyn ReportWriter>,
    /// Their prices.
    pub prices: Arc<PriceTable>,
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum Composed {
    /// A text.
    Text(Box<Content>),
    /// Nothing is new, and nothing is to be said about that.
    NothingNew {
        /// Coverage moves all the same.
        coverage: Option<CoverageMove>,
        /// The range in which nothing was new.
        findings: Findings,
    },
    /// It did not work.
    Failed(Failure),
    /// It did not work, and may a little later.
    Later(Later),
}

/// What may work later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Later {
    /// What the run fails with if it can't wait.
    pub failure: Failure,
    /// How long the git host asks to be left alone; none where it does not say.
    pub asked: Option<std::time::Duration>,
}

/// How long each step took, in milliseconds; none for a step that was not taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StepTimes {
    /// Reading the commits.
    pub fetch_ms: Option<u64>,
    /// Writing the text.
    pub write_ms: Option<u64>,
}

impl Composer {
    /// Composes the text of a run. Only the store's failures are errors; all others are a failed run.
    pub async fn compose(
        &self,
        run: &Run,
        configuration: Option<&Configuration>,
        deadline: Instant,
        times: &mut StepTimes,
    ) -> Result<Composed, StoreError> {
        let began = self.clock.now();
        let until = deadline - Duration::seconds(FETCH_RESERVE_SECONDS);
        let observed = self.observer.observe(run, configuration, until).await;
        times.fetch_ms = elapsed_ms(began, self.clock.now());
        let observed = match observed {
            Ok(observed) => observed,
            Err(Stop::Store(error)) => return Err(error),
            Err(Stop::Overtaken) => return Ok(Composed::NothingNew { coverage: None, findings: Findings::default() }),
            Err(stop) if stop.is_temporary() => {
                return Ok(Composed::Later(Later { asked: stop.asked(), failure: failure(run, stop) }));
            }
            Err(stop) => return Ok(Composed::Failed(failure(run, stop))),
        };
        let coverage = configuration.map(|found| &found.progress.coverage);
        let silent = run.trigger.is_scheduled() && run.snapshot.if_no_updates == IfNoUpdates::Skip;
        if observed.list.commits.is_empty() && silent {
            let findings = Findings {
                window: Some(Window::of_any_length(observed.from, observed.at)),
                range_from: observed.base.clone().or_else(|| observed.head.clone()),
                range_to: observed.head.clone(),
                ..Findings::default()
            };
            let coverage = CoverageMove {
                generation: run.generation,
                from: coverage.and_then(|coverage| coverage.covered_until),
                to: observed.at,
                head: observed.head,
            };
            return Ok(Composed::NothingNew { coverage: Some(coverage), findings });
        }
        let began = self.clock.now();
        let written = self.write(run, &observed, deadline).await?;
        times.write_ms = elapsed_ms(began, self.clock.now());
        Ok(Composed::Text(Box::new(Content {
            run: run.id,
            user: run.user,
            attempt: run.attempt,
            text: written.text,
            commits: observed.count(),
            range_from: observed.base,
            reported: observed.list.commits.iter().take(REPORTED_MAX).map(|commit| sha_prefix(&commit.sha)).collect(),
            head: observed.head,
            observed_at: observed.at,
            covered_from: coverage.and_then(|coverage| coverage.covered_until),
            generation: run.generation,
            degraded: written.degraded,
            priced: written.priced,
        })))
    }

    async fn write(&self, run: &Run, observed: &Observed, deadline: Instant) -> Result<Written, StoreError> {
        let brief = brief(run, observed);
        let plain = |degraded| Written { text: plain_report(&brief), degraded, priced: Priced::default() };
        let Some(model) = model_asked(run, observed) else { return Ok(plain(false)) };
        let Some(asked) = self.choice.of(run, model).await? else { return Ok(plain(false)) };
        let (why, priced) = match self.ask(&asked, &brief, deadline).await {
            Ok((prompt, answer)) if answer.text.trim().is_empty() => {
                ("it answered without a text", self.priced(&asked, &prompt, answer).priced)
            }
            Ok((prompt, answer)) => return Ok(self.priced(&asked, &prompt, answer)),
            Err(error) => {
                tracing::warn!(run = %run.id, model = asked.model, %error, "the report is written without the model");
                let why = match error {
                    ModelError::Unavailable { .. } => "it did not answer",
                    ModelError::Rejected { .. } => "it refused the request",
                    ModelError::PromptTooLong => "the commits are more than it takes",
                };
                (why, Priced::default())
            }
        };
        let model = &asked.model;
        let note = format!(
            "> Written without the language model ({model}): {why}. This report does not count against your limit.\n\n"
        );
        Ok(Written { text: note + &plain(true).text, degraded: true, priced })
    }

    /// Asks the model; once more with half the commits, if they were too many.
    async fn ask(
        &self,
        asked: &Asked,
        brief: &Brief<'_>,
        deadline: Instant,
    ) -> Result<(Prompt, ModelText), ModelError> {
        let provider = asked.provider.clone()?;
        let mut budget = PROMPT_BYTES_MAX;
        let mut last = ModelError::PromptTooLong;
        for _ in 0..2 {
            let left = deadline - self.clock.now() - Duration::seconds(FINISH_RESERVE_SECONDS);
            let Ok(timeout) = left.to_std() else {
                return Err(ModelError::Unavailable { detail: "no time is left to ask the model".into() });
            };
            let prompt = prompt(brief, budget);
            let (model, provider) = (asked.model.clone(), provider.clone());
            let request = ModelRequest { model, provider, prompt: prompt.clone(), timeout };
            match self.writer.write(&request).await {
                Ok(text) => return Ok((prompt, text)),
                Err(ModelError::PromptTooLong) => budget /= 2,
                Err(error) => {
                    last = error;
                    break;
                }
            }
        }
        Err(last)
    }

    /// The text with what it used: by the answer's own figures, else by an estimate that is marked as one.
    fn priced(&self, asked: &Asked, prompt: &Prompt, answer: ModelText) -> Written {
        let (tokens, source) = match answer.usage {
            Some(tokens) => (tokens, UsageSource::Api),
            None => (estimate(prompt, &answer.text), UsageSource::Estimate),
        };
        let rates = asked.rates(&self.prices, &answer.model, tokens.prompt(), self.clock.now());
        let cost = rates.as_ref().map(|rates| cost(tokens, rates)).unwrap_or_default();
        let mut text = answer.text;
        if answer.truncated {
            text.push_str("\n\n_The model stopped here, at its length limit._\n");
        }
        let priced = Priced { tokens, cost, source, model: Some(answer.model), rates };
        Written { text, degraded: false, priced }
    }
}

/// What a report of these commits is written from.
pub(crate) fn brief<'a>(run: &'a Run, observed: &'a Observed) -> Brief<'a> {
    let snapshot = &run.snapshot;
    let to = match &run.trigger {
        Trigger::Manual(window) | Trigger::Test(window) => window.to,
        Trigger::Schedule { .. } => observed.at,
    };
    Brief {
        repository: &snapshot.repository_name,
        branch: snapshot.branch.as_str(),
        from: observed.from,
        to,
        commits: &observed.list.commits,
        left_out: observed.list.left_out,
        at_least: observed.list.at_least,
        mailmap: &observed.list.mailmap,
        style: snapshot.style,
        tone: snapshot.tone,
        author_display: snapshot.author_display,
        link_to_commits: snapshot.link_to_commits,
        language: &snapshot.language,
    }
}

/// The model that is asked for the report; none where it is written without one.
pub(crate) fn model_asked<'a>(run: &'a Run, observed: &Observed) -> Option<&'a str> {
    match &run.snapshot.writer {
        Writer::Model(model) if !observed.list.commits.is_empty() => Some(model),
        Writer::Model(_) | Writer::Plain => None,
    }
}

struct Written {
    text: String,
    degraded: bool,
    priced: Priced,
}

fn estimate(prompt: &Prompt, text: &str) -> TokenUsage {
    TokenUsage::new(prompt.estimated_tokens(), 0, estimated_tokens(text.len()), 0)
}

fn elapsed_ms(from: Instant, to: Instant) -> Option<u64> {
    u64::try_from((to - from).num_milliseconds()).ok()
}

fn failure(run: &Run, stop: Stop) -> Failure {
    match stop {
        Stop::Git(error) => {
            let code = match error.failure {
                GitFailure::NotFound => ErrorCode::RepositoryNotFound,
                GitFailure::TokenInvalid => ErrorCode::TokenInvalid,
                GitFailure::RateLimited { .. } => ErrorCode::GitRateLimited,
                GitFailure::Unavailable | GitFailure::Refused | GitFailure::Forbidden => ErrorCode::GitUnavailable,
            };
            Failure::new(code, &error.message)
        }
        Stop::Vault(error) => {
            tracing::error!(run = %run.id, %error, "the repository's token can't be opened");
            let message = "The repository's access token could not be opened. Set it again, or try later.";
            Failure::new(ErrorCode::Internal, message)
        }
        Stop::NoRepository | Stop::Overtaken | Stop::Store(_) => {
            let message = "The repository was deleted. Choose another one for this report configuration.";
            Failure::new(ErrorCode::RepositoryNotFound, message)
        }
    }
}
