//! Messages for chat services. Data flows one way: a report is parsed into leaves ([`outline`], [`markdown`],
//! [`leaf`]), the leaves are written into the boxes of a message as long as there is room ([`fill`]), with less of each
//! section if there is too little ([`shorten`]), and the boxes become JSON. A service ([`service`]) defines its
//! language, with [`marks`], which all share, its limits and its JSON.
//! Whatever a report contains, no one is mentioned, no link is cut, and no limit of a service is exceeded.

pub(super) mod fill;
pub(super) mod leaf;
mod markdown;
pub(super) mod marks;
pub(super) mod outline;
mod service;
mod shorten;

pub(super) use service::Service;

use app::ports::Message;
use leaf::Leaf;
use outline::Outline;
use shorten::filled;
use url::Url;

/// The longest title, in characters: the limit of Slack's header.
pub(super) const TITLE_CHARS_MAX: usize = 150;
/// The longest text of a notification, in characters: a title and a headline.
pub(super) const NOTIFICATION_CHARS_MAX: usize = 320;
/// The longest line below a report, in characters.
pub(super) const BYLINE_CHARS_MAX: usize = 300;
/// The title of a text without a readable one.
const UNTITLED: &str = "Report";

/// The body of a message for a service.
pub(super) fn json<S: Service>(message: &Message, public_url: Option<&Url>) -> Result<Vec<u8>, serde_json::Error> {
    let Outline { around, leaves } = Outline::of(message, public_url);
    let frame = S::frame(&around);
    let text = filled::<S>(&leaves, &S::room(&frame)?);
    S::json(frame, text)
}

/// A text as one line in a service's language, cut to a length in the service's measure.
pub(super) fn line(
    text: &str,
    length_max: usize,
    write: impl Fn(&str) -> String,
    length: impl Fn(&str) -> usize,
) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let whole = Leaf::plain(&text);
    let text = if whole.is_blank() { UNTITLED.to_owned() } else { text };
    let written = write(&text);
    if length(&written) <= length_max {
        return written;
    }
    let cut = |leaf: &Leaf| write(&format!("{}…", leaf.words().trim_end()));
    let head = Leaf::plain(&text).split(length_max, |leaf| length(&cut(leaf)) <= length_max);
    head.map_or_else(|| UNTITLED.to_owned(), |(head, _)| cut(&head))
}

/// The length of a text in UTF-16 units, as JavaScript counts it: no service counts more.
pub(super) fn utf16(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}
