//! A report, from its start over the API to its delivery at the receiver, and the output about it.

use super::Ids;
use super::client::{Answer, Client};
use crate::checkout::Checkout;
use crate::output::{OutputError, say, say_json};
use crate::progress::Progress;
use adapters::wiring::Deployment;
use app::ports::StoreError;
use domain::delivery::DeliveryState;
use domain::instant::{self, Duration, Instant};
use domain::run::{MANUAL_RANGE_MAX_DAYS, Run, Status};
use serde_json::{Value, json};

/// The time between two reads of a run.
const POLL_EVERY: std::time::Duration = std::time::Duration::from_millis(150);
/// How long a run may take: until the tick that requests it, and the runner's time-out.
const RUN_WAIT: std::time::Duration = std::time::Duration::from_secs(245);
/// How long its delivery may take: the time of the first attempts of the retry policy.
const DELIVERY_WAIT: std::time::Duration = std::time::Duration::from_secs(90);
/// How many recent runs are searched for one that has not ended.
const RECENT_RUNS: usize = 50;

/// What this start does about the demo's report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// Start a report.
    Write,
    /// A run of an earlier start has not ended: wait for it and show it.
    Follow {
        run: String,
        /// What the run waits for before it can continue.
        wait: Option<Wait>,
    },
    /// An earlier start wrote this run's report.
    AlreadyWritten(String),
    /// No report is wanted (`--no-report`).
    Nothing,
}

/// What a run of an earlier start waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    pub reason: &'static str,
    pub until: Instant,
}

impl Wait {
    /// What a run waits for now: the end of its lease, or its delivery's next attempt.
    fn of(run: &Run, now: Instant) -> Option<Self> {
        let held = match run.waiting_until() {
            Some(_) => "its git host asked for a later request",
            None => "the worker of an earlier start did not release it",
        };
        let lease = run.lease().map(|lease| (held, lease.until));
        let delivery = run.delivery.due_at();
        let reason = if run.delivery.is_in_flight() {
            "a delivery attempt has no result"
        } else {
            "its next delivery attempt is not due"
        };
        let (reason, until) = lease.or_else(|| delivery.map(|until| (reason, until)))?;
        (until > now).then_some(Self { reason, until })
    }

    /// The time that remains.
    #[must_use]
    pub fn left(&self, now: Instant) -> std::time::Duration {
        (self.until - now).to_std().unwrap_or_default()
    }
}

