//! The changes as data for a model: short ids instead of addresses, one line for each change, and the bodies of
//! messages as far as they fit.

use super::fence::defused;
use crate::commit::redaction::redacted;
use crate::commit::{Commit, Kind, is_trailer, without_addresses};
use crate::count::total;
use crate::digest::{Change, Digest, most_significant};
use crate::instant::Instant;
use crate::report::headline::headline;
use crate::report::markdown::{is_invisible, one_line};
use crate::report::plain::{plain_reverted, plain_update};
use crate::report::wording::{
    REFERENCES_SHOWN_MAX, TICKETS_SHOWN_MAX, listed, newcomer_names, reference_text, words_of,
};
use crate::report::{AuthorDisplay, Brief, activity, paths_in_words, trend};
use std::collections::BTreeSet;

/// The most bytes of one commit message in the prompt, if the budget allows.
const BODY_BYTES_MAX: usize = 420;

const SUBJECT_CHARS_MAX: usize = 200;
const NAME_CHARS_MAX: usize = 60;
const SCOPE_CHARS_MAX: usize = 40;
const PLACE_CHARS_MAX: usize = 120;

/// The most commits and authors that are named of one change.
const COMMITS_MAX: usize = 3;

pub(super) const OPENING: &str = "<commits>\n";
pub(super) const CLOSING: &str = "</commits>\n";

/// The most bytes of the headings above changes: the names of all kinds, and that of the breaking ones.
pub(super) const HEADINGS_BYTES_MAX: usize = 400;

/// The most bytes around lines of what is folded: their title, and the number of the others.
const FOLDED_TITLE_BYTES_MAX: usize = 70;

/// How much of a change is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Size {
    Subject,
    WithBody,
}

/// What the changes are about, and the exact figures.
pub(super) fn head(brief: &Brief<'_>, digest: &Digest<'_>) -> String {
    let place = |text: &str| defused(&one_line(text, PLACE_CHARS_MAX));
    let at_least = if brief.at_least { "at least " } else { "" };
    let commits = digest.commits.saturating_add(total(brief.omitted));
    let size = digest.size.map_or(String::new(), |size| {
        let (additions, deletions) = (size.additions, size.deletions);
        format!("Lines: +{additions} -{deletions}\n")
    });
    let earlier = brief.trend.map(trend::data).unwrap_or_default();
    let names = newcomer_names(digest, |name| one_line(name, NAME_CHARS_MAX));
    let newcomers =
        if names.is_empty() { String::new() } else { format!("First commits by: {}\n", defused(&listed(&names))) };
    let author = digest.people.only_author();
    let author = author.map(|name| format!("Author of all commits: {}\n", defused(&one_line(name, NAME_CHARS_MAX))));
    let author = author.unwrap_or_default();
    let beside = activity::happened(brief.activity.as_slice(), activity::nouns_of(brief.provider));
    let beside = beside.map(|beside| format!(" {beside}")).unwrap_or_default();
    let figures = format!("{}{beside}", headline(digest));
    let paths = paths_in_words(brief.paths, |path| place(path.as_str()));
    let paths = if paths.is_empty() { paths } else { format!("Only changes{paths}\n") };
    format!(
        "Repository: {}\nBranch: {}\n{paths}From: {}\nTo: {}\nCommits: {at_least}{commits}\n{author}{size}{earlier}\
         {newcomers}Figures: {}\n",
        place(brief.repository),
        place(brief.branch),
        minute(brief.from),
        minute(brief.to),
        defused(&figures),
    )
}

/// The minute of an instant. What is more exact means nothing to a reader.
fn minute(instant: Instant) -> impl std::fmt::Display {
    instant.format("%Y-%m-%d %H:%M UTC")
}

