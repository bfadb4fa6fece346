//! `GET {base}/models`: the models of a provider.

use crate::guard::{Guard, failure_class, read_bounded};
use crate::secrets::Secret;
use app::ports::{CatalogError, ModelCatalog, ModelProvider};
use async_trait::async_trait;
use domain::configuration::MODEL_CHARS_MAX;
use domain::repository::AccessToken;
use reqwest::StatusCode;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// The longest time for a provider's answer: a user waits for it.
const TIMEOUT: Duration = Duration::from_secs(5);
/// The largest list; `OpenRouter`'s, the longest known, has less than 1 MB.
const LIST_BYTES_MAX: usize = 4 * 1024 * 1024;

/// The lists of the deployment's provider and of users' own providers.
#[derive(Clone, Debug)]
pub struct ModelLists {
    /// Checks the addresses of users' own providers.
    pub guard: Arc<Guard>,
    pub deployment: Option<(Url, Option<Secret<AccessToken>>)>,
}

#[async_trait]
impl ModelCatalog for ModelLists {
    async fn models(&self, provider: &ModelProvider) -> Result<Vec<String>, CatalogError> {
        let (base, secret) = match provider {
            ModelProvider::Own { base_url, key } => return self.list_in_time(base_url, key.as_ref()).await,
            ModelProvider::Deployment => {
                self.deployment.as_ref().ok_or_else(|| no_list("this deployment has no provider"))?
            }
        };
        let Some(secret) = secret else { return self.list_in_time(base, None).await };
        let key = secret.current().await;
        let listed = self.list_in_time(base, Some(&key)).await;
        if !listed.as_ref().is_err_and(is_key_refused) {
            return listed;
        }
        match secret.replaced(&key).await.value() {
            Some(replaced) => self.list_in_time(base, Some(&replaced)).await,
            None => listed,
        }
    }
}

impl ModelLists {
    async fn list_in_time(&self, base: &Url, key: Option<&AccessToken>) -> Result<Vec<String>, CatalogError> {
        let asked = tokio::time::timeout(TIMEOUT, self.list(base, key)).await;
        asked.unwrap_or_else(|_| Err(unavailable("no answer (timeout)")))
    }

    async fn list(&self, base: &Url, key: Option<&AccessToken>) -> Result<Vec<String>, CatalogError> {
        let mut url = base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().push("models");
        }
        let client = self.guard.client_for(&url).await.map_err(|error| {
            if error.is_forbidden() { no_list(error.to_string()) } else { unavailable(error.to_string()) }
        })?;
        let mut get = client.get(url).timeout(TIMEOUT);
        if let Some(key) = key {
            get = get.bearer_auth(key.expose());
        }
        let response =
            get.send().await.map_err(|error| unavailable(format!("no answer ({})", failure_class(&error).as_str())))?;
        let status = response.status();
        let passes = status.is_server_error()
            || matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT | StatusCode::CONFLICT);
        if passes {
            return Err(unavailable(format!("status {}", status.as_u16())));
        }
        if !status.is_success() {
            return Err(no_list(status_text(status)));
        }
        let body = read_bounded(response, LIST_BYTES_MAX).await.map_err(|error| no_list(error.to_string()))?;
        names(&body).ok_or_else(|| no_list("the answer is not a list of models"))
    }
}

/// The names in `{"data": [{"id"}]}`, as OpenAI returns it, or in a bare list or one under `models`, as others do.
fn names(body: &[u8]) -> Option<Vec<String>> {
    let whole: Value = serde_json::from_slice(body).ok()?;
    let list = whole.as_array().or_else(|| ["data", "models"].iter().find_map(|key| whole.get(key)?.as_array()))?;
    let name = |model: &Value| {
        let named =
            model.as_str().or_else(|| ["id", "name", "model"].iter().find_map(|key| model.get(key)?.as_str()))?;
        (named.chars().count() <= MODEL_CHARS_MAX).then(|| named.to_owned())
    };
    Some(list.iter().filter_map(name).collect())
}

fn status_text(status: StatusCode) -> String {
    format!("status {}", status.as_u16())
}

fn is_key_refused(error: &CatalogError) -> bool {
    let refusals = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN].map(status_text);
    matches!(error, CatalogError::NoList { detail } if refusals.contains(detail))
}

fn unavailable(detail: impl Into<String>) -> CatalogError {
    CatalogError::Unavailable { detail: detail.into() }
}

fn no_list(detail: impl Into<String>) -> CatalogError {
    CatalogError::NoList { detail: detail.into() }
}
