//! Standard output: only results. Progress is written to standard error, see `progress`.

use serde_json::Value;
use std::io::{self, ErrorKind, Write};

/// The result can't be written and is lost.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// The reader closed the pipe.
    #[error("standard output was closed before everything was written")]
    ReaderClosed,
    /// Standard output was closed when the process started.
    #[error("standard output is closed: redirect it to a file, or leave it open")]
    Closed,
    /// For example, the disk is full.
    #[error("standard output can't be written: {0}")]
    Failed(io::Error),
}

impl From<io::Error> for OutputError {
    fn from(error: io::Error) -> Self {
        if error.kind() == ErrorKind::BrokenPipe { Self::ReaderClosed } else { Self::Failed(error) }
    }
}

/// Writes a text and a line feed.
pub fn say(text: &str) -> Result<(), OutputError> {
    let mut out = io::stdout().lock();
    writeln!(out, "{}", text.trim_end_matches('\n'))?;
    Ok(out.flush()?)
}

/// Flushes standard output.
pub fn flush() -> Result<(), OutputError> {
    Ok(io::stdout().lock().flush()?)
}

/// Writes a value as indented JSON.
pub fn say_json(value: &Value) -> Result<(), OutputError> {
    say(&pretty(value))
}

/// Returns an error if standard output was closed when the process started, before a model is paid for a result that
/// can't be printed.
///
/// Rust replaces a closed standard output by `/dev/null`, opened for reading and writing, so that writing never fails.
/// A shell's `> /dev/null` and [`std::process::Stdio::null`] open it for writing only. Only Linux shows how a file was
/// opened; on other systems this function never fails.
pub fn require_open() -> Result<(), OutputError> {
    let is_null = std::fs::read_link("/proc/self/fd/1").is_ok_and(|file| file.as_os_str() == "/dev/null");
    let opened = std::fs::read_to_string("/proc/self/fdinfo/1").unwrap_or_default();
    if is_null && is_read_and_written(&opened) { Err(OutputError::Closed) } else { Ok(()) }
}

/// Whether the octal flags of an open file contain the access mode `O_RDWR` (2).
fn is_read_and_written(fdinfo: &str) -> bool {
    let flags = fdinfo.lines().find_map(|line| line.strip_prefix("flags:"));
    let flags = flags.and_then(|flags| u32::from_str_radix(flags.trim(), 8).ok());
    flags.is_some_and(|flags| flags & 0o3 == 2)
}

/// A value as indented JSON.
#[must_use]
pub fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::is_read_and_written;

    #[test]
    fn access_mode_is_parsed_from_the_flags() {
        assert!(is_read_and_written("pos:\t0\nflags:\t0100002\nmnt_id:\t27\n"));
        assert!(!is_read_and_written("pos:\t0\nflags:\t0100001\nmnt_id:\t27\n"));
        assert!(!is_read_and_written(""));
    }
}
