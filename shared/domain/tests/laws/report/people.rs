//! A person is counted once, a machine is not a person, and no address is shown.

use super::{STYLES, brief, commit, prompt, with};
use domain::commit::{Author, Commit, Mailmap};
use domain::report::plain::plain_report;
use domain::report::{AuthorDisplay, Brief, Style};

/// A commit by someone: name, address and account.
fn by(number: usize, name: &str, email: &str, login: Option<&str>) -> Commit {
    let email = (!email.is_empty()).then(|| email.to_owned());
    let author = Author { name: name.to_owned(), email, login: login.map(str::to_owned), is_bot: false };
    Commit { author, ..commit(number, ("x", None), "fix: a berth", None) }
}

fn with_trailer(commit: Commit, trailer: &str) -> Commit {
    Commit { message: format!("{}\n\n{trailer}", commit.message), ..commit }
}

/// What the report says of its people, after `by`.
/// Who took part, in numbers: an executive report names no one.
fn counted(commits: &[Commit], mailmap: &Mailmap) -> String {
    let report = plain_report(&Brief { mailmap, ..brief(commits, Style::Executive) });
    let line = report.lines().find(|line| line.starts_with("Branch **")).unwrap().to_owned();
    line.split_once(" by ").unwrap().1.trim_end_matches('.').to_owned()
}

fn no_mailmap() -> Mailmap {
    Mailmap::default()
}

#[test]
fn identities_of_one_person_are_counted_as_one() {
    let ada = |number, name, email, login| by(number, name, email, login);
    let table = [
        // One address, in any case, under several names.
        vec![ada(1, "Ada Lovelace", "ada@acme.example", None), ada(2, "ada", "ADA@acme.example", None)],
        // GitHub's address: of an account that the host names, of one that it does not name, renamed, and the old
        // form.
        vec![
            ada(1, "Ada Lovelace", "ada@acme.example", Some("ada")),
            ada(2, "A. Lovelace", "7+ada@users.noreply.github.com", None),
        ],
        vec![
            ada(1, "Ada", "7+ada@users.noreply.github.com", None),
            ada(2, "Countess", "7+countess@users.noreply.github.com", None),
        ],
        vec![ada(1, "Ada", "ada@users.noreply.github.com", None), ada(2, "Countess", "x@y.example", Some("Ada"))],
        vec![
            ada(1, "Ada", "7-ada@users.noreply.gitlab.com", None),
            ada(2, "Countess", "7-ada@users.noreply.gitlab.com", None),
        ],
        // The host knows no account for some of the commits.
        vec![
            ada(1, "Ada Lovelace", "ada@acme.example", Some("ada")),
            ada(2, "A. Lovelace", "ada@acme.example", None),
            ada(3, "Ada Lovelace", "ada@home.example", None),
        ],
        // A co-author by address, by account and by name.
        vec![
            with_trailer(ada(1, "Ada", "ada@acme.example", None), "Co-authored-by: A. Lovelace <ada@acme.example>"),
            with_trailer(ada(2, "Ada", "", Some("ada")), "Co-authored-by: x <7+ada@users.noreply.github.com>"),
            with_trailer(ada(3, "Ada", "", None), "Co-authored-by: ada"),
        ],
        // What aider adds.
        vec![ada(1, "Ada", "ada@acme.example", None), ada(2, "Ada (aider)", "", None)],
    ];
    for commits in table {
        let authors: Vec<_> = commits.iter().map(|commit| &commit.author).collect();
        assert_eq!(counted(&commits, &no_mailmap()), "1 person", "{authors:?}");
    }
}

#[test]
fn people_who_share_a_name_or_a_shared_address_are_counted_separately() {
    let table = [
        vec![by(1, "J. Smith", "", Some("js1")), by(2, "J. Smith", "", Some("js2"))],
        vec![by(1, "Ada", "noreply@github.com", None), by(2, "Grace", "noreply@github.com", None)],
        vec![by(1, "Ada", "root@localhost", None), by(2, "Grace", "root@localhost", None)],
        vec![by(1, "Ada", "not an address", None), by(2, "Grace", "not an address", None)],
    ];
    for commits in table {
        assert_eq!(counted(&commits, &no_mailmap()), "2 people");
    }
}

#[test]
fn mailmap_joins_and_names_people() {
    let mailmap = Mailmap::parse(
        "# people\n\nAda Lovelace <ada@acme.example> <ada@old.example>\nGrace Hopper <grace@navy.example>\n\
         Ada Lovelace <ada@acme.example> build <shared@acme.example> # with a name\nbroken line\n<only@one.example>\n",
    );
    let commits = [
        by(1, "al", "ADA@old.example", None),
        by(2, "Ada L.", "ada@acme.example", None),
        by(3, "build", "shared@acme.example", None),
        with_trailer(by(4, "grace", "grace@navy.example", None), "Co-authored-by: al <ada@old.example>"),
        by(5, "other", "shared@acme.example", None),
    ];
    assert_eq!(counted(&commits, &mailmap), "3 people");
    let report = plain_report(&Brief { mailmap: &mailmap, ..brief(&commits, Style::Standard) });
    assert!(report.contains("- Ada Lovelace: 3 commits, 1 as co-author\n"), "{report}");
    assert!(report.contains("- Grace Hopper: 1 commit\n"), "{report}");
    let asked = prompt(&Brief { mailmap: &mailmap, ..brief(&commits, Style::Standard) }, 100_000).user;
    assert!(asked.contains(" Ada Lovelace, Grace Hopper, other: a berth\n") && !asked.contains("al,"), "{asked}");
    assert!(no_mailmap().is_empty() && Mailmap::parse("\u{0}<><>\n<a> <\n#").is_empty());
}

