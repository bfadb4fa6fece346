//! A repository in answers.

use crate::routes::prelude::{answer_body, examples, instant, words};
use domain::repository::{Location, Repository};

answer_body! {
    /// A repository, without its token.
    #[schema(example = json!(examples::repository()))]
    pub(crate) struct RepositoryBody of(repository: &Repository) {
        id: String = repository.id.to_string(),
        name: String = repository.name.clone(),
        url: String = repository.location.text().to_owned(),
        /// Null for a local folder, which exists only in the local stack.
        provider: Option<&'static str> as Option<words::GitProvider> = match &repository.location {
            Location::Host { provider, .. } => Some(provider.as_str()),
            Location::Path(_) => None,
        },
        has_token: bool = repository.token.is_some(),
        version: u64 = repository.version,
        created_at: String = instant::text(repository.created_at),
    }
}
