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
    let month = || record.read(MONTH, |text| Month::parse(text).ok());
    let configuration = || record.read(CONFIGURATION, |text| ConfigurationId::parse(text).ok());
    let any_configuration = || record.read_or_none(CONFIGURATION, |text| ConfigurationId::parse(text).ok());
    let run = || record.read(RUN, |text| RunId::parse(text).ok());
    Ok(match record.read(KIND, FactKind::parse)? {
        FactKind::UsageThresholdReached => Fact::UsageThresholdReached {
            mark: record.read(MARK, |text| Mark::parse(text).ok())?,
            used: record.number(USED)?,
            month: month()?,
        },
        FactKind::ConfigurationPaused => Fact::ConfigurationPaused {
            configuration: configuration()?,
            // Events that were stored before the fire was have the instant of their skip.
            fire: record.instant_or_none(FIRE)?.unwrap_or(record.instant(AT)?),
            month: month()?,
            until: record.instant(UNTIL)?,
        },
        FactKind::ConfigurationResumed => {
            Fact::ConfigurationResumed { configuration: configuration()?, month: month()? }
        }
        FactKind::ReportFailed => Fact::ReportFailed {
            configuration: configuration()?,
            run: run()?,
            code: record.read(CODE, ErrorCode::parse)?,
        },
        FactKind::ReportRecovered => Fact::ReportRecovered { configuration: configuration()?, run: run()? },
        FactKind::EndpointFailing => Fact::EndpointFailing { configuration: any_configuration()? },
        FactKind::EndpointDisabled => Fact::EndpointDisabled {
            configuration: any_configuration()?,
            reason: record.read(REASON, DisabledReason::parse)?,
        },
        FactKind::EndpointEnabled => Fact::EndpointEnabled { configuration: any_configuration()? },
        FactKind::DeliveryFailed => Fact::DeliveryFailed {
            subject: record.read(SUBJECT, read_subject)?,
            attempts: record.number(ATTEMPTS)?,
            status: record.number_or_none(STATUS)?,
        },
    })
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
