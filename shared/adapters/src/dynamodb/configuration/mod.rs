//! Report configurations as items.

pub(super) mod watched;

use super::delivery::health;
use super::item::{bytes, figure, flag, instant, instant_of, item, number, shown, text};
use super::signing;
use super::writing::{self, Within};
use super::{Attributes, Change, DynamoStore, Item, Key, Record, attribute, key, paths};
use app::ports::{Configurations, DueKind, Page, PageCursor, Refusal, StoreError};
use async_trait::async_trait;
use domain::commit::Sha;
use domain::configuration::{BranchName, Configuration, Coverage, LastRunStatus, Progress, Settings, Webhook, Writer};
use domain::delivery::{HeaderName, SealedHeaders, WebhookFormat};
use domain::id::{ConfigurationId, RepositoryId, RunId, UserId};
use domain::instant::{self, Instant};
use domain::repository::Sealed;
use domain::schedule::Schedule;
use url::Url;

const NAME: &str = "name";
const REPOSITORY: &str = "repository";
const BRANCH: &str = "branch";
const SCHEDULE: &str = "schedule";
const TIME_ZONE: &str = "time_zone";
const WEBHOOK: &str = "webhook";
const FORMAT: &str = "format";
const ENABLED: &str = "enabled";
/// Absent if the deployment's default model writes.
const WRITER: &str = "writer";
/// The names of the webhook's headers, separated by commas, which no name contains.
const HEADER_NAMES: &str = "header_names";
/// Names and values of the webhook's headers, sealed by the vault.
const HEADERS: &str = "headers";
/// Absent if the webhook answers in time.
const SLOW_SINCE: &str = "slow_since";
const SECRETS: signing::Names = signing::Names {
    current: "secret",
    previous: "previous_secret",
    previous_until: "previous_until",
    older: "older_secrets",
};

pub(crate) fn to_item(configuration: &Configuration) -> Item {
    let mut attributes = settings(&configuration.settings);
    attributes.extend(progress(configuration));
    attributes.extend(SECRETS.attributes(Some(&configuration.secrets)));
    attributes.extend(headers(configuration.headers.as_ref()));
    attributes.extend([
        (attribute::VERSION, number(configuration.version)),
        (attribute::HEALTH, health::value(configuration.delivery_health)),
        (attribute::CREATED_AT, instant(configuration.created_at)),
        (attribute::DELETED_AT, instant_of(configuration.deleted_at)),
    ]);
    let mut item = item(Key::configuration(configuration.user, configuration.id), attributes);
    item.extend(watched::attributes(configuration));
    item
}

fn headers(headers: Option<&SealedHeaders>) -> Attributes {
    let names = headers.map(|headers| headers.names.iter().map(HeaderName::as_str).collect::<Vec<_>>().join(","));
    vec![(HEADER_NAMES, shown(names)), (HEADERS, headers.and_then(|headers| bytes(headers.sealed.bytes())))]
}

fn read_headers(record: Record<'_>) -> Result<Option<SealedHeaders>, StoreError> {
    let Some(sealed) = record.bytes_or_none(HEADERS)? else { return Ok(None) };
    let parsed = |text: &str| text.split(',').map(|name| HeaderName::parse(name).ok()).collect();
    let names: Vec<HeaderName> = record.read(HEADER_NAMES, parsed)?;
    Ok(Some(SealedHeaders { names, sealed: Sealed::from_bytes(sealed.to_vec()) }))
}

fn settings(settings: &Settings) -> Attributes {
    let webhook = settings.webhook.as_ref();
    let mut attributes = vec![
        (NAME, shown(settings.name.as_ref())),
        (REPOSITORY, text(settings.repository.to_string())),
        (BRANCH, text(settings.branch.as_str())),
        (SCHEDULE, text(settings.schedule.cron())),
        (TIME_ZONE, text(settings.schedule.zone())),
        (WEBHOOK, shown(webhook.map(|webhook| &webhook.url))),
        (FORMAT, shown(webhook.map(|webhook| webhook.format.as_str()))),
        (ENABLED, flag(settings.enabled)),
        (WRITER, shown(settings.writer.chosen().map(Writer::as_str))),
    ];
    attributes.extend(paths::IN_CONFIGURATION.attributes(&settings.paths));
    attributes.extend(writing::attributes(&settings.writing, Within::Configuration));
    attributes
}

