//! Laws for any report: no limit is exceeded, no one is mentioned, and nothing is cut in two.

use super::texts::new_services_are_valid;
use super::{
    PAGE, attachment_text, card_texts, descriptions, google_chat_text, made, public_url, sections, slack_texts,
};
use crate::webhook::{message, report, run};
use adapters::webhook::body;
use app::ports::MessageBody;
use domain::delivery::Shape;
use proptest::prelude::*;
use pulldown_cmark::{Event, Parser, Tag};
use serde_json::Value;

/// Pieces of real reports, and hostile ones.
const PIECES: [&str; 46] = [
    "<users/all>",
    "@all @channel ~town-square #tag",
    "word ",
    "two words\n",
    "\n\n",
    "# ",
    "## ",
    "- ",
    "  - ",
    "1. ",
    "> ",
    ">> ",
    "**",
    "*",
    "_",
    "~~",
    "`",
    "```\n",
    "@everyone",
    "@here",
    "@channel",
    "<!channel>",
    "<!here|x>",
    "<@U024BE7LH>",
    "<@&123456789012345678>",
    "<#123456789012345678>",
    "<at>All</at>",
    "</cmd:1>",
    "<t:1700000000:R>",
    "&lt;!channel&gt;",
    "&#64;everyone",
    "\\<!channel>",
    "@\u{202E}everyone",
    "@**everyone**",
    "👩‍👩‍👧‍👦🇩🇪é",
    "ü\u{308}",
    "\u{0}\u{1}\"\\\u{2028}",
    "{{DATE(2026-01-01)}}",
    "[a link](https://example.com/a_(b)?c=<d>&e=@f|g)",
    "[<!channel>](https://example.com/)",
    "[x](javascript:1)",
    "![@everyone](https://example.com/p.png)",
    "<https://example.com/x>",
    "| a | b |\n|---|---|\n| 1 | @here |\n",
    "<b>",
    "*~`_",
];

/// A text of pieces, some repeated often enough to exceed every limit.
fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => prop::sample::select(&PIECES[..]).prop_map(str::to_owned),
        2 => any::<String>(),
        1 => (prop::sample::select(&PIECES[..]), 1..1_500_usize).prop_map(|(piece, count)| piece.repeat(count)),
        1 => (any::<char>(), 1..8_000_usize).prop_map(|(letter, count)| letter.to_string().repeat(count)),
    ];
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

pub(super) fn utf16(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The text contains no mention in any of the services' languages, nor one that only lacks a zero-width space.
pub(super) fn has_no_mention(text: &str) -> Result<(), TestCaseError> {
    for live in ["@everyone", "@here", "@channel", "<!", "<@", "<#", "<at>", "</at>", "</cmd", "<t:", "<users/", "@all"]
    {
        prop_assert!(!text.contains(live), "{live} in {text}");
    }
    Ok(())
}

/// In Slack's language every `&` begins one of three entities and every `<` a complete link.
fn is_valid_mrkdwn(text: &str) -> Result<(), TestCaseError> {
    for (place, _) in text.match_indices('&') {
        let after = &text[place..];
        prop_assert!(["&amp;", "&lt;", "&gt;"].iter().any(|entity| after.starts_with(entity)), "{after}");
    }
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        prop_assert!(!before.contains('>'), "{before}");
        let (link, after) = after.split_once('>').expect("a link that ends");
        let address = link.split('|').next().unwrap();
        prop_assert!(address.starts_with("https://") || address.starts_with("http://"), "{link}");
        prop_assert!(!link.contains('\n') && !address.contains(' '), "{link}");
        rest = after;
    }
    prop_assert!(!rest.contains('>'), "{rest}");
    Ok(())
}

/// Parsed as Markdown, every link leads to a web page and contains no mention.
pub(super) fn links_lead_to_pages(text: &str) -> Result<(), TestCaseError> {
    for event in Parser::new(text) {
        if let Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) = event {
            prop_assert!(dest_url.starts_with("https://") || dest_url.starts_with("http://"), "{dest_url} in {text}");
            prop_assert!(!dest_url.contains(['@', '<', '>']), "{dest_url}");
        }
    }
    Ok(())
}

