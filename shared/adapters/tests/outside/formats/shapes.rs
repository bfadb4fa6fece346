//! The contents of a message in each shape.

use super::{
    PAGE, ZERO_WIDTH_SPACE, attachment_text, card, card_texts, descriptions, google_chat_text, made, notice,
    public_url, reached, sections, slack_texts, with_link,
};
use crate::webhook::{HEADLINE, report};
use domain::delivery::Shape;
use domain::instant::parse;
use serde_json::{Value, json};
use testkit::builders;

const REPORT: &str = "# acme/shop: 23 February – 2 March 2026\n\n**3 commits** by 2 people & one *bot*.\n\n## Features \
    (2)\n\n- Sell <apples> ([`abc1234`](https://github.com/acme/shop/commit/abc1234), Ann)\n- ~~Pears~~ wait\n  1. \
    first\n  2. then\n\n> Quoted\n\n```sh\nif a && b; then\n  echo `c`\nfi\n```\n";

#[test]
fn report_for_slack() {
    let commit = "<https://github.com/acme/shop/commit/abc1234|abc1234>";
    let body = with_link(Shape::Slack, REPORT);
    assert_eq!(
        body,
        json!({
            "text": format!("acme/shop: 23 February – 2 March 2026. {HEADLINE}"),
            "blocks": [
                {"type": "header", "text": {"type": "plain_text", "text": "acme/shop: 23 February – 2 March 2026",
                    "emoji": false}},
                {"type": "section", "text": {"type": "mrkdwn", "verbatim": true,
                    "text": "*3 commits* by 2 people &amp; one _bot_."}},
                {"type": "section", "text": {"type": "mrkdwn", "verbatim": true, "text": format!(
                    "*Features (2)*\n• Sell &lt;apples&gt; ({commit}, Ann)\n• ~Pears~ wait\n    1. first\n    2. \
                        then\n\n&gt; Quoted\n\n\
                     ```\nif a &amp;&amp; b; then\n  echo `c`\nfi\n```"
                )}},
                {"type": "context", "elements": [{"type": "mrkdwn", "verbatim": true, "text": format!(
                    "acme/shop, branch main · 3 commits · written by gpt-4o-mini\n<{PAGE}|Open the report>"
                )}]},
            ],
            "unfurl_links": false,
            "unfurl_media": false,
        })
    );
}

#[test]
fn report_for_discord() {
    let body = with_link(Shape::Discord, REPORT);
    let zero = ZERO_WIDTH_SPACE;
    assert_eq!(
        body,
        json!({
            "embeds": [{
                "title": "acme/shop: 23 February – 2 March 2026",
                "url": PAGE,
                "description": format!(
                    "**3 commits** by 2 people & one *bot*.\n## Features (2)\n\
                     - Sell <{zero}apples> ([`abc1234`](https://github.com/acme/shop/commit/abc1234), Ann)\n- \
                     ~~Pears~~ wait\n\
                     \x20 1. first\n  2. then\n\n> Quoted\n\n```\nif a && b; then\n  echo `c`\nfi\n```\n\n[Open the \
                     report]({PAGE})"
                ),
                "footer": {"text": "acme/shop, branch main · 3 commits · written by gpt-4o-mini"},
            }],
            "allowed_mentions": {"parse": []},
        })
    );
}

#[test]
fn report_for_teams() {
    let body = with_link(Shape::Teams, REPORT);
    let (zero, stays) = (ZERO_WIDTH_SPACE, "\u{A0}");
    let text = |text: &str| json!({"type": "TextBlock", "text": text, "wrap": true});
    let with = |mut block: Value, more: Value| {
        block.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        block
    };
    let content = json!({
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": [
            with(text("acme/shop: 23 February – 2 March 2026"), json!({"size": "Large", "weight": "Bolder"})),
            text("**3 commits** by 2 people & one _bot_."),
            with(text("Features (2)"), json!({"size": "Medium", "weight": "Bolder"})),
            text(&format!(
                "- Sell <{zero}apples> ([abc1234](https://github.com/acme/shop/commit/abc1234), Ann)\r- Pears wait\r- \
                    1\\. first\r- 2\\. then"
            )),
            with(text("Quoted"), json!({"isSubtle": true})),
            with(
                text(&format!("if a && b; then\n\n{stays}{stays}echo `c`\n\nfi")),
                json!({"fontType": "Monospace"}),
            ),
            with(
                text("acme/shop, branch main · 3 commits · written by gpt-4o-mini"),
                json!({"size": "Small", "isSubtle": true}),
            ),
        ],
        "actions": [{"type": "Action.OpenUrl", "title": "Open the report", "url": PAGE}],
    });
    let attachment = json!({
        "contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": null, "content": content,
    });
    assert_eq!(body, json!({"type": "message", "attachments": [attachment]}));
}

