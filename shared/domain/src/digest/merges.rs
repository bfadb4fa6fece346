//! Which commits each merge brings, and what it is called.

use super::subject::{last_number, number, without_numbers};
use crate::commit::{Commit, Sha};
use std::collections::HashMap;

/// A merge of a change with the commits that it brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged<'a> {
    pub merge: &'a Commit,
    /// The commits of the range that are reachable from its other parents, and not from its first one; newest first, as
    /// they are given. Merges within them too. Empty where they are outside of the range.
    pub commits: Vec<&'a Commit>,
}

/// The merges of changes with what they bring, newest first. The commits are those of a range, newest first.
///
/// They are found on the line of first parents from the newest commit. A commit is in one of them at most; the commits
/// of a merge within a merge belong to the outer one. A merge without a title ([`title`]) heads nothing: the line of
/// each of its other parents is searched as the first one is.
pub fn merges<'a>(commits: &[&'a Commit]) -> Vec<Merged<'a>> {
    let mut range = Range::of(commits);
    let mut found = Vec::new();
    let mut waiting = if commits.is_empty() { Vec::new() } else { range.line(0) };
    // Oldest first: whatever is reachable from the first parent of a merge is taken before it.
    while let Some(place) = waiting.pop() {
        let Some(commit) = commits.get(place).filter(|commit| commit.is_merge()) else { continue };
        let others: Vec<usize> = range.other_parents(commit);
        if title(commit).is_some() {
            found.push((place, range.take(others)));
        } else {
            for other in others {
                waiting.extend(range.line(other));
            }
        }
    }
    found.sort_unstable();
    let merged = |(place, brought): (usize, Vec<usize>)| {
        let brought = brought.into_iter().filter_map(|place| commits.get(place).copied()).collect();
        commits.get(place).map(|merge| Merged { merge, commits: brought })
    };
    found.into_iter().filter_map(merged).collect()
}

/// The commits with their places, and which of them are on a line or in a merge already.
struct Range<'c, 'a> {
    commits: &'c [&'a Commit],
    places: HashMap<&'a Sha, usize>,
    is_taken: Vec<bool>,
}

impl<'c, 'a> Range<'c, 'a> {
    fn of(commits: &'c [&'a Commit]) -> Self {
        let places = commits.iter().enumerate().rev().map(|(place, commit)| (&commit.sha, place)).collect();
        Self { commits, places, is_taken: vec![false; commits.len()] }
    }

    /// Takes a commit; `false` if it is taken already.
    fn claim(&mut self, place: usize) -> bool {
        self.is_taken.get_mut(place).is_some_and(|taken| !std::mem::replace(taken, true))
    }

    /// The line of first parents from a commit, newest first, as far as it is in the range and free.
    fn line(&mut self, start: usize) -> Vec<usize> {
        let mut line = Vec::new();
        let mut next = Some(start);
        while let Some(place) = next.filter(|place| self.claim(*place)) {
            line.push(place);
            let first = self.commits.get(place).and_then(|commit| commit.parents.first());
            next = first.and_then(|parent| self.places.get(parent)).copied();
        }
        line
    }

    fn other_parents(&self, commit: &Commit) -> Vec<usize> {
        commit.parents.iter().skip(1).filter_map(|parent| self.places.get(parent)).copied().collect()
    }

    /// Everything that is reachable from some commits and free, newest first.
    fn take(&mut self, mut waiting: Vec<usize>) -> Vec<usize> {
        let mut taken = Vec::new();
        while let Some(place) = waiting.pop() {
            if self.claim(place) {
                taken.push(place);
                let parents = self.commits.get(place).map(|commit| commit.parents.as_slice()).unwrap_or_default();
                waiting.extend(parents.iter().filter_map(|parent| self.places.get(parent)));
            }
        }
        taken.sort_unstable();
        taken
    }
}

/// The title of the change that a merge brings, as its host or its author wrote it; `None` for a plain merge of a
/// branch, such as an update of a branch from its base, and for a pull request without a title.
///
/// Sources: what GitHub, GitLab, Gitea, Forgejo, Azure DevOps, Bitbucket and bors write by default.
pub fn title(merge: &Commit) -> Option<&str> {
    let subject = merge.subject();
    let text = match subject.split_once(' ') {
        Some(("Merge" | "merge" | "Merged" | "Auto", _)) => of_host(merge, subject),
        Some(_) => Some(subject),
        None => Some(subject).filter(|subject| !subject.is_empty() && !subject.eq_ignore_ascii_case("merge")),
    };
    text.map(without_numbers).filter(|text| !text.is_empty() && !is_of_branches(text))
}

fn of_host<'a>(merge: &'a Commit, subject: &'a str) -> Option<&'a str> {
    if let Some(rest) = subject.strip_prefix("Merge pull request '") {
        // The title can contain the quote, so the last one ends it.
        return rest.rfind("' (#").or_else(|| rest.rfind("' from ")).and_then(|end| rest.get(..end));
    }
    if let Some((id, rest)) = subject.strip_prefix("Merged PR ").and_then(|rest| rest.split_once(": ")) {
        return number(id).map(|_| rest);
    }
    let is_of_body = subject.starts_with("Merge pull request #")
        || subject.starts_with("Auto merge of #")
        || (subject.starts_with("Merged in ") && subject.contains("(pull request #"))
        || is_merge_request(merge);
    if is_of_body {
        return first_line(merge);
    }
    if let Some(id) = subject.strip_prefix("Merge #") {
        let line = first_line(merge)?;
        let line = line.strip_prefix(id).and_then(|rest| rest.strip_prefix(':')).unwrap_or(line);
        return Some(line.split(" r=").next().unwrap_or(line).trim());
    }
    Some(subject).filter(|subject| last_number(subject).is_some() && !is_plain(subject))
}

/// Whether a title is of a merge between long-lived branches: its commits are changes of their own.
fn is_of_branches(title: &str) -> bool {
    let lower = title.to_lowercase();
    [
        "merge back",
        "back-merge",
        "back merge",
        "backmerge",
        "mergeback",
        "merge main ",
        "merge master ",
        "merge develop ",
    ]
    .iter()
    .any(|words| lower.contains(words))
}

/// What git writes about a merge of its own.
fn is_plain(subject: &str) -> bool {
    let rest = subject.get("Merge ".len()..).unwrap_or_default();
    ["branch", "branches", "remote-tracking", "tag", "tags", "commit", "commits", "pull", "into", "of"]
        .contains(&rest.split(' ').next().unwrap_or_default())
        || rest.contains(" into ")
}

/// Whether GitLab wrote the message.
fn is_merge_request(merge: &Commit) -> bool {
    merge.message.lines().skip(1).any(|line| line.trim_start().starts_with("See merge request "))
}

/// The first line of the body, if it can be a title.
fn first_line(merge: &Commit) -> Option<&str> {
    let line = merge.message.lines().skip(1).map(str::trim).find(|line| !line.is_empty())?;
    let is_other = line.starts_with("See merge request ") || line.starts_with("* commit '") || line.starts_with('#');
    let is_trailer = line.split_once(": ").is_some_and(|(word, _)| word.ends_with("-by") || word == "Conflicts");
    (!is_other && !is_trailer).then_some(line)
}
