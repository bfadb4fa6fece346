//! A report about several branches: the reports about each below one title.

use super::Brief;
use super::answer::{bounded, cut};
use super::headline::HEADLINE_CHARS_MAX;
use super::markdown::line;
use super::plain::{REPORT_BYTES_MAX, title_place};
use super::trend::sentence_of_several;
use super::wording::range;
use crate::digest::Trend;
use std::fmt::Write;

/// The room for the title and for the list of branches that were not read, in bytes.
const FRAME_BYTES_MAX: usize = 10_000;

const NAME_CHARS_MAX: usize = 120;
const REASON_CHARS_MAX: usize = 300;

/// A branch that could not be read.
#[derive(Clone, Copy, Debug)]
pub struct Unread<'a> {
    pub repository: &'a str,
    pub branch: &'a str,
    pub why: &'a str,
}

/// The report about one branch.
#[derive(Clone, Copy)]
pub struct Section<'a> {
    pub brief: &'a Brief<'a>,
    /// As it is for the branch alone, with its title.
    pub report: &'a str,
}

/// Joins reports: a headline, a sentence about earlier periods, a section for each branch with the same room for each,
/// and a list of what could not be read. Never longer than [`REPORT_BYTES_MAX`].
pub fn several_reports(
    title: &str,
    (headline, trend): (&str, Option<&Trend>),
    sections: &[Section<'_>],
    (unread, is_scheduled): (&[Unread<'_>], bool),
) -> String {
    let title = line(title, NAME_CHARS_MAX);
    let briefs = || sections.iter().map(|section| section.brief);
    let mut text = match (briefs().map(|brief| brief.from).min(), briefs().map(|brief| brief.to).max()) {
        (Some(from), Some(to)) => format!("# {title}: {}\n", range(from, to)),
        _ => format!("# {title}\n"),
    };
    if !headline.is_empty() {
        text = format!("{text}\n{}\n", line(headline, HEADLINE_CHARS_MAX));
    }
    if let Some(sentence) = trend.and_then(sentence_of_several) {
        text = format!("{text}\n{sentence}\n");
    }
    let room = (REPORT_BYTES_MAX - FRAME_BYTES_MAX).checked_div(sections.len()).unwrap_or_default();
    let is_shared = |repository| briefs().filter(|brief| brief.repository == repository).count() > 1;
    for one in sections {
        let section = section(one, is_shared(one.brief.repository));
        let section = if section.len() > room { cut(&section, room) } else { section };
        text = format!("{text}\n{}\n", section.trim_end());
    }
    if !unread.is_empty() {
        let next = if is_scheduled { " Their commits are in the next report." } else { "" };
        text = format!("{text}\n## Not read\n\nThese could not be read.{next}\n\n");
    }
    for Unread { repository, branch, why } in unread {
        let (repository, branch) = (line(repository, NAME_CHARS_MAX), line(branch, NAME_CHARS_MAX));
        // Writing to a `String` can't fail.
        let _ = writeln!(text, "- **{repository}**, branch **{branch}**: {}", line(why, REASON_CHARS_MAX));
    }
    bounded(text)
}

/// The report of a branch below a heading with the repository and its paths, its own headings one level lower. The
/// heading names the branch too, if other sections are about the same repository.
fn section(Section { brief, report }: &Section<'_>, is_shared: bool) -> String {
    let branch = is_shared.then(|| format!(", branch {}", line(brief.branch, NAME_CHARS_MAX)));
    let mut text = format!("## {}{}\n", title_place(brief), branch.unwrap_or_default());
    // The title names the repository and the range, which are above.
    for row in report.lines().skip(1) {
        // Six levels are the most that Markdown has.
        let mark = if row.starts_with('#') && !row.starts_with("######") { "#" } else { "" };
        text.push_str(mark);
        text.push_str(row);
        text.push('\n');
    }
    text
}
