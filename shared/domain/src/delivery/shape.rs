//! The shapes of a webhook's body, and what the answer of its receiver means.
//!
//! Receivers of the same shape can answer differently: an old connector of Teams answers 200 for a lost message.

use super::{Answer, Verdict};
use crate::words::words;
use std::time::Duration;
use url::{Host, Url};

words! {
    /// The shape of a webhook's body.
    pub enum Shape {
        /// JSON in the layout of Standard Webhooks.
        Generic = "generic",
        /// Blocks, for Slack's incoming webhooks.
        Slack = "slack",
        /// Embeds, for Discord's webhooks.
        Discord = "discord",
        /// An Adaptive Card, for the workflows and the old connectors of Teams.
        Teams = "teams",
        /// A text, for Google Chat's incoming webhooks.
        GoogleChat = "google_chat",
        /// An attachment, for the incoming webhooks of Mattermost and Rocket.Chat. Their hosts have any name.
        Mattermost = "mattermost",
    }
}

impl Shape {
    /// What the host of an address takes; the generic shape for any unknown host.
    pub(super) fn by_host(url: &Url) -> Self {
        let Some(host) = host(url) else { return Self::Generic };
        Self::ALL.into_iter().find(|shape| shape.is_taken_by(host, url)).unwrap_or(Self::Generic)
    }

    /// The shortest time between two messages to one address of this shape; `None` for a receiver that states no rate.
    ///
    /// Slack takes one message a second (<https://docs.slack.dev/apis/web-api/rate-limits>), Google Chat 60 a minute in
    /// a space (<https://developers.google.com/workspace/chat/limits>), and Teams four a second
    /// (<https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using>). Discord
    /// names no number beforehand and has allowed five in two seconds.
    #[must_use]
    pub const fn interval(self) -> Option<Duration> {
        match self {
            Self::Generic | Self::Mattermost => None,
            Self::Slack | Self::GoogleChat => Some(Duration::from_secs(1)),
            Self::Discord => Some(Duration::from_millis(400)),
            Self::Teams => Some(Duration::from_millis(250)),
        }
    }

    /// Whether a host is known to take this shape at an address.
    fn is_taken_by(self, host: &str, url: &Url) -> bool {
        match self {
            Self::Generic | Self::Mattermost => false,
            Self::Slack => SLACK_HOSTS.contains(&host),
            Self::Discord => is_or_is_below(host, &DISCORD_DOMAINS) && is_discord_webhook(url),
            Self::GoogleChat => host == GOOGLE_CHAT_HOST && url.path().contains("/spaces/"),
            Self::Teams => is_below(host, &CONNECTOR_DOMAINS) || is_below(host, &WORKFLOW_DOMAINS),
        }
    }

    /// Whether the body of an answer of this status must be read: a 200 of an old connector of Teams can be a failure.
    /// The status of a workflow is reliable; it is 202 as a rule.
    pub fn needs_words(self, url: &Url, status: u16) -> bool {
        let is_workflow = || host(url).is_some_and(|host| is_below(host, &WORKFLOW_DOMAINS));
        self == Self::Teams && status == 200 && !is_workflow()
    }
}

/// What the body of a connector's 200 means: `1` is success. Any other text is a failure; where it reports the answer
/// of Teams to the connector ("… returned HTTP error 429 …"), that is the answer.
pub fn connector_answer(words: &str, retry_after: Option<Duration>) -> Answer {
    let words = words.trim();
    if words == CONNECTOR_SUCCESS {
        return Answer::Status { status: 200, retry_after };
    }
    match relayed_status(words).filter(|status| Verdict::of_status(*status) != Verdict::Delivered) {
        Some(status) => Answer::Status { status, retry_after },
        None => Answer::NotTaken { status: 200, retry_after },
    }
}

const CONNECTOR_SUCCESS: &str = "1";

/// The text before the status in a connector's body.
const RELAYED: &str = "HTTP error ";

fn relayed_status(words: &str) -> Option<u16> {
    let (_, after) = words.split_once(RELAYED)?;
    let digits = after.get(..3)?;
    let ends = !after.get(3..)?.starts_with(|letter: char| letter.is_ascii_digit());
    digits.parse().ok().filter(|status| ends && (300..=599).contains(status))
}

/// Slack's incoming webhooks (<https://api.slack.com/messaging/webhooks>), its government cloud too.
const SLACK_HOSTS: [&str; 2] = ["hooks.slack.com", "hooks.slack-gov.com"];
/// Discord's webhooks (<https://discord.com/developers/docs/resources/webhook>), at its test hosts too.
const DISCORD_DOMAINS: [&str; 2] = ["discord.com", "discordapp.com"];
/// Google Chat's webhooks (<https://developers.google.com/workspace/chat/quickstart/webhooks>):
/// `/v1/spaces/…/messages`.
const GOOGLE_CHAT_HOST: &str = "chat.googleapis.com";
/// Teams' old connectors.
const CONNECTOR_DOMAINS: [&str; 1] = ["webhook.office.com"];
/// Workflows of Power Automate, under their old and their present addresses.
const WORKFLOW_DOMAINS: [&str; 3] = ["logic.azure.com", "powerplatform.com", "powerautomate.com"];

/// The name without the root's dot; `None` for an IP address.
fn host(url: &Url) -> Option<&str> {
    match url.host()? {
        Host::Domain(name) => Some(name.strip_suffix('.').unwrap_or(name)),
        Host::Ipv4(_) | Host::Ipv6(_) => None,
    }
}

fn is_below(host: &str, domains: &[&str]) -> bool {
    domains.iter().any(|domain| host.strip_suffix(domain).is_some_and(|before| before.ends_with('.')))
}

fn is_or_is_below(host: &str, domains: &[&str]) -> bool {
    domains.contains(&host) || is_below(host, domains)
}

/// `/api/webhooks/…`, also with a version: `/api/v10/webhooks/…`.
fn is_discord_webhook(url: &Url) -> bool {
    let mut segments = url.path_segments().into_iter().flatten();
    let api = segments.next() == Some("api");
    let is_version = |segment: &str| {
        segment
            .strip_prefix('v')
            .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit()))
    };
    let next = segments.next();
    let resource = if next.is_some_and(is_version) { segments.next() } else { next };
    api && resource == Some("webhooks")
}
