//! `POST /demo/session`: the dashboard signs in the demo user. In the local stack only; no Lambda has this route.
//!
//! A token is answered to pages of this machine only. A page of another site can send the request, but its browser
//! names that site in `Origin`; and a page whose host name was made to lead to this machine (DNS rebinding) names that
//! host in `Host`.

use crate::stack::Secret;
use crate::tokens::{Role, Token};
use api::Api;
use api::problem::{Code, FieldError, Problem};
use app::ports::Clock;
use axum::body::Bytes;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, HeaderName, header};
use axum::routing::post;
use axum::{Extension, Json, Router};
use domain::id::UserId;
use domain::instant::{self, Duration};
use serde::Serialize;
use serde_json::Value;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use url::Host;

/// How long a token of a session is valid. The dashboard asks for the next one in time.
const VALID_MINUTES: i64 = 60;

/// Whether the page that asks is of the same origin, as browsers since 2020 say.
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Whose sessions, and what signs their tokens.
pub struct Sessions {
    pub user: UserId,
    pub secret: Secret,
    pub clock: Arc<dyn Clock>,
}

#[derive(Serialize)]
struct SessionBody {
    access_token: String,
    expires_at: String,
    user_id: String,
}

/// The route.
pub fn routes(sessions: Sessions) -> Router<Arc<Api>> {
    let sessions = Arc::new(sessions);
    let answer = async move |peer: Option<Extension<ConnectInfo<SocketAddr>>>, headers: HeaderMap, body: Bytes| {
        let peer = peer.map(|Extension(ConnectInfo(address))| address.ip());
        if !is_of_this_machine(peer, &headers) {
            let detail = "Only pages that this machine serves to itself may ask for a session.";
            return Err(Problem::new(Code::Forbidden, detail));
        }
        sessions.start(role(&body)?)
    };
    Router::new().route("/demo/session", post(answer))
}

impl Sessions {
    fn start(&self, role: Role) -> Result<impl axum::response::IntoResponse + use<>, Problem> {
        let now = self.clock.now();
        let token = Token { user: self.user, role, valid: Duration::minutes(VALID_MINUTES) };
        let expires_at = instant::text(now + token.valid);
        let access_token = token.signed(&self.secret, now).map_err(|error| Problem::internal(&error.to_string()))?;
        let body = SessionBody { access_token, expires_at, user_id: self.user.to_string() };
        Ok(([(header::CACHE_CONTROL, "no-store")], Json(body)))
    }
}

/// The role that is asked for: an empty body, `{}`, or `{"role": "admin"}`.
fn role(body: &[u8]) -> Result<Role, Problem> {
    let invalid = |name: &str, detail: &str| Problem::validation(vec![FieldError::at(name, detail)]);
    if body.trim_ascii().is_empty() {
        return Ok(Role::User);
    }
    let Ok(Value::Object(members)) = serde_json::from_slice(body) else {
        return Err(Problem::new(Code::MalformedJson, "A JSON object is expected."));
    };
    if let Some(name) = members.keys().find(|name| *name != "role") {
        return Err(invalid(name, "unknown field"));
    }
    match members.get("role") {
        None => Ok(Role::User),
        Some(role) if role == "admin" => Ok(Role::Admin),
        Some(_) => Err(invalid("role", "must be 'admin', or absent")),
    }
}

/// Whether the peer is on loopback, `Host` names loopback, and `Origin` is absent or the same origin.
fn is_of_this_machine(peer: Option<IpAddr>, headers: &HeaderMap) -> bool {
    let Some(host) = only(headers, &header::HOST) else { return false };
    let same_origin = match headers.get_all(header::ORIGIN).iter().count() {
        0 => true,
        _ => {
            only(headers, &header::ORIGIN).is_some_and(|origin| origin.eq_ignore_ascii_case(&format!("http://{host}")))
        }
    };
    let same_site = match only(headers, &SEC_FETCH_SITE) {
        None => !headers.contains_key(&SEC_FETCH_SITE),
        Some(site) => ["same-origin", "none"].contains(&site),
    };
    peer.is_some_and(|peer| peer.is_loopback()) && is_loopback(host) && same_origin && same_site
}

/// The value of a header that is sent once.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    values.next().filter(|_| values.next().is_none())?.to_str().ok()
}

/// Whether a host, with or without a port, is this machine: `localhost`, 127.0.0.0/8 or `[::1]`.
fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    match Host::parse(name) {
        Ok(Host::Domain(name)) => name == "localhost",
        Ok(Host::Ipv4(address)) => address.is_loopback() && address.to_string() == name,
        Ok(Host::Ipv6(address)) => address.is_loopback(),
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Role, is_of_this_machine, role};
    use axum::http::{HeaderMap, HeaderName, HeaderValue};
    use std::net::IpAddr;

    fn asked(peer: &str, pairs: &[(&'static str, &'static str)]) -> bool {
        let headers: HeaderMap = pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        is_of_this_machine(peer.parse::<IpAddr>().ok(), &headers)
    }

    #[test]
    fn pages_of_this_machine_get_a_session() {
        for host in ["127.0.0.1:4000", "localhost:4000", "LOCALHOST", "[::1]:4000", "127.1.2.3:80"] {
            assert!(asked("127.0.0.1", &[("host", host)]), "{host}");
        }
        let same = [("host", "localhost:4000"), ("origin", "http://localhost:4000"), ("sec-fetch-site", "same-origin")];
        assert!(asked("::1", &same));
    }

    #[test]
    fn other_hosts_get_none_because_dns_can_lead_them_here() {
        for host in [
            "evil.example:4000",
            "localhost.evil.example",
            "127.0.0.1.evil.example:4000",
            "10.0.0.1:4000",
            "0.0.0.0:4000",
            "2130706433",
            "0x7f.1:4000",
            "[::ffff:127.0.0.1]:4000",
            "a@localhost:4000",
            "",
        ] {
            assert!(!asked("127.0.0.1", &[("host", host)]), "{host}");
        }
        assert!(!asked("127.0.0.1", &[]), "a request without a host");
    }

    #[test]
    fn other_origins_get_none() {
        for origin in [
            "https://evil.example",
            "null",
            "http://localhost:4001",
            "http://127.0.0.1:4000",
            "https://localhost:4000",
            "http://localhost:4000/",
        ] {
            assert!(!asked("127.0.0.1", &[("host", "localhost:4000"), ("origin", origin)]), "{origin}");
        }
        for site in ["cross-site", "same-site"] {
            assert!(!asked("127.0.0.1", &[("host", "localhost:4000"), ("sec-fetch-site", site)]), "{site}");
        }
    }

    #[test]
    fn other_machines_get_none() {
        for peer in ["10.0.0.2", "2001:db8::1", "no address"] {
            assert!(!asked(peer, &[("host", "localhost:4000")]), "{peer}");
        }
    }

    #[test]
    fn only_the_admin_role_can_be_asked_for() {
        assert_eq!(role(b"").unwrap(), Role::User);
        assert_eq!(role(b" {} ").unwrap(), Role::User);
        assert_eq!(role(br#"{"role":"admin"}"#).unwrap(), Role::Admin);
        for body in [&br#"{"role":"root"}"#[..], br#"{"role":null}"#, br#"{"user":"a"}"#, b"[]", b"admin"] {
            assert!(role(body).is_err(), "{}", String::from_utf8_lossy(body));
        }
    }
}
