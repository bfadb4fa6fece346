//! Puts each commit of a range into one place: a change, updated dependencies, or what was taken back.

use super::merges::{Merged, brought, headed, merges, title};
use super::people::People;
use super::references::references;
use super::repeats::repeats;
use super::reverts::{self, reverts};
use super::subject::{keys, without_numbers};
use super::{Change, Digest, Range, Reference, Reverted, Size, areas, updates, warnings};
use crate::commit::{Commit, Kind, Rule, Sha, Subject, breaks, classify};
use crate::count::total;
use std::collections::{BTreeMap, BTreeSet};

/// The most commits that the title of a merge heads. A merge of more is a release or the work of a branch that many
/// share: its commits are changes of their own.
const HEADED_COMMITS_MAX: usize = 30;

/// A commit with the dependencies that it updates.
type Updating<'a> = (&'a Commit, Vec<updates::Update>);

impl<'a> Digest<'a> {
    /// The facts of a range.
    pub fn of(range: &Range<'a>) -> Self {
        let all: Vec<&'a Commit> = range.commits.iter().collect();
        let single: Vec<&'a Commit> = all.iter().copied().filter(|commit| !commit.is_merge()).collect();
        let merges = merges(&all);
        let (reverted, restored) = with_what_merges_bring(reverts(&all), &merges)
            .into_iter()
            .filter(|one| one.change_commits().next().is_some())
            .partition::<Vec<_>, _>(|one| !one.is_in_effect());
        let mut taken: BTreeSet<&Sha> =
            reverted.iter().chain(&restored).flat_map(Reverted::commits).map(|commit| &commit.sha).collect();
        let mut updating = updating(free(&single, &taken));
        taken.extend(updating.iter().map(|(commit, _)| &commit.sha));
        let mut changes: Vec<Change<'a>> = restored.iter().filter_map(in_effect).collect();
        let (of_pull_requests, updated) = pull_requests(&merges, &all, &mut taken);
        changes.extend(of_pull_requests);
        updating.extend(updated);
        let others: Vec<&'a Commit> = free(&single, &taken).collect();
        changes.extend(repeats(&others).into_iter().filter_map(|repeat| repeated(repeat.commits)));
        // The order is stable for commits of the same second.
        changes.sort_by_key(|change| std::cmp::Reverse(change.at()));
        let (areas, areas_total) = areas::areas(&changes, range.paths);
        let mut people = People::of(single.iter().copied(), range.mailmap, range.author_display);
        people.mark_new(range.newcomers);
        Self {
            warnings: warnings::warnings(&changes, (&single, range.paths), &people),
            people,
            updates: updates::fold(&newest_first(updating)),
            reverted,
            areas,
            areas_total,
            commits: total(single.len()),
            merges: total(all.len() - single.len()),
            size: Size::of(&single),
            changes,
        }
    }
}

impl<'a> Reverted<'a> {
    /// The commits of the change itself; empty if it is outside of the range.
    pub fn change_commits(&self) -> impl Iterator<Item = &'a Commit> {
        let commits = match &self.change {
            reverts::Change::InRange(commits) => commits.as_slice(),
            reverts::Change::Outside { .. } => &[],
        };
        commits.iter().copied()
    }

    /// All commits, those of the change first.
    pub fn commits(&self) -> impl Iterator<Item = &'a Commit> {
        self.change_commits().chain(self.steps.iter().copied())
    }
}

/// What is reverted, with what its merges bring in place of them. A commit that is in another entry stays there.
fn with_what_merges_bring<'a>(mut reverted: Vec<Reverted<'a>>, merges: &[Merged<'a>]) -> Vec<Reverted<'a>> {
    let mut placed: BTreeSet<&Sha> = reverted.iter().flat_map(Reverted::commits).map(|commit| &commit.sha).collect();
    for one in &mut reverted {
        let ids: Vec<&Sha> = one.merges.iter().map(|merge| &merge.sha).collect();
        let reverts::Change::InRange(commits) = &mut one.change else { continue };
        commits.retain(|commit| !commit.is_merge());
        commits.extend(brought(merges, &ids).into_iter().filter(|commit| placed.insert(&commit.sha)));
    }
    reverted
}

/// A change that was reverted and restored.
fn in_effect<'a>(reverted: &Reverted<'a>) -> Option<Change<'a>> {
    let commits = reverted.commits().collect();
    match reverted.merges.first().and_then(|merge| Some((*merge, title(merge)?))) {
        Some((merge, title)) => Some(pull_request(merge, title, commits)),
        None => repeated(commits),
    }
}

fn free<'c, 'a>(
    commits: &'c [&'a Commit],
    taken: &'c BTreeSet<&Sha>,
) -> impl Iterator<Item = &'a Commit> + use<'c, 'a> {
    commits.iter().copied().filter(|commit| !taken.contains(&commit.sha))
}

