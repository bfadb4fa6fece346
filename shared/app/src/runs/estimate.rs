//! The estimate of what a manual run would read, use and cost.

use crate::limits::{NOTES_TOKENS_MAX, PARTS_MAX};
use crate::ports::{Clock, Configurations, GitError, Repositories, StoreError, VaultError};
use crate::runs::{NoSubject, subject};
use crate::runs::{Observer, Prices, Room, Stop, briefs, model_asked};
use crate::usage::{ReadUsage, UsageStatement};
use domain::configuration::Writer;
use domain::digest::Digest;
use domain::id::{ConfigurationId, Randomness, RunId, UserId};
use domain::instant::Instant;
use domain::money::{Cost, PriceTable, Rates, TokenUsage, cost};
use domain::report::Brief;
use domain::report::answer::FAULT_TOKENS_MAX;
use domain::report::prompt::{from_notes, plan};
use domain::run::{Draft, FailedBranch, Findings, Outcome, Run, Subject, Window};
use std::sync::Arc;

/// Estimates manual runs: reads the commits and builds the prompt that the run would send, without sending it. Stores
/// nothing and holds no slot.
#[derive(Clone)]
pub struct EstimateRun {
    pub clock: Arc<dyn Clock>,
    pub read_usage: ReadUsage,
    pub repositories: Arc<dyn Repositories>,
    pub configurations: Arc<dyn Configurations>,
    pub observer: Observer,
    pub prices: Arc<PriceTable>,
    /// Who writes the report if the configuration names no writer.
    pub default_writer: Writer,
}

/// What a manual run would use and cost if it started now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Estimate {
    pub commits: u64,
    pub writer: Writer,
    /// Upper bounds: the tokens of the prompt and of the longest answer that is requested. 0 if no model is asked.
    pub tokens: TokenUsage,
    /// `None` if no model is asked or its prices are unknown.
    pub rates: Option<Rates>,
    /// What these tokens cost; `None` if the model's prices are unknown.
    pub cost: Option<Cost>,
    /// Whether the run would count once its report is written.
    pub would_count: bool,
    pub usage: UsageStatement,
    /// The branches that could not be read, of several: the estimate is about the others.
    pub failed: Vec<FailedBranch>,
}

/// An estimate was not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EstimateError {
    #[error("the account is closed: no report can be created")]
    AccountClosed,
    #[error("the report configuration is unknown")]
    NoConfiguration,
    #[error("the configuration's repository was deleted: choose another one")]
    NoRepository,
    #[error(transparent)]
    Git(#[from] GitError),
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl EstimateRun {
    /// Estimates a report over a range. Commits are read until `deadline` at most.
    pub async fn estimate(
        &self,
        user: UserId,
        configuration: ConfigurationId,
        window: Window,
        deadline: Instant,
    ) -> Result<Estimate, EstimateError> {
        let usage = self.read_usage.current(user).await?;
        if !usage.account.standing.is_open() {
            return Err(EstimateError::AccountClosed);
        }
        let (configuration, watched) =
            subject(self.configurations.as_ref(), self.repositories.as_ref(), user, configuration).await?;
        let now = self.clock.now();
        // The run is never stored, so that its id can't collide.
        let draft = Draft::manual(RunId::at(now, Randomness::default()), window, now);
        let about = Subject {
            configuration: &configuration,
            repository: &watched.first,
            further: &watched.further,
            account: &usage.account,
            default_writer: &self.default_writer,
        };
        let run = Run::begin(&draft, &about);
        let observed = self.observer.observe(&run, Some(&configuration), deadline).await?;
        let commits = observed.count();
        let (tokens, rates, cost) = match model_asked(&run, &observed) {
            Some(model) => self.priced(
                (model, Prices::of(&run, &usage.account)),
                briefs(&run, &observed, None)
                    .iter()
                    .filter(|brief| !brief.commits.is_empty())
                    .map(|brief| requested(brief, model, Room::of(&self.prices, model)))
                    .reduce(|(prompts, answers), (prompt, answer)| (prompts + prompt, answers + answer))
                    .unwrap_or_default(),
            ),
            None => (TokenUsage::ZERO, None, Some(Cost::ZERO)),
        };
        Ok(Estimate {
            commits,
            tokens,
            rates,
            cost,
            would_count: would_count(&run, commits),
            usage,
            failed: observed.failed,
            writer: run.snapshot.writer,
        })
    }

    /// Upper bounds of tokens and cost for prompts and answers of at most this many tokens.
    fn priced(
        &self,
        (model, prices): (&str, Prices),
        (prompt_tokens, completion_tokens): (u64, u64),
    ) -> (TokenUsage, Option<Rates>, Option<Cost>) {
        let tokens = TokenUsage::new(prompt_tokens, 0, completion_tokens, 0);
        let rates = prices.dearest_rates(&self.prices, model, prompt_tokens);
        // The provider may write the whole prompt to its cache, and some charge more for that than for an uncached
        // token.
        let bound = |rates: &Rates| cost(tokens, rates).max(cost(tokens.with_cache_write(prompt_tokens), rates));
        (tokens, rates, rates.as_ref().map(bound))
    }
}

/// At most how many tokens all prompts and all answers for one brief have, if the model has the window of the price
/// list, or one that holds them. The prompt for the report counts twice, because an answer with a fault is asked for
/// once more. What a server with a smaller window answers before it is full is paid for too, and is not known before.
fn requested(brief: &Brief<'_>, model: &str, room: Room) -> (u64, u64) {
    let digest = Digest::of(&brief.range());
    let prompts = plan(brief, &digest, room.prompt_bytes, PARTS_MAX).prompts;
    let shown: u64 = prompts.iter().map(|prompt| prompt.tokens_at_most(model)).sum();
    let twice = |prompt: u64| prompt.saturating_mul(2).saturating_add(FAULT_TOKENS_MAX);
    let reports = u64::from(room.completion_tokens).saturating_mul(2);
    if prompts.len() < 2 {
        return (twice(shown), reports);
    }
    let parts = u64::try_from(prompts.len()).unwrap_or(u64::MAX);
    let of_part = u64::from(NOTES_TOKENS_MAX.min(room.completion_tokens));
    let notes = of_part.saturating_mul(parts);
    // The last prompt has the notes, which the model wrote itself; of a part without notes it has the changes instead.
    // Only those of the last part may be shorter than its notes.
    let again: Vec<String> = prompts.iter().map(|prompt| prompt.changes().to_owned()).collect();
    let with_changes = from_notes(brief, &digest, &again, room.prompt_bytes).tokens_at_most(model);
    let with_changes = with_changes.saturating_add(of_part);
    let with_notes = from_notes(brief, &digest, &[], room.prompt_bytes).tokens_at_most(model).saturating_add(notes);
    (shown.saturating_add(twice(with_notes.max(with_changes))), reports.saturating_add(notes))
}

fn would_count(run: &Run, commits: u64) -> bool {
    run.would_count(&Outcome::Success(Findings { commits, ..Findings::default() }))
}

impl From<NoSubject> for EstimateError {
    fn from(error: NoSubject) -> Self {
        match error {
            NoSubject::Configuration => Self::NoConfiguration,
            NoSubject::Repository => Self::NoRepository,
            NoSubject::Store(error) => Self::Store(error),
        }
    }
}

impl From<Stop> for EstimateError {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Git(error) => Self::Git(error),
            Stop::Vault(error) => Self::Vault(error),
            Stop::Store(error) => Self::Store(error),
            Stop::NoRepository | Stop::Overtaken => Self::NoRepository,
        }
    }
}
