//! What is logged, and in which form.

use std::io::IsTerminal;
use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt, registry};

/// Our own crates, whose events are logged from the given level on.
const OWN_CRATES: [&str; 8] =
    ["adapters", "app", "domain", "api", "git_report", "report_runner", "report_scheduler", "webhook_delivery"];

/// Starts logging: JSON lines for Lambda's log groups, or lines for people. A second call changes nothing.
///
/// Other crates are logged from `warn` on, whatever `level` is: at lower levels HTTP clients and the AWS SDK write
/// whole requests, with tokens and keys in them. The `hushed` ones are logged from `error` on: their warnings are
/// expected.
pub fn init(level: Level, json: bool, hushed: &[&str]) {
    let own = OWN_CRATES.into_iter().map(|name| (name, level));
    let hushed = hushed.iter().map(|name| (*name, Level::ERROR));
    let filter = Targets::new().with_default(Level::WARN.min(level)).with_targets(own).with_targets(hushed);
    let layer = if json {
        fmt::layer().json().flatten_event(true).with_current_span(true).with_span_list(false).boxed()
    } else {
        let is_terminal = std::io::stderr().is_terminal();
        fmt::layer().with_writer(std::io::stderr).with_ansi(is_terminal).boxed()
    };
    // An error means that there is a subscriber already: a test binary starts many stacks in one process.
    let _already_started = registry().with(layer.with_filter(filter)).try_init();
}
