//! One report: runs the functions' verbs once, on a table in memory.

use crate::checkout::Checkout;
use crate::cli::ReportArgs;
use crate::demo::Ids;
use crate::demo::seed::{Seed, SeedError};
use crate::output::{OutputError, require_open, say, say_json};
use crate::progress::Progress;
use crate::since::Since;
use crate::stack::foundation::token_variable;
use crate::stack::stop::stopping;
use crate::stack::table::Storage;
use crate::stack::{Foundation, Ports, Secrets, StackError, ports};
use crate::tokens::token;
use adapters::boot::Environment;
use adapters::entropy::SystemEntropy;
use adapters::wiring::Verbs;
use app::ports::{RepositoryAccess, RunRequest};
use app::runs::{ExecuteError, Executed, StartError};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use domain::configuration::{BranchName, Writer, WriterChoice};
use domain::instant::{Duration, Instant};
use domain::report::{DegradedReason, Writing};
use domain::repository::{AccessToken, Location, LocationError, PathFilter, PathFilterError};
use domain::run::{Outcome, Run, Window};
use domain::schedule::{Schedule, ScheduleError};
use serde_json::{Value, json};
use std::path::Path;
use tower::ServiceExt;

/// How far a report looks back without `--since`.
const DEFAULT_DAYS: i64 = 30;
/// How long the run may take: reading a long history, and a model's answer. It may exceed the lease, because no other
/// worker uses this table.
const RUN_MINUTES: i64 = 15;
/// The longest answer that is read, in bytes; every report is shorter.
const ANSWER_BYTES_MAX: usize = 16 * 1024 * 1024;
/// A configuration needs a schedule; this one never fires, because the configuration is not enabled.
const SCHEDULE: &str = "@daily";

