//! GitLab's commits. Whatever may be missing or null is optional.

use crate::git::host::commits::Listed;
use crate::git::host::wire::{Stats, or_default};
use domain::commit::{Author, Changes};
use domain::instant;
use serde::Deserialize;

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

impl From<Item> for Listed {
    fn from(item: Item) -> Self {
        let dates = [item.committed_date, item.created_at];
        Self {
            id: item.id,
            parents: item.parent_ids,
            committed_at: dates.into_iter().flatten().find_map(|date| instant::parse(&date)),
            author: Author {
                name: item.author_name.unwrap_or_default(),
                is_bot: item.author_email.as_deref().is_some_and(is_of_a_token),
                email: item.author_email,
                login: None,
            },
            message: item.message.or(item.title).unwrap_or_default(),
            changes: item.stats.map(Changes::from),
            page: item.web_url,
        }
    }
}

/// Whether an email address is one of those that GitLab makes for access tokens of projects and groups:
/// `project_<id>_bot_<letters>@noreply.<host>`.
fn is_of_a_token(email: &str) -> bool {
    let made = email.strip_prefix("project_").or_else(|| email.strip_prefix("group_"));
    made.and_then(|rest| rest.split_once("_bot"))
        .is_some_and(|(id, rest)| id.bytes().all(|byte| byte.is_ascii_digit()) && rest.contains("@noreply."))
}
