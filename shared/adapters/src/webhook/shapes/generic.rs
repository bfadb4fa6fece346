//! The body for generic receivers: JSON as Standard Webhooks defines it.

use crate::page;
use crate::webhook::BODY_BYTES_MAX;
use crate::webhook::cut::excerpt;
use crate::webhook::figures::{NamedFigures, NoticeFigures};
use app::ports::{Message, MessageBody};
use domain::commit::Sha;
use domain::instant::{Instant, text};
use domain::money::Cost;
use domain::notice::Notice;
use domain::run::{FailedBranch, Findings, Outcome, Run, RunBranch};
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
    /// All repositories of the report; the first one is above, too.
    repositories: Vec<Place<'a>>,
    /// Those that could not be read.
    failed_repositories: Vec<FailedPlace<'a>>,
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
    /// What the report is about, in one sentence of plain text.
    headline: Option<&'a str>,
    report_format: &'static str,
    report: &'a str,
    /// The report is cut, and its last paragraph states what is missing; the whole is at `url`.
    truncated: bool,
    /// The run's page, or its path in the API where the address of the deployment is not set.
    url: String,
}

/// A repository with the branch that the report covers.
#[derive(Serialize)]
struct Place<'a> {
    repository: &'a str,
    branch: &'a str,
}

/// A repository that could not be read, and why.
#[derive(Serialize)]
struct FailedPlace<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    error_code: &'static str,
    message: &'a str,
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

/// A notice.
#[derive(Serialize)]
struct NoticeData {
    notice_id: String,
    #[serde(flatten)]
    configuration: NamedFigures,
    month: String,
    text: String,
    #[serde(flatten)]
    figures: NoticeFigures,
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
                let text = excerpt(report, bytes, &page::address_of_run(public_url, run.id));
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
    let branches = run.branches();
    serde_json::to_vec(&Body {
        kind: "report.created",
        timestamp: text(at),
        data: ReportData {
            run_id: run.id.to_string(),
            configuration_id: run.configuration.to_string(),
            configuration_name: run.snapshot.name.as_deref(),
            repository: &run.snapshot.repository_name,
            branch: run.snapshot.branch.as_str(),
            repositories: branches.iter().map(Place::of).collect(),
            failed_repositories: findings.failed.iter().map(|failed| FailedPlace::of(failed, &branches)).collect(),
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
            headline: findings.headline.as_deref(),
            report_format: "markdown",
            report,
            truncated,
            url: page::address_of_run(public_url, run.id),
        },
    })
}

impl<'a> Place<'a> {
    fn of(branch: &'a RunBranch) -> Self {
        Self { repository: &branch.repository_name, branch: branch.branch.as_str() }
    }
}

impl<'a> FailedPlace<'a> {
    fn of(failed: &'a FailedBranch, branches: &'a [RunBranch]) -> Self {
        let named = branches.iter().find(|branch| branch.repository == failed.repository);
        let repository = named.map(|branch| branch.repository_name.as_str()).unwrap_or_default();
        let place = Place { repository, branch: failed.branch.as_str() };
        Self { place, error_code: failed.failure.code.as_str(), message: &failed.failure.message }
    }
}

impl NoticeData {
    fn of(notice: &Notice) -> Self {
        Self {
            notice_id: notice.id.to_string(),
            configuration: NamedFigures::of(&notice.configuration),
            month: notice.month.to_string(),
            text: notice.text(),
            figures: NoticeFigures::of(&notice.matter),
        }
    }
}
