//! Release notes, for the users of the software: what breaks, what is safer, new, fixed or faster. Work that users
//! don't see is one line.

use super::Page;
use super::groups::Group;
use super::sections::breaks;
use crate::commit::Kind;
use crate::count::total;
use crate::digest::Change;
use crate::report::wording::{counted_kind, counted_nouns, listed};

/// What users see, with the heading that release notes usually have.
const SEEN: [(Kind, &str); 4] =
    [(Kind::Security, "Security"), (Kind::Feature, "New"), (Kind::Fix, "Fixed"), (Kind::Performance, "Faster")];

impl Page<'_> {
    pub(super) fn release_notes(&mut self) {
        let breaking: Vec<&Change<'_>> = self.digest.breaking().collect();
        let entry = |change: &Change<'_>| format!("- {}{}\n", self.entry_for_users(change), breaks(change));
        let mut groups = vec![Group::of("Breaking changes", ("breaking change", "breaking changes"), &breaking, entry)];
        for (kind, title) in SEEN {
            let of_kind: Vec<&Change<'_>> = self.digest.of_kind(kind).collect();
            groups.push(Group::of(title, counted_nouns(kind), &of_kind, entry));
        }
        let is_empty = groups.iter().all(|group| group.total == 0);
        groups.extend(self.activity_groups());
        self.groups(&groups);
        self.unseen(is_empty);
    }

    /// The number of changes of the kinds that users don't see.
    fn unseen(&mut self, is_all: bool) {
        let is_unseen = |kind: &Kind| !SEEN.iter().any(|(seen, _)| seen == kind);
        let mut kinds: Vec<String> = Kind::ALL
            .into_iter()
            .filter(is_unseen)
            .filter_map(|kind| {
                let number = total(self.digest.of_kind(kind).count());
                (number > 0).then(|| counted_kind(kind, number))
            })
            .collect();
        let updates = self.digest.updated_commits();
        if updates > 0 {
            kinds.push(crate::report::count(updates, "dependency update", "dependency updates"));
        }
        match (kinds.is_empty(), is_all) {
            (true, _) => {}
            (false, true) => self.paragraph(&format!("Nothing that users see: {}.", listed(&kinds))),
            (false, false) => self.paragraph(&format!("Also: {}.", listed(&kinds))),
        }
    }
}
