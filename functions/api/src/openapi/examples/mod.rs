//! The values in the examples of the document.
//!
//! In reading order: `requests`, then answers: `runs`, `usage`, `configurations`, `accounts`. A test compares each with
//! its schema: an example has every member that an answer has, and no other.

mod accounts;
mod configurations;
mod requests;
mod runs;
mod usage;

pub(crate) use accounts::*;
pub(crate) use configurations::*;
pub(crate) use requests::*;
pub(crate) use runs::*;
pub(crate) use usage::*;
