//! One request to a host's API: authorised, bounded and retried, with errors that are written for the user.

use super::link::Server;
use super::{Dialect, Reach, limit};
use crate::git::failed;
use crate::guard::{ReadError, failure_class, read_bounded};
use app::ports::{GitError, GitFailure, RepositoryAccess};
use backon::{ExponentialBuilder, Retryable};
use domain::commit::Sha;
use domain::configuration::BranchName;
use domain::repository::{AccessToken, Location};
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::{RequestBuilder, Response, StatusCode};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use std::time::Duration;
use url::Url;

/// The longest time for one request: GitHub gives up on its own side after 10 s, GitLab after 60 s.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);
/// How often a request is repeated after a temporary failure.
const RETRIES_MAX: usize = 2;
/// How many redirects one request may follow: a repository that was renamed or moved has one.
const REDIRECTS_MAX: usize = 3;
/// The largest answer: 250 commits with long messages, and the 300 files of a comparison's first page.
const ANSWER_BYTES_MAX: usize = 20 * 1024 * 1024;

/// The default branch of a new repository, at all hosts.
const NEW_BRANCH: &str = "main";

/// A host's API, for one repository.
pub(in crate::git) struct Api<'a> {
    reach: &'a Reach,
    dialect: &'static Dialect,
    token: Option<&'a AccessToken>,
    base: Url,
    /// The server's name in messages.
    host: String,
    /// The repository's path at the server: owner and name, or groups and name.
    repository: String,
}

/// An answer that the caller must interpret: 2xx, 400, 404, 409 or 422.
pub(in crate::git) struct Answer {
    pub(in crate::git) status: StatusCode,
    body: Vec<u8>,
    /// The address of the following page.
    pub(in crate::git) next: Option<Url>,
}

/// The part of a repository that every host returns.
#[derive(Deserialize)]
struct Numbered {
    #[serde(rename = "id")]
    _id: u64,
}

/// The parts of a repository's path.
pub(in crate::git) fn path_parts(url: &Url) -> Vec<&str> {
    url.path().split('/').filter(|part| !part.is_empty()).collect()
}

/// Why a request failed.
enum RequestError {
    /// It may work in a moment.
    Temporary(GitError),
    /// It will not work now. The error says whether it may work later.
    Permanent(GitError),
}

impl<'a> Api<'a> {
    /// The API of the server that the repository's address names, where the server is below `below` parts of its path.
    pub(in crate::git) fn of(
        reach: &'a Reach,
        dialect: &'static Dialect,
        access: &'a RepositoryAccess,
        below: usize,
    ) -> Result<Self, GitError> {
        let Location::Host { url, .. } = &access.location else {
            let message = format!("'{}' is not an address at {}", access.location.text(), dialect.brand);
            return Err(failed(GitFailure::Forbidden, message));
        };
        let host = url.host_str().unwrap_or_default();
        let is_own = dialect.own_hosts.contains(&host);
        let base = match (&reach.base, dialect.own_api) {
            (Some(base), _) => Ok(base.clone()),
            (None, Some(api)) if is_own => Url::parse(api),
            (None, _) => url.join(dialect.api_path),
        };
        let mut base =
            base.map_err(|error| failed(GitFailure::Forbidden, format!("'{url}' can't be read: {error}")))?;
        let parts = path_parts(url);
        let (below, repository) = parts.split_at(below.min(parts.len()));
        if !below.is_empty() {
            base.set_path(&format!("/{}{}", below.join("/"), base.path()));
        }
        Ok(Self {
            reach,
            dialect,
            token: access.token.as_ref(),
            base,
            host: if is_own { dialect.brand.to_owned() } else { format!("{} at {host}", dialect.brand) },
            repository: repository.join("/"),
        })
    }

