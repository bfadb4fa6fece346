//! The summary: the number of changes of each kind, and the main points.

use super::{PEOPLE_MAX, Page};
use crate::commit::Kind;
use crate::count::total;
use crate::digest::{AuthorDisplay, Change, most_significant};
use crate::report::markdown::{count, grouped};
use crate::report::wording::{counted_kind, listed, name_of};

const POINTS_MAX: usize = 6;

impl Page<'_> {
    pub(super) fn summary(&mut self) {
        self.kinds();
        self.points();
        self.activity_sentences();
        if self.brief.writing.author_display != AuthorDisplay::Hidden {
            self.people_sentence();
        }
    }

    /// The number of changes of each kind, in a sentence.
    pub(super) fn kinds(&mut self) {
        let mut kinds: Vec<String> = Vec::new();
        let breaking = total(self.digest.breaking().count());
        if breaking > 0 {
            kinds.push(count(breaking, "breaking change", "breaking changes"));
        }
        for kind in Kind::ALL {
            let number = total(self.digest.of_kind(kind).count());
            kinds.extend((number > 0).then(|| counted_kind(kind, number)));
        }
        let updates = self.digest.updated_commits();
        kinds.extend((updates > 0).then(|| count(updates, "dependency update", "dependency updates")));
        let reverted = total(self.digest.reverted.len());
        kinds
            .extend((reverted > 0).then(|| count(reverted, "change added and reverted", "changes added and reverted")));
        self.paragraph(&format!("What it was: {}.", listed(&kinds)));
    }

    /// The main points: breaking changes, security, features, fixes, speed; the most significant ones of each.
    fn points(&mut self) {
        let mut points: Vec<&Change<'_>> = self.digest.breaking().collect();
        for kind in Kind::ALL {
            let of_kind: Vec<&Change<'_>> = self.digest.of_kind(kind).collect();
            points.extend(most_significant(&of_kind, POINTS_MAX));
        }
        points.truncate(POINTS_MAX);
        if points.is_empty() {
            return;
        }
        self.paragraph("**Main points**");
        self.put("\n");
        for change in &points {
            let point = match change.breaking {
                Some(_) => format!("**Breaking:** {}", self.phrase(change, None)),
                None => self.entry_without_author(change),
            };
            self.put(&format!("- {point}\n"));
        }
        let others = self.digest.changes.len().saturating_sub(points.len());
        self.more(others, ("change", "changes"));
    }

    /// Someone who made all commits is named above.
    fn people_sentence(&mut self) {
        if self.digest.people.only_author().is_some() {
            return;
        }
        let everyone = self.digest.people.busiest_first();
        let mut names: Vec<String> = everyone
            .iter()
            .take(PEOPLE_MAX)
            .map(|person| format!("{} ({})", name_of(&person.name), grouped(person.authored + person.helped)))
            .collect();
        if everyone.len() > PEOPLE_MAX {
            names.push(format!("{} more", grouped(total(everyone.len() - PEOPLE_MAX))));
        }
        self.paragraph(&format!("By {}.", listed(&names)));
    }
}
