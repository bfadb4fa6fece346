//! Chooses between the deployment's provider and an account's own.

use super::OpenAiCompatible;
use super::manner::Manners;
use crate::guard::Guard;
use crate::secrets::Secret;
use app::ports::{ModelError, ModelProvider, ModelRequest, ModelText, ReportWriter};
use async_trait::async_trait;
use std::sync::Arc;

/// Asks the provider that the request names. The address of an account's own provider is checked by the guard before
/// each request, and only that account's key is sent there.
#[derive(Clone)]
pub struct Providers {
    deployment: Arc<dyn ReportWriter>,
    guard: Arc<Guard>,
    manners: Manners,
}

impl Providers {
    /// The deployment's provider, and the guard that checks the addresses of users' own.
    pub fn new(deployment: Arc<dyn ReportWriter>, guard: Arc<Guard>) -> Self {
        Self { deployment, guard, manners: Manners::default() }
    }
}

#[async_trait]
impl ReportWriter for Providers {
    async fn write(&self, request: &ModelRequest) -> Result<ModelText, ModelError> {
        match &request.provider {
            ModelProvider::Deployment => self.deployment.write(request).await,
            ModelProvider::Own { base_url, key } => {
                let own =
                    OpenAiCompatible::new(Arc::clone(&self.guard), base_url.clone(), key.clone().map(Secret::fixed));
                own.sharing(self.manners.clone()).write(request).await
            }
        }
    }
}
