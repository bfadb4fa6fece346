//! How a report or a notice reaches its receiver.
//!
//! In reading order: `state`, the delivery that a run or a notice carries; `answer`, what came of an attempt; `retry`,
//! when the next attempt is made; `lane`, which queue carries it; `health`, what the attempts say about an endpoint;
//! `format` and `shape`, the layout of a body; `secret`, `secrets` and `signature`, how it is signed; `headers`, what
//! its user adds to a request.

mod answer;
mod format;
mod headers;
mod health;
mod lane;
mod retry;
mod secret;
mod secrets;
mod shape;
mod signature;
mod state;

pub use answer::{Answer, AttemptResult, Forbidden, NoAnswer};
pub use format::WebhookFormat;
pub use headers::{
    CustomHeaders, HEADER_NAME_BYTES_MAX, HEADER_VALUE_BYTES_MAX, HEADERS_MAX, HeaderChange, HeaderName,
    HeaderNameError, HeaderValue, HeaderValueError, SealedHeaders,
};
pub use health::{
    DISABLED_AFTER_ATTEMPTS, DISABLED_AFTER_DAYS, DisabledReason, Evidence, Health, HealthState, REPORTED_AFTER_MINUTES,
};
pub use lane::{Lane, SLOW_AFTER, is_slow};
pub use retry::{
    ATTEMPTS_MAX, DELAY_MAX, Jitter, QUEUE_DELAY_SECONDS_MAX, RetryPolicy, RetryPolicyError, Verdict,
    queue_delay_seconds,
};
pub use secret::{SECRET_BYTES_MAX, SECRET_BYTES_MIN, SecretError, SigningSecret};
pub use secrets::{EARLIER_SECRET_HOURS, EarlierSecret, SIGNING_SECRETS_MAX, SecretsInUse, SigningSecrets, WhenFull};
pub use shape::{Shape, connector_answer};
pub use signature::{SignatureError, TOLERANCE_SECONDS, sign, signature_header, verify};
pub use state::{
    AgainError, CYCLES_ATTEMPTS_MAX, Claim, Delivery, DeliveryError, DeliveryState, Pending, Settled, Stage,
};
