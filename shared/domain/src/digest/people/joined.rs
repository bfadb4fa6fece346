//! Identities of the same person.

use crate::commit::{Author, Identity, Mailmap, NoReply};
use std::collections::BTreeMap;

/// An author or a co-author, as one commit has them.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Seen {
    identity: Identity,
    /// The account at the git host, where the host reports it.
    pub(super) login: Option<String>,
    pub(super) is_bot: bool,
}

impl Seen {
    pub(super) fn author(author: &Author, mailmap: &Mailmap) -> Self {
        let identity = Identity::new(&author.name, author.email.as_deref());
        Self { is_bot: author.is_machine(), login: author.login.clone(), identity: mailmap.resolve(identity) }
    }

    pub(super) fn helper(identity: Identity, mailmap: &Mailmap) -> Self {
        let Identity { name, email } = identity.clone();
        let is_bot = Author { name, email, login: None, is_bot: false }.is_machine();
        Self { is_bot, login: None, identity: mailmap.resolve(identity) }
    }

    pub(super) fn name(&self) -> &str {
        &self.identity.name
    }

    /// The account, as the host reports it or by an address that belongs to one.
    pub(super) fn login(&self) -> Option<&str> {
        let by_address = || self.identity.email.as_deref().and_then(NoReply::of).map(|account| account.login);
        self.login.as_deref().or_else(by_address)
    }

    /// What identifies a person: the address, the account and its number.
    fn keys(&self) -> Vec<String> {
        let number = self.identity.email.as_deref().and_then(NoReply::of).and_then(|account| account.number);
        [
            self.identity.own_email().map(|email| format!("email {email}")),
            self.login().map(|login| format!("login {}", login.to_lowercase())),
            number.map(|number| format!("number {number}")),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// Identities in the order in which they were seen, each with the index of another one of the same person, or its own.
#[derive(Default)]
pub(super) struct Joined {
    all: Vec<Seen>,
    places: BTreeMap<Seen, usize>,
    parents: Vec<usize>,
    /// The account of each person, at the index of their first identity.
    logins: Vec<Option<String>>,
}

impl Joined {
    /// The index of an identity.
    pub(super) fn place(&mut self, seen: Seen) -> usize {
        let next = self.all.len();
        let place = *self.places.entry(seen.clone()).or_insert(next);
        if place == next {
            self.logins.push(seen.login().map(str::to_lowercase));
            self.parents.push(next);
            self.all.push(seen);
        }
        place
    }

    /// The identities of each person, and for each index its person's number. Machines are never joined with people.
    pub(super) fn into_groups(mut self) -> (Vec<Vec<Seen>>, Vec<usize>) {
        self.join_keys();
        self.join_names();
        let roots: Vec<usize> = (0..self.all.len()).map(|place| self.root(place)).collect();
        let mut numbers = BTreeMap::new();
        let mut groups: Vec<Vec<Seen>> = Vec::new();
        let mut person_of = Vec::new();
        for (seen, root) in self.all.into_iter().zip(roots) {
            let number = *numbers.entry(root).or_insert(groups.len());
            match groups.get_mut(number) {
                Some(group) => group.push(seen),
                None => groups.push(vec![seen]),
            }
            person_of.push(number);
        }
        (groups, person_of)
    }

    fn root(&self, mut place: usize) -> usize {
        while let Some(parent) = self.parents.get(place).filter(|parent| **parent != place) {
            place = *parent;
        }
        place
    }

    /// Joins two people under the one who was seen first.
    fn unite(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        let (first, second) = (one.min(other), one.max(other));
        let login = self.login(first).or_else(|| self.login(second));
        if let (Some(parent), Some(known)) = (self.parents.get_mut(second), self.logins.get_mut(first)) {
            (*parent, *known) = (first, login);
        }
    }

    fn login(&self, root: usize) -> Option<String> {
        self.logins.get(root).cloned().flatten()
    }

    fn join_keys(&mut self) {
        let mut first_with: BTreeMap<(bool, String), usize> = BTreeMap::new();
        let keys: Vec<_> = self.all.iter().map(|seen| (seen.is_bot, seen.keys())).collect();
        for (place, (is_bot, keys)) in keys.into_iter().enumerate() {
            for key in keys {
                let first = *first_with.entry((is_bot, key)).or_insert(place);
                self.unite(first, place);
            }
        }
    }

    /// Joins identities with the same name, unless they have several accounts: then those without an account are joined
    /// with the first that has one.
    fn join_names(&mut self) {
        let mut names: BTreeMap<(bool, String), Vec<usize>> = BTreeMap::new();
        for (place, seen) in self.all.iter().enumerate().filter(|(_, seen)| !seen.name().is_empty()) {
            names.entry((seen.is_bot, seen.name().to_lowercase())).or_default().push(place);
        }
        for places in names.into_values() {
            let with_account = places.iter().find(|place| self.login(self.root(**place)).is_some());
            let Some(first) = with_account.or(places.first()).copied() else { continue };
            for place in places {
                let login = self.login(self.root(place));
                if login.is_none() || login == self.login(self.root(first)) {
                    self.unite(first, place);
                }
            }
        }
    }
}
