//! From a run to its text: which commits, and what is written about them.

use super::choice::{Asked, ModelChoice};
use crate::limits::{COMMITS_MAX, FINISH_RESERVE_SECONDS, LATE_FIRE_DAYS_MAX, PROMPT_BYTES_MAX};
use crate::ports::{
    Clock, CommitList, CommitQuery, CommitSource, Contents, CoverageMove, GitError, GitFailure, Listing, ModelError,
    ModelRequest, ModelText, ReportWriter, Repositories, RepositoryAccess, Runs, SecretContext, StoreError, Vault,
    VaultError,
};
use domain::commit::Sha;
use domain::configuration::{Configuration, Coverage, IfNoUpdates, RangePlan};
use domain::instant::{Duration, Instant};
use domain::money::{PriceTable, TokenUsage, UsageSource, cost};
use domain::report::plain::plain_report;
use domain::report::prompt::{estimated_tokens, prompt};
use domain::report::{Brief, Prompt};
use domain::repository::AccessToken;
use domain::run::{Content, ErrorCode, Failure, Outcome, Priced, REPORTED_MAX, Run, ShaPrefix, Trigger, sha_prefix};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Fetches commits and has a report written about them.
#[derive(Clone)]
pub struct Composer {
    /// When the head was observed.
    pub clock: Arc<dyn Clock>,
    /// Where the repository is.
    pub repositories: Arc<dyn Repositories>,
    /// Which runs reported commits, after a force-push.
    pub runs: Arc<dyn Runs>,
    /// Which commits they reported.
    pub contents: Arc<dyn Contents>,
    /// The repository's token.
    pub vault: Arc<dyn Vault>,
    /// The commits.
    pub commits: Arc<dyn CommitSource>,
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
    },
    /// It did not work.
    Failed(Failure),
}

/// How long each step took, in milliseconds; none for a step that was not taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StepTimes {
    /// Reading the commits.
    pub fetch_ms: Option<u64>,
    /// Writing the text.
    pub write_ms: Option<u64>,
}

/// What a branch had to say.
struct Observed {
    /// The head that is covered by this; none where the last one is to stay.
    head: Option<Sha>,
    at: Instant,
    base: Option<Sha>,
    from: Instant,
    list: CommitList,
}

enum Stop {
    Git(GitError),
    Store(StoreError),
    Vault(VaultError),
    NoRepository,
    /// Branch or repository were changed after the run began: what it was to report is not asked for any more.
    Overtaken,
}

