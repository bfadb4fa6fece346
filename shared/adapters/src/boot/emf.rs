//! Writes the metrics of [`app::metrics`] in `CloudWatch`'s embedded metric format: one JSON line for each, from which
//! `CloudWatch` makes the metric without a call. The page "Specification: Embedded metric format" of its user guide
//! describes them.

use crate::clock::SystemClock;
use app::metrics::{METRICS, Metric, TARGET};
use app::ports::Clock;
use serde_json::{Map, Value, json};
use std::fmt;
use std::io::Write;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::Context;

/// Writes metrics of a namespace.
pub(super) struct EmbeddedMetrics<W> {
    namespace: String,
    writer: W,
}

impl<W> EmbeddedMetrics<W> {
    pub(super) fn new(namespace: &str, writer: W) -> Self {
        Self { namespace: namespace.to_owned(), writer }
    }
}

impl<S: Subscriber, W: for<'w> MakeWriter<'w> + 'static> Layer<S> for EmbeddedMetrics<W> {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() != TARGET {
            return;
        }
        let mut fields = Fields::default();
        event.record(&mut fields);
        let line = embedded(&self.namespace, SystemClock.now().timestamp_millis(), fields.0);
        // A line that can't be written is lost, as it is with every other line of a log.
        let _lost = writeln!(self.writer.make_writer(), "{line}");
    }
}

/// The line of an event. A metric is written without a dimension and, where the event has one, with it.
fn embedded(namespace: &str, at: i64, fields: Map<String, Value>) -> Value {
    let directives: Vec<Value> = METRICS
        .iter()
        .filter(|metric| fields.contains_key(metric.name))
        .map(|Metric { name, unit, dimension, .. }| {
            let split = dimension.filter(|dimension| fields.contains_key(*dimension)).map(|dimension| vec![dimension]);
            let dimensions: Vec<Vec<&str>> = std::iter::once(vec![]).chain(split).collect();
            let metrics = [json!({"Name": name, "Unit": unit.as_str()})];
            json!({"Namespace": namespace, "Dimensions": dimensions, "Metrics": metrics})
        })
        .collect();
    let mut line = fields;
    line.insert("_aws".to_owned(), json!({"Timestamp": at, "CloudWatchMetrics": directives}));
    Value::Object(line)
}

#[derive(Default)]
struct Fields(Map<String, Value>);

impl Visit for Fields {
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.0.insert(field.name().to_owned(), value.into());
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.0.insert(field.name().to_owned(), value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}").into());
    }
}
