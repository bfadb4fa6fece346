//! Who may have contributed for the first time: what an earlier commit of theirs is looked for by.

use super::People;
use crate::commit::{Commit, Identity, Mailmap, NoReply, Sha};
use std::collections::{BTreeMap, BTreeSet};

/// An author whose earlier commits are to be looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorLookup {
    /// One of the author's commits in the range.
    pub commit: Sha,
    /// The accounts at the git host.
    pub logins: BTreeSet<String>,
    /// The addresses of the range, as the commits have them.
    pub emails: BTreeSet<String>,
    /// The names of the range, as the commits have them; without empty ones.
    pub names: BTreeSet<String>,
}

impl People<'_> {
    /// The humans who wrote commits, those with the fewest first, because they are most likely new. Skipped are those
    /// whose names in the report are `known`, and those whom the mailmap names: they may have other identities, under
    /// which they would not be found.
    pub fn lookups(&self, commits: &[Commit], mailmap: &Mailmap, known: &BTreeSet<String>) -> Vec<AuthorLookup> {
        let mut found: BTreeMap<usize, AuthorLookup> = BTreeMap::new();
        let mut mapped: BTreeSet<usize> = BTreeSet::new();
        for commit in commits {
            let Some(person) = self.person(commit).filter(|person| !person.is_bot) else { continue };
            let author = &commit.author;
            if mailmap.mentions(&Identity::new(&author.name, author.email.as_deref())) {
                mapped.insert(person.number);
            }
            let lookup = found.entry(person.number).or_insert_with(|| AuthorLookup {
                commit: commit.sha.clone(),
                logins: BTreeSet::new(),
                emails: BTreeSet::new(),
                names: BTreeSet::new(),
            });
            let by_address = || author.email.as_deref().and_then(NoReply::of).map(|account| account.login.to_owned());
            lookup.logins.extend(author.login.clone().or_else(by_address));
            lookup.emails.extend(author.email.clone());
            lookup.names.extend(Some(author.name.clone()).filter(|name| !name.trim().is_empty()));
        }
        let everyone = self.busiest_first().into_iter().rev();
        let unknown = everyone.filter(|person| !known.contains(&person.name) && !mapped.contains(&person.number));
        unknown.filter_map(|person| found.remove(&person.number)).collect()
    }
}