/// Changes under the names of their kinds, the breaking ones first. The bodies of the most significant ones are shown
/// as far as there is room: with them, the lines of the changes have at most `room` bytes. Headings are not counted.
pub(super) fn changes(brief: &Brief<'_>, digest: &Digest<'_>, shown: &[&Change<'_>], room: usize) -> String {
    let bytes = |one: &Change<'_>, size| change(brief, digest, one, size).len();
    let used: usize = shown.iter().map(|one| bytes(one, Size::Subject)).sum();
    let mut left = room.saturating_sub(used);
    let mut with_body: BTreeSet<*const Change<'_>> = BTreeSet::new();
    for one in by_significance(shown) {
        let extra = bytes(one, Size::WithBody).saturating_sub(bytes(one, Size::Subject));
        if extra > 0 && extra <= left {
            left -= extra;
            with_body.insert(std::ptr::from_ref(one));
        }
    }
    let mut with_patch: BTreeSet<*const Change<'_>> = BTreeSet::new();
    for one in by_significance(shown) {
        let extra = diff(brief, one).len();
        if extra > 0 && extra <= left {
            left -= extra;
            with_patch.insert(std::ptr::from_ref(one));
        }
    }
    let mut text = String::new();
    let breaking = shown.iter().filter(|one| one.breaking.is_some());
    let mut groups: Vec<(&str, Vec<&&Change<'_>>)> = vec![("Breaking changes", breaking.collect())];
    groups.extend(
        Kind::ALL.into_iter().map(|kind| {
            (kind.as_str(), shown.iter().filter(|one| one.breaking.is_none() && one.kind == kind).collect())
        }),
    );
    for (title, group) in groups.into_iter().filter(|(_, group)| !group.is_empty()) {
        text.push_str(title);
        text.push_str(":\n");
        for one in group {
            let is_with_body = with_body.contains(&std::ptr::from_ref::<Change<'_>>(one));
            text.push_str(&change(brief, digest, one, if is_with_body { Size::WithBody } else { Size::Subject }));
            if with_patch.contains(&std::ptr::from_ref::<Change<'_>>(one)) {
                text.push_str(&diff(brief, one));
            }
        }
    }
    text
}

/// A line of facts, and the body where it is wanted.
pub(super) fn change(brief: &Brief<'_>, digest: &Digest<'_>, change: &Change<'_>, size: Size) -> String {
    let mut line: Vec<String> = change.commits.iter().take(COMMITS_MAX).map(|one| one.sha.short().to_owned()).collect();
    line.extend(beyond(change.commits.len(), COMMITS_MAX, "commits"));
    if brief.writing.author_display != AuthorDisplay::Hidden && digest.people.only_author().is_none() {
        line.push(format!("{}:", authors(digest, change)));
    }
    line.extend(change.scope.as_deref().map(|scope| format!("{}:", one_line(scope, SCOPE_CHARS_MAX))));
    line.push(one_line(&redacted(&without_addresses(words_of(change.text))), SUBJECT_CHARS_MAX));
    line.extend(change.tickets.iter().take(TICKETS_SHOWN_MAX).map(|key| (*key).to_owned()));
    line.extend(beyond(change.tickets.len(), TICKETS_SHOWN_MAX, "tickets"));
    let references = change.references.iter().take(REFERENCES_SHOWN_MAX);
    line.extend(references.map(|reference| one_line(&reference_text(reference), NAME_CHARS_MAX)));
    line.extend(beyond(change.references.len(), REFERENCES_SHOWN_MAX, "references"));
    line.extend(change.lines().map(|lines| format!("[{lines} lines]")));
    // The words can be without the mark that states it.
    line.extend(change.is_unfinished.then(|| "[unfinished]".to_owned()));
    let mut entry = defused(&line.join(" "));
    entry.push('\n');
    if let Some(what) = change.breaking.as_ref().and_then(|breaking| breaking.what.as_deref()) {
        let what = defused(&one_line(&without_addresses(what), SUBJECT_CHARS_MAX));
        entry.extend(["  breaks: ", &what, "\n"]);
    }
    if size == Size::WithBody {
        let bodies = change.commits.iter().map(|commit| body(commit));
        let body = bodies.into_iter().find(|body| !body.is_empty()).unwrap_or_default();
        for line in body.lines() {
            entry.push_str("  ");
            entry.push_str(&defused(line));
            entry.push('\n');
        }
    }
    entry
}

/// How many are not named: `(+3 commits)`.
fn beyond(all: usize, named_max: usize, nouns: &str) -> Option<String> {
    all.checked_sub(named_max).filter(|more| *more > 0).map(|more| format!("(+{more} {nouns})"))
}

/// The changed lines of a change's commits, as far as they were read.
fn diff(brief: &Brief<'_>, change: &Change<'_>) -> String {
    let mut text = String::new();
    let patches = brief.patches.iter().filter(|patch| change.commits.iter().any(|commit| commit.sha == patch.sha));
    for file in patches.flat_map(|patch| &patch.texts) {
        text.extend(["  diff of ", &defused(&one_line(&file.path, SUBJECT_CHARS_MAX)), ":\n"]);
        for line in file.text.lines() {
            let line: String = line.chars().filter(|letter| *letter == '\t' || !is_hidden(*letter)).collect();
            text.extend(["  ", &defused(&line), "\n"]);
        }
    }
    text
}

fn is_hidden(letter: char) -> bool {
    letter.is_control() || is_invisible(letter)
}

fn authors(digest: &Digest<'_>, change: &Change<'_>) -> String {
    let mut names: Vec<String> = Vec::new();
    for commit in &change.commits {
        let people = digest.people.author(commit).into_iter().chain(digest.people.helpers(commit));
        for name in people.map(|name| one_line(name, NAME_CHARS_MAX)) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names.truncate(COMMITS_MAX);
    names.join(", ")
}

/// Updated dependencies and what was taken back, a line each, in at most `bytes_max` bytes. What does not fit is
/// counted.
pub(super) fn updates(digest: &Digest<'_>, bytes_max: usize) -> String {
    let half = (bytes_max / 2).saturating_sub(FOLDED_TITLE_BYTES_MAX);
    let updates: Vec<String> = digest.updates.iter().map(|update| plain_update(digest, update)).collect();
    let reverted: Vec<String> = digest.reverted.iter().map(plain_reverted).collect();
    [("Updated dependencies:\n", updates), ("Made and taken back:\n", reverted)]
        .into_iter()
        .filter(|(_, lines)| !lines.is_empty())
        .flat_map(|(title, lines)| [title.to_owned(), bounded(&lines, half)])
        .collect()
}

/// What happened beside commits, a line each, in at most `bytes_max` bytes. What does not fit is counted.
pub(super) fn beside(brief: &Brief<'_>, bytes_max: usize) -> String {
    let groups: Vec<_> = activity::data(brief).into_iter().filter(|(_, lines)| !lines.is_empty()).collect();
    let share = bytes_max.checked_div(groups.len()).unwrap_or_default().saturating_sub(FOLDED_TITLE_BYTES_MAX);
    groups.into_iter().flat_map(|(title, lines)| [title.to_owned(), bounded(&lines, share)]).collect()
}

/// The first lines, in at most `bytes_max` bytes, and the number of the others.
fn bounded(lines: &[String], bytes_max: usize) -> String {
    let mut text = String::new();
    let mut shown = 0;
    for line in lines.iter().map(|line| defused(line)) {
        if text.len() + line.len() >= bytes_max {
            break;
        }
        text.push_str(&line);
        text.push('\n');
        shown += 1;
    }
    let more = lines.len() - shown;
    if more > 0 { format!("{text}and {more} more\n") } else { text }
}

/// The message after its subject, without trailers that name people, which are among the facts or hidden, and without
/// what breaks, which has a line of its own.
fn body(commit: &Commit) -> String {
    // A secret can have several lines, so the message is searched as a whole.
    let message = redacted(&commit.message);
    let mut body = String::new();
    for line in message.lines().skip(1) {
        let line = line.trim_end();
        let is_shown_above = line.starts_with("BREAKING CHANGE:") || line.starts_with("BREAKING-CHANGE:");
        if is_trailer(line) || line.is_empty() || is_shown_above {
            continue;
        }
        let line: String =
            without_addresses(line).chars().filter(|letter| *letter == '\t' || !is_hidden(*letter)).collect();
        if body.len() + line.len() > BODY_BYTES_MAX {
            body.push('…');
            break;
        }
        body.push_str(&line);
        body.push('\n');
    }
    body.truncate(body.trim_end().len());
    body
}

/// The changes whose bodies are shown first.
fn by_significance<'c, 'a>(changes: &[&'c Change<'a>]) -> Vec<&'c Change<'a>> {
    let mut sorted = most_significant(changes, changes.len());
    sorted.sort_by_key(|change| std::cmp::Reverse(change.significance()));
    sorted
}
