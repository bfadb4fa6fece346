//! `src/routes/report_runs`.

mod cancel;
mod get;
mod list;
mod parameters;
mod usage;
