//! The system with its demo: starts it, writes a first report, prints the addresses and commands to try, and runs until
//! it is stopped.

use crate::checkout::Checkout;
use crate::cli::ServeArgs;
use crate::dashboard::Dashboard;
use crate::demo::Ids;
use crate::demo::client::Client;
use crate::demo::seed::{Seed, SeedError};
use crate::demo::show::{self, Plan, ShowError, Wait};
use crate::demo::year::{self, YearError};
use crate::output::say;
use crate::progress::Progress;
use crate::stack::receiver::{Received, WEBHOOK_PATH};
use crate::stack::{Addresses, Folder, Foundation, Secrets, Stack, StackError, lost, ports};
use crate::tokens::token;
use adapters::boot::Environment;
use adapters::entropy::SystemEntropy;
use app::ports::StoreError;
use domain::instant::Instant;
use domain::schedule::{Schedule, ScheduleError};
use std::path::Path;
use std::sync::Arc;

/// The demo's default schedule: as often as a Free plan allows.
const SCHEDULE: &str = "0 * * * *";

/// The addresses are printed after the report, but at the latest after this time.
const ADDRESSES_AFTER: std::time::Duration = std::time::Duration::from_secs(20);

/// How long the demo waits for a report of an earlier start; a later report can be read over the API.
const WAIT_MAX: std::time::Duration = std::time::Duration::from_mins(10);

