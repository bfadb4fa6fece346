//! Ids. Every id is a UUID; those of runs sort by time.

use crate::instant::{Instant, to_millis};
use crate::month::Month;
use chrono::DateTime;
use sha2::{Digest, Sha256};
use std::fmt;
use uuid::Uuid;

/// The text is not a UUID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is not {what} id: a UUID is expected")]
pub struct IdError {
    what: &'static str,
    text: String,
}

/// The beginning of a text that is not an id, for the message.
fn excerpt(text: &str) -> String {
    text.chars().take(80).collect()
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Uuid);

        impl $name {
            /// The UUID itself.
            pub fn uuid(self) -> Uuid {
                self.0
            }

            fn read(text: &str) -> Result<Self, IdError> {
                Uuid::try_parse(text).map(Self).map_err(|_| IdError { what: $what, text: excerpt(text) })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self.0.as_hyphenated(), formatter)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, formatter)
            }
        }
    };
}

macro_rules! open_id {
    ($($(#[$doc:meta])* $name:ident, $what:literal;)+) => {$(
        id!($(#[$doc])* $name, $what);

        impl $name {
            /// An id from a UUID.
            pub fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// A new id that sorts by the instant at which it was made.
            pub fn at(instant: Instant, randomness: Randomness) -> Self {
                Self(v7(instant, randomness))
            }

            /// Parses an id.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                Self::read(text)
            }
        }
    )+};
}

id! {
    /// A user. Every key of the store begins with one, so it is made in two places only: from a verified token and from
    /// a record that was read by such a key. A test of the house rejects both calls anywhere else.
    UserId, "a user"
}

impl UserId {
    /// The subject of a token whose signature, issuer, audience and times were verified.
    pub fn from_verified_subject(subject: &str) -> Result<Self, IdError> {
        Self::canonical(subject)
    }

    /// The user in a stored record or in a message that this system sent to itself.
    pub fn from_record(text: &str) -> Result<Self, IdError> {
        Self::canonical(text)
    }

    /// The user of an example, which no token and no record has.
    pub(crate) fn no_one() -> Self {
        Self(Uuid::nil())
    }

    /// Only the spelling of RFC 9562, section 4, in lower case: for an issuer that compares subjects as text (RFC 7519,
    /// section 4.1.2), two spellings are two users, and they must not share an account.
    fn canonical(text: &str) -> Result<Self, IdError> {
        let id = Self::read(text)?;
        if id.to_string() == text { Ok(id) } else { Err(IdError { what: "a user", text: excerpt(text) }) }
    }
}

open_id! {
    /// A git repository.
    RepositoryId, "a repository";
    /// A report configuration.
    ConfigurationId, "a configuration";
    /// A run. Its instant decides the month that the run is counted in.
    RunId, "a run";
    /// A notice.
    NoticeId, "a notice";
    /// A domain event.
    EventId, "an event";
    /// One execution of a worker. No two workers share an id.
    OwnerId, "an owner";
}

/// Ten random bytes: what a UUID v7 contains besides its instant.
pub type Randomness = [u8; 10];

fn v7(instant: Instant, rest: Randomness) -> Uuid {
    let millis = u64::try_from(instant.timestamp_millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &rest).into_uuid()
}

/// The instant in a UUID v7.
fn instant_in(id: Uuid) -> Instant {
    let millis = id.get_timestamp().map_or(0, |timestamp| {
        let (seconds, nanos) = timestamp.to_unix();
        seconds.saturating_mul(1_000).saturating_add(u64::from(nanos / 1_000_000))
    });
    DateTime::from_timestamp_millis(i64::try_from(millis).unwrap_or(0)).unwrap_or_default()
}

/// The first ten bytes of a SHA-256 over the parts, each preceded by its length.
fn derived(purpose: &str, parts: &[&[u8]]) -> Randomness {
    let mut hash = Sha256::new();
    hash.update(purpose.as_bytes());
    for part in parts {
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part);
    }
    let mut rest = Randomness::default();
    for (to, from) in rest.iter_mut().zip(hash.finalize()) {
        *to = from;
    }
    rest
}

impl RunId {
    /// The run of one fire of one configuration: always the same id.
    pub fn scheduled(configuration: ConfigurationId, fire: Instant) -> Self {
        let fire = to_millis(fire);
        let moment = fire.timestamp_millis().to_be_bytes();
        Self(v7(fire, derived("scheduled run", &[configuration.uuid().as_bytes(), &moment])))
    }

    /// The run that began at this instant in an earlier system, whose id there has no instant: always the same id.
    pub fn imported(earlier: Uuid, started_at: Instant) -> Self {
        Self(v7(to_millis(started_at), derived("imported run", &[earlier.as_bytes()])))
    }

    /// Whether the id has an instant, as every run's has. Other ids are those of an earlier system.
    pub fn has_instant(self) -> bool {
        self.0.get_version_num() == 7
    }

    /// The instant in the id: the fire of a scheduled run, the start of another.
    pub fn instant(self) -> Instant {
        instant_in(self.0)
    }

    /// The UTC month that the run is counted in, whenever it ends.
    pub fn month(self) -> Month {
        Month::of(self.instant())
    }
}

impl NoticeId {
    /// The instant in the id, by which notices are listed: at most
    /// [`RETIREMENT_NOTICE_DAYS`](crate::money::RETIREMENT_NOTICE_DAYS) before the notice was made.
    pub fn instant(self) -> Instant {
        instant_in(self.0)
    }

    /// The id of a notice that is made once: equal parts give an equal id, and the store refuses the second.
    pub(crate) fn once(purpose: &str, parts: &[&[u8]], instant: Instant) -> Self {
        Self(v7(instant, derived(purpose, parts)))
    }
}

/// The number of parts of the due index, so that the load is spread. Changing it needs a migration of every due item.
pub const SHARDS: u8 = 16;

/// The part of the due index that an id belongs to.
pub fn shard(id: Uuid) -> u8 {
    id.as_bytes().last().copied().unwrap_or(0) % SHARDS
}
