//! The whole system in one process on loopback, and one report on the command line.
//!
//! In reading order: [`cli`], the command line; [`serve`], the system with its demo; [`once`], one report;
//! [`recount`], recounting a month; [`migrate`], importing an earlier system; [`stack`], the system; [`dashboard`], its
//! web pages; [`demo`], its sample data; then the shared modules: [`checkout`], [`since`], [`tokens`], [`output`] and
//! [`progress`].
//!
//! Everything runs through the functions' own libraries. No Lambda contains this crate.

pub mod checkout;
pub mod cli;
pub mod dashboard;
pub mod demo;
pub mod migrate;
pub mod once;
pub mod output;
pub mod progress;
pub mod recount;
pub mod serve;
pub mod since;
pub mod stack;
pub mod tokens;

use adapters::boot::Environment;
use adapters::boot::telemetry::{self, Telemetry};
use clap::Parser;
use cli::{Cli, Command};
use output::OutputError;
use progress::Progress;
use std::process::ExitCode;
use tracing::Level;

/// The embedded engine logs a warning for every failed condition, but failed conditions are a normal result for the
/// verbs.
const QUIET_TARGETS: [&str; 1] = ["dynoxide"];

/// Runs the command. An error is printed as one message on standard error.
pub async fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(answer) => return answered(&answer),
    };
    let environment = Environment::of_process();
    let progress = Progress::on_stderr();
    let ended = match cli.command {
        Some(Command::Report(args)) => {
            // Errors are printed once, at the end; the log would repeat them.
            start_logging(log_level(&environment).unwrap_or(Level::ERROR));
            Box::pin(once::report(&args, &environment, &progress)).await.map_err(|error| error.to_string())
        }
        Some(Command::Recount(args)) => {
            start_logging(log_level(&environment).unwrap_or(Level::ERROR));
            recount::recount(&args, &environment).await.map_err(|error| error.to_string())
        }
        Some(Command::Migrate(args)) => {
            start_logging(log_level(&environment).unwrap_or(Level::ERROR));
            Box::pin(migrate::migrate(&args, &environment, &progress)).await.map_err(|error| error.to_string())
        }
        Some(Command::Serve(args)) => Box::pin(serve(&args, &environment, &progress)).await,
        None => Box::pin(serve(&cli.serve, &environment, &progress)).await,
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            progress.line(&format!("error: {message}"));
            ExitCode::FAILURE
        }
    }
}

/// Prints clap's answer: help, version, or an error.
fn answered(answer: &clap::Error) -> ExitCode {
    let printed = answer.print().map_err(OutputError::from).and_then(|()| output::flush());
    if let Err(error) = printed {
        Progress::on_stderr().line(&format!("error: {error}"));
        return ExitCode::FAILURE;
    }
    u8::try_from(answer.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
}

async fn serve(args: &cli::ServeArgs, environment: &Environment, progress: &Progress) -> Result<(), String> {
    start_logging(log_level(environment).unwrap_or(Level::WARN));
    serve::serve(args, environment, progress).await.map_err(|error| error.to_string())
}

/// `LOG_LEVEL`; an invalid value is reported later, together with the other variables.
fn log_level(environment: &Environment) -> Option<Level> {
    environment.get("LOG_LEVEL")?.parse().ok()
}

fn start_logging(level: Level) {
    telemetry::init(Telemetry { level, metrics: None, hushed: &QUIET_TARGETS }, false);
}
