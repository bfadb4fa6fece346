//! Where a notice was sent.

use super::matter::EndpointOf;

/// Where an attempt to deliver a notice was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// A webhook.
    Webhook {
        of: EndpointOf,
        /// The part of its address that may be shown.
        host: String,
    },
    /// The account's e-mail address.
    Email,
}
