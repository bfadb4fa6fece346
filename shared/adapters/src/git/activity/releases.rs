//! Releases that were published in the period, and tags of the report's commits that no release names.

use super::walk::elements;
use super::wire::{ReleaseItem, TagItem};
use crate::git::host::Api;
use app::ports::{ActivityQuery, GitError};
use domain::activity::{Activity, Gap, Release, Source, kept_title};
use domain::commit::Sha;
use domain::repository::Provider;
use std::collections::{BTreeMap, BTreeSet};

/// Pages of releases that are read. They are listed with the newest first.
const PAGES_MAX: usize = 5;

/// Pages of tags that are read: hosts order them by their names.
const TAG_PAGES_MAX: usize = 10;

/// Adds them to an activity.
pub(super) async fn add(api: &Api<'_>, query: &ActivityQuery, activity: &mut Activity) -> Result<(), GitError> {
    let mut named: BTreeSet<String> = BTreeSet::new();
    let order: &[(&str, &str)] = match api.dialect.provider {
        Provider::GitLab => &[("order_by", "released_at"), ("sort", "desc")],
        Provider::GitHub | Provider::Gitea => &[],
    };
    let mut next = Some(api.resource_list_url(&["releases"], api.dialect.page_items, order));
    for _ in 0..PAGES_MAX {
        let Some(url) = next.take() else { break };
        let Some((items, linked, _)) = elements::<ReleaseItem>(api, url).await? else {
            activity.gaps.insert(Gap::Refused(Source::Releases));
            break;
        };
        // A release of an old commit can be below newer ones, so that only a page of old ones is the end.
        let is_old = items.iter().all(|item| item.latest().is_none_or(|at| at < query.period.from));
        for item in items {
            named.insert(item.tag_name.clone());
            activity.releases.extend(release(item, query));
        }
        next = linked.filter(|_| !is_old);
    }
    if next.is_some() {
        activity.gaps.insert(Gap::TooMany(Source::Releases));
    }
    tags(api, query, &named, activity).await
}

fn release(item: ReleaseItem, query: &ActivityQuery) -> Option<Release> {
    let at = item.at().filter(|at| query.period.has(*at))?;
    let name = item.name.map(|name| kept_title(&name)).filter(|name| !name.is_empty() && *name != item.tag_name);
    let is_prerelease = item.prerelease.unwrap_or(false);
    Some(Release { tag: kept_title(&item.tag_name), name, at: Some(at), is_prerelease, commit: None })
}

/// Adds tags of the report's commits: a commit is in one report, and so are its tags.
async fn tags(
    api: &Api<'_>,
    query: &ActivityQuery,
    named: &BTreeSet<String>,
    activity: &mut Activity,
) -> Result<(), GitError> {
    if query.tagged.is_empty() {
        return Ok(());
    }
    let commits: BTreeMap<&Sha, usize> = query.tagged.iter().zip(0..).collect();
    let mut found: Vec<(usize, Release)> = Vec::new();
    let order: &[(&str, &str)] = match api.dialect.provider {
        Provider::GitLab => &[("order_by", "updated"), ("sort", "desc")],
        Provider::GitHub | Provider::Gitea => &[],
    };
    let mut next = Some(api.list_url(&["tags"], api.dialect.page_items, order));
    for _ in 0..TAG_PAGES_MAX {
        let Some(url) = next.take() else { break };
        let Some((items, linked, _)) = elements::<TagItem>(api, url).await? else {
            activity.gaps.insert(Gap::Refused(Source::Releases));
            break;
        };
        for item in items.into_iter().filter(|item| !named.contains(&item.name)) {
            let sha = item.commit.as_ref().and_then(|tip| Sha::parse(tip.id()?).ok());
            let place = sha.as_ref().and_then(|sha| commits.get(sha).copied());
            if let (Some(commit), Some(place)) = (sha, place) {
                let tag = kept_title(&item.name);
                let commit = Some(commit);
                found.push((place, Release { tag, name: None, at: None, is_prerelease: false, commit }));
            }
        }
        next = linked;
    }
    // Hosts order tags by name; here the one of the newest commit is first.
    found.sort_by_key(|(place, _)| *place);
    activity.releases.extend(found.into_iter().map(|(_, tag)| tag));
    if next.is_some() {
        activity.gaps.insert(Gap::TooMany(Source::Releases));
    }
    Ok(())
}
