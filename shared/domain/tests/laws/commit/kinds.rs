//! Kinds by types, gitmoji, versions and advisories, and the rule that chose them.

use super::commit;
use domain::commit::{Kind, Rule, Subject, kind};

fn assert_kinds(rows: &[(Kind, Rule, &[&str])]) {
    for (expected, rule, subjects) in rows {
        for text in *subjects {
            let commit = commit(text);
            let subject = Subject::of(&commit);
            assert_eq!((subject.kind, subject.rule), (*expected, *rule), "{text}");
        }
    }
}

#[test]
fn every_type_has_its_kind() {
    for (types, expected) in [
        ("security sec", Kind::Security),
        ("feat feature features enhancement improvement added new", Kind::Feature),
        ("fix bugfix hotfix bug fixed", Kind::Fix),
        ("perf optimization", Kind::Performance),
        ("refactor style lint types removed", Kind::Refactoring),
        ("docs doc readme typo examples", Kind::Documentation),
        ("test tests e2e bench", Kind::Tests),
        ("deps dep deps-dev", Kind::Dependencies),
        ("build ci docker", Kind::Build),
        ("i18n l10n translations", Kind::Translation),
        ("release", Kind::Release),
        ("revert", Kind::Revert),
        ("chore maintenance", Kind::Chore),
        ("新增 功能 優化 追加 추가", Kind::Feature),
        ("修复 修正 修复bug 수정", Kind::Fix),
        ("重构 样式", Kind::Refactoring),
        ("文档 ドキュメント", Kind::Documentation),
        ("测试", Kind::Tests),
        ("依赖", Kind::Dependencies),
        ("构建", Kind::Build),
        ("发布", Kind::Release),
        ("回滚", Kind::Revert),
    ] {
        for word in types.split(' ') {
            let rule = if expected == Kind::Security { Rule::Security } else { Rule::Conventional };
            for text in [
                format!("{word}: zzz"),
                format!("{}: zzz", word.to_uppercase()),
                format!("{word} : zzz"),
                format!("{word}(api): zzz"),
                format!("{word} (api, web)!: zzz"),
                format!("{word}:zzz"),
                format!("{word}：zzz"),
                format!("[{word}] zzz"),
                format!("[{}][api] zzz", word.to_uppercase()),
            ] {
                let commit = commit(&text);
                let subject = Subject::of(&commit);
                assert_eq!((subject.kind, subject.rule, subject.text), (expected, rule, "zzz"), "{text}");
            }
        }
    }
}

#[test]
fn scope_refines_the_type() {
    assert_kinds(&[
        (
            Kind::Dependencies,
            Rule::Conventional,
            &["build(deps): bump x from 1.0 to 1.1", "fix(deps): update x", "feat(api, deps): zzz", "[deps] zzz"],
        ),
        (Kind::Security, Rule::Security, &["fix(security): zzz", "chore(security): zzz", "[security] zzz"]),
        (Kind::Release, Rule::Conventional, &["chore(release): zzz", "chore(release): 1.2.0"]),
        (Kind::Build, Rule::Conventional, &["fix(ci): zzz", "chore(workflows): zzz"]),
        (Kind::Documentation, Rule::Conventional, &["fix(docs): zzz", "docs(security): zzz", "docs(api): fix zzz"]),
        (Kind::Tests, Rule::Conventional, &["fix(tests): zzz", "test(security): zzz"]),
        (Kind::Feature, Rule::Conventional, &["feat(ci): zzz", "feat(api): fix zzz"]),
    ]);
}

#[test]
fn mark_that_skips_ci_changes_no_kind() {
    let kind_of = |text: &str| {
        let commit = commit(text);
        let subject = Subject::of(&commit);
        (subject.kind, subject.rule)
    };
    for text in ["Add login", "fix rotation", "Update prices", "Deploy shop", "v1.2.3", "Update CI", "docs: add a page"]
    {
        for mark in ["[skip ci]", "[ci skip]", "[CI-Skip]", "[no ci]", "[skip actions]"] {
            for marked in [format!("{text} {mark}"), format!("{mark} {text}"), format!("{text} {mark} (#12)")] {
                assert_eq!(kind_of(&marked), kind_of(text), "{marked}");
            }
        }
    }
}

#[test]
fn type_that_says_nothing_lets_the_words_decide() {
    assert_kinds(&[
        (Kind::Feature, Rule::FirstWord, &["wip: add zzz", "Update: add zzz", "WIP add zzz", "[WIP] Add zzz"]),
        (Kind::Fix, Rule::FirstWord, &["misc: fix zzz", "changed: avoid zzz"]),
        (Kind::Other, Rule::None, &["wip", "wip: zzz", "misc: zzz", "zzz: zzz", ""]),
    ]);
}

