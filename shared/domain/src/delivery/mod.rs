//! How a report or a notice reaches its receiver: the state it carries, the shape of its body, when to try again, and how
//! it is signed.

mod retry;
mod secret;
mod shape;
mod signature;
mod state;

pub use retry::{
    ATTEMPTS_MAX, DELAY_MAX, Jitter, QUEUE_DELAY_SECONDS_MAX, RetryPolicy, RetryPolicyError, Verdict, judge,
    queue_delay_seconds,
};
pub use secret::{SECRET_BYTES_MAX, SECRET_BYTES_MIN, SecretError, SigningSecret};
pub use shape::{Shape, connector_answer};
pub use signature::{SignatureError, TOLERANCE_SECONDS, sign, signature_header, verify};
pub use state::{AgainError, Answer, CYCLES_ATTEMPTS_MAX, Claim, Delivery, DeliveryError, DeliveryState, Settled};
