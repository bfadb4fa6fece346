//! Laws of the services whose message is one text: Google Chat and Mattermost.

use super::laws::{has_no_mention, links_lead_to_pages, utf16};
use super::{PAGE, ZERO_WIDTH_SPACE, attachment_text, google_chat_text, made};
use app::ports::Message;
use domain::delivery::Shape;
use proptest::prelude::*;
use serde_json::Value;
use url::Url;

/// In Google Chat's language every `<` begins a complete link, or is broken.
fn google_chat_is_valid(body: &Value) -> Result<(), TestCaseError> {
    let text = google_chat_text(body);
    prop_assert!(body.to_string().len() <= 32_000 && !text.trim().is_empty(), "{}", text.len());
    has_no_mention(text)?;
    for (place, _) in text.match_indices('<') {
        let after = &text[place + 1..];
        if after.starts_with(ZERO_WIDTH_SPACE) {
            continue;
        }
        let (link, _) = after.split_once('>').expect("a link that ends");
        let (address, words) = link.split_once('|').unwrap_or((link, "x"));
        prop_assert!(address.starts_with("https://") || address.starts_with("http://"), "{link}");
        prop_assert!(!address.contains([' ', '\n']) && !words.contains(['<', '|', '\n']), "{link}");
    }
    prop_assert!(text.matches("```").count().is_multiple_of(2), "{text}");
    prop_assert!(text.contains(PAGE), "{text}");
    Ok(())
}

fn mattermost_is_valid(body: &Value) -> Result<(), TestCaseError> {
    let attachment = &body["attachments"][0];
    for (name, max) in [("fallback", 320), ("title", 150), ("text", 16_383), ("footer", 300)] {
        let Some(text) = attachment[name].as_str() else { continue };
        prop_assert!(utf16(text) <= max && !text.trim().is_empty(), "{name}: {text}");
        has_no_mention(text)?;
    }
    let text = attachment_text(body);
    links_lead_to_pages(text)?;
    prop_assert!(text.matches("```").count().is_multiple_of(2), "{text}");
    prop_assert_eq!(&attachment["title_link"], PAGE);
    prop_assert_eq!(body.get("text"), None);
    Ok(())
}

pub(super) fn new_services_are_valid(message: &Message, url: &Url) -> Result<(), TestCaseError> {
    google_chat_is_valid(&made(Shape::GoogleChat, message, Some(url)))?;
    mattermost_is_valid(&made(Shape::Mattermost, message, Some(url)))
}
