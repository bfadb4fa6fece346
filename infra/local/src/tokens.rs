//! Tokens for the API, as an identity provider would issue them.

use super::stack::{AUDIENCE, ISSUER, Secret};
use domain::id::UserId;
use domain::instant::{Duration, Instant};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde::Serialize;

/// How long the token in the local stack's folder is valid.
const VALID_DAYS: i64 = 30;

/// What a token permits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    User,
    Admin,
}

/// A token before it is signed.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    pub user: UserId,
    pub role: Role,
    /// How long it is valid.
    pub valid: Duration,
}

#[derive(Serialize)]
struct Claims<'a> {
    sub: String,
    iss: &'a str,
    aud: &'a str,
    iat: i64,
    exp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    app_metadata: Option<AppMetadata>,
}

#[derive(Serialize)]
struct AppMetadata {
    role: &'static str,
}

impl Token {
    /// The token, signed with HS256.
    pub fn signed(self, secret: &Secret, now: Instant) -> Result<String, jsonwebtoken::errors::Error> {
        let claims = Claims {
            sub: self.user.to_string(),
            iss: ISSUER,
            aud: AUDIENCE,
            iat: now.timestamp(),
            exp: (now + self.valid).timestamp(),
            app_metadata: (self.role == Role::Admin).then_some(AppMetadata { role: "admin" }),
        };
        let key = EncodingKey::from_secret(secret.expose().as_bytes());
        encode(&Header::new(Algorithm::HS256), &claims, &key)
    }
}

/// A user's token for the command line.
pub fn token(user: UserId, secret: &Secret, now: Instant) -> Result<String, jsonwebtoken::errors::Error> {
    Token { user, role: Role::User, valid: Duration::days(VALID_DAYS) }.signed(secret, now)
}
