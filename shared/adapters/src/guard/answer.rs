//! Reads the answers of unknown servers: bodies within a limit, dates, and classes of failure.

use domain::delivery::NoAnswer;
use domain::instant::Instant;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use std::error::Error;
use std::io;
use std::time::Duration;

/// How much of the end of a body that is too large is kept: some services report details of an answer after it.
const LAST_BYTES: usize = 16 * 1024;
/// The most bytes of a body that is too large that are read to get to its end.
const PASSED_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Why an answer's body can't be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    #[error("the response is larger than {bytes_max} bytes")]
    TooLarge { bytes_max: usize },
    #[error("the response was cut off ({0})")]
    BrokenOff(&'static str),
}

/// The body, if it has at most `bytes_max` bytes; a larger one is not read to its end.
pub(crate) async fn read_bounded(mut response: reqwest::Response, bytes_max: usize) -> Result<Vec<u8>, ReadError> {
    let mut body = Vec::new();
    while let Some(chunk) =
        response.chunk().await.map_err(|error| ReadError::BrokenOff(failure_class(&error).as_str()))?
    {
        if body.len().saturating_add(chunk.len()) > bytes_max {
            return Err(ReadError::TooLarge { bytes_max });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The beginning of the body, at most `bytes_max` bytes, and whether that is all of it; the class of failure where the
/// connection ended first.
pub(crate) async fn read_beginning(
    mut response: reqwest::Response,
    bytes_max: usize,
) -> Result<(Vec<u8>, bool), NoAnswer> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failure_class(&error))? {
        body.extend_from_slice(&chunk);
        if body.len() > bytes_max {
            body.truncate(bytes_max);
            return Ok((body, false));
        }
    }
    Ok((body, true))
}

/// A body, as far as it could be read.
#[derive(Debug)]
pub(crate) struct Body {
    /// Its beginning.
    pub(crate) begun: Vec<u8>,
    /// Its last bytes, where the body is longer than `begun` may be.
    pub(crate) last: Vec<u8>,
    /// How many bytes were read after `begun`.
    pub(crate) over: usize,
    /// Why it is not complete.
    pub(crate) cut: Option<ReadError>,
}

impl Body {
    /// Whether all of it is in `begun`.
    pub(crate) fn is_whole(&self) -> bool {
        self.cut.is_none()
    }

    /// How many bytes were read.
    pub(crate) fn bytes(&self) -> usize {
        self.begun.len().saturating_add(self.over)
    }
}

/// Reads what can be read of a body, for answers that are of use even if they end early or are too large: the
/// beginning, and the last [`LAST_BYTES`] of a body that is longer but no longer than [`PASSED_BYTES_MAX`].
pub(crate) async fn read_available(mut response: reqwest::Response, bytes_max: usize) -> Body {
    let mut body = Body { begun: Vec::new(), last: Vec::new(), over: 0, cut: None };
    loop {
        let chunk = match response.chunk().await {
            Ok(Some(chunk)) => chunk,
            Ok(None) => return body,
            Err(error) => {
                body.cut = Some(ReadError::BrokenOff(failure_class(&error).as_str()));
                return body;
            }
        };
        let room = bytes_max.saturating_sub(body.begun.len()).min(chunk.len());
        let (fits, over) = chunk.split_at_checked(room).unwrap_or((&chunk, &[]));
        body.begun.extend_from_slice(fits);
        if over.is_empty() {
            continue;
        }
        body.cut = Some(ReadError::TooLarge { bytes_max });
        body.last.extend_from_slice(over);
        body.last.drain(..body.last.len().saturating_sub(LAST_BYTES));
        body.over = body.over.saturating_add(over.len());
        if body.over > PASSED_BYTES_MAX {
            return body;
        }
    }
}

/// How long `Retry-After` asks to wait: seconds, rounded up, or an HTTP date, counted from the server's own `Date`
/// if it has one and else from `now`. A date in the past is no wait.
pub(crate) fn retry_after(headers: &HeaderMap, now: Option<Instant>) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Some(seconds) = seconds(text) {
        return Some(Duration::from_secs(seconds));
    }
    let until = http_date(text)?;
    Some((until - date(headers).or(now)?).to_std().unwrap_or_default())
}

/// Whole seconds, rounded up from a decimal fraction, as Discord may send it.
fn seconds(text: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_number = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let begun = fraction.bytes().any(|byte| byte != b'0');
    let whole: u64 = whole.parse().ok().filter(|_| is_number)?;
    Some(whole.saturating_add(u64::from(begun)))
}

/// The server's time of the answer.
pub(crate) fn date(headers: &HeaderMap) -> Option<Instant> {
    http_date(headers.get(DATE)?.to_str().ok()?)
}

fn http_date(text: &str) -> Option<Instant> {
    chrono::DateTime::parse_from_rfc2822(text).ok().map(|date| date.to_utc())
}

/// The class of a failed request, in a word: `timeout`, `dns`, `tls`, `connect` or `other`. The error's own text is
/// not used, because it repeats the address, and an address can contain a secret.
pub(crate) fn failure_class(error: &reqwest::Error) -> NoAnswer {
    if error.is_timeout() {
        NoAnswer::Timeout
    } else if is_tls(error) {
        NoAnswer::Tls
    } else if error.is_connect() {
        NoAnswer::Connect
    } else {
        NoAnswer::Other
    }
}

/// The TLS connector reports what it refuses as an I/O error of invalid data.
fn is_tls(error: &reqwest::Error) -> bool {
    let mut cause: Option<&(dyn Error + 'static)> = error.source();
    while let Some(error) = cause {
        let mut io = error.downcast_ref::<io::Error>();
        while let Some(inner) = io {
            if inner.kind() == io::ErrorKind::InvalidData {
                return true;
            }
            io = inner.get_ref().and_then(|error| error.downcast_ref());
        }
        cause = error.source();
    }
    false
}