#[test]
fn report_for_google_chat() {
    let body = with_link(Shape::GoogleChat, REPORT);
    let zero = ZERO_WIDTH_SPACE;
    let text = format!(
        "*acme/shop: 23 February – 2 March 2026*\n\n*3 commits* by 2 people & one _bot_.\n\n*Features (2)*\n\
         • Sell <{zero}apples> (<https://github.com/acme/shop/commit/abc1234|abc1234>, Ann)\n• ~Pears~ wait\n    1. \
         first\n    2. then\n\n> Quoted\n\n```\nif a && b; then\n  echo `c`\nfi\n```\n\n\
         _acme/shop, branch main · 3 commits · written by gpt-4o-mini_\n<{PAGE}|Open the report>"
    );
    assert_eq!(body, json!({"text": text}));
}

#[test]
fn report_for_mattermost() {
    let body = with_link(Shape::Mattermost, REPORT);
    let zero = ZERO_WIDTH_SPACE;
    assert_eq!(
        body,
        json!({
            "attachments": [{
                "fallback": format!("acme/shop: 23 February – 2 March 2026. {HEADLINE}"),
                "title": "acme/shop: 23 February – 2 March 2026",
                "title_link": PAGE,
                "text": format!(
                    "**3 commits** by 2 people & one *bot*.\n#### Features (2)\n\
                     - Sell <{zero}apples> ([`abc1234`](https://github.com/acme/shop/commit/abc1234), Ann)\n- \
                     ~~Pears~~ wait\n\
                     \x20   1. first\n    2. then\n\n> Quoted\n\n```\nif a && b; then\n  echo `c`\nfi\n```\n\n[Open \
                     the report]({PAGE})"
                ),
                "footer": "acme/shop, branch main · 3 commits · written by gpt-4o-mini",
            }],
        })
    );
}

#[test]
fn notice_has_the_same_text_in_every_shape() {
    let until = parse("2026-04-01T00:00:00Z").unwrap();
    let paused = || notice(builders::paused(until));
    for (message, title, words) in [
        (reached(), "80 % of the report runs of 2026-03 are used", "40 of 50 report runs of 2026-03 are used"),
        (paused(), "Reports are paused until 1 April 2026", "Reports are paused until 1 April 2026: all 50 report"),
    ] {
        let slack = made(Shape::Slack, &message, Some(&public_url()));
        assert_eq!((&slack["text"], &slack["blocks"][0]["text"]["text"]), (&json!(title), &json!(title)));
        assert!(sections(&slack)[0].starts_with(words), "{slack}");
        assert_eq!(slack["blocks"].as_array().unwrap().len(), 2, "nothing of a run: {slack}");
        let discord = made(Shape::Discord, &message, Some(&public_url()));
        assert_eq!(discord["embeds"][0]["title"], title);
        assert!(descriptions(&discord)[0].starts_with(words), "{discord}");
        assert_eq!(discord["embeds"][0].get("url"), None);
        let google = made(Shape::GoogleChat, &message, Some(&public_url()));
        assert!(google_chat_text(&google).starts_with(&format!("*{title}*\n\n{words}")), "{google}");
        let mattermost = made(Shape::Mattermost, &message, Some(&public_url()));
        assert_eq!(mattermost["attachments"][0]["title"], title);
        assert!(attachment_text(&mattermost).starts_with(words), "{mattermost}");
        let teams = card_texts(&made(Shape::Teams, &message, Some(&public_url())));
        assert!(teams.len() == 2 && teams[0] == title && teams[1].starts_with(words), "{teams:?}");
    }
}

#[test]
fn report_without_a_heading_is_titled_by_its_configuration() {
    let body = with_link(Shape::Slack, "Text alone.");
    assert_eq!(body["blocks"][0]["text"]["text"], "Weekly: acme/shop");
    // A note above the heading stays in place; a heading further down is not the title.
    let noted = with_link(Shape::Slack, "> Written without the model.\n\n# Title\n\nText.");
    assert_eq!(noted["blocks"][0]["text"]["text"], "Title");
    assert_eq!(sections(&noted), ["&gt; Written without the model.\n\nText."]);
    let later = with_link(Shape::Slack, "Text.\n\n# Not the title");
    assert_eq!(later["blocks"][0]["text"]["text"], "Weekly: acme/shop");
    for nothing in ["", "# \n", "\u{200B}", "<!-- -->"] {
        for shape in Shape::ALL.into_iter().filter(|shape| *shape != Shape::Generic) {
            assert!(with_link(shape, nothing).to_string().contains("Weekly: acme/shop"), "{nothing:?}");
        }
    }
}

