//! The updates of many commits in few lines.

use super::updates::files;
use super::{line, number};
use domain::commit::Commit;
use domain::digest::updates::{Chain, Ecosystem, Update, UpdateScope, fold, is_breaking, of_commit};
use proptest::prelude::*;

/// Each package with its chains, as a report could have them.
fn folded(commits: &[Commit]) -> Vec<String> {
    let updating: Vec<(&Commit, Vec<Update>)> = commits.iter().map(|commit| (commit, of_commit(commit))).collect();
    let mut shown = Vec::new();
    for line in fold(&updating) {
        for package in &line.packages {
            let chain = |chain: &Chain| {
                let mark = if chain.is_major() { "!" } else { "" };
                format!("{} → {}{mark}/{}", chain.from().unwrap_or("?"), chain.to(), chain.steps)
            };
            let chains: Vec<String> = package.chains.iter().map(chain).collect();
            let name = line.ecosystem.map_or(line.author.unwrap_or_default(), |known| known.as_str());
            shown.push(format!("{name}: {} {}", package.package, chains.join(", ")));
        }
    }
    shown
}

#[test]
fn updates_of_one_package_are_joined_in_the_order_of_time() {
    for (messages, expected) in [
        (
            &["Bump a-action/x from 0.2.0 to 0.2.1", "Bump a-action/x from 0.2.1 to 0.2.5"][..],
            "a-action/x 0.2.0 → 0.2.5/2",
        ),
        (&["Bump x from 0.2.0 to 0.3.0", "Bump x from 0.3.0 to 0.6.5"], "x 0.2.0 → 0.6.5!/2"),
        (&["Bump x from 1.9 to 2.0", "Bump x from 2.0 to 2.1"], "x 1.9 → 2.1!/2"),
        (&["Bump x from 1.0 to 1.1", "Bump x from 1.3 to 1.4"], "x 1.0 → 1.1/1, 1.3 → 1.4/1"),
        (&["Bump x from 1.0 to 1.1", "Bump x from 1.0 to 1.1"], "x 1.0 → 1.1/1"),
        (&["Bump x from 1.0 to 2.0", "Bump x from 2.0 to 1.0"], "x 1.0 → 1.0/2"),
        (&["Bump x from 1.0 to 2.0", "Bump x from 2.0 to 1.0", "Bump x from 1.0 to 2.0"], "x 1.0 → 2.0!/3"),
        (&["Update dependency x to v1.2.0", "Update dependency x to v1.3.0"], "x ? → v1.3.0/2"),
        (&["Update dependency x to v1.2.0", "Update dependency x to v2"], "x ? → v2!/2"),
        (&["Update dependency x to v1.2.0", "Bump x from 1.2.0 to 1.4.0"], "x ? → 1.4.0/2"),
        (&["Bump x from 1.0 to v1.2.0", "Update dependency x to v1.2.0"], "x 1.0 → v1.2.0/1"),
        (&["Update dependency x to v1.2.0", "Bump x from 1.1 to 1.2.0"], "x 1.1 → v1.2.0/1"),
        (&["Bump X from 1.0 to 1.1", "Bump x from 1.1 to 1.2"], "X 1.0 → 1.2/2"),
    ] {
        let found = folded(&line(messages)).join("; ");
        assert!(found.ends_with(&format!(": {expected}")), "{messages:?}: {found}");
    }
}

#[test]
fn chain_states_a_downgrade_and_a_return() {
    for (messages, is_downgrade, is_back) in [
        (&["Bump x from 2.0 to 1.9"][..], true, false),
        (&["Bump x from 1.9 to 2.0", "Bump x from 2.0 to 1.9"], false, true),
        (&["Bump x from 1.9 to 1.10"], false, false),
        (&["Update dependency x to v2.0.0", "Update dependency x to v1.0.0"], true, false),
    ] {
        let commits = line(messages);
        let updating: Vec<(&Commit, Vec<Update>)> = commits.iter().map(|commit| (commit, of_commit(commit))).collect();
        let chain = &fold(&updating)[0].packages[0].chains[0];
        assert_eq!((chain.is_downgrade(), chain.is_back()), (is_downgrade, is_back), "{messages:?}");
    }
}

