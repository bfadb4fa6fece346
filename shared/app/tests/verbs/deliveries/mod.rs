//! Sending reports and notices.

mod delivery;
mod lanes;
mod recover;
