//! Sending reports and notices.

mod delivery;
mod recover;
