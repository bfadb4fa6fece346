//! The shapes of a body: one file and one row each. [`generic`] is for receivers that verify the signature; the others
//! are chat services, which share [`super::chat`].

mod discord;
mod generic;
mod slack;
mod teams;

pub(super) use generic::page;

use super::chat;
use app::ports::Message;
use domain::delivery::Shape;
use url::Url;

/// How a message is sent in one shape.
pub(super) struct Writer {
    pub(super) body: fn(&Message, Option<&Url>) -> Result<Vec<u8>, serde_json::Error>,
    /// The address of the request, from the one that the user gave.
    pub(super) address: fn(&Url) -> Url,
}

/// The writer of a shape.
pub(super) fn writer(shape: Shape) -> Writer {
    match shape {
        Shape::Generic => Writer { body: generic::json, address: Url::clone },
        Shape::Slack => Writer { body: chat::json::<slack::Slack>, address: Url::clone },
        Shape::Discord => Writer { body: chat::json::<discord::Discord>, address: discord::with_wait },
        Shape::Teams => Writer { body: chat::json::<teams::Teams>, address: Url::clone },
    }
}

/// The body of a message, within its receiver's limits: of a report that is longer, the beginning, with a link to the
/// whole if `public_url`, the address of this deployment for its users, is set.
pub fn body(shape: Shape, message: &Message, public_url: Option<&Url>) -> Result<Vec<u8>, serde_json::Error> {
    (writer(shape).body)(message, public_url)
}
