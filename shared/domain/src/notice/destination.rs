//! Where a notice went.

use super::EndpointOf;

/// Where an attempt to deliver a notice was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// A webhook.
    Webhook {
        of: EndpointOf,
        /// The part of its address that may be shown.
        host: String,
    },
}
