//! What the environment sets for the HTTP API alone.

use super::dashboard::DashboardSettings;
use super::environment::Environment;
use super::reader::{Reader, SettingsError};
use super::role::Role;
use super::variable::{self, Variable};
use crate::secrets::Secret;
use domain::loopback::is_on_loopback;
use reqwest::header::HeaderValue;
use std::fmt;
use url::Url;

/// The shortest shared secret, in bytes: the size of the hash, as RFC 7518, section 3.2, demands.
pub const JWT_SECRET_BYTES_MIN: usize = 32;

/// What the environment sets for the HTTP API alone.
#[derive(Clone, Debug)]
pub struct ApiSettings {
    pub auth: AuthSettings,
    /// `TENANT_ROLE_ARN`: the role with whose credentials the items of a user are accessed. Default: the function's
    /// own credentials.
    pub tenant_role: Option<String>,
    /// `CORS_ORIGINS`: origins of web pages that may call the API, separated by commas, such as
    /// `https://app.example.com`. Default: none.
    pub cors_origins: Vec<HeaderValue>,
    /// `API_BASE_PATH`: the path at which the gateway has the API, such as `/prod` for a stage of that name. Paths in
    /// answers begin with it. Default: empty, for an API at its origin's root.
    pub base_path: String,
    pub dashboard: DashboardSettings,
    /// `ALLOW_LOOPBACK`: see [`super::Settings::allow_loopback`].
    pub allow_loopback: bool,
}

/// How tokens are verified. At least one of the two key sources is set.
#[derive(Clone)]
pub struct AuthSettings {
    /// `JWT_SECRET`, or `JWT_SECRET_ARN`: the shared HS256 secret of an older Supabase project, at least
    /// [`JWT_SECRET_BYTES_MIN`] bytes.
    pub secret: Option<Secret<String>>,
    /// `JWT_JWKS_URL`: where the public keys (RS256, ES256) are. https, or http on loopback.
    pub jwks_url: Option<Url>,
    /// `JWT_ISSUER`: the `iss` that every token must have.
    pub issuer: String,
    /// `JWT_AUDIENCE`: the `aud` that every token must have, `authenticated` at Supabase.
    pub audience: String,
}

impl fmt::Debug for AuthSettings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AuthSettings")
            .field("secret", &self.secret)
            .field("jwks_url", &self.jwks_url.as_ref().map(Url::as_str))
            .field("issuer", &self.issuer)
            .field("audience", &self.audience)
            .finish()
    }
}

impl ApiSettings {
    /// Reads these variables alone, for an API whose ports come from elsewhere. One error names all faults.
    pub fn read(environment: &Environment) -> Result<Self, SettingsError> {
        let mut reader = Reader::new(environment, Role::Api);
        let allow_loopback = reader.flag(variable::ALLOW_LOOPBACK);
        let settings = Self::read_with(&mut reader, allow_loopback);
        reader.finish(settings)
    }

    pub(super) fn read_with(reader: &mut Reader<'_>, allow_loopback: bool) -> Self {
        Self {
            auth: AuthSettings::read_with(reader),
            tenant_role: reader.optional(variable::TENANT_ROLE_ARN, role_arn),
            cors_origins: cors_origins(reader),
            base_path: base_path(reader),
            dashboard: DashboardSettings::read_with(reader),
            allow_loopback,
        }
    }
}

impl AuthSettings {
    fn read_with(reader: &mut Reader<'_>) -> Self {
        let text = |reader: &mut Reader<'_>, variable| {
            let text = trimmed(reader, variable);
            if text.is_none() {
                reader.missing(variable);
            }
            text.unwrap_or_default().to_owned()
        };
        let (issuer, audience) = (text(reader, variable::JWT_ISSUER), text(reader, variable::JWT_AUDIENCE));
        let variables = (variable::JWT_SECRET, variable::JWT_SECRET_ARN);
        let (has_secret, secret) = (reader.has_secret(variables), reader.secret(variables, jwt_secret));
        let jwks = trimmed(reader, variable::JWT_JWKS_URL);
        let jwks_url = jwks.and_then(|text| Url::parse(text).ok()).filter(is_safe);
        match (jwks, &jwks_url) {
            (Some(_), None) => reader.invalid(variable::JWT_JWKS_URL),
            (None, _) if !has_secret => reader.missing(variable::JWT_JWKS_URL),
            _ => {}
        }
        Self { secret, jwks_url, issuer, audience }
    }
}

/// `arn:PARTITION:iam::ACCOUNT:role/NAME`.
fn role_arn(text: &str) -> Option<String> {
    let fits = text.starts_with("arn:") && text.contains(":iam::") && text.contains(":role/");
    fits.then(|| text.to_owned())
}

fn jwt_secret(text: &str) -> Option<String> {
    let text = text.trim();
    (text.len() >= JWT_SECRET_BYTES_MIN).then(|| text.to_owned())
}

/// The text without the spaces and line ends that copying a value from a console leaves around it.
fn trimmed<'a>(reader: &Reader<'a>, variable: Variable) -> Option<&'a str> {
    reader.get(variable).map(str::trim).filter(|text| !text.is_empty())
}

fn cors_origins(reader: &mut Reader<'_>) -> Vec<HeaderValue> {
    let list = trimmed(reader, variable::CORS_ORIGINS);
    let parsed = list.iter().flat_map(|list| list.split(',')).map(str::trim).map(|text| origin(text).ok_or(text));
    let (origins, invalid): (Vec<_>, Vec<_>) = parsed.partition(Result::is_ok);
    if !invalid.is_empty() {
        let quoted = invalid.into_iter().filter_map(Result::err).map(|text| format!("'{text}'"));
        reader.invalid_part(variable::CORS_ORIGINS, quoted.collect::<Vec<_>>().join(", "));
    }
    origins.into_iter().flatten().collect()
}

/// The text if it is exactly an origin: scheme, host and port, as browsers send it.
fn origin(text: &str) -> Option<HeaderValue> {
    let url = Url::parse(text).ok().filter(is_safe)?;
    (url.origin().ascii_serialization() == text).then(|| HeaderValue::from_str(text).ok())?
}

fn base_path(reader: &mut Reader<'_>) -> String {
    let text = trimmed(reader, variable::API_BASE_PATH).unwrap_or_default();
    if !is_base_path(text) {
        reader.invalid_part(variable::API_BASE_PATH, format!("'{text}'"));
    }
    text.to_owned()
}

/// Nothing, or segments of letters, digits and `._~-`, each after a slash.
fn is_base_path(text: &str) -> bool {
    let is_segment = |segment: &str| {
        !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._~-".contains(&byte))
    };
    text.is_empty() || text.strip_prefix('/').is_some_and(|rest| rest.split('/').all(is_segment))
}

/// https, or http that does not leave this machine.
pub(super) fn is_safe(url: &Url) -> bool {
    url.scheme() == "https" || (url.scheme() == "http" && is_on_loopback(url))
}
