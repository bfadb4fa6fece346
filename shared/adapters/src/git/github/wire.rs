//! The parts of GitHub's answers that are read. Whatever may be missing or null is optional.

use domain::commit::{Author, Commit, Sha};
use domain::configuration::BranchName;
use domain::instant::{self, Instant};
use serde::{Deserialize, Deserializer};
use url::Url;

/// A repository.
#[derive(Deserialize)]
pub(super) struct Repository {
    pub(super) default_branch: String,
}

/// A branch, alone or in a list.
#[derive(Deserialize)]
pub(super) struct Branch {
    #[serde(default)]
    name: String,
    protected: Option<bool>,
    pub(super) commit: Tip,
}

/// The commit that a branch points to.
#[derive(Deserialize)]
pub(super) struct Tip {
    pub(super) sha: String,
}

/// A page of a comparison.
#[derive(Deserialize)]
pub(super) struct Comparison {
    /// `ahead`, `identical`, `behind` or `diverged`.
    pub(super) status: String,
    pub(super) total_commits: usize,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) commits: Vec<Item>,
}

/// A commit in a list.
#[derive(Deserialize)]
pub(super) struct Item {
    sha: String,
    html_url: Option<String>,
    commit: Detail,
    /// The account; null or `{}` where the address in the commit belongs to none.
    #[serde(default, deserialize_with = "or_default")]
    author: Account,
    #[serde(default, deserialize_with = "or_default")]
    parents: Vec<Parent>,
}

#[derive(Deserialize)]
struct Parent {}

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
    date: Option<String>,
}

#[derive(Default, Deserialize)]
struct Account {
    login: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
}

fn or_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(from: D) -> Result<T, D::Error> {
    Option::deserialize(from).map(Option::unwrap_or_default)
}

impl Branch {
    /// The branch; none where its name is none.
    pub(super) fn into_branch(self, default: &str) -> Option<app::ports::Branch> {
        Some(app::ports::Branch {
            is_default: self.name == default,
            name: BranchName::parse(&self.name).ok()?,
            protected: self.protected,
            head: Sha::parse(&self.commit.sha).ok(),
        })
    }
}

impl Item {
    /// The commit; none where its id is none.
    pub(super) fn into_commit(self) -> Option<Commit> {
        let committed_at = self.committed_at().unwrap_or_default();
        let bot = |name: &Option<String>| name.as_deref().is_some_and(|name| name.ends_with("[bot]"));
        let is_bot =
            self.author.kind.as_deref() == Some("Bot") || bot(&self.author.login) || bot(&self.commit.author.name);
        Some(Commit {
            sha: Sha::parse(&self.sha).ok()?,
            parents: self.parents.len(),
            author: Author {
                name: self
                    .commit
                    .author
                    .name
                    .or_else(|| self.author.login.clone())
                    .unwrap_or_else(|| "unknown".to_owned()),
                login: self.author.login,
                is_bot,
            },
            committed_at,
            message: self.commit.message,
            changes: None,
            page: self.html_url.and_then(|text| Url::parse(&text).ok()),
        })
    }

    /// The committer's date, else the author's.
    pub(super) fn committed_at(&self) -> Option<Instant> {
        [&self.commit.committer, &self.commit.author]
            .into_iter()
            .find_map(|person| instant::parse(person.date.as_deref()?))
    }
}
