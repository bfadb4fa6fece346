//! A model's report without foreign links, images, HTML and mentions.

mod any;

use super::{STYLES, brief, history, with};
use domain::report::Style;
use domain::report::filter::filtered;
use domain::report::plain::plain_report;

fn kept(text: &str) -> String {
    filtered(text, &brief(&history(), Style::Standard))
}

/// The text with each `0` for a zero-width space.
fn broken(text: &str) -> String {
    text.replace('0', "\u{200B}")
}

#[test]
fn ordinary_report_is_unchanged() {
    let commit = &history()[1];
    let (id, page) = (commit.sha.short(), commit.page.as_ref().unwrap());
    let text = format!(
        "# tidepool/harbour: 4 – 11 May 2026\n\nTwo people worked on **berths** & _tides_; R&D is at 50 % \
         (a < b, a -> b).\nThe map shows *free* berths.  \nIt asks ~~twice~~ once a minute, 2 * 3 times, for \
         snake_case [WIP].\n\n\
         ## Features\n\n- Show berths ([`{id}`]({page}), Maya Okafor)\n  - nested, with `code <b> [x](y)`\n    \
         1. first\n    2. second\n- See #412 and {page}.\n\n* [x] done\n* [ ] to do\n\n\
         | kind | count |\n| :--- | ---: |\n| fix | 3 |\n\n\
         > Quoted\n>\n> - in a list\n\n---\n\n```rust\nlet x = \"<b>\"; // https://e.example @Override\n```\n\n\
         7) seven\n8) eight\n\n- loose\n\n- items\n\n  with two paragraphs\n"
    );
    assert_eq!(kept(&text), text);
}

#[test]
fn plain_report_is_unchanged() {
    for style in STYLES {
        for links in [false, true] {
            let history = history();
            let brief = with(brief(&history, style), |writing| writing.link_to_commits = links);
            let report = plain_report(&brief);
            assert_eq!(filtered(&report, &brief), report);
        }
    }
}

#[test]
fn links_to_pages_of_the_brief_are_kept() {
    let commits = history();
    let page = commits[2].page.as_ref().unwrap().as_str();
    for kept_link in [
        page,
        "https://github.com/tidepool/harbour/pull/412",
        "https://github.com/tidepool/harbour/issues/7",
        "https://github.com/tidepool/harbour/-/merge_requests/7",
        &format!("https://github.com/tidepool/harbour/commit/{}", commits[3].sha.short()),
        "https://reports.example/app/report-runs/1?x=2#y",
        "https://reports.example/app",
    ] {
        for text in [format!("See [it]({kept_link})."), format!("See {kept_link} now."), format!("<{kept_link}>")] {
            assert_eq!(kept(&text), text);
        }
    }
}

#[test]
fn target_of_any_other_link_is_shown_as_code() {
    for target in [
        "https://evil.example/a",
        "http://github.com/tidepool/harbour/pull/412",
        "https://github.com/tidepool/harbour",
        "https://github.com/tidepool/harbour/pull/412/files",
        "https://github.com/tidepool/harbour/pull/412?x=1",
        "https://github.com/tidepool/harbour/pull/../../../evil/x",
        "https://github.com/tidepool/harbourmaster/pull/1",
        "https://github.com/other/harbour/pull/412",
        "https://github.com:444/tidepool/harbour/pull/412",
        "https://user@github.com/tidepool/harbour/pull/412",
        "https://github.com@evil.example/tidepool/harbour/pull/412",
        "https://g\u{456}thub.com/tidepool/harbour/pull/412",
        "HTTPS://github.com/tidepool/harbour/pull/412",
        "https://github.com/tidepool/harbour/commit/0000000",
        "https://reports.example/apparent",
        "https://reports.example/app/../x",
        "//evil.example",
        "javascript:alert",
        "data:text/html,x",
        "docs/a.md",
        "#anchor",
        "mailto:a@b.example",
    ] {
        assert_eq!(kept(&format!("See [it]({target}).")), format!("See it (`{target}`)."));
        assert_eq!(kept(&format!("See [it][1].\n\n[1]: {target} 'title'")), format!("See it (`{target}`)."));
    }
    assert_eq!(
        kept("[https://github.com/login](https://evil.example)"),
        "`https://github.com/login` (`https://evil.example`)"
    );
    assert_eq!(
        kept("[](https://evil.example) <https://evil.example/b> <a@b.example>"),
        "`https://evil.example` `https://evil.example/b` `a@b.example`"
    );
    let long = format!("data:text/html,{}", "x".repeat(300));
    assert_eq!(kept(&format!("[it]({long})")), format!("it (`{}…`)", &long[..200]));
}

#[test]
fn label_that_looks_like_an_address_becomes_the_target() {
    let page = "https://github.com/tidepool/harbour/pull/412";
    for label in ["https://github.com/login", "see www.evil.example", "evil.com", page, "", "`https://e.example`"] {
        assert_eq!(kept(&format!("[{label}]({page})")), format!("<{page}>"), "{label}");
    }
}

