//! A repository in answers.

use crate::openapi::{examples, words};
use domain::instant;
use domain::repository::{Location, Repository};
use serde::Serialize;
use utoipa::ToSchema;

/// A repository, without its token.
#[derive(Serialize, ToSchema)]
#[schema(example = json!(examples::repository()))]
pub(crate) struct RepositoryBody {
    id: String,
    name: String,
    url: String,
    /// Null for a local folder, which exists only in the local stack.
    #[schema(value_type = Option<words::GitProvider>)]
    provider: Option<&'static str>,
    has_token: bool,
    version: u64,
    created_at: String,
}

impl From<&Repository> for RepositoryBody {
    fn from(repository: &Repository) -> Self {
        Self {
            id: repository.id.to_string(),
            name: repository.name.clone(),
            url: repository.location.text().to_owned(),
            provider: match &repository.location {
                Location::Host { provider, .. } => Some(provider.as_str()),
                Location::Path(_) => None,
            },
            has_token: repository.token.is_some(),
            version: repository.version,
            created_at: instant::text(repository.created_at),
        }
    }
}
