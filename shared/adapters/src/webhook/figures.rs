//! The figures of a notice, as they are written: in the message to a webhook, and in the API's list of notices.

use domain::instant::text;
use domain::notice::{EndpointOf, Matter, Named};
use serde::Serialize;

/// The figures of a notice. Its type decides which there are; the others are absent.
#[derive(Clone, Debug, Default, Serialize)]
pub struct NoticeFigures {
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
    paused: Vec<Paused>,
    /// How many are paused: the list is bounded.
    #[serde(skip_serializing_if = "Option::is_none")]
    paused_count: Option<u64>,
}

/// A paused configuration.
#[derive(Clone, Debug, Serialize)]
struct Paused {
    configuration_id: String,
    configuration_name: Option<String>,
    repository: Option<String>,
}

impl NoticeFigures {
    /// The figures of what a notice says.
    #[must_use]
    pub fn of(matter: &Matter) -> Self {
        let none = Self::default();
        match matter {
            Matter::ThresholdReached { mark, used } => {
                Self { limit: Some(mark.limit), percent: Some(mark.percent), used: Some(*used), ..none }
            }
            Matter::Paused { limit, until, paused, count, .. } => Self {
                limit: Some(*limit),
                until: Some(text(*until)),
                paused: paused.iter().map(Paused::from).collect(),
                paused_count: Some(*count),
                ..none
            },
            Matter::Resumed => none,
            Matter::ReportFailed { run, code, .. } => {
                Self { run_id: Some(run.to_string()), error_code: Some(code.as_str()), ..none }
            }
            Matter::ReportRecovered { run, failing_since } => {
                Self { run_id: Some(run.to_string()), since: Some(text(*failing_since)), ..none }
            }
            Matter::DeliveryFailed { run, attempts, status } => {
                Self { run_id: Some(run.to_string()), attempts: Some(*attempts), response_status: *status, ..none }
            }
            Matter::EndpointFailing { endpoint, host, since } => {
                Self { since: Some(text(*since)), ..Self::about(*endpoint, host) }
            }
            Matter::EndpointDisabled { endpoint, host, reason } => {
                Self { reason: Some(reason.as_str()), ..Self::about(*endpoint, host) }
            }
            Matter::EndpointEnabled { endpoint, host } => Self::about(*endpoint, host),
            Matter::ModelRetires { model, on } => {
                Self { model: Some(model.clone()), retired_on: Some(on.to_string()), ..none }
            }
        }
    }

    fn about(endpoint: EndpointOf, host: &str) -> Self {
        Self { endpoint: Some(endpoint.as_str()), host: Some(host.to_owned()), ..Self::default() }
    }
}

impl From<&Named> for Paused {
    fn from(named: &Named) -> Self {
        let (configuration_name, repository) = (named.name.clone(), named.repository.clone());
        Self { configuration_id: named.id.to_string(), configuration_name, repository }
    }
}
