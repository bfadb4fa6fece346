//! Which models a provider has.

use super::{ModelProvider, proxy::port};

/// The list of a provider's models is unknown. `detail` is for the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CatalogError {
    /// The provider did not answer, or asks for a later request.
    #[error("the provider's list of models does not answer: {detail}")]
    Unavailable { detail: String },
    /// There is no provider, or it has no readable list: no such route, a refused key, not JSON.
    #[error("the provider has no list of models that can be read: {detail}")]
    NoList { detail: String },
}

port! {
    /// The lists of models that providers have.
    pub trait ModelCatalog;

    /// The names of the provider's models, within a few seconds; at most a thousand names, each of at most the length
    /// that a model's name may have.
    async fn models(&self, provider: &ModelProvider) -> Result<Vec<String>, CatalogError>;
}
