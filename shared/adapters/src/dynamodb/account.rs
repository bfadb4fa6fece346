//! Accounts as items.

use super::delivery::health;
use super::item::{bytes, figure, instant_of, item, number, number_of, shown, text};
use super::{Attributes, DynamoStore, Item, Key, Record, account_email, attribute, figures, key, signing};
use app::ports::{Accounts, DueKind, StoreError};
use async_trait::async_trait;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::account::{Account, BaseUrl, ModelName, NoticeChoice, NoticeKind, Overrides, OwnModel, Plan, Standing};
use domain::delivery::SigningSecrets;
use domain::id::UserId;
use domain::instant::Instant;
use domain::repository::Sealed;
use url::Url;

const PLAN: &str = "plan";
const RUNS_MAX: &str = "runs_max";
const REPOSITORIES_MAX: &str = "repositories_max";
const CONFIGURATIONS_MAX: &str = "configurations_max";
const INTERVAL_MIN: &str = "interval_min";
pub(crate) const TIME_ZONE: &str = "time_zone";
pub(crate) const NOTIFICATION_WEBHOOK: &str = "notification_webhook";
/// Of the webhook for notices.
pub(crate) const NOTIFICATION_SECRETS: signing::Names = signing::Names {
    current: "notification_secret",
    previous: "notification_previous",
    previous_until: "notification_previous_until",
    older: "notification_older",
};
/// The kinds of notices that are not sent.
pub(crate) const MUTED: &str = "muted_notices";
/// Until when notices are read.
pub(crate) const NOTICES_READ: &str = "notices_read";
const MODEL_BASE_URL: &str = "model_url";
const MODEL_NAME: &str = "model_name";
/// The key of the account's own model, sealed by the vault.
const MODEL_KEY: &str = "model_key";
const MODEL_RATES: &str = "model_rates";
/// Raised by every edit of the profile; absent before the first.
pub(crate) const PROFILE_VERSION: &str = "profile_version";
pub(crate) const REPOSITORIES: &str = "repositories";
pub(crate) const CONFIGURATIONS: &str = "configurations";

fn to_item(account: &Account) -> Item {
    let mut attributes = limits(account);
    attributes.extend([(REPOSITORIES, figure(account.repositories)), (CONFIGURATIONS, figure(account.configurations))]);
    attributes.extend(profile(account));
    attributes.push((attribute::HEALTH, health::value(account.notification_health)));
    attributes.push((NOTICES_READ, instant_of(account.notices_read_until)));
    attributes.extend(account_email::attributes(account));
    attributes.extend(standing(account.standing));
    if let Standing::Closing { since } = account.standing {
        attributes.extend(due(account.user, Some(since)));
    }
    item(Key::account(account.user), attributes)
}

/// The attributes that the user sets.
pub(crate) fn profile(account: &Account) -> Attributes {
    let mut attributes = vec![
        (TIME_ZONE, shown(account.time_zone.as_ref())),
        (NOTIFICATION_WEBHOOK, shown(account.notification_webhook.as_ref())),
        (MUTED, muted(account)),
        (PROFILE_VERSION, figure(account.profile_version)),
    ];
    attributes.extend(NOTIFICATION_SECRETS.attributes(account.notification_secrets.as_ref()));
    attributes.extend(own_model(account.own_model.as_ref()));
    attributes
}

fn muted(account: &Account) -> Option<AttributeValue> {
    let words: Vec<&str> = account.notices.muted().iter().map(|kind| kind.as_str()).collect();
    (!words.is_empty()).then(|| text(words.join(" "))).flatten()
}

/// Whether the account is open, closing or deleted.
fn standing(standing: Standing) -> Attributes {
    vec![
        (attribute::CLOSED_AT, instant_of(standing.closed_at())),
        (attribute::DELETED_AT, instant_of(standing.deleted_at())),
    ]
}

/// The place in the due index of an account that is being erased.
pub(crate) fn due(user: UserId, at: Option<Instant>) -> Attributes {
    key::due(DueKind::Deletion, at, user.uuid())
}

/// The item of a deleted account: without anything that its user set, but with its limits version, so that a request
/// that read the limits before the deletion is refused.
pub(crate) fn tombstone(account: &Account, since: Instant, at: Instant) -> Item {
    let mut attributes = standing(Standing::Deleted { since, at });
    attributes.push((attribute::LIMITS_VERSION, number(account.limits_version)));
    item(Key::account(account.user), attributes)
}

