//! Which dependencies a commit updates.

use domain::commit::ChangedFile;
use domain::digest::updates::{Ecosystem, Update, updates};
use proptest::prelude::*;

pub(super) fn files(paths: &[&str]) -> Vec<ChangedFile> {
    paths.iter().map(|path| ChangedFile { path: (*path).to_owned(), additions: None, deletions: None }).collect()
}

/// `name from → to`, with `?` for what is not stated.
fn shown(found: &[Update]) -> Vec<String> {
    let one = |update: &Update| {
        let [from, to] = [&update.from, &update.to].map(|version| version.as_deref().unwrap_or("?"));
        match (from, to) {
            ("?", "?") => update.package.clone(),
            _ => format!("{} {from} → {to}", update.package),
        }
    };
    found.iter().map(one).collect()
}

/// Subjects of bots and of people, and what they update.
const SUBJECTS: &[(&str, &str)] = &[
    ("Bump serde from 1.0.1 to 1.0.2", "serde 1.0.1 → 1.0.2"),
    ("Bump serde from 1.0.1 to 1.0.2 in /server", "serde 1.0.1 → 1.0.2"),
    ("Bump serde from 1.0.1 to 1.0.2 in /server (#12)", "serde 1.0.1 → 1.0.2"),
    ("chore(deps): bump actions/checkout from 4 to 5", "actions/checkout 4 → 5"),
    ("chore(deps): ABC-14 bump quux from 1 to 2", "quux 1 → 2"),
    ("chore(deps): ABC-14: bump quux from 1 to 2", "quux 1 → 2"),
    ("ABC-14 chore(deps): bump quux from 1 to 2", "quux 1 → 2"),
    ("ABC-14, ABC-15 - Bump quux from 1 to 2", "quux 1 → 2"),
    ("ABC-14 and ABC-15: Bump quux from 1 to 2", "quux 1 → 2"),
    ("[ABC-14][ABC-15] [ABC-16] build(deps): [ABC-17] bump quux from 1 to 2", "quux 1 → 2"),
    ("deps: ABC-14 quux@1.2", "quux ? → 1.2"),
    ("Bump UTF-8 from 1.0 to 2.0", "UTF-8 1.0 → 2.0"),
    ("build(deps-dev): bump @types/node from 25.8.1 to 26.1.0 in the types group (#24)", "@types/node 25.8.1 → 26.1.0"),
    (
        "build(deps): bump org.example:core from 4.1.3.Final to 4.1.4.Final",
        "org.example:core 4.1.3.Final → 4.1.4.Final",
    ),
    ("⬆ Bump rope from 0.6.4 to 0.6.5 (#9)", "rope 0.6.4 → 0.6.5"),
    ("⬆️ Upgrade Starlette to v0.40", "Starlette ? → v0.40"),
    (":arrow_up: Upgrade black to 24.4.0", "black ? → 24.4.0"),
    ("Bump python from 3.12-slim to 3.13-slim in /docker", "python 3.12-slim → 3.13-slim"),
    ("Bump debian from bullseye to 12.1-slim", "debian bullseye → 12.1-slim"),
    ("Bump tool from `ab04a145` to `cd7215f1`", "tool ab04a145 → cd7215f1"),
    ("⬆ Update plank requirement from <7.0.0,>=4.2.0 to >=4.2.0,<8.0.0 (#1)", "plank <7.0.0,>=4.2.0 → >=4.2.0,<8.0.0"),
    ("Update dependency pier to v8.3.1 (#48)", "pier ? → v8.3.1"),
    ("fix(deps): update dependency lantern to ^0.12.0 (#14)", "lantern ? → ^0.12.0"),
    ("chore(deps): update dependency comet to v7.3.0 [security] (#15)", "comet ? → v7.3.0"),
    ("Update dependency x", "x"),
    ("Update tool/x digest to 1e60479 (#3)", "tool/x ? → 1e60479"),
    ("Update actions/checkout action to v4", "actions/checkout ? → v4"),
    ("fix(deps): update module github.com/x/y to v1.2.3", "github.com/x/y ? → v1.2.3"),
    ("Update Rust crate anchor to v2.25.0 (#1)", "anchor ? → v2.25.0"),
    ("Update harbour monorepo to v4.2.11", "harbour ? → v4.2.11"),
    ("Update postgres Docker tag to v16", "postgres ? → v16"),
    ("Update ghcr.io/x/y Docker digest to abc1234", "ghcr.io/x/y ? → abc1234"),
    ("Update Node.js to v24.90.0", "Node.js ? → v24.90.0"),
    ("chore(deps): update all non-major dependencies", "all non-major dependencies"),
    ("Lock file maintenance (#44)", "lock file"),
    ("chore(deps): lock file maintenance", "lock file"),
    ("Pin dependencies", "dependencies"),
    ("Scheduled weekly dependency update for week 12", "dependencies"),
    ("[pre-commit.ci] pre-commit autoupdate", "pre-commit hooks"),
    ("[Snyk] Upgrade express from 4.17.1 to 4.18.0", "express 4.17.1 → 4.18.0"),
    ("[Snyk] Security upgrade lodash from 4.17.20 to 4.17.21", "lodash 4.17.20 → 4.17.21"),
    ("Update sbt-scalafmt to 2.4.6", "sbt-scalafmt ? → 2.4.6"),
    ("Update sbt, scripted-plugin to 1.3.13", "sbt ? → 1.3.13, scripted-plugin ? → 1.3.13"),
    ("chore(package): update mocha to version 4.0.0", "mocha ? → 4.0.0"),
    ("Update rubocop: 0.60.0 → 0.61.0 (minor)", "rubocop 0.60.0 → 0.61.0"),
    ("🚨 [security] Update rack 2.2.2 → 2.2.3 (patch)", "rack 2.2.2 → 2.2.3"),
    ("Upgrade gull to 1.11.1 (#24)", "gull ? → 1.11.1"),
    ("web: Upgrade buoy to 0.51", "buoy ? → 0.51"),
    ("quay: Upgrade winch", "winch"),
    ("Upgrade to tokio 1.40", "tokio ? → 1.40"),
    ("feat: upgrade to serve-sail@0.17.0", "serve-sail ? → 0.17.0"),
    ("deps: post@0.18.1", "post ? → 0.18.1"),
    ("deps: takes@~1.3.9", "takes ? → ~1.3.9"),
    ("chore(deps): compass 6 (#14)", "compass ? → 6"),
    ("Bump mast to 0.3.9 and mast_top to 0.4.4", "mast ? → 0.3.9, mast_top ? → 0.4.4"),
    ("Downgrade numpy from 2.0 to 1.26", "numpy 2.0 → 1.26"),
    ("Update crossbow to 0.9.21 to fix RUSTSEC-2026-9999", "crossbow ? → 0.9.21"),
    ("chore(deps): update left-pad and right-pad dependencies (#1)", "left-pad, right-pad"),
    ("Bump `gull` dependencies", "gull"),
    ("Upgrade newest-notes GitHub Action", "newest-notes"),
    ("Upgrade login helper action to v4.1.0", "login helper ? → v4.1.0"),
    ("chore(deps): bump the parser kit to 1.3.0", "parser kit ? → 1.3.0"),
    ("deps: bump knot minimum to 6.16.2", "knot ? → 6.16.2"),
    ("update deps", "deps"),
    ("Upgrade some dependencies (#3)", "some dependencies"),
    ("Update Cargo.lock", "Cargo.lock"),
    ("Update Cargo lockfiles (#25)", "Cargo lockfiles"),
    ("build(deps): bump the tide group across 1 directory with 3 updates (#31)", "tide"),
    ("Bump the all-actions group with 2 updates", "all-actions"),
    ("Bump left-pad and right-pad in /web", "left-pad, right-pad"),
    ("fixup! Bump serde from 1.0.1 to 1.0.2", "serde 1.0.1 → 1.0.2"),
    ("[ABC-1] Bump serde from 1.0.1 to 1.0.2", "serde 1.0.1 → 1.0.2"),
];

