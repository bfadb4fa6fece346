//! Reports and prompts have their content, stay within their limits, and treat the text of commits as data.

mod answer;
mod beside;
mod check;
mod citations;
mod filter;
mod habits;
mod headline;
mod parts;
mod people;
mod prompting;
mod scope;
mod styles;
mod tokens;
mod trend;
mod wording;

use domain::commit::{Author, Changes, Commit, Mailmap, Sha};
use domain::digest::Digest;
use domain::instant::{Duration, Instant, parse as instant};
use domain::report::plain::{GROUP_LINES_MAX, REPORT_BYTES_MAX, plain_report};
use domain::report::prompt::{Prompt, plan};
use domain::report::{AuthorDisplay, Brief, Report, Style, Writing};
use domain::repository::Provider;
use proptest::prelude::*;
use std::fmt::Write as _;
use std::sync::LazyLock;
use url::Url;

fn at(text: &str) -> Instant {
    instant(text).unwrap()
}

fn commit(number: usize, author: (&str, Option<&str>), message: &str, size: Option<(u64, u64)>) -> Commit {
    let mut sha = String::new();
    while sha.len() < 40 {
        write!(sha, "{:07x}", (number + 1).wrapping_mul(2_654_435) & 0x0fff_ffff).unwrap();
    }
    let sha = Sha::parse(&sha[..40]).unwrap();
    let page = format!("https://github.com/tidepool/harbour/commit/{sha}").parse().unwrap();
    let parents = if message.starts_with("Merge ") { 2 } else { 0 };
    Commit {
        parents: vec![Sha::parse(&"9".repeat(40)).unwrap(); parents],
        sha,
        author: Author {
            name: author.0.to_owned(),
            email: None,
            login: author.1.map(str::to_owned),
            is_bot: author.0.ends_with("[bot]"),
        },
        committed_at: at("2026-05-11T08:00:00Z") - Duration::hours(7 * i64::try_from(number).unwrap()),
        message: message.to_owned(),
        changes: size.map(|(additions, deletions)| Changes { additions, deletions, files: Some(3) }),
        files: Vec::new(),
        page: Some(page),
    }
}

/// Author (name, account), message, lines (added, removed).
type Line = ((&'static str, Option<&'static str>), &'static str, Option<(u64, u64)>);

fn history() -> Vec<Commit> {
    let (maya, tom, bot) =
        (("Maya Okafor", Some("maya-o")), ("Tom Lind", Some("tlind")), ("dependabot[bot]", Some("dependabot[bot]")));
    let lines: Vec<Line> = vec![
        (maya, "Merge pull request #412 from tidepool/berths", None),
        (
            maya,
            "feat(berths): show free berths on the map\n\nThe map asks once a minute.\n\n\
             Co-authored-by: Priya Nair <p@x.example>",
            Some((412, 35)),
        ),
        (tom, "fix: keep the session when the tab sleeps", Some((18, 4))),
        (bot, "build(deps): bump tokio from 1.53.0 to 1.54.1", Some((12, 12))),
        (
            maya,
            "feat(api)!: return tides in metres\n\nBREAKING CHANGE: `height_ft` is removed; read `height_m`.",
            Some((96, 88)),
        ),
        (tom, "Fix crash when a vessel has no name", Some((9, 1))),
        (("Priya Nair", None), "docs: explain how tides are interpolated", Some((54, 2))),
        (tom, "perf(search): index vessels by call sign", Some((61, 20))),
        (bot, "Bump actions/checkout from 4 to 5", Some((2, 2))),
        (maya, "refactor(tides): split the interpolation from the fetch", Some((140, 131))),
        (tom, "Add export of harbour dues as CSV", Some((204, 0))),
        (tom, "test(dues): cover a leap day", Some((33, 0))),
        (maya, "wip", Some((4, 4))),
        (maya, "ci: run the slow tests at night", Some((15, 3))),
        (tom, "Revert \"Add dark mode\"", Some((0, 310))),
        (
            ("Jonas *admin* <b>", None),
            "harbour/pilot: fix [click](http://evil.example) <!channel> @everyone",
            Some((1, 1)),
        ),
        (tom, "Merge branch 'main' into pilots", None),
        (maya, "chore(release): 2.4.0", Some((3, 3))),
        (tom, "Fix typo in README", Some((1, 1))),
        (maya, "fix(dues): round half up, as the harbour master does", Some((7, 3))),
    ];
    lines.iter().enumerate().map(|(number, (author, message, size))| commit(number, *author, message, *size)).collect()
}

static PUBLIC_URL: LazyLock<Url> = LazyLock::new(|| "https://reports.example/app".parse().unwrap());
static NO_MAILMAP: LazyLock<Mailmap> = LazyLock::new(Mailmap::default);

pub(crate) fn brief(commits: &[Commit], style: Style) -> Brief<'_> {
    let place = ("tidepool/harbour", "https://github.com/tidepool/harbour", "main");
    Brief {
        provider: Some(Provider::GitHub),
        public_url: Some(&PUBLIC_URL),
        writing: Writing { style, link_to_commits: false, language: "en".to_owned(), ..Writing::default() },
        ..Brief::new(place, (at("2026-05-04T08:00:00Z"), at("2026-05-11T08:00:00Z")), commits, &NO_MAILMAP)
    }
}