fn progress(configuration: &Configuration) -> Attributes {
    let progress = &configuration.progress;
    let mut attributes = vec![
        (attribute::NEXT_RUN_AT, instant_of(progress.next_run_at)),
        (attribute::ACTIVE_RUN, shown(progress.active_run)),
        (attribute::GENERATION, number(progress.coverage.generation)),
        (attribute::COVERED_SINCE, instant_of(progress.coverage.since)),
        (attribute::COVERED_UNTIL, instant_of(progress.coverage.covered_until)),
        (attribute::LAST_HEAD, shown(progress.coverage.last_head.as_ref())),
        (attribute::RESET_AT, instant_of(progress.coverage.reset_at)),
        (attribute::LAST_RUN_AT, instant_of(progress.last_run_at)),
        (attribute::LAST_RUN_STATUS, shown(progress.last_run_status.map(LastRunStatus::as_str))),
        (attribute::FAILING_SINCE, instant_of(progress.failing_since)),
        (attribute::SKIPPED_AT, instant_of(progress.skipped_at)),
        (attribute::TOTAL_RUNS, figure(progress.total_runs)),
        (SLOW_SINCE, instant_of(progress.slow_since)),
    ];
    let due_at = progress.due_at.filter(|_| configuration.deleted_at.is_none());
    attributes.extend(due(configuration.id, due_at));
    attributes
}

/// A configuration's place in the due index.
pub(crate) fn due(id: ConfigurationId, at: Option<Instant>) -> Attributes {
    key::due(DueKind::Fire, at, id.uuid())
}

pub(crate) fn from_item(item: &Item) -> Result<Configuration, StoreError> {
    let record = Record(item);
    Ok(Configuration {
        id: record.key_rest(key::CONFIGURATION, ConfigurationId::parse)?,
        user: record.user()?,
        settings: read_settings(record)?,
        version: record.number(attribute::VERSION)?,
        progress: read_progress(record)?,
        secrets: SECRETS.read(record)?,
        headers: read_headers(record)?,
        delivery_health: health::read(record)?,
        created_at: record.instant(attribute::CREATED_AT)?,
        deleted_at: record.instant_or_none(attribute::DELETED_AT)?,
    })
}

fn read_settings(record: Record<'_>) -> Result<Settings, StoreError> {
    let webhook = match record.read_or_none(WEBHOOK, |text| Url::parse(text).ok())? {
        Some(url) => Some(Webhook { url, format: record.read(FORMAT, WebhookFormat::parse)? }),
        None => None,
    };
    let zone = record.text(TIME_ZONE)?;
    Ok(Settings {
        name: record.text_or_none(NAME)?.map(str::to_owned),
        repository: record.read(REPOSITORY, |text| RepositoryId::parse(text).ok())?,
        branch: record.read(BRANCH, |text| BranchName::parse(text).ok())?,
        paths: paths::IN_CONFIGURATION.read(record)?,
        further: watched::read_further(record)?,
        schedule: record.read(SCHEDULE, |cron| Schedule::parse(cron, zone).ok())?,
        webhook,
        enabled: record.flag(ENABLED)?,
        writing: writing::read(record, Within::Configuration)?,
        writer: record.text_or_none(WRITER)?.map(Writer::parse).into(),
    })
}

fn read_progress(record: Record<'_>) -> Result<Progress, StoreError> {
    Ok(Progress {
        next_run_at: record.instant_or_none(attribute::NEXT_RUN_AT)?,
        due_at: record.read_or_none(attribute::DUE_SK, |place| instant::parse(place.split_once('#')?.0))?,
        active_run: record.read_or_none(attribute::ACTIVE_RUN, |text| RunId::parse(text).ok())?,
        coverage: read_coverage(record)?,
        further: watched::read_coverages(record)?,
        dropped_generation: record.figure(watched::DROPPED_GENERATION)?,
        last_run_at: record.instant_or_none(attribute::LAST_RUN_AT)?,
        last_run_status: record.read_or_none(attribute::LAST_RUN_STATUS, LastRunStatus::parse)?,
        failing_since: record.instant_or_none(attribute::FAILING_SINCE)?,
        skipped_at: record.instant_or_none(attribute::SKIPPED_AT)?,
        total_runs: record.figure(attribute::TOTAL_RUNS)?,
        slow_since: record.instant_or_none(SLOW_SINCE)?,
    })
}