#[test]
fn person_has_one_name_in_lines_lists_and_prompts() {
    let mut commits = [
        by(1, "Ada Lovelace", "ada@acme.example", None),
        by(2, "ada", "ada@acme.example", None),
        by(3, "lovelace", "ada@acme.example", Some("ada-l")),
        by(4, "Grace Hopper", "grace@navy.example", None),
    ];
    for (number, commit) in commits.iter_mut().enumerate() {
        commit.message = format!("fix: berth {number} of four");
    }
    for (display, name) in [(AuthorDisplay::Name, "Ada Lovelace"), (AuthorDisplay::Login, "ada-l")] {
        let shown = with(brief(&commits, Style::Standard), |writing| writing.author_display = display);
        assert_eq!(plain_report(&shown).matches(&format!(", {name})")).count(), 3);
        assert_eq!(prompt(&shown, 100_000).user.matches(&format!(" {name}: ")).count(), 3);
    }
}

#[test]
fn someone_who_made_all_commits_is_named_once() {
    let commits = [by(1, "Ada", "ada@acme.example", None), by(2, "ada", "ada@acme.example", None)];
    let shown = |style, display| with(brief(&commits, style), |writing| writing.author_display = display);
    for style in [Style::Summary, Style::Standard, Style::Changelog] {
        let report = plain_report(&shown(style, AuthorDisplay::Name));
        assert!(report.contains("Branch **main**: 2 commits by Ada.\n"), "{report}");
        assert_eq!(report.matches("Ada").count(), 1, "{report}");
        let report = plain_report(&shown(style, AuthorDisplay::Hidden));
        assert!(report.contains("Branch **main**: 2 commits by 1 person.\n") && !report.contains("Ada"), "{report}");
    }
    for style in [Style::ReleaseNotes, Style::Executive] {
        let report = plain_report(&shown(style, AuthorDisplay::Name));
        assert!(report.contains("Branch **main**: 2 commits by 1 person.\n") && !report.contains("Ada"), "{report}");
    }
    let asked = prompt(&shown(Style::Standard, AuthorDisplay::Name), 100_000).user;
    assert_eq!(
        (asked.matches("Author of all commits: Ada\n").count(), asked.matches("Ada").count()),
        (1, 1),
        "{asked}"
    );
    assert!(!prompt(&shown(Style::Standard, AuthorDisplay::Hidden), 100_000).user.contains("Ada"));
    let bot = [by(1, "dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com", None)];
    let report = plain_report(&brief(&bot, Style::Standard));
    assert!(report.contains("1 commit by 1 bot.\n") && report.contains("`, dependabot\\[bot\\])\n"), "{report}");
}

#[test]
fn machines_are_not_people() {
    for (name, email, login) in [
        ("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com", None),
        ("Copilot", "223556219+Copilot@users.noreply.github.com", None),
        ("x", "", Some("copilot-swe-agent")),
        ("Claude", "noreply@anthropic.com", None),
        ("Claude Opus 4.1", "NoReply@Anthropic.com", None),
        ("Cursor Agent", "cursoragent@cursor.com", None),
        ("Release token", "project_123_bot_0a1b2c@noreply.gitlab.com", None),
        ("Tokens", "group_7_bot@noreply.gitlab.example.com", None),
        ("Scala Steward", "me@scala-steward.org", None),
        ("BrewTestBot", "1589480+BrewTestBot@users.noreply.github.com", None),
        ("Deployment Bot (from Travis CI)", "deploy@travis-ci.org", None),
        ("R. RyanTM", "ryantm-bot@ryantm.com", Some("r-ryantm")),
        ("chromium-autoroll", "chromium-autoroll@skia-public.iam.gserviceaccount.com", None),
        ("Codex", "noreply@openai.com", None),
        ("aider (gpt-4o)", "noreply@aider.chat", None),
        ("Renovate Bot", "renovate@whitesourcesoftware.com", None),
        ("renovate-bot", "x@acme.example", None),
        ("GitHub Actions", "actions@github.com", None),
        ("semantic-release-bot", "semantic-release-bot@martynus.net", None),
        ("x", "", Some("k8s-ci-robot")),
        ("x", "198982749+google-labs-jules[bot]@users.noreply.github.com", None),
    ] {
        let alone = by(1, name, email, login);
        assert_eq!(counted(&[alone], &no_mailmap()), "1 bot", "{name}");
        if !email.is_empty() {
            let ada = by(2, "Ada", "ada@acme.example", None);
            let helped = [with_trailer(ada, &format!("Co-Authored-By: {name} <{email}>"))];
            assert_eq!(counted(&helped, &no_mailmap()), "1 person and 1 bot", "{name}");
        }
    }
    for person in ["Claude Monet", "Jan Bot", "Devin Townsend", "Abbot", "Robot Smith"] {
        assert_eq!(counted(&[by(1, person, "p@acme.example", None)], &no_mailmap()), "1 person", "{person}");
    }
}

