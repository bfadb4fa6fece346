//! One request to the API: authorised, bounded, retried, and its refusals told to the user.

use super::{failed, link};
use crate::guard::{self, Guard, ReadError, failure_class, read_bounded};
use app::ports::{GitError, GitFailure};
use backon::{ExponentialBuilder, Retryable};
use domain::repository::AccessToken;
use reqwest::header::{ACCEPT, HeaderMap, HeaderValue};
use reqwest::{Response, StatusCode};
use serde::de::DeserializeOwned;
use std::time::Duration;
use url::Url;

/// How long one request may take: GitHub gives up on its own side after 10 s.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);
/// How often a request is tried again after a failure that may pass.
const RETRIES_MAX: usize = 2;
/// How many redirects one request may meet: a repository that was renamed or moved has one.
const REDIRECTS_MAX: usize = 3;
/// The largest answer: 250 commits with long messages, and the 300 files of a comparison's first page.
const ANSWER_BYTES_MAX: usize = 20 * 1024 * 1024;
/// How long to wait where GitHub says that we ask too much and not for how long (its documentation: a minute at least).
const UNSTATED_WAIT: Duration = Duration::from_mins(1);

/// GitHub, for one repository.
pub(super) struct Api<'a> {
    pub(super) guard: &'a Guard,
    pub(super) token: Option<&'a AccessToken>,
    pub(super) base: Url,
    /// The server as people call it.
    pub(super) host: String,
    /// Owner and name.
    pub(super) repository: String,
    pub(super) first_wait: Duration,
}

/// An answer that the caller must judge: 2xx, 404, 409 or 422.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    body: Vec<u8>,
    /// The following page.
    pub(super) next: Option<Url>,
}

/// A request did not work.
enum Trouble {
    /// It may work in a moment.
    Passing(GitError),
    /// It will not.
    Lasting(GitError),
}

