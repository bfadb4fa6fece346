//! The beginning of a report as Markdown, and what is missing of it.

use domain::report::answer::closing_fence;
use domain::report::grouped;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// How many sections that are missing are named.
const NAMED_MAX: usize = 30;
/// The longest name of a section, in characters.
const NAME_CHARS_MAX: usize = 80;

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

#[cfg(test)]
mod tests {
    use super::excerpt;
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

    /// Whether the paragraph on what is missing is text, and not a part of a block of code.
    fn states_what_is_missing(report: &str, bytes_max: usize) -> bool {
        let cut = excerpt(report, bytes_max, "/report-runs/1");
        let (mut in_code, mut stated) = (false, false);
        for event in Parser::new_ext(&cut, Options::ENABLE_TABLES) {
            match event {
                Event::Start(Tag::CodeBlock(_)) => in_code = true,
                Event::End(TagEnd::CodeBlock) => in_code = false,
                Event::Code(code) => stated = stated || (!in_code && *code == *"/report-runs/1"),
                _ => {}
            }
        }
        stated
    }

    #[test]
    fn block_of_code_is_closed_where_the_report_is_cut() {
        let lines = "line of code\n".repeat(20);
        for report in [
            format!("# A\n\n```\n{lines}```\n\nEnd.\n"),
            format!("# A\n\n> ```\n> {}\n> ```\n\nEnd.\n", lines.trim_end().replace('\n', "\n> ")),
            format!("# A\n\n- a\n\n  ```\n  {}\n  ```\n\nEnd.\n", lines.trim_end().replace('\n', "\n  ")),
            format!("# A\n\n~~~~\n{lines}~~~~\n\nEnd.\n"),
        ] {
            assert!(states_what_is_missing(&report, 120), "{report}");
        }
    }
}
