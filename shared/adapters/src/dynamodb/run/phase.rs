//! Whether a run is running, and how it ended, as attributes.

use super::super::item::{bytes, flag, instant_of, list, number, number_of, sha_of, shown, text};
use super::super::{Attributes, Record, attribute};
use super::trigger;
use app::ports::StoreError;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::configuration::BranchName;
use domain::id::{OwnerId, RepositoryId};
use domain::report::DegradedReason;
use domain::run::{End, ErrorCode, FailedBranch, Failure, Findings, Lease, Outcome, Phase, Run, Status};

const HEADLINE: &str = "headline";
const ENDED_AT: &str = "ended_at";
const COUNTED: &str = "counted";
const COMMITS: &str = "commits";
const COMMITS_AT_LEAST: &str = "commits_at_least";
const RANGE_FROM: &str = "range_from";
const RANGE_TO: &str = "range_to";
const DEGRADED: &str = "degraded";
const DEGRADED_REASON: &str = "degraded_reason";
/// The number of the attempt whose text is the report.
const CONTENT_ATTEMPT: &str = "content";
/// The branches that a successful run could not read: a list of maps.
pub(in crate::dynamodb) const FAILED: &str = "failed_branches";
const REPOSITORY: &str = "repo";
const BRANCH: &str = "branch";
const ERROR_CODE: &str = "error_code";
const ERROR_MESSAGE: &str = "error_text";

/// The status of a run and, if it has ended, how.
pub(super) fn attributes(run: &Run) -> Attributes {
    let end = run.end();
    let status = end.map_or(Status::Running, |end| end.outcome.status());
    let mut attributes = vec![
        (attribute::STATUS, text(status.as_str())),
        (ENDED_AT, instant_of(end.map(|end| end.at))),
        (COUNTED, flag(end.is_some_and(|end| end.counted))),
    ];
    attributes.extend(end.map(|end| outcome(run, &end.outcome)).unwrap_or_default());
    attributes
}

fn outcome(run: &Run, outcome: &Outcome) -> Attributes {
    match outcome {
        Outcome::Success(findings) => {
            let mut attributes = found(findings);
            // The range of a manual run is in its trigger, and was stored with its reservation.
            if run.trigger.is_scheduled() && findings.window.is_some() {
                attributes.extend(trigger::range(findings.window));
            }
            attributes
        }
        Outcome::Failed(failure) => {
            vec![(ERROR_CODE, text(failure.code.as_str())), (ERROR_MESSAGE, text(&failure.message))]
        }
        Outcome::Cancelled => Vec::new(),
    }
}

fn found(findings: &Findings) -> Attributes {
    vec![
        (HEADLINE, shown(findings.headline.as_deref())),
        (COMMITS, number(findings.commits)),
        (COMMITS_AT_LEAST, flag(findings.commits_at_least)),
        (RANGE_FROM, sha_of(findings.range_from.as_ref())),
        (RANGE_TO, sha_of(findings.range_to.as_ref())),
        (DEGRADED, flag(findings.degraded)),
        (DEGRADED_REASON, shown(findings.degraded_reason.map(DegradedReason::as_str))),
        (CONTENT_ATTEMPT, number_of(findings.content_attempt)),
        (FAILED, failed(&findings.failed)),
    ]
}

/// The attributes of a run's owner and lease.
pub(crate) fn hold(run: &Run) -> Attributes {
    let lease = run.lease();
    vec![
        (attribute::OWNER, shown(lease.and_then(|lease| lease.owner))),
        (attribute::LEASE, instant_of(lease.map(|lease| lease.until))),
    ]
}

pub(super) fn read(record: Record<'_>) -> Result<Phase, StoreError> {
    let outcome = match record.read(attribute::STATUS, Status::parse)? {
        Status::Running => return read_lease(record).map(Phase::Running),
        Status::Success => Outcome::Success(read_findings(record)?),
        Status::Failed => Outcome::Failed(Failure {
            code: record.read(ERROR_CODE, ErrorCode::parse)?,
            message: record.text(ERROR_MESSAGE)?.to_owned(),
        }),
        Status::Cancelled => Outcome::Cancelled,
    };
    Ok(Phase::Ended(End { at: record.instant(ENDED_AT)?, outcome, counted: record.flag(COUNTED)? }))
}

fn read_lease(record: Record<'_>) -> Result<Lease, StoreError> {
    Ok(Lease {
        owner: record.read_or_none(attribute::OWNER, |text| OwnerId::parse(text).ok())?,
        until: record.instant(attribute::LEASE)?,
    })
}

fn read_findings(record: Record<'_>) -> Result<Findings, StoreError> {
    Ok(Findings {
        commits: record.number(COMMITS)?,
        commits_at_least: record.flag(COMMITS_AT_LEAST)?,
        headline: record.text_or_none(HEADLINE)?.map(str::to_owned),
        window: trigger::read_observed(record)?,
        range_from: record.sha_or_none(RANGE_FROM)?,
        range_to: record.sha_or_none(RANGE_TO)?,
        degraded: record.flag(DEGRADED)?,
        degraded_reason: record.text_or_none(DEGRADED_REASON)?.and_then(DegradedReason::parse),
        content_attempt: record.number_or_none(CONTENT_ATTEMPT)?,
        failed: read_failed(record)?,
    })
}

/// The branches that could not be read; absent if all were.
pub(in crate::dynamodb) fn failed(branches: &[FailedBranch]) -> Option<AttributeValue> {
    list(branches.iter().map(|failed| {
        vec![
            (REPOSITORY, bytes(*failed.repository.uuid().as_bytes())),
            (BRANCH, text(failed.branch.as_str())),
            (ERROR_CODE, text(failed.failure.code.as_str())),
            (ERROR_MESSAGE, text(&failed.failure.message)),
        ]
    }))
}

pub(in crate::dynamodb) fn read_failed(record: Record<'_>) -> Result<Vec<FailedBranch>, StoreError> {
    let read = |map| {
        let record = Record(map);
        Ok(FailedBranch {
            repository: RepositoryId::from_uuid(record.uuid(REPOSITORY)?),
            branch: record.read(BRANCH, |text| BranchName::parse(text).ok())?,
            failure: Failure {
                code: record.read(ERROR_CODE, ErrorCode::parse)?,
                message: record.text(ERROR_MESSAGE)?.to_owned(),
            },
        })
    };
    record.maps(FAILED)?.into_iter().map(read).collect()
}