#[test]
fn merge_without_files_is_in_the_line_of_the_commit_that_it_brings() {
    let mut commits = line(&["Bump x from 1.1 to 1.2", "Bump x from 1.1 to 1.2 (#7)", "Bump y from 1.1 to 1.2"]);
    commits[2].files = files(&["Cargo.lock"]);
    let updating: Vec<(&Commit, Vec<Update>)> = commits.iter().map(|commit| (commit, of_commit(commit))).collect();
    let lines = fold(&updating);
    let shown: Vec<_> = lines.iter().map(|line| (line.ecosystem, line.author, line.commits.len())).collect();
    assert_eq!(shown, [(Some(Ecosystem::Cargo), None, 2), (None, Some("Ada Lovelace"), 1)]);
    assert_eq!(lines[0].packages[0].chains[0].steps, 1);
}

#[test]
fn updates_without_versions_are_counted_by_name() {
    let commits = line(&["Lock file maintenance", "Bump the all group with 2 updates", "lock file maintenance (#3)"]);
    let updating: Vec<(&Commit, Vec<Update>)> = commits.iter().map(|commit| (commit, of_commit(commit))).collect();
    let lines = fold(&updating);
    let shown: Vec<_> =
        lines[0].packages.iter().map(|one| (one.scope, one.package.as_str(), one.unversioned)).collect();
    assert_eq!(shown, [(UpdateScope::Group, "all", 1), (UpdateScope::LockFile, "lock file", 2)]);
    assert_eq!(fold(&[]), []);
}

#[test]
fn breaking_steps_follow_semantic_versioning_and_years_promise_nothing() {
    for (from, to, expected) in [
        ("1.9.9", "2.0.0", Some(true)),
        ("v1.9", "2", Some(true)),
        ("1.2", "1.3", Some(false)),
        ("0.2.9", "0.3.0", Some(true)),
        ("0.2.1", "0.2.9", Some(false)),
        ("0.0.1", "0.0.2", Some(true)),
        ("0", "0.4", Some(false)),
        ("2.0", "1.9", Some(true)),
        ("^1.2", "^2.0", Some(true)),
        ("4.1.1.Final", "4.2.0.Final", Some(false)),
        ("2024.1", "2025.1", Some(false)),
        ("22.04", "24.04", Some(false)),
        ("20240101", "20250101", None),
        ("ab04a145", "cd7215f1", None),
        ("<2,>=1", "<3,>=1", None),
        ("latest", "2", None),
        ("99999999999999999999999.1", "2", None),
    ] {
        assert_eq!(is_breaking(from, to), expected, "{from} {to}");
    }
}

proptest! {
    #[test]
    fn folding_keeps_every_commit_and_invents_no_version(
        messages in prop::collection::vec(
            "(Bump|Update|chore\\(deps\\): bump) (dependency |rust crate |)(x|y|@a/b) \
            (from [0-3]\\.[0-3] |)to v?[0-3](\\.[0-3]|)",
            0..12,
        ),
    ) {
        let commits = line(&messages);
        let updating: Vec<(&Commit, Vec<Update>)> = commits.iter().map(|commit| (commit, of_commit(commit))).collect();
        let stated: Vec<&String> = updating
            .iter().flat_map(|(_, updates)| updates).flat_map(|update| update.from.iter().chain(&update.to)).collect();
        let expected = updating.iter().filter(|(_, updates)| !updates.is_empty()).count();
        let lines = fold(&updating);
        let mut all: Vec<usize> = lines.iter().flat_map(|line| &line.commits).map(|commit| number(commit)).collect();
        all.sort_unstable();
        all.dedup();
        prop_assert_eq!(all.len(), expected);
        prop_assert_eq!(lines.iter().map(|line| line.commits.len()).sum::<usize>(), expected);
        for chain in lines.iter().flat_map(|line| &line.packages).flat_map(|package| &package.chains) {
            prop_assert!(chain.versions().iter().all(|version| stated.contains(&version)));
        }
    }
}
