//! The snapshot that is stored in a run's item. Its names are short, because the item is kept under a kilobyte.

use super::super::item::{bytes, flag, list, number, shown, text};
use super::super::writing::{self, Within};
use super::super::{Attributes, Record, attribute, paths};
use app::ports::StoreError;
use domain::configuration::{BranchName, Writer};
use domain::delivery::WebhookFormat;
use domain::id::RepositoryId;
use domain::run::{RunBranch, Snapshot};

const VERSION: &str = "s_version";
const NAME: &str = "s_name";
const REPOSITORY: &str = "s_repo";
/// The repository's address at the time of the run.
const URL: &str = "s_url";
const BRANCH: &str = "s_branch";
/// The further branches: a list of maps with the names above and these.
const FURTHER: &str = "s_more";
const REPOSITORY_ID: &str = "repo";
const SCHEDULE: &str = "s_cron";
const TIME_ZONE: &str = "s_zone";
const WRITER: &str = "s_writer";
const OWN_MODEL: &str = "s_own";
const FORMAT: &str = "s_format";
const HOST: &str = "s_host";

pub(crate) fn attributes(snapshot: &Snapshot) -> Attributes {
    let mut attributes = vec![
        (VERSION, number(snapshot.version)),
        (NAME, shown(snapshot.name.as_ref())),
        (REPOSITORY, text(&snapshot.repository_name)),
        (URL, text(&snapshot.repository_url)),
        (BRANCH, text(snapshot.branch.as_str())),
        (FURTHER, list(snapshot.further.iter().map(further))),
        (SCHEDULE, text(&snapshot.schedule)),
        (TIME_ZONE, text(&snapshot.timezone)),
        (WRITER, text(snapshot.writer.as_str())),
        (OWN_MODEL, flag(snapshot.own_model)),
        (FORMAT, shown(snapshot.webhook_format.map(WebhookFormat::as_str))),
        (HOST, shown(snapshot.webhook_host.as_ref())),
    ];
    attributes.extend(paths::IN_RUN.attributes(&snapshot.paths));
    attributes.extend(writing::attributes(&snapshot.writing, Within::Run));
    attributes
}

pub(crate) fn read(record: Record<'_>) -> Result<Snapshot, StoreError> {
    Ok(Snapshot {
        version: record.number(VERSION)?,
        name: record.text_or_none(NAME)?.map(str::to_owned),
        repository_name: record.text(REPOSITORY)?.to_owned(),
        repository_url: record.text(URL)?.to_owned(),
        branch: record.read(BRANCH, |text| BranchName::parse(text).ok())?,
        paths: paths::IN_RUN.read(record)?,
        further: read_all_further(record)?,
        schedule: record.text(SCHEDULE)?.to_owned(),
        timezone: record.text(TIME_ZONE)?.to_owned(),
        writing: writing::read(record, Within::Run)?,
        writer: Writer::parse(record.text(WRITER)?),
        own_model: record.flag(OWN_MODEL)?,
        webhook_format: record.read_or_none(FORMAT, WebhookFormat::parse)?,
        webhook_host: record.text_or_none(HOST)?.map(str::to_owned),
    })
}

fn further(branch: &RunBranch) -> Attributes {
    let mut members = vec![
        (REPOSITORY_ID, bytes(*branch.repository.uuid().as_bytes())),
        (REPOSITORY, text(&branch.repository_name)),
        (URL, text(&branch.repository_url)),
        (BRANCH, text(branch.branch.as_str())),
        (attribute::GENERATION, number(branch.generation)),
    ];
    members.extend(paths::IN_RUN.attributes(&branch.paths));
    members
}

fn read_all_further(record: Record<'_>) -> Result<Vec<RunBranch>, StoreError> {
    record.maps(FURTHER)?.into_iter().map(|map| read_further(Record(map))).collect()
}

fn read_further(record: Record<'_>) -> Result<RunBranch, StoreError> {
    Ok(RunBranch {
        repository: RepositoryId::from_uuid(record.uuid(REPOSITORY_ID)?),
        repository_name: record.text(REPOSITORY)?.to_owned(),
        repository_url: record.text(URL)?.to_owned(),
        branch: record.read(BRANCH, |text| BranchName::parse(text).ok())?,
        paths: paths::IN_RUN.read(record)?,
        generation: record.number(attribute::GENERATION)?,
    })
}
