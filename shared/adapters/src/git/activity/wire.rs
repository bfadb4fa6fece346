//! Issues, pull requests and releases in the answers of hosts. Whatever may be missing or null is optional. Gitea's
//! are those of GitHub.

use super::walk::{FromItem, Kind};
use crate::git::host::wire::{Element, Tip, or_default};
use domain::activity::{LABELS_MAX, kept_label, kept_title};
use domain::commit::Author;
use domain::instant::{Instant, parse};
use serde::Deserialize;

/// The longest name that is kept, in characters.
const NAME_CHARS_MAX: usize = 100;

/// The name of someone of whom nothing is known, as hosts show deleted accounts.
const UNKNOWN: &str = "unknown";

/// What the titles of drafts begin with, in lower case: by default at Gitea (`WORK_IN_PROGRESS_PREFIXES` in
/// <https://docs.gitea.com/administration/config-cheat-sheet>), and at GitLab
/// (<https://docs.gitlab.com/user/project/merge_requests/drafts/>).
const DRAFT_PREFIXES: [&str; 5] = ["wip:", "[wip]", "draft:", "[draft]", "(draft)"];

/// An issue or a pull request, of any host.
pub(super) struct Listed {
    pub(super) number: u64,
    pub(super) is_request: bool,
    pub(super) is_draft: bool,
    pub(super) title: String,
    pub(super) author: Author,
    pub(super) labels: Vec<String>,
    pub(super) opened_at: Instant,
    pub(super) updated_at: Option<Instant>,
    /// `None` for one that is open.
    pub(super) closed_at: Option<Instant>,
    pub(super) merged_at: Option<Instant>,
    pub(super) reviewers: Option<Vec<Author>>,
}

/// An issue or a pull request at GitHub and Gitea.
#[derive(Deserialize)]
pub(super) struct Item {
    number: u64,
    title: Option<String>,
    user: Option<Account>,
    #[serde(default, deserialize_with = "or_default")]
    labels: Vec<Element<Label>>,
    state: Option<String>,
    draft: Option<bool>,
    created_at: Option<String>,
    updated_at: Option<String>,
    closed_at: Option<String>,
    /// Present in a list of issues if it is a pull request.
    pull_request: Option<RequestPart>,
}

#[derive(Deserialize)]
struct RequestPart {
    merged_at: Option<String>,
    draft: Option<bool>,
}

#[derive(Deserialize)]
struct Label {
    name: String,
}

/// An account. GitHub gives a login, Gitea also a full name, GitLab a name and a user name.
#[derive(Deserialize)]
pub(super) struct Account {
    login: Option<String>,
    /// At Gitea the same as `login`.
    username: Option<String>,
    full_name: Option<String>,
    name: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    bot: Option<bool>,
}

/// An issue or a merge request at GitLab.
#[derive(Deserialize)]
pub(super) struct GitLabItem {
    iid: u64,
    title: Option<String>,
    author: Option<Account>,
    #[serde(default, deserialize_with = "or_default")]
    labels: Vec<Element<String>>,
    state: Option<String>,
    draft: Option<bool>,
    work_in_progress: Option<bool>,
    created_at: Option<String>,
    updated_at: Option<String>,
    closed_at: Option<String>,
    merged_at: Option<String>,
}

/// A release, of any host.
#[derive(Deserialize)]
pub(super) struct ReleaseItem {
    pub(super) tag_name: String,
    pub(super) name: Option<String>,
    draft: Option<bool>,
    pub(super) prerelease: Option<bool>,
    created_at: Option<String>,
    published_at: Option<String>,
    /// At GitLab.
    released_at: Option<String>,
}

/// A tag, of any host.
#[derive(Deserialize)]
pub(super) struct TagItem {
    pub(super) name: String,
    pub(super) commit: Option<Tip>,
}

/// A review at GitHub and Gitea.
#[derive(Deserialize)]
pub(super) struct ReviewItem {
    pub(super) user: Option<Account>,
    pub(super) state: Option<String>,
}

