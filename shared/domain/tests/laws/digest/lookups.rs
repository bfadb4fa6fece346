//! Whose earlier commits are looked for.

use super::{commit, sha};
use domain::commit::{Author, Commit, Mailmap};
use domain::digest::{AuthorDisplay, AuthorLookup, Digest, Range};
use domain::repository::PathFilter;
use std::collections::BTreeSet;

fn by(number: usize, name: &str, email: &str, login: Option<&str>) -> Commit {
    let author =
        Author { name: name.to_owned(), email: Some(email.to_owned()), login: login.map(str::to_owned), is_bot: false };
    Commit { author: Author { is_bot: author.is_machine(), ..author }, ..commit(number, "fix: a bolt", &[number + 1]) }
}

fn lookups(commits: &[Commit], mailmap: &str, known: &[&str]) -> Vec<AuthorLookup> {
    let mailmap = Mailmap::parse(mailmap);
    let range = Range {
        commits,
        mailmap: &mailmap,
        author_display: AuthorDisplay::Name,
        newcomers: &[],
        paths: PathFilter::whole(),
    };
    let known = known.iter().map(|name| (*name).to_owned()).collect();
    Digest::of(&range).people.lookups(commits, &mailmap, &known)
}

fn names(found: &[AuthorLookup]) -> Vec<&str> {
    found.iter().flat_map(|one| &one.names).map(String::as_str).collect()
}

fn history() -> Vec<Commit> {
    vec![
        by(9, "Ada", "Ada@acme.example", Some("ada")),
        by(8, "A. Lovelace", "7+ada@users.noreply.github.com", None),
        by(7, "Grace", "grace@acme.example", None),
        by(6, "renovate[bot]", "bot@acme.example", None),
        by(5, "Ada", "ada@acme.example", Some("ada")),
        Commit { parents: vec![sha(2), sha(3)], ..by(4, "Merger", "merger@acme.example", None) },
        Commit { message: "fix\n\nCo-authored-by: Tom <tom@x.example>".to_owned(), ..by(3, "Ada", "", None) },
    ]
}

#[test]
fn humans_who_wrote_commits_are_looked_up_by_all_their_identities() {
    let found = lookups(&history(), "", &[]);
    assert_eq!(names(&found), ["Grace", "A. Lovelace", "Ada"], "those with the fewest commits first");
    let ada = &found[1];
    assert_eq!((&ada.commit, ada.logins.iter().map(String::as_str).collect::<Vec<_>>()), (&sha(9), vec!["ada"]));
    assert!(ada.emails.contains("Ada@acme.example") && ada.emails.contains("ada@acme.example"), "as they are written");
}

#[test]
fn known_and_mapped_people_are_not_looked_up() {
    assert_eq!(names(&lookups(&history(), "", &["Ada"])), ["Grace"]);
    for mailmap in [
        "Grace Hopper <grace@acme.example>",
        "Grace H. <grace@acme.example> <old@acme.example>",
        "Other <other@acme.example> grace <another@acme.example>",
    ] {
        assert_eq!(names(&lookups(&history(), mailmap, &[])), ["A. Lovelace", "Ada"], "{mailmap}");
    }
    assert_eq!(lookups(&history(), "Ida <ida@acme.example>", &[]).len(), 2);
}

#[test]
fn author_of_a_marked_commit_is_new() {
    let (commits, mailmap) = (history(), Mailmap::default());
    let marked = [sha(8), sha(4), sha(77)];
    let range = Range {
        commits: &commits,
        mailmap: &mailmap,
        author_display: AuthorDisplay::Name,
        newcomers: &marked,
        paths: PathFilter::whole(),
    };
    let facts = Digest::of(&range).facts();
    let new: BTreeSet<&str> = facts.authors.iter().filter(|one| one.is_new).map(|one| one.name.as_str()).collect();
    assert_eq!(new, BTreeSet::from(["Ada"]), "a merge and an unknown commit mark no one");
}
