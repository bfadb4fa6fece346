//! `src/routes/report_runs/usage`.

mod breakdown;
mod current;
mod daily;
mod forecast;
mod history;
