//! Each commit is in one place of the digest, and the report counts what the digest has.

use super::{commit, line, sha};
use crate::report::{any_commit, brief};
use domain::commit::{Commit, Kind, Mailmap, Sha};
use domain::digest::{AuthorDisplay, Digest, Range, Reverted};
use domain::report::Style;
use domain::report::plain::plain_report;
use domain::repository::PathFilter;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn digest<'a>(commits: &'a [Commit], mailmap: &'a Mailmap) -> Digest<'a> {
    Digest::of(&Range {
        commits,
        mailmap,
        author_display: AuthorDisplay::Name,
        newcomers: &[],
        paths: PathFilter::whole(),
    })
}

/// The ids of the commits in all places, with repetitions.
fn placed<'a>(digest: &Digest<'a>) -> Vec<&'a Sha> {
    let changes = digest.changes.iter().flat_map(|change| &change.commits).copied();
    let updates = digest.updates.iter().flat_map(|line| &line.commits).copied();
    let reverted = digest.reverted.iter().flat_map(Reverted::commits);
    changes.chain(updates).chain(reverted).map(|commit| &commit.sha).collect()
}

#[test]
fn pull_request_heads_its_commits() {
    let mut commits = line(&["start"]);
    commits.insert(0, commit(1, "WIP berths", &[0]));
    commits.insert(0, commit(2, "fix review\n\nBREAKING CHANGE: no lamps", &[1]));
    commits.insert(0, commit(3, "Merge pull request #12 from a/b\n\nAdd berths to the map", &[0, 2]));
    let mailmap = Mailmap::default();
    let digest = digest(&commits, &mailmap);
    let change = &digest.changes[0];
    assert_eq!((change.text, change.kind, change.commits.len()), ("Add berths to the map", Kind::Feature, 2));
    assert_eq!(change.breaking.as_ref().and_then(|breaking| breaking.what.as_deref()), Some("no lamps"));
    assert_eq!((change.references[0].number, digest.merges, digest.commits), (12, 1, 3));
}

#[test]
fn update_that_breaks_or_secures_is_a_change() {
    let commits = line(&[
        "build(deps): bump tokio from 1.53.0 to 1.54.1",
        "build(deps)!: bump serde from 1.0.0 to 2.0.0",
        "fix(security): bump ring from 0.1.0 to 0.1.1 for CVE-2026-1234",
    ]);
    let mailmap = Mailmap::default();
    let digest = digest(&commits, &mailmap);
    let kinds: Vec<(Kind, bool)> = digest.changes.iter().map(|one| (one.kind, one.breaking.is_some())).collect();
    assert_eq!(digest.updated_commits(), 1, "{kinds:?}");
    assert!(kinds.contains(&(Kind::Security, false)) && kinds.iter().any(|(_, breaks)| *breaks), "{kinds:?}");
}

#[test]
fn restored_change_is_one_change() {
    let commits = line(&["feat: dark mode", "Revert \"feat: dark mode\"", "Reapply \"feat: dark mode\""]);
    let mailmap = Mailmap::default();
    let digest = digest(&commits, &mailmap);
    assert_eq!((digest.changes.len(), digest.reverted.len()), (1, 0));
    assert_eq!(digest.changes[0].commits.len(), 3);
}

/// The texts of the changes, and of what was reverted; the history is given with its parents, oldest first.
fn changed_and_reverted(history: &[(&str, &[usize])]) -> (Vec<String>, Vec<String>) {
    let commits: Vec<Commit> =
        history.iter().enumerate().map(|(place, (message, parents))| commit(place, message, parents)).rev().collect();
    let mailmap = Mailmap::default();
    let digest = digest(&commits, &mailmap);
    assert_eq!(placed(&digest).len(), commits.iter().filter(|commit| !commit.is_merge()).count());
    let updates = digest.updates.iter().flat_map(|line| &line.packages).map(|package| package.package.clone());
    let changes = digest.changes.iter().map(|change| change.text.to_owned()).chain(updates).collect();
    (changes, digest.reverted.iter().map(|reverted| reverted.texts().join("; ")).collect())
}

#[test]
fn pull_requests_within_a_merge_of_branches_are_changes() {
    let history: [(&str, &[usize]); 7] = [
        ("Base", &[]),
        ("wip 1", &[0]),
        ("Merge pull request #1 from x/a\n\nAdd the programme", &[0, 1]),
        ("wip 2", &[2]),
        ("Merge pull request #2 from x/b\n\nFix double charge", &[2, 3]),
        ("Set the year", &[4]),
        ("Merge pull request #90 from acme/develop\n\nDeploy to production", &[0, 5]),
    ];
    let (changes, _) = changed_and_reverted(&history);
    assert_eq!(changes, ["Set the year", "Fix double charge", "Add the programme", "Base"]);
}

#[test]
fn work_beside_an_update_is_a_change() {
    let history: [(&str, &[usize]); 5] = [
        ("Base", &[]),
        ("Bump foo from 1.0 to 2.0", &[0]),
        ("fix: adapt checkout to the rounding of foo", &[1]),
        ("lint", &[2]),
        ("Merge pull request #7 from acme/dependabot/foo-2.0\n\nBump foo from 1.0 to 2.0", &[0, 3]),
    ];
    let (changes, _) = changed_and_reverted(&history);
    assert_eq!(changes, ["adapt checkout to the rounding of foo", "Base", "foo"]);
}

