//! Changes with the commits that revert and restore them.

use super::merges::title;
use super::references::{ReferenceKind, references};
use super::repeats::{SHA_DIGITS_MIN, ids, place_of};
use super::subject::{Prefixes, key, last_number, number, without_numbers};
use crate::commit::{Commit, Subject, classify};
use std::collections::{BTreeMap, HashMap};

/// The fewest characters of a subject that a host shortened by which the whole one is found.
const SHORTENED_CHARS_MIN: usize = 20;
/// The most commits that one message reverts; the others are ignored.
const REVERTED_MAX: usize = 50;

/// A change with everything that was done to it later in the range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reverted<'a> {
    pub change: Change<'a>,
    /// The merges among what is reverted, newest first.
    pub merges: Vec<&'a Commit>,
    /// The commits that revert it and restore it in turn, oldest first; at least one.
    pub steps: Vec<&'a Commit>,
}

/// What is reverted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change<'a> {
    /// One commit or several, which one commit reverts together.
    InRange(Vec<&'a Commit>),
    /// A commit that is not in the range, or can't be found: its id and its subject as the first step has them.
    Outside { sha: Option<&'a str>, subject: Option<&'a str> },
}

impl<'a> Reverted<'a> {
    /// The titles of the merges that are reverted, or else the words of each commit.
    pub fn texts(&self) -> Vec<&'a str> {
        let commits = if self.merges.is_empty() { self.change_commits().collect() } else { self.merges.clone() };
        let text = |commit: &'a Commit| match title(commit).filter(|_| commit.is_merge()) {
            Some(title) => classify(title, "", &[]).text,
            None => Subject::of(commit).text,
        };
        commits.into_iter().map(text).collect()
    }

    /// Whether the change is in effect at the end of the range: restored as often as it was reverted.
    pub fn is_in_effect(&self) -> bool {
        self.steps.len().is_multiple_of(2)
    }
}

/// What one message reverts or restores, as it has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Undoing<'a> {
    /// The ids of commits, which can be shortened.
    pub shas: Vec<&'a str>,
    /// The subject in quotation marks, or after `revert: `. For a revert of a revert it is that revert's subject.
    pub subject: Option<&'a str>,
    /// The pull request that is reverted.
    pub number: Option<u64>,
    /// Whether the message restores a change that was reverted (`Reland`, `Reapply`): the subject is the change's own.
    pub restores: bool,
}

/// What a message reverts or restores; `None` for any other message.
///
/// Sources of the forms: git (`Revert "x"`, `Reapply "x"`, `This reverts commit …`), GitHub (`Reverts owner/name#12`),
/// GitLab (`This reverts merge request !12`), Gitea, Azure DevOps (`Reverts !12`), Conventional Commits (`revert: x`),
/// Chromium (`Reland "x"`, `This is a reland of …`) and Mercurial (`Back out "x"`).
pub fn undoing(message: &str) -> Option<Undoing<'_>> {
    let subject = message.lines().next().unwrap_or_default().trim();
    let is_start = |text: &str| verb(text).is_some();
    let prefixes = Prefixes::of(subject, is_start);
    let (restores, after) = verb(prefixes.rest).or_else(|| prefixes.has("revert").then_some((false, prefixes.rest)))?;
    let is_type = prefixes.all.iter().any(|prefix| prefix.to_ascii_lowercase().starts_with("revert"));
    let quoted = quoted(after);
    let typed = after.strip_prefix(':').map(str::trim).or(is_type.then_some(after));
    let body = message.lines().skip(1).map(str::trim);
    let mut found =
        Undoing { restores, subject: quoted.or(typed).filter(|text| !text.is_empty()), ..Undoing::default() };
    for line in body {
        found.read(line);
    }
    let is_known = found.subject.is_some() || !found.shas.is_empty() || found.number.is_some();
    is_known.then_some(found)
}

/// The verb that a text begins with: whether it restores, and what follows.
fn verb(text: &str) -> Option<(bool, &str)> {
    const VERBS: [(&str, bool); 9] = [
        ("revert", false),
        ("reverts", false),
        ("reverted", false),
        ("rollback", false),
        ("backout", false),
        ("back out", false),
        ("roll back", false),
        ("reland", true),
        ("reapply", true),
    ];
    VERBS.iter().find_map(|(verb, restores)| {
        let (start, rest) = (text.get(..verb.len())?, text.get(verb.len()..)?);
        let is_whole = rest.is_empty() || rest.starts_with([' ', ':']);
        (start.eq_ignore_ascii_case(verb) && is_whole).then_some((*restores, rest.trim_start()))
    })
}

