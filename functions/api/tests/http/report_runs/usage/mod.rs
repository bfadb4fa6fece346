//! `src/routes/report_runs/usage`.

mod current;
mod daily;
mod forecast;
mod history;
