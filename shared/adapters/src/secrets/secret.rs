//! A value that may be replaced while the process lives.

use super::service::SecretReader;
use app::ports::Clock;
use domain::instant::Instant;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockWriteGuard};
use zeroize::Zeroizing;

/// How long a secret is used before it is read again, in minutes: after that, a secret that was replaced because it
/// leaked is accepted by no process that can read the new one.
pub const FRESH_MINUTES: i64 = 10;

/// The shortest time between two reads, in seconds: wrong tokens can't make a process read more often.
pub const REREAD_SECONDS_MIN: i64 = 30;

/// A secret of the deployment. Clones share it.
///
/// One from Secrets Manager is read again when it is older than [`FRESH_MINUTES`], and sooner when it is refused, so
/// that a rotation needs no deployment. While it can't be read, or its new text is invalid, the last value stays.
pub struct Secret<T>(Arc<State<T>>);

/// What has become of a value that was refused.
pub enum Replaced<T> {
    By(Arc<T>),
    /// It is still the current one.
    Unchanged,
    /// Unknown: it was read a moment ago, or can't be read now.
    NotRead,
}

impl<T> Replaced<T> {
    /// The new value, if there is one.
    pub fn value(self) -> Option<Arc<T>> {
        match self {
            Self::By(value) => Some(value),
            Self::Unchanged | Self::NotRead => None,
        }
    }
}

struct State<T> {
    kept: RwLock<Kept<T>>,
    source: Option<Source<T>>,
    /// Held while it is read again.
    reading: tokio::sync::Mutex<()>,
}

struct Kept<T> {
    value: Arc<T>,
    text: Zeroizing<String>,
    /// When it was read, or when a read was last tried.
    tried_at: Option<Instant>,
    read_at: Option<Instant>,
}

struct Source<T> {
    reader: SecretReader,
    arn: String,
    parse: fn(&str) -> Option<T>,
    clock: Arc<dyn Clock>,
}

impl<T> Clone for Secret<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

impl<T> Secret<T> {
    /// A value that stays as it is.
    pub fn fixed(value: T) -> Self {
        Self::with(value, Zeroizing::default(), None, None)
    }

    /// A value whose text was just read from Secrets Manager; `None` if the text is invalid.
    pub fn kept(
        (reader, clock): (SecretReader, Arc<dyn Clock>),
        arn: &str,
        text: &str,
        parse: fn(&str) -> Option<T>,
    ) -> Option<Self> {
        let (value, now) = (parse(text)?, clock.now());
        let source = Source { reader, arn: arn.to_owned(), parse, clock };
        Some(Self::with(value, Zeroizing::new(text.to_owned()), Some(now), Some(source)))
    }

    fn with(value: T, text: Zeroizing<String>, read_at: Option<Instant>, source: Option<Source<T>>) -> Self {
        let kept = Kept { value: Arc::new(value), text, tried_at: read_at, read_at };
        Self(Arc::new(State { kept: RwLock::new(kept), source, reading: tokio::sync::Mutex::default() }))
    }

    /// The value as it was last read.
    pub fn last(&self) -> Arc<T> {
        Arc::clone(&self.0.kept.read().unwrap_or_else(PoisonError::into_inner).value)
    }

    /// The value, read again if it is older than [`FRESH_MINUTES`]. While another caller reads, this one has the last.
    pub async fn current(&self) -> Arc<T> {
        if let Some(source) = &self.0.source
            && self.has_passed(|kept| kept.read_at, FRESH_MINUTES * 60, source)
            && self.has_passed(|kept| kept.tried_at, REREAD_SECONDS_MIN, source)
            && let Ok(_reading) = self.0.reading.try_lock()
        {
            self.read_again(source).await;
        }
        self.last()
    }

    /// What has replaced a value that was refused.
    pub async fn replaced(&self, refused: &Arc<T>) -> Replaced<T> {
        let Some(source) = &self.0.source else { return Replaced::Unchanged };
        let _reading = self.0.reading.lock().await;
        let other = || Some(self.last()).filter(|value| !Arc::ptr_eq(value, refused)).map(Replaced::By);
        if let Some(other) = other() {
            return other;
        }
        if !self.has_passed(|kept| kept.tried_at, REREAD_SECONDS_MIN, source) || !self.read_again(source).await {
            return Replaced::NotRead;
        }
        other().unwrap_or(Replaced::Unchanged)
    }

    fn has_passed(&self, at: fn(&Kept<T>) -> Option<Instant>, seconds: i64, source: &Source<T>) -> bool {
        let at = at(&self.0.kept.read().unwrap_or_else(PoisonError::into_inner));
        at.is_none_or(|at| (source.clock.now() - at).num_seconds() >= seconds)
    }

    /// Returns whether the text could be read and is valid.
    async fn read_again(&self, source: &Source<T>) -> bool {
        // Before the call, in case its caller does not wait for its end.
        self.write().tried_at = Some(source.clock.now());
        let read = source.reader.read(&source.arn).await;
        let now = source.clock.now();
        let mut kept = self.write();
        match read {
            Ok(text) if *text == *kept.text => {
                kept.read_at = Some(now);
                true
            }
            Ok(text) => {
                if let Some(value) = (source.parse)(&text) {
                    tracing::info!(arn = source.arn, "a secret was replaced");
                    *kept = Kept { value: Arc::new(value), text, tried_at: Some(now), read_at: Some(now) };
                    true
                } else {
                    tracing::error!(arn = source.arn, "the new text of a secret is invalid; the last one is used");
                    false
                }
            }
            Err(error) => {
                tracing::error!(arn = source.arn, %error, "a secret can't be read again; the last one is used");
                false
            }
        }
    }

    fn write(&self) -> RwLockWriteGuard<'_, Kept<T>> {
        self.0.kept.write().unwrap_or_else(PoisonError::into_inner)
    }
}