#[test]
fn cut_report_links_to_the_whole() {
    let long = "One more line of a report that does not end.\n\n".repeat(2_000);
    for shape in Shape::ALL.into_iter().filter(|shape| *shape != Shape::Generic) {
        let linked = with_link(shape, &long).to_string();
        assert!(linked.contains("Read the whole report") && linked.contains(PAGE), "{shape:?}");
        assert!(linked.contains('…'), "{shape:?}");
        let unlinked = made(shape, &report(&long), None).to_string();
        let kept = "the whole text is stored as run 019caddc-ae80-7000-8000-000000000001";
        assert!(unlinked.contains(kept) && !unlinked.contains("Read the whole"), "{shape:?}");
        let short = made(shape, &report("Short."), None).to_string();
        assert!(!short.contains("019caddc") && !short.contains('…'), "{shape:?}: {short}");
    }
}

#[test]
fn long_report_fills_the_message() {
    let long = "word ".repeat(20_000);
    let slack: usize = slack_texts(&with_link(Shape::Slack, &long)).iter().map(|text| text.chars().count()).sum();
    assert!(slack > 11_700, "{slack}");
    assert!(sections(&with_link(Shape::Slack, &long)).iter().take(3).all(|text| text.len() > 2_900));
    let discord = with_link(Shape::Discord, &long);
    assert!(descriptions(&discord).concat().len() > 5_700, "{}", descriptions(&discord).concat().len());
    assert!(with_link(Shape::Teams, &long).to_string().len() > 19_800);
    assert!(google_chat_text(&with_link(Shape::GoogleChat, &long)).len() > 29_800);
    assert!(attachment_text(&with_link(Shape::Mattermost, &long)).len() > 16_200);
}

#[test]
fn tables_images_html_and_unsafe_links_are_shown_as_text() {
    let shown = |text: &str| sections(&with_link(Shape::Slack, text)).join("\n");
    assert_eq!(shown("| a | b |\n|---|---|\n| 1 | 2 |"), "*a | b*\n1 | 2");
    assert_eq!(shown("![logo](https://x.example/l.png)"), "<https://x.example/l.png|logo>");
    assert_eq!(shown("[![build](https://x.example/b.svg)](https://x.example/ci)"), "<https://x.example/ci|build>");
    assert_eq!(shown("a<br>b <script>x</script>"), "a\nb &lt;script&gt;x&lt;/script&gt;");
    assert_eq!(shown("[a](javascript:alert(1)) [b](file:///etc) [c](/x) [d](https://u:p@x.example/)"), "a b c d");
    assert_eq!(shown("<https://x.example/a?b=1&c=2>"), "<https://x.example/a?b=1&amp;c=2>");
    assert_eq!(shown("[a|b>c](https://x.example/a|b)"), "<https://x.example/a%7Cb|a|b&gt;c>");
    assert_eq!(shown("- [x] done\n- [ ] open"), "• ☑ done\n• ☐ open");
    assert_eq!(shown("a\u{202E}b\u{7}c"), "abc");
    let teams = |text: &str| card(&with_link(Shape::Teams, text))[1]["text"].as_str().unwrap().to_owned();
    assert_eq!(
        teams("1\\. no list, snake_case, \\*no\\* {{DATE(x)}}"),
        "1\\. no list, snake_case, \\*no\\* {\u{200B}{DATE(x)}}"
    );
    let discord = |text: &str| descriptions(&with_link(Shape::Discord, text))[0].clone();
    assert!(
        discord("\\# no heading, a_b, \\|\\|no spoiler\\|\\|")
            .starts_with("\\# no heading, a\\_b, \\|\\|no spoiler\\|\\|")
    );
    assert!(discord("[https://good.example](https://evil.example)").starts_with("https://evil.example/\n"));
}

#[test]
fn links_and_marks_of_a_text_are_plain_in_google_chat() {
    let shown = |text: &str| {
        let body = made(Shape::GoogleChat, &report(&format!("Text: {text}")), None);
        google_chat_text(&body).split("\n\n").nth(1).unwrap().to_owned()
    };
    let zero = ZERO_WIDTH_SPACE;
    assert_eq!(shown("[a|b>c](https://x.example/a|b)"), "Text: <https://x.example/a%7Cb|a¦b›c>");
    assert_eq!(shown("<https://x.example/a?b=1&c=2>"), "Text: <https://x.example/a?b=1&c=2>");
    assert_eq!(shown("\\<users/all> @all"), format!("Text: <{zero}users/all> @{zero}all"));
    assert_eq!(shown("2 \\* 3, snake_case"), "Text: 2 * 3, snake_case");
    assert_eq!(shown("\\*no\\*"), format!("Text: *{zero}no{zero}*{zero}"));
}
