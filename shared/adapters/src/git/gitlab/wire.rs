//! GitLab's commits. Whatever may be missing or null is optional.

use crate::git::host::commits::Listed;
use crate::git::host::wire::{Stats, UNKNOWN_AUTHOR, or_default};
use domain::commit::{Author, Changes, Commit, Sha};
use domain::instant::{self, Instant};
use serde::Deserialize;
use url::Url;

/// A commit in a list. GitLab gives the names of the commit itself, and no accounts.
#[derive(Deserialize)]
pub(super) struct Item {
    id: String,
    #[serde(default, deserialize_with = "or_default")]
    parent_ids: Vec<String>,
    title: Option<String>,
    message: Option<String>,
    author_name: Option<String>,
    author_email: Option<String>,
    committed_date: Option<String>,
    /// The same as `committed_date`, which old servers lack.
    created_at: Option<String>,
    web_url: Option<String>,
    stats: Option<Stats>,
}

impl Listed for Item {
    fn committed_at(&self) -> Option<Instant> {
        [&self.committed_date, &self.created_at].into_iter().find_map(|date| instant::parse(date.as_deref()?))
    }

    fn into_commit(self) -> Option<Commit> {
        let committed_at = self.committed_at().unwrap_or_default();
        let name = self.author_name.filter(|name| !name.is_empty());
        let author = Author {
            name: name.unwrap_or_else(|| UNKNOWN_AUTHOR.to_owned()),
            is_bot: self.author_email.as_deref().is_some_and(is_of_a_token),
            email: self.author_email.filter(|email| !email.is_empty()),
            login: None,
        };
        Some(Commit {
            sha: Sha::parse(&self.id).ok()?,
            parents: self.parent_ids.len(),
            first_parent: self.parent_ids.first().and_then(|id| Sha::parse(id).ok()),
            author: Author { is_bot: author.is_machine(), ..author },
            committed_at,
            message: self.message.or(self.title).unwrap_or_default(),
            changes: self.stats.map(Changes::from),
            page: self.web_url.and_then(|text| Url::parse(&text).ok()),
        })
    }
}

/// Whether an email address is one of those that GitLab makes for access tokens of projects and groups:
/// `project_<id>_bot_<letters>@noreply.<host>`.
fn is_of_a_token(email: &str) -> bool {
    let made = email.strip_prefix("project_").or_else(|| email.strip_prefix("group_"));
    made.and_then(|rest| rest.split_once("_bot"))
        .is_some_and(|(id, rest)| id.bytes().all(|byte| byte.is_ascii_digit()) && rest.contains("@noreply."))
}
