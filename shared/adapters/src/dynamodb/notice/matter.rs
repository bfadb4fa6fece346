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
    let run = || record.read(RUN, |text| RunId::parse(text).ok());
    let endpoint = || record.read(ENDPOINT, EndpointOf::parse);
    let word = |name: &str| Ok::<_, StoreError>(record.text(name)?.to_owned());
    Ok(match record.read(KIND, NoticeKind::parse)? {
        NoticeKind::ReportFailed => {
            Matter::ReportFailed { run: run()?, code: record.read(CODE, ErrorCode::parse)?, message: word(MESSAGE)? }
        }
        NoticeKind::ReportRecovered => Matter::ReportRecovered { run: run()?, failing_since: record.instant(SINCE)? },
        NoticeKind::DeliveryFailed => Matter::DeliveryFailed {
            run: run()?,
            attempts: record.number(ATTEMPTS)?,
            status: record.number_or_none(STATUS)?,
        },
        NoticeKind::EndpointFailing => {
            Matter::EndpointFailing { endpoint: endpoint()?, host: word(HOST)?, since: record.instant(SINCE)? }
        }
        NoticeKind::EndpointDisabled => Matter::EndpointDisabled {
            endpoint: endpoint()?,
            host: word(HOST)?,
            reason: record.read(REASON, DisabledReason::parse)?,
        },
        NoticeKind::EndpointEnabled => Matter::EndpointEnabled { endpoint: endpoint()?, host: word(HOST)? },
        NoticeKind::ThresholdReached => Matter::ThresholdReached {
            mark: record.read(MARK, |text| Mark::parse(text).ok())?,
            used: record.number(USED)?,
        },
        NoticeKind::Paused => Matter::Paused {
            limit: record.number(LIMIT)?,
            uncounted: record.flag(UNCOUNTED)?,
            until: record.instant(UNTIL)?,
            // Notices from before there was a list have neither.
            paused: record.read_or_none(PAUSED, read_names)?.unwrap_or_default(),
            count: record.number_or_none(COUNT)?.unwrap_or_default(),
        },
        NoticeKind::Resumed => Matter::Resumed,
        NoticeKind::ModelRetires => {
            Matter::ModelRetires { model: word(MODEL)?, on: record.read(RETIRED_ON, |text| text.parse().ok())? }
        }
    })
}

fn read_names(text: &str) -> Option<Vec<Named>> {
    let rows: Vec<(String, Option<String>, Option<String>)> = serde_json::from_str(text).ok()?;
    let named = |(id, name, repository): (String, _, _)| {
        Some(Named { id: ConfigurationId::parse(&id).ok()?, name, repository })
    };
    rows.into_iter().map(named).collect()
}
