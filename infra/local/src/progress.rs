//! Progress: lines on standard error, and a spinner if it is a terminal.

use std::io::{IsTerminal, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::Instant;

const FRAMES: [&str; 10] = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const FRAME: Duration = Duration::from_millis(100);

/// Writes progress to standard error.
#[derive(Clone, Debug)]
pub struct Progress {
    terminal: bool,
    /// The current text of the spinner; lines are written above it.
    shown: Arc<Mutex<Option<String>>>,
}

/// A step that takes time. Dropping this ends the spinner.
#[derive(Debug)]
pub struct Waiting {
    progress: Progress,
    spinner: Option<JoinHandle<()>>,
}

impl Progress {
    /// Progress on standard error, with a spinner if it is a terminal.
    #[must_use]
    pub fn on_stderr() -> Self {
        Self { terminal: std::io::stderr().is_terminal(), shown: Arc::default() }
    }

    /// Writes a line.
    pub fn line(&self, text: &str) {
        let shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let mut err = std::io::stderr().lock();
        // If standard error is closed, progress is lost, which is harmless.
        let _ignored = match shown.as_ref() {
            Some(spinner) => writeln!(err, "\r\x1b[K{text}").and_then(|()| write!(err, "{spinner}")),
            None => writeln!(err, "{text}"),
        };
        let _ignored = err.flush();
    }

    /// Removes the spinner until its next frame, because something else is printed to the terminal.
    pub fn clear(&self) {
        let shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        if shown.is_some() {
            let mut err = std::io::stderr().lock();
            let _ignored = write!(err, "\r\x1b[K").and_then(|()| err.flush());
        }
    }

    /// Shows that a step is running: a line, or a spinner with the elapsed time.
    #[must_use]
    pub fn waiting(&self, text: &str) -> Waiting {
        if !self.terminal {
            self.line(&format!("{text} …"));
            return Waiting { progress: self.clone(), spinner: None };
        }
        let (progress, text, began) = (self.clone(), text.to_owned(), Instant::now());
        let spinner = tokio::spawn(async move {
            let mut interval = tokio::time::interval(FRAME);
            for frame in FRAMES.iter().cycle() {
                interval.tick().await;
                progress.show(format!("{frame} {text} ({} s)", began.elapsed().as_secs()));
            }
        });
        Waiting { progress: self.clone(), spinner: Some(spinner) }
    }

    fn show(&self, text: String) {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let mut err = std::io::stderr().lock();
        let _ignored = write!(err, "\r\x1b[K{text}").and_then(|()| err.flush());
        *shown = Some(text);
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some(spinner) = &self.spinner {
            spinner.abort();
            let mut shown = self.progress.shown.lock().unwrap_or_else(PoisonError::into_inner);
            if shown.take().is_some() {
                let mut err = std::io::stderr().lock();
                let _ignored = write!(err, "\r\x1b[K").and_then(|()| err.flush());
            }
        }
    }
}
