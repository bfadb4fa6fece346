//! Standard output: results, and nothing else. What happens on the way goes to standard error, see `progress`.

use serde_json::Value;
use std::io::{self, ErrorKind, Write};

/// The result can't be written, so that it is lost.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// Nothing reads it any more.
    #[error("standard output was closed before everything was written")]
    Gone,
    /// It was closed from the start.
    #[error("standard output is closed: redirect it to a file, or leave it open")]
    Closed,
    /// The file is full, or broken.
    #[error("standard output can't be written: {0}")]
    Failed(io::Error),
}

impl From<io::Error> for OutputError {
    fn from(error: io::Error) -> Self {
        if error.kind() == ErrorKind::BrokenPipe { Self::Gone } else { Self::Failed(error) }
    }
}

/// Writes a text and ends its line.
pub fn say(text: &str) -> Result<(), OutputError> {
    let mut out = io::stdout().lock();
    writeln!(out, "{}", text.trim_end_matches('\n'))?;
    Ok(out.flush()?)
}

/// Writes what is not written yet.
pub fn flush() -> Result<(), OutputError> {
    Ok(io::stdout().lock().flush()?)
}

/// Writes a value as JSON for people.
pub fn say_json(value: &Value) -> Result<(), OutputError> {
    say(&pretty(value))
}

/// Refuses a standard output that was closed from the start, before anything is paid for a result that nobody gets.
///
/// Rust opens `/dev/null` for reading and writing in the place of a closed one, so that writing never fails. A shell's
/// `> /dev/null` and a process that discards the output of another one with [`std::process::Stdio::null`] open it for
/// writing alone. Only Linux says how a file was opened; elsewhere nothing is refused.
pub fn require_open() -> Result<(), OutputError> {
    let is_null = std::fs::read_link("/proc/self/fd/1").is_ok_and(|file| file.as_os_str() == "/dev/null");
    let opened = std::fs::read_to_string("/proc/self/fdinfo/1").unwrap_or_default();
    if is_null && is_read_and_written(&opened) { Err(OutputError::Closed) } else { Ok(()) }
}

/// Whether the flags of an open file, in octal, have the access mode `O_RDWR` (2).
fn is_read_and_written(fdinfo: &str) -> bool {
    let flags = fdinfo.lines().find_map(|line| line.strip_prefix("flags:"));
    let flags = flags.and_then(|flags| u32::from_str_radix(flags.trim(), 8).ok());
    flags.is_some_and(|flags| flags & 0o3 == 2)
}

/// A value as JSON for people.
#[must_use]
pub fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::is_read_and_written;

    #[test]
    fn access_mode_is_read_from_the_flags() {
        assert!(is_read_and_written("pos:\t0\nflags:\t0100002\nmnt_id:\t27\n"));
        assert!(!is_read_and_written("pos:\t0\nflags:\t0100001\nmnt_id:\t27\n"));
        assert!(!is_read_and_written(""));
    }
}
