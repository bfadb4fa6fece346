//! Which model a run asks, where, and what that costs.

use crate::ports::{Accounts, ModelError, ModelProvider, SecretContext, StoreError, Vault};
use domain::account::{Account, OwnModel};
use domain::configuration::Writer;
use domain::id::UserId;
use domain::instant::Instant;
use domain::money::{PriceTable, Rates};
use domain::repository::AccessToken;
use domain::run::Run;
use std::sync::Arc;

/// Chooses the model of a run.
#[derive(Clone)]
pub struct ModelChoice {
    pub accounts: Arc<dyn Accounts>,
    pub vault: Arc<dyn Vault>,
    /// Who writes for an account that has lost its own model since the run started.
    pub default_writer: Writer,
}

/// A model that is asked.
pub(crate) struct Asked {
    pub(crate) model: String,
    /// An error if the account's key can't be decrypted.
    pub(crate) provider: Result<ModelProvider, ModelError>,
    prices: Prices,
}

/// Whose prices apply.
#[derive(Clone, Copy)]
pub(crate) enum Prices {
    /// The price list's. A model that it doesn't contain has no price.
    List,
    /// Its user's, or else the price list's.
    Own(Option<Rates>),
}

impl ModelChoice {
    /// Where the model of a run is asked; `None` if the report is written without a model after all.
    pub(crate) async fn of(&self, run: &Run, model: &str) -> Result<Option<Asked>, StoreError> {
        if !run.snapshot.own_model {
            return Ok(Some(Asked::of_deployment(model)));
        }
        let account = self.accounts.account(run.user).await?;
        Ok(match (account.own_model_in_use(), &self.default_writer) {
            (Some(own), _) => Some(Asked {
                model: model.to_owned(),
                provider: self.provider(run.user, own).await,
                prices: Prices::of(run, &account),
            }),
            (None, Writer::Model(model)) => Some(Asked::of_deployment(model)),
            (None, Writer::Plain) => None,
        })
    }

    async fn provider(&self, user: UserId, own: &OwnModel) -> Result<ModelProvider, ModelError> {
        let key = match &own.key {
            None => None,
            Some(sealed) => {
                let unavailable = |cause: String| ModelError::Unavailable {
                    detail: format!("the key of the account's own model can't be opened: {cause}"),
                };
                let bytes = self.vault.open(SecretContext::of_account(user), sealed).await;
                let bytes = bytes.map_err(|error| unavailable(error.to_string()))?;
                Some(AccessToken::new(String::from_utf8(bytes).map_err(|_| unavailable("it is no text".to_owned()))?))
            }
        };
        Ok(ModelProvider::Own { base_url: own.base_url.url().clone(), key })
    }
}

impl Prices {
    /// The prices for a run of this account.
    pub(crate) fn of(run: &Run, account: &Account) -> Self {
        match account.own_model_in_use() {
            Some(own) if run.snapshot.own_model => Self::Own(own.rates),
            _ => Self::List,
        }
    }

    /// The prices of a prompt of this many tokens at an instant, by the names of the model in the request and in the
    /// answer; `None` if they are unknown. For a user's own model they are what the user set, or else those of the
    /// list. A model that costs nothing has the price 0.
    pub(crate) fn rates(
        self,
        list: &PriceTable,
        (asked, answered): (&str, &str),
        prompt_tokens: u64,
        at: Instant,
    ) -> Option<Rates> {
        let listed = || list.rates_of_answer(asked, answered, prompt_tokens, at);
        match self {
            Self::List => listed(),
            Self::Own(given) => given.or_else(listed),
        }
    }
}

impl Prices {
    /// The highest prices of the day for a prompt of this many tokens.
    pub(crate) fn dearest_rates(self, list: &PriceTable, model: &str, prompt_tokens: u64) -> Option<Rates> {
        let listed = || list.entry(model).map(|entry| entry.dearest_rates(prompt_tokens));
        match self {
            Self::List => listed(),
            Self::Own(given) => given.or_else(listed),
        }
    }
}

impl Asked {
    fn of_deployment(model: &str) -> Self {
        Self { model: model.to_owned(), provider: Ok(ModelProvider::Deployment), prices: Prices::List }
    }

    /// The prices of its answer, which may contain another name of the model.
    pub(crate) fn rates(&self, list: &PriceTable, answered: &str, prompt_tokens: u64, at: Instant) -> Option<Rates> {
        self.prices.rates(list, (&self.model, answered), prompt_tokens, at)
    }
}
