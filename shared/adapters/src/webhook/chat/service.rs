//! What one chat service is: its language, its limits and its JSON.

use super::fill::{BoxedText, Room};
use super::leaf::Leaf;
use super::outline::Around;
use super::utf16;

/// A chat service.
pub(in crate::webhook) trait Service {
    /// What is around the text, in the service's language.
    type Frame;

    /// A leaf in this language. It contains no mention.
    fn leaf(leaf: &Leaf) -> String;

    /// The length of a text as the service counts it.
    fn length(text: &str) -> usize {
        utf16(text)
    }

    /// The text between two leaves of one box; `None` if they can't share a box.
    fn gap(before: &Leaf, after: &Leaf) -> Option<&'static str>;

    /// Whether the second leaf should begin a new box, if one is left.
    fn starts_box(_before: &Leaf, _after: &Leaf) -> bool {
        false
    }

    /// The title, and what is below the text.
    fn frame(around: &Around) -> Self::Frame;

    /// The room that is left for the text.
    fn room(frame: &Self::Frame) -> Result<Room, serde_json::Error>;

    /// The body of the request.
    fn json(frame: Self::Frame, text: BoxedText) -> Result<Vec<u8>, serde_json::Error>;
}