/// The same with other settings.
fn with(mut brief: Brief<'_>, set: impl FnOnce(&mut Writing)) -> Brief<'_> {
    set(&mut brief.writing);
    brief
}

/// The only prompt of a brief, in at most so many bytes.
fn prompt(brief: &Brief<'_>, budget_bytes: usize) -> Prompt {
    plan(brief, &Digest::of(&brief.range()), budget_bytes, 1).prompts.remove(0)
}

const STYLES: [Style; 6] = Style::ALL;

#[test]
fn report_of_each_style_matches_its_snapshot() {
    let history = history();
    for style in STYLES {
        let linked = style == Style::Summary;
        let brief = Brief { omitted: usize::from(linked) * 3, ..brief(&history, style) };
        let brief = with(brief, |writing| writing.link_to_commits = linked);
        insta::assert_snapshot!(format!("{style:?}"), plain_report(&brief));
    }
}

#[test]
fn report_without_commits_states_so() {
    let empty = plain_report(&brief(&[], Style::Standard));
    assert!(empty.contains("No commits in this range."), "{empty}");
    let merges = [history().remove(0)];
    assert!(plain_report(&brief(&merges, Style::Standard)).contains("No commits in this range but 1 merge."));
}

#[test]
fn count_that_was_not_finished_is_reported_as_at_least() {
    let history = history();
    for style in STYLES {
        let of = |omitted, at_least| Brief { omitted, at_least, ..brief(&history, style) };
        let report = plain_report(&of(2_000, true));
        assert!(report.contains("At least 2,000 further commits in this range are not covered"), "{report}");
        assert!(plain_report(&of(0, true)).contains("Further commits in this range are not covered"));
        assert!(!plain_report(&of(2_000, false)).to_lowercase().contains("at least"));
        let asked = prompt(&of(2_000, true), 100_000).user;
        assert!(asked.contains("Commits: at least 2018\n"), "{asked}");
        let report = Report { text: "# Harbour\n".to_owned(), headline: String::new() };
        let noted = report.with_notes(None, &of(2_000, true)).text;
        assert!(noted.ends_with("At least 2,000 further commits in this range are not covered.\n"), "{noted}");
    }
}

#[test]
fn authors_are_named_as_configured() {
    let history = history();
    for style in STYLES {
        let named = |display| with(brief(&history, style), |writing| writing.author_display = display);
        let shown = |display| plain_report(&named(display));
        let hidden = shown(AuthorDisplay::Hidden);
        for name in ["Maya", "maya-o", "Tom Lind", "tlind", "Priya", "dependabot"] {
            assert!(!hidden.contains(name), "{style:?}: {name}");
        }
        if matches!(style, Style::Summary | Style::Standard | Style::Standup) {
            assert!(shown(AuthorDisplay::Name).contains("Maya Okafor"));
            let login = shown(AuthorDisplay::Login);
            assert!(login.contains("maya-o") && !login.contains("Maya Okafor") && login.contains("Priya Nair"));
        }
        let asked = prompt(&named(AuthorDisplay::Hidden), 100_000);
        for name in ["Maya", "maya-o", "Priya"] {
            assert!(!asked.user.contains(name), "{style:?}: {name}");
        }
    }
}

#[test]
fn only_web_pages_become_links() {
    let mut commits = vec![history().remove(1)];
    commits[0].page = Some("https://git.example/a_(b)/c".parse().unwrap());
    let linked = |commits: &[Commit]| {
        plain_report(&with(brief(commits, Style::Standard), |writing| writing.link_to_commits = true))
    };
    assert!(linked(&commits).contains("](https://git.example/a_%28b%29/c)"));
    commits[0].page = Some("javascript:alert(1)".parse().unwrap());
    assert!(!linked(&commits).contains("javascript"));
}

fn messages() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,80}",
        "(feat|fix|docs|x|chore)(\\(\\PC{1,60}\\))?!?: \\PC{0,200}\n\n\\PC{0,900}",
        "[<>!@a-z\\[\\]()`*_#&:/. \n\t-]{0,120}",
        "(.{0,8}(<!channel>|@everyone|@here|\\]\\(http://e\\.x\\)|https://e\\.x|<b>|www\\.e\\.x|\\\\|\n)){1,6}",
    ]
}

