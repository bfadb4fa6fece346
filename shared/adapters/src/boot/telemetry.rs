//! What is logged, and in which form.
//!
//! A line has the fields of its event and, in `spans`, those of what it belongs to, the outermost first: the invocation
//! or the request of the API, then the run or the delivery. The level says who must act: `error` the operator, `warn`
//! the operator if it continues, `info` no one or the user.

use std::io::IsTerminal;
use tracing::{Level, Span, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
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
    let layer = if json {
        json_lines(std::io::stdout)
    } else {
        let is_terminal = std::io::stderr().is_terminal();
        fmt::layer().with_writer(std::io::stderr).with_ansi(is_terminal).boxed()
    };
    // An error means that there is a subscriber already: a test binary starts many stacks in one process.
    let _already_started = registry().with(layer.with_filter(filter(level, hushed))).try_init();
}

/// What a Lambda logs at a level, written to `writer`.
pub fn subscriber(level: Level, writer: impl for<'w> MakeWriter<'w> + Send + Sync + 'static) -> impl Subscriber {
    registry().with(json_lines(writer).with_filter(filter(level, &[])))
}

/// The span of an invocation of a function: its lines carry the id that Lambda's own lines name. It has the highest
/// level, so that its fields are there at every level that is logged.
pub fn invocation(request_id: &str) -> Span {
    tracing::error_span!("invocation", request_id)
}

fn filter(level: Level, hushed: &[&str]) -> Targets {
    let own = OWN_CRATES.into_iter().map(|name| (name, level));
    let hushed = hushed.iter().map(|name| (*name, Level::ERROR));
    Targets::new().with_default(Level::WARN.min(level)).with_targets(own).with_targets(hushed)
}

fn json_lines<S>(writer: impl for<'w> MakeWriter<'w> + Send + Sync + 'static) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'s> LookupSpan<'s>,
{
    fmt::layer().json().flatten_event(true).with_current_span(false).with_span_list(true).with_writer(writer).boxed()
}
