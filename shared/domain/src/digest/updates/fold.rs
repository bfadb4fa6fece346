//! The updates of many commits in few lines: one line for each ecosystem, and in it one entry for each package.

use super::ecosystem::Ecosystem;
use super::update::{Update, UpdateScope};
use super::version::{is_breaking, is_lower, is_same};
use crate::commit::{Commit, tickets_in_front};
use crate::digest::subject::keys;
use std::collections::{BTreeMap, BTreeSet};

/// The updates of an ecosystem, or those of an author where it is unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateLine<'a> {
    pub ecosystem: Option<Ecosystem>,
    /// The author's name, where the ecosystem is unknown.
    pub author: Option<&'a str>,
    /// By scope and then by name.
    pub packages: Vec<PackageUpdates<'a>>,
    /// The commits whose first update is in this line, oldest first: each commit is in exactly one line.
    pub commits: Vec<&'a Commit>,
}

/// All updates of one package in the range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageUpdates<'a> {
    pub package: String,
    pub scope: UpdateScope,
    /// Several, where an update does not begin at the version at which the one before it ended; oldest first.
    pub chains: Vec<Chain>,
    /// Updates whose versions the messages don't state.
    pub unversioned: usize,
    /// Each commit that updates it, once; oldest first.
    pub commits: Vec<&'a Commit>,
}

impl<'a> PackageUpdates<'a> {
    /// The keys of tickets in front of the subjects of its commits, each once.
    pub fn tickets(&self) -> Vec<&'a str> {
        keys(self.commits.iter().flat_map(|commit| tickets_in_front(commit.subject())))
    }
}

/// Updates of which each begins where the one before it ended. Every version is one that a message states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// Oldest first, at least one. A single one is known as the version after the update, unless `is_from_known`.
    versions: Vec<String>,
    is_from_known: bool,
    /// The number of updates, without those that were repeated.
    pub steps: usize,
}

impl Chain {
    /// The version before the first update; `None` where no message states it.
    pub fn from(&self) -> Option<&str> {
        self.versions.first().filter(|_| self.is_from_known).map(String::as_str)
    }

    /// The version after the last update.
    pub fn to(&self) -> &str {
        self.versions.last().map_or("", String::as_str)
    }

    /// Every version that is stated, in the order of the updates.
    pub fn versions(&self) -> &[String] {
        &self.versions
    }

    /// Whether the chain can break its users ([`is_breaking`]). Where only the version after it is stated, a sole
    /// `v2` is a major update, since Renovate writes more digits for others
    /// (<https://docs.renovatebot.com/configuration-options/#commitmessageextra>).
    pub fn is_major(&self) -> bool {
        let is_sole = |version: &String| {
            let digits = version.strip_prefix('v').unwrap_or_default();
            digits.parse::<u64>().is_ok_and(|number| (1..1990).contains(&number))
        };
        let by_ends = self.versions.first().is_some_and(|first| is_breaking(first, self.to()) == Some(true));
        by_ends || (!self.is_from_known && self.versions.iter().any(is_sole))
    }

    /// Whether it ends at a lower version than it began.
    pub fn is_downgrade(&self) -> bool {
        self.versions.first().and_then(|first| is_lower(first, self.to())) == Some(true)
    }

    /// Whether it ends where it began: updated and taken back.
    pub fn is_back(&self) -> bool {
        self.from().is_some_and(|from| is_same(from, self.to()))
    }

    fn begin(update: &Update) -> Option<Self> {
        let to = update.to.clone()?;
        let is_from_known = update.from.is_some();
        let versions = update.from.iter().cloned().chain([to]).collect();
        Some(Self { versions, is_from_known, steps: 1 })
    }

    /// Whether an update continues the chain. One that states only the version after it does, if that is another one.
    fn is_continued_by(&self, update: &Update) -> bool {
        match (&update.from, &update.to) {
            (Some(from), Some(_)) => is_same(from, self.to()),
            (None, Some(to)) => !is_same(to, self.to()),
            _ => false,
        }
    }

    /// Whether an update is one of the chain again, as after a merge or in another folder.
    fn contains(&self, update: &Update) -> bool {
        let Some(to) = &update.to else { return false };
        let Some(from) = &update.from else { return is_same(to, self.to()) };
        self.versions.array_windows().any(|[one, other]| is_same(one, from) && is_same(other, to))
            || (self.versions.len() == 1 && !self.is_from_known && is_same(to, self.to()))
    }
}

