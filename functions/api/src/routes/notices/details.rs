//! The figures of a notice, as its type has them.

use crate::routes::prelude::{answer_body, words};
use adapters::webhook::{NamedFigures, NoticeFigures};

answer_body! {
    /// The figures of a notice. Its type decides which there are; the others are absent.
    pub(crate) struct NoticeDetails of(figures: NoticeFigures)
        let NoticeFigures {
            limit, percent, used, until, paused, paused_count, model, retired_on, run_id,
            error_code, attempts, response_status, endpoint, host, reason, since,
        } = figures;
    {
        /// Counted runs that the month allows, or the limit on runs that do not count.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        limit: Option<u64> = limit,
        /// The part of the limit that is reached.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        percent: Option<u64> = percent,
        /// Counted runs at that moment.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        used: Option<u64> = used,
        /// When the limit resets.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false, format = DateTime)]
        until: Option<String> = until,
        /// The report configurations that are paused, at most 20.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false, max_items = 20)]
        paused: Option<Vec<PausedConfiguration>> =
            paused.map(|paused| paused.into_iter().map(PausedConfiguration::of).collect()),
        /// How many are paused.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        paused_count: Option<u64> = paused_count,
        /// The model that its provider retires.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        model: Option<String> = model,
        /// The first day without it.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false, format = Date)]
        retired_on: Option<String> = retired_on,
        /// The run that failed, recovered, or was not delivered.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        run_id: Option<String> = run_id,
        /// Why the run failed.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        error_code: Option<&'static str> as Option<words::RunErrorCode> = error_code,
        /// Attempts to deliver that were made.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        attempts: Option<u32> = attempts,
        /// The last HTTP status of the receiver. Absent if it gave no answer.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        response_status: Option<u16> = response_status,
        /// Whose webhook it is about.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        endpoint: Option<&'static str> as Option<words::EndpointOwner> = endpoint,
        /// The host of that webhook.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        host: Option<String> = host,
        /// Why the webhook is disabled.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        reason: Option<&'static str> as Option<words::DisabledReason> = reason,
        /// Since when reports failed, or the webhook took no message.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false, format = DateTime)]
        since: Option<String> = since,
    }

    /// A paused report configuration.
    pub(crate) struct PausedConfiguration of(named: NamedFigures) {
        configuration_id: String = named.configuration_id,
        configuration_name: Option<String> = named.configuration_name,
        repository: Option<String> = named.repository,
    }
}
