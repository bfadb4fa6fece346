//! The answers that hosts share: all have the same repositories and branches, and GitHub's commits are Gitea's too.
//! Whatever may be missing or null is optional.

use super::commits::Listed;
use app::ports::Branch as ListedBranch;
use domain::commit::{Author, Changes, Sha};
use domain::configuration::BranchName;
use domain::instant;
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

/// The parts of a repository that are read.
#[derive(Deserialize)]
pub(in crate::git) struct Repository {
    /// Of an empty repository: the name that it will have, or null. Absent for a caller who may not read it.
    pub(super) default_branch: Option<String>,
    #[serde(alias = "empty_repo")]
    pub(super) empty: Option<bool>,
}

/// A branch, alone or in a list.
#[derive(Deserialize)]
pub(super) struct Branch {
    #[serde(default)]
    name: String,
    default: Option<bool>,
    protected: Option<bool>,
    commit: Option<Tip>,
}

/// A commit of which only the id is used.
#[derive(Deserialize)]
pub(in crate::git) struct Tip {
    id: Option<String>,
    sha: Option<String>,
}

impl Tip {
    pub(in crate::git) fn id(&self) -> Option<&str> {
        self.id.as_deref().or(self.sha.as_deref())
    }
}

impl Branch {
    /// The id of the commit that it points to.
    pub(super) fn head(&self) -> Option<&str> {
        self.commit.as_ref()?.id()
    }

    /// `None` if the name is no valid branch name. `default` names the default branch where the host does not mark it.
    pub(super) fn into_branch(self, default: Option<&str>) -> Option<ListedBranch> {
        Some(ListedBranch {
            is_default: self.default.unwrap_or(default == Some(self.name.as_str())),
            name: BranchName::parse(&self.name).ok()?,
            protected: self.protected,
            head: self.head().and_then(|id| Sha::parse(id).ok()),
        })
    }
}

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

/// An element of a list: `None` if it is not of the expected form, so that its page can still be read.
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

impl From<Stats> for Changes {
    fn from(stats: Stats) -> Self {
        Self { additions: stats.additions, deletions: stats.deletions, files: None }
    }
}

impl From<Item> for Listed {
    fn from(item: Item) -> Self {
        let Detail { message, author, committer } = item.commit;
        Self {
            id: item.sha,
            parents: item.parents.into_iter().map(|parent| parent.sha).collect(),
            committed_at: [committer.date, author.date].into_iter().flatten().find_map(|date| instant::parse(&date)),
            author: Author {
                name: author.name.unwrap_or_default(),
                email: author.email,
                login: item.author.login,
                is_bot: item.author.kind.as_deref() == Some("Bot"),
            },
            message,
            changes: item.stats.map(Changes::from),
            page: item.html_url,
        }
    }
}
