//! What is logged, and in which form.
//!
//! A line has the fields of its event and, in `spans`, those of what it belongs to, the outermost first: the invocation
//! or the request of the API, then the run or the delivery. The level says who must act: `error` the operator, `warn`
//! the operator if it continues, `info` no one or the user.

use super::emf::EmbeddedMetrics;
use app::metrics::TARGET;
use std::io::{self, IsTerminal};
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

/// What a function logs, and where its metrics belong.
#[derive(Clone, Copy, Debug)]
pub struct Telemetry<'a> {
    pub level: Level,
    /// The `CloudWatch` namespace of the metrics; without one none are written.
    pub metrics: Option<&'a str>,
    /// Crates that are logged from `error` on, because their warnings are expected.
    pub hushed: &'a [&'a str],
}

/// Starts logging: JSON lines for Lambda's log groups, or lines for people. A second call changes nothing.
///
/// Other crates are logged from `warn` on, whatever the level is: at lower levels HTTP clients and the AWS SDK write
/// whole requests, with tokens and keys in them.
pub fn init(telemetry: Telemetry<'_>, json: bool) {
    let layer = if json {
        json_lines(io::stdout)
    } else {
        let is_terminal = io::stderr().is_terminal();
        fmt::layer().with_writer(io::stderr).with_ansi(is_terminal).boxed()
    };
    let subscriber = registry().with(layer.with_filter(filter(telemetry))).with(metrics(telemetry, io::stdout));
    // An error means that there is a subscriber already: a test binary starts many stacks in one process.
    let _already_started = subscriber.try_init();
}

/// What a Lambda writes to `writer`.
pub fn subscriber(
    telemetry: Telemetry<'_>,
    writer: impl for<'w> MakeWriter<'w> + Clone + Send + Sync + 'static,
) -> impl Subscriber {
    let lines = json_lines(writer.clone()).with_filter(filter(telemetry));
    registry().with(lines).with(metrics(telemetry, writer))
}

/// The span of an invocation of a function: its lines carry the id that Lambda's own lines name. It has the highest
/// level, so that its fields are there at every level that is logged.
pub fn invocation(request_id: &str) -> Span {
    tracing::error_span!("invocation", request_id)
}

fn metrics<S: Subscriber + for<'s> LookupSpan<'s>>(
    telemetry: Telemetry<'_>,
    writer: impl for<'w> MakeWriter<'w> + Send + Sync + 'static,
) -> Option<impl Layer<S> + Send + Sync> {
    let layer = EmbeddedMetrics::new(telemetry.metrics?, writer);
    Some(layer.with_filter(Targets::new().with_target(TARGET, Level::INFO)))
}

fn filter(Telemetry { level, hushed, .. }: Telemetry<'_>) -> Targets {
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
