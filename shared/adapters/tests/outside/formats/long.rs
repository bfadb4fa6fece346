//! Reports that are longer than a message: something of every section is shown, and the others are counted.

use super::laws::is_valid;
use super::{made, public_url, sections};
use crate::webhook::report;
use adapters::webhook::{BODY_BYTES_MAX, body};
use domain::commit::{Author, Commit, Kind, Mailmap, Sha};
use domain::delivery::Shape;
use domain::instant::{Duration, parse};
use domain::report::plain::plain_report;
use domain::report::{Brief, Style, Writing};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Subjects of each kind, in the order of [`Kind::ALL`].
const SUBJECTS: [&str; 14] = [
    "security",
    "feat",
    "fix",
    "perf",
    "refactor",
    "docs",
    "test",
    "build(deps)",
    "ci",
    "i18n",
    "release",
    "revert",
    "chore",
    "Something",
];

/// Fields of a body that are not shown.
const LAYOUT: [&str; 8] = ["type", "weight", "size", "fontType", "version", "$schema", "contentType", "msteams"];

const AUTHORS: [&str; 7] = ["Ann", "Bob", "Cleo", "Dora", "Emil", "Frida", "Gus"];

/// 2,000 commits: three in four are features, the others are of all kinds, and every hundredth is a breaking change.
fn commits() -> Vec<Commit> {
    let at = parse("2026-05-11T08:00:00Z").unwrap();
    (0..2_000_usize)
        .map(|number| {
            let sha = Sha::parse(&format!("{:08x}{}", number * 7_919 + 0x1000_0000, "a".repeat(32))).unwrap();
            let subject = if number % 4 == 0 { SUBJECTS[number / 4 % 14] } else { "feat" };
            let breaking = if number % 100 == 1 { "!" } else { "" };
            let colon = if subject == "Something" { "" } else { ":" };
            Commit {
                page: format!("https://github.com/acme/shop/commit/{sha}").parse().ok(),
                sha,
                parents: Vec::new(),
                author: Author { name: AUTHORS[number % 7].to_owned(), email: None, login: None, is_bot: false },
                committed_at: at - Duration::minutes(i64::try_from(number).unwrap() * 40),
                message: format!("{subject}{breaking}{colon} weigh [pears] & sell apples number {number} by the crate"),
                changes: None,
                files: Vec::new(),
            }
        })
        .collect()
}

fn written(style: Style, commits: &[Commit]) -> String {
    let mailmap = Mailmap::default();
    let place = ("acme/shop", "https://github.com/acme/shop", "main");
    let range = (parse("2026-03-11T08:00:00Z").unwrap(), parse("2026-05-11T08:00:00Z").unwrap());
    plain_report(&Brief {
        omitted: 7,
        writing: Writing { style, ..Writing::default() },
        ..Brief::new(place, range, commits, &mailmap)
    })
}

/// All texts of a body, without escapes and zero-width spaces.
fn texts(body: &Value) -> String {
    let text = match body {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(texts).collect::<Vec<_>>().join("\n"),
        Value::Object(fields) => {
            let shown = fields.iter().filter(|(name, _)| !LAYOUT.contains(&name.as_str()));
            shown.map(|(_, value)| texts(value)).collect::<Vec<_>>().join("\n")
        }
        _ => String::new(),
    };
    text.replace(['\u{200B}', '\\'], "").replace("&amp;", "&")
}

/// The headings of a report with their counts.
fn headings(report: &str) -> Vec<&str> {
    report.lines().filter_map(|line| line.strip_prefix("## ")).collect()
}

#[test]
fn every_heading_and_count_of_two_thousand_commits_is_in_every_format() {
    let commits = commits();
    for style in Style::ALL {
        let report_text = written(style, &commits);
        is_valid(&report_text).unwrap();
        if style == Style::Standard {
            assert_eq!(
                headings(&report_text).len(),
                Kind::ALL.len() + 2,
                "breaking changes, each kind and the authors"
            );
        }
        let kinds = report_text.lines().find(|line| line.starts_with("What it was: "));
        for shape in Shape::ALL {
            let shown = texts(&made(shape, &report(&report_text), Some(&public_url())));
            for heading in headings(&report_text) {
                assert!(shown.contains(heading), "{shape:?}, {style:?}: {heading} in {shown}");
            }
            assert_eq!(kinds.is_some(), matches!(style, Style::Summary | Style::Changelog));
            assert!(kinds.is_none_or(|kinds| shown.contains(kinds)), "{shape:?}, {style:?}: {shown}");
            assert!(shown.contains("report-runs/019caddc-ae80-7000-8000-000000000001"), "{shape:?}: a link");
            assert!(shown.contains("7 further commits in this range are not covered") || shape == Shape::Generic);
        }
    }
}

