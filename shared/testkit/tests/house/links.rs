//! Every relative link of a document leads to a file of this repository, and every anchor to a heading, as GitHub
//! names it.

use crate::tree::{Source, assert_none, documents, root};
use pulldown_cmark::{BrokenLink, Event, LinkType, Options, Parser, Tag, TagEnd};
use regex::Regex;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use url::{ParseError, Url};

/// Documents whose links are those of another file, which is made from them.
const TEMPLATES: [(&str, &str); 1] = [("infra/reports/page.md", "docs/REPORTS.md")];

/// The address of a link whose name is not defined. No file has this name.
const UNDEFINED: &str = "undefined";

/// What a document links to, and the anchors to which others can link.
#[derive(Default)]
struct Document {
    links: Vec<String>,
    anchors: Anchors,
}

/// The anchors of a page. Equal headings are numbered.
#[derive(Default)]
struct Anchors {
    /// How many further headings have the same text.
    repeated: HashMap<String, usize>,
}

impl Anchors {
    /// Lower case without punctuation, with a hyphen for each space.
    fn heading(&mut self, text: &str) {
        let punctuation = Regex::new(r"[^\w\- ]").unwrap();
        let name = punctuation.replace_all(&text.trim().to_lowercase(), "").replace(' ', "-");
        let mut own = name.clone();
        while self.repeated.contains_key(&own) {
            let count = self.repeated.get_mut(&name).unwrap();
            *count += 1;
            own = format!("{name}-{count}");
        }
        self.repeated.insert(own, 0);
    }

    fn has(&self, name: &str) -> bool {
        self.repeated.contains_key(name)
    }
}

impl Document {
    fn of(text: &str) -> Self {
        let mut found = Self::default();
        let mut heading = None::<String>;
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
        // `[text]` alone is text, not a link.
        let undefined = |link: BrokenLink<'_>| {
            let is_meant = matches!(link.link_type, LinkType::Reference | LinkType::Collapsed);
            is_meant.then(|| (UNDEFINED.into(), "".into()))
        };
        for event in Parser::new_with_broken_link_callback(text, options, Some(undefined)) {
            match event {
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::End(TagEnd::Heading(_)) => found.anchors.heading(&heading.take().unwrap_or_default()),
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    found.links.push(dest_url.into_string());
                }
                Event::Text(part) | Event::Code(part) => heading.iter_mut().for_each(|text| text.push_str(&part)),
                Event::Html(html) | Event::InlineHtml(html) => found.html(&html),
                _ => {}
            }
        }
        found
    }

    fn html(&mut self, html: &str) {
        let attribute = Regex::new(r#"\b(href|src|srcset|id|name)\s*=\s*["']([^"']*)["']"#).unwrap();
        for found in attribute.captures_iter(html) {
            match &found[1] {
                "href" | "src" => self.links.push(found[2].to_owned()),
                // Addresses with sizes, such as `a.png, b.png 2x`.
                "srcset" => {
                    let first = |image: &str| image.split_whitespace().next().map(str::to_owned);
                    self.links.extend(found[2].split(',').filter_map(first));
                }
                _ => drop(self.anchors.repeated.insert(found[2].to_owned(), 0)),
            }
        }
    }
}

/// The address of a link in the document at a path.
fn address(path: &str, link: &str) -> Result<Url, ParseError> {
    let of = TEMPLATES.iter().find(|(template, _)| *template == path).map_or(path, |(_, page)| *page);
    // A path from the top of the repository, as GitHub reads it.
    let (base, link) = match link.strip_prefix('/') {
        Some(below) if !below.starts_with('/') => (root().join("README.md"), below),
        _ => (root().join(of), link),
    };
    Url::from_file_path(base).unwrap().join(link)
}

/// The file of an address, and its anchor, percent-decoded; `None` if it leads out of the repository on purpose.
fn target(url: &Url) -> Option<(PathBuf, Option<String>)> {
    if url.scheme() != "file" || url.host().is_some() {
        return None;
    }
    let anchor = url.fragment().filter(|anchor| !anchor.is_empty()).map(|anchor| {
        // The path of an address is the part that this crate decodes.
        let path = Url::parse("file:///").unwrap().join(&format!("/{anchor}")).unwrap().to_file_path().unwrap();
        path.strip_prefix("/").unwrap().display().to_string()
    });
    Some((url.to_file_path().unwrap(), anchor))
}