/// Why the demo failed; the stack keeps running.
#[derive(Debug, thiserror::Error)]
pub enum ShowError {
    #[error("the API did not answer: {0}")]
    Http(#[from] reqwest::Error),
    /// The API answered a problem.
    #[error("{0}")]
    Refused(String),
    #[error(transparent)]
    Output(#[from] OutputError),
    /// The run, or its delivery, takes longer than the demo waits.
    #[error("Run {0} or its delivery has not ended yet")]
    Slow(String),
}

/// The first start writes a report. A later start follows a run that has not ended, and otherwise writes one only with
/// `--report`.
pub async fn plan(deployment: &Deployment, ids: &Ids, forced: bool, refused: bool) -> Result<Plan, StoreError> {
    if refused {
        return Ok(Plan::Nothing);
    }
    if forced {
        return Ok(Plan::Write);
    }
    let recent = deployment.store.runs(ids.user, RECENT_RUNS, None).await?.items;
    let manual = |run: &&Run| run.configuration == ids.configuration && !run.trigger.is_scheduled();
    let mut ours = recent.iter().filter(manual);
    Ok(match ours.clone().find(|run| !has_ended(run)) {
        Some(run) => Plan::Follow { run: run.id.to_string(), wait: Wait::of(run, deployment.clock.now()) },
        None => ours.next().map_or(Plan::Write, |run| Plan::AlreadyWritten(run.id.to_string())),
    })
}

fn has_ended(run: &Run) -> bool {
    run.status() != Status::Running && run.delivery.state() != DeliveryState::Pending
}

/// Starts a report on the days before the newest commit, and returns the run's id.
pub async fn write(client: &Client, ids: &Ids, checkout: &Checkout) -> Result<String, ShowError> {
    let Some(to) = checkout.just_after_newest() else {
        return Err(ShowError::Refused(format!("'{}' has no commit yet: there is nothing to report", checkout.path)));
    };
    let from = to - Duration::days(MANUAL_RANGE_MAX_DAYS);
    let range = json!({"from": instant::text(from), "to": instant::text(to)});
    let answer = client.post(&format!("/report-configurations/{}/run", ids.configuration), &range).await?;
    match (answer.status, answer.text("id")) {
        (202, Some(id)) => Ok(id.to_owned()),
        _ => Err(ShowError::Refused(answer.problem())),
    }
}

/// Waits until a run has ended and its report is delivered. `waits` is how long the run can't continue.
pub async fn follow(
    client: &Client,
    run: &str,
    waits: std::time::Duration,
    progress: &Progress,
) -> Result<Answer, ShowError> {
    let path = format!("/report-runs/{run}");
    let ended = {
        let _waiting = progress.waiting("Waiting for the report");
        poll(client, &path, RUN_WAIT + waits, |run| run.text("status") != Some("running")).await?
    };
    let ended = ended.ok_or_else(|| ShowError::Slow(run.to_owned()))?;
    if ended.text("report_content").is_none() {
        return Ok(ended);
    }
    let _waiting = progress.waiting("Delivering it");
    let delivered = |run: &Answer| run.body.get("webhook_delivered") == Some(&Value::Bool(true));
    poll(client, &path, DELIVERY_WAIT + waits, delivered).await?.ok_or_else(|| ShowError::Slow(run.to_owned()))
}

/// Reads until a condition holds; `None` if it does not hold in time.
async fn poll(
    client: &Client,
    path: &str,
    wait: std::time::Duration,
    holds: impl Fn(&Answer) -> bool,
) -> Result<Option<Answer>, ShowError> {
    let until = tokio::time::Instant::now() + wait;
    loop {
        let answer = client.get(path).await?;
        if answer.status != 200 {
            return Err(ShowError::Refused(answer.problem()));
        }
        if holds(&answer) {
            return Ok(Some(answer));
        }
        if tokio::time::Instant::now() >= until {
            return Ok(None);
        }
        tokio::time::sleep(POLL_EVERY).await;
    }
}

/// Prints the report, the run, the usage, and the message that the receiver got.
pub async fn show(client: &Client, receiver: &str, run: &Answer) -> Result<(), ShowError> {
    let (title, text) = match (run.text("report_content"), run.text("error_message")) {
        (Some(report), _) => ("The report", report),
        (None, Some(error)) => ("The run failed", error),
        (None, None) => ("No report", "Nothing was new."),
    };
    heading(title)?;
    say(text)?;
    let id = run.text("id").unwrap_or_default();
    heading(&format!("The run (GET /report-runs/{id})"))?;
    say_json(&run.body)?;
    heading("The usage (GET /report-runs/usage)")?;
    say_json(&client.get("/report-runs/usage").await?.body)?;
    heading("The webhook, as the receiver got it")?;
    Ok(say(&received(receiver, &format!("run_{id}")).await?)?)
}

/// A line on the last message of this id that the receiver got.
async fn received(receiver: &str, id: &str) -> Result<String, ShowError> {
    let request = reqwest::Client::builder().no_proxy().build()?.get(format!("{receiver}/received"));
    let messages: Vec<Value> = request.send().await?.json().await?;
    let last = messages.iter().rev().find(|message| message.get("id").and_then(Value::as_str) == Some(id));
    Ok(last.map_or("Nothing arrived since this start.".to_owned(), arrival))
}

fn arrival(message: &Value) -> String {
    let text = |field: &str| message.get(field).and_then(Value::as_str).unwrap_or_default();
    let kind = message.pointer("/body/type").and_then(Value::as_str).unwrap_or_default();
    let status = message.get("answered").and_then(Value::as_u64).map_or("nothing".to_owned(), |code| code.to_string());
    format!("{} · {kind} · webhook-id {} · signature {} · answered {status}", text("at"), text("id"), text("signature"))
}

/// Prints a heading.
pub fn heading(text: &str) -> Result<(), OutputError> {
    say(&format!("\n── {text} ──"))
}
