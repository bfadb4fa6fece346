//! Sending reports and notices.

mod delivery;
mod health;
mod lanes;
mod recover;