#[test]
fn gitmoji_decide_as_characters_and_as_codes() {
    assert_kinds(&[
        (
            Kind::Feature,
            Rule::Gitmoji,
            &["✨ zzz", ":sparkles: zzz", "✨zzz", ":sparkles:zzz", "[ABC-1] ✨ zzz", "✨ (api): zzz"],
        ),
        (Kind::Fix, Rule::Gitmoji, &["🐛 zzz", ":bug: Add zzz", "🚑️ zzz", "🚑 zzz", ":ambulance: zzz"]),
        (Kind::Dependencies, Rule::Gitmoji, &["⬆️ zzz", "⬆ zzz", ":arrow_up: zzz"]),
        (Kind::Chore, Rule::Gitmoji, &["🧑‍💻 zzz", "🔧 zzz", "🚧 🔧 zzz"]),
        (Kind::Security, Rule::Security, &["🔒️ zzz", "🔒 zzz", ":lock: zzz"]),
        (Kind::Release, Rule::Gitmoji, &["🔖 zzz", ":bookmark: Release 1.2"]),
        (Kind::Documentation, Rule::Gitmoji, &["📝 Update zzz", ":memo: zzz", "✏️ zzz"]),
        (Kind::Documentation, Rule::Conventional, &["✨ docs: zzz", "docs: ✨ zzz"]),
        (Kind::Feature, Rule::FirstWord, &["🚧 Add zzz", "🦄🦄 Add zzz", ":unicorn: Add zzz", "🇩🇪 Add zzz"]),
        (Kind::Other, Rule::None, &["🦄 zzz", "🚧 zzz", "✨", ":sparkles", "::", ":a b: zzz"]),
    ]);
}

#[test]
fn version_of_the_repository_is_a_release() {
    assert_kinds(&[
        (
            Kind::Release,
            Rule::Version,
            &[
                "4.20.0",
                "v1.2.3-rc.1",
                "1.0.0-beta.2 (#12)",
                "Release 1.2",
                "Release v1.2.3 (#77)",
                "web: Release v1.2.3",
                "Prepare for 0.4.1 release",
                "Prepare the next development iteration",
                "Bump version to 2.0",
                "Bump to 1.2.3",
                "Bump the package version",
                "Set version to 1.3.0-SNAPSHOT",
                "Version Packages",
                "Publish",
                "2026.01.02, Version 1.5.0 (Stable)",
            ],
        ),
        (Kind::Release, Rule::Conventional, &["chore: release 1.2.3", "chore: bump version to 1.3", "release: 1.0"]),
        (Kind::Documentation, Rule::FirstWord, &["Update release notes", "Add the changelog of 1.2"]),
        (Kind::Fix, Rule::FirstWord, &["Release the lock after an error"]),
        (Kind::Other, Rule::None, &["2 zzz", "3 zzz of 4.5 zzz"]),
    ]);
}

#[test]
fn version_of_another_thing_is_a_dependency() {
    assert_kinds(&[
        (
            Kind::Dependencies,
            Rule::Version,
            &[
                "Bump actions/checkout from 4 to 5",
                "Bump spring-security from 6.1.0 to 6.1.1",
                "Bump zzz_version from 1.2.0 to 1.3.0",
                "Update dependency zzz to v2",
                "Update zzz to 1.2.3",
                "Update rust crate zzz to v1.0.2",
                "Update zzz digest to abc1234",
                "Upgrade to zzz 2",
                "Downgrade zzz",
                "Pin dependencies",
                "Lock file maintenance",
                "go.mod: update the dependencies",
                "zzz@1.2.3",
                "@zzz/zzz@^1.2.3",
                "Remove the zzz dependency",
            ],
        ),
        (
            Kind::Dependencies,
            Rule::Conventional,
            &["chore: bump zzz from 1 to 2", "ci: upgrade zzz to v7", "build: zzz@1.2"],
        ),
        (Kind::Documentation, Rule::Conventional, &["docs: bump zzz"]),
        (
            Kind::Dependencies,
            Rule::Version,
            &[
                "Bump zzz and yyy",
                "Upgrade Spring Boot",
                "Upgrade zzz in /web",
                "Bump the zzz gem",
                "Bump github actions",
                "Upgrade ZZZ to use a newer API",
                "Bump minimum supported version",
                "Downgrade @zzz/yyy",
            ],
        ),
    ]);
}

