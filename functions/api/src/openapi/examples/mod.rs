//! The values in the examples of the document.
//!
//! In reading order: `requests`, then answers: `runs`, `usage`, `configurations`, `accounts`,
//! `notices`. A test compares each with
//! its schema: an example has every member that an answer has, and no other.

mod accounts;
mod configurations;
mod notices;
mod requests;
mod runs;
mod usage;

pub(crate) use accounts::*;
pub(crate) use configurations::*;
pub(crate) use notices::*;
pub(crate) use requests::*;
pub(crate) use runs::*;
pub(crate) use usage::*;

use crate::routes::report_configurations::WritingPart;
use domain::report::Writing;
use serde_json::Value;

/// How a report is written if its user sets nothing, as members of a record.
fn writing() -> Value {
    serde_json::to_value(WritingPart::of(&Writing::default())).unwrap_or_default()
}

/// One object with the members of all.
fn joined<const N: usize>(parts: [Value; N]) -> Value {
    let members =
        parts.into_iter().filter_map(|part| if let Value::Object(members) = part { Some(members) } else { None });
    Value::Object(members.flatten().collect())
}
