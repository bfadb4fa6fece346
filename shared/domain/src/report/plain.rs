//! The plain report: Markdown from the commits alone, without a model.
//!
//! It is the report of a degraded run and of the plain summariser, so it must be worth reading: breaking changes come
//! first, then the work by kind, then the authors. The same brief always gives the same text, in English and in a sober
//! tone; the language and the tone of the brief are ignored.

use super::markdown::{code_link, count, grouped, line};
use super::people::{People, Person};
use super::wording::{ONE_NEEDS_CHANGE, SUBJECT_CHARS_MAX, credit, listed, name_of, nouns, range, total, words};
use super::{AuthorDisplay, Brief, Style};
use crate::commit::{Commit, Kind, breaks, kind, without_addresses};
use std::collections::BTreeMap;

/// The longest report, in bytes. Lines that would exceed it are counted, not shown.
pub const REPORT_BYTES_MAX: usize = 100_000;

/// The most commits that one group lists; the others are counted below it.
pub const GROUP_LINES_MAX: usize = 100;

const POINTS_MAX: usize = 6;

const PEOPLE_MAX: usize = 25;

/// The most bytes of all groups. The heading, the people and the notes have limits of their own.
const GROUPS_BYTES_MAX: usize = 80_000;

/// The most bytes around the lines of a group: the line breaks, and the line that counts the other commits.
const MORE_BYTES_MAX: usize = 40;

const PLACE_CHARS_MAX: usize = 120;

/// Writes the report. Never longer than [`REPORT_BYTES_MAX`].
pub fn plain_report(brief: &Brief<'_>) -> String {
    let commits: Vec<&Commit> = brief.commits.iter().filter(|commit| !commit.is_merge()).collect();
    let people = People::of(commits.iter().copied(), brief.mailmap, brief.writing.author_display);
    let mut page = Page { brief, people: &people, text: String::new(), unlisted: 0 };
    page.title();
    if commits.is_empty() {
        page.nothing();
        return page.text;
    }
    let everyone = people.busiest_first();
    page.headline(&commits, &everyone);
    match brief.writing.style {
        Style::Summary => page.summary(&commits),
        Style::Standard => page.sections(&commits),
        Style::Changelog => page.days(&commits),
    }
    if brief.writing.author_display != AuthorDisplay::Hidden {
        match brief.writing.style {
            Style::Summary => page.people_sentence(&everyone),
            Style::Standard => page.people_list(&everyone),
            Style::Changelog => {}
        }
    }
    page.omitted();
    page.text
}

struct Page<'a> {
    brief: &'a Brief<'a>,
    people: &'a People<'a>,
    text: String,
    /// Commits of groups that exceed the limit.
    unlisted: usize,
}

