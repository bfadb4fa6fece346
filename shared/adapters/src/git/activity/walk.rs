//! Lists of issues and pull requests, read so that none is missing although they change meanwhile.
//!
//! GitHub and GitLab list by the last change, the oldest first. What changes while the list is read moves to its end,
//! and what follows moves forward, so that a next page by its number would skip an item. Each page is therefore asked
//! for by the instant at which the page before it ended. Only where a whole page has one instant, the host's own links
//! are followed, and they are followed again until they have nothing new.
//!
//! Gitea can't list by the last change; it lists the newest first, filtered by the last change. An item that joins that
//! list moves others to a later page, where they are read again. None leaves it, except one that is deleted.

use super::wire::{GitLabItem, Item, Listed};
use crate::git::host::Api;
use crate::git::host::wire::Element;
use app::ports::GitError;
use domain::instant::{Instant, text};
use domain::repository::Provider;
use reqwest::StatusCode;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use url::Url;

/// Pages of one list that are read: 4,000 changed items at a host with pages of 100.
const PAGES_MAX: usize = 40;

/// Open pull requests that are read to find those that wait: enough to skip many drafts.
const OPEN_MAX: usize = 50;

/// What a list has.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// Issues and pull requests.
    Both,
    Issues,
    Requests,
}

/// The result of reading a list.
pub(super) enum Read {
    Items {
        items: Vec<Listed>,
        /// Whether the list was read to its end.
        is_whole: bool,
    },
    /// The host has no such list, or refuses it.
    Refused,
}

/// A page: its items, and the host's link to the next one.
struct Page {
    items: Vec<Listed>,
    next: Option<Url>,
}

/// The items that changed at `since` or later.
pub(super) async fn changed(api: &Api<'_>, kind: Kind, since: Instant) -> Result<Read, GitError> {
    let mut walk = Walk { since, is_by_change: api.dialect.provider != Provider::Gitea, stall: None };
    let mut found: BTreeMap<(bool, u64), Listed> = BTreeMap::new();
    let mut next = Some(first(api, kind, since));
    for number in 0..PAGES_MAX {
        let Some(url) = next.take() else { break };
        let Some(Page { items, next: linked }) = page(api, kind, url).await? else {
            // A refusal of a later page takes nothing from what the first ones had.
            let items = found.into_values().collect();
            return Ok(if number == 0 { Read::Refused } else { Read::Items { items, is_whole: false } });
        };
        let last = items.iter().filter_map(|item| item.updated_at).max();
        let known = found.len();
        // What was read again is as it is now.
        found.extend(items.into_iter().map(|item| ((item.is_request, item.number), item)));
        next = match walk.step(api, (last, found.len() > known), linked.is_some()) {
            Step::From => Some(first(api, kind, walk.since)),
            Step::Linked => linked,
            Step::End => None,
        };
    }
    Ok(Read::Items { items: found.into_values().collect(), is_whole: next.is_none() })
}

/// Where a list is being read.
struct Walk {
    /// The instant from which the last pages were asked for.
    since: Instant,
    /// Whether the list is ordered by the last change, the oldest first.
    is_by_change: bool,
    /// While the host's links are followed because a page had one instant only: whether an item was new.
    stall: Option<bool>,
}

/// The page to read after one.
enum Step {
    /// The first one from `since`.
    From,
    /// The one that the host links to.
    Linked,
    End,
}

impl Walk {
    /// Decides by the last instant of a page, whether it had a new item, and whether there is a next page.
    fn step(&mut self, api: &Api<'_>, (last, is_new): (Option<Instant>, bool), has_next: bool) -> Step {
        let is_later = last.is_some_and(|last| mark(api, last) > mark(api, self.since));
        if !self.is_by_change {
            return if has_next { Step::Linked } else { Step::End };
        }
        if has_next && !is_later {
            self.stall = Some(self.stall.unwrap_or(false) | is_new);
            return Step::Linked;
        }
        // Linked pages move when an item changes, so that they are read until none of them has a new item.
        if self.stall.take().is_some_and(|was_new| was_new | is_new) {
            return Step::From;
        }
        match last.filter(|_| has_next) {
            Some(last) => {
                self.since = last;
                Step::From
            }
            None => Step::End,
        }
    }
}

