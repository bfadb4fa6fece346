//! The beginning of a report as Markdown, and what is missing of it.

use domain::report::grouped;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// How many sections that are missing are named.
const NAMED_MAX: usize = 30;
/// The longest name of a section, in characters.
const NAME_CHARS_MAX: usize = 80;
/// The longest closing fence that is added to the beginning, in characters.
const FENCE_LENGTH_MAX: usize = 64;

/// The lines of a report that fit into a number of bytes, and a paragraph that states what is missing and where it is.
pub(super) fn excerpt(report: &str, bytes_max: usize, address: &str) -> String {
    let begun = report.get(..report.floor_char_boundary(bytes_max)).unwrap_or_default();
    let shown = begun.get(..end(begun)).unwrap_or_default().trim_end();
    let fence = closing_fence(shown);
    let rest = report.get(shown.len()..).unwrap_or_default();
    let lines = rest.lines().filter(|line| !line.trim().is_empty()).count();
    let lines = if lines == 1 { "1 line is".to_owned() } else { format!("{} lines are", grouped_lines(lines)) };
    let names = missing(report, shown.len());
    let names = if names.is_empty() { String::new() } else { format!(": {}", names.join("; ")) };
    let gap = if shown.is_empty() { "" } else { "\n\n" };
    format!("{shown}{fence}{gap}_{lines} missing here{names}. The whole report: `{address}`_\n")
}

/// Where a text is cut: after a line, or within the line if that is more than half of the text. Then the cut is after
/// a word, and not within code, whose text would have an effect.
fn end(text: &str) -> usize {
    let far = |end: &usize| *end > text.len() / 2;
    if let Some(line_end) = text.rfind('\n').filter(far) {
        return line_end;
    }
    let line_start = text.rfind('\n').map_or(0, |at| at + 1);
    let word_end = text.rfind(char::is_whitespace).filter(far).unwrap_or(text.len());
    let line = text.get(line_start..word_end).unwrap_or_default();
    let is_in_code = !line.matches('`').count().is_multiple_of(2);
    line.rfind('`').filter(|_| is_in_code).map_or(word_end, |at| line_start + at)
}

/// The fence that closes the block of code that is open at the end of the text.
fn closing_fence(text: &str) -> String {
    let mut open: Option<&str> = None;
    for line in text.lines() {
        let line = line.trim_start_matches([' ', '>']);
        let fence = line.get(..line.len() - line.trim_start_matches('`').len()).unwrap_or_default();
        match open {
            None if fence.len() >= 3 => open = Some(fence),
            Some(opening) if fence.len() >= opening.len() && line.trim() == fence => open = None,
            _ => {}
        }
    }
    let fence = open.filter(|fence| fence.len() <= FENCE_LENGTH_MAX).map(|fence| format!("\n{fence}"));
    fence.unwrap_or_default()
}

fn grouped_lines(lines: usize) -> String {
    grouped(u64::try_from(lines).unwrap_or(u64::MAX))
}

/// The headings after a place of the report, and the one that the place is below.
fn missing(report: &str, place: usize) -> Vec<String> {
    let (mut last, mut after) = (None, Vec::new());
    let mut heading: Option<(usize, String)> = None;
    for (event, range) in Parser::new_ext(report, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some((range.start, String::new())),
            Event::Text(text) | Event::Code(text) => {
                if let Some((_, words)) = &mut heading {
                    words.push_str(&text);
                }
            }
            Event::End(TagEnd::Heading(_)) => match heading.take() {
                Some((start, words)) if start < place => last = Some(words),
                Some((_, words)) => after.push(words),
                None => {}
            },
            _ => {}
        }
    }
    let of = last.map(|name| format!("a part of {}", shown(&name)));
    let more = after.len().saturating_sub(NAMED_MAX);
    let more = (more > 0).then(|| format!("and {} more sections", grouped_lines(more)));
    let names = after.iter().take(NAMED_MAX).map(|name| shown(name));
    of.into_iter().chain(names).chain(more).collect()
}

/// A name as code, so that nothing in it has an effect.
fn shown(name: &str) -> String {
    let name: String =
        name.chars().map(|letter| if letter == '`' { 'ˋ' } else { letter }).take(NAME_CHARS_MAX).collect();
    format!("`{name}`")
}
