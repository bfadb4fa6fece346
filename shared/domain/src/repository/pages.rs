//! Pages of a repository at its host: people paste the address that their browser shows.

use super::Provider;

/// Where an owner's or a group's repository can begin to have pages: below the owner and the name.
const FIRST_PAGE: usize = 2;

/// Pages at GitHub.
const GITHUB: [&str; 32] = [
    "actions",
    "activity",
    "archive",
    "blame",
    "blob",
    "branches",
    "codespaces",
    "commit",
    "commits",
    "compare",
    "contributors",
    "discussions",
    "edit",
    "find",
    "forks",
    "graphs",
    "issues",
    "labels",
    "milestones",
    "network",
    "packages",
    "projects",
    "pull",
    "pulls",
    "pulse",
    "raw",
    "releases",
    "security",
    "settings",
    "tags",
    "tree",
    "wiki",
];

/// Pages at Gitea and Forgejo.
const GITEA: [&str; 25] = [
    "actions",
    "activity",
    "archive",
    "blame",
    "branches",
    "commit",
    "commits",
    "compare",
    "forks",
    "graph",
    "issues",
    "labels",
    "media",
    "milestones",
    "packages",
    "projects",
    "pulls",
    "raw",
    "releases",
    "search",
    "settings",
    "src",
    "stars",
    "tags",
    "wiki",
];

/// Pages at GitLab, as they were before they moved below `/-/`. No project can have one of these names
/// (<https://docs.gitlab.com/user/reserved_names/>).
const GITLAB: [&str; 7] = ["blame", "blob", "commits", "files", "raw", "tree", "wikis"];

/// Pages at GitLab that are named like a project may be: they are pages where a number follows.
const GITLAB_NUMBERED: [&str; 3] = ["issues", "merge_requests", "milestones"];

/// The path up to the page in it.
pub(super) fn without_page<'p>(parts: &'p [&'p str], provider: Provider, is_known: bool) -> &'p [&'p str] {
    let is_page = |place: usize| {
        let part = parts.get(place).copied().unwrap_or_default();
        let next = parts.get(place + 1).copied().unwrap_or_default();
        match provider {
            Provider::GitHub => place == FIRST_PAGE && GITHUB.contains(&part),
            Provider::GitLab => {
                let numbered = GITLAB_NUMBERED.contains(&part) && next.parse::<u64>().is_ok();
                part == "-" || GITLAB.contains(&part) || numbered
            }
            Provider::Gitea => (place == FIRST_PAGE || !is_known) && GITEA.contains(&part),
        }
    };
    let end = (FIRST_PAGE..parts.len()).find(|place| is_page(*place)).unwrap_or(parts.len());
    parts.get(..end).unwrap_or(parts)
}
