//! How a report is written, in the request that sets it and in the answers that show it: configurations, and the runs
//! that keep it.

use crate::openapi::words;
use crate::request::{Line, request_body};
use domain::report::{AuthorDisplay, IfNoUpdates, LANGUAGE_CHARS_MAX, Style, Tone, Writing};
use serde::Serialize;
use utoipa::ToSchema;

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
            language: part.language.0,
        }
    }
}

/// How a report is written.
#[derive(Serialize, ToSchema)]
pub(crate) struct WritingPart {
    #[schema(value_type = words::ReportStyle)]
    report_style: &'static str,
    #[schema(value_type = words::ToneOfVoice)]
    tone_of_voice: &'static str,
    #[schema(value_type = words::AuthorDisplay)]
    author_display: &'static str,
    link_to_commits: bool,
    #[schema(value_type = words::NoUpdatesAction)]
    if_no_updates: &'static str,
    include_diffs: bool,
    language: String,
}

impl From<&Writing> for WritingPart {
    fn from(writing: &Writing) -> Self {
        Self {
            report_style: writing.style.as_str(),
            tone_of_voice: writing.tone.as_str(),
            author_display: writing.author_display.as_str(),
            link_to_commits: writing.link_to_commits,
            if_no_updates: writing.if_no_updates.as_str(),
            include_diffs: writing.include_diffs,
            language: writing.language.clone(),
        }
    }
}
