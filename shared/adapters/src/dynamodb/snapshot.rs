//! The snapshot that is stored in a run's item. Its names are short, because the item is kept under a kilobyte.

use super::item::{Attributes, Record, flag, number, shown, text};
use app::ports::StoreError;
use domain::configuration::{BranchName, IfNoUpdates, Writer};
use domain::delivery::WebhookFormat;
use domain::report::{AuthorDisplay, Style, Tone};
use domain::run::Snapshot;

/// The configuration's version.
const VERSION: &str = "s_version";
/// The configuration's name.
const NAME: &str = "s_name";
/// The repository's name.
const REPOSITORY: &str = "s_repo";
/// The repository's address at the time of the run.
const URL: &str = "s_url";
const BRANCH: &str = "s_branch";
const SCHEDULE: &str = "s_cron";
const TIME_ZONE: &str = "s_zone";
const STYLE: &str = "s_style";
const TONE: &str = "s_tone";
const AUTHOR_DISPLAY: &str = "s_author";
const LINKS: &str = "s_links";
/// What to do if there are no new commits.
const IF_NO_UPDATES: &str = "s_quiet";
const DIFFS: &str = "s_diffs";
const LANGUAGE: &str = "s_lang";
const WRITER: &str = "s_writer";
/// Flag: the account's own provider is asked.
const OWN_MODEL: &str = "s_own";
/// The shape of the webhook's body.
const FORMAT: &str = "s_format";
/// The webhook's host.
const HOST: &str = "s_host";

pub(crate) fn attributes(snapshot: &Snapshot) -> Attributes {
    vec![
        (VERSION, number(snapshot.version)),
        (NAME, shown(snapshot.name.as_ref())),
        (REPOSITORY, text(&snapshot.repository_name)),
        (URL, text(&snapshot.repository_url)),
        (BRANCH, text(snapshot.branch.as_str())),
        (SCHEDULE, text(&snapshot.schedule)),
        (TIME_ZONE, text(&snapshot.timezone)),
        (STYLE, text(snapshot.style.as_str())),
        (TONE, text(snapshot.tone.as_str())),
        (AUTHOR_DISPLAY, text(snapshot.author_display.as_str())),
        (LINKS, flag(snapshot.link_to_commits)),
        (IF_NO_UPDATES, text(snapshot.if_no_updates.as_str())),
        (DIFFS, flag(snapshot.include_diffs)),
        (LANGUAGE, text(&snapshot.language)),
        (WRITER, text(snapshot.writer.as_str())),
        (OWN_MODEL, flag(snapshot.own_model)),
        (FORMAT, shown(snapshot.webhook_format.map(WebhookFormat::as_str))),
        (HOST, shown(snapshot.webhook_host.as_ref())),
    ]
}

pub(crate) fn read(record: Record<'_>) -> Result<Snapshot, StoreError> {
    Ok(Snapshot {
        version: record.number(VERSION)?,
        name: record.text_or_none(NAME)?.map(str::to_owned),
        repository_name: record.text(REPOSITORY)?.to_owned(),
        repository_url: record.text(URL)?.to_owned(),
        branch: record.read(BRANCH, |text| BranchName::parse(text).ok())?,
        schedule: record.text(SCHEDULE)?.to_owned(),
        timezone: record.text(TIME_ZONE)?.to_owned(),
        style: record.read(STYLE, Style::parse)?,
        tone: record.read(TONE, Tone::parse)?,
        author_display: record.read(AUTHOR_DISPLAY, AuthorDisplay::parse)?,
        link_to_commits: record.flag(LINKS)?,
        if_no_updates: record.read(IF_NO_UPDATES, IfNoUpdates::parse)?,
        include_diffs: record.flag(DIFFS)?,
        language: record.text(LANGUAGE)?.to_owned(),
        writer: Writer::parse(record.text(WRITER)?),
        own_model: record.flag(OWN_MODEL)?,
        webhook_format: record.read_or_none(FORMAT, WebhookFormat::parse)?,
        webhook_host: record.text_or_none(HOST)?.map(str::to_owned),
    })
}
