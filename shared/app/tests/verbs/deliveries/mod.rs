//! Sending reports and notices.

mod delivery;
mod health;
mod recover;
