//! The body for generic receivers: JSON as Standard Webhooks defines it.

use crate::webhook::BODY_BYTES_MAX;
use crate::webhook::page::page;
use app::ports::{Message, MessageBody};
use domain::commit::Sha;
use domain::instant::{Instant, text};
use domain::money::Cost;
use domain::notice::{EndpointOf, Matter, Named, Notice};
use domain::run::{Findings, Outcome, Run};
use rust_decimal::Decimal;
use serde::Serialize;
use url::Url;

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
    /// The report is cut; the whole is at `url`, if that is set.
    truncated: bool,
    url: Option<String>,
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

/// A notice. Its kind decides which figures it has.
#[derive(Default, Serialize)]
struct NoticeData {
    notice_id: String,
    configuration_id: String,
    configuration_name: Option<String>,
    repository: Option<String>,
    month: String,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    percent: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    used: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retired_on: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    run_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attempts: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_status: Option<u16>,
    /// `configuration` or `account`: whose webhook.
    #[serde(skip_serializing_if = "Option::is_none")]
    endpoint: Option<&'static str>,
    /// The host of that webhook.
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    /// The configurations that are paused.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    paused: Vec<PausedData>,
    /// How many are paused: the list is bounded.
    #[serde(skip_serializing_if = "Option::is_none")]
    paused_count: Option<u64>,
}

/// A paused configuration.
#[derive(Serialize)]
struct PausedData {
    configuration_id: String,
    configuration_name: Option<String>,
    repository: Option<String>,
}

/// The body, at most [`BODY_BYTES_MAX`] long: of a report that is longer, the beginning.
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
            // Each byte of the report takes at least one of the body, so cutting the excess is always enough.
            let begun = report.get(..report.floor_char_boundary(BODY_BYTES_MAX)).unwrap_or_default();
            let cut = report_json(message.at, run, begun, true, public_url)?;
            let over = cut.len().saturating_sub(BODY_BYTES_MAX);
            let fits = begun.floor_char_boundary(begun.len().saturating_sub(over));
            report_json(message.at, run, begun.get(..fits).unwrap_or_default(), true, public_url)
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
            url: public_url.and_then(|base| page(base, run)),
        },
    })
}

impl NoticeData {
    fn of(notice: &Notice) -> Self {
        let data = Self {
            notice_id: notice.id.to_string(),
            configuration_id: notice.configuration.id.to_string(),
            configuration_name: notice.configuration.name.clone(),
            repository: notice.configuration.repository.clone(),
            month: notice.month.to_string(),
            text: notice.text(),
            ..Self::default()
        };
        match &notice.matter {
            Matter::ThresholdReached { mark, used } => {
                Self { limit: Some(mark.limit), percent: Some(mark.percent), used: Some(*used), ..data }
            }
            Matter::Paused { limit, until, paused, count, .. } => Self {
                limit: Some(*limit),
                until: Some(text(*until)),
                paused: paused.iter().map(PausedData::from).collect(),
                paused_count: Some(*count),
                ..data
            },
            Matter::Resumed => data,
            Matter::ReportFailed { run, code, .. } => {
                Self { run_id: Some(run.to_string()), error_code: Some(code.as_str()), ..data }
            }
            Matter::ReportRecovered { run, failing_since } => {
                Self { run_id: Some(run.to_string()), since: Some(text(*failing_since)), ..data }
            }
            Matter::DeliveryFailed { run, attempts, status } => {
                Self { run_id: Some(run.to_string()), attempts: Some(*attempts), response_status: *status, ..data }
            }
            Matter::EndpointFailing { endpoint, host, since } => {
                Self { since: Some(text(*since)), ..data.about(*endpoint, host) }
            }
            Matter::EndpointDisabled { endpoint, host, reason } => {
                Self { reason: Some(reason.as_str()), ..data.about(*endpoint, host) }
            }
            Matter::EndpointEnabled { endpoint, host } => data.about(*endpoint, host),
            Matter::ModelRetires { model, on } => {
                Self { model: Some(model.clone()), retired_on: Some(on.to_string()), ..data }
            }
        }
    }

    fn about(self, endpoint: EndpointOf, host: &str) -> Self {
        Self { endpoint: Some(endpoint.as_str()), host: Some(host.to_owned()), ..self }
    }
}

impl From<&Named> for PausedData {
    fn from(named: &Named) -> Self {
        let (configuration_name, repository) = (named.name.clone(), named.repository.clone());
        Self { configuration_id: named.id.to_string(), configuration_name, repository }
    }
}