impl Api<'_> {
    /// The address of something in the repository.
    pub(super) fn url(&self, path: &[&str], query: &[(&str, &str)]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().push("repos");
            segments.extend(self.repository.split('/')).extend(path);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    /// Asks, at most three times. 404, 409 and 422 are left to the caller, who knows what they mean.
    pub(super) async fn get(&self, url: Url) -> Result<Answer, GitError> {
        let waits =
            ExponentialBuilder::default().with_min_delay(self.first_wait).with_max_times(RETRIES_MAX).with_jitter();
        (|| self.once(url.clone())).retry(waits).when(|trouble| matches!(trouble, Trouble::Passing(_))).await.map_err(
            |trouble| match trouble {
                Trouble::Passing(error) | Trouble::Lasting(error) => error,
            },
        )
    }

    /// The body as what it should be.
    pub(super) fn read<T: DeserializeOwned>(&self, answer: &Answer) -> Result<T, GitError> {
        if !answer.status.is_success() {
            return Err(self.refused(answer.status));
        }
        serde_json::from_slice(&answer.body).map_err(|error| {
            tracing::warn!(%error, repository = self.repository, "an answer of GitHub can't be read");
            self.nonsense()
        })
    }

    /// Fails where there is no such repository, or none that may be read.
    pub(super) async fn require_repository(&self) -> Result<Answer, GitError> {
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

    /// The answer makes no sense.
    pub(super) fn nonsense(&self) -> GitError {
        self.unavailable("answers what can't be read")
    }

    fn unavailable(&self, what: &str) -> GitError {
        failed(
            GitFailure::Unavailable,
            format!("{} {what} (asked for '{}'): try again later", self.host, self.repository),
        )
    }

    fn refused(&self, status: StatusCode) -> GitError {
        self.unavailable(&format!("refuses the request with status {}", status.as_u16()))
    }

    async fn once(&self, mut url: Url) -> Result<Answer, Trouble> {
        for _ in 0..=REDIRECTS_MAX {
            if !link::same_server(&url, &self.base) {
                let host = url.host_str().unwrap_or_default();
                let what = format!("points to another server, '{host}', which is not followed");
                return Err(Trouble::Lasting(self.unavailable(&what)));
            }
            let response = self.send(&url).await?;
            let status = response.status();
            if !status.is_redirection() {
                return self.judge(response, &url).await;
            }
            url = link::location(response.headers(), &url).ok_or_else(|| Trouble::Lasting(self.refused(status)))?;
        }
        Err(Trouble::Lasting(self.unavailable("redirects without an end")))
    }

    async fn send(&self, url: &Url) -> Result<Response, Trouble> {
        let client = self.guard.client_for(url).await.map_err(|error| {
            if error.is_forbidden() {
                let message = format!("'{}' can't be read from its host: {error}", self.repository);
                Trouble::Lasting(failed(GitFailure::Forbidden, message))
            } else {
                Trouble::Passing(self.unavailable(&format!("can't be reached, {error}")))
            }
        })?;
        let mut request = client
            .get(url.clone())
            .timeout(REQUEST_TIMEOUT)
            .header(ACCEPT, "application/vnd.github+json")
            .header("x-github-api-version", "2022-11-28");
        if let Some(token) = self.token {
            // An answer to an odd token must not be a message that repeats it.
            if HeaderValue::from_str(token.expose()).is_err() {
                return Err(Trouble::Lasting(self.token_invalid()));
            }
            request = request.bearer_auth(token.expose());
        }
        request.send().await.map_err(|error| {
            let what = format!("does not answer ({})", failure_class(&error));
            Trouble::Passing(self.unavailable(&what))
        })
    }

    async fn judge(&self, response: Response, url: &Url) -> Result<Answer, Trouble> {
        let status = response.status();
        let headers = response.headers().clone();
        let body = read_bounded(response, ANSWER_BYTES_MAX).await.map_err(|error| {
            let told = self.unavailable(&format!("can't be read: {error}"));
            match error {
                ReadError::BrokenOff(_) => Trouble::Passing(told),
                ReadError::TooLarge { .. } => Trouble::Lasting(told),
            }
        })?;
        match status {
            StatusCode::NOT_FOUND | StatusCode::CONFLICT | StatusCode::UNPROCESSABLE_ENTITY => {}
            StatusCode::UNAUTHORIZED => return Err(Trouble::Lasting(self.token_invalid())),
            StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS => {
                return Err(Trouble::Lasting(self.forbidden(status, &headers, &body)));
            }
            _ if status.is_server_error() => {
                let what = format!("answers with status {}", status.as_u16());
                return Err(Trouble::Passing(self.unavailable(&what)));
            }
            _ if status.is_success() => {}
            _ => return Err(Trouble::Lasting(self.refused(status))),
        }
        Ok(Answer { status, body, next: link::next(&headers, url) })
    }

    /// 403 is a limit on the number of requests, or a right that the token lacks; 429 is a limit.
    fn forbidden(&self, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> GitError {
        let spent = headers.get("x-ratelimit-remaining").is_some_and(|value| value.as_bytes() == b"0");
        let stated = guard::retry_after(headers, None).or_else(|| spent.then(|| until_reset(headers)).flatten());
        let limited = stated.is_some()
            || spent
            || status == StatusCode::TOO_MANY_REQUESTS
            || String::from_utf8_lossy(body).to_lowercase().contains("rate limit");
        if !limited {
            return self.token_invalid();
        }
        let advice = if self.token.is_some() {
            "the reports that share this access token ask too often"
        } else {
            "give the repository an access token, which raises the limit"
        };
        failed(
            GitFailure::RateLimited { retry_after: stated.unwrap_or(UNSTATED_WAIT) },
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

/// From the server's own time to `x-ratelimit-reset`, in seconds since 1970.
fn until_reset(headers: &HeaderMap) -> Option<Duration> {
    let reset: i64 = headers.get("x-ratelimit-reset")?.to_str().ok()?.parse().ok()?;
    let seconds = reset.saturating_sub(guard::date(headers)?.timestamp());
    u64::try_from(seconds).ok().map(Duration::from_secs)
}
