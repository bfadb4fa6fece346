//! What a notice says, as attributes. Its kind decides which of them there are.

use super::super::item::{Attributes, Record, flag, instant, number, number_of, text};
use super::KIND;
use app::ports::StoreError;
use domain::account::NoticeKind;
use domain::delivery::DisabledReason;
use domain::id::{ConfigurationId, RunId};
use domain::notice::{EndpointOf, Matter, Named};
use domain::run::ErrorCode;
use domain::usage::Mark;

const MARK: &str = "mark";
const USED: &str = "used";
const LIMIT: &str = "limit";
/// Flag: the limit is the one on runs that do not count.
const UNCOUNTED: &str = "uncounted";
const UNTIL: &str = "until";
/// The configurations that are paused, as JSON: `[[id, name, repository], …]`.
const PAUSED: &str = "paused";
const COUNT: &str = "count";
const MODEL: &str = "model";
const RETIRED_ON: &str = "retired_on";
const RUN: &str = "run";
const CODE: &str = "code";
const MESSAGE: &str = "message";
const SINCE: &str = "since";
const ATTEMPTS: &str = "failed_attempts";
const STATUS: &str = "failed_status";
const ENDPOINT: &str = "endpoint";
const HOST: &str = "host";
const REASON: &str = "reason";

pub(super) fn attributes(matter: &Matter) -> Attributes {
    let endpoint = |endpoint: EndpointOf, host: &str| vec![(ENDPOINT, text(endpoint.as_str())), (HOST, text(host))];
    match matter {
        Matter::ReportFailed { run, code, message } => {
            vec![(RUN, text(run.to_string())), (CODE, text(code.as_str())), (MESSAGE, text(message))]
        }
        Matter::ReportRecovered { run, failing_since } => {
            vec![(RUN, text(run.to_string())), (SINCE, instant(*failing_since))]
        }
        Matter::DeliveryFailed { run, attempts, status } => {
            vec![(RUN, text(run.to_string())), (ATTEMPTS, number(attempts)), (STATUS, number_of(*status))]
        }
        Matter::EndpointFailing { endpoint: of, host, since } => {
            let mut attributes = endpoint(*of, host);
            attributes.push((SINCE, instant(*since)));
            attributes
        }
        Matter::EndpointDisabled { endpoint: of, host, reason } => {
            let mut attributes = endpoint(*of, host);
            attributes.push((REASON, text(reason.as_str())));
            attributes
        }
        Matter::EndpointEnabled { endpoint: of, host } => endpoint(*of, host),
        Matter::ThresholdReached { mark, used } => vec![(MARK, text(mark.to_string())), (USED, number(used))],
        Matter::Paused { limit, uncounted, until, paused, count } => vec![
            (LIMIT, number(limit)),
            (UNCOUNTED, flag(*uncounted)),
            (UNTIL, instant(*until)),
            (PAUSED, text(names(paused))),
            (COUNT, number(count)),
        ],
        Matter::Resumed => Attributes::new(),
        Matter::ModelRetires { model, on } => vec![(MODEL, text(model)), (RETIRED_ON, text(on.to_string()))],
    }
}

fn names(paused: &[Named]) -> String {
    let rows: Vec<_> =
        paused.iter().map(|named| (named.id.to_string(), named.name.as_deref(), named.repository.as_deref())).collect();
    serde_json::to_string(&rows).unwrap_or_default()
}

pub(super) fn read(record: Record<'_>) -> Result<Matter, StoreError> {
    match record.read(KIND, NoticeKind::parse)? {
        kind @ (NoticeKind::ReportFailed | NoticeKind::ReportRecovered | NoticeKind::DeliveryFailed) => {
            read_run(record, kind)
        }
        kind @ (NoticeKind::EndpointFailing | NoticeKind::EndpointDisabled | NoticeKind::EndpointEnabled) => {
            read_endpoint(record, kind)
        }
        NoticeKind::ThresholdReached => Ok(Matter::ThresholdReached {
            mark: record.read(MARK, |text| Mark::parse(text).ok())?,
            used: record.number(USED)?,
        }),
        NoticeKind::Paused => read_pause(record),
        NoticeKind::Resumed => Ok(Matter::Resumed),
        NoticeKind::ModelRetires => Ok(Matter::ModelRetires {
            model: record.text(MODEL)?.to_owned(),
            on: record.read(RETIRED_ON, |text| text.parse().ok())?,
        }),
    }
}

/// A notice about a run.
fn read_run(record: Record<'_>, kind: NoticeKind) -> Result<Matter, StoreError> {
    let run = record.read(RUN, |text| RunId::parse(text).ok())?;
    Ok(match kind {
        NoticeKind::ReportFailed => Matter::ReportFailed {
            run,
            code: record.read(CODE, ErrorCode::parse)?,
            message: record.text(MESSAGE)?.to_owned(),
        },
        NoticeKind::ReportRecovered => Matter::ReportRecovered { run, failing_since: record.instant(SINCE)? },
        _ => Matter::DeliveryFailed { run, attempts: record.number(ATTEMPTS)?, status: record.number_or_none(STATUS)? },
    })
}

/// A notice about a webhook.
fn read_endpoint(record: Record<'_>, kind: NoticeKind) -> Result<Matter, StoreError> {
    let (endpoint, host) = (record.read(ENDPOINT, EndpointOf::parse)?, record.text(HOST)?.to_owned());
    Ok(match kind {
        NoticeKind::EndpointFailing => Matter::EndpointFailing { endpoint, host, since: record.instant(SINCE)? },
        NoticeKind::EndpointEnabled => Matter::EndpointEnabled { endpoint, host },
        _ => Matter::EndpointDisabled { endpoint, host, reason: record.read(REASON, DisabledReason::parse)? },
    })
}

fn read_pause(record: Record<'_>) -> Result<Matter, StoreError> {
    Ok(Matter::Paused {
        limit: record.number(LIMIT)?,
        uncounted: record.flag(UNCOUNTED)?,
        until: record.instant(UNTIL)?,
        // Notices from before there was a list have neither.
        paused: record.read_or_none(PAUSED, read_names)?.unwrap_or_default(),
        count: record.number_or_none(COUNT)?.unwrap_or_default(),
    })
}

fn read_names(text: &str) -> Option<Vec<Named>> {
    let rows: Vec<(String, Option<String>, Option<String>)> = serde_json::from_str(text).ok()?;
    let named = |(id, name, repository): (String, _, _)| {
        Some(Named { id: ConfigurationId::parse(&id).ok()?, name, repository })
    };
    rows.into_iter().map(named).collect()
}