#[test]
fn subjects_of_bots_and_people_name_what_is_updated() {
    for (subject, expected) in SUBJECTS {
        assert_eq!(shown(&updates(subject, "", &[])).join(", "), *expected, "{subject}");
    }
}

#[test]
fn other_subjects_update_no_dependency() {
    for subject in [
        "",
        "Bump",
        "Update",
        "Bump to 0.7.6",
        "Bump version to 2.0.0",
        "chore: bump version from 1 to 2",
        "Bump MSRV to 1.72",
        "Update README.md",
        "Update pier.rs",
        "Update docs for Harbour struct and add a picture",
        "Update release notes",
        "Update the parser so that it accepts dates",
        "Update indentation to 2 spaces",
        "Update retries from 3 to 5",
        "Update supported version table. (#12)",
        "Update stamp GitHub Action to add only one stamp (#9)",
        "Update tide table data",
        "Update documentation about dependencies",
        "Add a dependency",
        "Remove unused dependencies",
        "deps: do not pin the parser",
        "Revert \"Bump serde from 1.0.1 to 1.0.2\"",
        "revert: bump serde from 1.0.1 to 1.0.2",
        "chore: release harbour 11.0.0",
        "fix: explain missing bump settings",
        "Bump timeout from 5 to 10",
        "Merge branch 'main' into update-deps",
        "Fix update of dependency graph",
        "Update requirements for loans",
        "Update requirements in the job form",
        "Update dependencies in the org chart view",
        "Bump gems in match-3 game",
        "Update gems for level 2",
    ] {
        assert_eq!(updates(subject, "", &[]), [], "{subject}");
    }
}

