//! A host's API, for one repository: addresses of its resources, and what answers contain.

use super::request::Answer;
use super::wire::Repository;
use super::{Dialect, Reach};
use crate::git::failed;
use app::ports::{GitError, GitFailure};
use domain::commit::Sha;
use domain::configuration::BranchName;
use domain::repository::AccessToken;
use reqwest::StatusCode;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use url::Url;

/// The default branch of a new repository, at all hosts.
const NEW_BRANCH: &str = "main";

/// A host's API, for one repository.
pub(in crate::git) struct Api<'a> {
    pub(super) reach: &'a Reach,
    pub(in crate::git) dialect: &'static Dialect,
    pub(super) token: Option<&'a AccessToken>,
    pub(super) base: Url,
    /// The server's name in messages.
    pub(super) host: String,
    /// The repository's path at the server: owner and name, or groups and name.
    pub(super) repository: String,
}

/// The part of a repository that every host returns.
#[derive(Deserialize)]
struct Numbered {
    #[serde(rename = "id")]
    _id: u64,
}

/// The parts of a repository's path.
pub(super) fn path_parts(url: &Url) -> Vec<&str> {
    url.path().split('/').filter(|part| !part.is_empty()).collect()
}

impl<'a> Api<'a> {
    /// The API of the server of a repository's address, where the server is below `below` parts of its path.
    pub(super) fn of(
        reach: &'a Reach,
        dialect: &'static Dialect,
        url: &Url,
        token: Option<&'a AccessToken>,
        below: usize,
    ) -> Result<Self, GitError> {
        let kind = dialect.provider.kind();
        let host = url.host_str().unwrap_or_default();
        let is_main = kind.main_host == Some(host);
        let base = match (reach.bases.get(&dialect.provider), dialect.own_api) {
            (Some(base), _) => Ok(base.clone()),
            (None, Some(api)) if is_main => Url::parse(api),
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
            token,
            base,
            host: if is_main { kind.name.to_owned() } else { format!("{} at {host}", kind.name) },
            repository: repository.join("/"),
        })
    }

    /// The address of something in the repository.
    pub(in crate::git) fn url(&self, path: &[&str], query: &[(&str, &str)]) -> Url {
        let mut url = self.repository_url();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.extend(self.dialect.below_repository).extend(path);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    /// The address of a list of at most `items` on a page.
    pub(in crate::git) fn list_url(&self, path: &[&str], items: usize, query: &[(&str, &str)]) -> Url {
        let items = items.to_string();
        self.url(path, &[&[(self.dialect.page_size, items.as_str())], query].concat())
    }

    /// The address of a list beside the commits, of at most `items` on a page.
    pub(in crate::git) fn resource_list_url(&self, path: &[&str], items: usize, query: &[(&str, &str)]) -> Url {
        let mut url = self.repository_url();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.extend(path);
        }
        let items = items.to_string();
        url.query_pairs_mut().append_pair(self.dialect.page_size, &items).extend_pairs(query);
        url
    }

    fn repository_url(&self) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().push(self.dialect.collection);
            if self.dialect.joined {
                segments.push(&self.repository);
            } else {
                segments.extend(self.repository.split('/'));
            }
        }
        url
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

    /// The body as text; what is no UTF-8 is replaced.
    pub(in crate::git) fn text(&self, answer: &Answer) -> Result<String, GitError> {
        if !answer.status.is_success() {
            return Err(self.refused(answer.status));
        }
        Ok(String::from_utf8_lossy(&answer.body).into_owned())
    }

    /// Fails if the repository is missing, or the caller may not read it.
    pub(in crate::git) async fn require_repository(&self) -> Result<Answer, GitError> {
        let answer = self.get(self.repository_url()).await?;
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

    /// The repository's own description.
    pub(in crate::git) async fn repository(&self) -> Result<Repository, GitError> {
        self.read(&self.require_repository().await?)
    }

    /// Whether the repository is at this place of its server, as far as can be seen.
    pub(super) async fn is_here(&self) -> Result<bool, GitError> {
        match self.get(self.repository_url()).await {
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

    /// Whether the repository has no commit. Fails if it is missing.
    pub(super) async fn is_empty(&self) -> Result<bool, GitError> {
        let repository = self.repository().await?;
        if let Some(is_empty) = repository.empty {
            return Ok(is_empty);
        }
        if !self.dialect.marks_empty {
            let answer = self.get(self.list_url(&["commits"], 1, &[])).await?;
            return Ok(answer.status == StatusCode::CONFLICT);
        }
        // An old server, which does not mark it.
        let answer = self.get(self.list_url(&["branches"], 1, &[])).await?;
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

    /// The default branch. An empty repository may lack one: then it is the one that hosts give a new repository, so
    /// that an empty repository has the same result everywhere.
    pub(in crate::git) async fn default_branch(&self) -> Result<BranchName, GitError> {
        let name = self.repository().await?.default_branch.filter(|name| !name.is_empty());
        BranchName::parse(name.as_deref().unwrap_or(NEW_BRANCH)).map_err(|_| self.unreadable_answer())
    }
}