/// Open pull requests, the one that was opened first at the beginning.
pub(super) async fn oldest_open(api: &Api<'_>) -> Result<Read, GitError> {
    let url = match api.dialect.provider {
        Provider::GitHub => {
            let query = [("state", "open"), ("sort", "created"), ("direction", "asc")];
            api.resource_list_url(&["pulls"], OPEN_MAX, &query)
        }
        Provider::Gitea => api.resource_list_url(&["pulls"], OPEN_MAX, &[("state", "open"), ("sort", "oldest")]),
        Provider::GitLab => {
            let query = [("state", "opened"), ("order_by", "created_at"), ("sort", "asc")];
            api.resource_list_url(&["merge_requests"], OPEN_MAX, &query)
        }
    };
    let Some(Page { items, next }) = page(api, Kind::Requests, url).await? else { return Ok(Read::Refused) };
    Ok(Read::Items { items, is_whole: next.is_none() })
}

/// The address of the first page.
fn first(api: &Api<'_>, kind: Kind, since: Instant) -> Url {
    let (items, since) = (api.dialect.page_items, mark(api, since));
    match (api.dialect.provider, kind) {
        (Provider::GitHub, _) => {
            let query = [("state", "all"), ("sort", "updated"), ("direction", "asc"), ("since", since.as_str())];
            api.resource_list_url(&["issues"], items, &query)
        }
        (Provider::Gitea, _) => {
            api.resource_list_url(&["issues"], items, &[("state", "all"), ("since", since.as_str())])
        }
        (Provider::GitLab, kind) => {
            let (list, state) = match kind {
                Kind::Issues | Kind::Both => ("issues", "all"),
                Kind::Requests => ("merge_requests", "merged"),
            };
            let query = [
                ("state", state),
                ("scope", "all"),
                ("order_by", "updated_at"),
                ("sort", "asc"),
                ("updated_after", since.as_str()),
            ];
            api.resource_list_url(&[list], items, &query)
        }
    }
}

/// Reads a page; `None` if the host has no such list, or refuses it for good.
async fn page(api: &Api<'_>, kind: Kind, url: Url) -> Result<Option<Page>, GitError> {
    match api.dialect.provider {
        Provider::GitHub | Provider::Gitea => list::<Item>(api, kind, url).await,
        Provider::GitLab => list::<GitLabItem>(api, kind, url).await,
    }
}

async fn list<T: DeserializeOwned>(api: &Api<'_>, kind: Kind, url: Url) -> Result<Option<Page>, GitError>
where
    Listed: FromItem<T>,
{
    let Some((items, next, _)) = elements::<T>(api, url).await? else { return Ok(None) };
    let items = items.into_iter().filter_map(|item| Listed::from_item(item, kind)).collect();
    Ok(Some(Page { items, next }))
}

/// Elements of a page, its next page, and the number of requests that the host still allows.
pub(super) type Elements<T> = (Vec<T>, Option<Url>, Option<u64>);

/// The elements of a page; `None` if the host has no such list, or refuses it for good.
pub(super) async fn elements<T: DeserializeOwned>(api: &Api<'_>, url: Url) -> Result<Option<Elements<T>>, GitError> {
    let answer = match api.get(url).await {
        Err(error) if !error.failure.is_temporary() => {
            tracing::info!(%error, "a list of a git host is refused: the report states that it was not read");
            return Ok(None);
        }
        answer => answer?,
    };
    let is_missing = matches!(
        answer.status,
        StatusCode::BAD_REQUEST | StatusCode::NOT_FOUND | StatusCode::CONFLICT | StatusCode::UNPROCESSABLE_ENTITY
    );
    if is_missing {
        return Ok(None);
    }
    let listed = api.read::<Option<Vec<Element<T>>>>(&answer)?.unwrap_or_default();
    Ok(Some((listed.into_iter().filter_map(|element| element.0).collect(), answer.next, answer.remaining)))
}

/// How an element of a list is read. `None` for one that can't be shown.
pub(super) trait FromItem<T>: Sized {
    fn from_item(item: T, kind: Kind) -> Option<Self>;
}

/// An instant as the host compares it: GitHub and Gitea in whole seconds, GitLab in milliseconds. Texts sort as time
/// does.
fn mark(api: &Api<'_>, instant: Instant) -> String {
    match api.dialect.provider {
        Provider::GitHub | Provider::Gitea => instant.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        Provider::GitLab => text(instant),
    }
}
