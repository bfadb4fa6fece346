//! Which commits each merge brings, and what it is called.

use super::subject::{last_number, number, without_numbers};
use crate::commit::{Commit, Sha};
use std::collections::{BTreeMap, HashMap};

/// A merge with the commits that it brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged<'a> {
    pub merge: &'a Commit,
    /// The title of the change that it brings; `None` for a merge that heads nothing ([`title`]), and for one that no
    /// host made within another merge.
    pub title: Option<&'a str>,
    /// The merge that brought it, by its place among the merges.
    pub outer: Option<usize>,
    /// The commits of the range that are reachable from its other parents, and not from its first one, without merges,
    /// and without those of the merges within it; newest first. Empty where they are outside of the range.
    pub commits: Vec<&'a Commit>,
}

/// The merges of a range, newest first, so that each is behind the one that brought it. The commits are newest first.
///
/// They are found on the line of first parents from the newest commit, then on that of each of their other parents. A
/// commit is in one of them at most.
pub fn merges<'a>(commits: &[&'a Commit]) -> Vec<Merged<'a>> {
    let mut range = Range::of(commits);
    let mut found: Vec<(usize, Option<usize>)> = Vec::new();
    let mut brought_by: HashMap<usize, usize> = HashMap::new();
    let line = if commits.is_empty() { Vec::new() } else { range.line(0) };
    let mut waiting: Vec<(usize, Option<usize>)> = line.into_iter().map(|place| (place, None)).collect();
    // Oldest first: whatever is reachable from the first parent of a merge is taken before it.
    while let Some((place, outer)) = waiting.pop() {
        let Some(commit) = commits.get(place) else { continue };
        if commit.is_merge() {
            found.push((place, outer));
            for other in range.other_parents(commit) {
                waiting.extend(range.line(other).into_iter().map(|place_of_line| (place_of_line, Some(place))));
            }
        } else if let Some(outer) = outer {
            brought_by.insert(place, outer);
        }
    }
    found.sort_unstable();
    let number_of: HashMap<usize, usize> =
        found.iter().enumerate().map(|(number, (place, _))| (*place, number)).collect();
    let outer_of = |outer: Option<usize>| outer.and_then(|place| number_of.get(&place)).copied();
    let described = |(place, outer): &(usize, Option<usize>)| {
        let merge = *commits.get(*place)?;
        let title = title(merge).filter(|_| outer.is_none() || is_of_host(merge));
        Some(Merged { merge, title, outer: outer_of(*outer), commits: Vec::new() })
    };
    let mut merges: Vec<Merged<'a>> = found.iter().filter_map(described).collect();
    for (place, commit) in commits.iter().enumerate() {
        let outer = outer_of(brought_by.get(&place).copied());
        if let Some(merged) = outer.and_then(|number| merges.get_mut(number)) {
            merged.commits.push(commit);
        }
    }
    merges
}

/// The changes that merges with titles head: the place of each of these merges with its commits, and those of the
/// merges within it that have no title, newest first.
pub fn headed<'a>(merges: &[Merged<'a>], commits: &[&'a Commit]) -> BTreeMap<usize, Vec<&'a Commit>> {
    let mut head_of: Vec<Option<usize>> = Vec::new();
    for (number, merged) in merges.iter().enumerate() {
        let outer = merged.outer.and_then(|outer| head_of.get(outer).copied().flatten());
        head_of.push(merged.title.map_or(outer, |_| Some(number)));
    }
    let with_heads = merges.iter().zip(head_of).filter_map(|(merged, head)| Some((merged, head?)));
    let head_of: HashMap<&Sha, usize> =
        with_heads.flat_map(|(merged, head)| merged.commits.iter().map(move |commit| (&commit.sha, head))).collect();
    let mut found: BTreeMap<usize, Vec<&'a Commit>> = BTreeMap::new();
    for commit in commits {
        if let Some(head) = head_of.get(&commit.sha) {
            found.entry(*head).or_default().push(commit);
        }
    }
    found
}

/// Everything that some merges bring, those within them too, newest first within each.
pub fn brought<'a>(merges: &[Merged<'a>], wanted: &[&Sha]) -> Vec<&'a Commit> {
    let mut is_within: Vec<bool> = Vec::new();
    let mut found = Vec::new();
    for merged in merges {
        let is_in_outer = merged.outer.and_then(|outer| is_within.get(outer)).is_some_and(|is_within| *is_within);
        let is_wanted = is_in_outer || wanted.contains(&&merged.merge.sha);
        if is_wanted {
            found.extend(merged.commits.iter().copied());
        }
        is_within.push(is_wanted);
    }
    found
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
}

/// The title of the change that a merge brings, as its host or its author wrote it; `None` for a plain merge of a
/// branch, such as an update of a branch from its base, and for a pull request without a title.
///
/// Sources: what GitHub, GitLab, Gitea, Forgejo, Azure DevOps, Bitbucket and bors write by default.
pub fn title(merge: &Commit) -> Option<&str> {
    let subject = merge.subject();
    let text = match subject.split_once(' ') {
        Some(("Merge" | "merge" | "Merged" | "Auto", _)) => of_host(merge, subject),
        _ if is_of_batch(subject) => of_host(merge, subject),
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
        || is_of_batch(subject)
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

/// The words of which the title of a merge of branches consists: their names, and what is done with them.
const BRANCH_WORDS: &str = "back branch branches changes deploy deployment dev develop development from in into main \
                            master merge merges next of on prod production promote promotion release releases stage \
                            staging sync the to trunk update updates version with";
/// What the title of a merge of branches has.
const JOINING: [&str; 9] = [
    "merge back",
    "merge-back",
    "mergeback",
    "back merge",
    "back-merge",
    "backmerge",
    "back to main",
    "back to master",
    "back to develop",
];

/// Whether a title is of a merge between long-lived branches, as for a release: its commits are changes of their own.
fn is_of_branches(title: &str) -> bool {
    let lower = title.to_lowercase();
    let mut words = lower.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let is_version = |word: &str| word.trim_start_matches('v').bytes().all(|byte| byte.is_ascii_digit());
    let is_of_branch = |word: &str| is_version(word) || BRANCH_WORDS.split(' ').any(|known| known == word);
    let joins =
        lower.starts_with("merge main ") || lower.starts_with("merge master ") || lower.starts_with("merge develop ");
    joins
        || JOINING.iter().any(|words| lower.contains(words))
        || matches!(words.clone().next(), Some("sync" | "release"))
        || words.all(is_of_branch)
}

/// Whether a host made a merge, from a pull request or a batch of them.
fn is_of_host(merge: &Commit) -> bool {
    let subject = merge.subject();
    of_host(merge, subject).is_some() || last_number(subject).is_some()
}

/// Whether bors merged a pull request with others at once.
fn is_of_batch(subject: &str) -> bool {
    subject.starts_with("Rollup merge of #")
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
