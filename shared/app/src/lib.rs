//! The verbs: in what order things happen, and the ports they need.
//!
//! In reading order: [`ports`], then the verbs in the order of a run's life: [`schedule_due_runs`],
//! [`start_manual_run`], [`execute_run`], [`test_report`], [`cancel_run`], [`deliver`], [`sweep`], [`read_usage`].
//! A verb is a struct of exactly the ports it needs.

pub mod limits;
pub mod ports;
