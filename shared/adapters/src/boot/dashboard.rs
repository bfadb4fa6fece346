//! What the operator sets for the web dashboard.

use super::api::is_safe;
use super::reader::Reader;
use super::variable::{self, Variable};
use url::Url;

/// The name of the dashboard unless `DASHBOARD_NAME` is set.
pub const DASHBOARD_NAME_DEFAULT: &str = "git-report";
/// The longest name of the dashboard, in characters: it is the heading of every page.
const NAME_CHARS_MAX: usize = 60;
/// The longest client id and the longest scope, in bytes: more than any issuer uses.
const OIDC_TEXT_BYTES_MAX: usize = 256;
/// What is asked of the issuer unless `DASHBOARD_OIDC_SCOPE` is set.
const SCOPE_DEFAULT: &str = "openid profile";

/// What the operator sets for the web dashboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DashboardSettings {
    /// `DASHBOARD_NAME`: the name that its pages show. Default: [`DASHBOARD_NAME_DEFAULT`].
    pub name: String,
    pub sign_in: SignIn,
}

/// How the users of the dashboard sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignIn {
    /// The local stack signs in its demo user. No variable selects it.
    Demo,
    /// At an OIDC issuer, with PKCE.
    Oidc {
        /// `DASHBOARD_OIDC_ISSUER`: the address of the issuer, https, or http on loopback. Set with the client id.
        issuer: String,
        /// `DASHBOARD_OIDC_CLIENT_ID`: the id of a public client at the issuer.
        client_id: String,
        /// `DASHBOARD_OIDC_SCOPE`: the scopes that are asked for, separated by spaces. Default: `openid profile`.
        scope: String,
    },
    /// The user pastes a bearer token.
    Bearer,
}

impl DashboardSettings {
    pub(super) fn read_with(reader: &mut Reader<'_>) -> Self {
        let name = reader.optional(variable::DASHBOARD_NAME, name);
        let name = name.unwrap_or_else(|| DASHBOARD_NAME_DEFAULT.to_owned());
        Self { name, sign_in: SignIn::read_with(reader) }
    }
}

impl SignIn {
    fn read_with(reader: &mut Reader<'_>) -> Self {
        let is_set = |variable: Variable| reader.get(variable).is_some();
        let (issuer_is_set, client_is_set) =
            (is_set(variable::DASHBOARD_OIDC_ISSUER), is_set(variable::DASHBOARD_OIDC_CLIENT_ID));
        match (issuer_is_set, client_is_set) {
            (true, false) => reader.missing(variable::DASHBOARD_OIDC_CLIENT_ID),
            (false, true) => reader.missing(variable::DASHBOARD_OIDC_ISSUER),
            _ => {}
        }
        let issuer = reader.optional(variable::DASHBOARD_OIDC_ISSUER, issuer);
        let client_id = reader.optional(variable::DASHBOARD_OIDC_CLIENT_ID, oidc_text);
        let scope = reader.optional(variable::DASHBOARD_OIDC_SCOPE, oidc_text);
        match (issuer, client_id) {
            (Some(issuer), Some(client_id)) => {
                Self::Oidc { issuer, client_id, scope: scope.unwrap_or_else(|| SCOPE_DEFAULT.to_owned()) }
            }
            _ => Self::Bearer,
        }
    }
}

fn name(text: &str) -> Option<String> {
    let text = text.trim();
    let fits = (1..=NAME_CHARS_MAX).contains(&text.chars().count()) && !text.contains(char::is_control);
    fits.then(|| text.to_owned())
}

/// The issuer as it is written, because it is compared with the one in tokens.
fn issuer(text: &str) -> Option<String> {
    let text = text.trim();
    Url::parse(text).ok().filter(is_safe).map(|_| text.to_owned())
}

/// Visible ASCII and spaces.
fn oidc_text(text: &str) -> Option<String> {
    let text = text.trim();
    let fits = (1..=OIDC_TEXT_BYTES_MAX).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    fits.then(|| text.to_owned())
}
