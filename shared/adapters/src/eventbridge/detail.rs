//! The JSON of an event's `detail`.

use domain::event::{DeliverySubject, Event, Fact};
use domain::instant;
use serde::Serialize;

/// The version of the shapes below. A new field does not change it, a changed or removed one does.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Detail {
    version: u32,
    id: String,
    user_id: String,
    at: String,
    #[serde(flatten)]
    fact: FactDetail,
}

/// The fields of each kind. Months are `YYYY-MM`, instants RFC 3339 in UTC.
#[derive(Serialize)]
#[serde(untagged)]
enum FactDetail {
    Threshold { percent: u64, limit: u64, used: u64, month: String },
    Paused { configuration_id: String, fire: String, month: String, until: String },
    Resumed { configuration_id: String, month: String },
    ReportFailed { configuration_id: String, run_id: String, code: &'static str },
    ReportRecovered { configuration_id: String, run_id: String },
    Endpoint { configuration_id: Option<String>, reason: Option<&'static str> },
    RunDelivery { run_id: String, attempts: u32, status: Option<u16> },
    NoticeDelivery { notice_id: String, attempts: u32, status: Option<u16> },
}

/// The detail as JSON.
pub(super) fn text(event: &Event) -> String {
    let detail = Detail {
        version: VERSION,
        id: event.id.to_string(),
        user_id: event.user.to_string(),
        at: instant::text(event.at),
        fact: fact(&event.fact),
    };
    // Structs of text and numbers can always be serialised.
    serde_json::to_string(&detail).unwrap_or_default()
}

fn fact(fact: &Fact) -> FactDetail {
    match fact {
        Fact::UsageThresholdReached { mark, used, month } => {
            FactDetail::Threshold { percent: mark.percent, limit: mark.limit, used: *used, month: month.to_string() }
        }
        Fact::ConfigurationPaused { configuration, fire, month, until } => FactDetail::Paused {
            configuration_id: configuration.to_string(),
            fire: instant::text(*fire),
            month: month.to_string(),
            until: instant::text(*until),
        },
        Fact::ConfigurationResumed { configuration, month } => {
            FactDetail::Resumed { configuration_id: configuration.to_string(), month: month.to_string() }
        }
        Fact::ReportFailed { configuration, run, code } => FactDetail::ReportFailed {
            configuration_id: configuration.to_string(),
            run_id: run.to_string(),
            code: code.as_str(),
        },
        Fact::ReportRecovered { configuration, run } => {
            FactDetail::ReportRecovered { configuration_id: configuration.to_string(), run_id: run.to_string() }
        }
        Fact::EndpointFailing { configuration } | Fact::EndpointEnabled { configuration } => {
            FactDetail::Endpoint { configuration_id: configuration.as_ref().map(ToString::to_string), reason: None }
        }
        Fact::EndpointDisabled { configuration, reason } => FactDetail::Endpoint {
            configuration_id: configuration.as_ref().map(ToString::to_string),
            reason: Some(reason.as_str()),
        },
        &Fact::DeliveryFailed { subject: DeliverySubject::Run(run), attempts, status } => {
            FactDetail::RunDelivery { run_id: run.to_string(), attempts, status }
        }
        &Fact::DeliveryFailed { subject: DeliverySubject::Notice(notice), attempts, status } => {
            FactDetail::NoticeDelivery { notice_id: notice.to_string(), attempts, status }
        }
    }
}
