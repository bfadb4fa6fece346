//! Groups of lines under headings, within the limits of a report.

use super::{GROUP_LINES_MAX, Page};
use crate::count::total;
use crate::digest::{Change, most_significant};
use crate::report::markdown::{count, grouped};

/// The most bytes of all groups. The heading, the people and the notes have limits of their own.
pub(super) const GROUPS_BYTES_MAX: usize = 75_000;

/// The most bytes around the lines of a group: the line breaks, and the line that counts the other changes.
const MORE_BYTES_MAX: usize = 60;

/// Lines under a heading.
pub(super) struct Group {
    pub(super) heading: String,
    /// A line for each of the listed changes.
    pub(super) entries: Vec<String>,
    /// The number of changes, with those that are not listed.
    pub(super) total: usize,
    /// What one of them and several are called: `fix`, `fixes`.
    pub(super) nouns: (&'static str, &'static str),
}

impl Group {
    /// The most significant changes under a heading with their number; the others are counted.
    pub(super) fn of<'a>(
        title: &str,
        nouns: (&'static str, &'static str),
        changes: &[&Change<'a>],
        entry: impl Fn(&Change<'a>) -> String,
    ) -> Self {
        Self {
            heading: format!("## {title} ({})", grouped(total(changes.len()))),
            entries: most_significant(changes, GROUP_LINES_MAX).into_iter().map(entry).collect(),
            total: changes.len(),
            nouns,
        }
    }

    /// The length with at most this many lines.
    fn bytes(&self, lines: usize) -> usize {
        let entries = self.entries.iter().take(lines).map(String::len).sum::<usize>();
        self.heading.len().saturating_add(entries).saturating_add(MORE_BYTES_MAX)
    }
}

impl Page<'_> {
    /// Writes groups. The longest one is shortened first, so that something of each is listed.
    pub(super) fn groups(&mut self, groups: &[Group]) {
        let room = GROUPS_BYTES_MAX.saturating_sub(self.text.len());
        let fits = |lines: &usize| groups.iter().map(|group| group.bytes(*lines)).sum::<usize>() <= room;
        let lines = (0..=GROUP_LINES_MAX).rev().find(fits).unwrap_or_default();
        for group in groups.iter().filter(|group| group.total > 0) {
            self.paragraph(&group.heading);
            self.text.push('\n');
            let written = group.entries.iter().take(lines);
            self.text.extend(written.clone().map(String::as_str));
            self.more(group.total - written.len(), group.nouns);
        }
    }

    /// The number of changes that a group does not list.
    pub(super) fn more(&mut self, changes: usize, (one, many): (&str, &str)) {
        if changes > 0 {
            self.put(&format!("- … and {}\n", count(total(changes), &format!("more {one}"), &format!("more {many}"))));
        }
    }
}