/// The attributes that an administrator sets.
pub(crate) fn limits(account: &Account) -> Attributes {
    let overrides = &account.overrides;
    vec![
        (PLAN, text(account.plan.as_str())),
        (RUNS_MAX, number_of(overrides.monthly_runs)),
        (REPOSITORIES_MAX, number_of(overrides.repositories)),
        (CONFIGURATIONS_MAX, number_of(overrides.configurations)),
        (INTERVAL_MIN, number_of(overrides.shortest_interval_minutes)),
        (attribute::LIMITS_VERSION, number(account.limits_version)),
    ]
}

/// The attributes of the user's own model.
pub(crate) fn own_model(model: Option<&OwnModel>) -> Attributes {
    vec![
        (MODEL_BASE_URL, shown(model.map(|model| model.base_url.url()))),
        (MODEL_NAME, shown(model.map(|model| &model.model))),
        (MODEL_KEY, model.and_then(|model| model.key.as_ref()).and_then(|key| bytes(key.bytes()))),
        (MODEL_RATES, model.and_then(|model| model.rates.as_ref()).and_then(figures::rates)),
    ]
}

fn read_own_model(record: Record<'_>) -> Result<Option<OwnModel>, StoreError> {
    let Some(base_url) = record.read_or_none(MODEL_BASE_URL, |text| BaseUrl::parse(text).ok())? else {
        return Ok(None);
    };
    Ok(Some(OwnModel {
        base_url,
        key: record.bytes_or_none(MODEL_KEY)?.map(|bytes| Sealed::from_bytes(bytes.to_vec())),
        model: record.read(MODEL_NAME, |text| ModelName::parse(text).ok())?,
        rates: figures::rates_at(record, MODEL_RATES)?,
    }))
}

fn from_item(item: &Item) -> Result<Account, StoreError> {
    let record = Record(item);
    let (notification_email, email_codes) = account_email::read(record)?;
    let (notices, notices_read_until) = read_notices(record)?;
    let (notification_webhook, notification_secrets) = read_webhook(record)?;
    Ok(Account {
        user: record.user()?,
        // An account that has only counted its repositories and configurations has no plan attribute: it is on Free.
        plan: record.read_or_none(PLAN, Plan::parse)?.unwrap_or(Plan::Free),
        overrides: read_overrides(record)?,
        limits_version: record.figure(attribute::LIMITS_VERSION)?,
        time_zone: record.text_or_none(TIME_ZONE)?.map(str::to_owned),
        notification_webhook,
        notification_secrets,
        notification_health: health::read(record)?,
        notification_email,
        email_codes,
        notices,
        notices_read_until,
        own_model: read_own_model(record)?,
        profile_version: record.figure(PROFILE_VERSION)?,
        repositories: record.figure(REPOSITORIES)?,
        configurations: record.figure(CONFIGURATIONS)?,
        standing: read_standing(record)?,
    })
}

/// The address of the webhook for notices, and its secrets.
fn read_webhook(record: Record<'_>) -> Result<(Option<Url>, Option<SigningSecrets>), StoreError> {
    let url = record.read_or_none(NOTIFICATION_WEBHOOK, |text| Url::parse(text).ok())?;
    Ok((url, NOTIFICATION_SECRETS.read_or_none(record)?))
}

/// Which notices are sent, and until when they are read. A kind that this version does not know can't be sent by it
/// either.
fn read_notices(record: Record<'_>) -> Result<(NoticeChoice, Option<Instant>), StoreError> {
    let muted = record.text_or_none(MUTED)?.unwrap_or_default().split(' ').filter_map(NoticeKind::parse);
    Ok((NoticeChoice::without(muted), record.instant_or_none(NOTICES_READ)?))
}

fn read_overrides(record: Record<'_>) -> Result<Overrides, StoreError> {
    Ok(Overrides {
        monthly_runs: record.number_or_none(RUNS_MAX)?,
        repositories: record.number_or_none(REPOSITORIES_MAX)?,
        configurations: record.number_or_none(CONFIGURATIONS_MAX)?,
        shortest_interval_minutes: record.number_or_none(INTERVAL_MIN)?,
    })
}

fn read_standing(record: Record<'_>) -> Result<Standing, StoreError> {
    let (since, at) = (record.instant_or_none(attribute::CLOSED_AT)?, record.instant_or_none(attribute::DELETED_AT)?);
    Ok(match (since, at) {
        (None, _) => Standing::Open,
        (Some(since), None) => Standing::Closing { since },
        (Some(since), Some(at)) => Standing::Deleted { since, at },
    })
}

#[async_trait]
impl Accounts for DynamoStore {
    async fn account(&self, user: UserId) -> Result<Account, StoreError> {
        let found = self.get(Key::account(user)).await?;
        Ok(self.decoded(found.as_ref(), from_item)?.unwrap_or_else(|| Account::free(user)))
    }

    async fn put_account(&self, account: &Account) -> Result<(), StoreError> {
        self.put_any(to_item(account)).await
    }
}
