//! Who took part.

use super::brief::AuthorDisplay;
use crate::commit::{Author, Commit, co_authors};
use std::collections::BTreeMap;

/// Someone who wrote, or helped to write, commits of a report.
pub(super) struct Person {
    /// As the report names them; text of others, not yet safe.
    pub(super) name: String,
    pub(super) is_bot: bool,
    /// Commits as author.
    pub(super) authored: u64,
    /// Commits as co-author.
    pub(super) helped: u64,
}

/// How the report names an author; `None` where it names none.
pub(super) fn shown(author: &Author, display: AuthorDisplay) -> Option<&str> {
    match display {
        AuthorDisplay::Name => Some(&author.name),
        AuthorDisplay::Login => Some(author.login.as_deref().unwrap_or(&author.name)),
        AuthorDisplay::Hidden => None,
    }
}

/// Everyone, humans before bots, the busiest first, then by name. A co-author is the author of the same name.
pub(super) fn people<'a>(commits: impl Iterator<Item = &'a Commit> + Clone, display: AuthorDisplay) -> Vec<Person> {
    let mut people: BTreeMap<String, Person> = BTreeMap::new();
    let mut accounts: BTreeMap<String, String> = BTreeMap::new();
    for Commit { author, .. } in commits.clone() {
        let account = author.login.as_deref().unwrap_or(&author.name).to_lowercase();
        accounts.entry(author.name.to_lowercase()).or_insert_with(|| account.clone());
        let name = shown(author, display).unwrap_or_default();
        let person = people.entry(account).or_insert_with(|| Person::new(name, author.is_bot));
        person.authored += 1;
    }
    for name in commits.flat_map(co_authors) {
        let lower = name.to_lowercase();
        let account = accounts.get(&lower).unwrap_or(&lower).clone();
        people.entry(account).or_insert_with(|| Person::new(&name, false)).helped += 1;
    }
    let mut people: Vec<Person> = people.into_values().collect();
    people.sort_by(|a, b| (a.is_bot, b.authored, b.helped, &a.name).cmp(&(b.is_bot, a.authored, a.helped, &b.name)));
    people
}

impl Person {
    fn new(name: &str, is_bot: bool) -> Self {
        Self { name: name.to_owned(), is_bot: is_bot || name.ends_with("[bot]"), authored: 0, helped: 0 }
    }
}