#[test]
fn shortened_report_has_lines_of_every_kind_and_counts_the_others() {
    let report_text = written(Style::Standard, &commits());
    for shape in Shape::ALL.into_iter().filter(|shape| *shape != Shape::Generic) {
        let shown = texts(&made(shape, &report(&report_text), Some(&public_url())));
        let mut without_line = Vec::new();
        for kind in Kind::ALL {
            let (_, section) = shown.split_once(&format!("{} (", kind.as_str())).unwrap();
            let mut lines = section.lines().filter(|line| !line.trim().is_empty()).skip(1);
            let has_line = lines.next().is_some_and(|line| line.to_lowercase().contains("weigh"));
            without_line.extend((!has_line).then_some(kind));
        }
        assert_eq!(without_line, [], "{shape:?}: {shown}");
        let (_, authors) = shown.split_once("Authors").unwrap();
        assert!(authors.contains("Ann: 286 commits"), "{shape:?}: {authors}");
        let (_, features) = shown.split_once("Features (").unwrap();
        let all = features.split(')').next().unwrap().replace(',', "").parse::<usize>().unwrap();
        assert!(all > 1_500, "{shape:?}: {all}");
        let more = features.split_once("… and ").unwrap().1.split(' ').next().unwrap().replace(',', "");
        let lines = features.split("… and ").next().unwrap().matches("sell apples").count();
        assert_eq!(more.parse::<usize>().unwrap() + lines, all, "{shape:?}");
    }
}

#[test]
fn shortened_report_has_no_part_of_a_word() {
    let commits = commits();
    for style in Style::ALL {
        let report_text = written(style, &commits);
        let words = |text: &str| -> BTreeSet<String> {
            text.split(|letter: char| !letter.is_alphanumeric()).map(str::to_owned).collect()
        };
        let all = words(&texts(&Value::String(report_text.clone())));
        for shape in Shape::ALL {
            let body = made(shape, &report(&report_text), Some(&public_url()));
            let shown = match shape {
                Shape::Generic => Value::String(body["data"]["report"].as_str().unwrap().to_owned()),
                _ => body,
            };
            let numbered = |word: &str| word.bytes().any(|byte| byte.is_ascii_digit());
            let known = words(&texts(&made(
                shape,
                &report("# acme/shop\n\nmore missing here lines are line is a part of of"),
                Some(&public_url()),
            )));
            for word in words(&texts(&shown)).difference(&all).filter(|word| !known.contains(*word)) {
                let fixed = ["The", "report", "whole", "Read", "the", "sections", "and", "more", "u"];
                assert!(fixed.contains(&word.as_str()) || numbered(word), "{shape:?}, {style:?}: {word}");
            }
            let numbers = texts(&shown).matches("sell apples number ").count();
            let complete = texts(&shown).matches(" by the crate").count();
            assert_eq!(numbers, complete, "{shape:?}, {style:?}: a line is cut");
        }
    }
}

#[test]
fn generic_report_is_cut_at_a_line_and_states_what_is_missing() {
    let report_text = written(Style::Standard, &commits());
    for address in [Some(public_url()), None] {
        let message = report(&report_text);
        let bytes = body(Shape::Generic, &message, address.as_ref()).unwrap();
        assert!(bytes.len() <= BODY_BYTES_MAX && bytes.len() > BODY_BYTES_MAX - 600, "{}", bytes.len());
        let data = serde_json::from_slice::<Value>(&bytes).unwrap()["data"].clone();
        let url = data["url"].as_str().unwrap();
        let base = address.as_ref().map_or("", |url| url.as_str());
        assert_eq!(url, format!("{base}/report-runs/019caddc-ae80-7000-8000-000000000001"));
        let shown = data["report"].as_str().unwrap();
        let (begun, note) = shown.trim_end().rsplit_once("\n\n").unwrap();
        assert!(report_text.starts_with(&format!("{begun}\n")), "whole lines: {begun}");
        assert_eq!(data["truncated"], true);
        let missing = report_text[begun.len()..].lines().filter(|line| !line.is_empty()).count();
        assert!(note.starts_with(&format!("_{missing} lines are missing here: a part of `")), "{note}");
        for heading in headings(&report_text).into_iter().filter(|heading| !begun.contains(heading)) {
            assert!(note.contains(&format!("; `{heading}`")), "{heading} in {note}");
        }
        assert!(note.ends_with(&format!("`Authors`. The whole report: `{url}`_")), "{note}");
    }
}

