//! One request to a host's API: authorised, bounded and retried.

use super::link::Server;
use super::{Api, limit};
use crate::git::failed;
use crate::guard::{ReadError, failure_class, read_bounded};
use app::ports::{GitError, GitFailure};
use backon::{ExponentialBuilder, Retryable};
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::{RequestBuilder, Response, StatusCode};
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

/// An answer that the caller must interpret: 2xx, 400, 404, 409 or 422.
pub(in crate::git) struct Answer {
    pub(in crate::git) status: StatusCode,
    pub(super) body: Vec<u8>,
    pub(in crate::git) next: Option<Url>,
    /// How many requests the host still allows, if it reports that.
    pub(in crate::git) remaining: Option<u64>,
}

/// Why a request failed.
enum RequestError {
    /// It may work in a moment.
    Temporary(GitError),
    /// It will not work now. The error says whether it may work later.
    Permanent(GitError),
}

impl Api<'_> {
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
        let remaining = limit::remaining(&headers);
        Ok(Answer { status, body, next: self.server().next(&headers, url), remaining })
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
}
