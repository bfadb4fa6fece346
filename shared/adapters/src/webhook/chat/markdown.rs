//! Converts a report's Markdown to leaves.
//!
//! Tables become lines, images become links, HTML is shown as text, and what chat services can't show (control
//! characters, marks that turn the direction of writing) is removed.

use super::leaf::{Leaf, Place, Span, Style};
use domain::report::looks_like_address;
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use url::Url;

/// The longest address that becomes a link, in bytes; of a longer one only the text is shown.
const LINK_BYTES_MAX: usize = 400;
/// The longest text of a link, in characters. With [`LINK_BYTES_MAX`] a link fits everywhere, so none is ever cut.
const LINK_CHARS_MAX: usize = 150;
/// The deepest level of lists that is shown.
const DEPTH_MAX: usize = 4;

/// Parses a text.
pub(super) fn leaves(markdown: &str) -> Vec<Leaf> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut reader = Reader::default();
    for event in Parser::new_ext(markdown, options) {
        reader.read(event);
    }
    reader.close();
    reader.leaves
}

#[derive(Default)]
struct Reader {
    leaves: Vec<Leaf>,
    open: Option<Leaf>,
    bold: usize,
    italic: usize,
    struck: usize,
    quotes: usize,
    /// The next number of each list, the outermost first; `None` for a list without numbers.
    lists: Vec<Option<u64>>,
    /// The mark of an item that has no text yet.
    mark: Option<String>,
    link: Option<Link>,
    /// A block whose text is kept as it is.
    verbatim: Option<Place>,
    /// Whether the next leaf is a row of a table, and not its first.
    next_row: bool,
}

/// A link or an image whose text is being read.
struct Link {
    address: Option<String>,
    words: String,
    style: Style,
    /// Links and images within it: an image that is a link counts as the link.
    inner: usize,
    only_code: bool,
}

