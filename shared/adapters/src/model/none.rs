//! The writer without a model.

use app::ports::{ModelError, ModelRequest, ModelText, ReportWriter};
use async_trait::async_trait;

/// The writer of a deployment without a model. Reports that ask for one are written without it and marked as degraded.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoModel;

#[async_trait]
impl ReportWriter for NoModel {
    async fn write(&self, request: &ModelRequest) -> Result<ModelText, ModelError> {
        Err(ModelError::Unavailable {
            detail: format!(
                "'{}' was asked for, but this deployment has no model: set its base URL and key",
                request.model
            ),
        })
    }
}
