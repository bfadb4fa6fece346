//! Whether a model can be chosen, and until when.

use super::KeepError;
use crate::ports::{CatalogError, Clock, ModelCatalog, ModelProvider, SecretContext, Vault};
use domain::account::{Account, BaseUrl, ModelName};
use domain::configuration::{Settings, Writer, WriterChoice};
use domain::id::UserId;
use domain::instant::NaiveDate;
use domain::money::{PriceTable, Retirement};
use domain::repository::{AccessToken, Sealed};
use domain::similar::similar_names;
use std::sync::Arc;

/// Names of the provider's list that an error shows if none is similar to the unknown one.
const LISTED_MAX: usize = 5;

/// Checks the models that users name, when they name them: otherwise the first report would fail.
#[derive(Clone)]
pub struct ChooseModel {
    pub clock: Arc<dyn Clock>,
    pub catalog: Arc<dyn ModelCatalog>,
    pub prices: Arc<PriceTable>,
    pub vault: Arc<dyn Vault>,
    pub default_writer: Writer,
}

/// A model can't be chosen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelRefusal {
    /// Its provider has retired it.
    #[error(
        "the provider of the model '{model}' ended it on {ended_on}: choose another one{}",
        listed("such as", similar)
    )]
    Retired { model: String, ended_on: NaiveDate, similar: Vec<String> },
    /// It has no price, and the provider's list does not contain it.
    #[error(
        "the model '{model}' is unknown: it has no price and the provider does not list it{}",
        listed("similar names are", similar)
    )]
    Unknown { model: String, similar: Vec<String> },
    /// It has no price, and the provider has no list.
    #[error(
        "the model '{model}' is unknown: it has no price, and the provider has no list of models to look it up in{}",
        listed("similar names are", similar)
    )]
    Unlisted { model: String, similar: Vec<String> },
    /// It has no price, and the provider did not answer.
    #[error("the model '{model}' has no price, and the provider's list of models can't be read now: try again later")]
    Unreachable { model: String },
}

fn listed(words: &str, names: &[String]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("'{name}'")).collect();
    if quoted.is_empty() { String::new() } else { format!("; {words} {}", quoted.join(", ")) }
}

impl ChooseModel {
    /// Rejects a configuration whose model can't be chosen. An unchanged model was checked before; only its retirement
    /// is checked again, and not for a disabled configuration.
    pub(crate) async fn check(
        &self,
        account: &Account,
        settings: &Settings,
        before: Option<&Settings>,
    ) -> Result<(), KeepError> {
        let WriterChoice::Chosen(Writer::Model(model)) = &settings.writer else { return Ok(()) };
        let stays = before.is_some_and(|before| before.writer == settings.writer);
        if stays && !settings.enabled {
            return Ok(());
        }
        self.refuse_retired(model).map_err(KeepError::Model)?;
        if stays || self.is_known(model) {
            return Ok(());
        }
        let provider = match account.own_model_in_use() {
            Some(own) if own.model.as_str() == model => return Ok(()),
            Some(own) => self.own(account.user, &own.base_url, own.key.as_ref()).await?,
            None => ModelProvider::Deployment,
        };
        self.look_up(model, &provider).await.map_err(KeepError::Model)
    }

    /// Rejects an own model that can't be chosen. If its user set its prices (`priced`), a provider without a list is
    /// accepted.
    pub(crate) async fn check_own(
        &self,
        model: &ModelName,
        base_url: &BaseUrl,
        key: Option<AccessToken>,
        priced: bool,
    ) -> Result<(), KeepError> {
        let model = model.as_str();
        self.refuse_retired(model).map_err(KeepError::OwnModel)?;
        if self.prices.entry(model).is_some() {
            return Ok(());
        }
        let provider = ModelProvider::Own { base_url: base_url.url().clone(), key };
        match self.look_up(model, &provider).await {
            Err(ModelRefusal::Unlisted { .. }) if priced => Ok(()),
            checked => checked.map_err(KeepError::OwnModel),
        }
    }

    /// The model that writes for a configuration of this account, and its announced end, if its user should know about
    /// it today.
    #[must_use]
    pub fn retirement(&self, account: &Account, choice: &WriterChoice) -> Option<(String, Retirement)> {
        let model = match (choice, account.own_model_in_use(), &self.default_writer) {
            (WriterChoice::Deployment, Some(own), _) => own.model.as_str(),
            (WriterChoice::Chosen(Writer::Model(model)), ..)
            | (WriterChoice::Deployment, None, Writer::Model(model)) => model.as_str(),
            (WriterChoice::Chosen(Writer::Plain), ..) | (WriterChoice::Deployment, None, Writer::Plain) => return None,
        };
        let retirement = self.prices.retirement(model, self.clock.now().date_naive())?;
        Some((model.to_owned(), retirement))
    }

    async fn own(&self, user: UserId, base_url: &BaseUrl, key: Option<&Sealed>) -> Result<ModelProvider, KeepError> {
        Ok(ModelProvider::Own { base_url: base_url.url().clone(), key: self.opened(user, key).await? })
    }

    /// The decrypted key of an account's own provider.
    pub(crate) async fn opened(&self, user: UserId, key: Option<&Sealed>) -> Result<Option<AccessToken>, KeepError> {
        let Some(sealed) = key else { return Ok(None) };
        let bytes = self.vault.open(SecretContext::of_account(user), sealed).await?;
        // A key is always text when it is set. Without a key, the provider answers that one is required.
        Ok(String::from_utf8(bytes).ok().map(AccessToken::new))
    }

    fn is_known(&self, model: &str) -> bool {
        self.prices.entry(model).is_some() || matches!(&self.default_writer, Writer::Model(ours) if ours == model)
    }

    fn refuse_retired(&self, model: &str) -> Result<(), ModelRefusal> {
        match self.prices.retirement(model, self.clock.now().date_naive()) {
            Some(Retirement::Over(ended_on)) => {
                Err(ModelRefusal::Retired { model: model.to_owned(), ended_on, similar: self.similar(model, &[]) })
            }
            Some(Retirement::Soon(_)) | None => Ok(()),
        }
    }

    async fn look_up(&self, model: &str, provider: &ModelProvider) -> Result<(), ModelRefusal> {
        let name = model.to_owned();
        match self.catalog.models(provider).await {
            // Gemini lists `models/gemini-…` and accepts both spellings.
            Ok(names) if names.iter().any(|name| name == model || name.strip_prefix("models/") == Some(model)) => {
                Ok(())
            }
            Ok(names) => {
                let mut similar = self.similar(model, &names);
                if similar.is_empty() {
                    similar = names.into_iter().take(LISTED_MAX).collect();
                }
                Err(ModelRefusal::Unknown { model: name, similar })
            }
            Err(CatalogError::NoList { detail }) => {
                tracing::info!(model, detail, "a model is not in the price list, and its provider has no list");
                Err(ModelRefusal::Unlisted { model: name, similar: self.similar(model, &[]) })
            }
            Err(CatalogError::Unavailable { detail }) => {
                tracing::warn!(model, detail, "a provider's list of models does not answer");
                Err(ModelRefusal::Unreachable { model: name })
            }
        }
    }

    /// Similar names, of models without an announced end in the near future.
    fn similar(&self, model: &str, listed: &[String]) -> Vec<String> {
        let today = self.clock.now().date_naive();
        let priced = self.prices.entries().filter(|entry| entry.retirement(today).is_none());
        similar_names(model, listed.iter().map(String::as_str).chain(priced.map(|entry| entry.model.as_str())))
    }
}