impl PackageUpdates<'_> {
    /// Whether one of its chains is a major update.
    pub fn is_major(&self) -> bool {
        self.chains.iter().any(Chain::is_major)
    }

    fn add(&mut self, update: &Update) {
        if update.to.is_none() {
            self.unversioned += 1;
        } else if let Some(chain) = self.chains.iter_mut().rev().find(|chain| chain.is_continued_by(update)) {
            chain.versions.extend(update.to.clone());
            chain.steps += 1;
        } else if let Some(chain) = self.chains.iter_mut().rev().find(|chain| chain.contains(update)) {
            // The one that states more is kept.
            if let (false, Some(from), 1) = (chain.is_from_known, &update.from, chain.versions.len()) {
                chain.versions.insert(0, from.clone());
                chain.is_from_known = true;
            }
        } else {
            self.chains.extend(Chain::begin(update));
        }
    }
}

/// Which line an update is in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key<'a> {
    /// Known ecosystems first, in the order of their definition.
    is_unknown: bool,
    ecosystem: Option<Ecosystem>,
    author: Option<&'a str>,
}

/// Joins the updates of commits, which are given newest first, with what each updates ([`super::of_commit`]). Commits
/// without updates are ignored. The lines with the most commits are first.
pub fn fold<'a>(updating: &[(&'a Commit, Vec<Update>)]) -> Vec<UpdateLine<'a>> {
    let ecosystems = ecosystems(updating);
    let mut oldest_first: Vec<&(&'a Commit, Vec<Update>)> = updating.iter().rev().collect();
    oldest_first.sort_by_key(|(commit, _)| commit.committed_at);
    let mut lines: BTreeMap<Key<'a>, Building<'a>> = BTreeMap::new();
    for (commit, updates) in oldest_first {
        for (number, update) in updates.iter().enumerate() {
            let by_name = || ecosystems.get(update.package.as_str()).copied().flatten();
            let ecosystem = update.ecosystem.or_else(by_name);
            let author = Some(commit.author.name.as_str()).filter(|_| ecosystem.is_none());
            let line = lines.entry(Key { is_unknown: ecosystem.is_none(), ecosystem, author }).or_default();
            line.add(commit, update);
            if number == 0 {
                line.commits.push(commit);
            }
        }
    }
    let line = |(key, line): (Key<'a>, Building<'a>)| UpdateLine {
        ecosystem: key.ecosystem,
        author: key.author,
        packages: line.packages.into_values().collect(),
        commits: line.commits,
    };
    let mut lines: Vec<UpdateLine<'a>> = lines.into_iter().map(line).collect();
    lines.sort_by_key(|line| std::cmp::Reverse(line.commits.len()));
    lines
}

/// A line in the making.
#[derive(Default)]
struct Building<'a> {
    packages: BTreeMap<(UpdateScope, String), PackageUpdates<'a>>,
    commits: Vec<&'a Commit>,
}

impl<'a> Building<'a> {
    fn add(&mut self, commit: &'a Commit, update: &Update) {
        let key = (update.scope, update.package.to_lowercase());
        let entry = self.packages.entry(key).or_insert_with(|| PackageUpdates {
            package: update.package.clone(),
            scope: update.scope,
            chains: Vec::new(),
            unversioned: 0,
            commits: Vec::new(),
        });
        entry.add(update);
        if entry.commits.last().is_none_or(|last| last.sha != commit.sha) {
            entry.commits.push(commit);
        }
    }
}

/// The ecosystem of each package that has only one in the range: a merge states none, the commit that it brings does.
fn ecosystems<'u>(updating: &'u [(&Commit, Vec<Update>)]) -> BTreeMap<&'u str, Option<Ecosystem>> {
    let mut found: BTreeMap<&str, BTreeSet<Ecosystem>> = BTreeMap::new();
    for update in updating.iter().flat_map(|(_, updates)| updates) {
        found.entry(&update.package).or_default().extend(update.ecosystem);
    }
    let only = |all: BTreeSet<Ecosystem>| all.first().copied().filter(|_| all.len() == 1);
    found.into_iter().map(|(package, all)| (package, only(all))).collect()
}
