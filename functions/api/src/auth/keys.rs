//! The public keys that tokens are verified with, as their issuer publishes them (RFC 7517).

use super::TokenError;
use app::ports::Clock;
use domain::instant::{Duration, Instant};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::Mutex;
use url::Url;

/// The least time between two requests for the keys, in seconds: tokens with made-up key ids must not turn into a
/// flood at the issuer.
pub const REFRESH_SECONDS_MIN: i64 = 60;
/// How long keys are taken as they are, in minutes; after that they are asked for again, so that a withdrawn key ends.
pub const KEYS_FRESH_MINUTES: i64 = 10;
/// How long keys serve while the issuer does not answer, in minutes.
pub const KEYS_KEPT_MINUTES: i64 = 60;
/// How long the issuer may take to accept a connection, and to answer in all: a caller is waiting.
const CONNECT_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(2);
const FETCH_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(5);
/// The largest key set that is read, in bytes; one key takes about 500.
const KEYS_BYTES_MAX: usize = 64 * 1024;

/// A key set behind an address, cached.
pub struct KeySet {
    url: Url,
    http: reqwest::Client,
    clock: Arc<dyn Clock>,
    cache: Mutex<Cache>,
}

/// No key set can be made on this machine.
#[derive(Debug, thiserror::Error)]
#[error("no client for the public keys can be made: {0}")]
pub struct KeySetError(#[from] reqwest::Error);

#[derive(Default)]
struct Cache {
    keys: BTreeMap<String, (DecodingKey, Algorithm)>,
    fetched_at: Option<Instant>,
    asked_at: Option<Instant>,
    last_failed: bool,
}

impl KeySet {
    /// A key set that is first asked for when a key is. No redirect is followed and no proxy asked: the keys decide who
    /// is believed.
    pub fn new(url: Url, clock: Arc<dyn Clock>) -> Result<Self, KeySetError> {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(FETCH_TIMEOUT)
            .build()?;
        Ok(Self { url, http, clock, cache: Mutex::default() })
    }

    /// The key of an id, with the one algorithm that it is for. The lock is held while the keys are asked for, so
    /// that many tokens at once ask once.
    pub async fn key(&self, kid: &str) -> Result<(DecodingKey, Algorithm), TokenError> {
        let mut cache = self.cache.lock().await;
        let now = self.clock.now();
        let fresh = cache.is_younger(Duration::minutes(KEYS_FRESH_MINUTES), now);
        if !(fresh && cache.keys.contains_key(kid)) && cache.may_ask(now) {
            self.refresh(&mut cache, now).await;
        }
        if !cache.is_younger(Duration::minutes(KEYS_KEPT_MINUTES), now) {
            return Err(TokenError::KeysUnavailable);
        }
        match cache.keys.get(kid) {
            Some((key, algorithm)) => Ok((key.clone(), *algorithm)),
            None if cache.last_failed => Err(TokenError::KeysUnavailable),
            None => Err(TokenError::UnknownKey),
        }
    }

    async fn refresh(&self, cache: &mut Cache, now: Instant) {
        cache.asked_at = Some(now);
        cache.last_failed = true;
        match self.fetch().await {
            Ok(keys) => {
                cache.keys = keys;
                cache.fetched_at = Some(now);
                cache.last_failed = false;
            }
            Err(error) => tracing::warn!(%error, "the public keys could not be read"),
        }
    }

    async fn fetch(&self) -> Result<BTreeMap<String, (DecodingKey, Algorithm)>, FetchError> {
        let mut response = self.http.get(self.url.clone()).send().await?.error_for_status()?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            if body.len() + chunk.len() > KEYS_BYTES_MAX {
                return Err(FetchError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        let published: Published = serde_json::from_slice(&body)?;
        Ok(published.keys.iter().filter_map(PublishedKey::usable).collect())
    }
}

impl Cache {
    fn is_younger(&self, age: Duration, now: Instant) -> bool {
        self.fetched_at.is_some_and(|fetched| now - fetched < age)
    }

    fn may_ask(&self, now: Instant) -> bool {
        self.asked_at.is_none_or(|asked| now - asked >= Duration::seconds(REFRESH_SECONDS_MIN))
    }
}

/// Why the keys could not be read.
#[derive(Debug, thiserror::Error)]
enum FetchError {
    #[error("{0}")]
    Http(#[from] reqwest::Error),
    #[error("the key set is larger than {KEYS_BYTES_MAX} bytes")]
    TooLarge,
    #[error("the key set does not read: {0}")]
    Json(#[from] serde_json::Error),
}

#[derive(Deserialize)]
struct Published {
    keys: Vec<PublishedKey>,
}

#[derive(Deserialize)]
struct PublishedKey {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

impl PublishedKey {
    /// The key, if it is one of those that are used here. Shared secrets (`oct`) are never taken from a key set.
    fn usable(&self) -> Option<(String, (DecodingKey, Algorithm))> {
        let (key, algorithm, name) = match (self.kty.as_str(), self.crv.as_deref()) {
            ("RSA", _) => {
                let key = DecodingKey::from_rsa_components(self.n.as_deref()?, self.e.as_deref()?).ok()?;
                (key, Algorithm::RS256, "RS256")
            }
            ("EC", Some("P-256")) => {
                let key = DecodingKey::from_ec_components(self.x.as_deref()?, self.y.as_deref()?).ok()?;
                (key, Algorithm::ES256, "ES256")
            }
            _ => return None,
        };
        let signs = self.purpose.as_deref().is_none_or(|purpose| purpose == "sig");
        let same = self.alg.as_deref().is_none_or(|alg| alg == name);
        (signs && same).then_some((self.kid.clone()?, (key, algorithm)))
    }
}