fn read_coverage(record: Record<'_>) -> Result<Coverage, StoreError> {
    Ok(Coverage {
        generation: record.number(attribute::GENERATION)?,
        since: record.instant_or_none(attribute::COVERED_SINCE)?,
        covered_until: record.instant_or_none(attribute::COVERED_UNTIL)?,
        last_head: record.read_or_none(attribute::LAST_HEAD, |text| Sha::parse(text).ok())?,
        reset_at: record.instant_or_none(attribute::RESET_AT)?,
    })
}

/// The attributes that differ between two items. An attribute that both share is not written, so that the number of
/// manual runs, which a run may change meanwhile and which no condition guards, stays.
fn difference(before: &Item, after: &Item) -> Change {
    let mut change = Change::of_existing();
    for (name, value) in after {
        let moved = before.get(name) != Some(value);
        if moved || name == attribute::VERSION {
            change = change.set(name, Some(value.clone()));
        }
    }
    for name in before.keys().filter(|name| !after.contains_key(*name)) {
        change = change.set(name, None);
    }
    change
}

/// The edit, on the condition that neither what the user set nor what the runs set has changed since it was read.
pub(crate) fn replacement(before: &Configuration, after: &Configuration) -> Change {
    let (old, new) = (to_item(before), to_item(after));
    let seen = |name: &str| old.get(name).cloned();
    let mut change = difference(&old, &new);
    if old.get(WEBHOOK) != new.get(WEBHOOK) && old.get(SLOW_SINCE) == new.get(SLOW_SINCE) {
        // A worker may have stored since the read that the address before was slow.
        change = change.set(SLOW_SINCE, new.get(SLOW_SINCE).cloned());
    }
    [
        attribute::VERSION,
        attribute::DUE_SK,
        attribute::NEXT_RUN_AT,
        attribute::ACTIVE_RUN,
        attribute::GENERATION,
        attribute::HEALTH,
    ]
    .into_iter()
    .fold(change, |change, name| change.if_equal(name, seen(name)))
}

#[async_trait]
impl Configurations for DynamoStore {
    async fn configuration(&self, user: UserId, id: ConfigurationId) -> Result<Option<Configuration>, StoreError> {
        let found = self.get(Key::configuration(user, id)).await?;
        self.decoded(found.as_ref(), from_item)
    }

    async fn put_configuration(&self, configuration: &Configuration) -> Result<(), StoreError> {
        self.put_any(to_item(configuration)).await
    }

    async fn replace_configuration(&self, before: &Configuration, after: &Configuration) -> Result<(), Refusal> {
        let change = replacement(before, after);
        let key = Key::configuration(before.user, before.id);
        Ok(self.update(&change, key).await?)
    }

    async fn mark_slow(&self, read: &Configuration, since: Option<Instant>) -> Result<(), Refusal> {
        let webhook = read.settings.webhook.as_ref().map(|webhook| &webhook.url);
        let change = Change::of_existing()
            .if_equal(WEBHOOK, shown(webhook))
            .if_equal(SLOW_SINCE, instant_of(read.progress.slow_since))
            .set(SLOW_SINCE, instant_of(since));
        Ok(self.update(&change, Key::configuration(read.user, read.id)).await?)
    }

    async fn configurations(&self, user: UserId) -> Result<Vec<Configuration>, StoreError> {
        self.living(user, key::CONFIGURATION, from_item).await
    }

    async fn configurations_page(
        &self,
        user: UserId,
        limit: usize,
        after: Option<&PageCursor>,
    ) -> Result<Page<Configuration>, StoreError> {
        self.living_page(user, key::CONFIGURATION, limit, after, from_item).await
    }
}
