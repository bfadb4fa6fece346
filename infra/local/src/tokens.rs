//! Tokens for the API, as an identity provider would issue them.

use super::stack::{AUDIENCE, ISSUER, Secret};
use domain::id::UserId;
use domain::instant::{Duration, Instant};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde::Serialize;

/// How long a token of the local stack is valid.
const VALID_DAYS: i64 = 30;

#[derive(Serialize)]
struct Claims<'a> {
    sub: String,
    iss: &'a str,
    aud: &'a str,
    iat: i64,
    exp: i64,
}

/// A token for a user, signed with HS256.
pub fn token(user: UserId, secret: &Secret, now: Instant) -> Result<String, jsonwebtoken::errors::Error> {
    let claims = Claims {
        sub: user.to_string(),
        iss: ISSUER,
        aud: AUDIENCE,
        iat: now.timestamp(),
        exp: (now + Duration::days(VALID_DAYS)).timestamp(),
    };
    let key = EncodingKey::from_secret(secret.expose().as_bytes());
    encode(&Header::new(Algorithm::HS256), &claims, &key)
}
