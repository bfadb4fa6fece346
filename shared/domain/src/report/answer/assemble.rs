//! The report around a model's text: the title and the figures are ours, whatever the model wrote.

use super::fence::Fence;
use crate::digest::Digest;
use crate::report::addresses::addresses;
use crate::report::headline::{HEADLINE_CHARS_MAX, headline_of};
use crate::report::markdown::{line, one_line};
use crate::report::plain::{figures, title};
use crate::report::{Brief, Report};
use pulldown_cmark::{Event, Parser, Tag, TagEnd};

/// The shortest sentence that is a headline, in characters.
const SENTENCE_CHARS_MIN: usize = 15;

/// What ends a sentence, if white space or the end of the text follows; the last three need nothing after them.
const SENTENCE_ENDS: [char; 6] = ['.', '!', '?', '。', '！', '？'];

/// How our figures begin, which follow the opening sentence. What looks like them is no opening.
const FIGURES_BEGIN: &str = "Branch ";

/// Words whose full stop ends no sentence.
const ABBREVIATIONS: [&str; 8] = ["e.g.", "i.e.", "etc.", "vs.", "no.", "approx.", "z.b.", "bzw."];

/// The title, the opening sentence, the figures, and the rest of a text that the filter has written. If the text does
/// not begin with a sentence, the one of the digest is put before it.
pub(super) fn report(text: &str, brief: &Brief<'_>, digest: &Digest<'_>) -> Report {
    let body = below_title(without_heading(text));
    let (opening, rest) = body.split_once("\n\n").unwrap_or((&body, ""));
    let (opening, rest) = (opening.trim(), rest.trim());
    let own = first_sentence(opening);
    let sentence = own.clone().unwrap_or_else(|| headline_of(brief, digest));
    let (shown, below) =
        if own.is_some() { (opening.to_owned(), rest) } else { (line(&sentence, HEADLINE_CHARS_MAX), body.trim()) };
    let (title, figures) = (title(brief), figures(brief, digest));
    let parts = [title.trim_end(), &shown, &figures, below];
    let text = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n");
    Report { text: text + "\n", headline: sentence }
}

/// The text without the heading that it begins with. Of a heading alone, the words are kept.
fn without_heading(text: &str) -> &str {
    let text = text.trim();
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let words = first.trim_start_matches('#');
    let marks = first.len() - words.len();
    if !(1..=6).contains(&marks) || !words.starts_with(' ') {
        return text;
    }
    let rest = rest.trim();
    if rest.is_empty() { words.trim() } else { rest }
}

/// A text whose headings are below ours: a heading of the first level becomes one of the second.
fn below_title(text: &str) -> String {
    let mut open: Option<Fence<'_>> = None;
    let mut out = String::with_capacity(text.len() + 2);
    for line in text.split_inclusive('\n') {
        match (open, Fence::read(line)) {
            (None, Some(fence)) => open = Some(fence),
            (Some(opening), Some(fence)) if fence.closes(&opening) => open = None,
            (None, None) if line.starts_with("# ") => out.push('#'),
            _ => {}
        }
        out.push_str(line);
    }
    out
}

/// The first sentence of a text as plain text, if the text is a paragraph and the sentence is not too long.
fn first_sentence(paragraph: &str) -> Option<String> {
    // What is cut is longer than a headline.
    let words = one_line(&words(paragraph)?, HEADLINE_CHARS_MAX);
    let end = sentence_end(&words).unwrap_or(words.len());
    let sentence = words.get(..end)?.trim();
    let length = sentence.chars().count();
    // A headline is plain text, in which many programs find addresses and make links of them.
    let is_plain = addresses(sentence).is_empty() && !sentence.starts_with(FIGURES_BEGIN);
    ((SENTENCE_CHARS_MIN..=HEADLINE_CHARS_MAX).contains(&length) && is_plain).then(|| sentence.to_owned())
}

/// The words of a text that is one paragraph; `None` for a list, a table, code or a heading.
fn words(text: &str) -> Option<String> {
    let mut words = String::new();
    let mut depth = 0_usize;
    for event in Parser::new(text) {
        match event {
            Event::Start(Tag::Paragraph | Tag::Emphasis | Tag::Strong | Tag::Link { .. }) => depth += 1,
            Event::Start(_) | Event::Rule => return None,
            Event::End(TagEnd::Paragraph | TagEnd::Emphasis | TagEnd::Strong | TagEnd::Link) => depth -= 1,
            Event::Text(text) | Event::Code(text) => words.push_str(&text),
            Event::SoftBreak | Event::HardBreak => words.push(' '),
            _ => {}
        }
    }
    (depth == 0 && !words.trim().is_empty()).then_some(words)
}

/// Where the first sentence ends.
fn sentence_end(words: &str) -> Option<usize> {
    words.char_indices().find_map(|(place, letter)| {
        let end = place + letter.len_utf8();
        let rest = words.get(end..)?;
        let ends = SENTENCE_ENDS.contains(&letter) && (rest.is_empty() || rest.starts_with(' ') || !letter.is_ascii());
        if !ends {
            return None;
        }
        let word = words.get(..end)?.rsplit(' ').next()?.trim_start_matches('(').to_lowercase();
        (!ABBREVIATIONS.contains(&word.as_str())).then_some(end)
    })
}