#[test]
fn reverted_merge_takes_back_what_it_brought() {
    let merge = "Merge pull request #2 from x/b\n\nAdd the programme";
    let by_id = format!("Revert \"Merge pull request #2 from x/b\"\n\nThis reverts commit {}, reversing", sha(4));
    let plain = format!("Revert \"Merge branch 'b'\"\n\nThis reverts commit {}.", sha(4));
    for (merge, revert, named) in [
        (merge, by_id.as_str(), "Add the programme"),
        (merge, "Revert \"Add the programme\" (#3)\n\nReverts acme/shop#2", "Add the programme"),
        (merge, "Revert \"Add the programme\"", "Add the programme"),
        (
            "Merge branch 'b' into 'main'\n\nAdd the programme\n\nSee merge request acme/shop!2",
            "Revert \"Merge branch 'b' into 'main'\"\n\nThis reverts merge request !2",
            "Add the programme",
        ),
        ("Merge branch 'b'", plain.as_str(), "Merge branch 'b'"),
    ] {
        let history: [(&str, &[usize]); 6] =
            [("Base", &[]), ("Direct", &[0]), ("one", &[0]), ("two", &[2]), (merge, &[1, 3]), (revert, &[4])];
        let (changes, reverted) = changed_and_reverted(&history);
        assert_eq!(
            (changes, reverted),
            (vec!["Direct".to_owned(), "Base".to_owned()], vec![named.to_owned()]),
            "{revert}"
        );
        let again = format!("Reapply \"Add the programme\"\n\nThis reverts commit {}.", sha(5));
        let restored = [history.as_slice(), &[(again.as_str(), &[5])]].concat();
        let (changes, reverted) = changed_and_reverted(&restored);
        assert_eq!((changes.len(), reverted.len()), (3, 0), "{changes:?}");
        assert!(named == "Merge branch 'b'" || changes[0] == named, "{changes:?}");
    }
    // What it brought is not in the range.
    let (changes, reverted) =
        changed_and_reverted(&[(merge, &[8, 9]), (&format!("Revert \"x\"\n\nThis reverts commit {}.", sha(0)), &[0])]);
    assert_eq!((changes.len(), reverted.len()), (1, 0));
}

#[test]
fn each_change_that_one_commit_reverts_is_named() {
    let both = format!("Revert two changes\n\nThis reverts commits {} and {}.", sha(0), sha(1));
    let (_, reverted) = changed_and_reverted(&[("feat: add tags", &[]), ("Add more", &[0]), (&both, &[1])]);
    assert_eq!(reverted, ["Add more; add tags"]);
}

/// Commits with different ids, some of which merge others.
fn histories() -> impl Strategy<Value = Vec<Commit>> {
    let parents = proptest::collection::vec(any::<prop::sample::Index>(), 0..3);
    proptest::collection::vec((any_commit(), parents), 1..60).prop_map(|drawn| {
        let mut seen = BTreeSet::new();
        let (mut commits, parents): (Vec<Commit>, Vec<_>) =
            drawn.into_iter().filter(|(commit, _)| seen.insert(commit.sha.clone())).unzip();
        let ids: Vec<Sha> = commits.iter().map(|commit| commit.sha.clone()).collect();
        for (commit, parents) in commits.iter_mut().zip(parents) {
            commit.parents = parents.iter().map(|place| ids[place.index(ids.len())].clone()).collect();
        }
        commits
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn each_commit_is_in_one_place(commits in histories()) {
        let mailmap = Mailmap::default();
        let digest = digest(&commits, &mailmap);
        let mut placed = placed(&digest);
        placed.sort_unstable();
        let mut single: Vec<&Sha> =
            commits.iter().filter(|commit| !commit.is_merge()).map(|commit| &commit.sha).collect();
        single.sort_unstable();
        prop_assert_eq!(placed, single);
        prop_assert_eq!(digest.commits + digest.merges, u64::try_from(commits.len()).unwrap());
    }

    #[test]
    fn headings_count_what_the_digest_has(commits in histories()) {
        let brief = brief(&commits, Style::Standard);
        let digest = Digest::of(&brief.range());
        let report = plain_report(&brief);
        let heading = |title: &str| {
            let line = report.lines().find_map(|line| line.strip_prefix(&format!("## {title} ("))).unwrap_or("0)");
            let number = line.trim_end_matches(" updates)").trim_end_matches(" update)").trim_end_matches(')');
            number.parse::<usize>().unwrap()
        };
        prop_assert_eq!(heading("Breaking changes"), digest.breaking().count());
        for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Dependencies) {
            prop_assert_eq!(heading(kind.as_str()), digest.of_kind(kind).count());
        }
        let updates = usize::try_from(digest.updated_commits()).unwrap() + digest.of_kind(Kind::Dependencies).count();
        prop_assert_eq!(heading("Dependencies"), updates);
        prop_assert_eq!(heading("Added and reverted"), digest.reverted.len());
    }
}
