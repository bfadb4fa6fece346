//! How a report is written, in the request that sets it and in the answers that show it: configurations, and the runs
//! that keep it.

use crate::request::{Line, Prose};
use crate::routes::prelude::{answer_body, request_body, words};
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
        /// The user's own wishes for the model; empty for no wish.
        instructions: String = writing.instructions.clone(),
        language: String = writing.language.clone(),
    }
}
