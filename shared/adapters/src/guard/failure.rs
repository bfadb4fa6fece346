//! The class of a request that failed, by its cause.

use domain::delivery::NoAnswer;
use std::error::Error;
use std::io;
use std::iter::successors;

/// The class of a failed request. The error's own text is not used, because it repeats the address, and an address can
/// contain a secret.
pub(crate) fn failure_class(error: &reqwest::Error) -> NoAnswer {
    if error.is_timeout() {
        return if error.is_connect() { NoAnswer::ConnectTimeout } else { NoAnswer::Timeout };
    }
    let by_cause = successors(error.source(), |cause| inner(*cause)).find_map(class_of);
    by_cause.unwrap_or(if error.is_connect() { NoAnswer::Connect } else { NoAnswer::Other })
}

/// What caused an error. An I/O error does not name the error that it contains as its cause.
fn inner<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e (dyn Error + 'static)> {
    match error.downcast_ref::<io::Error>() {
        Some(io) => {
            let inner: &(dyn Error + 'static) = io.get_ref()?;
            Some(inner)
        }
        None => error.source(),
    }
}

fn class_of(cause: &(dyn Error + 'static)) -> Option<NoAnswer> {
    if let Some(http) = cause.downcast_ref::<hyper::Error>() {
        return match http {
            http if http.is_incomplete_message() => Some(NoAnswer::ClosedEarly),
            http if http.is_parse() => Some(NoAnswer::NotHttp),
            _ => None,
        };
    }
    match cause.downcast_ref::<io::Error>()?.kind() {
        // The TLS connector reports what it refuses as invalid data.
        io::ErrorKind::InvalidData => Some(NoAnswer::Tls),
        io::ErrorKind::ConnectionRefused => Some(NoAnswer::Refused),
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe => {
            Some(NoAnswer::Reset)
        }
        io::ErrorKind::UnexpectedEof => Some(NoAnswer::ClosedEarly),
        _ => None,
    }
}