#[test]
fn changed_files_decide_where_words_could_mean_anything_else() {
    for (subject, paths, expected) in [
        ("Upgrade tracing kit to 1.3.0", &["pom.xml"][..], "tracing kit ? → 1.3.0"),
        ("Upgrade tracing kit to 1.3.0", &["pom.xml", "src/x.java"], ""),
        ("Upgrade parser", &["src/parser.rs", "src/lib.rs"], ""),
        ("Upgrade parser", &["Cargo.toml", "src/lib.rs"], "parser"),
        ("Update winch", &["Cargo.toml", "Cargo.lock"], "winch"),
        ("Update winch", &["Cargo.toml", "src/lib.rs"], ""),
        ("Update requirements for loans", &["requirements.txt"], "requirements"),
        ("Update dependencies in /web", &[], "dependencies"),
        ("Update dependencies for 1.2", &[], "dependencies"),
        ("Bump dependencies across 2 directories", &[], "dependencies"),
        ("Update dependencies in the web directory", &[], "dependencies"),
        ("deps: harbour@2.0.0, winch@3.1.0 and pier@1.0.0", &[], "harbour ? → 2.0.0, winch ? → 3.1.0, pier ? → 1.0.0"),
        ("Update schema to 2.0", &["schema.json"], ""),
        ("Update node to 20", &[".github/workflows/ci.yml"], "node ? → 20"),
        ("Update retries from 3 to 5", &["package.json", "src/retry.js"], ""),
    ] {
        assert_eq!(shown(&updates(subject, "", &files(paths))).join(", "), expected, "{subject} {paths:?}");
    }
}

#[test]
fn ecosystem_is_known_by_words_names_and_files() {
    use Ecosystem::{Cargo, Docker, GitHubActions, Go, Java, Npm, PreCommit, Python};
    for (subject, paths, expected) in [
        ("Update Rust crate serde to v1.0.2", &[][..], Some(Cargo)),
        ("Bump actions/checkout from 4 to 5", &[], Some(GitHubActions)),
        ("Update module golang.org/x/net to v0.2.0", &[], Some(Go)),
        ("Bump golang.org/x/net from 0.1.0 to 0.2.0", &[], Some(Go)),
        ("Bump org.example:core from 1.1 to 1.2", &[], Some(Java)),
        ("Bump @types/node from 1.1 to 1.2", &[], Some(Npm)),
        ("Update postgres Docker tag to v16", &["docker-compose.yml"], Some(Docker)),
        ("[pre-commit.ci] pre-commit autoupdate", &[".pre-commit-config.yaml"], Some(PreCommit)),
        ("chore(npm): bump x from 1.1 to 1.2", &[], Some(Npm)),
        ("Bump x from 1.1 to 1.2", &["server/Cargo.lock"], Some(Cargo)),
        ("Bump x from 1.1 to 1.2", &["web/package.json", "web/yarn.lock"], Some(Npm)),
        ("Bump x from 1.1 to 1.2", &["requirements/dev.txt"], Some(Python)),
        ("Bump x from 1.1 to 1.2", &["package.json", ".github/workflows/ci.yml"], Some(Npm)),
        ("Bump x from 1.1 to 1.2", &["package.json", "Cargo.toml"], None),
        ("Bump x from 1.1 to 1.2", &["src/x.c"], None),
        ("Bump x from 1.1 to 1.2", &[], None),
    ] {
        let found = updates(subject, "", &files(paths));
        assert_eq!(found[0].ecosystem, expected, "{subject} {paths:?}");
    }
}

