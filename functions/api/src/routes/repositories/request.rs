//! The user's settings of a repository: `{"url", "provider"?, "name"?, "token"?}`.

use crate::body::{FromMembers, MemberValue, Members, line, shown};
use crate::openapi::words;
use app::holdings::{RepositoryDraft, TokenChange};
use domain::repository::{AccessToken, Location, Provider};
use serde::Deserialize;
use utoipa::ToSchema;

/// The longest name, in characters.
const NAME_CHARS_MAX: usize = 100;
/// The longest token, in bytes; those of the known hosts have less than 300.
const TOKEN_BYTES_MAX: usize = 2_048;

/// The user's settings. It has no text form, because it can contain a token.
pub(crate) struct RepositoryRequest {
    pub(crate) draft: RepositoryDraft,
    /// The canonical body, for the record of an idempotency key.
    pub(crate) body: String,
}

/// The request body.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"url": "https://github.com/octocat/hello-world", "name": "Hello",
    "token": "github_pat_example"}))]
#[expect(dead_code, reason = "bodies are read member by member; this is their description")]
pub(crate) struct RepositoryRequestBody {
    /// The address of the repository, without a password in it. `git@host:owner/name.git`, `ssh://`, `http://`, an
    /// address without a scheme, `owner/name` (at GitHub) and the address of one of its pages are accepted too; the
    /// answer has the https address that they are converted to.
    #[schema(min_length = 1, max_length = 500)]
    url: String,
    /// Software of the git host. Required if the host's name doesn't identify it. Use `gitea` for Forgejo.
    #[schema(value_type = Option<words::GitProvider>)]
    provider: Option<String>,
    /// Name chosen by the user. Defaults to the repository's path at the host.
    #[schema(min_length = 1, max_length = 100, format = "line")]
    name: Option<String>,
    /// An access token for the git host. It is never returned. In an update, an omitted token is kept unless the
    /// address moves to another host; null removes it.
    #[schema(min_length = 1, max_length = 2048, pattern = "^[!-~]+$", write_only)]
    token: Option<String>,
}

impl FromMembers for RepositoryRequest {
    fn from_members(members: &mut Members) -> Option<Self> {
        let body = members.canonical();
        let provider = members.optional("provider", |text| {
            Provider::parse(text).ok_or_else(|| {
                format!("'{}' is not a provider: it must be one of 'github', 'gitlab', 'gitea'", shown(text))
            })
        });
        let name = members.optional("name", |text| line(text, NAME_CHARS_MAX));
        let token = token(members);
        // An invalid provider is recorded already; the address may be valid without it.
        let named = provider.unwrap_or(None);
        let is_shown = members.is_as_shown("url");
        let location = members.required("url", "the address of a repository", |text| {
            // A folder of this machine can be kept, but not chosen.
            let keeps_folder = is_shown && !text.contains("://");
            if keeps_folder { Ok(Location::Path(text.to_owned())) } else { Location::host(text, named) }
        });
        provider?;
        let draft = RepositoryDraft { name: name?, location: location?, token: token? };
        Some(Self { draft, body })
    }
}

/// An absent token is kept; null removes it. An error does not repeat it.
fn token(members: &mut Members) -> Option<TokenChange> {
    let read = |text: &str| {
        let text = text.trim();
        let readable =
            !text.is_empty() && text.len() <= TOKEN_BYTES_MAX && text.bytes().all(|byte| byte.is_ascii_graphic());
        readable
            .then(|| AccessToken::new(text.to_owned()))
            .ok_or_else(|| format!("1 to {TOKEN_BYTES_MAX} visible ASCII characters are expected"))
    };
    Some(match members.given("token", read)? {
        MemberValue::Absent => TokenChange::Keep,
        MemberValue::Null => TokenChange::Remove,
        MemberValue::Value(token) => TokenChange::Set(token),
    })
}
