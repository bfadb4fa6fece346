//! Verifies tokens.
//!
//! A key has one algorithm: the shared secret HS256, a published RSA key RS256, a published P-256 key ES256. The
//! token's header only selects which of them to try; it never decides how a given key is used. `jsonwebtoken` checks
//! signature, issuer and audience. The times are checked here: that crate reads the system's clock, and its parser of
//! times refuses every number as soon as `serde_json` keeps numbers exact.

use super::{Caller, KeySet, KeySetError};
use adapters::boot::AuthSettings;
use adapters::secrets::Secret;
use app::ports::Clock;
use domain::id::UserId;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::{Number, Value};
use std::sync::Arc;

/// How far an issuer's clock may be off, in seconds.
pub const LEEWAY_SECONDS: i64 = 30;

/// The longest token that is parsed, in bytes: the most that API Gateway accepts in a header.
pub const TOKEN_BYTES_MAX: usize = 10_240;

/// Why a token is refused. The reason is for the log: the caller only learns that its token is invalid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not a token, or one with a header or claims that can't be parsed.
    #[error("the token can't be parsed")]
    Malformed,
    /// An algorithm that no key of this deployment has.
    #[error("the token's algorithm is not accepted here")]
    Algorithm,
    #[error("the token's key is unknown")]
    UnknownKey,
    #[error("the token was refused: its signature is of another key")]
    Signature,
    /// Issuer or audience are wrong.
    #[error("the token was refused: {0}")]
    Refused(String),
    #[error("the token has expired")]
    Expired,
    #[error("the token is not valid yet")]
    NotYet,
    /// The subject is not a UUID in its canonical spelling.
    #[error("the token's subject is not a UUID in lower case with hyphens")]
    Subject,
    /// The public keys can't be fetched, so the token can't be checked.
    #[error("the public keys are unavailable")]
    KeysUnavailable,
}

/// The claims that are used. All that are not optional are required.
#[derive(Deserialize)]
struct Claims {
    /// `jsonwebtoken` checks its value, but would accept a list too.
    #[serde(rename = "iss")]
    _iss: String,
    sub: String,
    exp: Number,
    nbf: Option<Number>,
    app_metadata: Option<Value>,
}

/// Verifies tokens with the deployment's keys.
pub struct Verifier {
    secret: Option<Secret<String>>,
    published: Option<KeySet>,
    issuer: String,
    audience: String,
    clock: Arc<dyn Clock>,
}

impl Verifier {
    /// A verifier that fetches no key before the first token that needs one.
    pub fn new(settings: &AuthSettings, clock: Arc<dyn Clock>) -> Result<Self, KeySetError> {
        let published = settings.jwks_url.clone().map(|url| KeySet::new(url, Arc::clone(&clock)));
        Ok(Self {
            secret: settings.secret.clone(),
            published: published.transpose()?,
            issuer: settings.issuer.clone(),
            audience: settings.audience.clone(),
            clock,
        })
    }

    /// The user and role of a token.
    pub async fn verify(&self, token: &str) -> Result<Caller, TokenError> {
        if token.len() > TOKEN_BYTES_MAX {
            return Err(TokenError::Malformed);
        }
        let header = decode_header(token).map_err(|_| TokenError::Malformed)?;
        // RFC 7515, section 4.1.11: an extension that must be understood, and is not, makes the token invalid.
        if header.crit.is_some() {
            return Err(TokenError::Malformed);
        }
        let claims = match (header.alg, &self.secret, &self.published) {
            (Algorithm::HS256, Some(secret), _) => self.claims_under(token, secret).await?,
            (Algorithm::RS256 | Algorithm::ES256, _, Some(published)) => {
                let keys = published.candidates(header.kid.as_deref(), header.alg).await?;
                self.claims(token, &keys, header.alg)?
            }
            _ => return Err(TokenError::Algorithm),
        };
        self.check_times(&claims)?;
        let user = UserId::from_verified_subject(&claims.sub).map_err(|_| TokenError::Subject)?;
        let role = claims.app_metadata.as_ref().and_then(|metadata| metadata.get("role"));
        Ok(Caller { user, is_admin: role.and_then(Value::as_str) == Some("admin") })
    }

    /// The claims of a token that was signed with the shared secret. A token with another signature may have been
    /// signed with a secret that has replaced the one that is known.
    async fn claims_under(&self, token: &str, secret: &Secret<String>) -> Result<Claims, TokenError> {
        let key = |secret: &str| [DecodingKey::from_secret(secret.as_bytes())];
        let known = secret.current().await;
        let claims = self.claims(token, &key(&known), Algorithm::HS256);
        if !matches!(claims, Err(TokenError::Signature)) {
            return claims;
        }
        match secret.replaced(&known).await.value() {
            Some(replaced) => self.claims(token, &key(&replaced), Algorithm::HS256),
            None => claims,
        }
    }

    /// The claims of a token that one of the keys signed.
    fn claims(&self, token: &str, keys: &[DecodingKey], algorithm: Algorithm) -> Result<Claims, TokenError> {
        let validation = self.validation(algorithm);
        let mut refused = TokenError::UnknownKey;
        for key in keys {
            match decode(token, key, &validation) {
                Ok(data) => return Ok(data.claims),
                Err(error) if *error.kind() == ErrorKind::InvalidSignature => refused = TokenError::Signature,
                Err(error) => refused = TokenError::Refused(error.to_string()),
            }
        }
        Err(refused)
    }

    fn validation(&self, algorithm: Algorithm) -> Validation {
        let mut validation = Validation::new(algorithm);
        validation.set_required_spec_claims(&["iss", "aud", "sub"]);
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[&self.audience]);
        validation.validate_exp = false;
        validation.validate_nbf = false;
        validation
    }

    /// Checks `exp` and `nbf` as RFC 7519 defines them: seconds since 1970, fractions allowed.
    fn check_times(&self, claims: &Claims) -> Result<(), TokenError> {
        let now = Decimal::new(self.clock.now().timestamp_millis(), 3);
        let leeway = Decimal::from(LEEWAY_SECONDS);
        if now - leeway >= seconds(&claims.exp)? {
            return Err(TokenError::Expired);
        }
        match &claims.nbf {
            Some(nbf) if seconds(nbf)? > now + leeway => Err(TokenError::NotYet),
            _ => Ok(()),
        }
    }
}

fn seconds(number: &Number) -> Result<Decimal, TokenError> {
    let text = number.to_string();
    text.parse().or_else(|_| Decimal::from_scientific(&text)).map_err(|_| TokenError::Malformed)
}
