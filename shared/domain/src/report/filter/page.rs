//! Reads Markdown and writes it again, without what a report may not contain.

use super::html;
use super::inline::{Place, written};
use super::known::Known;
use super::lines::{Block, Container, Lines};
use super::piece::{Origin, Piece, letters, shown_code, words};
use super::table::Table;
use crate::report::addresses::looks_like_address;
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use std::collections::BTreeSet;
use std::ops::Range;

/// The most characters of a removed link's target that are shown.
const TARGET_CHARS_MAX: usize = 200;
/// The longest name of a code block's language, in bytes.
const LANGUAGE_BYTES_MAX: usize = 30;
/// The highest number that a list begins with; Markdown allows nine digits.
const LIST_START_MAX: u64 = 999_999;

/// The text without foreign links, images, HTML and mentions.
pub(super) fn filtered(source: &str, known: &Known<'_>) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let events: Vec<(Event<'_>, Range<usize>)> = Parser::new_ext(source, options).into_offset_iter().collect();
    let mut page = Page { source, known, loose: loose_lists(&events), ..Page::new(source, known) };
    for (place, (event, range)) in events.into_iter().enumerate() {
        page.read(place, event, range);
    }
    page.flush();
    let mut text = page.lines.out;
    if source.ends_with('\n') && !text.is_empty() {
        text.push('\n');
    }
    text
}

