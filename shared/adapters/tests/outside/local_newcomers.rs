//! Who has no commit in the history of a folder.

use crate::local_git::{Fixture, at, sha};
use adapters::git::LocalGit;
use app::ports::CommitSource;
use domain::commit::Sha;
use domain::digest::AuthorLookup;
use git2::Oid;
use std::collections::BTreeSet;
use std::time::Duration;

const LONG: Duration = Duration::from_mins(1);

/// An author with a commit of that number.
fn author(number: usize, name: &str, email: &str) -> AuthorLookup {
    let set = |text: &str| (!text.is_empty()).then(|| text.to_owned()).into_iter().collect::<BTreeSet<_>>();
    AuthorLookup { commit: id(number), logins: BTreeSet::new(), emails: set(email), names: set(name) }
}

fn id(number: usize) -> Sha {
    Sha::parse(&format!("{number:040x}")).expect("an id")
}

/// Two commits of Ada, committed by Bob.
fn history() -> (Fixture, [Oid; 2]) {
    let fixture = Fixture::new(true);
    let first = fixture.commit("main", 1, &[("a", "1")], &[]);
    let second = fixture.commit("main", 2, &[("a", "2")], &[first]);
    (fixture, [first, second])
}

async fn new(fixture: &Fixture, base: Oid, authors: &[AuthorLookup], within: Duration) -> Vec<Sha> {
    LocalGit.newcomers(&at(&fixture.path()), &sha(base), authors, within).await.expect("an answer")
}

#[tokio::test]
async fn author_without_an_earlier_commit_is_new() {
    let (fixture, [_, base]) = history();
    let authors = [
        author(1, "Ada", "ada@home.example"),
        author(2, "A. Lovelace", "ADA@acme.example"),
        author(3, "Grace", "grace@acme.example"),
        author(4, "Bob", "bob@acme.example"),
        author(5, "", "tom@acme.example"),
    ];
    let found = new(&fixture, base, &authors, LONG).await;
    assert_eq!(found, [id(3), id(4), id(5)], "who only committed for others is no author");
    assert_eq!(new(&fixture, base, &authors[..2], LONG).await, []);
}

#[tokio::test]
async fn no_author_is_new_where_the_history_ends_early() {
    let (fixture, [first, second]) = history();
    std::fs::write(fixture.repository.path().join("shallow"), format!("{second}\n")).unwrap();
    let authors = [author(3, "Grace", "grace@acme.example")];
    assert_eq!(new(&fixture, second, &authors, LONG).await, []);
    assert_eq!(new(&fixture, first, &authors, LONG).await, [id(3)], "before the boundary all is known");
}

#[tokio::test]
async fn no_author_is_new_if_the_time_is_too_short() {
    let (fixture, [_, base]) = history();
    assert_eq!(new(&fixture, base, &[author(3, "Grace", "")], Duration::ZERO).await, []);
}