/// The text between the first quotation mark and the last one that closes it.
fn quoted(text: &str) -> Option<&str> {
    let text = text.trim_start_matches([':', ' ']);
    let pairs = [('"', '"'), ('\'', '\''), ('“', '”'), ('«', '»'), ('`', '`')];
    pairs.iter().find_map(|(open, close)| {
        let rest = text.strip_prefix(*open)?;
        rest.get(..rest.rfind(*close)?)
    })
}

impl<'a> Undoing<'a> {
    fn read(&mut self, line: &'a str) {
        let lower = line.to_ascii_lowercase();
        let restores = lower.starts_with("this is a reland of ") || lower.starts_with("reland of ");
        if !(lower.starts_with("this reverts ") || lower.starts_with("reverts ") || restores) {
            return;
        }
        // `This reverts commit a, reversing changes made to b.`: only what is reverted counts.
        let end = lower.find(", reversing").unwrap_or(line.len());
        for word in line.get(..end).unwrap_or_default().split_whitespace() {
            let word = word.trim_matches([',', '.', ';', '(', ')', '`', '"']);
            let is_id = word.len() >= SHA_DIGITS_MIN && word.bytes().all(|byte| byte.is_ascii_hexdigit());
            if is_id && self.shas.len() < REVERTED_MAX {
                self.shas.push(word);
            } else if let Some((_, digits)) = word.rsplit_once(['#', '!']) {
                self.number = self.number.or(number(digits));
            }
        }
    }
}

/// The changes that are reverted in the range, with their reverts and what restores them; the newest step first. The
/// commits are newest first, with their merges; each is in one entry at most. A merge that is reverted is in its entry,
/// and what it brings is not.
///
/// A commit or a merge is found by its id, or else by the subject or the number of its pull request: then it is the
/// newest one before the revert that is in effect. A commit that restores what isn't reverted in the range is a change
/// of its own.
pub fn reverts<'a>(commits: &[&'a Commit]) -> Vec<Reverted<'a>> {
    let mut history = History::of(commits);
    for place in (0..commits.len()).rev() {
        let single = commits.get(place).filter(|commit| !commit.is_merge());
        if let Some((commit, undoing)) = single.and_then(|commit| Some((commit, undoing(&commit.message)?))) {
            history.undo(place, commit, &undoing);
        }
        history.pass(place);
    }
    let mut found = history.entries;
    found.sort_by_key(|(newest, _)| *newest);
    found.into_iter().map(|(_, entry)| entry).collect()
}

/// The number of the pull request that a merge brings.
fn number_of_merge(commit: &Commit) -> Option<u64> {
    let is_pull_request = |kind| matches!(kind, ReferenceKind::PullRequest | ReferenceKind::MergeRequest);
    let found = references(&commit.message, true).into_iter().find(|reference| is_pull_request(reference.kind));
    found.filter(|_| commit.is_merge()).map(|reference| reference.number)
}

/// The range up to a commit, from the oldest.
struct History<'c, 'a> {
    commits: &'c [&'a Commit],
    ids: BTreeMap<&'a str, usize>,
    /// The places of the commits so far by their subjects, sorted, and by the numbers of their pull requests.
    subjects: BTreeMap<String, Vec<usize>>,
    numbers: HashMap<u64, Vec<usize>>,
    /// The entries with the places of their newest steps.
    entries: Vec<(usize, Reverted<'a>)>,
    /// The entry that a commit is in.
    entry_of: HashMap<usize, usize>,
}