impl Reader {
    fn read(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Code(text) => self.text(&text, true),
            Event::InlineHtml(html) if is_break(&html) => self.text("\n", false),
            Event::Text(text)
            | Event::Html(text)
            | Event::InlineHtml(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text)
            | Event::FootnoteReference(text) => self.text(&text, false),
            Event::SoftBreak => self.text(" ", false),
            Event::HardBreak => self.text("\n", false),
            Event::Rule => {
                self.close();
                self.text("———", false);
                self.close();
            }
            Event::TaskListMarker(done) => self.text(if done { "☑ " } else { "☐ " }, false),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => {
                self.close();
                self.begin(Place::Heading(number(level)));
            }
            Tag::CodeBlock(_) => {
                self.close();
                self.verbatim = Some(Place::Code);
            }
            Tag::HtmlBlock => {
                self.close();
                self.verbatim = Some(self.place());
            }
            Tag::BlockQuote(_) => {
                self.close();
                self.quotes += 1;
            }
            Tag::List(first) => {
                self.close();
                self.lists.push(first);
            }
            Tag::Item => {
                self.close();
                self.mark = Some(self.next_mark());
            }
            Tag::TableHead => {
                self.close();
                self.bold += 1;
            }
            Tag::TableRow => {
                self.close();
                self.next_row = true;
            }
            Tag::TableCell => {
                if self.open.as_ref().is_some_and(|leaf| !leaf.spans.is_empty()) {
                    self.text(" | ", false);
                }
            }
            Tag::Emphasis => self.italic += 1,
            Tag::Strong => self.bold += 1,
            Tag::Strikethrough => self.struck += 1,
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => self.start_link(&dest_url),
            _ => self.close(),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::BlockQuote(_) => {
                self.close();
                self.quotes = self.quotes.saturating_sub(1);
            }
            TagEnd::List(_) => {
                self.close();
                self.lists.pop();
            }
            TagEnd::TableHead => {
                self.close();
                self.bold = self.bold.saturating_sub(1);
            }
            TagEnd::Table => {
                self.close();
                self.next_row = false;
            }
            TagEnd::CodeBlock | TagEnd::HtmlBlock => {
                self.close();
                self.verbatim = None;
            }
            TagEnd::Emphasis => self.italic = self.italic.saturating_sub(1),
            TagEnd::Strong => self.bold = self.bold.saturating_sub(1),
            TagEnd::Strikethrough => self.struck = self.struck.saturating_sub(1),
            TagEnd::Link | TagEnd::Image => self.end_link(),
            TagEnd::TableCell => {}
            _ => self.close(),
        }
    }

    fn start_link(&mut self, to: &str) {
        if let Some(link) = &mut self.link {
            link.inner += 1;
        } else {
            let (address, style) = (address(to), self.style(false));
            self.link = Some(Link { address, words: String::new(), style, inner: 0, only_code: true });
        }
    }

    fn end_link(&mut self) {
        match self.link.take() {
            Some(link) if link.inner > 0 => self.link = Some(Link { inner: link.inner - 1, ..link }),
            Some(link) => {
                let words = line(&link.words);
                // A text that looks like an address may be another one than that of the link.
                let text = match &link.address {
                    Some(to) if words.is_empty() || looks_like_address(&words) => to.clone(),
                    _ => words,
                };
                let style = Style { code: link.only_code && !link.words.is_empty(), ..link.style };
                self.span(Span { text: shortened(text, link.address.as_deref()), style, link: link.address });
            }
            None => {}
        }
    }

    fn text(&mut self, text: &str, code: bool) {
        let text: String = text.chars().filter(|letter| is_shown(*letter)).collect();
        if let Some(link) = &mut self.link {
            link.only_code &= code;
            link.words.push_str(&text);
        } else {
            let style = self.style(code);
            self.span(Span { text, style, link: None });
        }
    }

    fn style(&self, code: bool) -> Style {
        Style { bold: self.bold > 0, italic: self.italic > 0, struck: self.struck > 0, code }
    }

    /// Adds a span to the open leaf, or begins one with it.
    fn span(&mut self, span: Span) {
        if self.open.is_none() {
            let place = self.verbatim.clone().unwrap_or_else(|| self.place());
            self.begin(place);
        }
        let Some(leaf) = &mut self.open else { return };
        match leaf.spans.last_mut() {
            Some(last) if last.link.is_none() && span.link.is_none() && last.style == span.style => {
                last.text.push_str(&span.text);
            }
            _ if span.text.is_empty() => {}
            _ => leaf.spans.push(span),
        }
    }

    fn begin(&mut self, place: Place) {
        let next_row = std::mem::take(&mut self.next_row);
        self.open = Some(Leaf { place, quoted: self.quotes > 0, next_row, spans: Vec::new() });
    }

    /// The place of the next text.
    fn place(&mut self) -> Place {
        match self.lists.len() {
            0 => Place::Paragraph,
            depth => Place::Item { depth: depth.min(DEPTH_MAX), mark: self.mark.take().unwrap_or_default() },
        }
    }

    fn next_mark(&mut self) -> String {
        match self.lists.last_mut() {
            Some(Some(number)) => {
                let mark = format!("{number}.");
                *number = number.saturating_add(1);
                mark
            }
            _ => "•".to_owned(),
        }
    }

    /// Ends the open leaf; a blank one is dropped.
    fn close(&mut self) {
        self.leaves.extend(self.open.take().and_then(Leaf::trimmed));
    }
}

fn number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

/// The address of a web page, written so that it ends no link early and contains no mention; `None` for anything else,
/// and for an address with credentials or one that is too long.
pub(super) fn address(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let is_web = matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
    let written = url.as_str().chars().fold(String::new(), |mut written, letter| {
        match letter {
            '(' => written.push_str("%28"),
            ')' => written.push_str("%29"),
            '*' => written.push_str("%2A"),
            '<' => written.push_str("%3C"),
            '>' => written.push_str("%3E"),
            '@' => written.push_str("%40"),
            '\\' => written.push_str("%5C"),
            '`' => written.push_str("%60"),
            '|' => written.push_str("%7C"),
            _ => written.push(letter),
        }
        written
    });
    (is_web && written.len() <= LINK_BYTES_MAX).then_some(written)
}

/// The text of a link as one line.
fn line(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A link's text, cut to its limit; a text that is the link's own address stays whole.
fn shortened(words: String, address: Option<&str>) -> String {
    if address.is_none() || address == Some(words.as_str()) || words.chars().count() <= LINK_CHARS_MAX {
        return words;
    }
    let is_whole = |leaf: &Leaf| leaf.words().chars().count() < LINK_CHARS_MAX;
    match Leaf::plain(&words).split(LINK_CHARS_MAX, is_whole) {
        Some((head, _)) => format!("{}…", head.words().trim_end()),
        None => words.chars().take(LINK_CHARS_MAX).collect(),
    }
}

fn is_break(html: &str) -> bool {
    let name = html.trim_start_matches('<').trim_end_matches('>').trim_end_matches('/').trim();
    name.eq_ignore_ascii_case("br")
}

fn is_shown(letter: char) -> bool {
    let turns_direction = matches!(letter, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    !turns_direction && (!letter.is_control() || matches!(letter, '\n' | '\t'))
}