#[test]
fn words_that_look_like_addresses_become_code() {
    for word in [
        "https://evil.example/x?y=1#z",
        "http://127.0.0.1",
        "ftp://e.example",
        "//evil.example",
        "www.evil.example",
        "WWW.e.example",
        "a@b.example",
        "mailto:a@b.example",
        "evil.com",
        "evil.com/login",
        "main.rs",
        "x://y",
        "evil.xn--p1ai",
        "https\\://e.example",
        "a//b",
        "http:///x",
        "mailto:a@b",
        "MAILTO:a@b.coma!x",
        "mailto:-@!+",
        "xmpp:a@b",
        "x+.com",
        "a=.com",
        "x@.com",
        "€.com",
    ] {
        let shown = word.replace('\\', "");
        assert_eq!(kept(&format!("See {word}, ({word}).")), format!("See `{shown}`, (`{shown}`)."));
    }
    for text in ["v1.2.3", "e.g. this", "Node.js", "a/b.txt", "// no", "1.2.3.4", "done. It", "crate::name"] {
        assert_eq!(kept(text), text);
    }
    assert_eq!(kept("https://evil.exa**mple/x**"), "`https://evil.exa`**mple/x**");
}

#[test]
fn address_that_only_finders_of_links_see_becomes_code() {
    for (text, shown) in [
        ("&lt;mailto:a@b.coma!x", "&lt;`mailto:a@b.coma!x`"),
        ("a mailto:,b@c d", "a `mailto:`,b@0c d"),
        ("a www.'b d", "a `www.`'b d"),
        ("a www.. d", "a `www.`. d"),
        ("//|.ftp a", "`//`|.ftp a"),
        ("//😀|1.2 a", "`//😀`|1.2 a"),
        ("a|.com b", "a|`.com` b"),
        ("a ~.com b", "a `~.com` b"),
        ("wait….It is", "wait….It is"),
    ] {
        assert_eq!(kept(text), broken(shown), "{text}");
    }
}

#[test]
fn images_html_and_invisible_characters_are_removed() {
    for (text, shown) in [
        ("a ![alt](https://e.example/p.png) b", "a alt b"),
        ("![](https://e.example/p.png)", ""),
        ("a <b>bold</b> <img src=x onerror=y> <!-- no --> c", "a bold   c"),
        ("<div>\n<p>text [x](https://e.example)</p>\n</div>", "text [x\\](`https://e.example`)"),
        ("<script>alert(1)</script>", ""),
        ("<details><summary>More</summary>\n\ntext\n\n</details>", "More\n\ntext"),
        ("one<br>two", "one  \ntwo"),
        ("Vec<T> and <x-evil>", "Vec&lt;T> and &lt;x-evil>"),
        ("&lt;script&gt; &#60;b&#62; &amp;lt;", "&lt;script&gt; &lt;b&gt; &amp;lt;"),
        ("a\u{0}b\u{7}c\u{202E}d\u{200B}e\u{2066}f\u{FEFF}g\u{AD}h\u{E0041}i&#8238;j&#0;k", "abcdefghijk"),
        ("<https://e.example/\u{202E}x>", "`https://e.example/x`"),
        ("[a]: https://e.example", ""),
    ] {
        let got = kept(text).replace('\u{FFFD}', "");
        assert_eq!(got, shown, "{text:?}");
    }
}

#[test]
fn mentions_are_broken() {
    for (text, shown) in [
        ("@everyone @here @ada", "@0everyone @0here @0ada"),
        ("\\@everyone &#64;here", "@0everyone @0here"),
        ("<!channel> <@U24BE7LH> <#C1|x>", "&lt;0!channel> &lt;0@0U24BE7LH> &lt;0#C1|x>"),
        ("&lt;!channel&gt;", "&lt;0!channel&gt;"),
        ("<at>All</at>", "All"),
        ("@[Ada](user:1)", "@0Ada (`user:1`)"),
        (
            "`@everyone` and `@Override` and `<!here>` and `<!DOCTYPE>`",
            "`@0everyone` and `@Override` and `<0!here>` and `<!DOCTYPE>`",
        ),
        ("```\n@channel <@U1>\n```", "```\n@0channel <0@U1>\n```"),
    ] {
        assert_eq!(kept(text), broken(shown), "{text}");
    }
}

#[test]
fn citations_of_commits_outside_the_range_are_marked() {
    let commits = history();
    let id = commits[1].sha.short();
    for (text, shown) in [
        (format!("`{id}` and {id}, {}", commits[2].sha), format!("`{id}` and {id}, {}", commits[2].sha)),
        ("See `abc1234`.".to_owned(), "See `abc1234` (not in this range).".to_owned()),
        (
            "See abc1234. Or (ABC1234)".to_owned(),
            "See abc1234 (not in this range). Or (ABC1234 (not in this range))".to_owned(),
        ),
        (
            "1234567 defaced #abc1234 x-abc1234 abc1234.txt `cargo abc1234`".to_owned(),
            "1234567 defaced #abc1234 x-abc1234 abc1234.txt `cargo abc1234`".to_owned(),
        ),
    ] {
        assert_eq!(kept(&text), shown);
        assert_eq!(kept(&shown), shown);
    }
}
