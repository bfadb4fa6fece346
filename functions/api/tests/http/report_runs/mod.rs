//! `src/routes/report_runs`.

mod cancel;
mod damage;
mod degraded;
mod deliveries;
mod export;
mod get;
mod list;
mod of_configuration;
mod parameters;
mod rate;
mod redeliver;
mod usage;
