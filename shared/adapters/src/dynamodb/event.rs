//! Events of the outbox, which are not published yet, as items.

use super::item::{instant, item, number, number_of, shown, text};
use super::{Attributes, DynamoStore, Item, Key, Record, key};
use app::ports::{DueKind, Outbox, StoreError};
use async_trait::async_trait;
use domain::delivery::DisabledReason;
use domain::event::{DeliverySubject, Event, Fact, FactKind};
use domain::id::{ConfigurationId, EventId, NoticeId, RunId, UserId};
use domain::month::Month;
use domain::run::ErrorCode;
use domain::usage::Mark;

const AT: &str = "at";
const KIND: &str = "kind";
const MARK: &str = "mark";
const USED: &str = "used";
const MONTH: &str = "month";
const CONFIGURATION: &str = "configuration";
const FIRE: &str = "fire";
const UNTIL: &str = "until";
const RUN: &str = "run";
const CODE: &str = "code";
const REASON: &str = "reason";
/// The sort key of the run or notice whose delivery the event is about.
const SUBJECT: &str = "subject";
const ATTEMPTS: &str = "attempts";
const STATUS: &str = "response";

pub(crate) fn to_item(event: &Event) -> Item {
    let mut attributes = vec![(AT, instant(event.at)), (KIND, text(event.fact.kind().as_str()))];
    attributes.extend(fact(&event.fact));
    attributes.extend(key::due(DueKind::Event, Some(event.at), event.id.uuid()));
    item(Key::event(event.user, event.id), attributes)
}

fn fact(fact: &Fact) -> Attributes {
    match fact {
        Fact::UsageThresholdReached { mark, used, month } => {
            vec![(MARK, text(mark.to_string())), (USED, number(used)), (MONTH, text(month.to_string()))]
        }
        Fact::ConfigurationPaused { configuration, fire, month, until } => vec![
            (CONFIGURATION, text(configuration.to_string())),
            (FIRE, instant(*fire)),
            (MONTH, text(month.to_string())),
            (UNTIL, instant(*until)),
        ],
        Fact::ConfigurationResumed { configuration, month } => {
            vec![(CONFIGURATION, text(configuration.to_string())), (MONTH, text(month.to_string()))]
        }
        Fact::ReportFailed { configuration, run, code } => vec![
            (CONFIGURATION, text(configuration.to_string())),
            (RUN, text(run.to_string())),
            (CODE, text(code.as_str())),
        ],
        Fact::ReportRecovered { configuration, run } => {
            vec![(CONFIGURATION, text(configuration.to_string())), (RUN, text(run.to_string()))]
        }
        Fact::EndpointFailing { configuration } | Fact::EndpointEnabled { configuration } => {
            vec![(CONFIGURATION, shown(configuration.as_ref()))]
        }
        Fact::EndpointDisabled { configuration, reason } => {
            vec![(CONFIGURATION, shown(configuration.as_ref())), (REASON, text(reason.as_str()))]
        }
        Fact::DeliveryFailed { subject, attempts, status } => {
            vec![(SUBJECT, text(subject_text(*subject))), (ATTEMPTS, number(attempts)), (STATUS, number_of(*status))]
        }
    }
}

fn subject_text(subject: DeliverySubject) -> String {
    match subject {
        DeliverySubject::Run(run) => format!("{}{run}", key::RUN),
        DeliverySubject::Notice(notice) => format!("{}{notice}", key::NOTICE),
    }
}

/// The run or notice that a sort key names.
pub(crate) fn read_subject(text: &str) -> Option<DeliverySubject> {
    if let Some(run) = text.strip_prefix(key::RUN) {
        RunId::parse(run).ok().map(DeliverySubject::Run)
    } else {
        let notice = text.strip_prefix(key::NOTICE)?;
        NoticeId::parse(notice).ok().map(DeliverySubject::Notice)
    }
}

fn from_item(item: &Item) -> Result<Event, StoreError> {
    let record = Record(item);
    let fact = read_fact(record)?;
    Ok(Event { id: record.key_rest(key::EVENT, EventId::parse)?, user: record.user()?, at: record.instant(AT)?, fact })
}

fn read_fact(record: Record<'_>) -> Result<Fact, StoreError> {
    match record.read(KIND, FactKind::parse)? {
        FactKind::UsageThresholdReached => read_threshold(record),
        kind @ (FactKind::ConfigurationPaused | FactKind::ConfigurationResumed) => read_pause(record, kind),
        kind @ (FactKind::ReportFailed | FactKind::ReportRecovered) => read_report(record, kind),
        kind @ (FactKind::EndpointFailing | FactKind::EndpointDisabled | FactKind::EndpointEnabled) => {
            read_endpoint(record, kind)
        }
        FactKind::DeliveryFailed => Ok(Fact::DeliveryFailed {
            subject: record.read(SUBJECT, read_subject)?,
            attempts: record.number(ATTEMPTS)?,
            status: record.number_or_none(STATUS)?,
        }),
    }
}

fn read_threshold(record: Record<'_>) -> Result<Fact, StoreError> {
    let mark = record.read(MARK, |text| Mark::parse(text).ok())?;
    Ok(Fact::UsageThresholdReached { mark, used: record.number(USED)?, month: read_month(record)? })
}

fn read_pause(record: Record<'_>, kind: FactKind) -> Result<Fact, StoreError> {
    let (configuration, month) = (read_configuration(record)?, read_month(record)?);
    if kind == FactKind::ConfigurationResumed {
        return Ok(Fact::ConfigurationResumed { configuration, month });
    }
    // Events that were stored before the fire was have the instant of their skip.
    let fire = record.instant_or_none(FIRE)?.unwrap_or(record.instant(AT)?);
    Ok(Fact::ConfigurationPaused { configuration, fire, month, until: record.instant(UNTIL)? })
}

fn read_report(record: Record<'_>, kind: FactKind) -> Result<Fact, StoreError> {
    let (configuration, run) = (read_configuration(record)?, record.read(RUN, |text| RunId::parse(text).ok())?);
    if kind == FactKind::ReportRecovered {
        return Ok(Fact::ReportRecovered { configuration, run });
    }
    Ok(Fact::ReportFailed { configuration, run, code: record.read(CODE, ErrorCode::parse)? })
}

fn read_endpoint(record: Record<'_>, kind: FactKind) -> Result<Fact, StoreError> {
    let configuration = record.read_or_none(CONFIGURATION, |text| ConfigurationId::parse(text).ok())?;
    Ok(match kind {
        FactKind::EndpointFailing => Fact::EndpointFailing { configuration },
        FactKind::EndpointEnabled => Fact::EndpointEnabled { configuration },
        _ => Fact::EndpointDisabled { configuration, reason: record.read(REASON, DisabledReason::parse)? },
    })
}

fn read_configuration(record: Record<'_>) -> Result<ConfigurationId, StoreError> {
    record.read(CONFIGURATION, |text| ConfigurationId::parse(text).ok())
}

fn read_month(record: Record<'_>) -> Result<Month, StoreError> {
    record.read(MONTH, |text| Month::parse(text).ok())
}

#[async_trait]
impl Outbox for DynamoStore {
    async fn event(&self, user: UserId, id: EventId) -> Result<Option<Event>, StoreError> {
        let found = self.get(Key::event(user, id)).await?;
        self.decoded(found.as_ref(), from_item)
    }

    async fn remove_event(&self, user: UserId, id: EventId) -> Result<(), StoreError> {
        self.delete(Key::event(user, id)).await
    }
}