#[test]
fn what_is_bumped_without_a_name_of_software_is_no_dependency() {
    assert_kinds(&[(
        Kind::Other,
        Rule::None,
        &[
            "Bump font size",
            "Bump priority of login",
            "Bump copyright year",
            "Upgrade button on pricing page",
            "Downgrade plan on failed payment",
            "Lock file while writing",
        ],
    )]);
}

#[test]
fn change_of_dependencies_is_an_update_of_them() {
    assert_kinds(&[(
        Kind::Dependencies,
        Rule::Version,
        &[
            "Add dependency on zzz",
            "Add dependency on zzz (#12)",
            "Add zzz and yyy dependencies",
            "Drop unused dependencies (#12)",
            "Remove dependency and its lock",
            "Add dependency zzz-client",
            "Add dependency zzz",
            "Remove dependency zzz",
            "Add dep zzz",
            "Remove unused dependency zzz from yyy",
            "Update dependencies",
            "Update dependency zzz",
            "Update dependencies of the server",
            "Update dependency left-pad-left",
            "Update dependency @zzz/node-types",
            "Update dependency zzz and yyy",
            "Update dependency zzz [major]",
            "Update zzz dependency in the server room",
        ],
    )]);
}

#[test]
fn change_of_what_is_named_after_dependencies_is_no_update() {
    assert_kinds(&[
        (
            Kind::Feature,
            Rule::FirstWord,
            &[
                "add feature dependency command",
                "Add dependency graph view",
                "Add dependency graph",
                "Add a dependency graph for the report (#12)",
                "Add dependencies page",
                "Add dependency graph.",
                "Add dependency graph: show cycles",
                "Add dep graph",
            ],
        ),
        (
            Kind::Refactoring,
            Rule::FirstWord,
            &["Remove dependency cycle", "Drop dependency graph view", "Remove dependency auto-detection"],
        ),
        (Kind::Other, Rule::None, &["Update dependency graph view", "Update dependency graph view."]),
    ]);
}

#[test]
fn vulnerability_is_a_kind_of_its_own() {
    assert_kinds(&[
        (
            Kind::Security,
            Rule::Security,
            &[
                "Fix overflow in zzz (CVE-2024-12345)",
                "cve-2024-12345: zzz",
                "ABC-1: CVE-2024-12345 - Upgrade zzz to 1.2",
                "zzz for GHSA-abcd-1234-wxyz",
                "Bump zzz to fix RUSTSEC-2024-0001",
                "fix: address a vulnerability in zzz",
                "Bump zzz from 1.0 to 1.1 to fix vulnerabilities",
                "Update dependency zzz to v2 [SECURITY]",
                "fix(deps): update dependency zzz to v1.7.4 [security]",
                "[Snyk] Security upgrade zzz from 0.21.1 to 1.6.0",
                "Fix XSS in the preview",
                "Prevent path traversal",
                "Avoid zzz\n\nIt is CVE-2024-12345.",
                "Fix zzz (CWE-79)",
                "CWE-79: escape zzz",
                "[CWE-352] zzz",
            ],
        ),
        (
            Kind::Dependencies,
            Rule::Version,
            &["Bump zzz from 1 to 2\n\n- Fixes CVE-2024-12345", "Bump spring-security"],
        ),
        (Kind::Feature, Rule::FirstWord, &["Add a security page", "Add a scanner of vulnerabilities"]),
        (Kind::Documentation, Rule::Conventional, &["docs: explain CVE-2024-12345"]),
        (Kind::Chore, Rule::Conventional, &["chore: add a policy on vulnerabilities"]),
        (Kind::Build, Rule::Conventional, &["ci: scan for vulnerabilities"]),
        (Kind::Revert, Rule::FirstWord, &["Revert \"Fix CVE-2024-12345\""]),
        (Kind::Fix, Rule::FirstWord, &["Fix CVE-20-1", "Fix GHSA-1", "Fix the security of zzz"]),
    ]);
}

#[test]
fn words_of_kinds_and_rules_are_distinct_and_parse() {
    for one in Kind::ALL {
        assert_eq!(Kind::parse(one.as_str()), Some(one));
    }
    for one in Rule::ALL {
        assert_eq!(Rule::parse(one.as_str()), Some(one));
    }
    assert_eq!(kind(&commit("fix: zzz")), Kind::Fix);
    assert!(Kind::Security < Kind::Feature && Kind::Chore < Kind::Other);
}
