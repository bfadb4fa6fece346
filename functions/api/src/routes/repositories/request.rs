//! The body that creates or edits a repository. It has no text form, because it can hold a token.

use crate::request::{Given, Line, RepositoryAddress, Secret};
use crate::routes::prelude::{Answer, FieldError, Problem, examples, request_body};
use app::holdings::RepositoryDraft;
use domain::repository::Provider;

/// The longest name, in characters.
const NAME_CHARS_MAX: usize = 100;
/// The longest token, in bytes; those of the known hosts have less than 300.
const TOKEN_BYTES_MAX: usize = 2_048;

request_body! {
    /// The request body.
    pub(crate) struct RepositoryRequestBody {
        /// The address of the repository, without a password in it. `git@host:owner/name.git`, `ssh://`, `http://`, an
        /// address without a scheme, `owner/name` (at GitHub) and the address of one of its pages are accepted too; the
        /// answer has the https address that they are converted to.
        url: RepositoryAddress,
        /// Software of the git host. Required if the host's name doesn't identify it. Use `gitea` for Forgejo.
        provider: Option<Provider>,
        /// Name chosen by the user. Defaults to the repository's path at the host.
        name: Option<Line<NAME_CHARS_MAX>>,
        /// An access token for the git host. It is never returned. In an update, an omitted token is kept unless the
        /// address moves to another host; null removes it.
        token: Given<Secret<TOKEN_BYTES_MAX>>,
    }
    example: examples::repository_request();
}

impl RepositoryRequestBody {
    /// The repository that is to be stored.
    pub(crate) fn draft(self) -> Answer<RepositoryDraft> {
        let location = self.url.location(self.provider);
        let location = location.map_err(|error| Problem::validation(vec![FieldError::at("url", error.to_string())]))?;
        Ok(RepositoryDraft { name: self.name.map(|name| name.0), location, token: self.token.into() })
    }
}
