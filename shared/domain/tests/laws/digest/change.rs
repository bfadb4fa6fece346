//! How much a reader would miss a change.

use super::line;
use domain::commit::{Changes, Commit, Mailmap};
use domain::digest::{AuthorDisplay, Change, Digest, Range, most_significant};
use domain::repository::PathFilter;

fn digest<'a>(commits: &'a [Commit], mailmap: &'a Mailmap) -> Digest<'a> {
    Digest::of(&Range {
        commits,
        mailmap,
        author_display: AuthorDisplay::Name,
        newcomers: &[],
        paths: PathFilter::whole(),
    })
}

#[test]
fn most_significant_changes_keep_their_order() {
    let mut commits = line(&[
        "fix!: lamps need oil",
        "fix: a typo",
        "fix: close CVE-2026-1234 in the gate",
        "fix: a hinge",
        "fix: a bolt (#12)",
        "fix: a wall",
        "fix: a door",
    ]);
    // Newest first: the wall is the second.
    commits[1].changes = Some(Changes { additions: 900, deletions: 1, files: None });
    let mailmap = Mailmap::default();
    let digest = digest(&commits, &mailmap);
    let all: Vec<&Change<'_>> = digest.changes.iter().collect();
    let texts = |max| most_significant(&all, max).iter().map(|change| change.text).collect::<Vec<_>>();
    assert_eq!(texts(1), ["lamps need oil"]);
    assert_eq!(texts(2), ["close CVE-2026-1234 in the gate", "lamps need oil"]);
    assert_eq!(texts(3), ["a bolt", "close CVE-2026-1234 in the gate", "lamps need oil"]);
    assert_eq!(texts(4), ["a wall", "a bolt", "close CVE-2026-1234 in the gate", "lamps need oil"]);
    assert_eq!(texts(5)[0], "a door", "of equal ones, the newest");
    assert_eq!(texts(0), Vec::<&str>::new());
    assert_eq!(texts(99).len(), 7);
}

#[test]
fn lines_are_known_if_those_of_one_commit_are() {
    let mut commits = line(&["fix: a bolt", "fixup! fix: a bolt"]);
    let mailmap = Mailmap::default();
    let lines = |commits: &[Commit]| digest(commits, &mailmap).changes[0].lines();
    assert_eq!(lines(&commits), None);
    commits[0].changes = Some(Changes { additions: 3, deletions: u64::MAX, files: None });
    assert_eq!(lines(&commits), Some(u64::MAX));
}
