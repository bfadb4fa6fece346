//! The shapes of a body: one file and one row each. [`generic`] is for receivers that verify the signature; the others
//! are chat services, which share [`super::chat`].

mod discord;
mod generic;
mod slack;
mod teams;

use super::chat;
use app::ports::Message;
use domain::delivery::Shape;
use url::Url;

/// How a message is sent in one shape.
pub(super) struct ShapeRow {
    pub(super) body: fn(&Message, Option<&Url>) -> Result<Vec<u8>, serde_json::Error>,
    /// The address of the request, from the one that the user gave.
    pub(super) address: fn(&Url) -> Url,
}

/// The row of a shape.
pub(super) fn row(shape: Shape) -> ShapeRow {
    match shape {
        Shape::Generic => ShapeRow { body: generic::json, address: Url::clone },
        Shape::Slack => ShapeRow { body: chat::json::<slack::Slack>, address: Url::clone },
        Shape::Discord => ShapeRow { body: chat::json::<discord::Discord>, address: discord::with_wait },
        Shape::Teams => ShapeRow { body: chat::json::<teams::Teams>, address: Url::clone },
    }
}

/// The body of a message, within its receiver's limits: of a report that is longer, the beginning, with a link to the
/// whole if `public_url`, the address of this deployment for its users, is set.
pub fn body(shape: Shape, message: &Message, public_url: Option<&Url>) -> Result<Vec<u8>, serde_json::Error> {
    (row(shape).body)(message, public_url)
}
