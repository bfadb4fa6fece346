//! What a run keeps of a digest.

use super::line;
use domain::commit::{Changes, Commit, Kind, Mailmap};
use domain::digest::{AuthorDisplay, Digest, FACT_CHANGES_MAX, FACT_PEOPLE_MAX, Facts, Range};
use domain::repository::PathFilter;

fn facts(commits: &[Commit], author_display: AuthorDisplay) -> Facts {
    let mailmap = Mailmap::default();
    Digest::of(&Range { commits, mailmap: &mailmap, author_display, newcomers: &[], paths: PathFilter::whole() })
        .facts()
}

#[test]
fn facts_count_what_the_range_has() {
    let mut commits = line(&[
        "feat(api)!: metres (#12)",
        "fix: a bolt",
        "build(deps): bump tokio from 1.53.0 to 1.54.1",
        "feat: dark mode",
        "Revert \"feat: dark mode\"",
    ]);
    commits[0].changes = Some(Changes { additions: 7, deletions: 5, files: None });
    let facts = facts(&commits, AuthorDisplay::Name);
    assert_eq!((facts.commits, facts.merges, facts.changes, facts.reverted), (5, 0, 2, 1));
    assert_eq!((facts.people, facts.bots, facts.breaking, facts.dependency_updates), (1, 0, 1, 1));
    assert_eq!((facts.additions, facts.deletions), (Some(7), Some(5)));
    assert_eq!(facts.kinds, [(Kind::Feature, 1), (Kind::Fix, 1)]);
    let first = &facts.most_significant[0];
    assert_eq!((first.text.as_str(), first.scope.as_deref(), first.breaking), ("metres", Some("api"), true));
    assert_eq!((first.references.as_slice(), first.commits_total), (&[12][..], 1));
    assert_eq!(
        facts.authors.iter().map(|one| (one.name.as_str(), one.authored)).collect::<Vec<_>>(),
        [("Ada Lovelace", 5)]
    );
}

#[test]
fn hidden_authors_are_counted_and_not_kept() {
    let facts = facts(&line(&["fix: a bolt\n\nCo-authored-by: Grace <g@x.example>"]), AuthorDisplay::Hidden);
    assert_eq!((facts.people, facts.authors.len()), (2, 0));
    assert!(!format!("{facts:?}").contains("Ada"), "{facts:?}");
}

#[test]
fn facts_are_bounded() {
    let long = "w".repeat(300);
    let messages: Vec<String> = (0..90).map(|number| format!("feat({long}): {number} {long}\u{7}")).collect();
    let mut commits = line(&messages);
    for (number, commit) in commits.iter_mut().enumerate() {
        commit.author.name = format!("{number}{long}");
    }
    let facts = facts(&commits, AuthorDisplay::Name);
    assert_eq!((facts.most_significant.len(), facts.authors.len()), (FACT_CHANGES_MAX, FACT_PEOPLE_MAX));
    for change in &facts.most_significant {
        let scope = change.scope.as_ref().map_or(0, |scope| scope.chars().count());
        assert!(change.text.chars().count() <= 161 && scope <= 61 && change.commits.len() <= 5);
        assert!(!change.text.contains('\u{7}'));
    }
    assert!(facts.authors.iter().all(|one| one.name.chars().count() <= 61));
}

#[test]
fn range_without_commits_has_empty_facts() {
    assert_eq!(facts(&[], AuthorDisplay::Name), Facts::default());
}
