//! What a user sets.

use crate::id::RepositoryId;
use crate::loopback::is_on_loopback;
use crate::report::{AuthorDisplay, Style, Tone};
use crate::schedule::Schedule;
use std::fmt;
use url::Url;

/// The longest name of a configuration, in characters.
pub const NAME_CHARS_MAX: usize = 100;
/// The longest language, in characters.
pub const LANGUAGE_CHARS_MAX: usize = 40;
/// The longest name of a model, in characters.
pub const MODEL_CHARS_MAX: usize = 100;

/// What a user sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// What the user calls it, at most [`NAME_CHARS_MAX`] characters.
    pub name: Option<String>,
    /// The repository.
    pub repository: RepositoryId,
    /// The branch.
    pub branch: BranchName,
    /// When.
    pub schedule: Schedule,
    /// Where the report goes; without one it is only kept.
    pub webhook: Option<Webhook>,
    /// Whether the schedule fires.
    pub enabled: bool,
    /// How the report is laid out.
    pub style: Style,
    /// How it speaks.
    pub tone: Tone,
    /// How authors are named in the report.
    pub author_display: AuthorDisplay,
    /// Whether commits link to their pages.
    pub link_to_commits: bool,
    /// What to do when nothing is new.
    pub if_no_updates: IfNoUpdates,
    /// Whether the size of each change is read too, where the source tells it.
    pub include_diffs: bool,
    /// The report's language, at most [`LANGUAGE_CHARS_MAX`] characters.
    pub language: String,
    /// Who writes it.
    pub writer: WriterChoice,
}

/// Who a user wants the report written by.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum WriterChoice {
    /// Whatever the deployment has by default.
    #[default]
    Deployment,
    /// This writer.
    Chosen(Writer),
}

/// Who writes a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Writer {
    /// The plain summariser: no model, no cost.
    Plain,
    /// A language model by its name.
    Model(String),
}

impl Writer {
    /// The word that stands for the plain summariser where a model's name could.
    pub const PLAIN: &'static str = "plain";

    /// Reads `plain` or a model's name.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        if text == Self::PLAIN { Self::Plain } else { Self::Model(text.to_owned()) }
    }

    /// `plain` or the model's name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Plain => Self::PLAIN,
            Self::Model(name) => name,
        }
    }
}

/// What to do when nothing is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum IfNoUpdates {
    /// Send nothing.
    #[default]
    Skip,
    /// Say so.
    Notify,
}

/// Where a report goes.
#[derive(Clone, PartialEq, Eq)]
pub struct Webhook {
    /// The address. It can hold a secret (chat services put one into the path), so it is never logged whole.
    pub url: Url,
    /// The shape of the body.
    pub format: WebhookFormat,
}

/// The shape of a webhook's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum WebhookFormat {
    /// By the host.
    #[default]
    Auto,
    /// Signed JSON.
    Generic,
    /// Slack's.
    Slack,
    /// Discord's.
    Discord,
    /// Microsoft Teams'.
    Teams,
}

/// The address is none that a webhook can have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WebhookUrlError {
    /// Not an address.
    #[error("the webhook address is not an address: write it as https://host/path")]
    NotAnAddress,
    /// Not https.
    #[error("the webhook address begins with '{0}:': only https is accepted")]
    NotHttps(String),
    /// A user or password in it.
    #[error("the webhook address contains a user name or password: remove them")]
    Credentials,
}

impl Webhook {
    /// Reads an address. Plain http is accepted on loopback alone, and only where `loopback` says so: the local stack.
    pub fn parse(text: &str, format: WebhookFormat, loopback: bool) -> Result<Self, WebhookUrlError> {
        let url = Url::parse(text.trim())
            .ok()
            .filter(|url| url.has_host() && text.len() <= crate::repository::URL_BYTES_MAX)
            .ok_or(WebhookUrlError::NotAnAddress)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(WebhookUrlError::Credentials);
        }
        match url.scheme() {
            "https" => Ok(Self { url, format }),
            "http" if loopback && is_on_loopback(&url) => Ok(Self { url, format }),
            other => Err(WebhookUrlError::NotHttps(other.to_owned())),
        }
    }

    /// The host: the part that may be shown.
    #[must_use]
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }
}

impl fmt::Debug for Webhook {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Webhook({}, {:?})", self.host(), self.format)
    }
}

/// A branch as git accepts it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BranchName(String);

/// The text is no branch.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a branch name that git accepts, such as main or release/1.2")]
pub struct BranchError(String);

impl BranchName {
    /// The longest name, in bytes: git keeps branches as file names.
    pub const BYTES_MAX: usize = 244;

    /// Reads a branch name by the rules of `git check-ref-format`.
    pub fn parse(text: &str) -> Result<Self, BranchError> {
        let forbidden = |byte: char| byte.is_control() || " ~^:?*[\\".contains(byte);
        let bad = text.is_empty()
            || text.len() > Self::BYTES_MAX
            || text.starts_with(['-', '/'])
            || text.ends_with(['/', '.'])
            || text == "@"
            || text.contains("..")
            || text.contains("//")
            || text.contains("@{")
            || text.chars().any(forbidden)
            || text.split('/').any(|part| part.starts_with('.') || part.strip_suffix(".lock").is_some());
        if bad { Err(BranchError(text.chars().take(80).collect())) } else { Ok(Self(text.to_owned())) }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BranchName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

macro_rules! words {
    ($name:ty { $($variant:ident => $word:literal),+ $(,)? }) => {
        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word in records and answers.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }

            /// Reads the word.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                match text {
                    $($word => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

words!(Style { Summary => "Summary", Standard => "Standard", Changelog => "Changelog" });
words!(Tone { Professional => "Professional", Informative => "Informative", FriendlyCasual => "Friendly & Casual" });
words!(AuthorDisplay { Name => "name", Login => "login", Hidden => "hidden" });
words!(IfNoUpdates { Skip => "skip", Notify => "notify" });
words!(WebhookFormat { Auto => "auto", Generic => "generic", Slack => "slack", Discord => "discord", Teams => "teams" });