    /// The address of something in the repository.
    pub(in crate::git) fn url(&self, path: &[&str], query: &[(&str, &str)]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().push(self.dialect.collection);
            if self.dialect.joined {
                segments.push(&self.repository);
            } else {
                segments.extend(self.repository.split('/'));
            }
            segments.extend(path);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    /// Makes a request, at most three times. The caller interprets 400, 404, 409 and 422.
    pub(in crate::git) async fn get(&self, url: Url) -> Result<Answer, GitError> {
        let waits = ExponentialBuilder::default()
            .with_min_delay(self.reach.first_wait)
            .with_max_times(RETRIES_MAX)
            .with_jitter();
        (|| self.once(url.clone()))
            .retry(waits)
            .when(|trouble| matches!(trouble, RequestError::Temporary(_)))
            .await
            .map_err(|trouble| match trouble {
                RequestError::Temporary(error) | RequestError::Permanent(error) => error,
            })
    }

    /// Parses the body.
    pub(in crate::git) fn read<T: DeserializeOwned>(&self, answer: &Answer) -> Result<T, GitError> {
        if !answer.status.is_success() {
            return Err(self.refused(answer.status));
        }
        serde_json::from_slice(&answer.body).map_err(|error| {
            tracing::warn!(%error, host = self.host, repository = self.repository,
                "an answer of a git host can't be read");
            self.unreadable_answer()
        })
    }

    /// Fails if the repository is missing, or the caller may not read it.
    pub(in crate::git) async fn require_repository(&self) -> Result<Answer, GitError> {
        let answer = self.get(self.url(&[], &[])).await?;
        if answer.status.is_success() {
            return Ok(answer);
        }
        let advice = if self.token.is_some() {
            "or the access token may not read it: check the address and the token's rights"
        } else {
            "or it is private: check the address, or give an access token that may read it"
        };
        Err(failed(GitFailure::NotFound, format!("{} has no repository '{}', {advice}", self.host, self.repository)))
    }

    /// Whether the repository is at this place of its server, as far as can be seen.
    pub(in crate::git) async fn is_here(&self) -> Result<bool, GitError> {
        match self.get(self.url(&[], &[])).await {
            Ok(answer) => Ok(answer.status.is_success() && serde_json::from_slice::<Numbered>(&answer.body).is_ok()),
            Err(error) if error.failure.is_temporary() => Err(error),
            // Without a git server at this place, the answer can be anything.
            Err(_) => Ok(false),
        }
    }

    /// Whether something exists at an address.
    pub(in crate::git) async fn has(&self, url: Url) -> Result<bool, GitError> {
        let answer = self.get(url).await?;
        match answer.status {
            StatusCode::NOT_FOUND | StatusCode::UNPROCESSABLE_ENTITY => Ok(false),
            status if status.is_success() => Ok(true),
            status => Err(self.refused(status)),
        }
    }

    /// Whether an existing repository has no branch, by a list of its branches: for hosts that don't mark empty
    /// repositories.
    pub(in crate::git) async fn is_empty(&self, branches: Url) -> Result<bool, GitError> {
        let answer = self.get(branches).await?;
        if matches!(answer.status, StatusCode::NOT_FOUND | StatusCode::CONFLICT) {
            return Ok(true);
        }
        let listed: Option<Vec<IgnoredAny>> = self.read(&answer)?;
        Ok(listed.is_none_or(|listed| listed.is_empty()))
    }

    /// The id of a commit in an answer.
    pub(in crate::git) fn sha(&self, text: &str) -> Result<Sha, GitError> {
        Sha::parse(text).map_err(|_| self.unreadable_answer())
    }

    /// The default branch as the host names it. An empty repository may lack one: then it is the one that hosts give a
    /// new repository, so that an empty repository has the same result everywhere.
    pub(in crate::git) fn default_branch(&self, name: Option<&str>) -> Result<BranchName, GitError> {
        let name = name.filter(|name| !name.is_empty()).unwrap_or(NEW_BRANCH);
        BranchName::parse(name).map_err(|_| self.unreadable_answer())
    }

    /// The error of a branch that does not exist.
    pub(in crate::git) fn no_branch(&self, branch: &BranchName) -> GitError {
        let message =
            format!("'{}' at {} has no branch '{branch}': check the branch's name", self.repository, self.host);
        failed(GitFailure::NotFound, message)
    }

    /// The error of a commit that was observed and is now missing.
    pub(in crate::git) fn lost_commit(&self, head: &Sha) -> GitError {
        let message = format!(
            "'{}' at {} has no commit {} any more: the branch was changed while it was read; try again",
            self.repository,
            self.host,
            head.short(),
        );
        failed(GitFailure::NotFound, message)
    }

    /// The error of an answer that can't be parsed.
    pub(in crate::git) fn unreadable_answer(&self) -> GitError {
        self.unavailable("returned an answer that can't be parsed")
    }

    fn unavailable(&self, what: &str) -> GitError {
        failed(
            GitFailure::Unavailable,
            format!("{} {what} (asked for '{}'): try again later", self.host, self.repository),
        )
    }

    /// The error of a request that would fail in the same way later.
    fn permanent(&self, what: &str) -> GitError {
        let message = format!("{} {what} (asked for '{}'): check the repository's address", self.host, self.repository);
        failed(GitFailure::Refused, message)
    }

    fn refused(&self, status: StatusCode) -> GitError {
        self.permanent(&format!("refuses the request with status {}", status.as_u16()))
    }

    fn server(&self) -> Server<'_> {
        Server { base: &self.base, api_path: self.dialect.api_path }
    }