impl From<GitError> for Stop {
    fn from(error: GitError) -> Self {
        Self::Git(error)
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
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
        let observed = self.observe(run, configuration).await;
        times.fetch_ms = elapsed_ms(began, self.clock.now());
        let observed = match observed {
            Ok(observed) => observed,
            Err(Stop::Store(error)) => return Err(error),
            Err(Stop::Overtaken) => return Ok(Composed::NothingNew { coverage: None }),
            Err(stop) => return Ok(Composed::Failed(failure(run, stop))),
        };
        let coverage = configuration.map(|found| &found.progress.coverage);
        let silent = run.trigger.is_scheduled() && run.snapshot.if_no_updates == IfNoUpdates::Skip;
        if observed.list.commits.is_empty() && silent {
            let coverage = CoverageMove {
                generation: run.generation,
                from: coverage.and_then(|coverage| coverage.covered_until),
                to: observed.at,
                head: observed.head,
            };
            return Ok(Composed::NothingNew { coverage: Some(coverage) });
        }
        let began = self.clock.now();
        let written = self.write(run, &observed, deadline).await?;
        times.write_ms = elapsed_ms(began, self.clock.now());
        Ok(Composed::Text(Box::new(Content {
            run: run.id,
            user: run.user,
            attempt: run.attempt,
            text: written.text,
            commits: count(&observed.list),
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

    /// Observes the branch's head once, and reads what is new in it.
    async fn observe(&self, run: &Run, configuration: Option<&Configuration>) -> Result<Observed, Stop> {
        let access = self.access(run).await?;
        let head = self.commits.head(&access, &run.snapshot.branch).await?;
        let at = self.clock.now();
        let Some(head) = head else {
            let list = CommitList::default();
            return Ok(Observed { head: None, at, base: None, from: at, list });
        };
        let observed = |base, from, list| Observed { head: Some(head.clone()), at, base, from, list };
        match (&run.trigger, configuration) {
            (Trigger::Manual(window) | Trigger::Test(window), _) => {
                let query = CommitQuery::Dated { head: head.clone(), since: window.from, until: Some(window.to) };
                Ok(observed(None, window.from, self.list(&access, run, &query).await?.unwrap_or_default()))
            }
            (Trigger::Schedule { .. }, Some(found)) if found.progress.coverage.generation != run.generation => {
                Err(Stop::Overtaken)
            }
            (Trigger::Schedule { .. }, None) => Err(Stop::NoRepository),
            (Trigger::Schedule { fire }, Some(found)) => {
                let coverage = &found.progress.coverage;
                let first = found.first_period(*fire);
                let shown_from = coverage.covered_until.unwrap_or(at - first);
                match coverage.plan(&head, at, first) {
                    RangePlan::Nothing => Ok(observed(coverage.last_head.clone(), shown_from, CommitList::default())),
                    RangePlan::ByTime { since } => {
                        let list = self.unreported(&access, run, coverage, &head, since).await?;
                        Ok(observed(None, shown_from, list))
                    }
                    RangePlan::Compare { base } => {
                        let query = CommitQuery::Between { base: base.clone(), head: head.clone() };
                        if let Some(list) = self.list(&access, run, &query).await? {
                            return Ok(observed(Some(base), shown_from, list));
                        }
                        let RangePlan::ByTime { since } = coverage.by_time(at, first) else {
                            return Err(Stop::Overtaken);
                        };
                        let list = self.unreported(&access, run, coverage, &head, since).await?;
                        let mut observed = observed(None, shown_from, list);
                        if observed.list.commits.is_empty() {
                            // The branch was cut back, and nothing is new: the last head stays, so that a branch that
                            // is put back to it is known again and not reported a second time.
                            observed.head = None;
                        }
                        Ok(observed)
                    }
                }
            }
        }
    }

    async fn access(&self, run: &Run) -> Result<RepositoryAccess, Stop> {
        let repository = self.repositories.repository(run.user, run.repository).await?;
        let repository = repository.filter(|found| found.deleted_at.is_none()).ok_or(Stop::NoRepository)?;
        let token = match &repository.token {
            None => None,
            Some(sealed) => {
                let context = SecretContext::of_repository(run.user, repository.id);
                let bytes = self.vault.open(context, sealed).await.map_err(Stop::Vault)?;
                let text = String::from_utf8(bytes).map_err(|_| Stop::Vault(VaultError::DoesNotOpen))?;
                Some(AccessToken::new(text))
            }
        };
        Ok(RepositoryAccess { location: repository.location, token })
    }

    /// The commits of a query; none where the base is no ancestor.
    async fn list(
        &self,
        access: &RepositoryAccess,
        run: &Run,
        query: &CommitQuery,
    ) -> Result<Option<CommitList>, GitError> {
        match self.commits.commits(access, query, run.snapshot.include_diffs, COMMITS_MAX).await? {
            Listing::Commits(list) => Ok(Some(list)),
            Listing::NotAnAncestor => Ok(None),
        }
    }

    /// The commits since an instant, less those that earlier runs reported.
    async fn unreported(
        &self,
        access: &RepositoryAccess,
        run: &Run,
        coverage: &Coverage,
        head: &Sha,
        since: Instant,
    ) -> Result<CommitList, Stop> {
        let query = CommitQuery::Dated { head: head.clone(), since, until: None };
        let mut list = self.list(access, run, &query).await?.unwrap_or_default();
        if coverage.covered_until.is_some() {
            let reported = self.reported(run, since).await?;
            list.commits.retain(|commit| !reported.contains(&sha_prefix(&commit.sha)));
        }
        Ok(list)
    }

    /// The commits that this configuration's scheduled successes reported of this branch. A commit that is dated
    /// `since` or later was observed then or later, by a run that ended later still. A run's id, by which runs are found,
    /// is of the instant that it was due at, which a long outage leaves far behind: hence the longer look back.
    async fn reported(&self, run: &Run, since: Instant) -> Result<BTreeSet<ShaPrefix>, StoreError> {
        let from = since - Duration::days(LATE_FIRE_DAYS_MAX);
        let earlier = self.runs.runs_between(run.user, from, self.clock.now()).await?;
        let earlier = earlier.iter().filter(|earlier| earlier.end().is_some_and(|end| end.at >= since));
        let mut reported = BTreeSet::new();
        for earlier in earlier.filter(|earlier| reports_same_branch(earlier, run)) {
            if let Some(content) = self.contents.content(earlier.user, earlier.id).await? {
                reported.extend(content.reported);
            }
        }
        Ok(reported)
    }

    async fn write(&self, run: &Run, observed: &Observed, deadline: Instant) -> Result<Written, StoreError> {
        let snapshot = &run.snapshot;
        let to = match &run.trigger {
            Trigger::Manual(window) | Trigger::Test(window) => window.to,
            Trigger::Schedule { .. } => observed.at,
        };
        let brief = Brief {
            repository: &snapshot.repository_name,
            branch: snapshot.branch.as_str(),
            from: observed.from,
            to,
            commits: &observed.list.commits,
            left_out: observed.list.left_out,
            style: snapshot.style,
            tone: snapshot.tone,
            author_display: snapshot.author_display,
            link_to_commits: snapshot.link_to_commits,
            language: &snapshot.language,
        };
        let plain = |degraded| Written { text: plain_report(&brief), degraded, priced: Priced::default() };
        let asked = if observed.list.commits.is_empty() { None } else { self.choice.of(run).await? };
        let Some(asked) = asked else { return Ok(plain(false)) };
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
        let note = format!(
            "> Written without the language model ({}): {why}. This report does not count against your limit.\n\n",
            asked.model
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
        let estimate = || TokenUsage::new(prompt.estimated_tokens(), 0, estimated_tokens(answer.text.len()), 0);
        let (tokens, source) = match answer.usage {
            Some(tokens) => (tokens, UsageSource::Api),
            None => (estimate(), UsageSource::Estimate),
        };
        let rates = asked.rates(&self.prices, &answer.model, tokens.prompt());
        let cost = rates.as_ref().map(|rates| cost(tokens, rates)).unwrap_or_default();
        let mut text = answer.text;
        if answer.truncated {
            text.push_str("\n\n_The model stopped here, at its length limit._\n");
        }
        let priced = Priced { tokens, cost, source, model: Some(answer.model), rates };
        Written { text, degraded: false, priced }
    }
}

struct Written {
    text: String,
    degraded: bool,
    priced: Priced,
}

fn count(list: &CommitList) -> u64 {
    u64::try_from(list.commits.len().saturating_add(list.left_out)).unwrap_or(u64::MAX)
}

fn elapsed_ms(from: Instant, to: Instant) -> Option<u64> {
    u64::try_from((to - from).num_milliseconds()).ok()
}

fn reports_same_branch(earlier: &Run, run: &Run) -> bool {
    let with_text = earlier
        .end()
        .is_some_and(|end| matches!(&end.outcome, Outcome::Success(findings) if findings.content_attempt.is_some()));
    with_text
        && earlier.trigger.is_scheduled()
        && earlier.configuration == run.configuration
        && earlier.generation == run.generation
}

fn failure(run: &Run, stop: Stop) -> Failure {
    match stop {
        Stop::Git(error) => {
            let code = match error.failure {
                GitFailure::NotFound => ErrorCode::RepositoryNotFound,
                GitFailure::TokenInvalid => ErrorCode::TokenInvalid,
                GitFailure::RateLimited { .. } => ErrorCode::GitRateLimited,
                GitFailure::Unavailable | GitFailure::Forbidden => ErrorCode::GitUnavailable,
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
