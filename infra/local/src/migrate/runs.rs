//! Exported report runs.

use super::repositories::user;
use super::row::{Reason, Row};
use super::snapshot::OldSnapshot;
use super::source::Columns;
use domain::commit::Sha;
use domain::delivery::{AttemptResult, Delivery, NoAnswer, Stage};
use domain::id::{ConfigurationId, RepositoryId, RunId, UserId};
use domain::instant::{Duration, Instant};
use domain::money::{Cost, TokenUsage, UsageSource};
use domain::run::{End, ErrorCode, Failure, Figures, Findings, Outcome, model_used};
use rust_decimal::Decimal;
use uuid::Uuid;

pub(super) const COLUMNS: Columns = Columns {
    required: &["id", "user_id", "repository_id", "report_configuration_id", "status", "started_at"],
    optional: &[
        "completed_at",
        "configuration_snapshot",
        "tokens_used",
        "model_used",
        "cost_usd",
        "commits_processed",
        "commit_range_from",
        "commit_range_to",
        "report_content",
        "report_format",
        "error_message",
        "error_code",
        "webhook_delivered",
        "webhook_delivery_attempts",
        "webhook_last_attempt_at",
        "webhook_response_status",
        "created_at",
        "updated_at",
    ],
};

/// How far ahead of this machine's clock the clock of the earlier system may be, in minutes.
const CLOCK_DIFFERENCE_MINUTES: i64 = 5;
/// Ids can't contain an earlier instant.
const FIRST_INSTANT: Instant = Instant::UNIX_EPOCH;

/// What the rows of a file have in common.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    pub(super) now: Instant,
    /// Whether runs that have not ended are imported as failed.
    pub(super) fail_running: bool,
}

/// A checked row.
pub(super) struct RunRow {
    pub(super) id: RunId,
    pub(super) earlier_id: Option<Uuid>,
    pub(super) user: UserId,
    pub(super) repository: RepositoryId,
    pub(super) configuration: ConfigurationId,
    pub(super) started_at: Instant,
    pub(super) updated_at: Instant,
    pub(super) end: End,
    pub(super) figures: Figures,
    pub(super) delivery: Delivery,
    /// When the last attempt to deliver was made, and its result.
    pub(super) attempt: Option<(Instant, AttemptResult)>,
    pub(super) snapshot: OldSnapshot,
    pub(super) text: Option<String>,
}

impl RunRow {
    pub(super) fn read(row: &Row, reading: Reading) -> Result<Self, Reason> {
        let (old_id, user) = (row.required_id("id")?, user(row)?);
        let snapshot = OldSnapshot::read(row)?;
        let (repository, configuration) = holders(row, &snapshot)?;
        let started_at = started_at(row, reading.now)?;
        let (id, earlier_id) = ids(old_id, started_at)?;
        let end = end(row, started_at, reading)?;
        let (delivery, attempt) = delivery(row)?;
        Ok(Self {
            id,
            earlier_id,
            user,
            repository,
            configuration,
            started_at,
            updated_at: row.instant("updated_at")?.unwrap_or(end.at),
            figures: figures(row)?,
            delivery,
            attempt,
            text: text(row, &end)?,
            end,
            snapshot,
        })
    }
}

/// The repository and the configuration, of the columns or else of the snapshot.
fn holders(row: &Row, snapshot: &OldSnapshot) -> Result<(RepositoryId, ConfigurationId), Reason> {
    let repository = row.id("repository_id")?.map(RepositoryId::from_uuid).or_else(|| snapshot.repository());
    let configuration = row.id("report_configuration_id")?.map(ConfigurationId::from_uuid);
    let configuration = configuration.or_else(|| snapshot.configuration());
    Ok((
        repository.ok_or_else(|| missing("repository_id"))?,
        configuration.ok_or_else(|| missing("report_configuration_id"))?,
    ))
}

fn missing(column: &str) -> Reason {
    Reason::new(format!("'{column}' is missing, also in 'configuration_snapshot': a run belongs to one"))
}

/// The id, and the one before it where that is another. A run belongs to the month of the instant in its id, so an id
/// without an instant can't stay.
fn ids(old: Uuid, started_at: Instant) -> Result<(RunId, Option<Uuid>), Reason> {
    let kept = RunId::from_uuid(old);
    if !kept.has_instant() {
        return Ok((RunId::imported(old, started_at), Some(old)));
    }
    if kept.instant().date_naive() == started_at.date_naive() {
        return Ok((kept, None));
    }
    let day = kept.instant().date_naive();
    Err(Reason::new(format!("'id' is a UUID v7 of {day}, another day than that of 'started_at'")))
}

fn started_at(row: &Row, now: Instant) -> Result<Instant, Reason> {
    let at = match row.instant("started_at")? {
        Some(at) => at,
        None => row.instant("created_at")?.ok_or_else(|| Reason::new("'started_at' is missing"))?,
    };
    if at > now + Duration::minutes(CLOCK_DIFFERENCE_MINUTES) {
        return Err(Reason::new("'started_at' is in the future"));
    }
    if at < FIRST_INSTANT {
        return Err(Reason::new("'started_at' is before 1970"));
    }
    Ok(at)
}