/// The changes that merges with titles head, and the updates of dependencies among them.
fn pull_requests<'a>(
    merges: &[Merged<'a>],
    all: &[&'a Commit],
    taken: &mut BTreeSet<&'a Sha>,
) -> (Vec<Change<'a>>, Vec<Updating<'a>>) {
    let (mut changes, mut updating) = (Vec::new(), Vec::new());
    for (place, own) in headed(merges, all) {
        let Some((merge, title)) = merges.get(place).and_then(|one| Some((one.merge, one.title?))) else { continue };
        let own: Vec<&'a Commit> = free(&own, taken).collect();
        if !(1..=HEADED_COMMITS_MAX).contains(&own.len()) {
            continue;
        }
        let updates = updates::updates(title, "", &[]);
        if !updates.is_empty() && own.iter().all(|commit| is_fold_worthy(commit)) {
            // Work on what uses a dependency is a change of its own.
            let of_update = own.into_iter().filter(|commit| !changes_behaviour(commit));
            updating.extend(of_update.map(|commit| (commit, updates.clone())));
            taken.extend(updating.iter().map(|(commit, _)| &commit.sha));
        } else {
            taken.extend(own.iter().map(|commit| &commit.sha));
            changes.push(pull_request(merge, title, own));
        }
    }
    (changes, updating)
}

/// The commits whose updates of dependencies are folded.
fn updating<'a>(commits: impl Iterator<Item = &'a Commit>) -> Vec<Updating<'a>> {
    let updating = commits.filter(|commit| is_fold_worthy(commit)).map(|commit| (commit, updates::of_commit(commit)));
    updating.filter(|(_, updates)| !updates.is_empty()).collect()
}

/// Whether an update of dependencies may be folded: not one that breaks something or closes a vulnerability.
fn is_fold_worthy(commit: &Commit) -> bool {
    breaks(commit).is_none() && Subject::of(commit).kind != Kind::Security
}

/// Whether a commit changes what the software does by itself.
fn changes_behaviour(commit: &Commit) -> bool {
    let is_of_behaviour = matches!(Subject::of(commit).kind, Kind::Feature | Kind::Fix | Kind::Performance);
    is_of_behaviour && updates::of_commit(commit).is_empty()
}

/// Commits under the title of the merge that brought them.
fn pull_request<'a>(merge: &'a Commit, title: &'a str, commits: Vec<&'a Commit>) -> Change<'a> {
    let files: Vec<_> = commits.iter().flat_map(|commit| commit.files.iter().cloned()).collect();
    let subjects: Vec<Subject<'a>> = commits.iter().map(|commit| Subject::of(commit)).collect();
    let title = classify(title, "", &files);
    let tickets = keys(std::iter::once(&title).chain(&subjects).flat_map(|subject| subject.tickets.iter().copied()));
    let security = subjects.iter().find(|subject| subject.kind == Kind::Security);
    let (kind, rule) = match security {
        Some(subject) => (subject.kind, subject.rule),
        None if title.kind == Kind::Other => most_common(&subjects),
        None => (title.kind, title.rule),
    };
    let breaking = commits.iter().find_map(|commit| breaks(commit)).or_else(|| breaks(merge));
    let messages = std::iter::once(merge).chain(commits.iter().copied());
    Change {
        kind,
        rule,
        scope: title.scope,
        text: without_numbers(title.text),
        breaking,
        references: all_references(messages),
        tickets,
        is_unfinished: title.is_unfinished,
        commits,
        merge: Some(merge),
    }
}

/// The kind that most commits have, of those whose kind is known; the one that a report has first if several are as
/// common.
fn most_common(subjects: &[Subject<'_>]) -> (Kind, Rule) {
    let mut counts: BTreeMap<Kind, (usize, Rule)> = BTreeMap::new();
    for subject in subjects.iter().filter(|subject| subject.kind != Kind::Other) {
        counts.entry(subject.kind).or_insert((0, subject.rule)).0 += 1;
    }
    let best = counts.into_iter().rev().max_by_key(|(_, (count, _))| *count);
    best.map_or((Kind::Other, Rule::None), |(kind, (_, rule))| (kind, rule))
}

/// Commits that say the same, under the words of the newest one that is not to be squashed.
fn repeated(commits: Vec<&Commit>) -> Option<Change<'_>> {
    let named = commits.iter().find(|commit| super::subject::squashed_into(commit.subject()).is_none());
    let named: &Commit = named.or(commits.first())?;
    let Subject { kind, rule, scope, text, is_unfinished, .. } = Subject::of(named);
    let subjects: Vec<Subject<'_>> = commits.iter().map(|commit| Subject::of(commit)).collect();
    Some(Change {
        kind,
        rule,
        scope,
        text: without_numbers(text),
        breaking: commits.iter().find_map(|commit| breaks(commit)),
        references: all_references(commits.iter().copied()),
        tickets: keys(subjects.iter().flat_map(|subject| subject.tickets.iter().copied())),
        is_unfinished,
        commits,
        merge: None,
    })
}

/// What messages refer to, each once.
fn all_references<'a>(messages: impl Iterator<Item = &'a Commit>) -> Vec<Reference> {
    let mut found: Vec<Reference> = Vec::new();
    for commit in messages {
        for reference in references(&commit.message, commit.is_merge()) {
            if !found.iter().any(|known| known.number == reference.number && known.repository == reference.repository) {
                found.push(reference);
            }
        }
    }
    found
}

fn newest_first<T>(mut updating: Vec<(&Commit, T)>) -> Vec<(&Commit, T)> {
    updating.sort_by_key(|(commit, _)| std::cmp::Reverse(commit.committed_at));
    updating
}
