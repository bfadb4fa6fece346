//! Rows in the format of RFC 4180.

use super::ExportPage;
use crate::routes::prelude::{Answer, Problem};
use crate::routes::report_runs::RunBody;
use csv::{Terminator, Writer, WriterBuilder};
use serde_json::Value;

/// Defines the columns: each is the name of a member of a run's body, or a name and the place of its value behind `at`.
/// A value with several parts is one cell of JSON.
macro_rules! columns {
    ($($name:ident $(at $place:literal)?,)+) => {
        /// The columns: a name, and the pointer to its value in a run's body.
        const COLUMNS: &[(&str, &str)] = &[$((stringify!($name), columns!(@pointer $name $($place)?))),+];
    };
    (@pointer $name:ident) => { concat!("/", stringify!($name)) };
    (@pointer $name:ident $place:literal) => { concat!("/", $place) };
}

columns! {
    id, user_id, repository_id, report_configuration_id, started_at, completed_at, status, waiting_until,
    configuration_snapshot, tokens_used, model_used, cost_usd, commits_processed, commit_range_from, commit_range_to,
    report_format, error_message, error_code, webhook_delivered, webhook_delivery_attempts, webhook_last_attempt_at,
    webhook_response_status, created_at, updated_at, trigger, usage_month, attempt, prompt_tokens, cached_prompt_tokens,
    completion_tokens, reasoning_tokens, usage_source, input_usd_per_million at "rates/input_usd_per_million",
    cached_input_usd_per_million at "rates/cached_input_usd_per_million",
    output_usd_per_million at "rates/output_usd_per_million", degraded, counted at "quota/counted",
    count_reason at "quota/reason", quota_month at "quota/month", quota_limit at "quota/limit",
    quota_plan at "quota/plan", repository_name at "configuration_snapshot/repository_name", known_cost_usd,
    cache_write_prompt_tokens, cache_write_usd_per_million at "rates/cache_write_usd_per_million", range_from, range_to,
    degraded_reason at "degraded_reason/code", degraded_message at "degraded_reason/message", commits_at_least,
    repositories, failed_repositories,
}

/// A page of rows under a header line.
pub(super) struct CsvPage {
    writer: Writer<Vec<u8>>,
    bytes: usize,
    bytes_max: usize,
}

impl CsvPage {
    pub(super) fn new(bytes_max: usize) -> Answer<Self> {
        let header = line(COLUMNS.iter().map(|(name, _)| (*name).to_owned()))?;
        let mut page = Self { writer: writer(), bytes: header.len(), bytes_max };
        page.writer.write_record(COLUMNS.iter().map(|(name, _)| name)).map_err(|error| broken(&error))?;
        Ok(page)
    }
}

impl ExportPage for CsvPage {
    fn push(&mut self, run: &RunBody) -> Answer<bool> {
        let body = serde_json::to_value(run).map_err(|error| broken(&error))?;
        let cells: Vec<String> = COLUMNS.iter().map(|(_, place)| cell(body.pointer(place))).collect();
        let bytes = line(cells.iter().cloned())?.len();
        if self.bytes + bytes > self.bytes_max {
            return Ok(false);
        }
        self.bytes += bytes;
        self.writer.write_record(&cells).map_err(|error| broken(&error))?;
        Ok(true)
    }

    fn finish(self) -> Answer<String> {
        let bytes = self.writer.into_inner().map_err(|error| broken(&error))?;
        String::from_utf8(bytes).map_err(|error| broken(&error))
    }
}

fn writer() -> Writer<Vec<u8>> {
    WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new())
}

/// One line by itself, to measure its length.
fn line(cells: impl Iterator<Item = String>) -> Answer<Vec<u8>> {
    let mut writer = writer();
    writer.write_record(cells.map(String::into_bytes)).map_err(|error| broken(&error))?;
    writer.into_inner().map_err(|error| broken(&error))
}

fn broken(error: &dyn std::fmt::Display) -> Problem {
    Problem::internal(&format!("the export can't be written: {error}"))
}

fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => neutral(text),
        Some(other) => other.to_string(),
    }
}

/// A text that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, "CSV injection"): users
/// choose the names of repositories and reports.
fn neutral(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{cell, neutral};
    use serde_json::json;

    #[test]
    fn only_formulas_are_neutralised() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(neutral(text), format!("'{text}"));
        }
        for text in ["", "a=1", "'=1", " =1", "2026-01-01"] {
            assert_eq!(neutral(text), text);
        }
        assert_eq!(cell(Some(&serde_json::from_str("0.000001").unwrap())), "0.000001");
        assert_eq!(cell(Some(&json!(null))), "");
        assert_eq!(cell(None), "");
        assert_eq!(cell(Some(&json!({"name": "=1"}))), r#"{"name":"=1"}"#);
    }
}
