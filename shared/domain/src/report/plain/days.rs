//! The change log: one line for each change under its UTC day, newest first, after the breaking changes.

use super::Page;
use super::groups::GROUPS_BYTES_MAX;
use crate::count::total;
use crate::digest::{Change, most_significant};
use crate::report::markdown::grouped;
use crate::report::wording::nouns;

use super::GROUP_LINES_MAX;

impl Page<'_> {
    pub(super) fn days(&mut self) {
        self.kinds();
        let breaking: Vec<&Change<'_>> = self.digest.breaking().collect();
        self.day("Breaking", &breaking);
        let others: Vec<&Change<'_>> = self.digest.changes.iter().filter(|change| change.breaking.is_none()).collect();
        let day_of = |change: &Change<'_>| change.at().map(|at| at.date_naive());
        for day in others.chunk_by(|a, b| day_of(a) == day_of(b)) {
            let first = day.first().and_then(|change| change.at());
            self.day(&first.map_or(String::new(), |at| at.format("%Y-%m-%d").to_string()), day);
        }
        let folded: Vec<_> = self.updates().into_iter().chain(self.reverted()).chain(self.activity_groups()).collect();
        self.groups(&folded);
    }

    fn day(&mut self, title: &str, changes: &[&Change<'_>]) {
        if changes.is_empty() {
            return;
        }
        // Thousands of groups (days) must not fill the page with headings alone.
        let bytes_max = GROUPS_BYTES_MAX - self.reserved();
        if self.text.len() > bytes_max {
            self.unlisted += changes.len();
            return;
        }
        self.paragraph(&format!("## {title} ({})", grouped(total(changes.len()))));
        self.put("\n");
        let mut written = 0;
        for change in most_significant(changes, GROUP_LINES_MAX) {
            let (label, _) = nouns(change.kind);
            let entry = format!("- {}\n", self.phrase(change, Some(label)));
            if self.text.len() + entry.len() > bytes_max {
                break;
            }
            self.put(&entry);
            written += 1;
        }
        self.more(changes.len() - written, ("change", "changes"));
    }
}
