//! The plain report: Markdown from the digest alone, without a model.
//!
//! It is the report of a degraded run and of the plain summariser, so it must be worth reading: a sentence that says
//! what happened, breaking changes and security first, then the work by kind; what repeats is folded. The same brief
//! always gives the same text, in English and in a sober tone; the language and the tone of the brief are ignored.
//!
//! 1. `entry` writes the line of a change, of updated dependencies, and of what was reverted.
//! 2. `groups` puts lines under headings, within the limits of a report.
//! 3. `sections`, `summary`, `days`, `standup`, `release_notes` and `executive` are the styles.
//! 4. `activity` writes what happened beside commits, and what is unusual.
//! 5. This file writes what all styles have: the title, the headline, the figures, and what is not covered.

mod activity;
mod days;
mod entry;
mod executive;
mod groups;
mod release_notes;
mod sections;
mod standup;
mod summary;

pub(super) use entry::{plain_reverted, plain_update};

use super::activity::{figures_beside, gaps};
use super::headline::{HEADLINE_CHARS_MAX, headline_of};
use super::markdown::{count, grouped, line, line_with_code};
use super::paths::{paths_in_title, paths_in_words};
use super::trend::sentence;
use super::wording::{by, listed, name_of, newcomer_names, range};
use super::{Brief, Style};
use crate::count::total;
use crate::digest::Digest;
use crate::digest::people::People;
use crate::repository::{PATH_BYTES_MAX, RepositoryPath};

/// The longest report, in bytes. Lines that would exceed it are counted, not shown.
pub const REPORT_BYTES_MAX: usize = 100_000;

/// The most changes that one group lists, as many as fit on a screen; the others are counted below it.
pub const GROUP_LINES_MAX: usize = 20;

/// The most people that are listed.
const PEOPLE_MAX: usize = 25;

const PLACE_CHARS_MAX: usize = 120;

/// The longest path that a title shows, in characters.
const TITLE_PATH_CHARS_MAX: usize = 40;

/// The longest path is shown whole, with the marks around it.
const PATH_CHARS_MAX: usize = PATH_BYTES_MAX + 2;

/// Writes the report. Never longer than [`REPORT_BYTES_MAX`].
pub fn plain_report(brief: &Brief<'_>) -> String {
    let digest = Digest::of(&brief.range());
    plain_report_of(brief, &digest)
}

/// Writes the report of a digest of the same brief.
pub fn plain_report_of(brief: &Brief<'_>, digest: &Digest<'_>) -> String {
    let mut page = Page { brief, digest, text: title(brief), unlisted: 0 };
    if digest.commits == 0 {
        page.nothing();
        return page.text;
    }
    page.paragraph(&line(&headline_of(brief, digest), HEADLINE_CHARS_MAX));
    page.paragraph(&figures(brief, digest));
    page.warnings();
    match brief.writing.style {
        Style::Summary => page.summary(),
        Style::Standard => page.sections(),
        Style::Changelog => page.days(),
        Style::Standup => page.standup(),
        Style::ReleaseNotes => page.release_notes(),
        Style::Executive => page.executive(),
    }
    page.omitted();
    page.text
}

/// The heading of a report: the repository, the paths that it is about, and when.
pub(super) fn title(brief: &Brief<'_>) -> String {
    format!("# {}: {}\n", title_place(brief), range(brief.from, brief.to))
}

/// The repository, and the paths in it, as a heading names them.
pub(super) fn title_place(brief: &Brief<'_>) -> String {
    let paths = paths_in_title(brief.paths, |path| line(path.as_str(), TITLE_PATH_CHARS_MAX));
    format!("{}{paths}", line(brief.repository, PLACE_CHARS_MAX))
}