/// Why the system can't start or continue.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
    /// The repository given by `--repository` can't be read.
    #[error("{0}")]
    Repository(String),
    #[error(transparent)]
    Stack(#[from] StackError),
    #[error(transparent)]
    Seed(#[from] SeedError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the demo account can't be filled: {0}")]
    Year(#[from] YearError),
    #[error("no token could be created: {0}")]
    Token(#[from] jsonwebtoken::errors::Error),
    #[error("no HTTP client could be created: {0}")]
    Http(#[from] reqwest::Error),
    #[error(transparent)]
    Id(#[from] domain::id::IdError),
    #[error("this process can't receive signals: {0}")]
    Signal(std::io::Error),
}

/// The demo's records and a client that calls the API as its user.
struct Demo {
    ids: Ids,
    checkout: Option<Checkout>,
    client: Client,
    token: String,
    has_dashboard: bool,
}

/// Serves until Ctrl-C or SIGTERM.
pub async fn serve(args: &ServeArgs, environment: &Environment, progress: &Progress) -> Result<(), ServeError> {
    let default_schedule = if args.demo { year::THRICE_A_WEEK } else { SCHEDULE };
    let schedule = Schedule::parse(args.schedule.as_deref().unwrap_or(default_schedule), &args.timezone)?;
    let checkout = checkout(args, progress)?;
    let listeners = ports::bind(&args.ports).await.map_err(StackError::from)?;
    let folder = Folder::open(&args.data_dir).map_err(StackError::from)?;
    let secrets = folder.secrets(&SystemEntropy).map_err(StackError::from)?;
    let arrived = {
        let progress = progress.clone();
        move |message: &Received| progress.line(&arrival(message))
    };
    let mut stack = Stack::start(environment, listeners, &folder, &secrets, Ids::fixed()?.user, arrived).await?;
    let demo = demo(&stack, &folder, &secrets, (checkout, !args.no_dashboard))?;
    seed(args, &stack.foundation, &demo, schedule, (&folder, &secrets), progress).await?;
    lost::make_due(&stack.foundation.deployment).await?;
    let plan = show::plan(&stack.foundation.deployment, &demo.ids, args.report, args.no_report).await?;
    stack.serve_api(&dashboard(args, environment, &stack.foundation.addresses, progress));
    stack.work();
    progress.line(&format!("The system is up; the table and its secrets are in {}", folder.path().display()));
    let now = stack.foundation.deployment.clock.now();
    let stopped = stop_signal();
    tokio::pin!(stopped);
    tokio::select! {
        received = &mut stopped => received.map_err(ServeError::Signal)?,
        () = present(&demo, plan, now, &stack.foundation.addresses, folder.path(), progress) => {
            stopped.await.map_err(ServeError::Signal)?;
        }
    }
    stop(stack, progress).await
}

/// Puts the demo's records, and fills its year if that is asked for. Without a repository there is nothing to put.
async fn seed(
    args: &ServeArgs,
    foundation: &Foundation,
    demo: &Demo,
    schedule: Schedule,
    (folder, secrets): (&Folder, &Secrets),
    progress: &Progress,
) -> Result<(), ServeError> {
    let Some(checkout) = &demo.checkout else { return Ok(()) };
    let webhook = format!("{}{WEBHOOK_PATH}", foundation.addresses.receiver);
    let mut seed = Seed::of_checkout(demo.ids, checkout, schedule, &webhook, secrets.webhook_secret.clone())?;
    seed.schedule_asked = args.schedule.is_some();
    if args.demo {
        year::fill_once(foundation, folder, &seed, progress).await?;
    }
    Ok(seed.apply(&foundation.deployment).await?)
}

fn dashboard(
    args: &ServeArgs,
    environment: &Environment,
    addresses: &Addresses,
    progress: &Progress,
) -> Arc<Dashboard> {
    if args.no_dashboard {
        return Dashboard::not_wanted();
    }
    Dashboard::of_folder(args.web_dir.clone(), environment, &addresses.api, progress)
}

/// Stops in order; a second signal stops immediately.
async fn stop(stack: Stack, progress: &Progress) -> Result<(), ServeError> {
    progress.line(
        "Stopping: requests get up to 28 seconds to end and running reports 10; the next start continues the rest. \
         Press Ctrl-C again to stop immediately.",
    );
    tokio::select! {
        () = stack.stop() => progress.line("Stopped. All data is kept; start again to continue."),
        received = stop_signal() => {
            received.map_err(ServeError::Signal)?;
            progress.line(
                "Stopped immediately. All data is kept; the next start may wait until the leases of running reports \
                 expire.",
            );
        }
    }
    Ok(())
}

/// The repository given by `--repository`, or the one that contains this folder; the latter is optional.
fn checkout(args: &ServeArgs, progress: &Progress) -> Result<Option<Checkout>, ServeError> {
    if let Some(folder) = &args.repository {
        return Checkout::find(folder, None).map(Some).map_err(ServeError::Repository);
    }
    match Checkout::find(Path::new("."), None) {
        Ok(checkout) => Ok(Some(checkout)),
        Err(why) => {
            progress.line(&format!(
                "No repository contains this folder ({why}). The system starts without a demo report: name a \
                 repository with --repository."
            ));
            Ok(None)
        }
    }
}

fn demo(
    stack: &Stack,
    folder: &Folder,
    secrets: &Secrets,
    (checkout, has_dashboard): (Option<Checkout>, bool),
) -> Result<Demo, ServeError> {
    let ids = Ids::fixed()?;
    let token = token(ids.user, &secrets.jwt_secret, stack.foundation.deployment.clock.now())?;
    folder.write("token", &token).map_err(StackError::from)?;
    let client = Client::new(&stack.foundation.addresses.api, &token)?;
    Ok(Demo { ids, checkout, client, token, has_dashboard })
}

/// Shows the demo. The addresses come first if a run of an earlier start has not ended, and otherwise after the report,
/// unless that takes long. An error in the demo is printed, and the system keeps running.
async fn present(demo: &Demo, plan: Plan, now: Instant, addresses: &Addresses, folder: &Path, progress: &Progress) {
    let print_addresses = || {
        progress.clear();
        if let Err(error) = say(&to_try(demo, addresses, folder)) {
            progress.line(&format!("The addresses can't be printed: {error}"));
        }
        progress.line("Running; Ctrl-C stops.");
    };
    let mut waits = std::time::Duration::ZERO;
    let come_first = matches!(plan, Plan::Follow { .. });
    if come_first {
        print_addresses();
    }
    if let Plan::Follow { run, wait: Some(wait) } = &plan {
        progress.line(&waiting(run, wait, now));
        waits = wait.left(now).min(WAIT_MAX);
    }
    let shown = report(demo, plan, waits, addresses, progress);
    tokio::pin!(shown);
    let ended = if come_first {
        shown.await
    } else {
        let early = tokio::time::timeout(ADDRESSES_AFTER, shown.as_mut()).await;
        print_addresses();
        match early {
            Ok(ended) => ended,
            Err(_) => shown.await,
        }
    };
    if let Err(error) = ended {
        progress.line(&not_shown(&error, addresses));
    }
}

/// A message about a demo without a result. A run that takes long has not failed.
fn not_shown(error: &ShowError, addresses: &Addresses) -> String {
    match error {
        ShowError::Slow(run) => {
            format!("{error}. It continues: see {}/report-runs/{run} with the demo user's token.", addresses.api)
        }
        error => format!("The demo report failed: {error}"),
    }
}

/// A message about the reason and the end of a wait.
fn waiting(run: &str, wait: &Wait, now: Instant) -> String {
    let (reason, until, seconds) = (wait.reason, wait.until.format("%H:%M:%S UTC"), wait.left(now).as_secs());
    format!(
        "Run {run} of an earlier start waits until {until} ({seconds} s from now), because {reason}. It continues \
         within a minute after that; everything else works meanwhile."
    )
}

async fn report(
    demo: &Demo,
    plan: Plan,
    waits: std::time::Duration,
    addresses: &Addresses,
    progress: &Progress,
) -> Result<(), ShowError> {
    let run = match (plan, &demo.checkout) {
        (Plan::Write, Some(checkout)) => {
            progress.line(&format!("Reporting on {}", checkout.place()));
            show::write(&demo.client, &demo.ids, checkout).await?
        }
        (Plan::Follow { run, .. }, _) => {
            progress.line(&format!("Run {run} of an earlier start has not ended: this start continues it"));
            run
        }
        (Plan::AlreadyWritten(run), _) => {
            let hint = "--report writes another one";
            progress.line(&format!("An earlier start wrote a report: see /report-runs/{run}; {hint}"));
            return Ok(());
        }
        (Plan::Write | Plan::Nothing, _) => return Ok(()),
    };
    let run = show::follow(&demo.client, &run, waits, progress).await?;
    show::show(&demo.client, &addresses.receiver, &run).await
}

fn arrival(message: &Received) -> String {
    let answered = message.answered.map_or("nothing".to_owned(), |status| status.to_string());
    let problem = message.problem.as_ref().map(|problem| format!(" ({problem})")).unwrap_or_default();
    format!("A webhook arrived: {}, signature {}{problem}, answered {answered}", message.id, message.signature)
}

fn to_try(demo: &Demo, addresses: &Addresses, folder: &Path) -> String {
    let Addresses { api, receiver, dynamodb, sqs, eventbridge } = addresses;
    let (folder, token) = (folder.display(), &demo.token);
    let own_run = demo.checkout.as_ref().and_then(week).map_or(String::new(), |range| {
        format!(
            "curl -X POST -H \"Authorization: Bearer $TOKEN\" -H 'Content-Type: application/json' \\\n  \
             -d '{range}' \\\n  {api}/report-configurations/{}/run\n",
            demo.ids.configuration
        )
    });
    let dashboard = if demo.has_dashboard { format!("Dashboard    {api}/\n") } else { String::new() };
    format!(
        "\n── To try ──\n\
         {dashboard}\
         API          {api}\n\
         Webhooks     {receiver} shows what arrived (JSON: {receiver}/received)\n\
         DynamoDB     {dynamodb}\n\
         SQS          {sqs}\n\
         EventBridge  {eventbridge} (published: {eventbridge}/events)\n\
         \n\
         The token of the demo user, also in {folder}/token:\n\
         {token}\n\
         \n\
         TOKEN=$(cat '{folder}/token')\n\
         curl -H \"Authorization: Bearer $TOKEN\" {api}/report-runs/usage\n\
         curl -H \"Authorization: Bearer $TOKEN\" '{api}/report-runs?limit=5'\n\
         {own_run}\
         curl -X POST {receiver}/fail-next/2      # the next two deliveries are refused, and retried\n\
         set -a; . '{folder}/env'; set +a         # the variables of a function that runs in its own process"
    )
}

/// The body of a request for the week before the newest commit.
fn week(checkout: &Checkout) -> Option<String> {
    let to = checkout.just_after_newest()?;
    let from = to - domain::instant::Duration::days(7);
    Some(format!("{{\"from\": \"{}\", \"to\": \"{}\"}}", domain::instant::text(from), domain::instant::text(to)))
}

/// Waits for Ctrl-C or SIGTERM.
#[cfg(unix)]
async fn stop_signal() -> Result<(), std::io::Error> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}

#[cfg(not(unix))]
async fn stop_signal() -> Result<(), std::io::Error> {
    tokio::signal::ctrl_c().await
}

#[cfg(test)]
mod tests {
    use super::not_shown;
    use crate::demo::show::ShowError;
    use crate::stack::Addresses;

    #[test]
    fn run_that_takes_long_has_not_failed() {
        let [api, receiver, dynamodb, sqs, eventbridge] =
            std::array::from_fn(|port| format!("http://127.0.0.1:{port}"));
        let addresses = Addresses { api, receiver, dynamodb, sqs, eventbridge };
        let slow = not_shown(&ShowError::Slow("r1".to_owned()), &addresses);
        assert!(slow.contains("has not ended yet") && slow.contains("http://127.0.0.1:0/report-runs/r1"), "{slow}");
        assert!(!slow.contains("failed"), "{slow}");
        let refused = not_shown(&ShowError::Refused("the API answered 500".to_owned()), &addresses);
        assert_eq!(refused, "The demo report failed: the API answered 500");
    }
}
