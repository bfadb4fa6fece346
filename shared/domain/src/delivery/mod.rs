//! How a report or a notice reaches its receiver: the state it carries, when to try again, and how it is signed.

mod state;

pub use state::{Answer, Claim, Delivery, DeliveryError, DeliveryState, Settled};
