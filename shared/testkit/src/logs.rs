//! What functions log, in a test.

use adapters::boot::telemetry::{self, Telemetry};
use serde_json::Value;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use tracing::subscriber::DefaultGuard;
use tracing::{Dispatch, Level};

/// The lines that are logged on this thread while this lives, as Lambda gets them.
pub struct Logs {
    written: Written,
    _until_dropped: DefaultGuard,
}

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    fn lock(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.lock().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Lets every thread's subscriber decide for itself which events it takes.
///
/// As long as a process has a single subscriber, `tracing` asks the subscriber of the thread that first reaches an
/// event whether anyone wants it, and remembers the answer for all threads: a test without [`Logs`] would switch the
/// event off for the test that has them. With two others that live on, all of them are asked.
fn keep_events_of_all_threads() {
    static SUBSCRIBERS: OnceLock<[Dispatch; 2]> = OnceLock::new();
    SUBSCRIBERS.get_or_init(|| [(); 2].map(|()| Dispatch::new(telemetry::subscriber(lines(Level::ERROR), io::sink))));
}

fn lines(level: Level) -> Telemetry<'static> {
    Telemetry { level, metrics: None, hushed: &[] }
}

impl Logs {
    /// Begins to collect lines of this level and above.
    #[must_use]
    pub fn of(level: Level) -> Self {
        Self::with(lines(level))
    }

    /// Begins to collect metrics, of the namespace `git-report`.
    #[must_use]
    pub fn of_metrics() -> Self {
        Self::with(Telemetry { metrics: Some("git-report"), ..lines(Level::ERROR) })
    }

    /// Begins to collect what a Lambda writes: lines from `info` on, and metrics.
    #[must_use]
    pub fn of_lambda() -> Self {
        Self::with(Telemetry { metrics: Some("git-report"), ..lines(Level::INFO) })
    }

    fn with(telemetry: Telemetry<'_>) -> Self {
        keep_events_of_all_threads();
        let written = Written::default();
        let writer = written.clone();
        let subscriber = telemetry::subscriber(telemetry, move || writer.clone());
        Self { written, _until_dropped: tracing::subscriber::set_default(subscriber) }
    }

    /// The lines so far that have this message.
    #[must_use]
    pub fn lines(&self, message: &str) -> Vec<Value> {
        let written = self.written.lock();
        let lines = written.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice::<Value>(line).ok());
        lines.filter(|line| line["message"] == message).collect()
    }

    /// The metrics so far: the name, the dimension's value if it has one, and the value.
    #[must_use]
    pub fn metrics(&self) -> Vec<(String, Option<String>, f64)> {
        let text = self.text();
        let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap_or_default());
        let metrics_of = |line: Value| {
            let directives = line.pointer("/_aws/CloudWatchMetrics").and_then(Value::as_array).cloned();
            directives.unwrap_or_default().into_iter().map(move |directive| {
                let name = directive.pointer("/Metrics/0/Name").and_then(Value::as_str).unwrap_or_default();
                let dimension = directive.pointer("/Dimensions/1/0").and_then(Value::as_str);
                let value = dimension.and_then(|dimension| line.get(dimension)?.as_str());
                let number = line.get(name).and_then(Value::as_f64).unwrap_or(f64::NAN);
                (name.to_owned(), value.map(str::to_owned), number)
            })
        };
        lines.flat_map(metrics_of).collect()
    }

    /// All that was written so far.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.written.lock()).into_owned()
    }
}
