//! Bodies of requests. Each body is defined once, by the macro `request_body!`: its fields, their types and their
//! defaults. The parser, which reports every invalid field at once, and the OpenAPI schema are both derived from it.
//!
//! In reading order: this file, the extractors; `define`, the macro; `field`, what a type needs to be a field;
//! `fields`, `prose`, `numbers`, `list`, `branches`, `paths`, `sources`, `headers` and `checked`, the types that are
//! fields; `schema`, the schema of a body; `object`, JSON objects without repeated keys.

mod branches;
mod checked;
mod define;
mod field;
mod fields;
mod headers;
mod list;
mod numbers;
mod object;
mod paths;
mod prose;
mod schema;
mod sources;

pub(crate) use branches::BranchList;
pub(crate) use checked::Checked;
pub(crate) use define::request_body;
pub(crate) use field::{Field, Given, Members, parse_nested};
pub(crate) use fields::{
    CronExpression, Line, RepositoryAddress, Secret, WebhookUrl, ZoneName, one_of, quoted, word_field,
};
pub(crate) use headers::{WebhookHeaders, stored_headers};
pub(crate) use numbers::{Limit, Price};
pub(crate) use object::JsonObject;
pub(crate) use paths::PathList;
pub(crate) use prose::Prose;
pub(crate) use schema::{Description, with_default};
pub(crate) use sources::SourceList;

use crate::problem::Problem;
use axum::extract::{FromRequest, Request};
use serde_json::{Map, Value};

/// The largest body that is read, in bytes: the largest request is a configuration, a few kilobytes.
pub(crate) const BODY_BYTES_MAX: usize = 256 * 1024;

/// The longest part of a caller's text that an error repeats.
const SHOWN_CHARS_MAX: usize = 80;

/// A body that `request_body!` defines.
pub(crate) trait RequestBody: Sized {
    /// Read-only members that change with the clock: any object is accepted where a GET returns one, because what was
    /// read a minute ago is not an edit.
    const COMPUTED: &[&str];
    /// Objects whose keys are compared without regard to case: a patch replaces a member in any spelling of its name.
    const CASELESS: &[&str];

    /// Takes the fields out of `members`. `None` if one is invalid; `members` then has the errors.
    fn from_members(members: &mut Members) -> Option<Self>;

    /// Adds the fields to a schema.
    fn describe(body: Description) -> Description;
}

/// The body of a request: 413 beyond [`BODY_BYTES_MAX`], 415 unless its content type is JSON, 400 unless it is JSON,
/// 422 with a pointer to each field that is missing, unknown or invalid.
#[derive(Debug)]
pub(crate) struct JsonBody<T> {
    pub(crate) value: T,
    /// The body without its spaces and with its members sorted: what a repeated request is compared by.
    pub(crate) canonical: String,
}

impl<S: Send + Sync, T: RequestBody> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let object = JsonObject::from_request(request, state).await?;
        Ok(Self { canonical: object.canonical(), value: parse(object, None)? })
    }
}

/// Parses a body. `current` is what a GET returns of the record that is edited: members that can't be set are accepted
/// if they are unchanged.
pub(crate) fn parse<T: RequestBody>(object: JsonObject, current: Option<Map<String, Value>>) -> Result<T, Problem> {
    let mut members = Members::new(object.into_members(), current);
    let value = members.all();
    match value {
        Some(value) => Ok(value),
        None => Err(Problem::validation(members.into_errors())),
    }
}

/// A caller's text, short enough to be repeated in an error.
pub(crate) fn shown(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(SHOWN_CHARS_MAX).collect()
}
