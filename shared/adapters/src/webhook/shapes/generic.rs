//! The body for generic receivers: JSON as Standard Webhooks defines it.

use crate::webhook::BODY_BYTES_MAX;
use crate::webhook::cut::excerpt;
use crate::webhook::page;
use app::ports::{Message, MessageBody};
use domain::commit::Sha;
use domain::instant::{Instant, text};
use domain::money::Cost;
use domain::notice::{Matter, Named, Notice};
use domain::run::{Findings, Outcome, Run};
use rust_decimal::Decimal;
use serde::Serialize;
use url::Url;

/// By how much less of a report is tried at least, if the body is too long, in bytes.
const ROOM_STEP_BYTES: usize = 16;

/// A message as Standard Webhooks defines it.
#[derive(Serialize)]
struct Body<D> {
    #[serde(rename = "type")]
    kind: &'static str,
    timestamp: String,
    data: D,
}

/// A report and its run.
#[derive(Serialize)]
struct ReportData<'a> {
    run_id: String,
    configuration_id: String,
    configuration_name: Option<&'a str>,
    repository: &'a str,
    branch: &'a str,
    status: &'static str,
    trigger: &'static str,
    commits_processed: u64,
    commits_at_least: bool,
    commit_range: Range<'a>,
    started_at: String,
    completed_at: Option<String>,
    tokens_used: u64,
    /// US dollars, an exact JSON number; null where the price of any token is unknown.
    #[serde(with = "rust_decimal::serde::arbitrary_precision_option")]
    cost_usd: Option<Decimal>,
    model_used: Option<&'a str>,
    degraded: bool,
    degraded_reason: Option<Reason>,
    report_format: &'static str,
    report: &'a str,
    /// The report is cut, and its last paragraph states what is missing; the whole is at `url`.
    truncated: bool,
    /// The run's page, or its path in the API where the address of the deployment is not set.
    url: String,
}

/// Why the report was written without the chosen model.
#[derive(Serialize)]
struct Reason {
    code: &'static str,
    message: &'static str,
}

/// The commit before the range and its last one, where they are known.
#[derive(Serialize)]
struct Range<'a> {
    from: Option<&'a str>,
    to: Option<&'a str>,
}

/// A notice, with the figures of its kind.
#[derive(Serialize)]
struct NoticeData<'a> {
    notice_id: String,
    #[serde(flatten)]
    configuration: NamedData<'a>,
    month: String,
    text: String,
    #[serde(flatten)]
    figures: NoticeFigures<'a>,
}

/// A configuration, as it was named when the notice was made.
#[derive(Serialize)]
struct NamedData<'a> {
    configuration_id: String,
    configuration_name: Option<&'a str>,
    repository: Option<&'a str>,
}

