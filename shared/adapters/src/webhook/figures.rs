//! The figures of a notice, as they are written: in the message to a webhook, and in the API's list of notices.

use domain::instant::text;
use domain::notice::{EndpointOf, Matter, Named};
use serde::Serialize;

/// The figures of a notice. Its kind decides which there are; those that are `None` are not written.
#[derive(Clone, Debug, Default, Serialize)]
pub struct NoticeFigures {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percent: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// At most twenty of the configurations that a pause stops.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paused: Option<Vec<NamedFigures>>,
    /// All of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paused_count: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retired_on: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempts: Option<u32>,
    /// `None` too if the receiver gave no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
}

/// A configuration, as it was named when the notice was made.
#[derive(Clone, Debug, Serialize)]
pub struct NamedFigures {
    pub configuration_id: String,
    pub configuration_name: Option<String>,
    pub repository: Option<String>,
}

impl NoticeFigures {
    /// The figures of what a notice says.
    pub fn of(matter: &Matter) -> Self {
        match matter {
            Matter::ThresholdReached { mark, used } => {
                Self { limit: Some(mark.limit), percent: Some(mark.percent), used: Some(*used), ..Self::default() }
            }
            Matter::Paused { limit, until, paused, count, .. } => Self {
                limit: Some(*limit),
                until: Some(text(*until)),
                paused: Some(paused.iter().map(NamedFigures::of).collect()),
                paused_count: Some(*count),
                ..Self::default()
            },
            Matter::Resumed => Self::default(),
            Matter::ReportFailed { run, code, .. } => {
                Self { run_id: Some(run.to_string()), error_code: Some(code.as_str()), ..Self::default() }
            }
            Matter::ReportRecovered { run, failing_since } => {
                Self { run_id: Some(run.to_string()), since: Some(text(*failing_since)), ..Self::default() }
            }
            Matter::DeliveryFailed { run, attempts, status } => Self {
                run_id: Some(run.to_string()),
                attempts: Some(*attempts),
                response_status: *status,
                ..Self::default()
            },
            Matter::EndpointFailing { endpoint, host, since } => {
                Self { since: Some(text(*since)), ..Self::of_endpoint(*endpoint, host) }
            }
            Matter::EndpointDisabled { endpoint, host, reason } => {
                Self { reason: Some(reason.as_str()), ..Self::of_endpoint(*endpoint, host) }
            }
            Matter::EndpointEnabled { endpoint, host } => Self::of_endpoint(*endpoint, host),
            Matter::ModelRetires { model, on } => {
                Self { model: Some(model.clone()), retired_on: Some(on.to_string()), ..Self::default() }
            }
        }
    }

    fn of_endpoint(endpoint: EndpointOf, host: &str) -> Self {
        Self { endpoint: Some(endpoint.as_str()), host: Some(host.to_owned()), ..Self::default() }
    }
}

impl NamedFigures {
    pub(super) fn of(named: &Named) -> Self {
        let (configuration_name, repository) = (named.name.clone(), named.repository.clone());
        Self { configuration_id: named.id.to_string(), configuration_name, repository }
    }
}
