//! Formats of webhooks: `auto` decides by the host, any other one is fixed.

use domain::delivery::{Shape, WebhookFormat};
use url::Url;

#[test]
fn formats_are_auto_and_every_shape() {
    let words = WebhookFormat::ALL.map(WebhookFormat::as_str);
    assert_eq!(words, ["auto", "generic", "slack", "discord", "teams", "google_chat", "mattermost"]);
    assert_eq!(words.map(WebhookFormat::parse), WebhookFormat::ALL.map(Some));
    assert_eq!(WebhookFormat::parse("Auto"), None);
    for shape in Shape::ALL {
        assert!(WebhookFormat::ALL.contains(&WebhookFormat::Fixed(shape)), "{shape:?}");
        let slack = Url::parse("https://hooks.slack.com/services/T0/B0/x").unwrap();
        assert_eq!(WebhookFormat::Fixed(shape).shape(&slack), shape);
    }
}
