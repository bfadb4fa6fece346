//! Authentication: the verified subject of a bearer token.
//!
//! In reading order: [`Caller`], the argument of handlers; [`Verifier`], which checks tokens; [`KeySet`], the public
//! keys; `published`, the parsing of a key set.

mod keys;
mod published;
mod verifier;

pub use keys::{KEYS_FRESH_MINUTES, KEYS_KEPT_MINUTES, KeySet, KeySetError, REFRESH_SECONDS_MIN};
pub use verifier::{LEEWAY_SECONDS, TOKEN_BYTES_MAX, TokenError, Verifier};

use crate::Api;
use crate::problem::Problem;
use adapters::tenants;
use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use domain::id::UserId;
use std::sync::Arc;

/// The user who is calling. A handler with this argument can't be reached without a valid token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    pub user: UserId,
    /// Whether the token's `app_metadata.role` is `admin`.
    pub is_admin: bool,
}

impl Caller {
    /// An error unless the caller is an administrator.
    pub fn require_admin(&self) -> Result<(), Problem> {
        if !self.is_admin {
            return Err(Problem::insufficient_scope("This is for administrators."));
        }
        tenants::belongs_to_no_user();
        Ok(())
    }
}

impl FromRequestParts<Arc<Api>> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, Problem> {
        let token = bearer(parts).ok_or_else(|| Problem::unauthorized("no bearer token"))?;
        let verified = api.verifier.verify(token).await.map_err(|error| match error {
            TokenError::KeysUnavailable => Problem::unavailable(&error.to_string()),
            TokenError::Expired => Problem::invalid_token("The access token has expired.", &error.to_string()),
            TokenError::NotYet => Problem::invalid_token("The access token is not valid yet.", &error.to_string()),
            _ => Problem::invalid_token("The access token is invalid.", &error.to_string()),
        });
        verified.inspect(|caller| {
            tenants::belongs_to(caller.user);
            tracing::Span::current().record("user", tracing::field::display(caller.user));
        })
    }
}

/// A call with a valid token: the API, and who calls it.
pub(crate) struct Call(pub(crate) Arc<Api>, pub(crate) Caller);

impl FromRequestParts<Arc<Api>> for Call {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, Problem> {
        Ok(Self(Arc::clone(api), Caller::from_request_parts(parts, api).await?))
    }
}

/// The token of the one `Authorization` header, if its scheme is Bearer.
fn bearer(parts: &Parts) -> Option<&str> {
    let mut headers = parts.headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (headers.next(), headers.next()) else {
        return None;
    };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The account that an administrator names in a path: the only place where a user other than the caller is addressed.
/// Check the admin role first.
pub(crate) fn named_by_admin(text: &str) -> Option<UserId> {
    UserId::from_verified_subject(text).ok()
}
