//! What functions log, in a test.

use adapters::boot::telemetry;
use serde_json::Value;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tracing::Level;
use tracing::subscriber::DefaultGuard;

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

impl Logs {
    /// Begins to collect lines of this level and above.
    #[must_use]
    pub fn of(level: Level) -> Self {
        let written = Written::default();
        let writer = written.clone();
        let subscriber = telemetry::subscriber(level, move || writer.clone());
        Self { written, _until_dropped: tracing::subscriber::set_default(subscriber) }
    }

    /// The lines so far that have this message.
    #[must_use]
    pub fn lines(&self, message: &str) -> Vec<Value> {
        let written = self.written.lock();
        let lines = written.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice::<Value>(line).ok());
        lines.filter(|line| line["message"] == message).collect()
    }

    /// All that was written so far.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.written.lock()).into_owned()
    }
}