/// The problem of a link.
fn problem(path: &str, link: &str) -> Option<&'static str> {
    let Ok(url) = address(path, link) else { return Some("is no address") };
    let (file, anchor) = target(&url)?;
    if !file.starts_with(root()) {
        return Some("leads out of the repository");
    }
    if !file.exists() {
        return Some("leads to no file");
    }
    let page = if file.is_dir() { file.join("README.md") } else { file };
    let is_page = page.extension().is_some_and(|extension| extension == "md");
    let text = anchor.as_ref().filter(|_| is_page).map(|_| std::fs::read_to_string(&page).unwrap_or_default());
    let has = |text: &String| anchor.as_ref().is_some_and(|anchor| Document::of(text).anchors.has(anchor));
    text.filter(|text| !has(text)).map(|_| "leads to no heading")
}

fn broken(source: &Source) -> Vec<String> {
    let links = Document::of(&source.text).links;
    let problems = links.iter().filter_map(|link| Some((link, problem(&source.path, link)?)));
    problems.map(|(link, problem)| format!("{}: '{link}' {problem}", source.path)).collect()
}

#[test]
fn links_of_documents_lead_to_files_and_headings() {
    let documents = documents();
    let within = |source: &Source| {
        let links = Document::of(&source.text).links;
        links.iter().filter(|link| address(&source.path, link).is_ok_and(|url| target(&url).is_some())).count()
    };
    let links: usize = documents.iter().map(within).sum();
    assert!(links > 100, "the links were found: {links}");
    let templates = TEMPLATES.iter().filter(|(template, _)| !Path::new(&root()).join(template).exists());
    assert_none("a template that does not exist", &templates.map(|(path, _)| (*path).to_owned()).collect::<Vec<_>>());
    assert_none("a link that leads nowhere", &documents.iter().flat_map(broken).collect::<Vec<_>>());
}

/// A link in every form that a document can have.
fn forms(link: &str) -> [String; 9] {
    [
        format!("[text]({link})"),
        format!("[text]({link} \"title\") and `code`"),
        format!("![text]({link})"),
        format!("[text][name]\n\n[name]: {link}"),
        format!("| a |\n| --- |\n| [text]({link}) |"),
        format!("> - [text]({link})"),
        format!("<img src=\"{link}\" alt=\"text\">"),
        format!("text <a href='{link}'>text</a>"),
        format!("<source srcset=\"images/overview.png, {link} 2x\">"),
    ]
}

#[test]
fn broken_link_is_found_in_every_form() {
    let at = |path: &str, text: &str| broken(&Source { path: path.to_owned(), text: text.to_owned() });
    for link in [
        "nowhere.md",
        "API.md#nowhere",
        "#nowhere",
        "docs/API.md",
        "API.md/",
        "/API.md",
        "../..",
        "decisions#nowhere",
        "../CONTRIBUTING.md#the-Checks",
        "https://",
        "https://example.com:port",
    ] {
        for text in forms(link) {
            assert_eq!(at("docs/COSTS.md", &text).len(), 1, "{text}");
        }
    }
    for link in [
        "API.md",
        "API.md#usage-and-limits",
        "API.md#usage%2Dand%2Dlimits",
        "decisions",
        "decisions#",
        "/docs/API.md",
        "../CONTRIBUTING.md#the-checks",
        "../functions/api/openapi.json#L3",
        "https://example.com/nowhere.md#nowhere",
        "//example.com/nowhere.md",
        "mailto:nowhere@example.com",
    ] {
        for text in forms(link) {
            assert_eq!(at("docs/COSTS.md", &text), Vec::<String>::new(), "{text}");
        }
    }
    assert!(at("docs/COSTS.md", "`[text](nowhere.md)`\n\n```\n[text](nowhere.md)\n```").is_empty());
    for text in ["[text][nowhere]", "[nowhere][]", "![text][nowhere]"] {
        assert_eq!(at("docs/COSTS.md", text).len(), 1, "{text}");
    }
    assert!(at("docs/COSTS.md", "[ ] not done, [1], `[text][nowhere]`").is_empty());
    // The page is in another folder than its template.
    assert_eq!(at("infra/reports/page.md", "[text](API.md) [text](page.py)").len(), 1);
}

#[test]
fn anchors_are_those_of_github() {
    let text = [
        "# A `b_c`, d & e: *f*!",
        "Usage\n=====",
        "## Usage",
        "## Usage 1",
        "### [Größe](x.md) ###",
        "> ## Quoted",
        "```\n# Code\n```",
        "<a id=\"own\"></a>",
        "## Usage-1",
    ];
    let anchors = Document::of(&text.join("\n\n")).anchors;
    let mut names: Vec<_> = anchors.repeated.keys().map(String::as_str).collect();
    names.sort_unstable();
    let expected = ["a-b_c-d--e-f", "größe", "own", "quoted", "usage", "usage-1", "usage-1-1", "usage-1-2"];
    assert_eq!(names, expected);
}
