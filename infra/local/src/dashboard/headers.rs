//! The headers of every answer of the dashboard: those of `infra/web/headers.json`, which the deployment sends too.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::Response;
use std::collections::BTreeMap;

const FILE: &str = include_str!("../../../web/headers.json");

/// The headers, parsed.
pub(super) struct Headers(HeaderMap);

impl Headers {
    /// Those of the file. A test shows that each of them can be parsed.
    pub(super) fn of_site() -> Self {
        Self(parse(FILE).unwrap_or_default())
    }

    /// The answer with these headers.
    pub(super) fn on(&self, mut answer: Response) -> Response {
        answer.headers_mut().extend(self.0.iter().map(|(name, value)| (name.clone(), value.clone())));
        answer
    }
}

fn parse(text: &str) -> Option<HeaderMap> {
    let listed: BTreeMap<String, String> = serde_json::from_str(text).ok()?;
    let parsed = listed
        .iter()
        .map(|(name, value)| Some((HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_str(value).ok()?)));
    parsed.collect()
}

#[cfg(test)]
mod tests {
    use super::{FILE, parse};

    #[test]
    fn pages_run_their_own_scripts_only() {
        let headers = parse(FILE).unwrap();
        let policy = headers["content-security-policy"].to_str().unwrap();
        for part in ["default-src 'none'", "script-src 'self'", "require-trusted-types-for 'script'"] {
            assert!(policy.contains(part), "{part} is missing in {policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
        ] {
            assert_eq!(headers[name], value);
        }
    }
}
