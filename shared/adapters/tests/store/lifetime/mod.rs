//! The end of records: by their age, and with their account.

mod erasure;
mod rates;
pub(crate) mod retention;