fn slack_is_valid(body: &Value) -> Result<(), TestCaseError> {
    let blocks = body["blocks"].as_array().unwrap();
    prop_assert!(blocks.len() <= 50);
    for block in blocks {
        match block["type"].as_str().unwrap() {
            "header" => prop_assert!(utf16(block["text"]["text"].as_str().unwrap()) <= 150),
            "section" => prop_assert!(utf16(block["text"]["text"].as_str().unwrap()) <= 3_000),
            other => prop_assert_eq!(other, "context"),
        }
    }
    let texts = slack_texts(body);
    prop_assert!(texts.iter().map(|text| utf16(text)).sum::<usize>() <= 12_000);
    for text in &texts {
        prop_assert!(!text.trim().is_empty());
        has_no_mention(text)?;
        is_valid_mrkdwn(text)?;
    }
    for text in sections(body) {
        prop_assert!(text.matches("```").count().is_multiple_of(2), "{text}");
    }
    prop_assert_eq!((&body["unfurl_links"], &body["unfurl_media"]), (&Value::Bool(false), &Value::Bool(false)));
    Ok(())
}

fn discord_is_valid(body: &Value) -> Result<(), TestCaseError> {
    let embeds = body["embeds"].as_array().unwrap();
    prop_assert!((1..=10).contains(&embeds.len()));
    let mut total = 0;
    for embed in embeds {
        for (text, max) in [(&embed["title"], 256), (&embed["description"], 4_096), (&embed["footer"]["text"], 2_048)] {
            let Some(text) = text.as_str() else { continue };
            prop_assert!(utf16(text) <= max && !text.trim().is_empty());
            has_no_mention(text)?;
            total += utf16(text);
        }
    }
    prop_assert!(total <= 6_000);
    for description in descriptions(body) {
        links_lead_to_pages(&description)?;
        prop_assert!(description.matches("```").count().is_multiple_of(2), "{description}");
    }
    prop_assert_eq!(&body["allowed_mentions"], &serde_json::json!({"parse": []}));
    prop_assert_eq!(body.get("content"), None);
    Ok(())
}

fn teams_is_valid(body: &Value) -> Result<(), TestCaseError> {
    for text in card_texts(body) {
        prop_assert!(!text.trim().is_empty());
        has_no_mention(&text)?;
        prop_assert!(!text.contains("{{"), "{text}");
        links_lead_to_pages(&text)?;
    }
    let content = &body["attachments"][0]["content"];
    prop_assert!(content["msteams"].get("entities").is_none());
    prop_assert_eq!(&content["actions"][0]["url"], PAGE);
    Ok(())
}