impl Page<'_> {
    fn paragraph(&mut self, text: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn put(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn title(&mut self) {
        let repository = line(self.brief.repository, PLACE_CHARS_MAX);
        let branch = line(self.brief.branch, PLACE_CHARS_MAX);
        self.paragraph(&format!("# {repository}: {}", range(self.brief.from, self.brief.to)));
        self.paragraph(&format!("Branch **{branch}**"));
    }

    fn nothing(&mut self) {
        let merges = total(self.brief.commits.len());
        self.paragraph(&match merges {
            0 => "No commits in this range.".to_owned(),
            _ => format!("No commits in this range but {}.", count(merges, "merge", "merges")),
        });
        self.omitted();
    }

    /// The number of commits and people, and the size of the changes.
    fn headline(&mut self, commits: &[&Commit], everyone: &[&Person]) {
        let humans = total(everyone.iter().filter(|person| !person.is_bot).count());
        let bots = total(everyone.len()) - humans;
        let by = match (humans, bots) {
            (0, bots) => count(bots, "bot", "bots"),
            (humans, 0) => count(humans, "person", "people"),
            (humans, bots) => format!("{} and {}", count(humans, "person", "people"), count(bots, "bot", "bots")),
        };
        let at_least = if self.brief.at_least && self.brief.omitted == 0 { "At least " } else { "" };
        let number = count(total(commits.len()), "commit", "commits");
        let mut sentence = vec![format!("**{at_least}{number}** by {by}")];
        let sizes: Vec<_> = commits.iter().filter_map(|commit| commit.changes).collect();
        if !sizes.is_empty() {
            let added = sizes.iter().fold(0_u64, |sum, size| sum.saturating_add(size.additions));
            let removed = sizes.iter().fold(0_u64, |sum, size| sum.saturating_add(size.deletions));
            sentence.push(format!(", +{} −{} lines", grouped(added), grouped(removed)));
            if sizes.len() < commits.len() {
                sentence.push(format!(" (as far as known: {} of them)", grouped(total(sizes.len()))));
            }
        }
        let merges = total(self.brief.commits.len() - commits.len());
        if merges > 0 {
            sentence.push(format!("; {} not listed", count(merges, "merge", "merges")));
        }
        self.paragraph(&format!("{}.", sentence.concat()));
    }

    /// The number of changes of each kind, and the main points: breaking changes, features, fixes, speed, by size.
    fn summary(&mut self, commits: &[&Commit]) {
        let (breaking, groups) = grouped_by_kind(commits);
        self.kinds(&breaking, &groups);
        let mut points = breaking;
        for mut of_kind in groups.into_values() {
            of_kind.sort_by_key(|commit| {
                std::cmp::Reverse(commit.changes.map_or(0, |size| size.additions.saturating_add(size.deletions)))
            });
            points.extend(of_kind);
        }
        self.points(&points);
    }

    /// The number of changes of each kind, in a sentence.
    fn kinds(&mut self, breaking: &[&Commit], groups: &BTreeMap<Kind, Vec<&Commit>>) {
        let mut kinds: Vec<String> = Vec::new();
        if !breaking.is_empty() {
            kinds.push(count(total(breaking.len()), "breaking change", "breaking changes"));
        }
        kinds.extend(groups.iter().map(|(kind, of_kind)| {
            let number = total(of_kind.len());
            let (one, many) = nouns(*kind);
            let one = if ONE_NEEDS_CHANGE.contains(kind) { format!("{one} change") } else { one.to_owned() };
            count(number, &one, many)
        }));
        self.paragraph(&format!("What it was: {}.", listed(&kinds)));
    }

    fn points(&mut self, points: &[&Commit]) {
        self.paragraph("**Main points**");
        self.text.push('\n');
        for commit in points.iter().take(POINTS_MAX) {
            let mark = if breaks(commit).is_some() { "**Breaking:** " } else { "" };
            let link = match (&commit.page, self.brief.writing.link_to_commits) {
                (Some(page), true) => format!(" ({})", code_link(commit.sha.short(), Some(page))),
                _ => String::new(),
            };
            self.put(&format!("- {mark}{}{link}\n", words(commit)));
        }
        let others = points.len().saturating_sub(POINTS_MAX);
        if others > 0 {
            self.put(&format!("- … and {}\n", count(total(others), "more change", "more changes")));
        }
    }

    /// One section for each kind, after the breaking changes.
    fn sections(&mut self, commits: &[&Commit]) {
        let (breaking, groups) = grouped_by_kind(commits);
        let breaking = self.section("Breaking changes", &breaking, |commit| {
            let what = breaks(commit).and_then(|breaking| breaking.what);
            what.map_or(String::new(), |what| format!("  - {}\n", line(&without_addresses(what), SUBJECT_CHARS_MAX)))
        });
        let others = groups.iter().map(|(kind, of_kind)| self.section(kind.as_str(), of_kind, |_| String::new()));
        let sections: Vec<Section> = std::iter::once(breaking).chain(others).filter(|one| one.commits > 0).collect();
        // The longest section is shortened first, so that something of every kind is listed.
        let room = GROUPS_BYTES_MAX.saturating_sub(self.text.len());
        let fits = |lines: &usize| sections.iter().map(|section| section.bytes(*lines)).sum::<usize>() <= room;
        let lines = (0..=GROUP_LINES_MAX).rev().find(fits).unwrap_or_default();
        for section in sections {
            self.paragraph(&section.heading);
            self.text.push('\n');
            let written = section.entries.iter().take(lines);
            self.text.extend(written.clone().map(String::as_str));
            self.more(section.commits - written.len());
        }
    }

    fn section(&self, title: &str, commits: &[&Commit], below: impl Fn(&Commit) -> String) -> Section {
        let entry =
            |commit: &&Commit| format!("- {} ({})\n{}", words(commit), self.reference(commit, true), below(commit));
        Section {
            heading: heading(title, commits),
            entries: commits.iter().take(GROUP_LINES_MAX).map(entry).collect(),
            commits: commits.len(),
        }
    }

    /// The number of commits that a group does not list.
    fn more(&mut self, commits: usize) {
        if commits > 0 {
            self.put(&format!("- … and {} more\n", grouped(total(commits))));
        }
    }

    /// The number of changes of each kind, and one line for each change under its UTC day, newest first, after the
    /// breaking changes.
    fn days(&mut self, commits: &[&Commit]) {
        let (breaking, groups) = grouped_by_kind(commits);
        self.kinds(&breaking, &groups);
        let others: Vec<&Commit> = commits.iter().copied().filter(|commit| breaks(commit).is_none()).collect();
        let entry = |page: &Self, commit: &Commit| {
            let (label, _) = nouns(kind(commit));
            format!("- {} {label}: {}\n", page.reference(commit, false), words(commit))
        };
        self.group("Breaking", &breaking, entry);
        for day in others.chunk_by(|a, b| a.committed_at.date_naive() == b.committed_at.date_naive()) {
            let title = day.first().map_or(String::new(), |commit| commit.committed_at.format("%Y-%m-%d").to_string());
            self.group(&title, day, entry);
        }
    }

    fn group(&mut self, title: &str, commits: &[&Commit], entry: impl Fn(&Self, &Commit) -> String) {
        if commits.is_empty() {
            return;
        }
        // Thousands of groups (days) must not fill the page with headings alone.
        if self.text.len() > GROUPS_BYTES_MAX {
            self.unlisted += commits.len();
            return;
        }
        self.paragraph(&heading(title, commits));
        self.text.push('\n');
        let mut written = 0;
        for commit in commits.iter().take(GROUP_LINES_MAX) {
            let entry = entry(self, commit);
            if self.text.len() + entry.len() > GROUPS_BYTES_MAX {
                break;
            }
            self.text.push_str(&entry);
            written += 1;
        }
        self.more(commits.len() - written);
    }

    /// The short id, linked where the brief wants links, and the author.
    fn reference(&self, commit: &Commit, with_author: bool) -> String {
        let page = commit.page.as_ref().filter(|_| self.brief.writing.link_to_commits);
        let id = code_link(commit.sha.short(), page);
        match self.people.author(commit) {
            Some(name) if with_author => format!("{id}, {}", name_of(name)),
            _ => id,
        }
    }

    fn people_list(&mut self, everyone: &[&Person]) {
        self.paragraph("## Authors");
        self.text.push('\n');
        for person in everyone.iter().take(PEOPLE_MAX) {
            self.put(&format!("- {}\n", credit(person)));
        }
        if everyone.len() > PEOPLE_MAX {
            self.put(&format!("- … and {} more\n", grouped(total(everyone.len() - PEOPLE_MAX))));
        }
    }

    fn people_sentence(&mut self, everyone: &[&Person]) {
        let mut names: Vec<String> = everyone
            .iter()
            .take(PEOPLE_MAX)
            .map(|person| format!("{} ({})", name_of(&person.name), person.authored + person.helped))
            .collect();
        if everyone.len() > PEOPLE_MAX {
            names.push(format!("{} more", grouped(total(everyone.len() - PEOPLE_MAX))));
        }
        self.paragraph(&format!("By {}.", listed(&names)));
    }

    fn omitted(&mut self) {
        if self.unlisted > 0 {
            let more = count(total(self.unlisted), "older commit is", "older commits are");
            self.paragraph(&format!("{more} counted above but not listed."));
        }
        if let Some(commit) = self.brief.unread_before {
            self.paragraph(&format!("Commits before `{}` could not be read and are not covered.", commit.short()));
        } else if self.brief.omitted == 0 && self.brief.at_least {
            self.paragraph("Further commits in this range are not covered.");
        }
        if self.brief.omitted > 0 {
            let (one, many) = ("further commit in this range is", "further commits in this range are");
            let number = count(total(self.brief.omitted), one, many);
            let at_least = if self.brief.at_least { "At least " } else { "" };
            self.paragraph(&format!("{at_least}{number} not covered."));
        }
    }
}

/// A section of the standard report.
struct Section {
    heading: String,
    /// A line for each of the first commits.
    entries: Vec<String>,
    /// The number of all its commits.
    commits: usize,
}

impl Section {
    /// The length with this many lines.
    fn bytes(&self, lines: usize) -> usize {
        let entries = self.entries.iter().take(lines).map(String::len).sum::<usize>();
        self.heading.len().saturating_add(entries).saturating_add(MORE_BYTES_MAX)
    }
}

fn heading(title: &str, commits: &[&Commit]) -> String {
    format!("## {title} ({})", grouped(total(commits.len())))
}

/// Breaking changes, and the others by kind; each commit once, newest first.
fn grouped_by_kind<'c>(commits: &[&'c Commit]) -> (Vec<&'c Commit>, BTreeMap<Kind, Vec<&'c Commit>>) {
    let mut breaking = Vec::new();
    let mut groups: BTreeMap<Kind, Vec<&Commit>> = BTreeMap::new();
    for commit in commits {
        if breaks(commit).is_some() {
            breaking.push(*commit);
        } else {
            groups.entry(kind(commit)).or_default().push(commit);
        }
    }
    (breaking, groups)
}