#[test]
fn generic_report_that_is_cut_within_code_closes_it() {
    let text = format!("# R\n\n```rust\n{}```\n", "let apples = 1;\n".repeat(3_000));
    let data = made(Shape::Generic, &report(&text), None)["data"].clone();
    let shown = data["report"].as_str().unwrap();
    assert!(shown.contains(";\n```\n\n_") && shown.contains(" lines are missing here: a part of `R`."), "{shown}");
    let line = "`https://e.example` word ".repeat(2_000);
    let shown = made(Shape::Generic, &report(&line), None)["data"]["report"].as_str().unwrap().to_owned();
    let (begun, note) = shown.trim_end().rsplit_once("\n\n").unwrap();
    assert!(begun.ends_with(" word") || begun.ends_with("e.example`"), "{begun}");
    assert!(
        begun.len() > 15_000 && note.starts_with("_1 line is missing here. The whole report: `/report-runs/"),
        "{note}"
    );
}

#[test]
fn report_of_a_model_is_shortened_by_its_headings() {
    let mut text = "# acme/shop\n\nA busy week, about which much can be written.\n".to_owned();
    for section in ["Breaking", "New", "Repaired", "Faster", "Written", "Tested", "Built", "Outlook"] {
        write!(text, "\n## {section}\n\n").unwrap();
        match section {
            "New" => (0..6).for_each(|number| {
                write!(text, "### Part {number}\n\n{}\n\n", "Apples and pears are sold by the crate. ".repeat(40))
                    .unwrap();
            }),
            "Outlook" => text.push_str(&"It is not known. ".repeat(100)),
            _ => (0..60).for_each(|number| {
                writeln!(text, "- {section} {number}: **apples** are sold by the [crate](https://e.example/{number})")
                    .unwrap();
            }),
        }
    }
    is_valid(&text).unwrap();
    for shape in Shape::ALL {
        let shown = texts(&made(shape, &report(&text), None));
        for section in headings(&text) {
            assert!(shown.contains(section), "{shape:?}: {section} in {shown}");
        }
        assert!(shape == Shape::Generic || shown.contains("Faster 0: "), "{shape:?}: {shown}");
    }
}

#[test]
fn thousands_of_headings_are_counted() {
    let text =
        (0..3_000).fold("# R\n\nOpening.\n".to_owned(), |text, day| text + &format!("\n## Day {day} (1)\n\n- One\n"));
    is_valid(&text).unwrap();
    for shape in Shape::ALL {
        let shown = texts(&made(shape, &report(&text), None));
        let days = shown.matches("Day ").count();
        assert!(days > 10 && shown.contains(" more sections"), "{shape:?}: {days}");
    }
}

#[test]
fn rows_of_a_table_have_no_empty_lines_between_them() {
    let text =
        "# R\n\nBefore.\n\n| kind | count |\n|---|---|\n| fix | 3 |\n| feature | 4 |\n\nAfter.\n\n| a |\n|---|\n";
    let slack = made(Shape::Slack, &report(text), None);
    assert_eq!(sections(&slack), ["Before.\n\n*kind | count*\nfix | 3\nfeature | 4\n\nAfter.\n\n*a*"]);
    let discord = made(Shape::Discord, &report(text), None);
    let shown = discord["embeds"][0]["description"].as_str().unwrap();
    assert!(shown.contains("\nfix \\| 3\nfeature \\| 4\n\nAfter"), "{shown}");
}

#[test]
fn title_at_discord_has_no_effect() {
    let body =
        made(Shape::Discord, &report("# [a](https://e.example) **b** \\* https://e.example/x_y_\n\nText."), None);
    let title = body["embeds"][0]["title"].as_str().unwrap();
    assert!(title.contains("a b \\* https:\u{200B}//e.example/x\\_y\\_"), "{title}");
}

#[test]
fn label_that_looks_like_an_address_is_shown_as_its_target() {
    for label in ["https://github.com/login", "see github.com", "www.e.example", "a@b.example"] {
        let text = format!("# R\n\n[{label}](https://evil.example/x)");
        for shape in Shape::ALL.into_iter().filter(|shape| *shape != Shape::Generic) {
            let shown = texts(&made(shape, &report(&text), None));
            assert!(!shown.contains(label) && shown.contains("https://evil.example/x"), "{shape:?}: {shown}");
        }
    }
}
