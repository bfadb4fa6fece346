//! Sending reports and notices to webhooks.
//!
//! In reading order: [`Deliver`] makes one attempt and sets the time of the next; [`Redeliver`] sends one report again
//! at its user's request, and [`Recover`] all reports of a configuration that failed, after an outage of their
//! receiver; [`EnableEndpoint`] enables a webhook again that was disabled because it did not take messages.
//! [`take_request`] limits how often they ask, and [`Throttle`] how much of a worker one of them gets.

mod deliver;
mod enable;
mod recover;
mod redeliver;
mod requests;
mod throttle;

pub use deliver::{Deliver, DeliverError, DeliverOutcome};
pub use enable::{EnableEndpoint, EnableError};
pub use recover::{RECOVERED_RUNS_MAX, Recover, RecoverError, Recovered};
pub(crate) use redeliver::DISABLED;
pub use redeliver::{Redeliver, RedeliverError};
pub use requests::{TooManyRequests, take_request};
pub use throttle::Throttle;