/// The figures of each kind. A pause lists at most twenty configurations, and counts all.
#[derive(Serialize)]
#[serde(untagged)]
enum NoticeFigures<'a> {
    ThresholdReached { limit: u64, percent: u64, used: u64 },
    Paused { limit: u64, until: String, paused: Vec<NamedData<'a>>, paused_count: u64 },
    Resumed {},
    ReportFailed { run_id: String, error_code: &'static str },
    ReportRecovered { run_id: String, since: String },
    DeliveryFailed { run_id: String, attempts: u32, response_status: Option<u16> },
    EndpointFailing { endpoint: &'static str, host: &'a str, since: String },
    EndpointDisabled { endpoint: &'static str, host: &'a str, reason: &'static str },
    EndpointEnabled { endpoint: &'static str, host: &'a str },
    ModelRetires { model: &'a str, retired_on: String },
}

/// The body, at most [`BODY_BYTES_MAX`] long: of a report that is longer, the beginning, up to the end of a line.
pub(super) fn json(message: &Message, public_url: Option<&Url>) -> Result<Vec<u8>, serde_json::Error> {
    match &message.body {
        MessageBody::Notice(notice) => serde_json::to_vec(&Body {
            kind: notice.matter.kind().as_str(),
            timestamp: text(message.at),
            data: NoticeData::of(notice),
        }),
        MessageBody::Report { run, text: report } => {
            let whole = report_json(message.at, run, report, false, public_url)?;
            if whole.len() <= BODY_BYTES_MAX {
                return Ok(whole);
            }
            let begun = |bytes: usize| {
                let text = excerpt(report, bytes, &page::address(public_url, run));
                report_json(message.at, run, &text, true, public_url)
            };
            // An escape takes more bytes of the body than of the report.
            let mut room = BODY_BYTES_MAX;
            loop {
                let cut = begun(room)?;
                if cut.len() <= BODY_BYTES_MAX || room == 0 {
                    return Ok(cut);
                }
                room = room.saturating_sub(ROOM_STEP_BYTES).min(room * BODY_BYTES_MAX / cut.len());
            }
        }
    }
}

fn report_json(
    at: Instant,
    run: &Run,
    report: &str,
    truncated: bool,
    public_url: Option<&Url>,
) -> Result<Vec<u8>, serde_json::Error> {
    let none = Findings::default();
    let findings = match run.end().map(|end| &end.outcome) {
        Some(Outcome::Success(findings)) => findings,
        _ => &none,
    };
    serde_json::to_vec(&Body {
        kind: "report.created",
        timestamp: text(at),
        data: ReportData {
            run_id: run.id.to_string(),
            configuration_id: run.configuration.to_string(),
            configuration_name: run.snapshot.name.as_deref(),
            repository: &run.snapshot.repository_name,
            branch: run.snapshot.branch.as_str(),
            status: run.status().as_str(),
            trigger: run.trigger.kind().as_str(),
            commits_processed: findings.commits,
            commits_at_least: findings.commits_at_least,
            commit_range: Range {
                from: findings.range_from.as_ref().map(Sha::as_str),
                to: findings.range_to.as_ref().map(Sha::as_str),
            },
            started_at: text(run.started_at),
            completed_at: run.end().map(|end| text(end.at)),
            tokens_used: run.figures.tokens.total(),
            cost_usd: run.figures.total_cost().map(Cost::decimal),
            model_used: run.figures.model.as_deref(),
            degraded: findings.degraded,
            degraded_reason: findings
                .degraded_reason
                .map(|reason| Reason { code: reason.as_str(), message: reason.message() }),
            report_format: "markdown",
            report,
            truncated,
            url: page::address(public_url, run),
        },
    })
}

impl<'a> NoticeData<'a> {
    fn of(notice: &'a Notice) -> Self {
        Self {
            notice_id: notice.id.to_string(),
            configuration: NamedData::of(&notice.configuration),
            month: notice.month.to_string(),
            text: notice.text(),
            figures: NoticeFigures::of(&notice.matter),
        }
    }
}

impl<'a> NoticeFigures<'a> {
    fn of(matter: &'a Matter) -> Self {
        match matter {
            Matter::ThresholdReached { mark, used } => {
                Self::ThresholdReached { limit: mark.limit, percent: mark.percent, used: *used }
            }
            Matter::Paused { limit, until, paused, count, .. } => Self::Paused {
                limit: *limit,
                until: text(*until),
                paused: paused.iter().map(NamedData::of).collect(),
                paused_count: *count,
            },
            Matter::Resumed => Self::Resumed {},
            Matter::ReportFailed { run, code, .. } => {
                Self::ReportFailed { run_id: run.to_string(), error_code: code.as_str() }
            }
            Matter::ReportRecovered { run, failing_since } => {
                Self::ReportRecovered { run_id: run.to_string(), since: text(*failing_since) }
            }
            Matter::DeliveryFailed { run, attempts, status } => {
                Self::DeliveryFailed { run_id: run.to_string(), attempts: *attempts, response_status: *status }
            }
            Matter::EndpointFailing { endpoint, host, since } => {
                Self::EndpointFailing { endpoint: endpoint.as_str(), host, since: text(*since) }
            }
            Matter::EndpointDisabled { endpoint, host, reason } => {
                Self::EndpointDisabled { endpoint: endpoint.as_str(), host, reason: reason.as_str() }
            }
            Matter::EndpointEnabled { endpoint, host } => Self::EndpointEnabled { endpoint: endpoint.as_str(), host },
            Matter::ModelRetires { model, on } => Self::ModelRetires { model, retired_on: on.to_string() },
        }
    }
}

impl<'a> NamedData<'a> {
    fn of(named: &'a Named) -> Self {
        let (name, repository) = (named.name.as_deref(), named.repository.as_deref());
        Self { configuration_id: named.id.to_string(), configuration_name: name, repository }
    }
}
