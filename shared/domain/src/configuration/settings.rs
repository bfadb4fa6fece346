//! What a user sets.

use crate::delivery::WebhookFormat;
use crate::id::RepositoryId;
use crate::loopback::is_on_loopback;
use crate::report::Writing;
use crate::repository::PathFilter;
use crate::schedule::Schedule;
use std::fmt;
use url::Url;

pub const NAME_CHARS_MAX: usize = 100;
pub const MODEL_CHARS_MAX: usize = 100;

/// The most branches of one report, the first one included.
pub const BRANCHES_MAX: usize = 10;

/// A branch that a report covers. Coverage belongs to the branch of the repository, wherever it is in the list and
/// whatever its paths are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchedBranch {
    pub repository: RepositoryId,
    pub branch: BranchName,
    /// The paths that reports are about. Commits that change nothing there are covered without being reported.
    pub paths: PathFilter,
}

/// What a user sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// At most [`NAME_CHARS_MAX`] characters.
    pub name: Option<String>,
    pub repository: RepositoryId,
    pub branch: BranchName,
    /// The paths of the first branch that reports are about.
    pub paths: PathFilter,
    /// Further branches of the same report, less than [`BRANCHES_MAX`], and no branch twice.
    pub further: Vec<WatchedBranch>,
    pub schedule: Schedule,
    /// Without a webhook, reports are only stored.
    pub webhook: Option<Webhook>,
    pub enabled: bool,
    pub writing: Writing,
    pub writer: WriterChoice,
}

impl Settings {
    /// What must be set, and the defaults of the rest: an active schedule without a webhook.
    pub fn new(repository: RepositoryId, branch: BranchName, schedule: Schedule) -> Self {
        Self {
            name: None,
            repository,
            branch,
            paths: PathFilter::default(),
            further: Vec::new(),
            schedule,
            webhook: None,
            enabled: true,
            writing: Writing::default(),
            writer: WriterChoice::default(),
        }
    }
}

/// The writer that a user chose.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum WriterChoice {
    /// The default of the account or the deployment.
    #[default]
    Deployment,
    Chosen(Writer),
}

impl WriterChoice {
    /// The chosen writer; `None` for the default.
    pub fn chosen(&self) -> Option<&Writer> {
        match self {
            Self::Deployment => None,
            Self::Chosen(writer) => Some(writer),
        }
    }
}

impl From<Option<Writer>> for WriterChoice {
    fn from(chosen: Option<Writer>) -> Self {
        chosen.map_or(Self::Deployment, Self::Chosen)
    }
}

/// Who writes a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Writer {
    /// The plain summariser: no model, no cost.
    Plain,
    Model(String),
}

impl Writer {
    /// The word for the plain summariser, in place of a model's name.
    pub const PLAIN: &'static str = "plain";

    /// The word for no model, in a list of models.
    pub const NONE: &'static str = "none";

    /// The word for the models that a list does not name.
    pub const OTHERS: &'static str = "other";

    /// Parses `plain` or a model's name.
    pub fn parse(text: &str) -> Self {
        if text == Self::PLAIN { Self::Plain } else { Self::Model(text.to_owned()) }
    }

    /// `plain` or the model's name.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Plain => Self::PLAIN,
            Self::Model(name) => name,
        }
    }
}

/// The address and the format of reports.
#[derive(Clone, PartialEq, Eq)]
pub struct Webhook {
    /// It can contain a secret (chat services put one into the path), so it is never logged whole.
    pub url: Url,
    pub format: WebhookFormat,
}

/// Why an address is not a webhook's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WebhookUrlError {
    #[error("the webhook address is not an address: write it as https://host/path")]
    NotAnAddress,
    #[error("the webhook address begins with '{0}:': only https is accepted")]
    NotHttps(String),
    #[error("the webhook address contains a user name or password: remove them")]
    Credentials,
}

impl Webhook {
    /// Parses an address. Plain http is accepted on loopback alone, and only if `loopback` is set: in the local stack.
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

    /// Whether both have the same scheme, host and port, so that a secret of one may be sent to the other.
    #[must_use]
    pub fn is_at_host_of(&self, other: &Self) -> bool {
        self.url.origin() == other.url.origin()
    }

    /// The host: the part of the address that may be shown.
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }
}

impl fmt::Debug for Webhook {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Webhook({}, {:?})", self.host(), self.format)
    }
}

/// The name of a branch, as git accepts it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BranchName(String);

/// The text is not the name of a branch.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a branch name that git accepts, such as main or release/1.2")]
pub struct BranchError(String);

impl BranchName {
    /// The longest name, in bytes: git keeps branches as file names.
    pub const BYTES_MAX: usize = 244;

    /// Parses a branch name by the rules of `git check-ref-format`.
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
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BranchName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
