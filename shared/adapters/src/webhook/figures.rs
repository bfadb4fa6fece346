//! The figures of a notice, as they are written: in the message to a webhook, and in the API's list of notices.

use domain::instant::text;
use domain::notice::{Matter, Named};
use serde::Serialize;

/// The figures of each kind of notice. A pause lists at most twenty configurations, and counts all.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum NoticeFigures {
    ThresholdReached { limit: u64, percent: u64, used: u64 },
    Paused { limit: u64, until: String, paused: Vec<NamedFigures>, paused_count: u64 },
    Resumed {},
    ReportFailed { run_id: String, error_code: &'static str },
    ReportRecovered { run_id: String, since: String },
    DeliveryFailed { run_id: String, attempts: u32, response_status: Option<u16> },
    EndpointFailing { endpoint: &'static str, host: String, since: String },
    EndpointDisabled { endpoint: &'static str, host: String, reason: &'static str },
    EndpointEnabled { endpoint: &'static str, host: String },
    ModelRetires { model: String, retired_on: String },
}

/// A configuration, as it was named when the notice was made.
#[derive(Clone, Debug, Serialize)]
pub struct NamedFigures {
    configuration_id: String,
    configuration_name: Option<String>,
    repository: Option<String>,
}

impl NoticeFigures {
    /// The figures of what a notice says.
    pub fn of(matter: &Matter) -> Self {
        match matter {
            Matter::ThresholdReached { mark, used } => {
                Self::ThresholdReached { limit: mark.limit, percent: mark.percent, used: *used }
            }
            Matter::Paused { limit, until, paused, count, .. } => Self::Paused {
                limit: *limit,
                until: text(*until),
                paused: paused.iter().map(NamedFigures::of).collect(),
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
                Self::EndpointFailing { endpoint: endpoint.as_str(), host: host.clone(), since: text(*since) }
            }
            Matter::EndpointDisabled { endpoint, host, reason } => {
                Self::EndpointDisabled { endpoint: endpoint.as_str(), host: host.clone(), reason: reason.as_str() }
            }
            Matter::EndpointEnabled { endpoint, host } => {
                Self::EndpointEnabled { endpoint: endpoint.as_str(), host: host.clone() }
            }
            Matter::ModelRetires { model, on } => {
                Self::ModelRetires { model: model.clone(), retired_on: on.to_string() }
            }
        }
    }
}

impl NamedFigures {
    pub(super) fn of(named: &Named) -> Self {
        let (configuration_name, repository) = (named.name.clone(), named.repository.clone());
        Self { configuration_id: named.id.to_string(), configuration_name, repository }
    }
}
