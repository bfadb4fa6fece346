//! The public keys that tokens are verified with, as their issuer publishes them (RFC 7517).

use super::TokenError;
use super::published::{PublishedKey, PublishedKeys};
use app::ports::Clock;
use domain::instant::{Duration, Instant};
use jsonwebtoken::{Algorithm, DecodingKey};
use std::sync::Arc;
use tokio::sync::Mutex;
use url::Url;

/// The least time between two requests for the keys, in seconds: tokens with made-up key ids must not cause a flood of
/// requests to the issuer.
pub const REFRESH_SECONDS_MIN: i64 = 60;
/// How long fetched keys are used without a refresh, in minutes, so that a withdrawn key is no longer accepted.
pub const KEYS_FRESH_MINUTES: i64 = 10;
/// How long keys are used while the issuer does not answer, in minutes.
pub const KEYS_KEPT_MINUTES: i64 = 60;
/// The time limits of the connection to the issuer and of its whole answer: a caller waits for them.
const CONNECT_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(2);
const FETCH_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(5);
/// The largest key set that is read, in bytes. A key takes about 500, one with its chain of certificates up to 8,000.
const KEYS_BYTES_MAX: usize = 512 * 1024;
/// How many keys of one id and algorithm are tried: an issuer that replaces a key may publish both under one id.
const KEYS_PER_ID_MAX: usize = 4;

/// A key set behind an address, cached.
pub struct KeySet {
    url: Url,
    http: reqwest::Client,
    clock: Arc<dyn Clock>,
    cache: Mutex<Cache>,
}

/// The error of a key set whose HTTP client can't be built.
#[derive(Debug, thiserror::Error)]
#[error("no client for the public keys can be made: {0}")]
pub struct KeySetError(#[from] reqwest::Error);

#[derive(Default)]
struct Cache {
    keys: Vec<PublishedKey>,
    fetched_at: Option<Instant>,
    asked_at: Option<Instant>,
    last_failed: bool,
}

impl KeySet {
    /// A key set that is fetched when the first key is needed. No redirect is followed and no proxy used, because the
    /// keys decide which tokens are accepted.
    pub fn new(url: Url, clock: Arc<dyn Clock>) -> Result<Self, KeySetError> {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(FETCH_TIMEOUT)
            .build()?;
        Ok(Self { url, http, clock, cache: Mutex::default() })
    }

    /// The keys that may have signed a token: those of its key id and algorithm, or for a token without an id the only
    /// key of its algorithm. At least one, at most four. The lock is held while the keys are fetched, so that many
    /// tokens at once fetch them once.
    pub async fn candidates(&self, kid: Option<&str>, algorithm: Algorithm) -> Result<Vec<DecodingKey>, TokenError> {
        let mut cache = self.cache.lock().await;
        let now = self.clock.now();
        let fresh = cache.is_younger(Duration::minutes(KEYS_FRESH_MINUTES), now);
        if !(fresh && cache.has(kid, algorithm)) && cache.may_ask(now) {
            self.refresh(&mut cache, now).await;
        }
        if !cache.is_younger(Duration::minutes(KEYS_KEPT_MINUTES), now) {
            return Err(TokenError::KeysUnavailable);
        }
        let found = cache.candidates(kid, algorithm);
        match found.is_empty() {
            false => Ok(found.into_iter().filter_map(PublishedKey::decoding_key).collect()),
            true if cache.last_failed => Err(TokenError::KeysUnavailable),
            true => Err(TokenError::UnknownKey),
        }
    }

    async fn refresh(&self, cache: &mut Cache, now: Instant) {
        cache.asked_at = Some(now);
        cache.last_failed = true;
        match self.fetch().await {
            Ok(published) => {
                if published.invalid > 0 {
                    tracing::warn!(entries = published.invalid, "entries of the key set are invalid and skipped");
                }
                cache.keys = published.keys;
                cache.fetched_at = Some(now);
                cache.last_failed = false;
            }
            Err(error) => tracing::warn!(%error, "the public keys can't be fetched"),
        }
    }

    async fn fetch(&self) -> Result<PublishedKeys, FetchError> {
        let mut response = self.http.get(self.url.clone()).send().await?.error_for_status()?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            if body.len() + chunk.len() > KEYS_BYTES_MAX {
                return Err(FetchError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(PublishedKeys::parse(&body)?)
    }
}

impl Cache {
    fn has(&self, kid: Option<&str>, algorithm: Algorithm) -> bool {
        !self.candidates(kid, algorithm).is_empty()
    }

    fn candidates(&self, kid: Option<&str>, algorithm: Algorithm) -> Vec<&PublishedKey> {
        let mut of_algorithm = self.keys.iter().filter(|key| key.algorithm() == algorithm);
        let Some(kid) = kid else {
            // Which of two keys signed the token would be a guess.
            let first = of_algorithm.next();
            return first.filter(|first| of_algorithm.all(|key| key.is_same_key(first))).into_iter().collect();
        };
        of_algorithm.filter(|key| key.kid.as_deref() == Some(kid)).take(KEYS_PER_ID_MAX).collect()
    }

    fn is_younger(&self, age: Duration, now: Instant) -> bool {
        self.fetched_at.is_some_and(|fetched| now - fetched < age)
    }

    fn may_ask(&self, now: Instant) -> bool {
        self.asked_at.is_none_or(|asked| now - asked >= Duration::seconds(REFRESH_SECONDS_MIN))
    }
}

/// Why the keys can't be fetched.
#[derive(Debug, thiserror::Error)]
enum FetchError {
    #[error("{0}")]
    Http(#[from] reqwest::Error),
    #[error("the key set is larger than {KEYS_BYTES_MAX} bytes")]
    TooLarge,
    #[error("the key set can't be parsed: {0}")]
    Json(#[from] serde_json::Error),
}
