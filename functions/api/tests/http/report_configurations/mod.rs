//! `src/routes/report_configurations`.

mod run;
