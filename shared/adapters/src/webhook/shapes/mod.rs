//! The shapes of a body: one file and one row each. [`generic`] is for receivers that verify the signature; the others
//! are chat services, which share [`super::chat`]. [`mrkdwn`] is what the languages of Slack and Google Chat have in
//! common.

mod discord;
mod generic;
mod google_chat;
mod mattermost;
mod mrkdwn;
pub(super) mod slack;
mod teams;

use super::chat;
use app::ports::Message;
use domain::delivery::Shape;
use std::time::Duration;
use url::Url;

/// How a message is sent in one shape.
pub(super) struct ShapeRow {
    pub(super) body: fn(&Message, Option<&Url>) -> Result<Vec<u8>, serde_json::Error>,
    /// The address of the request, from the one that the user gave.
    pub(super) address: fn(&Url) -> Url,
    /// How long the text of a 429 asks to wait.
    pub(super) wait: fn(&[u8]) -> Option<Duration>,
}

impl ShapeRow {
    /// At the address as it is; only headers ask to wait.
    fn of(body: fn(&Message, Option<&Url>) -> Result<Vec<u8>, serde_json::Error>) -> Self {
        Self { body, address: Url::clone, wait: |_| None }
    }
}

/// The row of a shape.
pub(super) fn row(shape: Shape) -> ShapeRow {
    match shape {
        Shape::Generic => ShapeRow::of(generic::json),
        Shape::Slack => ShapeRow::of(chat::json::<slack::Slack>),
        Shape::Discord => ShapeRow {
            address: discord::with_wait,
            wait: discord::retry_after,
            ..ShapeRow::of(chat::json::<discord::Discord>)
        },
        Shape::Teams => ShapeRow::of(chat::json::<teams::Teams>),
        Shape::GoogleChat => ShapeRow::of(chat::json::<google_chat::GoogleChat>),
        Shape::Mattermost => ShapeRow::of(chat::json::<mattermost::Mattermost>),
    }
}

/// The body of a message, within its receiver's limits: of a report that is longer, the beginning, with a link to the
/// whole if `public_url`, the address of this deployment for its users, is set.
pub fn body(shape: Shape, message: &Message, public_url: Option<&Url>) -> Result<Vec<u8>, serde_json::Error> {
    (row(shape).body)(message, public_url)
}
