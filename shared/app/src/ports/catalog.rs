//! Which models a provider has.

use super::ModelProvider;
use async_trait::async_trait;

/// The list of a provider's models is not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CatalogError {
    /// The provider gave no answer, or asks to be asked again later.
    #[error("the provider's list of models does not answer: {detail}")]
    Unavailable {
        /// For the log.
        detail: String,
    },
    /// There is no provider, or it has no list that can be read: no such route, a refused key, not JSON.
    #[error("the provider has no list of models that can be read: {detail}")]
    NoList {
        /// For the log.
        detail: String,
    },
}

/// The models of providers.
#[async_trait]
pub trait ModelCatalog: Send + Sync {
    /// The names of the models that the provider says it has, in at most a few seconds; at most a thousand names, each at
    /// most as long as a model's name may be.
    async fn models(&self, provider: &ModelProvider) -> Result<Vec<String>, CatalogError>;
}