#[test]
fn members_of_a_group_are_listed_by_the_body() {
    let group = "Bump the all group across 2 directories with 2 updates";
    for (subject, body, expected) in [
        (
            group,
            "\nBumps the all group with 2 updates: [a](https://x/a) and [b](https://x/b).\n\n\n\
             Updates `a` from 1.0 to 1.1\n\
             - [Commits](https://x/compare)\n\nUpdates `b` from 2.0 to 3.0\n\nUpdates `a` from 1.0 to 1.1\n",
            "a 1.0 → 1.1, b 2.0 → 3.0",
        ),
        (
            group,
            "\r\nUpdates `a/x` from\r\nab04a1451ff1842e2626ccb99004d0195b455a12 to\r\n\
             cd7215f132e9ebf062739d9130488b56d53c0634\r\n\
             <details>\nUpdates `quoted` from 1 to 2\n</details>\n",
            "a/x ab04a1451ff1842e2626ccb99004d0195b455a12 → cd7215f132e9ebf062739d9130488b56d53c0634",
        ),
        (
            group,
            "\n| Package | From | To |\n| --- | --- | --- |\n\
             | [a](https://x/a) |\n`1.0` | `1.1` |\n| [b](https://x/b) | `2.0`\n| `3.0` |\n",
            "a 1.0 → 1.1, b 2.0 → 3.0",
        ),
        (
            "Bump org.example:core (#13)",
            "\nBumps [org.example:core](https://x/core) from 3.1.0 to 3.2.0.\n- [Notes](https://x)\n",
            "org.example:core 3.1.0 → 3.2.0",
        ),
        (
            "⬆ [pre-commit.ci] pre-commit autoupdate (#9)",
            "\nupdates:\n- [github.com/x/rope: v0.6.4 → v0.6.5](https://github.com/x/rope/compare)\n\
             - https://gitlab.com/y/black: 23.1 -> 24.1\n\nCo-authored-by: x <x@y.z>",
            "x/rope v0.6.4 → v0.6.5, y/black 23.1 → 24.1",
        ),
        (
            "chore(deps): update all non-major dependencies",
            "\n| Package | Type | Update | Change |\n|---|---|---|---|\n\
             | [a](https://x/a) ([source](https://x)) | dev | minor | \
             [`^1.0.0` -> `^1.1.0`](https://x) |\n| b | dev | patch | `2.0.0` → `2.0.1` |\n\nMore\n",
            "a ^1.0.0 → ^1.1.0, b 2.0.0 → 2.0.1",
        ),
    ] {
        assert_eq!(shown(&updates(subject, body, &[])).join(", "), expected, "{subject}");
    }
}

proptest! {
    #[test]
    fn any_message_can_be_read(
        subject in "(Bump |Update |Upgrade |deps: |\\[x\\] |:a: )?.{0,60}",
        body in "(?s)((Updates `|Bumps \\[|\\| Package \\|.{0,9}\n\\|-|- \\[|<details>).{0,30}\n?){0,5}",
    ) {
        for update in updates(&subject, &body, &[]) {
            prop_assert!(!update.package.is_empty());
            let text = format!("{subject} {body}");
            for version in update.from.iter().chain(&update.to) {
                let words: Vec<&str> = version.split_whitespace().collect();
                prop_assert!(!words.is_empty() && words.iter().all(|word| text.contains(word)));
            }
        }
    }
}
