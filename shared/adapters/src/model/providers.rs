//! Where a model is asked: at the deployment's provider, or at an account's own.

use super::manner::Manners;
use super::{ModelKey, OpenAiCompatible};
use crate::guard::Guard;
use app::ports::{ModelError, ModelProvider, ModelRequest, ModelText, ReportWriter};
use async_trait::async_trait;
use std::sync::Arc;

/// Asks whom the request names. The address of an account's own provider is judged by the guard before each request,
/// and only that account's key goes there.
#[derive(Clone)]
pub struct Providers {
    deployment: Arc<dyn ReportWriter>,
    guard: Arc<Guard>,
    manners: Manners,
}

impl Providers {
    /// The deployment's provider, and the guard that says where users may have their own.
    #[must_use]
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
                let key = key.as_ref().map(|key| ModelKey::new(key.expose().to_owned()));
                let own = OpenAiCompatible::new(Arc::clone(&self.guard), base_url.clone(), key);
                own.sharing(self.manners.clone()).write(request).await
            }
        }
    }
}
