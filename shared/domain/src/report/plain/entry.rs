//! The lines of a report: a change, the updates of an ecosystem, and what was taken back.

use super::{PEOPLE_MAX, Page};
use crate::commit::{Commit, without_addresses};
use crate::count::total;
use crate::digest::updates::{Chain, Ecosystem, PackageUpdates, UpdateScope};
use crate::digest::{Change, Digest, Reference, Reverted, UpdateLine};
use crate::report::markdown::{code_link, count, grouped, line, link_address, one_line};
use crate::report::wording::{
    REFERENCES_SHOWN_MAX, REVERTED_NAMED_MAX, TICKETS_SHOWN_MAX, change_words, credit, first_of, listed, name_of,
    phrase, reference_text, reverted_words, user_words, words_of,
};

/// More than a key can have (32), so that none is cut.
const TICKET_CHARS_MAX: usize = 40;
/// The most authors of one change that are named.
const AUTHORS_MAX: usize = 3;
/// The most packages of one ecosystem that are named; major updates first.
const PACKAGES_MAX: usize = 12;
/// The most lines of updates.
const UPDATE_LINES_MAX: usize = 3;
/// The most packages that are on one line, whatever their ecosystems.
const ONE_LINE_PACKAGES_MAX: usize = 8;
const PACKAGE_CHARS_MAX: usize = 60;
const VERSION_CHARS_MAX: usize = 24;

impl Page<'_> {
    /// The words of a change, its references, its newest commit and its authors.
    pub(super) fn entry(&self, change: &Change<'_>) -> String {
        let mut parts = self.places(change);
        parts.extend(self.authors(change));
        format!("{}{}", change_words(change), in_brackets(&parts))
    }

    /// The same without its authors, for styles that name them elsewhere or not at all.
    pub(super) fn entry_without_author(&self, change: &Change<'_>) -> String {
        format!("{}{}", change_words(change), in_brackets(&self.places(change)))
    }

    /// The same as a part of a sentence, or after a label: `fix(api): return tides (abc1234)`.
    pub(super) fn phrase(&self, change: &Change<'_>, label: Option<&str>) -> String {
        format!("{}{}", phrase(change, label), in_brackets(&self.places(change)))
    }

    /// For readers who use the software: the words, and the pull request.
    pub(super) fn entry_for_users(&self, change: &Change<'_>) -> String {
        format!("{}{}", user_words(change), in_brackets(&self.references(change)))
    }

    /// The tickets, the references, and the newest commit, or the number of commits if there are several.
    fn places(&self, change: &Change<'_>) -> Vec<String> {
        let mut parts = first_of(&change.tickets, TICKETS_SHOWN_MAX, |key| line(key, TICKET_CHARS_MAX));
        parts.extend(self.references(change));
        let Some(newest) = change.newest() else { return parts };
        let page = newest.page.as_ref().filter(|_| self.brief.writing.link_to_commits);
        let id = code_link(newest.sha.short(), page);
        parts.push(match change.commits.len() {
            1 => id,
            all => format!("{id} and {}", count(total(all - 1), "more commit", "more commits")),
        });
        parts
    }

    fn references(&self, change: &Change<'_>) -> Vec<String> {
        first_of(&change.references, REFERENCES_SHOWN_MAX, |reference| self.reference(reference))
    }

    fn reference(&self, reference: &Reference) -> String {
        let text = reference_words(reference);
        match self.brief.page_of(reference).filter(|_| self.brief.writing.link_to_commits) {
            Some(page) => format!("[{text}]({})", link_address(&page)),
            None => text,
        }
    }

    /// Who made a change. Someone who made all of them is named above.
    fn authors(&self, change: &Change<'_>) -> Option<String> {
        let people = &self.digest.people;
        if people.only_author().is_some() {
            return None;
        }
        let mut names: Vec<String> = Vec::new();
        for commit in &change.commits {
            let name = people.author(commit).map(name_of);
            names.extend(name.filter(|name| !names.contains(name)));
        }
        let others = names.len().saturating_sub(AUTHORS_MAX);
        names.truncate(AUTHORS_MAX);
        names.extend((others > 0).then(|| format!("{} more", grouped(total(others)))));
        (!names.is_empty()).then(|| listed(&names))
    }
}

/// A reference in Markdown: only the name of another repository needs care.
fn reference_words(reference: &Reference) -> String {
    let repository = reference.repository.as_deref().unwrap_or_default();
    let text = reference_text(reference);
    format!("{}{}", line(repository, PACKAGE_CHARS_MAX), text.strip_prefix(repository).unwrap_or_default())
}

fn in_brackets(parts: &[String]) -> String {
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) }
}

/// `- **Cargo:** serde 1.0.1 → 1.0.9 (ABC-1), tokio 1.1 → 2.0 (**major**) and 3 more`: a line for each of the first
/// ecosystems, and one for the others. A few packages are one line.
pub(super) fn update_lines(digest: &Digest<'_>) -> Vec<String> {
    let updates = &digest.updates;
    let words = |update: &UpdateLine<'_>| {
        format!("**{}:** {}", line(source_of(digest, update), PACKAGE_CHARS_MAX), packages(update, line, "**"))
    };
    let all: usize = updates.iter().map(|update| update.packages.len()).sum();
    let own_lines = if all <= ONE_LINE_PACKAGES_MAX { 0 } else { UPDATE_LINES_MAX - 1 };
    let (first, others) = updates.split_at(own_lines.min(updates.len()));
    let mut lines: Vec<String> = first.iter().map(words).collect();
    lines.extend((!others.is_empty()).then(|| others.iter().map(words).collect::<Vec<_>>().join("; ")));
    lines.into_iter().map(|line| format!("- {line}\n")).collect()
}

