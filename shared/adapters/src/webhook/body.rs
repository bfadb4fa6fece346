//! The body of a message, in its receiver's shape.

use super::{chat, generic};
use app::ports::Message;
use domain::delivery::Shape;
use url::Url;

/// The body of a message, within its receiver's limits: of a report that is longer, the beginning, with a link to the
/// whole if `public_url`, the address of this deployment for its users, is set.
pub fn body(shape: Shape, message: &Message, public_url: Option<&Url>) -> Result<Vec<u8>, serde_json::Error> {
    match shape {
        Shape::Generic => generic::json(message, public_url),
        Shape::Slack => chat::slack(message, public_url),
        Shape::Discord => chat::discord(message, public_url),
        Shape::Teams => chat::teams(message, public_url),
    }
}