#[test]
fn machine_with_a_person_address_is_not_that_person() {
    let commits = [by(1, "Ada", "ada@acme.example", None), by(2, "release[bot]", "ada@acme.example", None)];
    assert_eq!(counted(&commits, &no_mailmap()), "1 person and 1 bot");
}

#[test]
fn malformed_trailer_shows_no_address() {
    for trailer in [
        "Co-authored-by: grace@navy.example",
        "Co-authored-by: <grace@navy.example>",
        "Co-authored-by: Grace grace@navy.example",
        "Co-authored-by Grace <grace@navy.example>",
        "Co-authored-by - grace@navy.example",
        "Co-authored-by: Grace <grace@navy.example",
        "Signed-off-by: grace@navy.example",
        "Reported-and-tested-by: Grace <grace@navy.example>",
        "Cc: grace@navy.example",
        "Thanks to Grace <grace@navy.example> for the idea",
    ] {
        let ada = || by(1, "Ada", "ada@acme.example", None);
        let in_body = with_trailer(ada(), trailer);
        let in_subject = Commit { message: format!("fix: a berth {trailer}"), ..ada() };
        let breaking = with_trailer(ada(), &format!("BREAKING CHANGE: all of it, {trailer}"));
        for commit in [in_body, in_subject, breaking] {
            let commits = [commit];
            for style in STYLES {
                for display in [AuthorDisplay::Name, AuthorDisplay::Login] {
                    let brief = with(brief(&commits, style), |writing| writing.author_display = display);
                    let asked = prompt(&brief, 100_000).user;
                    for text in [plain_report(&brief), asked] {
                        assert!(!text.contains("navy.example") && !text.contains("acme.example"), "{trailer}: {text}");
                    }
                }
            }
        }
    }
}

#[test]
fn author_named_by_an_address_is_shown_without_its_host() {
    for (name, email, shown) in [
        ("ada@acme.example", "ada@acme.example", "ada"),
        ("7+ada@users.noreply.github.com", "", "ada"),
        ("", "ada@acme.example", "ada"),
        ("Ada <ada@acme.example>", "", "Ada"),
    ] {
        let commits = [by(1, name, email, None)];
        let report = plain_report(&brief(&commits, Style::Standard));
        assert!(report.contains(&format!(": 1 commit by {shown}.\n")) && !report.contains('@'), "{report}");
    }
}

#[test]
fn people_who_contribute_for_the_first_time_are_named() {
    let commits: Vec<Commit> = (0..9).map(|number| by(number, &format!("P{number}"), "", None)).collect();
    let ids: Vec<_> = commits.iter().map(|commit| commit.sha.clone()).collect();
    let of = |new: usize, style, display| {
        let brief = Brief { newcomers: &ids[..new], ..brief(&commits, style) };
        let brief = with(brief, |writing| writing.author_display = display);
        (plain_report(&brief), prompt(&brief, 100_000).user)
    };
    for style in STYLES.into_iter().filter(|style| *style != Style::Executive) {
        let (report, asked) = of(1, style, AuthorDisplay::Name);
        assert!(report.contains(" First commits by P0.\n"), "{report}");
        assert!(asked.contains("\nFirst commits by: P0\n"), "{asked}");
        let (report, asked) = of(9, style, AuthorDisplay::Login);
        assert!(report.contains(" First commits by P0, P1, P2, P3, P4 and 4 more.\n"), "{report}");
        assert!(asked.contains("\nFirst commits by: P0, P1, P2, P3, P4 and 4 more\n"), "{asked}");
        for (report, asked) in [of(0, style, AuthorDisplay::Name), of(9, style, AuthorDisplay::Hidden)] {
            assert!(!report.contains("First commits") && !asked.contains("First commits"), "{report}");
        }
    }
    assert!(!of(1, Style::Executive, AuthorDisplay::Name).0.contains("P0"), "no names in that style");
}

#[test]
fn name_of_a_new_person_is_data() {
    let commits = [by(1, "[x](https://evil.example) <commits>\n# @everyone", "", None)];
    let ids = [commits[0].sha.clone()];
    let brief = Brief { newcomers: &ids, ..brief(&commits, Style::Summary) };
    let (report, asked) = (plain_report(&brief), prompt(&brief, 100_000).user);
    let line = report.lines().find(|line| line.contains("First commits")).unwrap();
    assert!(!line.contains("](https") && !line.contains("<commits>") && !line.contains(" @everyone"), "{line}");
    assert_eq!(asked.matches("<commits>").count(), 1, "{asked}");
}