/// The branch, the number of commits and people, and the size of the changes, in a sentence; then those about
/// earlier periods and about new people.
pub(super) fn figures(brief: &Brief<'_>, digest: &Digest<'_>) -> String {
    let branch = line(brief.branch, PLACE_CHARS_MAX);
    let by = contributors(brief, digest);
    let at_least = if brief.at_least && brief.omitted == 0 { "at least " } else { "" };
    let number = count(digest.commits, "commit", "commits");
    let paths = shown_paths(brief);
    let mut sentence = vec![format!("Branch **{branch}**{paths}: {at_least}{number} by {by}")];
    if let Some(size) = &digest.size {
        sentence.push(format!(", +{} −{} lines", grouped(size.additions), grouped(size.deletions)));
        if size.commits < digest.commits {
            sentence.push(format!(" (as far as known: {} of them)", grouped(size.commits)));
        }
    }
    if digest.merges > 0 {
        sentence.push(format!("; {} not counted", count(digest.merges, "merge", "merges")));
    }
    let beside = figures_beside(brief).map(|beside| format!(" {beside}"));
    let figures = format!("{}.{}", sentence.concat(), beside.unwrap_or_default());
    [Some(figures), earlier(brief), newcomers(brief, digest)].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// `5 people and 1 bot`. Someone who made all commits is named here and not again in each line. Readers who don't write
/// code, and users of the software, get no names.
fn contributors(brief: &Brief<'_>, digest: &Digest<'_>) -> String {
    let only = digest.people.only_author().filter(|_| match brief.writing.style {
        Style::Summary | Style::Standard | Style::Changelog | Style::Standup => true,
        Style::ReleaseNotes | Style::Executive => false,
    });
    let (humans, bots) = digest.people.humans_and_bots();
    only.map_or_else(|| by(humans, bots), name_of)
}

/// ``in `packages/api` `` after a space; empty for the whole repository.
fn shown_paths(brief: &Brief<'_>) -> String {
    let code = |path: &RepositoryPath| format!("`{}`", path.as_str().replace('`', "'"));
    paths_in_words(brief.paths, |path| line_with_code(&code(path), PATH_CHARS_MAX))
}

/// Who contributed for the first time. Readers who don't write code get no names.
fn newcomers(brief: &Brief<'_>, digest: &Digest<'_>) -> Option<String> {
    let names = newcomer_names(digest, name_of);
    let is_shown = brief.writing.style != Style::Executive && !names.is_empty();
    is_shown.then(|| format!("First commits by {}.", listed(&names)))
}

/// What is said of earlier periods. Users of the software need no comparison of the work on it.
fn earlier(brief: &Brief<'_>) -> Option<String> {
    let trend = brief.trend.filter(|_| brief.writing.style != Style::ReleaseNotes)?;
    sentence(trend)
}

/// A report that is being written.
struct Page<'a> {
    brief: &'a Brief<'a>,
    digest: &'a Digest<'a>,
    text: String,
    /// Changes of groups that exceed the limit.
    unlisted: usize,
}

impl Page<'_> {
    fn paragraph(&mut self, text: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn put(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn nothing(&mut self) {
        let paths = shown_paths(self.brief);
        let nothing = match self.digest.merges {
            0 if self.brief.at_least && !self.brief.paths.is_whole() => {
                format!("No commits{paths} among those of this range that were read.")
            }
            0 => format!("No commits in this range{paths}."),
            merges => format!("No commits in this range{paths} but {}.", count(merges, "merge", "merges")),
        };
        let last = self.brief.last_commit.map(|commit| {
            let people = People::of(std::iter::once(commit), self.brief.mailmap, self.digest.people.display);
            let by = people.author(commit).map(|name| format!(" by {}", name_of(name))).unwrap_or_default();
            format!(" The last commit was made on {}{by}.", commit.committed_at.format("%-d %B %Y"))
        });
        let streak = earlier(self.brief).map(|streak| format!(" {streak}"));
        if self.brief.activity.is_some_and(|activity| !activity.is_empty()) {
            self.paragraph(&line(&headline_of(self.brief, self.digest), HEADLINE_CHARS_MAX));
        }
        self.paragraph(
            &(nothing
                + &self.elsewhere().unwrap_or_default()
                + &last.unwrap_or_default()
                + &streak.unwrap_or_default()),
        );
        self.activity_alone();
        self.omitted();
    }

    /// What was committed outside of the paths: perhaps one of them is misspelt.
    fn elsewhere(&self) -> Option<String> {
        let at_least = if self.brief.at_least { "At least " } else { "" };
        let number = Some(self.brief.elsewhere).filter(|number| *number > 0)?;
        Some(format!(" {at_least}{} only other paths.", count(total(number), "commit changes", "commits change")))
    }

    fn omitted(&mut self) {
        if self.unlisted > 0 {
            let more = count(total(self.unlisted), "older change is", "older changes are");
            self.paragraph(&format!("{more} counted above but not listed."));
        }
        for note in not_covered(self.brief) {
            self.paragraph(&note);
        }
    }
}

/// Sentences about commits of the range that the report does not cover.
pub(super) fn not_covered(brief: &Brief<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(commit) = brief.unread_before {
        notes.push(format!("Commits before `{}` could not be read and are not covered.", commit.short()));
    } else if brief.omitted == 0 && brief.at_least {
        notes.push("Further commits in this range are not covered.".to_owned());
    }
    if brief.omitted > 0 {
        let (one, many) = ("further commit in this range is", "further commits in this range are");
        let number = count(total(brief.omitted), one, many);
        let at_least = if brief.at_least { "At least " } else { "" };
        notes.push(format!("{at_least}{number} not covered."));
    }
    notes.extend(gaps(brief));
    notes
}
