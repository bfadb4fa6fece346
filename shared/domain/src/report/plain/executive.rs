//! The report for readers who don't write code: outcomes, risks, and what is unfinished. It has no ids and no scopes.

use super::Page;
use crate::commit::Kind;
use crate::count::total;
use crate::digest::{Change, most_significant};
use crate::report::markdown::count;
use crate::report::wording::{reverted_words, user_words};

/// The most outcomes of one kind.
const OUTCOMES_MAX: usize = 5;

/// The most changes that are named of one risk.
const RISKS_MAX: usize = 3;

impl Page<'_> {
    pub(super) fn executive(&mut self) {
        self.outcomes("Delivered", Kind::Feature, ("new capability", "new capabilities"));
        self.outcomes("Repaired", Kind::Fix, ("repair", "repairs"));
        self.activity_for_managers();
        self.risks();
        let unfinished: Vec<&Change<'_>> = self.digest.changes.iter().filter(|change| change.is_unfinished).collect();
        if !unfinished.is_empty() {
            self.paragraph("**Unfinished**");
            self.put("\n");
            self.outcome_lines(&unfinished, ("piece of unfinished work", "pieces of unfinished work"));
        }
        let seen = [Kind::Feature, Kind::Fix, Kind::Security, Kind::Revert];
        let upkeep = self
            .digest
            .changes
            .iter()
            .filter(|change| change.breaking.is_none() && !seen.contains(&change.kind) && !change.is_unfinished);
        let upkeep = total(upkeep.count()).saturating_add(self.digest.updated_commits());
        if upkeep > 0 {
            let (one, many) = ("other change keeps", "other changes keep");
            self.paragraph(&format!("{} the software up to date and maintainable.", count(upkeep, one, many)));
        }
    }

    /// The finished changes of a kind.
    fn outcomes(&mut self, title: &str, kind: Kind, nouns: (&str, &str)) {
        let all: Vec<&Change<'_>> = self.digest.of_kind(kind).filter(|change| !change.is_unfinished).collect();
        if !all.is_empty() {
            self.paragraph(&format!("**{title}**"));
            self.put("\n");
            self.outcome_lines(&all, nouns);
        }
    }

    fn outcome_lines(&mut self, all: &[&Change<'_>], nouns: (&str, &str)) {
        let shown = most_significant(all, OUTCOMES_MAX);
        for change in &shown {
            self.put(&format!("- {}\n", user_words(change)));
        }
        self.more(all.len() - shown.len(), nouns);
    }

    /// What can go wrong: breaking changes, security, and what was taken back.
    fn risks(&mut self) {
        let breaking: Vec<&Change<'_>> = self.digest.breaking().collect();
        let security: Vec<&Change<'_>> = self.digest.of_kind(Kind::Security).collect();
        let reverts: Vec<&Change<'_>> = self.digest.of_kind(Kind::Revert).collect();
        let reverted = total(self.digest.reverted.len().saturating_add(reverts.len()));
        let risks = [
            (total(breaking.len()), &breaking, ("change requires", "changes require"), " others to adapt"),
            (
                total(security.len()),
                &security,
                ("change closes", "changes close"),
                " a security problem: plan the update",
            ),
            (reverted, &reverts, ("change was", "changes were"), " taken back"),
        ];
        if risks.iter().any(|(number, ..)| *number > 0) {
            self.paragraph("**Risks**");
            self.put("\n");
        }
        for (number, changes, (one, many), rest) in risks.into_iter().filter(|(number, ..)| *number > 0) {
            self.put(&format!("- {}{rest}.\n", count(number, one, many)));
            for change in most_significant(changes, RISKS_MAX) {
                self.put(&format!("  - {}\n", user_words(change)));
            }
        }
        for reverted in self.digest.reverted.iter().take(RISKS_MAX.saturating_sub(reverts.len())) {
            let words = reverted_words(reverted);
            // The number of a pull request says nothing to these readers.
            self.put(&format!("  - {}\n", words.split(" (#").next().unwrap_or_default()));
        }
    }
}
