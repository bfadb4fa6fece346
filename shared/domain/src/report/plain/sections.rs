//! The standard report: a section for each kind of change, after the breaking changes.

use super::entry::{people_lines, update_lines};
use super::groups::Group;
use super::{GROUP_LINES_MAX, Page};
use crate::commit::Kind;
use crate::count::total;
use crate::digest::{AuthorDisplay, Change, most_significant};
use crate::report::markdown::{count, grouped, line};
use crate::report::wording::{SUBJECT_CHARS_MAX, counted_nouns, without_addresses_line};

/// The most changes of dependencies that are named beside the updates of packages.
const OTHER_UPDATES_MAX: usize = 4;

/// The longest name of an area, in characters.
const AREA_CHARS_MAX: usize = 80;

impl Page<'_> {
    pub(super) fn sections(&mut self) {
        let mut groups = self.groups_by_kind(|page, change| format!("- {}{}\n", page.entry(change), breaks(change)));
        groups.extend(self.updates());
        groups.extend(self.reverted());
        groups.extend(self.activity_groups());
        self.groups(&groups);
        self.areas();
        if self.brief.writing.author_display != AuthorDisplay::Hidden && self.digest.people.only_author().is_none() {
            let lines = people_lines(self.digest);
            self.paragraph("## Authors");
            self.put("\n");
            self.put(&lines);
        }
    }

    /// Breaking changes, then the others by kind; each change once.
    pub(super) fn groups_by_kind(&self, entry: impl Fn(&Self, &Change<'_>) -> String) -> Vec<Group> {
        let breaking: Vec<&Change<'_>> = self.digest.breaking().collect();
        let nouns_of_breaking = ("breaking change", "breaking changes");
        let mut groups =
            vec![Group::of("Breaking changes", nouns_of_breaking, &breaking, |change| entry(self, change))];
        // Changes of dependencies are folded with their updates.
        for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Dependencies) {
            let of_kind: Vec<&Change<'_>> = self.digest.of_kind(kind).collect();
            groups.push(Group::of(kind.as_str(), counted_nouns(kind), &of_kind, |change| entry(self, change)));
        }
        groups
    }

    /// Updated dependencies, a line for each package manager or bot.
    pub(super) fn updates(&self) -> Option<Group> {
        let others: Vec<&Change<'_>> = self.digest.of_kind(Kind::Dependencies).collect();
        let mut entries = update_lines(self.digest);
        if !others.is_empty() {
            let mut words: Vec<String> = most_significant(&others, OTHER_UPDATES_MAX)
                .into_iter()
                .map(|change| self.entry_without_author(change))
                .collect();
            let more = others.len().saturating_sub(OTHER_UPDATES_MAX);
            words.extend((more > 0).then(|| format!("{} more", grouped(total(more)))));
            entries.push(format!("- Also: {}\n", words.join("; ")));
        }
        let number = self.digest.updated_commits().saturating_add(total(others.len()));
        (!entries.is_empty()).then(|| Group {
            heading: format!("## Dependencies ({})", count(number, "update", "updates")),
            total: entries.len(),
            entries,
            nouns: ("group", "groups"),
        })
    }

    /// What was added and reverted in the same range.
    pub(super) fn reverted(&self) -> Option<Group> {
        let all = &self.digest.reverted;
        (!all.is_empty()).then(|| Group {
            heading: format!("## Added and reverted ({})", grouped(total(all.len()))),
            entries: all.iter().take(GROUP_LINES_MAX).map(|reverted| self.reverted_line(reverted)).collect(),
            total: all.len(),
            nouns: ("reverted change", "reverted changes"),
        })
    }

    /// The directories or scopes that changed most.
    fn areas(&mut self) {
        if self.digest.areas.len() < 2 {
            return;
        }
        self.paragraph("## Areas");
        self.put("\n");
        for area in &self.digest.areas {
            let mut parts = vec![count(area.changes, "change", "changes")];
            if area.files > 0 {
                parts.push(count(area.files, "file", "files"));
            }
            if area.additions > 0 || area.deletions > 0 {
                parts.push(format!("+{} −{} lines", grouped(area.additions), grouped(area.deletions)));
            }
            self.put(&format!("- {}: {}\n", line(&area.name, AREA_CHARS_MAX), parts.join(", ")));
        }
        self.more(self.digest.areas_total - self.digest.areas.len(), ("area", "areas"));
    }
}

/// What a breaking change breaks, below its line.
pub(super) fn breaks(change: &Change<'_>) -> String {
    let what = change.breaking.as_ref().and_then(|breaking| breaking.what.as_deref());
    what.map_or(String::new(), |what| format!("\n  - {}", without_addresses_line(what, SUBJECT_CHARS_MAX)))
}
