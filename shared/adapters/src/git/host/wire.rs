//! The answers that GitHub and Gitea, which follows it, share. Whatever may be missing or null is optional.

use super::commits::Listed;
use domain::commit::{Author, Changes, Commit, Sha};
use domain::instant::{self, Instant};
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};
use url::Url;

/// A commit in a list.
#[derive(Deserialize)]
pub(in crate::git) struct Item {
    sha: String,
    html_url: Option<String>,
    commit: Detail,
    /// The account; null or `{}` where the address in the commit belongs to no account.
    #[serde(default, deserialize_with = "or_default")]
    author: Account,
    #[serde(default, deserialize_with = "or_default")]
    parents: Vec<Parent>,
    stats: Option<Stats>,
}

#[derive(Deserialize)]
struct Parent {
    #[serde(default, deserialize_with = "or_default")]
    sha: String,
}

#[derive(Deserialize)]
struct Detail {
    #[serde(default, deserialize_with = "or_default")]
    message: String,
    #[serde(default, deserialize_with = "or_default")]
    author: Person,
    #[serde(default, deserialize_with = "or_default")]
    committer: Person,
}

#[derive(Default, Deserialize)]
struct Person {
    name: Option<String>,
    email: Option<String>,
    date: Option<String>,
}

#[derive(Default, Deserialize)]
struct Account {
    login: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
}

/// The size of a change, which GitLab returns in the same shape.
#[derive(Clone, Copy, Deserialize)]
pub(in crate::git) struct Stats {
    additions: u64,
    deletions: u64,
}

/// An element of a list: `None` if it is not of the expected form. One damaged element does not make its whole page
/// unreadable.
pub(in crate::git) struct Element<T>(pub(in crate::git) Option<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Element<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form<T> {
            Expected(T),
            Other(IgnoredAny),
        }
        Ok(Self(match Form::deserialize(from)? {
            Form::Expected(value) => Some(value),
            Form::Other(_) => None,
        }))
    }
}

/// Deserialises null like an absent field.
pub(in crate::git) fn or_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    from: D,
) -> Result<T, D::Error> {
    Option::deserialize(from).map(Option::unwrap_or_default)
}

/// The name of an author of whom nothing is known.
pub(in crate::git) const UNKNOWN_AUTHOR: &str = "unknown";

impl From<Stats> for Changes {
    fn from(stats: Stats) -> Self {
        Self { additions: stats.additions, deletions: stats.deletions, files: None }
    }
}

impl Listed for Item {
    /// The committer's date, else the author's.
    fn committed_at(&self) -> Option<Instant> {
        [&self.commit.committer, &self.commit.author]
            .into_iter()
            .find_map(|person| instant::parse(person.date.as_deref()?))
    }

    fn into_commit(self) -> Option<Commit> {
        let committed_at = self.committed_at().unwrap_or_default();
        let some = |text: &String| !text.is_empty();
        let login = self.author.login.filter(some);
        let name = self.commit.author.name.filter(some).or_else(|| login.clone());
        let author = Author {
            name: name.unwrap_or_else(|| UNKNOWN_AUTHOR.to_owned()),
            email: self.commit.author.email.filter(some),
            login,
            is_bot: self.author.kind.as_deref() == Some("Bot"),
        };
        Some(Commit {
            sha: Sha::parse(&self.sha).ok()?,
            parents: self.parents.len(),
            first_parent: self.parents.first().and_then(|parent| Sha::parse(&parent.sha).ok()),
            author: Author { is_bot: author.is_machine(), ..author },
            committed_at,
            message: self.commit.message,
            changes: self.stats.map(Changes::from),
            page: self.html_url.and_then(|text| Url::parse(&text).ok()),
        })
    }
}
