//! What came of one attempt: the answer while it is decided on, and the result that is recorded.

use super::Verdict;
use crate::words::words;
use std::time::Duration;

words! {
    /// Why an attempt got no answer. It is made again.
    pub enum NoAnswer {
        Timeout = "timeout",
        /// The receiver took too long to accept the connection, or its TLS handshake.
        ConnectTimeout = "connect_timeout",
        /// The receiver's machine refused the connection: nothing listens at the port.
        Refused = "refused",
        /// The connection was reset: by the receiver, or by something before it.
        Reset = "reset",
        /// The receiver closed the connection before its answer was complete.
        ClosedEarly = "closed_early",
        /// What answered does not speak HTTP.
        NotHttp = "not_http",
        /// No connection for any other reason, such as a network without a route. Earlier versions recorded every
        /// missing connection under this word.
        Connect = "connect",
        /// The receiver's certificate or TLS version was not accepted.
        Tls = "tls",
        Dns = "dns",
        /// The signing secret can't be opened at the moment.
        SecretUnavailable = "signing_secret_unavailable",
        /// The request could not be made, for a reason of ours.
        NotSent = "not_sent",
        Other = "other",
    }

    /// Why an attempt may not be made, now or later.
    pub enum Forbidden {
        /// The address leads into a network that no webhook may reach.
        Address = "forbidden_address",
        NoConfiguration = "no_configuration",
        NoWebhook = "no_webhook",
        /// The webhook is disabled, because it did not take messages.
        Disabled = "endpoint_disabled",
        /// The report's text has expired, or can't be read.
        NoContent = "no_content",
        /// The signing secret can't be opened with the deployment's key.
        SecretUnreadable = "signing_secret_unreadable",
    }
}

/// What came of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Status {
        status: u16,
        retry_after: Option<Duration>,
    },
    /// The receiver answered with a successful HTTP status, but its words say that it did not take the message.
    NotTaken {
        status: u16,
        retry_after: Option<Duration>,
    },
    NoAnswer(NoAnswer),
    /// No request was made, and none may be.
    Forbidden(Forbidden),
}

impl Answer {
    /// The HTTP status, where the receiver answered.
    pub const fn status(&self) -> Option<u16> {
        match self {
            Self::Status { status, .. } | Self::NotTaken { status, .. } => Some(*status),
            Self::NoAnswer(_) | Self::Forbidden(_) => None,
        }
    }

    /// Whether the receiver has the report.
    pub fn is_success(&self) -> bool {
        self.verdict() == Verdict::Delivered
    }

    /// How long the receiver asks to wait before the next attempt.
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Status { retry_after, .. } | Self::NotTaken { retry_after, .. } => *retry_after,
            Self::NoAnswer(_) | Self::Forbidden(_) => None,
        }
    }

    /// What the answer means for the delivery.
    pub const fn verdict(&self) -> Verdict {
        match self {
            Self::Status { status, .. } => Verdict::of_status(*status),
            Self::NotTaken { .. } | Self::NoAnswer(_) => Verdict::Retry,
            Self::Forbidden(_) => Verdict::Refused,
        }
    }
}

/// The class of a successful status under words that say otherwise.
const NOT_TAKEN: &str = "not_taken";
/// The class of an attempt whose worker died before it had an answer.
const UNKNOWN: &str = "unknown";

/// The recorded result of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttemptResult {
    Status(u16),
    NotTaken(u16),
    NoAnswer(NoAnswer),
    Forbidden(Forbidden),
    /// The worker died before it recorded an answer.
    Unknown,
}

impl From<&Answer> for AttemptResult {
    fn from(answer: &Answer) -> Self {
        match answer {
            Answer::Status { status, .. } => Self::Status(*status),
            Answer::NotTaken { status, .. } => Self::NotTaken(*status),
            Answer::NoAnswer(reason) => Self::NoAnswer(*reason),
            Answer::Forbidden(reason) => Self::Forbidden(*reason),
        }
    }
}

impl AttemptResult {
    /// The HTTP status, where the receiver answered.
    pub const fn status(self) -> Option<u16> {
        match self {
            Self::Status(status) | Self::NotTaken(status) => Some(status),
            Self::NoAnswer(_) | Self::Forbidden(_) | Self::Unknown => None,
        }
    }

    /// The class of failure in records and answers, such as `timeout` or `http_500`; `None` for a successful attempt.
    pub fn error_class(self) -> Option<String> {
        match self {
            Self::Status(200..=299) => None,
            Self::Status(status) => Some(format!("http_{status}")),
            Self::NotTaken(_) => Some(NOT_TAKEN.to_owned()),
            Self::NoAnswer(reason) => Some(reason.as_str().to_owned()),
            Self::Forbidden(reason) => Some(reason.as_str().to_owned()),
            Self::Unknown => Some(UNKNOWN.to_owned()),
        }
    }

    /// The result whose record has this status and this class. An unknown class is [`NoAnswer::Other`].
    pub fn of_record(status: Option<u16>, error_class: Option<&str>) -> Self {
        match (status, error_class) {
            (Some(status), Some(NOT_TAKEN)) => Self::NotTaken(status),
            (Some(status), _) => Self::Status(status),
            (None, None | Some(UNKNOWN)) => Self::Unknown,
            (None, Some(class)) => match Forbidden::parse(class) {
                Some(reason) => Self::Forbidden(reason),
                None => Self::NoAnswer(NoAnswer::parse(class).unwrap_or(NoAnswer::Other)),
            },
        }
    }

    /// The answer that the attempt had; `None` where it is unknown. `retry_after` is how long to wait before the next
    /// attempt, where the receiver may have asked for it.
    pub fn answer(self, retry_after: Option<Duration>) -> Option<Answer> {
        match self {
            Self::Status(status) => Some(Answer::Status { status, retry_after }),
            Self::NotTaken(status) => Some(Answer::NotTaken { status, retry_after }),
            Self::NoAnswer(reason) => Some(Answer::NoAnswer(reason)),
            Self::Forbidden(reason) => Some(Answer::Forbidden(reason)),
            Self::Unknown => None,
        }
    }
}
