//! Keys of records. Every key begins with a user, so that no query crosses users; except those of sums over all
//! accounts, which contain only the ids of users with their counts.

use super::Item;
use super::attribute;
use app::ports::{DueKind, IdempotencyKey, RateOf, StoreError};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::event::DeliverySubject;
use domain::id::{ConfigurationId, EventId, NoticeId, RepositoryId, RunId, UserId, shard};
use domain::instant::{Instant, text};
use domain::month::Month;
use domain::repository::Location;
use domain::run::RollupOf;
use uuid::Uuid;

pub(crate) const USER: &str = "USER#";
pub(crate) const REPOSITORY: &str = "REPO#";
pub(crate) const CONFIGURATION: &str = "CONFIG#";
pub(crate) const RUN: &str = "RUN#";
pub(crate) const CONTENT: &str = "CONTENT#";
pub(crate) const ATTEMPT: &str = "ATTEMPT#";
pub(crate) const IDEMPOTENCY: &str = "IDEM#";
pub(crate) const NOTICE: &str = "NOTICE#";
pub(crate) const EVENT: &str = "EVENT#";
pub(crate) const USAGE: &str = "USAGE#";
pub(crate) const ROLLUP: &str = "ROLLUP#";
/// The prefix of the partitions of sums over all accounts. They contain only the ids of users with their counts.
const FLEET: &str = "FLEET#";
pub(crate) const AUDIT: &str = "AUDIT#";
/// The id that a run had in an earlier system.
pub(crate) const EARLIER: &str = "EARLIER#";

/// The key of one record.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pk: String,
    sk: String,
}

impl Key {
    fn new(user: UserId, sk: String) -> Self {
        Self { pk: partition(user), sk }
    }

    /// The key of a record that was read.
    pub(crate) fn of(item: &Item) -> Result<Self, StoreError> {
        let record = super::Record(item);
        Ok(Self::new(record.user()?, record.text(attribute::SK)?.to_owned()))
    }

    /// The key of a record whose sort key was read.
    pub(crate) fn at(user: UserId, sk: String) -> Self {
        Self::new(user, sk)
    }

    pub(crate) fn account(user: UserId) -> Self {
        Self::new(user, "ACCOUNT".to_owned())
    }

    /// The key of a record in a list, by its prefix and id.
    pub(crate) fn listed(user: UserId, prefix: &str, id: Uuid) -> Self {
        Self::new(user, format!("{prefix}{id}"))
    }

    /// The key of the run or notice that carries a delivery.
    pub(crate) fn subject(user: UserId, subject: DeliverySubject) -> Self {
        match subject {
            DeliverySubject::Run(run) => Self::run(user, run),
            DeliverySubject::Notice(notice) => Self::notice(user, notice),
        }
    }

    /// The number is padded with zeros, so that attempts sort.
    pub(crate) fn attempt(user: UserId, subject: DeliverySubject, number: u32) -> Self {
        Self::new(user, format!("{}{number:03}", attempts(subject)))
    }

    pub(crate) fn idempotency(user: UserId, key: &IdempotencyKey) -> Self {
        Self::new(user, format!("{IDEMPOTENCY}{}", super::hex(&key.key_hash)))
    }

    /// The key of an address's reservation. It is erased with the idempotency records, which expire as soon.
    pub(crate) fn address(user: UserId, location: &Location) -> Self {
        Self::new(user, format!("{IDEMPOTENCY}AT#{}", location.text().to_lowercase()))
    }

    /// The key of a rate. It is erased with the idempotency records, which expire later.
    pub(crate) fn rate(user: UserId, of: RateOf) -> Self {
        let of = match of {
            RateOf::Requests => "REQUESTS".to_owned(),
            RateOf::Endpoint(hash) => super::hex(&hash),
        };
        Self::new(user, format!("{IDEMPOTENCY}RATE#{of}"))
    }

    /// The key of a piece of a rollup.
    pub(crate) fn rollup(user: UserId, month: Month, of: &RollupOf, piece: u32) -> Self {
        let RollupOf { configuration, repository, model } = of;
        let model = model.as_deref().unwrap_or_default();
        Self::new(user, format!("{}{piece}#{configuration}#{repository}#{model}", rollups(month)))
    }

    /// The key of sums over one part of all accounts.
    pub(crate) fn fleet(month: Month, what: &str, shard: u8) -> Self {
        Self { pk: format!("{FLEET}{month}"), sk: format!("{what}#{shard}") }
    }

    /// The sort key.
    pub(crate) fn sk(&self) -> &str {
        &self.sk
    }

    pub(crate) fn into_item(self) -> Item {
        Item::from([
            (attribute::PK.to_owned(), AttributeValue::S(self.pk)),
            (attribute::SK.to_owned(), AttributeValue::S(self.sk)),
        ])
    }
}

macro_rules! keys {
    ($($name:ident: $id:ty, $prefix:ident;)+) => {
        impl Key {
            $(pub(crate) fn $name(user: UserId, id: $id) -> Self { Self::new(user, format!("{}{id}", $prefix)) })+
        }
    };
}

keys! {
    repository: RepositoryId, REPOSITORY;
    configuration: ConfigurationId, CONFIGURATION;
    run: RunId, RUN;
    content: RunId, CONTENT;
    notice: NoticeId, NOTICE;
    event: EventId, EVENT;
    audit: EventId, AUDIT;
    earlier: Uuid, EARLIER;
    usage: Month, USAGE;
}

/// The partition of a user.
pub(crate) fn partition(user: UserId) -> String {
    format!("{USER}{user}")
}

/// The prefix of the sort keys of the rollups of a month.
pub(crate) fn rollups(month: Month) -> String {
    format!("{ROLLUP}{month}#")
}

/// The part of the index `fleet` that holds one month and shard.
pub(crate) fn fleet_partition(month: Month, shard: u8) -> String {
    format!("{month}#{shard}")
}

/// The prefix of the sort keys of all attempts at one delivery.
pub(crate) fn attempts(subject: DeliverySubject) -> String {
    match subject {
        DeliverySubject::Run(run) => format!("{ATTEMPT}{run}#"),
        DeliverySubject::Notice(notice) => format!("{ATTEMPT}{notice}#"),
    }
}

/// The part of the index that holds one kind and shard.
pub(crate) fn due_partition(kind: DueKind, shard: u8) -> String {
    let kind = match kind {
        DueKind::Fire => "FIRE",
        DueKind::Lease => "LEASE",
        DueKind::Delivery => "DELIVERY",
        DueKind::Event => "EVENT",
        DueKind::Deletion => "DELETION",
    };
    format!("{kind}#{shard}")
}

/// The sort key in the due index.
pub(crate) fn due_place(at: Instant, id: Uuid) -> String {
    format!("{}#{id}", text(at))
}

/// A sort key after everything that is due at an instant, and before what is due later.
pub(crate) fn due_bound(at: Instant) -> String {
    format!("{}#~", text(at))
}

/// The attributes of a record's place in the due index; all absent if it is not due.
pub(crate) fn due(kind: DueKind, at: Option<Instant>, id: Uuid) -> super::Attributes {
    vec![
        (attribute::DUE_PK, at.map(|_| AttributeValue::S(due_partition(kind, shard(id))))),
        (attribute::DUE_SK, at.map(|at| AttributeValue::S(due_place(at, id)))),
    ]
}
