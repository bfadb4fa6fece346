//! How a report is written, in the request that sets it and in the answers that show it: configurations, and the runs
//! that keep it.

use crate::request::{Line, Prose, SourceList};
use crate::routes::prelude::{answer_body, request_body, words};
use domain::activity::Source;
use domain::report::{AuthorDisplay, INSTRUCTIONS_CHARS_MAX, IfNoUpdates, LANGUAGE_CHARS_MAX, Style, Tone, Writing};

request_body! {
    /// How a report is written.
    pub(crate) struct WritingRequestPart {
        /// Layout of the report.
        report_style: Style = Writing::default().style,
        /// Tone of the report.
        tone_of_voice: Tone = Writing::default().tone,
        /// How authors are named in the report.
        author_display: AuthorDisplay = Writing::default().author_display,
        /// Whether commits link to their pages.
        link_to_commits: bool = Writing::default().link_to_commits,
        /// What to do when there are no commits.
        if_no_updates: IfNoUpdates = Writing::default().if_no_updates,
        /// Whether the diffs of the changes are read.
        include_diffs: bool = Writing::default().include_diffs,
        /// What the report covers: always `commits`, and, where the git host has them, merged and waiting pull
        /// requests, closed and opened issues, and releases with tags that no release names. A folder of the local
        /// stack has tags only.
        sources: SourceList = SourceList(Writing::default().sources),
        /// The user's own wishes about content and form, for the model. Empty for no wish.
        instructions: Prose<INSTRUCTIONS_CHARS_MAX> = Prose::default(),
        /// Language of the report.
        language: Line<LANGUAGE_CHARS_MAX> = Line(Writing::default().language),
    }
}

impl From<WritingRequestPart> for Writing {
    fn from(part: WritingRequestPart) -> Self {
        Self {
            style: part.report_style,
            tone: part.tone_of_voice,
            author_display: part.author_display,
            link_to_commits: part.link_to_commits,
            if_no_updates: part.if_no_updates,
            include_diffs: part.include_diffs,
            sources: part.sources.0,
            instructions: part.instructions.0,
            language: part.language.0,
        }
    }
}

answer_body! {
    /// How a report is written.
    pub(crate) struct WritingPart of(writing: &Writing) {
        report_style: &'static str as words::ReportStyle = writing.style.as_str(),
        tone_of_voice: &'static str as words::ToneOfVoice = writing.tone.as_str(),
        author_display: &'static str as words::AuthorDisplay = writing.author_display.as_str(),
        link_to_commits: bool = writing.link_to_commits,
        if_no_updates: &'static str as words::NoUpdatesAction = writing.if_no_updates.as_str(),
        include_diffs: bool = writing.include_diffs,
        /// What the report covers.
        sources: Vec<&'static str> as Vec<words::ReportSource> = words_of(writing),
        /// The user's own wishes for the model; empty for no wish.
        instructions: String = writing.instructions.clone(),
        language: String = writing.language.clone(),
    }
}

fn words_of(writing: &Writing) -> Vec<&'static str> {
    writing.sources.list().into_iter().map(Source::as_str).collect()
}
