//! The sentence that can be read alone.

use crate::digest::line;
use domain::commit::{Commit, Mailmap};
use domain::digest::{AuthorDisplay, Digest, Range};
use domain::report::{HEADLINE_CHARS_MAX, headline};
use domain::repository::PathFilter;
use proptest::prelude::*;

fn of(commits: &[Commit]) -> String {
    let mailmap = Mailmap::default();
    headline(&Digest::of(&Range {
        commits,
        mailmap: &mailmap,
        author_display: AuthorDisplay::Hidden,
        newcomers: &[],
        paths: PathFilter::whole(),
    }))
}

#[test]
fn headline_says_who_did_how_much_and_where() {
    for (messages, sentence) in [
        (&["Tidy"][..], "1 person made 1 change."),
        (&["feat(api): one", "fix(web): two"], "1 person made 2 changes in api and web; 1 feature, 1 fix."),
        (&["fix(api)!: one"], "1 person made 1 change in api; 1 breaking change."),
        (
            &["fix(a): one", "fix(a): two", "fix(b): three", "fix(c): four"],
            "1 person made 4 changes in 3 areas, mostly a and b; 4 fixes.",
        ),
        (&["build(deps): bump tokio from 1.53.0 to 1.54.1"], "1 person made 1 dependency update."),
        (
            &["fix: one", "build(deps): bump tokio from 1.53.0 to 1.54.1"],
            "1 person made 1 change; 1 fix, 1 dependency update.",
        ),
        (&["fix: close CVE-2026-1234"], "1 person made 1 change; 1 security fix."),
        (&["feat: dark", "Revert \"feat: dark\""], "1 person made changes that were all reverted."),
        (&[], "No changes."),
    ] {
        assert_eq!(of(&line(messages)), sentence, "{messages:?}");
    }
}

#[test]
fn machines_are_bots_in_a_headline() {
    let mut commits = line(&["build(deps): bump tokio from 1.53.0 to 1.54.1"]);
    commits[0].author.is_bot = true;
    assert_eq!(of(&commits), "1 bot made 1 dependency update.");
}

proptest! {
    #[test]
    fn headline_is_one_line_of_bounded_length(scopes in proptest::collection::vec("\\PC{0,40}", 0..9)) {
        let messages: Vec<String> = scopes.iter().map(|scope| format!("feat({scope})!: it {scope}")).collect();
        let sentence = of(&line(&messages));
        prop_assert!(sentence.chars().count() <= HEADLINE_CHARS_MAX, "{sentence}");
        let is_line = !sentence.contains(['\n', '\u{202e}']) && !sentence.is_empty();
        prop_assert!(is_line, "{sentence:?}");
    }
}
