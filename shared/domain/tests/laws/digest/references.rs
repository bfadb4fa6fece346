//! Pull requests, merge requests and issues that a message names, and their pages.

use domain::digest::references::{Reference, ReferenceKind, page, references};
use domain::repository::Provider;
use proptest::prelude::*;
use url::Url;

/// `pr 12`, `closes issue owner/name 4`.
fn shown(message: &str, is_merge: bool) -> String {
    let one = |reference: &Reference| {
        let kind = match reference.kind {
            ReferenceKind::PullRequest => "pr",
            ReferenceKind::MergeRequest => "mr",
            ReferenceKind::Issue => "issue",
            ReferenceKind::Unknown => "?",
        };
        let parts = [
            if reference.closes { "closes" } else { "" },
            kind,
            reference.host.as_deref().unwrap_or_default(),
            reference.repository.as_deref().unwrap_or_default(),
        ];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        format!("{} {}", parts.join(" "), reference.number)
    };
    references(message, is_merge).iter().map(one).collect::<Vec<_>>().join(", ")
}

#[test]
fn subject_names_its_pull_request() {
    for (subject, expected) in [
        ("Add tags (#123)", "pr 123"),
        ("Add tags (!123)", "mr 123"),
        ("Add tags (#12) (#123)", "pr 123, ? 12"),
        ("Merge pull request #123 from a/b", "pr 123"),
        ("Merge pull request 'Add tags' (#12) from b into main", "pr 12"),
        ("Merged PR 12: Add tags", "pr 12"),
        ("Merged in tags (pull request #12)", "pr 12"),
        ("Auto merge of #12 - ada:tags, r=grace", "pr 12"),
        ("Fix #7: add tags (#123)", "pr 123, closes issue 7"),
        ("fix: a typo, see #7", "? 7"),
        ("Add tags for issue #7", "issue 7"),
        ("Revert \"Add tags (#12)\" (#14)", "pr 14, ? 12"),
        ("GH-12 Add tags", "? 12"),
        ("Pull request #7: ABC-1 Add tags", "pr 7"),
    ] {
        assert_eq!(shown(subject, false), expected, "{subject}");
    }
}

#[test]
fn keywords_of_the_body_name_and_close() {
    for (body, expected) in [
        ("Closes #1", "closes issue 1"),
        ("PR-URL: https://github.com/acme/shop/pull/88", "pr github.com acme/shop 88"),
        ("Fixes: #2, #3", "closes issue 2, closes issue 3"),
        ("Closes #1, #2 and #3.", "closes issue 1, closes issue 2, closes issue 3"),
        ("Resolves owner/repo#4", "closes issue owner/repo 4"),
        ("closes group/sub/shop#4", "closes issue group/sub/shop 4"),
        ("Closes https://github.com/owner/repo/issues/5", "closes issue github.com owner/repo 5"),
        ("Implements https://gitlab.com/g/s/p/-/issues/5", "closes issue gitlab.com g/s/p 5"),
        ("See merge request group/project!12", "mr group/project 12"),
        ("See merge request !12", "mr 12"),
        ("Refs #8", "? 8"),
        ("Related to #8 and #9", "? 8, ? 9"),
        ("See PR #8", "pr 8"),
        ("This is about #8", ""),
        ("> Closes #8", ""),
        ("<details>\nCloses #8\n</details>", ""),
    ] {
        assert_eq!(shown(&format!("Add tags\n\n{body}"), true), expected, "{body}");
    }
}

#[test]
fn other_numbers_are_no_references() {
    for message in [
        "Fix CVE-2026-1234",
        "Use the colour #123456",
        "Use #fff and #12ab34",
        "Port to C#1",
        "Add tags\n\n# 12\n## 13\n#14",
        "Print `#12` in code",
        "Fix step #2",
        "Add tags #0",
        "Add tags #012",
        "Add tags #99999999999",
        "Use !12",
        "Replace &#39; in names",
        "Merge branch 'fix' (#1x)",
        "See https://example.com/a/b/c",
        "",
    ] {
        assert_eq!(shown(message, false), "", "{message}");
    }
}

#[test]
fn pages_are_at_the_host_of_the_repository() {
    let github = ("https://github.com/acme/shop", Provider::GitHub);
    let gitlab = ("https://gitlab.com/acme/web/shop", Provider::GitLab);
    let gitea = ("https://git.example.org:3000/code/acme/shop", Provider::Gitea);
    for ((url, provider), message, expected) in [
        (github, "Add tags (#12)", Some("https://github.com/acme/shop/pull/12")),
        (github, "Fixes #7", Some("https://github.com/acme/shop/issues/7")),
        (github, "Fixes other/name#7", Some("https://github.com/other/name/issues/7")),
        (github, "Fixes a/b/c#7", None),
        (github, "Fixes https://gitlab.com/a/b/-/issues/7", None),
        (github, "Fixes https://github.com/Acme/Shop/issues/7", Some("https://github.com/acme/shop/issues/7")),
        (github, "Add tags (!12)", None),
        (
            gitlab,
            "x\n\nSee merge request acme/web/shop!12",
            Some("https://gitlab.com/acme/web/shop/-/merge_requests/12"),
        ),
        (gitlab, "Closes #1", Some("https://gitlab.com/acme/web/shop/-/issues/1")),
        (gitlab, "Add tags (#12)", None),
        (gitea, "Add tags (#12)", Some("https://git.example.org:3000/code/acme/shop/pulls/12")),
        (gitea, "Fixes other/name#1", Some("https://git.example.org:3000/code/other/name/issues/1")),
        (gitea, "Fixes https://git.example.org/a/b/issues/1", None),
        (
            gitea,
            "Fixes https://git.example.org:3000/code/a/b/issues/1",
            Some("https://git.example.org:3000/code/a/b/issues/1"),
        ),
    ] {
        let url = Url::parse(url).unwrap();
        let found = references(message, false).iter().find_map(|reference| page(reference, provider, &url));
        assert_eq!(found.as_ref().map(Url::as_str), expected, "{url} {message}");
    }
}

proptest! {
    #[test]
    fn any_message_gives_pages_at_its_host_only(
        message in "(?s)(Merge pull request |Closes |See |.{0,5})((#|!|a/b#|\\.\\./x#|@a/b!|\
            https://e.x/|`|\\(#).{0,8}|.{0,9}){0,6}",
        is_merge in any::<bool>(),
    ) {
        for provider in Provider::ALL {
            let home = Url::parse("https://git.example.org/acme/shop").unwrap();
            for reference in references(&message, is_merge) {
                if let Some(page) = page(&reference, provider, &home) {
                    prop_assert_eq!(page.origin(), home.origin());
                    let end = format!("/{}", reference.number);
                    prop_assert!(page.path().ends_with(&end));
                    prop_assert!(!page.path().contains(".."));
                }
            }
        }
    }
}
