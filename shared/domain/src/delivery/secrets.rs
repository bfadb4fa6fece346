//! The signing secrets of one receiver: the current one, and those before it, which sign too for a day.

use crate::instant::{self, Duration, Instant};
use crate::repository::Sealed;

/// How long a secret signs after it was replaced, in hours.
pub const EARLIER_SECRET_HOURS: i64 = 24;
/// The most secrets that sign at a time, the current one included: each is a signature in every message's header.
pub const SIGNING_SECRETS_MAX: usize = 5;

/// A replaced secret that still signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EarlierSecret {
    pub sealed: Sealed,
    /// The end of its time, excluded.
    pub until: Instant,
}

/// The signing secrets of one receiver, at most [`SIGNING_SECRETS_MAX`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningSecrets {
    current: Sealed,
    /// The newest first.
    earlier: Vec<EarlierSecret>,
}

/// What happens to a valid secret if a new one has no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenFull {
    /// The rotation is refused.
    Refuse,
    /// The oldest secret no longer signs, although its time is not over.
    DropOldest,
}

/// A new secret has no place: every earlier one still signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{SIGNING_SECRETS_MAX} signing secrets are in use, which is the limit: the oldest one signs until {}. Rotate after \
     that, or with 'force=true' if the oldest one may stop signing now",
    instant::text(*free_at)
)]
pub struct SecretsInUse {
    /// When the next place becomes free.
    pub free_at: Instant,
}

impl SigningSecrets {
    /// A first secret.
    #[must_use]
    pub fn new(current: Sealed) -> Self {
        Self { current, earlier: Vec::new() }
    }

    /// The secrets of a record. `earlier` has the newest one first.
    #[must_use]
    pub fn from_record(current: Sealed, mut earlier: Vec<EarlierSecret>) -> Self {
        earlier.truncate(SIGNING_SECRETS_MAX - 1);
        Self { current, earlier }
    }

    /// The newest secret.
    #[must_use]
    pub fn current(&self) -> &Sealed {
        &self.current
    }

    /// The replaced ones, the newest first. The time of some may be over.
    #[must_use]
    pub fn earlier(&self) -> &[EarlierSecret] {
        &self.earlier
    }

    /// Whether this is the current secret or an earlier one.
    #[must_use]
    pub fn contain(&self, sealed: &Sealed) -> bool {
        self.current == *sealed || self.earlier.iter().any(|earlier| earlier.sealed == *sealed)
    }

    /// Until when the secret before the current one signs.
    #[must_use]
    pub fn previous_until(&self) -> Option<Instant> {
        self.earlier.first().map(|earlier| earlier.until)
    }

    /// Those that sign at an instant: the current one, then those whose time is not over, the newest first.
    pub fn valid_at(&self, now: Instant) -> impl Iterator<Item = &Sealed> {
        let earlier = self.earlier.iter().filter(move |earlier| earlier.until > now);
        std::iter::once(&self.current).chain(earlier.map(|earlier| &earlier.sealed))
    }

    /// The same with a new secret. The current one signs for [`EARLIER_SECRET_HOURS`] more, and so does every earlier
    /// one until the end of its own time; those whose time is over are dropped.
    pub fn rotated(&self, fresh: Sealed, when_full: WhenFull, now: Instant) -> Result<Self, SecretsInUse> {
        let valid = self.earlier.iter().filter(|earlier| earlier.until > now).cloned();
        let until = now + Duration::hours(EARLIER_SECRET_HOURS);
        let mut earlier = vec![EarlierSecret { sealed: self.current.clone(), until }];
        earlier.extend(valid);
        if earlier.len() < SIGNING_SECRETS_MAX || when_full == WhenFull::DropOldest {
            return Ok(Self::from_record(fresh, earlier));
        }
        let free_at = earlier.iter().map(|earlier| earlier.until).min().unwrap_or(until);
        Err(SecretsInUse { free_at })
    }
}
