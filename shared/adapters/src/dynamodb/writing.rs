//! How a report is written, as attributes of a configuration and of a run.

use super::item::{flag, shown, text};
use super::{Attributes, Record};
use app::ports::StoreError;
use domain::activity::{Source, Sources};
use domain::report::{AuthorDisplay, IfNoUpdates, Style, Tone, Writing};

/// The record that has the attributes. In a run their names are short, because its item is kept under a kilobyte.
#[derive(Clone, Copy)]
pub(crate) enum Within {
    Configuration,
    Run,
}

/// The names of an attribute: in a configuration, and in a run.
type Names = (&'static str, &'static str);

const STYLE: Names = ("style", "s_style");
const TONE: Names = ("tone", "s_tone");
const AUTHOR_DISPLAY: Names = ("author_display", "s_author");
const LINKS: Names = ("links", "s_links");
/// What to do if there are no new commits.
const IF_NO_UPDATES: Names = ("if_no_updates", "s_quiet");
/// What is covered beside commits: words with spaces between them; absent for commits only.
const SOURCES: Names = ("sources", "s_src");
const DIFFS: Names = ("diffs", "s_diffs");
const LANGUAGE: Names = ("language", "s_lang");
const INSTRUCTIONS: Names = ("instructions", "s_instr");

impl Within {
    fn name(self, (in_configuration, in_run): Names) -> &'static str {
        match self {
            Self::Configuration => in_configuration,
            Self::Run => in_run,
        }
    }
}

pub(crate) fn attributes(writing: &Writing, within: Within) -> Attributes {
    vec![
        (within.name(STYLE), text(writing.style.as_str())),
        (within.name(TONE), text(writing.tone.as_str())),
        (within.name(AUTHOR_DISPLAY), text(writing.author_display.as_str())),
        (within.name(LINKS), flag(writing.link_to_commits)),
        (within.name(IF_NO_UPDATES), text(writing.if_no_updates.as_str())),
        (within.name(DIFFS), flag(writing.include_diffs)),
        (within.name(SOURCES), shown(sources(writing.sources))),
        (within.name(LANGUAGE), text(&writing.language)),
        (within.name(INSTRUCTIONS), shown(Some(&writing.instructions).filter(|text| !text.is_empty()))),
    ]
}

pub(crate) fn read(record: Record<'_>, within: Within) -> Result<Writing, StoreError> {
    Ok(Writing {
        style: record.read(within.name(STYLE), Style::parse)?,
        tone: record.read(within.name(TONE), Tone::parse)?,
        author_display: record.read(within.name(AUTHOR_DISPLAY), AuthorDisplay::parse)?,
        link_to_commits: record.flag(within.name(LINKS))?,
        if_no_updates: record.read(within.name(IF_NO_UPDATES), IfNoUpdates::parse)?,
        include_diffs: record.flag(within.name(DIFFS))?,
        sources: record.text_or_none(within.name(SOURCES))?.map(read_sources).unwrap_or_default(),
        instructions: record.text_or_none(within.name(INSTRUCTIONS))?.unwrap_or_default().to_owned(),
        language: record.text(within.name(LANGUAGE))?.to_owned(),
    })
}

fn sources(sources: Sources) -> Option<String> {
    let beside = sources.list().into_iter().filter(|source| *source != Source::Commits);
    let words: Vec<&str> = beside.map(Source::as_str).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// A word that this version doesn't know is ignored.
fn read_sources(words: &str) -> Sources {
    let known: Vec<Source> = words.split(' ').filter_map(Source::parse).collect();
    Sources::of(&known)
}