/// The events that begin lists with blank lines between their items: their texts are paragraphs.
fn loose_lists(events: &[(Event<'_>, Range<usize>)]) -> BTreeSet<usize> {
    let mut loose = BTreeSet::new();
    // The lists that are open, and for any other block `None`.
    let mut open: Vec<Option<usize>> = Vec::new();
    for (place, (event, _)) in events.iter().enumerate() {
        match event {
            Event::Start(Tag::List(_)) => open.push(Some(place)),
            Event::Start(Tag::Item) | Event::End(TagEnd::Item) => {}
            Event::Start(tag) => {
                if let (Tag::Paragraph, Some(Some(list))) = (tag, open.last()) {
                    loose.insert(*list);
                }
                open.push(None);
            }
            Event::End(_) => drop(open.pop()),
            _ => {}
        }
    }
    loose
}

struct Page<'a> {
    source: &'a str,
    known: &'a Known<'a>,
    loose: BTreeSet<usize>,
    lines: Lines,
    /// The text of the block that is being read.
    pieces: Vec<Piece>,
    heading: Option<usize>,
    /// The targets of open links, each with the place of its first piece.
    links: Vec<(String, usize)>,
    /// The next number of each open list, and its delimiter.
    lists: Vec<Option<u64>>,
    code: Option<(String, String)>,
    html: Option<String>,
    table: Option<Table>,
    /// The marks of the open emphases.
    marks: Vec<&'static str>,
    /// The end of the last text, code or tag in the source.
    end: usize,
}

impl<'a> Page<'a> {
    fn new(source: &'a str, known: &'a Known<'a>) -> Self {
        Self {
            source,
            known,
            loose: BTreeSet::new(),
            lines: Lines::default(),
            pieces: Vec::new(),
            heading: None,
            links: Vec::new(),
            lists: Vec::new(),
            code: None,
            html: None,
            table: None,
            marks: Vec::new(),
            end: 0,
        }
    }

    fn read(&mut self, place: usize, event: Event<'_>, range: Range<usize>) {
        let is_leaf = !matches!(event, Event::Start(_) | Event::End(_));
        match event {
            Event::Start(tag) => self.start(place, tag, &range),
            Event::End(tag) => self.finish(tag),
            Event::Text(text) => self.text(&text, &range),
            Event::Code(text) => self.pieces.push(Piece::Code(shown_code(&text))),
            Event::Html(html) => self.html.get_or_insert_default().push_str(&html),
            Event::InlineHtml(html) if html::is_break(&html) => self.pieces.push(Piece::Break { shown: true }),
            Event::InlineHtml(html) => self.pieces.extend(letters(&html::text_of(&html), Origin::Verbatim)),
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => {
                self.pieces.extend(letters(&text, Origin::Verbatim));
            }
            Event::SoftBreak => self.pieces.push(Piece::Break { shown: false }),
            Event::HardBreak => self.pieces.push(Piece::Break { shown: true }),
            Event::Rule => self.rule(),
            Event::TaskListMarker(done) => self.pieces.push(Piece::Raw(if done { "[x] " } else { "[ ] " }.to_owned())),
        }
        if is_leaf {
            self.end = range.end;
        }
    }

    fn text(&mut self, text: &str, range: &Range<usize>) {
        if let Some((_, code)) = &mut self.code {
            code.push_str(text);
            return;
        }
        let is_verbatim = self.source.get(range.clone()) == Some(text);
        let is_escaped = || {
            let backslash = range.start.checked_sub(1).and_then(|at| self.source.get(at..range.start));
            range.start > self.end && backslash == Some("\\")
        };
        let mut rest = text.chars();
        if is_verbatim && is_escaped() {
            self.pieces.extend(rest.next().map(|first| Piece::Letter(first, Origin::Escaped)));
        }
        self.pieces.extend(letters(rest.as_str(), if is_verbatim { Origin::Verbatim } else { Origin::Entity }));
    }

    fn start(&mut self, place: usize, tag: Tag<'_>, range: &Range<usize>) {
        let source = self.source.get(range.clone()).unwrap_or_default();
        match tag {
            Tag::Emphasis => self.open_mark(if source.starts_with('_') { "_" } else { "*" }),
            Tag::Strong => self.open_mark(if source.starts_with('_') { "__" } else { "**" }),
            Tag::Strikethrough => self.open_mark("~~"),
            Tag::Link { dest_url, .. } => self.links.push((dest_url.into_string(), self.pieces.len())),
            // Of an image, its text is kept.
            Tag::Image { .. } => {}
            Tag::TableCell => self.pieces.clear(),
            Tag::TableHead | Tag::TableRow => {
                if let Some(table) = &mut self.table {
                    table.begin_row();
                }
            }
            block => {
                self.flush();
                self.start_block(place, block, source);
            }
        }
    }

    fn start_block(&mut self, place: usize, tag: Tag<'_>, source: &str) {
        match tag {
            Tag::Heading { level, .. } => self.heading = Some(number(level)),
            Tag::BlockQuote(_) => self.lines.open(Container::Quote),
            Tag::CodeBlock(kind) => {
                let language = match kind {
                    CodeBlockKind::Fenced(info) => language(&info),
                    CodeBlockKind::Indented => String::new(),
                };
                self.code = Some((language, String::new()));
            }
            Tag::List(start) => {
                let start = start.map(|start| start.min(LIST_START_MAX));
                let interrupts = start.is_none_or(|start| start == 1);
                self.lists.push(start);
                self.lines.open(Container::List { tight: !self.loose.contains(&place), interrupts });
            }
            Tag::Item => {
                let mark = self.item_mark(source);
                self.lines.open(Container::Item { mark, written: false });
            }
            Tag::Table(alignments) => self.table = Some(Table::new(alignments)),
            _ => {}
        }
    }

    /// The mark of an item as the source has it; numbers are consecutive.
    fn item_mark(&mut self, source: &str) -> String {
        let source = source.trim_start();
        match self.lists.last_mut() {
            Some(Some(number)) => {
                let delimiter = source.trim_start_matches(|letter: char| letter.is_ascii_digit()).chars().next();
                let mark = format!("{number}{} ", delimiter.filter(|letter| *letter == ')').unwrap_or('.'));
                *number = number.saturating_add(1);
                mark
            }
            _ => format!("{} ", source.chars().next().filter(|letter| "*+".contains(*letter)).unwrap_or('-')),
        }
    }

    fn open_mark(&mut self, mark: &'static str) {
        self.marks.push(mark);
        self.pieces.push(Piece::Mark { mark, opens: true });
    }

    fn finish(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => {
                let mark = self.marks.pop().unwrap_or_default();
                self.pieces.push(Piece::Mark { mark, opens: false });
            }
            TagEnd::Link => self.end_link(),
            TagEnd::TableCell => {
                let cell = written(&std::mem::take(&mut self.pieces), Place::Cell, self.known);
                if let Some(table) = &mut self.table {
                    table.add(cell);
                }
            }
            TagEnd::Image | TagEnd::TableHead | TagEnd::TableRow => {}
            TagEnd::Table => {
                let table = self.table.take().map(Table::into_text).unwrap_or_default();
                self.lines.block(&table, Block::Text);
            }
            TagEnd::CodeBlock => self.end_code(),
            TagEnd::HtmlBlock => {
                let html = self.html.take().unwrap_or_default();
                self.pieces.extend(letters(&html::text_of(&html), Origin::Verbatim));
                self.flush();
            }
            TagEnd::BlockQuote(_) | TagEnd::Item => {
                self.flush();
                self.lines.close();
            }
            TagEnd::List(_) => {
                self.flush();
                self.lists.pop();
                self.lines.close();
            }
            _ => self.flush(),
        }
    }

    /// Keeps a link to a known page, and writes any other one as a text with its target.
    fn end_link(&mut self) {
        let Some((target, start)) = self.links.pop() else { return };
        let label = self.pieces.split_off(start.min(self.pieces.len()));
        let text = words(&label);
        let seen = shown_code(&target);
        let is_own_text = text.trim() == seen || seen.strip_prefix("mailto:") == Some(text.trim());
        match self.known.page(&target) {
            // The address as the label, for one that looks like another address.
            Some(_) if is_own_text || text.trim().is_empty() || looks_like_address(&text) => {
                self.pieces.push(Piece::Raw(format!("<{target}>")));
            }
            Some(_) if self.links.is_empty() => {
                self.pieces.push(Piece::Raw("[".to_owned()));
                self.pieces.extend(label);
                self.pieces.push(Piece::Raw(format!("]({target})")));
            }
            _ if is_own_text || text.trim().is_empty() => {
                self.pieces.push(Piece::Code(shown_target(text.trim(), &target)));
            }
            _ => {
                self.pieces.extend(label);
                self.pieces.extend(letters(" (", Origin::Verbatim));
                self.pieces.push(Piece::Code(shown_target("", &target)));
                self.pieces.extend(letters(")", Origin::Verbatim));
            }
        }
    }

    fn end_code(&mut self) {
        let Some((language, text)) = self.code.take() else { return };
        let text = shown_code(&text);
        let text = crate::report::mentions::broken_in_code(text.trim_end_matches('\n'));
        let longest = text.split(|letter| letter != '`').map(str::len).max().unwrap_or_default();
        let fence = "`".repeat((longest + 1).max(3));
        self.lines.block(&format!("{fence}{language}\n{text}\n{fence}"), Block::Marked);
    }

    fn rule(&mut self) {
        self.flush();
        // At the beginning it could be the front matter of a file.
        if !self.lines.out.is_empty() {
            let rule = if self.lines.is_in_item() { "___" } else { "---" };
            self.lines.block(rule, Block::Text);
        }
    }

    /// Writes the text that has been read.
    fn flush(&mut self) {
        let heading = self.heading.take();
        let pieces = std::mem::take(&mut self.pieces);
        self.links.clear();
        match heading {
            Some(level) => {
                let text = written(&pieces, Place::Line, self.known);
                if !text.is_empty() {
                    self.lines.block(&format!("{} {text}", "#".repeat(level)), Block::Marked);
                }
            }
            None => self.lines.block(&written(&pieces, Place::Paragraph, self.known), Block::Text),
        }
    }
}

/// What is shown of a target: its text where that is not empty, cut to a length.
fn shown_target(text: &str, target: &str) -> String {
    let all = if text.is_empty() { target } else { text };
    let target = shown_code(all).split_whitespace().collect::<Vec<_>>().join(" ");
    match target.char_indices().nth(TARGET_CHARS_MAX) {
        Some((end, _)) => format!("{}…", target.get(..end).unwrap_or_default()),
        None if target.is_empty() => "empty address".to_owned(),
        None => target,
    }
}

/// The first word after a fence, if it is the name of a language.
fn language(info: &str) -> String {
    let word = info.split_whitespace().next().unwrap_or_default();
    let is_name = word.len() <= LANGUAGE_BYTES_MAX
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+#-_.".contains(&byte));
    if is_name { word.to_owned() } else { String::new() }
}

fn number(level: HeadingLevel) -> usize {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}