fn end(row: &Row, started_at: Instant, reading: Reading) -> Result<End, Reason> {
    let (outcome, counted) = match row.required("status")? {
        "success" => (Outcome::Success(findings(row)?), true),
        "failed" => (Outcome::Failed(failure(row)), false),
        "cancelled" => (Outcome::Cancelled, false),
        "running" | "pending" if reading.fail_running => (Outcome::Failed(abandoned()), false),
        "running" | "pending" => {
            let remedy = "export it after the earlier system has stopped, or import it as failed with --fail-running";
            return Err(Reason::new(format!("the run has not ended: {remedy}")));
        }
        other => {
            let shown: String = other.chars().take(20).collect();
            let expected = "success, failed, cancelled or running is expected";
            return Err(Reason::new(format!("'status' is '{shown}': {expected}")));
        }
    };
    let at = match row.instant("completed_at")? {
        Some(at) => at,
        None => row.instant("updated_at")?.unwrap_or(started_at),
    };
    if at < started_at {
        return Err(Reason::new("'completed_at' is before 'started_at'"));
    }
    if at > reading.now + Duration::minutes(CLOCK_DIFFERENCE_MINUTES) {
        return Err(Reason::new("'completed_at' is in the future"));
    }
    Ok(End { at, outcome, counted })
}

fn abandoned() -> Failure {
    Failure::new(ErrorCode::RunAbandoned, "The run had not ended when its data were imported from an earlier system.")
}

/// The code of the earlier system is kept in the message where this one has no such code.
fn failure(row: &Row) -> Failure {
    let message = row.text("error_message").unwrap_or("The earlier system recorded no message.");
    match row.text("error_code") {
        None => Failure::new(ErrorCode::Internal, message),
        Some(code) => match ErrorCode::parse(code) {
            Some(code) => Failure::new(code, message),
            None => Failure::new(ErrorCode::Internal, &format!("{code}: {message}")),
        },
    }
}

fn findings(row: &Row) -> Result<Findings, Reason> {
    let sha = |column| row.checked(column, Sha::parse);
    Ok(Findings {
        commits: row.number("commits_processed")?.unwrap_or_default(),
        range_from: sha("commit_range_from")?,
        range_to: sha("commit_range_to")?,
        content_attempt: row.text("report_content").map(|_| 1),
        ..Findings::default()
    })
}

/// Only the sum of the tokens is known: it is stored as tokens of the prompt, and marked as an estimate.
fn figures(row: &Row) -> Result<Figures, Reason> {
    let tokens: u64 = row.number("tokens_used")?.unwrap_or_default();
    let model = row.read("model_used", "a name of at most 100 characters is expected, and no path", |text| {
        Some(model_used("", Some(text))).filter(|name| !name.is_empty())
    })?;
    let cost = row.checked("cost_usd", cost)?;
    let is_used = tokens > 0 || cost.is_some_and(|cost| cost > Cost::ZERO);
    Ok(Figures {
        tokens: TokenUsage::new(tokens, 0, 0, 0),
        cost: cost.unwrap_or_default(),
        unpriced: tokens > 0 && cost.is_none(),
        source: if is_used { UsageSource::Estimate } else { UsageSource::None },
        model,
        rates: None,
    })
}

/// The exact cost: nothing is rounded.
fn cost(text: &str) -> Result<Cost, String> {
    let usd = Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text));
    let usd = usd.map_err(|_| "a decimal number of US dollars is expected".to_owned())?;
    let cost = Cost::from_decimal(usd).map_err(|error| error.to_string())?;
    if cost.decimal() == usd { Ok(cost) } else { Err("at most 6 decimals are expected".to_owned()) }
}

/// The delivery, and its last attempt.
fn delivery(row: &Row) -> Result<(Delivery, Option<(Instant, AttemptResult)>), Reason> {
    let delivered = row.flag("webhook_delivered")?.unwrap_or_default();
    let attempts: u32 = row.number("webhook_delivery_attempts")?.unwrap_or_default();
    let attempts = attempts.max(u32::from(delivered));
    let status = row.read("webhook_response_status", "an HTTP status from 100 to 599 is expected", |text| {
        text.parse().ok().filter(|status: &u16| (100..=599).contains(status))
    })?;
    let last_attempt_at = row.instant("webhook_last_attempt_at")?;
    let stage = match (delivered, attempts) {
        (true, _) => Stage::Delivered,
        (false, 0) => Stage::None,
        (false, _) => Stage::Exhausted,
    };
    let result = match status {
        Some(status) => Some(AttemptResult::Status(status)),
        None => (!delivered).then_some(AttemptResult::NoAnswer(NoAnswer::Other)),
    };
    let attempt = last_attempt_at.zip(result).filter(|_| attempts > 0);
    Ok((Delivery { stage, attempts, last_attempt_at, response_status: status, ..Delivery::none() }, attempt))
}

/// The report of a successful run. Other runs have no report.
fn text(row: &Row, end: &End) -> Result<Option<String>, Reason> {
    row.read("report_format", "only 'markdown' can be imported", |format| (format == "markdown").then_some(()))?;
    let text = row.text("report_content").filter(|_| matches!(end.outcome, Outcome::Success(_)));
    Ok(text.map(str::to_owned))
}
