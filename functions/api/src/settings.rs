//! The deployment's settings of the HTTP API.

use axum::http::HeaderValue;
use std::fmt;
use url::{Host, Url};

/// The shortest shared secret, in bytes: the size of the hash, as RFC 7518, section 3.2, demands.
pub const JWT_SECRET_BYTES_MIN: usize = 32;

/// The deployment's settings of the HTTP API.
#[derive(Clone, Debug)]
pub struct Settings {
    pub auth: AuthSettings,
    /// `CORS_ORIGINS`: origins of web pages that may call the API, separated by commas, such as
    /// `https://app.example.com`. If it is missing, none may.
    pub cors_origins: Vec<HeaderValue>,
    /// `API_BASE_PATH`: the path of the API at the gateway, such as `/prod` for a stage of that name. Paths in answers
    /// begin with it. Empty if the API is at its origin's root.
    pub base_path: String,
    /// `ALLOW_LOOPBACK`: `true` if webhooks may be on this machine over plain http: in the local stack only.
    pub allow_loopback: bool,
}

/// How tokens are verified. At least one of the two key sources is set.
#[derive(Clone)]
pub struct AuthSettings {
    /// `JWT_SECRET`: the shared HS256 secret of an older Supabase project, at least [`JWT_SECRET_BYTES_MIN`] bytes.
    pub secret: Option<String>,
    /// `JWT_JWKS_URL`: the address of the public keys (RS256, ES256). https, or http on loopback.
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
            .field("secret", &self.secret.as_ref().map(|_| "…"))
            .field("jwks_url", &self.jwks_url.as_ref().map(Url::as_str))
            .field("issuer", &self.issuer)
            .field("audience", &self.audience)
            .finish()
    }
}

/// Every invalid variable, with what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the API can't start: {}", .wrong.join("; "))]
pub struct SettingsError {
    wrong: Vec<String>,
}

impl Settings {
    /// Reads the settings from an environment; all invalid ones are reported at once.
    pub fn from_lookup(lookup: &dyn Fn(&str) -> Option<String>) -> Result<Self, SettingsError> {
        let mut wrong = Vec::new();
        let read = |name: &str| lookup(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let mut required = |name: &str, example: &str| {
            read(name).unwrap_or_else(|| {
                wrong.push(format!("{name} is missing, for example {example}"));
                String::new()
            })
        };
        let issuer = required("JWT_ISSUER", "https://project.supabase.co/auth/v1");
        let audience = required("JWT_AUDIENCE", "authenticated");
        let secret = read("JWT_SECRET");
        if secret.as_ref().is_some_and(|secret| secret.len() < JWT_SECRET_BYTES_MIN) {
            wrong.push(format!("JWT_SECRET is shorter than {JWT_SECRET_BYTES_MIN} bytes"));
        }
        let jwks = read("JWT_JWKS_URL");
        if secret.is_none() && jwks.is_none() {
            wrong.push("neither JWT_SECRET nor JWT_JWKS_URL is set: tokens need a key to be verified with".to_owned());
        }
        let jwks_url = jwks.and_then(|text| {
            let url = Url::parse(&text).ok().filter(is_safe);
            if url.is_none() {
                wrong.push("JWT_JWKS_URL is not an https address".to_owned());
            }
            url
        });
        let mut cors_origins = Vec::new();
        for text in read("CORS_ORIGINS").iter().flat_map(|list| list.split(',')).map(str::trim) {
            match origin(text) {
                Some(origin) => cors_origins.push(origin),
                None => wrong
                    .push(format!("CORS_ORIGINS has '{text}', which is not an origin such as https://app.example.com")),
            }
        }
        let base_path = read("API_BASE_PATH").unwrap_or_default();
        if !is_base_path(&base_path) {
            wrong.push(format!(
                "API_BASE_PATH is '{base_path}': expected is a path such as /prod, without a '/' at its end"
            ));
        }
        if wrong.is_empty() {
            let auth = AuthSettings { secret, jwks_url, issuer, audience };
            let allow_loopback = read("ALLOW_LOOPBACK").as_deref() == Some("true");
            Ok(Self { auth, cors_origins, base_path, allow_loopback })
        } else {
            Err(SettingsError { wrong })
        }
    }
}

/// Empty, or segments of letters, digits and `._~-`, each after a slash.
fn is_base_path(text: &str) -> bool {
    let is_segment = |segment: &str| {
        !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._~-".contains(&byte))
    };
    text.is_empty() || text.strip_prefix('/').is_some_and(|rest| rest.split('/').all(is_segment))
}

/// https, or http that does not leave this machine.
fn is_safe(url: &Url) -> bool {
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && loopback)
}

/// The text if it is exactly an origin: scheme, host and port, as browsers send it.
fn origin(text: &str) -> Option<HeaderValue> {
    let url = Url::parse(text).ok().filter(is_safe)?;
    (url.origin().ascii_serialization() == text).then(|| HeaderValue::from_str(text).ok())?
}

#[cfg(test)]
mod tests {
    use super::Settings;

    fn read(pairs: &[(&str, &str)]) -> Result<Settings, String> {
        Settings::from_lookup(&|name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn all_invalid_variables_are_reported_at_once() {
        let error = read(&[
            ("JWT_SECRET", "short"),
            ("JWT_JWKS_URL", "http://example.com/jwks"),
            ("API_BASE_PATH", "prod/"),
            ("CORS_ORIGINS", "*,https://good.example,https://bad.example/path"),
        ])
        .unwrap_err();
        for part in
            ["JWT_ISSUER", "JWT_AUDIENCE", "JWT_SECRET", "JWT_JWKS_URL", "'prod/'", "'*'", "'https://bad.example/path'"]
        {
            assert!(error.contains(part), "{part} is missing in: {error}");
        }
        assert!(!error.contains("good.example"), "{error}");
    }

    #[test]
    fn missing_keys_are_an_error() {
        let error = read(&[("JWT_ISSUER", "i"), ("JWT_AUDIENCE", "a")]).unwrap_err();
        assert!(error.contains("neither JWT_SECRET nor JWT_JWKS_URL"), "{error}");
    }

    #[test]
    fn valid_settings_are_read_and_debug_output_has_no_secret() {
        let secret = "0123456789abcdef0123456789abcdef";
        let settings = read(&[
            ("JWT_SECRET", secret),
            ("JWT_JWKS_URL", "http://127.0.0.1:9/jwks.json"),
            ("JWT_ISSUER", "i"),
            ("JWT_AUDIENCE", "a"),
            ("CORS_ORIGINS", "http://localhost:5173, https://app.example.com"),
        ])
        .unwrap();
        assert_eq!(settings.base_path, "");
        assert_eq!(settings.cors_origins, ["http://localhost:5173", "https://app.example.com"]);
        assert!(!format!("{settings:?}").contains(secret));
    }
}