    async fn once(&self, mut url: Url) -> Result<Answer, RequestError> {
        for _ in 0..=REDIRECTS_MAX {
            if !self.server().has(&url) {
                let host = url.host_str().unwrap_or_default();
                let what = format!("points to another server, '{host}', which is not followed");
                return Err(RequestError::Permanent(self.permanent(&what)));
            }
            let response = self.send(&url).await?;
            let status = response.status();
            if !status.is_redirection() {
                return self.interpret(response, &url).await;
            }
            let target = self.server().location(response.headers(), &url);
            url = target.ok_or_else(|| RequestError::Permanent(self.refused(status)))?;
        }
        Err(RequestError::Permanent(self.permanent("redirects more than 3 times")))
    }

    async fn send(&self, url: &Url) -> Result<Response, RequestError> {
        let client = self.reach.guard.client_for(url).await.map_err(|error| {
            if error.is_forbidden() {
                let message = format!("'{}' can't be read from its host: {error}", self.repository);
                RequestError::Permanent(failed(GitFailure::Forbidden, message))
            } else {
                RequestError::Temporary(self.unavailable(&format!("can't be reached, {error}")))
            }
        })?;
        let mut request = client.get(url.clone()).timeout(REQUEST_TIMEOUT).header(ACCEPT, self.dialect.accept);
        for (name, value) in self.dialect.headers {
            request = request.header(*name, *value);
        }
        self.authorised(request)?.send().await.map_err(|error| {
            let what = format!("does not answer ({})", failure_class(&error).as_str());
            RequestError::Temporary(self.unavailable(&what))
        })
    }

    fn authorised(&self, request: RequestBuilder) -> Result<RequestBuilder, RequestError> {
        let Some(token) = self.token else { return Ok(request) };
        let header = HeaderValue::try_from(format!("{} {}", self.dialect.scheme, token.expose()));
        // The error of a malformed token must not contain it.
        let mut header = header.map_err(|_| RequestError::Permanent(self.token_invalid()))?;
        header.set_sensitive(true);
        Ok(request.header(AUTHORIZATION, header))
    }

    async fn interpret(&self, response: Response, url: &Url) -> Result<Answer, RequestError> {
        let status = response.status();
        let headers = response.headers().clone();
        let body = read_bounded(response, ANSWER_BYTES_MAX).await.map_err(|error| {
            let what = format!("can't be read: {error}");
            match error {
                ReadError::BrokenOff(_) => RequestError::Temporary(self.unavailable(&what)),
                ReadError::TooLarge { .. } => RequestError::Permanent(self.permanent(&what)),
            }
        })?;
        match status {
            StatusCode::BAD_REQUEST
            | StatusCode::NOT_FOUND
            | StatusCode::CONFLICT
            | StatusCode::UNPROCESSABLE_ENTITY => {}
            StatusCode::UNAUTHORIZED => return Err(RequestError::Permanent(self.token_invalid())),
            StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS => {
                return Err(RequestError::Permanent(self.forbidden(status, &headers, &body)));
            }
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY => return Err(self.failing(status, &headers)),
            _ if status.is_server_error() => return Err(self.failing(status, &headers)),
            _ if status.is_success() => {}
            _ => return Err(RequestError::Permanent(self.refused(status))),
        }
        Ok(Answer { status, body, next: self.server().next(&headers, url) })
    }

    /// The host fails temporarily. If it names a time to retry, it is not asked before.
    fn failing(&self, status: StatusCode, headers: &HeaderMap) -> RequestError {
        let what = format!("answers with status {}", status.as_u16());
        match limit::stated(headers) {
            Some(retry_after) => {
                let message = format!("{} {what} (asked for '{}') and asks to retry later", self.host, self.repository);
                RequestError::Permanent(failed(GitFailure::RateLimited { retry_after }, message))
            }
            None => RequestError::Temporary(self.unavailable(&what)),
        }
    }

    /// 403 is either a limit on the number of requests, or a right that the token lacks; 429 is a limit.
    fn forbidden(&self, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> GitError {
        let Some(retry_after) = limit::wait(status, headers, body) else { return self.token_invalid() };
        let advice = if self.token.is_some() {
            "the reports that share this access token ask too often"
        } else {
            "give the repository an access token, which raises the limit"
        };
        failed(
            GitFailure::RateLimited { retry_after },
            format!("{} allows no further requests about '{}' for now: {advice}", self.host, self.repository),
        )
    }

    fn token_invalid(&self) -> GitError {
        let message = if self.token.is_some() {
            format!(
                "{} refuses the access token of '{}': it is wrong, has expired, or may not read the repository's \
                 contents; give a new one",
                self.host, self.repository
            )
        } else {
            format!("{} asks for an access token to read '{}': give one", self.host, self.repository)
        };
        failed(GitFailure::TokenInvalid, message)
    }
}
