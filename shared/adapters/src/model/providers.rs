//! Where a model is asked: at the deployment's provider, or at an account's own.

use super::{ModelKey, OpenAiCompatible};
use crate::guard::Guard;
use app::ports::{ModelError, ModelProvider, ModelRequest, ModelText, ReportWriter};
use async_trait::async_trait;
use std::sync::Arc;

/// Asks whom the request names. The address of an account's own provider is judged by the guard before each request,
/// and only that account's key goes there.
#[derive(Clone)]
pub struct Providers {
    /// The deployment's.
    pub deployment: Arc<dyn ReportWriter>,
    /// Where users may have models.
    pub guard: Arc<Guard>,
}

#[async_trait]
impl ReportWriter for Providers {
    async fn write(&self, request: &ModelRequest) -> Result<ModelText, ModelError> {
        match &request.provider {
            ModelProvider::Deployment => self.deployment.write(request).await,
            ModelProvider::Own { base_url, key } => {
                let key = key.as_ref().map(|key| ModelKey::new(key.expose().to_owned()));
                OpenAiCompatible::new(Arc::clone(&self.guard), base_url.clone(), key).write(request).await
            }
        }
    }
}
