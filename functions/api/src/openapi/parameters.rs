//! The parameters that several operations share. An operation names them: `params(RunPath, IfMatch)`.

use crate::idempotency::KEY_CHARS_MAX;
use crate::page::{CURSOR_BYTES_MAX, LIMIT_DEFAULT, LIMIT_MAX, OFFSET_MAX};
use serde_json::{Value, json};
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{KnownFormat, SchemaFormat, Type};
use utoipa::openapi::{ObjectBuilder, Required};

/// A record's id in the examples.
const ID: &str = "0199c2b4-6f00-7c3e-8a53-0d9c5e0e6c1b";
/// A user's id in the examples.
pub(super) const USER_ID: &str = "0d9c5e0e-6c1b-4a53-9d2f-000000000a11";
/// A month from 0000-01 to 9999-11, after which one more month has a year of four digits.
const MONTH_PATTERN: &str = r"^(\d{4}-(0[1-9]|1[01])|(\d{3}[0-8]|\d{2}[0-8]9|\d[0-8]99|[0-8]999)-12)$";

const OFFSET: &str =
    "Number of records to skip, at most 1,000. Use the cursor to go further; the two can't be combined.";
const IF_MATCH: &str = "The `ETag` of the version to change. If the record has changed since, the response is 412. \
                        Without this header, or with `*`, the current version is changed.";
const IDEMPOTENCY_KEY: &str = "A repeat of the request with the same key within 24 hours does nothing twice. It \
                               completes what the first request started and returns what it created, in its current \
                               state and without secrets.";

macro_rules! parameters {
    ($($(#[doc = $doc:literal])+ $name:ident: $parameter:expr;)+) => {$(
        $(#[doc = $doc])+
        pub(crate) struct $name;

        impl IntoParams for $name {
            fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
                vec![$parameter]
            }
        }
    )+};
}

parameters! {
    /// `{id}` of a report configuration.
    ConfigurationPath: path("id", "The configuration's id.", ID);
    /// `{id}` of a repository.
    RepositoryPath: path("id", "The repository's id.", ID);
    /// `{id}` of a run.
    RunPath: path("id", "The run's id.", ID);
    /// `{user_id}` of an account.
    UserPath: path("user_id", "The user's id.", USER_ID);
    /// The version that an edit applies to.
    IfMatch: optional(
        ParameterIn::Header,
        "If-Match",
        IF_MATCH,
        ObjectBuilder::new().schema_type(Type::String),
        json!("\"1\""),
    );
    /// The key that identifies a request and its repetitions.
    IdempotencyKey: optional(ParameterIn::Header, "Idempotency-Key", &idempotency_key(), key(), json!("5f2b7c0e"));
    /// The start of a range of runs.
    RunsFrom: optional(
        ParameterIn::Query,
        "from",
        "Only runs at or after this instant (the fire time of a scheduled run, the start of any other run).",
        instant(),
        json!("2026-01-01T00:00:00.000Z"),
    );
    /// The end of a range of runs.
    RunsTo: optional(
        ParameterIn::Query,
        "to",
        "Only runs before this instant. Must be after `from`.",
        instant(),
        json!("2026-02-01T00:00:00.000Z"),
    );
    /// Whether a test is delivered.
    Deliver: optional(
        ParameterIn::Query,
        "deliver",
        "Whether the report is sent to the webhook. `false` returns it without sending.",
        ObjectBuilder::new().schema_type(Type::Boolean),
        json!(false),
    );
    /// Whether a rotation may end a valid secret.
    Force: optional(
        ParameterIn::Query,
        "force",
        "`true` ends the oldest secret if five are valid. Without it the response is 409 then.",
        ObjectBuilder::new().schema_type(Type::Boolean),
        json!(false),
    );
    /// Whether a run is only estimated.
    Estimate: optional(
        ParameterIn::Query,
        "estimate",
        "`true` starts nothing and returns the expected commits, tokens and cost.",
        ObjectBuilder::new().schema_type(Type::Boolean),
        json!(false),
    );
    /// A month of usage.
    MonthQuery: optional(
        ParameterIn::Query,
        "month",
        "A month in UTC. Defaults to the current month.",
        ObjectBuilder::new().schema_type(Type::String).pattern(Some(MONTH_PATTERN)),
        json!("2026-01"),
    );
}

/// Which page of a list is returned: `limit`, `offset` and `cursor`.
pub(crate) struct Paging;

impl IntoParams for Paging {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let query = ParameterIn::Query;
        let integer = || ObjectBuilder::new().schema_type(Type::Integer);
        let limit = integer().minimum(Some(1_usize)).maximum(Some(LIMIT_MAX));
        let offset = integer().minimum(Some(0_usize)).maximum(Some(OFFSET_MAX));
        let cursor = ObjectBuilder::new().schema_type(Type::String);
        let cursor = cursor.min_length(Some(1)).max_length(Some(CURSOR_BYTES_MAX));
        vec![
            optional(query.clone(), "limit", "Records per page.", limit, json!(LIMIT_DEFAULT)),
            optional(query.clone(), "offset", OFFSET, offset, json!(0)),
            parameter(query, "cursor", "The `next_cursor` of an earlier page of the same query.", cursor, None),
        ]
    }
}

fn path(name: &str, description: &str, example: &str) -> Parameter {
    let text = ObjectBuilder::new().schema_type(Type::String);
    parameter(ParameterIn::Path, name, description, text, Some(json!(example)))
}

fn optional(place: ParameterIn, name: &str, description: &str, schema: ObjectBuilder, example: Value) -> Parameter {
    parameter(place, name, description, schema, Some(example))
}

fn parameter(
    place: ParameterIn,
    name: &str,
    description: &str,
    schema: ObjectBuilder,
    example: Option<Value>,
) -> Parameter {
    let required = if place == ParameterIn::Path { Required::True } else { Required::False };
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(required)
        .description(Some(description))
        .schema(Some(schema))
        .example(example)
        .build()
}

fn instant() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
}

fn idempotency_key() -> String {
    format!("1 to {KEY_CHARS_MAX} visible ASCII characters. {IDEMPOTENCY_KEY}")
}

fn key() -> ObjectBuilder {
    let pattern = format!("^[!-~]{{1,{KEY_CHARS_MAX}}}$");
    ObjectBuilder::new().schema_type(Type::String).pattern(Some(pattern))
}
