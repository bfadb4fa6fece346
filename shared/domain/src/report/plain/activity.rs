//! What happened beside commits, in the form of each style.

use super::groups::Group;
use super::{GROUP_LINES_MAX, Page};
use crate::activity::{Activity, Issue, PullRequest, Release, WAITING_MAX};
use crate::count::total;
use crate::digest::{Reference, Warning};
use crate::report::Style;
use crate::report::activity::{
    about_issue, about_request, issue, nouns_of, pull_request, release_page, release_words, waited,
};
use crate::report::markdown::{count, grouped, line, link_address};
use crate::report::wording::{capitalised, listed, reference_text, title_words};

/// The most bytes that other groups leave for those of this file.
const RESERVED_BYTES: usize = 15_000;

/// The most releases that are named in a sentence.
const RELEASES_NAMED_MAX: usize = 3;

const PATH_CHARS_MAX: usize = 120;

impl Page<'_> {
    /// The bytes that the groups of changes leave for what happened beside them.
    pub(super) fn reserved(&self) -> usize {
        if self.activity().is_some() { RESERVED_BYTES } else { 0 }
    }

    /// What happened beside commits; `None` if nothing did and nothing waits.
    fn activity(&self) -> Option<&'_ Activity> {
        self.brief.activity.filter(|activity| !activity.is_empty() || !activity.waiting.is_empty())
    }

    /// The groups of a style; none for styles that write sentences.
    pub(super) fn activity_groups(&self) -> Vec<Group> {
        let Some(activity) = self.activity() else { return Vec::new() };
        let (one, many) = nouns_of(self.brief.provider);
        let groups = [
            self.group("Releases", ("release", "releases"), &activity.releases, Self::release_line),
            self.group(&format!("Merged {many}"), (one, many), &activity.merged, Self::request_line),
            self.group("Closed issues", ("issue", "issues"), &activity.closed, Self::issue_line),
            self.group("Opened issues", ("issue", "issues"), &activity.opened, Self::issue_line),
            Group {
                // Only those that wait longest are known, not how many wait.
                heading: format!("## {} that wait longest", capitalised(many)),
                ..self.group("", (one, many), &activity.waiting, Self::request_line)
            },
        ];
        let wanted = match self.brief.writing.style {
            Style::Standard | Style::Standup => [true, true, true, true, true],
            Style::Changelog => [true, true, true, true, false],
            // Users of the software see what was released and what works again.
            Style::ReleaseNotes => [true, false, true, false, false],
            Style::Summary | Style::Executive => [false; 5],
        };
        groups.into_iter().zip(wanted).filter_map(|(group, is_wanted)| is_wanted.then_some(group)).collect()
    }

    fn group<T>(
        &self,
        title: &str,
        nouns: (&'static str, &'static str),
        items: &[T],
        entry: fn(&Self, &T) -> String,
    ) -> Group {
        Group {
            heading: format!("## {title} ({})", grouped(total(items.len()))),
            entries: items.iter().take(GROUP_LINES_MAX).map(|item| entry(self, item)).collect(),
            total: items.len(),
            nouns,
        }
    }

    fn request_line(&self, one: &PullRequest) -> String {
        let reference = self.numbered(&pull_request(one.number, self.brief.provider));
        let about = about_request(self.brief, one, line);
        format!("- {} ({reference}, {})\n", title_words(&one.title), about.join(", "))
    }

    fn issue_line(&self, one: &Issue) -> String {
        let parts = std::iter::once(self.numbered(&issue(one.number))).chain(about_issue(self.brief, one, line));
        format!("- {} ({})\n", title_words(&one.title), parts.collect::<Vec<_>>().join(", "))
    }

    fn release_line(&self, one: &Release) -> String {
        let (tag, name) = release_words(&one.tag, one.name.as_deref(), line);
        let page = release_page(self.brief, &one.tag).filter(|_| self.brief.writing.link_to_commits);
        // A link in a link, or code at its edge, would end it.
        let page = page.filter(|_| !tag.contains('`'));
        let tag = page.map_or(tag.clone(), |page| format!("[{tag}]({})", link_address(&page)));
        let name = name.map_or(String::new(), |name| format!(": {name}"));
        let early = if one.is_prerelease { " (pre-release)" } else { "" };
        let kind = if one.at.is_none() { " (tag)" } else { early };
        format!("- {tag}{name}{kind}\n")
    }

    fn numbered(&self, reference: &Reference) -> String {
        let text = reference_text(reference);
        match self.brief.page_of(reference).filter(|_| self.brief.writing.link_to_commits) {
            Some(page) => format!("[{text}]({})", link_address(&page)),
            None => text,
        }
    }

    /// For the summary: what waits longest, and what was released.
    pub(super) fn activity_sentences(&mut self) {
        let Some(activity) = self.activity().cloned() else { return };
        self.released(&activity, "Released");
        let Some(longest) = activity.waiting.first() else { return };
        let reference = self.numbered(&pull_request(longest.number, self.brief.provider));
        let review = if longest.is_unreviewed() { ", without a review" } else { "" };
        let words = title_words(&longest.title);
        let open = waited(self.brief, longest.opened_at);
        self.paragraph(&format!("Waiting longest: {words} ({reference}), open {open}{review}."));
    }

    fn released(&mut self, activity: &Activity, word: &str) {
        let words = |one: &Release| format!("**{}**", release_words(&one.tag, None, line).0);
        let mut tags: Vec<String> = activity.releases.iter().take(RELEASES_NAMED_MAX).map(words).collect();
        let others = activity.releases.len().saturating_sub(RELEASES_NAMED_MAX);
        tags.extend((others > 0).then(|| format!("{} more", grouped(total(others)))));
        if !tags.is_empty() {
            self.paragraph(&format!("{word}: {}.", listed(&tags)));
        }
    }

    /// For readers who don't write code.
    pub(super) fn activity_for_managers(&mut self) {
        let Some(activity) = self.activity().cloned() else { return };
        self.released(&activity, "Now available");
        let number = |length: usize| total(length);
        let (closed, opened) = (number(activity.closed.len()), number(activity.opened.len()));
        let accepted = number(activity.merged.len());
        let mut clauses: Vec<String> = Vec::new();
        clauses.extend(
            (accepted > 0).then(|| count(accepted, "piece of work was accepted", "pieces of work were accepted")),
        );
        let settled = ("reported problem or wish was settled", "reported problems and wishes were settled");
        clauses.extend((closed > 0).then(|| count(closed, settled.0, settled.1)));
        clauses.extend(
            (opened > 0)
                .then(|| count(opened, "new problem or wish was reported", "new problems and wishes were reported")),
        );
        if !clauses.is_empty() {
            self.paragraph(&format!("{}.", listed(&clauses)));
        }
        let waiting: Vec<&PullRequest> = activity.waiting.iter().filter(|one| one.is_unreviewed()).collect();
        if let Some(longest) = waiting.first() {
            let (one, many) = ("piece of work waits", "pieces of work wait");
            let at_least = if activity.waiting.len() < WAITING_MAX { "" } else { "At least " };
            let waits = format!("{at_least}{}", count(total(waiting.len()), one, many));
            let open = waited(self.brief, longest.opened_at);
            self.paragraph(&format!("{waits} for a review; the longest wait is {open}."));
        }
    }

    /// A report on a range without commits in which something happened beside them.
    pub(super) fn activity_alone(&mut self) {
        match self.brief.writing.style {
            Style::Summary => self.activity_sentences(),
            Style::Executive => self.activity_for_managers(),
            Style::Standard | Style::Standup | Style::Changelog | Style::ReleaseNotes => {
                let groups = self.activity_groups();
                self.groups(&groups);
            }
        }
    }

    /// What is unusual, for the team.
    pub(super) fn warnings(&mut self) {
        if matches!(self.brief.writing.style, Style::Executive | Style::ReleaseNotes) {
            return;
        }
        let words = |warning: &Warning| match warning {
            Warning::MostlyFixes { fixes, changes } => {
                format!("{} of {} are fixes", grouped(*fixes), count(*changes, "change", "changes"))
            }
            Warning::RevertOfRevert { text, commit } => {
                format!("a revert was taken back: {} (`{commit}`)", line(text, PATH_CHARS_MAX))
            }
            Warning::ChangedByAll { path, people } => {
                format!("{} was changed by all {} people", line(path, PATH_CHARS_MAX), grouped(*people))
            }
        };
        let all: Vec<String> = self.digest.warnings.iter().map(words).collect();
        if !all.is_empty() {
            self.paragraph(&format!("Noticed: {}.", all.join("; ")));
        }
    }
}