prop_compose! {
    pub(crate) fn any_commit()(
        number in 0_usize..3_000,
        name in "(\\PC{1,90}|Ada|Grace)",
        message in messages(),
        parents in 1_usize..3,
        size in proptest::option::of((any::<u64>(), any::<u64>())),
    ) -> Commit {
        let commit = commit(number, (&name, None), &message, size);
        Commit { parents: vec![commit.sha.clone(); parents], ..commit }
    }
}

fn histories() -> impl Strategy<Value = Vec<Commit>> {
    prop_oneof![
        8 => proptest::collection::vec(any_commit(), 0..GROUP_LINES_MAX),
        1 => (any_commit(), 200_usize..900).prop_map(|(commit, copies)| vec![commit; copies]),
    ]
}

fn styles() -> impl Strategy<Value = Style> {
    proptest::sample::select(STYLES.to_vec())
}

/// A plain report without its code, where nothing has an effect.
fn without_code(report: &str) -> String {
    let (mut text, mut is_code) = (String::new(), false);
    let mut letters = report.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '`' => is_code = !is_code,
            _ if is_code => {}
            '\\' => text.extend(['\\', letters.next().unwrap()]),
            _ => text.push(letter),
        }
    }
    assert!(!is_code, "each code ends: {report}");
    text
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn text_of_commits_has_no_effect(commits in histories(), style in styles(), place in messages()) {
        let report = plain_report(&Brief { repository: &place, branch: &place, ..brief(&commits, style) });
        let text = without_code(&report);
        for alive in ["<", "@everyone", "@here", "//e.x", "www.e.x"] {
            prop_assert!(!text.contains(alive), "{alive} in {report}");
        }
        let mut letters = text.chars();
        while let Some(letter) = letters.next() {
            if letter == '\\' {
                letters.next();
            }
            prop_assert!(letter != '[' && letter != ']', "a bracket in {report}");
        }
        let starts = ["# ", "## ", "- ", "  - ", "**", "Branch **", "What it was: ", "By ", "No commits", "Also: "];
        for line in report.lines().filter(|line| !line.is_empty()) {
            let is_figure = line.starts_with(|letter: char| letter.is_ascii_digit());
            let is_ours = is_figure || line.starts_with("Nothing that users");
            let is_layout = is_ours || starts.iter().any(|start| line.starts_with(start));
            prop_assert!(is_layout, "layout: {line}");
        }
    }

    #[test]
    fn report_is_bounded_and_deterministic(commits in histories(), style in styles(), link_to_commits: bool) {
        let brief = Brief { omitted: 7, ..brief(&commits, style) };
        let brief = with(brief, |writing| writing.link_to_commits = link_to_commits);
        let report = plain_report(&brief);
        prop_assert!(report.len() <= REPORT_BYTES_MAX, "{}", report.len());
        prop_assert!(report.contains("7 further commits"));
        prop_assert_eq!(plain_report(&brief), report);
    }
}