/// The same as data, without layout.
pub(crate) fn plain_update(digest: &Digest<'_>, update: &UpdateLine<'_>) -> String {
    format!("{}: {}", one_line(source_of(digest, update), PACKAGE_CHARS_MAX), packages(update, one_line, ""))
}

/// The ecosystem, or else the author as the report names them.
fn source_of<'d>(digest: &'d Digest<'_>, update: &UpdateLine<'_>) -> &'d str {
    let author = || {
        let commit = update.packages.first().and_then(|package| package.commits.first())?;
        digest.people.author(commit).filter(|name| !name.is_empty())
    };
    update.ecosystem.map(Ecosystem::as_str).or_else(author).unwrap_or("Others")
}

/// The packages, major updates first.
fn packages(update: &UpdateLine<'_>, shown: fn(&str, usize) -> String, mark: &str) -> String {
    let (major, minor): (Vec<_>, Vec<_>) = update.packages.iter().partition(|package| package.is_major());
    let words = |package: &PackageUpdates<'_>| {
        let mut parts: Vec<String> = package.is_major().then(|| format!("{mark}major{mark}")).into_iter().collect();
        parts.extend(first_of(&package.tickets(), TICKETS_SHOWN_MAX, |key| shown(key, TICKET_CHARS_MAX)));
        format!("{}{}", package_words(package, shown), in_brackets(&parts))
    };
    let mut packages: Vec<String> = major.into_iter().chain(minor).take(PACKAGES_MAX).map(words).collect();
    packages.dedup();
    let others = update.packages.len().saturating_sub(PACKAGES_MAX);
    packages.extend((others > 0).then(|| format!("{} more", grouped(total(others)))));
    listed(&packages)
}

fn package_words(package: &PackageUpdates<'_>, shown: fn(&str, usize) -> String) -> String {
    let name = match package.scope {
        UpdateScope::LockFile => "lock files".to_owned(),
        UpdateScope::Package | UpdateScope::Group | UpdateScope::Several => shown(&package.package, PACKAGE_CHARS_MAX),
    };
    let versions: Vec<String> = package.chains.iter().map(|chain| chain_words(chain, shown)).collect();
    if versions.is_empty() { name } else { format!("{name} {}", versions.join(" and ")) }
}

fn chain_words(chain: &Chain, shown: fn(&str, usize) -> String) -> String {
    let version = |text: &str| shown(text, VERSION_CHARS_MAX);
    let to = version(chain.to());
    match chain.from() {
        Some(from) if chain.is_back() => format!("{} (updated and taken back)", version(from)),
        Some(from) => format!("{} → {to}", version(from)),
        None => format!("→ {to}"),
    }
}

impl Page<'_> {
    /// `- Dark mode (abc1234, reverted by def5678)`.
    pub(super) fn reverted_line(&self, reverted: &Reverted<'_>) -> String {
        let id = |commit: &Commit| {
            let page = commit.page.as_ref().filter(|_| self.brief.writing.link_to_commits);
            code_link(commit.sha.short(), page)
        };
        let words = reverted_words(reverted);
        let own: Vec<String> = reverted.change_commits().take(AUTHORS_MAX).map(id).collect();
        let by: Vec<String> = reverted.steps.iter().copied().take(AUTHORS_MAX).map(id).collect();
        format!("- {words} ({}, reverted by {})\n", own.join(", "), by.join(", "))
    }
}

/// What was made and taken back, as data.
pub(crate) fn plain_reverted(reverted: &Reverted<'_>) -> String {
    let ids = |commits: Vec<&Commit>| {
        commits.iter().take(AUTHORS_MAX).map(|commit| commit.sha.short()).collect::<Vec<_>>().join(" ")
    };
    let texts = first_of(&reverted.texts(), REVERTED_NAMED_MAX, |text: &&str| words_of(text).to_owned()).join("; ");
    let (own, by) = (ids(reverted.change_commits().collect()), ids(reverted.steps.clone()));
    format!("{own}: {} (reverted by {by})", one_line(&without_addresses(&texts), PACKAGE_CHARS_MAX * 2))
}

/// A line for each person, the busiest first, then bots and agents together.
pub(super) fn people_lines(digest: &Digest<'_>) -> String {
    let (humans, bots): (Vec<_>, Vec<_>) = digest.people.busiest_first().into_iter().partition(|person| !person.is_bot);
    let mut lines: Vec<String> = humans.iter().take(PEOPLE_MAX).map(|person| credit(person)).collect();
    let others = humans.len().saturating_sub(PEOPLE_MAX);
    lines.extend((others > 0).then(|| format!("… and {} more", grouped(total(others)))));
    let mut names: Vec<String> = bots
        .iter()
        .take(PEOPLE_MAX)
        .map(|bot| format!("{} ({})", name_of(&bot.name), grouped(bot.authored.saturating_add(bot.helped))))
        .collect();
    names.extend((bots.len() > PEOPLE_MAX).then(|| format!("{} more", grouped(total(bots.len() - PEOPLE_MAX)))));
    lines.extend((!names.is_empty()).then(|| format!("Bots and agents: {}", listed(&names))));
    lines.into_iter().flat_map(|line| ["- ".to_owned(), line, "\n".to_owned()]).collect()
}
