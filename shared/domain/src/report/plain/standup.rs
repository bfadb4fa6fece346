//! The report for a standup: what each person did, in one line.

use super::groups::GROUPS_BYTES_MAX;
use super::{PEOPLE_MAX, Page};
use crate::count::total;
use crate::digest::{AuthorDisplay, Change, most_significant};
use crate::report::markdown::count;
use crate::report::wording::name_of;

/// The most changes that are named of one person.
const NAMED_MAX: usize = 3;

impl Page<'_> {
    pub(super) fn standup(&mut self) {
        if self.brief.writing.author_display == AuthorDisplay::Hidden {
            // A line for each person would show who did what by their number alone.
            let groups = self.groups_by_kind(|page, change| format!("- {}\n", page.entry_without_author(change)));
            let folded = self.updates().into_iter().chain(self.reverted()).chain(self.activity_groups());
            self.groups(&groups.into_iter().chain(folded).collect::<Vec<_>>());
            return;
        }
        let everyone = self.digest.people.busiest_first();
        let (humans, bots): (Vec<_>, Vec<_>) = everyone.into_iter().partition(|person| !person.is_bot);
        self.paragraph("## Who did what");
        self.put("\n");
        let mut named = 0;
        for person in humans.iter().take(PEOPLE_MAX) {
            let line = format!("- **{}:** {}\n", name_of(&person.name), self.work(person.number));
            if self.text.len() + line.len() > GROUPS_BYTES_MAX - self.reserved() {
                break;
            }
            self.put(&line);
            named += 1;
        }
        self.more(humans.len() - named, ("person", "people"));
        if !bots.is_empty() {
            let commits: u64 = bots.iter().map(|bot| bot.authored).sum();
            let who = count(total(bots.len()), "bot", "bots");
            self.put(&format!("- {who}: {}\n", count(commits, "commit", "commits")));
        }
        let folded: Vec<_> = self.updates().into_iter().chain(self.reverted()).chain(self.activity_groups()).collect();
        self.groups(&folded);
    }

    /// The work of a person: the most significant changes, and the number of the others.
    fn work(&self, person: usize) -> String {
        let people = &self.digest.people;
        let wrote = |change: &&Change<'_>| change.commits.iter().any(|commit| people.wrote(person, commit));
        let (own, helped): (Vec<_>, Vec<_>) = self.digest.changes_of(person).partition(wrote);
        let named = most_significant(&own, NAMED_MAX);
        let mut parts: Vec<String> = named.iter().map(|change| self.phrase(change, None)).collect();
        let others = own.len().saturating_sub(named.len());
        if others > 0 {
            parts.push(count(total(others), "more change", "more changes"));
        }
        if !helped.is_empty() {
            parts.push(format!("helped with {}", count(total(helped.len()), "change", "changes")));
        }
        if parts.is_empty() { "dependency updates or reverted work only".to_owned() } else { parts.join("; ") }
    }
}