pub(super) fn is_valid(text: &str) -> Result<(), TestCaseError> {
    let message = report(text);
    let url = public_url();
    new_services_are_valid(&message, &url)?;
    slack_is_valid(&made(Shape::Slack, &message, Some(&url)))?;
    discord_is_valid(&made(Shape::Discord, &message, Some(&url)))?;
    let teams = body(Shape::Teams, &message, Some(&url)).unwrap();
    prop_assert!(teams.len() < 20_000, "{}", teams.len());
    teams_is_valid(&serde_json::from_slice(&teams).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_report_keeps_every_limit_and_mentions_no_one(text in texts()) {
        is_valid(&text)?;
    }

    /// Names come from users too.
    #[test]
    fn any_name_keeps_every_limit_and_mentions_no_one(name in texts(), repository in texts(),
        text in "(|# .{0,300}|.{0,20})") {
        let mut run = run();
        run.snapshot.name = Some(name);
        run.snapshot.repository_name = repository;
        let message = message(MessageBody::Report { run: Box::new(run), text });
        let url = public_url();
        new_services_are_valid(&message, &url)?;
        slack_is_valid(&made(Shape::Slack, &message, Some(&url)))?;
        discord_is_valid(&made(Shape::Discord, &message, Some(&url)))?;
        let teams = body(Shape::Teams, &message, Some(&url)).unwrap();
        prop_assert!(teams.len() < 20_000);
        teams_is_valid(&serde_json::from_slice(&teams).unwrap())?;
    }
}

#[test]
fn braces_of_two_spans_are_not_a_function_of_a_card() {
    for text in ["`{`{", "{`{`", "`{`**{**", "a `{`{`{` b"] {
        is_valid(text).unwrap();
    }
}

/// The texts in which a report is shown, in order, without the texts around them.
fn shown(shape: Shape, text: &str) -> String {
    let body = made(shape, &report(text), None);
    match shape {
        Shape::Slack => sections(&body).join(" ").replace("&gt;", ">"),
        Shape::Discord => descriptions(&body).join(" "),
        Shape::Mattermost => attachment_text(&body).to_owned(),
        Shape::GoogleChat => {
            let text = google_chat_text(&body);
            let (_, text) = text.split_once("\n\n").unwrap();
            text.rsplit_once("\n\n_").unwrap().0.to_owned()
        }
        _ => {
            let texts = card_texts(&body);
            texts[1..texts.len() - 1].join(" ")
        }
    }
}

fn words(text: &str) -> Vec<&str> {
    text.split(|letter: char| !letter.is_ascii_alphabetic()).filter(|word| !word.is_empty()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// A report that fits is shown whole, and any other without headings by its beginning: no word is skipped or
    /// repeated.
    #[test]
    fn shown_text_is_a_prefix_of_the_report(
        pieces in prop::collection::vec((prop::sample::select(vec![" ", "\n", "\n\n", "\n- ", "\n\n> ",
            " **x** "]), "[a-z]{1,30}"), 1..700),
        times in 1..5_usize,
    ) {
        let text = pieces.iter().map(|(between,
            word)| format!("{between}{word}")).collect::<Vec<_>>().concat().repeat(times);
        let text = format!("Text: {text}");
        for shape in Shape::ALL.into_iter().filter(|shape| *shape != Shape::Generic) {
            let shown = shown(shape, &text);
            let (begun, cut) = match shown.split_once('…') {
                Some((begun, _)) => (begun, true),
                None => (shown.as_str(), false),
            };
            let (begun, all) = (words(begun), words(&text));
            // The last word of a report that is cut may be cut itself.
            let compared = if cut { begun.len() - 1 } else { begun.len().max(all.len()) };
            let differs = (0..compared).find(|place| begun.get(*place) != all.get(*place));
            let around = differs.map(|place| (begun.get(place), all.get(place)));
            prop_assert_eq!(around, None, "{:?}: word {:?} of {}", shape, differs, all.len());
            prop_assert!(!cut || begun.len() > 100, "{shape:?}: {} words", begun.len());
        }
    }
}

/// Where a box of a message has little room left, the next word begins the next box.
#[test]
fn word_is_not_cut_where_the_next_box_has_room() {
    let word = "abcdefghijklmnopqrstuvwxyz";
    for filler in 2_900..3_000 {
        let before = "ab ".repeat(filler / 3) + &"a".repeat(filler % 3);
        let longer_than_a_box = "cd ".repeat(1_100);
        let text = format!("{before}\n\n- {word} {longer_than_a_box}");
        let sections = sections(&made(Shape::Slack, &report(&text), None));
        assert!(words(&sections.join(" ")).contains(&word), "{filler}: {sections:?}");
    }
}

/// A word that is longer than any message is cut between characters.
#[test]
fn long_word_is_cut_between_characters() {
    for character in ["👩‍👩‍👧‍👦", "🇩🇪", "e\u{301}", "&", "한", "👍🏽"] {
        let text = character.repeat(4_000);
        for shape in Shape::ALL.into_iter().filter(|shape| *shape != Shape::Generic) {
            let body = made(shape, &report(&text), None);
            let texts = match shape {
                Shape::Slack => sections(&body),
                Shape::Discord => descriptions(&body),
                Shape::Mattermost => vec![attachment_text(&body).to_owned()],
                Shape::GoogleChat => vec![google_chat_text(&body).split_once("\n\n").unwrap().1.to_owned()],
                _ => card_texts(&body).into_iter().filter(|text| text.starts_with(character)).collect(),
            };
            assert!(texts.concat().len() > 3_000, "{shape:?} {character}");
            for text in texts {
                let shown = text.split(['…', '\n']).next().unwrap().replace("&amp;", "&");
                assert_eq!(shown.replace(character, ""), "", "{shape:?} {character}");
            }
        }
    }
}

#[test]
fn extreme_texts_keep_every_limit() {
    let deep = ">".repeat(5_000) + " x";
    let nested = (0..300).fold(String::new(), |text, depth| text + &"  ".repeat(depth) + "- x\n");
    let marks = "**a _b ~~c `d` ".repeat(3_000);
    let link = format!("[{}](https://example.com/{})", "&".repeat(100_000), "&".repeat(370));
    let zalgo = format!("a{}", "\u{301}".repeat(50_000));
    let items = "- @everyone <!channel> one item\n".repeat(3_000);
    let headings = "## A heading\n\ntext\n\n".repeat(500);
    let fences = "```\n<!channel> ``` `` @here\n```\n\n".repeat(900);
    let code = format!("```\n{}\n```", "@everyone ``` <!channel>\n  x".repeat(9_000));
    let blank = format!("{}<@1>\n\n```\n{}x\n```", "\u{2000}".repeat(9_000), "\n   ".repeat(9_000));
    for text in [deep, nested, marks, link.repeat(50), link, zalgo, items, headings, fences, code, blank] {
        is_valid(&text).unwrap();
    }
}