impl<'c, 'a> History<'c, 'a> {
    fn of(commits: &'c [&'a Commit]) -> Self {
        Self {
            commits,
            ids: ids(commits),
            subjects: BTreeMap::new(),
            numbers: HashMap::new(),
            entries: Vec::new(),
            entry_of: HashMap::new(),
        }
    }

    /// Makes a commit one that later ones can revert.
    fn pass(&mut self, place: usize) {
        let Some(commit) = self.commits.get(place) else { return };
        let title = title(commit).filter(|_| commit.is_merge()).map(key);
        for subject in [Some(key(commit.subject())), title].into_iter().flatten().filter(|text| !text.is_empty()) {
            self.subjects.entry(subject).or_default().push(place);
        }
        let number = last_number(commit.subject()).map(|(_, (_, number))| number);
        if let Some(number) = number.or_else(|| number_of_merge(commit)) {
            self.numbers.entry(number).or_default().push(place);
        }
    }

    fn undo(&mut self, place: usize, commit: &'a Commit, undoing: &Undoing<'a>) {
        let by_id: Vec<usize> = undoing.shas.iter().filter_map(|sha| place_of(&self.ids, sha)).collect();
        let is_by_id = !undoing.shas.is_empty();
        let targets = if is_by_id { by_id } else { self.named(undoing).into_iter().collect() };
        let mut targets: Vec<usize> = targets.into_iter().filter(|target| *target != place).collect();
        targets.sort_unstable();
        targets.dedup();
        if self.entry_of.contains_key(&place) || self.continues(place, commit, &targets, undoing.restores) {
            return;
        }
        targets.retain(|target| !self.entry_of.contains_key(target));
        if undoing.restores {
            return;
        }
        let commits: Vec<&Commit> = targets.iter().filter_map(|target| self.commits.get(*target).copied()).collect();
        let merges = commits.iter().copied().filter(|commit| commit.is_merge()).collect();
        let change = match commits.as_slice() {
            [] => Change::Outside { sha: undoing.shas.first().copied(), subject: undoing.subject },
            _ => Change::InRange(commits),
        };
        for member in targets.into_iter().chain([place]) {
            self.entry_of.insert(member, self.entries.len());
        }
        self.entries.push((place, Reverted { change, merges, steps: vec![commit] }));
    }

    /// Adds a step to the entry that a target is in, if it does what is next there.
    fn continues(&mut self, place: usize, commit: &'a Commit, targets: &[usize], restores: bool) -> bool {
        let found = targets.iter().find_map(|target| Some((target, *self.entry_of.get(target)?)));
        let Some((target, number)) = found else { return false };
        let Some((newest, entry)) = self.entries.get_mut(number) else { return false };
        let is_step =
            self.commits.get(*target).is_some_and(|target| entry.steps.iter().any(|step| step.sha == target.sha));
        // The revert of a revert restores, and so does a reland of the change itself; the revert of a reland reverts.
        let will_restore = if is_step {
            let place = entry
                .steps
                .iter()
                .position(|step| self.commits.get(*target).is_some_and(|target| target.sha == step.sha));
            place.is_some_and(|place| place.is_multiple_of(2))
        } else {
            restores
        };
        if will_restore == entry.is_in_effect() {
            return false;
        }
        entry.steps.push(commit);
        *newest = place;
        self.entry_of.insert(place, number);
        true
    }

    /// The newest commit so far with the subject or the number that is reverted, and that isn't reverted yet.
    fn named(&self, undoing: &Undoing<'a>) -> Option<usize> {
        let by_number = undoing.number.or_else(|| undoing.subject.and_then(last_number).map(|(_, (_, number))| number));
        let is_free = |place: &&usize| self.is_free(**place, undoing.restores);
        let by_number = by_number.and_then(|number| self.numbers.get(&number)?.iter().rev().find(is_free));
        if let Some(place) = by_number {
            return Some(*place);
        }
        let subject = undoing.subject?;
        let text = key(subject);
        if text.is_empty() {
            return None;
        }
        let equal = self.subjects.get(&text).and_then(|places| places.iter().rev().find(is_free));
        equal
            .or_else(|| {
                let is_shortened = without_numbers(subject).ends_with(['…']) || subject.ends_with("...");
                let is_long = text.chars().count() >= SHORTENED_CHARS_MIN;
                let longer = self.subjects.range(text.clone()..).take_while(|(longer, _)| longer.starts_with(&text));
                let (_, places) = longer.filter(|_| is_shortened && is_long).last()?;
                places.iter().rev().find(is_free)
            })
            .copied()
    }

    /// Whether a commit can be reverted (or restored) next.
    fn is_free(&self, place: usize, restores: bool) -> bool {
        let entry = self.entry_of.get(&place).and_then(|number| self.entries.get(*number));
        let Some((_, entry)) = entry else { return !restores };
        let step =
            self.commits.get(place).and_then(|commit| entry.steps.iter().position(|step| step.sha == commit.sha));
        match step {
            Some(step) => step.is_multiple_of(2) != entry.is_in_effect(),
            None => restores != entry.is_in_effect(),
        }
    }
}