/// Why no report was written or printed.
#[derive(Debug, thiserror::Error)]
pub enum OnceError {
    /// The repository can't be read.
    #[error("{0}")]
    Repository(String),
    /// The address is not that of a repository.
    #[error(transparent)]
    Location(#[from] LocationError),
    /// The included and the excluded paths are no filter.
    #[error(transparent)]
    Paths(#[from] PathFilterError),
    /// The range begins in the future.
    #[error("--since is in the future: use a date or an age before now")]
    Future,
    /// The access token can't be sent in a header.
    #[error("the access token in {0} contains a space or another character that no token has: copy it again")]
    Token(String),
    /// A model is set, but no provider.
    #[error(
        "the model '{0}' needs a provider: set OPENAI_API_KEY, or OPENAI_BASE_URL for a compatible one, or use \
         --model plain"
    )]
    NoProvider(String),
    #[error(transparent)]
    Stack(#[from] StackError),
    #[error(transparent)]
    Seed(#[from] SeedError),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Execute(#[from] ExecuteError),
    /// The run ended as failed.
    #[error("{0}")]
    Failed(String),
    #[error(transparent)]
    Output(#[from] OutputError),
    /// A bug of this program.
    #[error("{0}")]
    Broken(String),
}

impl From<ScheduleError> for OnceError {
    fn from(error: ScheduleError) -> Self {
        Self::Broken(error.to_string())
    }
}

/// The repository and the branch to report on.
struct Subject {
    location: Location,
    /// `None` for the default branch of the repository at its host.
    branch: Option<BranchName>,
    /// Just after the newest commit of a folder, of those that are not dated in the future and of all.
    newest: Option<(Instant, Instant)>,
    token: Option<AccessToken>,
    /// For progress messages; `None` until the branch is known.
    place: Option<String>,
}

/// Writes the report and prints it with its usage.
pub async fn report(args: &ReportArgs, environment: &Environment, progress: &Progress) -> Result<(), OnceError> {
    require_open()?;
    let subject = Subject::read(args, environment)?;
    let secrets = Secrets::temporary(&SystemEntropy).ok_or_else(|| OnceError::Broken("no secrets".to_owned()))?;
    let listeners = ports::bind(&Ports::ANY).await.map_err(StackError::from)?;
    let (stopper, stop) = stopping();
    let (foundation, _, _) = Foundation::start(environment, listeners, &Storage::Memory, &secrets, &stop).await?;
    let run = subject.run(args, &foundation, &secrets, progress).await?;
    let token = token(run.user, &secrets.jwt_secret, foundation.deployment.clock.now());
    let token = token.map_err(|error| OnceError::Broken(error.to_string()))?;
    let api = foundation.api(Router::new())?;
    let answer = get(&api, &format!("/report-runs/{}", run.id), &token).await?;
    let usage = get(&api, "/report-runs/usage", &token).await?;
    stopper.stop();
    print_outcome(&run, matches!(subject.location, Location::Path(_)), progress);
    Ok(print(args.json, answer, &usage)?)
}

impl Subject {
    fn read(args: &ReportArgs, environment: &Environment) -> Result<Self, OnceError> {
        let named = args.repository.as_str();
        if !names_a_folder(named) {
            let location = Location::host(named, args.provider)?;
            let given = args.token.clone().filter(|token| !token.is_empty());
            let given = given.map(|token| ("--token".to_owned(), token));
            let token = given.or_else(|| token_of(&location, environment)).map(valid_token).transpose()?;
            return Ok(Self { location, branch: args.branch.clone(), newest: None, token, place: None });
        }
        let checkout = Checkout::find(Path::new(named), args.branch.as_ref()).map_err(OnceError::Repository)?;
        let newest = checkout.just_after_newest().zip(checkout.just_after_all());
        let place = Some(checkout.place());
        let (location, branch) = (Location::Path(checkout.path), Some(checkout.branch));
        Ok(Self { location, branch, newest, token: None, place })
    }

    /// Stores the configuration of the report, and executes its run.
    async fn run(
        &self,
        args: &ReportArgs,
        foundation: &Foundation,
        secrets: &Secrets,
        progress: &Progress,
    ) -> Result<Run, OnceError> {
        let ids = Ids::fixed().map_err(|error| OnceError::Broken(error.to_string()))?;
        let writer = writer(args, foundation)?;
        let branch = self.branch(foundation).await?;
        let place = self.place.clone().unwrap_or_else(|| format!("{} (branch {branch})", self.location.text()));
        progress.line(&format!("Reporting on {place}, written by {}", writer.as_str()));
        let window = self.window(args.since, foundation.deployment.clock.now())?;
        self.seed(ids, args, branch, secrets.webhook_secret.clone(), writer)?.apply(&foundation.deployment).await?;
        execute(foundation, ids, window, progress).await
    }

    /// The given branch, or the default branch of the repository at its host.
    async fn branch(&self, foundation: &Foundation) -> Result<BranchName, OnceError> {
        if let Some(branch) = &self.branch {
            return Ok(branch.clone());
        }
        let access = RepositoryAccess { location: self.location.clone(), token: self.token.clone() };
        let found = foundation.commits.default_branch(&access).await;
        found.map_err(|error| OnceError::Repository(error.message))
    }

    /// From `--since` to now; without it, the days before the newest commit that is not dated in the future. Commits
    /// that are dated in the future are included.
    fn window(&self, since: Option<Since>, now: Instant) -> Result<Window, OnceError> {
        let (newest, end) = self.newest.unwrap_or((now, now));
        let Some(since) = since else {
            return Ok(Window::of_any_length(newest - Duration::days(DEFAULT_DAYS), end));
        };
        let from = since.instant(now).filter(|from| *from < now).ok_or(OnceError::Future)?;
        Ok(Window::of_any_length(from, now.max(end)))
    }

    fn seed(
        &self,
        ids: Ids,
        args: &ReportArgs,
        branch: BranchName,
        secret: domain::delivery::SigningSecret,
        writer: Writer,
    ) -> Result<Seed, OnceError> {
        Ok(Seed {
            ids,
            location: self.location.clone(),
            token: self.token.clone(),
            branch,
            paths: PathFilter::new(args.include.clone(), args.exclude.clone())?,
            schedule: Schedule::parse(SCHEDULE, "UTC")?,
            schedule_asked: false,
            enabled: false,
            webhook: None,
            secret,
            writing: Writing {
                style: args.style,
                tone: args.tone,
                language: args.language.clone(),
                include_diffs: true,
                ..Writing::default()
            },
            writer: WriterChoice::Chosen(writer),
        })
    }
}

/// A token, given where it comes from, if it can be sent.
fn valid_token((source, token): (String, String)) -> Result<AccessToken, OnceError> {
    let is_valid = token.bytes().all(|byte| byte.is_ascii_graphic());
    if is_valid { Ok(AccessToken::new(token)) } else { Err(OnceError::Token(source)) }
}

/// The variable of the token that the environment has for exactly this host, and the token: it is sent to no other
/// host.
fn token_of(location: &Location, environment: &Environment) -> Option<(String, String)> {
    let Location::Host { provider, url } = location else { return None };
    let is_main = provider.kind().main_host.is_some_and(|host| url.host_str() == Some(host));
    let variable = token_variable(*provider);
    let token = environment.get(&variable).filter(|_| is_main)?.to_owned();
    Some((variable, token))
}

/// Whether a text is the path of a folder instead of an address at a git host: the folder exists, or the text can only
/// be a path.
fn names_a_folder(text: &str) -> bool {
    let is_written_as_path = text.starts_with(['.', '/', '~']) || !text.contains(['/', ':']);
    Path::new(text).exists() || is_written_as_path
}

/// The writer that the options or the environment name.
fn writer(args: &ReportArgs, foundation: &Foundation) -> Result<Writer, OnceError> {
    let models = &foundation.surroundings.settings.models;
    match args.model.clone().unwrap_or_else(|| models.default_writer.clone()) {
        Writer::Model(name) if models.provider.is_none() => Err(OnceError::NoProvider(name)),
        writer => Ok(writer),
    }
}

/// Reserves the run and executes it, as the API and the runner do.
async fn execute(foundation: &Foundation, ids: Ids, window: Window, progress: &Progress) -> Result<Run, OnceError> {
    let _waiting = progress.waiting("Reading the commits and writing the report");
    let deployment = &foundation.deployment;
    let run = deployment.start_manual_run().start(ids.user, ids.configuration, window, None).await?;
    let request = RunRequest { user: run.user, run: run.id, configuration: run.configuration, fire: None };
    let deadline = deployment.clock.now() + Duration::minutes(RUN_MINUTES);
    let run = match deployment.execute_run().execute(&request, deadline).await? {
        Executed::Finished(run) => *run,
        // The table is lost when this process ends, so the run can't wait.
        Executed::Waiting(_, failure) => return Err(OnceError::Failed(failure.message)),
        Executed::Blocked => return Err(OnceError::Broken("the run was blocked on a fresh table".to_owned())),
        Executed::Released => return Err(OnceError::Broken("the run was released".to_owned())),
        Executed::Nothing(why) => return Err(OnceError::Broken(format!("the run was not carried out: {why}"))),
    };
    match run.end().map(|end| &end.outcome) {
        Some(Outcome::Failed(failure)) => Err(OnceError::Failed(failure.message.clone())),
        _ => Ok(run),
    }
}

/// Calls the API in this process, without a socket.
async fn get(api: &Router, path: &str, token: &str) -> Result<Value, OnceError> {
    let broken = |what: String| OnceError::Broken(format!("GET {path}: {what}"));
    let request = Request::get(path)
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .body(Body::empty())
        .map_err(|error| broken(error.to_string()))?;
    // The router's error type has no values.
    let Ok(response) = api.clone().oneshot(request).await;
    let status = response.status();
    let body = to_bytes(response.into_body(), ANSWER_BYTES_MAX).await.map_err(|error| broken(error.to_string()))?;
    let body: Value = serde_json::from_slice(&body).map_err(|error| broken(error.to_string()))?;
    if status.is_success() { Ok(body) } else { Err(broken(format!("{status} {body}"))) }
}

/// Prints what the text of the report does not contain: the number of commits, whether the run counts, and why the
/// report is degraded.
fn print_outcome(run: &Run, is_folder: bool, progress: &Progress) {
    if let Some(Outcome::Success(found)) = run.end().map(|end| &end.outcome) {
        let commits = if found.commits == 1 { "commit" } else { "commits" };
        let at_least = if found.commits_at_least { "at least " } else { "" };
        progress.line(&format!("{at_least}{} {commits}; {}", found.commits, run.count_reason().as_str()));
        if found.commits_at_least {
            progress.line(&format!("warning: {}", incomplete(is_folder)));
        }
        if found.degraded {
            let reason = found.degraded_reason.map_or("The model did not write the report.", DegradedReason::message);
            progress.line(&format!("{reason} The report was written without the model and does not count."));
        }
    }
}

/// Why the report does not cover all commits of its range, and what to do.
fn incomplete(is_folder: bool) -> &'static str {
    if is_folder {
        "the history could not be read to the beginning of the range, so that older commits are not covered. \
         `git fetch --unshallow` completes a shallow clone; `git fsck` names damaged and missing objects."
    } else {
        "the range has more commits than were read, and these are not covered. Use a shorter range."
    }
}

fn print(as_one: bool, mut run: Value, usage: &Value) -> Result<(), OutputError> {
    if as_one {
        let report = run.as_object_mut().and_then(|fields| fields.remove("report_content")).unwrap_or_default();
        return say_json(&json!({"report": report, "run": run, "usage": usage}));
    }
    say(run.get("report_content").and_then(Value::as_str).unwrap_or("Nothing was new."))?;
    say("")?;
    say_json(usage)
}

#[cfg(test)]
mod tests {
    use super::token_of;
    use adapters::boot::Environment;
    use domain::repository::{Location, Provider};

    #[test]
    fn token_of_the_environment_is_used_for_its_own_host_only() {
        let pairs = [("GITHUB_TOKEN", "of github"), ("GITLAB_TOKEN", "of gitlab")];
        let environment = Environment::from_pairs(pairs.map(|(name, value)| (name, value.to_owned())));
        let token = |url: &str, provider| {
            let location = Location::host(url, provider).unwrap();
            token_of(&location, &environment).map(|(_, token)| token)
        };
        assert_eq!(token("https://github.com/a/b", None).as_deref(), Some("of github"));
        assert_eq!(token("https://gitlab.com/a/b/c", None).as_deref(), Some("of gitlab"));
        assert_eq!(token("https://codeberg.org/a/b", None), None);
        for provider in [Provider::GitHub, Provider::GitLab, Provider::Gitea] {
            assert_eq!(token("https://git.example.com/a/b", Some(provider)), None);
        }
    }
}
