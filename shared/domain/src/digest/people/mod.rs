//! The authors and co-authors of a report, each person once, under all their names and addresses.

mod joined;
mod lookup;

use crate::commit::{Author, Commit, Mailmap, Sha, co_authors};
use crate::count::total;
use crate::words::words;
use joined::{Joined, Seen};
pub use lookup::AuthorLookup;
use std::collections::{BTreeMap, BTreeSet};

words! {
    /// How authors are named in the report.
    pub enum AuthorDisplay {
        Name = "name",
        /// By the account at the git host, else by the name.
        Login = "login",
        Hidden = "hidden",
    }
}

/// Someone who wrote, or helped to write, commits of a report.
pub struct Person {
    /// The place among everyone.
    pub number: usize,
    /// The name in the report: text from outside, not yet safe. Empty where authors are hidden.
    pub name: String,
    pub is_bot: bool,
    /// Whether the author has no commit before the range; `false` also where that is unknown.
    pub is_new: bool,
    /// Commits as the author, and as a co-author.
    pub authored: u64,
    pub helped: u64,
}

/// Everyone who took part in some commits.
pub struct People<'a> {
    everyone: Vec<Person>,
    /// The author and the co-authors of each commit, by their index.
    parts: BTreeMap<&'a Sha, (usize, BTreeSet<usize>)>,
    pub display: AuthorDisplay,
}

impl<'a> People<'a> {
    /// Joins identities by their addresses, their accounts and the repository's `.mailmap`; those with the same name
    /// too, unless they are known to be several people. A machine is never joined with a person.
    pub fn of(commits: impl Iterator<Item = &'a Commit>, mailmap: &Mailmap, display: AuthorDisplay) -> Self {
        let mut joined = Joined::default();
        let mut seen = Vec::new();
        for commit in commits {
            let author = joined.place(Seen::author(&commit.author, mailmap));
            let helpers = co_authors(commit).into_iter().map(|helper| joined.place(Seen::helper(helper, mailmap)));
            seen.push((&commit.sha, author, helpers.collect::<Vec<_>>()));
        }
        let (groups, person_of) = joined.into_groups();
        let everyone = groups.iter().enumerate().map(|(number, group)| Person::of(number, group, display)).collect();
        let mut people = Self { everyone, parts: BTreeMap::new(), display };
        let person = |place: usize| person_of.get(place).copied().unwrap_or_default();
        for (sha, author, helpers) in seen {
            let author = person(author);
            let mut helpers: BTreeSet<usize> = helpers.into_iter().map(person).collect();
            helpers.remove(&author);
            people.count(author, &helpers);
            people.parts.insert(sha, (author, helpers));
        }
        people
    }

    /// Marks the authors of these commits as new.
    pub(super) fn mark_new(&mut self, commits: &[Sha]) {
        let numbers = commits.iter().filter_map(|sha| self.parts.get(sha)).map(|(author, _)| *author);
        for number in numbers.collect::<Vec<_>>() {
            if let Some(person) = self.everyone.get_mut(number) {
                person.is_new = true;
            }
        }
    }

    fn count(&mut self, author: usize, helpers: &BTreeSet<usize>) {
        if let Some(person) = self.everyone.get_mut(author) {
            person.authored += 1;
        }
        for helper in helpers {
            if let Some(person) = self.everyone.get_mut(*helper) {
                person.helped += 1;
            }
        }
    }

    /// The author's name in the report; `None` where authors are hidden.
    pub fn author(&self, commit: &Commit) -> Option<&str> {
        self.names(commit, |(author, _)| vec![*author]).first().copied()
    }

    /// The co-authors' names in the report.
    pub fn helpers(&self, commit: &Commit) -> Vec<&str> {
        self.names(commit, |(_, helpers)| helpers.iter().copied().collect())
    }

    fn names(&self, commit: &Commit, of: impl Fn(&(usize, BTreeSet<usize>)) -> Vec<usize>) -> Vec<&str> {
        let places = self.parts.get(&commit.sha).map(of).filter(|_| self.display != AuthorDisplay::Hidden);
        let places = places.unwrap_or_default().into_iter();
        places.filter_map(|place| Some(self.everyone.get(place)?.name.as_str())).collect()
    }

    /// Whether the person wrote the commit, or helped to.
    pub fn took_part(&self, person: usize, commit: &Commit) -> bool {
        let parts = self.parts.get(&commit.sha);
        parts.is_some_and(|(author, helpers)| *author == person || helpers.contains(&person))
    }

    /// Whether the person is the author of the commit.
    pub fn wrote(&self, person: usize, commit: &Commit) -> bool {
        self.parts.get(&commit.sha).is_some_and(|(author, _)| *author == person)
    }

    /// The author of a commit; `None` for a commit that is not among those of the range.
    pub fn person(&self, commit: &Commit) -> Option<&Person> {
        self.everyone.get(self.parts.get(&commit.sha)?.0)
    }

    /// The name of the person who made all commits alone; `None` for a bot, and where authors are hidden.
    pub fn only_author(&self) -> Option<&str> {
        let [person] = self.everyone.as_slice() else { return None };
        Some(person.name.as_str()).filter(|name| !person.is_bot && !name.is_empty())
    }

    /// The numbers of humans and of bots.
    pub fn humans_and_bots(&self) -> (u64, u64) {
        let count = |is_bot: bool| self.everyone.iter().filter(|person| person.is_bot == is_bot).count();
        (total(count(false)), total(count(true)))
    }

    /// Everyone, humans before bots, the busiest first, then by name.
    pub fn busiest_first(&self) -> Vec<&Person> {
        let mut people: Vec<&Person> = self.everyone.iter().collect();
        people
            .sort_by(|a, b| (a.is_bot, b.authored, b.helped, &a.name).cmp(&(b.is_bot, a.authored, a.helped, &b.name)));
        people
    }
}

impl AuthorDisplay {
    /// The name of an author as the report shows it; `None` where authors are hidden.
    pub fn shown(self, author: &Author) -> Option<&str> {
        match self {
            Self::Name => Some(&author.name),
            Self::Login => Some(author.login.as_deref().unwrap_or(&author.name)),
            Self::Hidden => None,
        }
    }
}

impl Person {
    /// Identities of one person, the one of the newest commit first.
    fn of(number: usize, same: &[Seen], display: AuthorDisplay) -> Self {
        let name = same.iter().map(Seen::name).find(|name| !name.is_empty()).unwrap_or_default();
        let login = || same.iter().find_map(|seen| seen.login.as_deref()).or_else(|| same.iter().find_map(Seen::login));
        let shown = match display {
            AuthorDisplay::Name => name,
            AuthorDisplay::Login => login().unwrap_or(name),
            AuthorDisplay::Hidden => "",
        };
        let is_bot = same.first().is_some_and(|seen| seen.is_bot);
        Self { number, name: shown.to_owned(), is_bot, is_new: false, authored: 0, helped: 0 }
    }
}
