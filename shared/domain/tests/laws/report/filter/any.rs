//! Laws for any answer and any plain report.

use super::kept;
use crate::report::{STYLES, brief, commit, histories, styles, with};
use domain::report::Brief;
use domain::report::filter::filtered;
use domain::report::plain::{REPORT_BYTES_MAX, plain_report};
use proptest::prelude::*;
use pulldown_cmark::{Event, LinkType, Options, Parser, Tag};
use std::time::{Duration, Instant};

/// Pieces of real reports, and hostile ones.
const PIECES: [&str; 62] = [
    "word ",
    "two words\n",
    "\n\n",
    "\n",
    "# ",
    "## ",
    "- ",
    "  - ",
    "    ",
    "1. ",
    "7) ",
    "> ",
    ">> ",
    "**",
    "*",
    "_",
    "~~",
    "`",
    "``",
    "```\n",
    "~~~\n",
    "@everyone",
    "<!channel>",
    "<at>All</at>",
    "&lt;",
    "&#64;",
    "&amp;",
    "&",
    "\\",
    "\\<",
    "<",
    ">",
    "[",
    "](",
    "]",
    ")",
    "(",
    "![",
    "[x]: ",
    "https://e.example/a",
    "//e.example",
    "www.e.com",
    "a@b.com",
    "<https://e.example>",
    "<b>",
    "</b>",
    "<!--",
    "-->",
    "<script>",
    "<img src=x>",
    "<T>",
    "| a | b |\n|---|---|\n| 1 | 2 |\n",
    "|",
    "---\n",
    "===\n",
    "\u{0}",
    "\u{202E}",
    "abc1234",
    "https://github.com/tidepool/harbour/pull/1",
    "$x$",
    "  \n",
    "- [ ] ",
];

fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        12 => prop::sample::select(&PIECES[..]).prop_map(str::to_owned),
        2 => "\\PC{0,8}",
        1 => "[\\x00-\\x7f]{0,12}",
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// What the parser finds in a text that is not allowed in it.
fn foreign(text: &str) -> Vec<String> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let allowed = |target: &str| {
        ["https://github.com/tidepool/harbour/", "https://reports.example/app"]
            .iter()
            .any(|base| target.starts_with(base))
    };
    let found = Parser::new_ext(text, options | Options::ENABLE_FOOTNOTES | Options::ENABLE_WIKILINKS);
    found
        .filter_map(|event| match event {
            Event::Start(Tag::Link { link_type: LinkType::WikiLink { .. }, .. }) => Some("a wiki link".to_owned()),
            Event::Start(Tag::Link { dest_url, .. }) if !allowed(&dest_url) => Some(format!("a link to {dest_url}")),
            Event::Start(Tag::Image { dest_url, .. }) => Some(format!("an image of {dest_url}")),
            Event::Html(html) | Event::InlineHtml(html) => Some(format!("HTML: {html}")),
            _ => None,
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn filtered_text_is_a_fixed_point_without_anything_foreign(text in texts()) {
        let once = kept(&text);
        prop_assert_eq!(foreign(&once), Vec::<String>::new(), "{:?} became {:?}", &text, &once);
        prop_assert!(!once.chars().any(|letter| letter.is_control() && !matches!(letter, '\n' | '\t')));
        let is_turned = once.contains(['\u{202E}', '\u{FEFF}']);
        prop_assert!(!is_turned, "{once:?}");
        for live in ["@everyone", "<!channel", "<at>"] {
            prop_assert!(!once.contains(live), "{live} in {once:?}");
        }
        prop_assert_eq!(kept(&once), once, "of {:?}", text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_plain_report_is_unchanged(commits in histories(), style in styles(), links: bool) {
        let brief = with(brief(&commits, style), |writing| writing.link_to_commits = links);
        let brief = Brief { omitted: 3, ..brief };
        let report = plain_report(&brief);
        prop_assert_eq!(filtered(&report, &brief), report);
    }
}

/// A mention ends where an address begins, because that is code.
#[test]
fn plain_report_with_an_address_in_a_mention_is_unchanged() {
    for message in
        ["<t://e.example", "<@https://e.example>", "Fix <users/e.com>", "<:www.e.com:1>", "a<!b.com", "<at e.com"]
    {
        for author in ["Ann", "Ann <id://e.example"] {
            let commits = [commit(1, (author, None), message, None)];
            for style in STYLES {
                let brief = brief(&commits, style);
                let report = plain_report(&brief);
                assert_eq!(filtered(&report, &brief), report, "{message}");
            }
        }
    }
}

/// Two codes without a space between them would be one code with both marks in it.
#[test]
fn codes_and_addresses_that_touch_stay_apart() {
    for (subject, shown) in [
        ("`A`//A`0`", "`A` `//A` `0`"),
        ("//A`0`//B", "`//A` `0` `//B`"),
        ("`a` `b`", "`a` `b`"),
        ("`a`,`b`", "`a`,`b`"),
        ("a.com`b`c.com d", "`a.com` `b` `c.com` d"),
    ] {
        for style in STYLES {
            let commits = [commit(1, ("Ann", None), &format!("feat: {subject}"), None)];
            let brief = brief(&commits, style);
            let report = plain_report(&brief);
            assert!(report.contains(shown), "{subject}: {report}");
            assert_eq!(filtered(&report, &brief), report, "{subject}");
        }
    }
}

/// Pieces that are much work for a parser or a filter if they are repeated.
const REPEATED: [&str; 39] = [
    "word ",
    "[",
    "](",
    "![",
    "[a](b",
    "<",
    "<b",
    "<!--",
    "</",
    "`",
    "``a` ",
    "*a ",
    "**a _b ",
    "> ",
    "- ",
    "1. ",
    "  - a\n",
    "&#",
    "&lt;",
    "a@",
    "\\",
    "| a ",
    "| a |\n|---|\n",
    "[a]: b\n",
    "[a][b] ",
    "~~a",
    "<script>",
    "https://",
    "www.",
    "x.com/",
    "a\n> ",
    "<t:",
    "abc1234 ",
    "![a](b) ",
    "[a](https://e.example) ",
    "# a\n",
    "```\n",
    "\u{202E}",
    "@everyone ",
];

/// A text that is long and nested takes time in proportion to its length.
#[test]
fn longest_text_of_any_piece_is_filtered_in_bounded_time() {
    for piece in REPEATED {
        let text = piece.repeat(REPORT_BYTES_MAX / piece.len());
        let began = Instant::now();
        kept(&text);
        assert!(began.elapsed() < Duration::from_mins(1), "{piece:?}: {:?}", began.elapsed());
    }
}
