//! Commits as a report needs them: [`Commit`], what kind of change it is by its [`Subject`], whether it [`breaks`]
//! something, and who wrote it along with its author ([`co_authors`]).

mod identity;
mod kind;
mod lines;
mod machine;
mod mailmap;
mod patch;
pub mod redaction;
mod trailer;

pub use identity::Identity;
pub(crate) use identity::{NoReply, is_trailer, without_addresses};
pub use kind::{Kind, Rule, Subject, classify, kind};
pub(crate) use kind::{split_tickets, tickets_in_front};
pub(crate) use lines::subject_and_body;
pub use mailmap::{MAILMAP_BYTES_MAX, Mailmap};
pub use patch::{FilePatch, Patch, PatchLimits, is_written_by_people};
pub use trailer::{Breaking, breaks, co_authors};

use crate::instant::Instant;
use url::Url;

/// The full hexadecimal id of a commit: 40 digits (SHA-1) or 64 (SHA-256), lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sha(String);

/// The text is not a commit id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a commit id: 40 or 64 hexadecimal digits are expected")]
pub struct ShaError(String);

impl Sha {
    /// Parses a full commit id, in either case.
    pub fn parse(text: &str) -> Result<Self, ShaError> {
        let whole = matches!(text.len(), 40 | 64);
        if whole && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err(ShaError(text.chars().take(80).collect()))
        }
    }

    /// All digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first seven digits, as people write them.
    pub fn short(&self) -> &str {
        self.0.get(..7).unwrap_or(&self.0)
    }
}

impl std::fmt::Display for Sha {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// One commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    pub sha: Sha,
    /// In the order of the commit; more than one is a merge. Empty for a first commit.
    pub parents: Vec<Sha>,
    /// Who wrote it, as the git host or the commit names them.
    pub author: Author,
    /// When it was committed (not authored): hosts filter by this instant.
    pub committed_at: Instant,
    pub message: String,
    /// `None` where the source does not report the size.
    pub changes: Option<Changes>,
    /// The changed files, at most [`FILES_MAX`]. Empty where the source does not report them.
    pub files: Vec<ChangedFile>,
    pub page: Option<Url>,
}

/// The most changed files that are kept of one commit; GitHub returns as many.
pub const FILES_MAX: usize = 300;

/// A file that a commit changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedFile {
    /// From the root of the repository, with `/` between its parts.
    pub path: String,
    /// Lines; `None` for a binary file, and where the source reports no sizes.
    pub additions: Option<u64>,
    pub deletions: Option<u64>,
}

/// The author of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    pub name: String,
    /// The address in the commit. It distinguishes people and is never shown.
    pub email: Option<String>,
    /// The account at the git host, where there is one.
    pub login: Option<String>,
    /// Whether the host says that it is a machine (`type: "Bot"` at GitHub).
    pub is_bot: bool,
}

impl Author {
    /// Whether the author is a machine: marked by the host, or by a name, address or account of a bot or coding agent.
    pub fn is_machine(&self) -> bool {
        self.is_bot || machine::is_machine(&self.name, self.email.as_deref(), self.login.as_deref())
    }
}

/// Size of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Changes {
    pub additions: u64,
    pub deletions: u64,
    /// `None` where the source does not report them.
    pub files: Option<u64>,
}

impl Commit {
    /// The first line of the message.
    pub fn subject(&self) -> &str {
        self.message.lines().next().unwrap_or("").trim()
    }

    /// Whether the commit has more than one parent.
    pub fn is_merge(&self) -> bool {
        self.parents.len() > 1
    }
}