impl ReleaseItem {
    /// When it was published; `None` for a draft.
    pub(super) fn at(&self) -> Option<Instant> {
        if self.draft.unwrap_or(false) {
            return None;
        }
        let dates = [&self.released_at, &self.published_at, &self.created_at];
        dates.into_iter().flatten().find_map(|date| parse(date))
    }

    /// The latest instant that it states: lists are ordered by one of them.
    pub(super) fn latest(&self) -> Option<Instant> {
        let dates = [&self.released_at, &self.published_at, &self.created_at];
        dates.into_iter().flatten().filter_map(|date| parse(date)).max()
    }
}

impl Account {
    pub(super) fn into_author(self) -> Author {
        let kept = |text: Option<String>| {
            let text: String = text?.trim().chars().take(NAME_CHARS_MAX).collect();
            Some(text).filter(|text| !text.is_empty())
        };
        let login = kept(self.login).or_else(|| kept(self.username));
        let name = kept(self.full_name).or_else(|| kept(self.name));
        let name = name.or_else(|| login.clone()).unwrap_or_else(|| UNKNOWN.to_owned());
        let is_bot = self.bot.unwrap_or(false) || self.kind.as_deref() == Some("Bot");
        let author = Author { name, email: None, login, is_bot };
        Author { is_bot: author.is_machine(), ..author }
    }
}

fn author(account: Option<Account>) -> Author {
    let unknown = Author { name: UNKNOWN.to_owned(), email: None, login: None, is_bot: false };
    account.map_or(unknown, Account::into_author)
}

/// Whether it is a draft: as the host states, or else by its title, which is all that Gitea before 1.22 has.
fn is_draft(stated: Option<bool>, title: Option<&str>) -> bool {
    let title = title.unwrap_or_default().trim_start().to_lowercase();
    stated.unwrap_or_else(|| DRAFT_PREFIXES.iter().any(|prefix| title.starts_with(prefix)))
}

fn at(text: Option<&String>) -> Option<Instant> {
    parse(text?)
}

fn kept_labels(labels: impl Iterator<Item = String>) -> Vec<String> {
    labels.map(|label| kept_label(&label)).filter(|label| !label.is_empty()).take(LABELS_MAX).collect()
}

impl FromItem<Item> for Listed {
    fn from_item(item: Item, kind: Kind) -> Option<Self> {
        let part = item.pull_request.as_ref();
        let is_closed = item.state.as_deref() != Some("open");
        Some(Self {
            number: item.number,
            is_request: part.is_some() || matches!(kind, Kind::Requests),
            is_draft: is_draft(item.draft.or(part.and_then(|part| part.draft)), item.title.as_deref()),
            title: kept_title(&item.title.unwrap_or_default()),
            labels: kept_labels(item.labels.into_iter().filter_map(|label| Some(label.0?.name))),
            opened_at: at(item.created_at.as_ref())?,
            updated_at: at(item.updated_at.as_ref()),
            closed_at: at(item.closed_at.as_ref()).filter(|_| is_closed),
            merged_at: part.and_then(|part| at(part.merged_at.as_ref())),
            author: author(item.user),
            reviewers: None,
        })
    }
}

impl FromItem<GitLabItem> for Listed {
    fn from_item(item: GitLabItem, kind: Kind) -> Option<Self> {
        let is_closed = item.state.as_deref() != Some("opened");
        Some(Self {
            number: item.iid,
            is_request: matches!(kind, Kind::Requests),
            is_draft: is_draft(item.draft.or(item.work_in_progress), item.title.as_deref()),
            title: kept_title(&item.title.unwrap_or_default()),
            labels: kept_labels(item.labels.into_iter().filter_map(|label| label.0)),
            opened_at: at(item.created_at.as_ref())?,
            updated_at: at(item.updated_at.as_ref()),
            closed_at: at(item.closed_at.as_ref()).filter(|_| is_closed),
            merged_at: at(item.merged_at.as_ref()),
            author: author(item.author),
            reviewers: None,
        })
    }
}
