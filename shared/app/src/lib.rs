//! The verbs: in what order things happen, and the ports they need.
//!
//! A verb is a struct of exactly the ports it needs: its fields read like the policy of the function that runs it. In
//! reading order: [`ports`], then the verbs in the order of a run's life: [`schedule_due_runs`], [`start_manual_run`]
//! (with [`begin_run`]; before it [`estimate_run`]),
//! [`execute_run`] (with [`block_fire`] and [`end_run`]), [`deliver`] (and again: [`redeliver`]), [`sweep`], and
//! beside it [`cancel_run`], [`test_report`], [`read_usage`], [`recount`], [`holdings`], what a user keeps
//! (with [`list_branches`], to choose from), [`user_view`], what a user sees, and [`delete_account`], the end of all of it. How long and how much is in
//! [`limits`].

pub mod begin_run;
pub mod block_fire;
pub mod cancel_run;
pub mod delete_account;
pub mod deliver;
mod due_pages;
pub mod end_run;
pub mod estimate_run;
pub mod execute_run;
pub mod holdings;
pub mod limits;
pub mod list_branches;
pub mod optimistic;
pub mod ports;
pub mod read_usage;
pub mod recount;
pub mod redeliver;
mod repository_access;
pub mod schedule_due_runs;
pub mod start_manual_run;
pub mod sweep;
pub mod test_report;
pub mod user_view;
