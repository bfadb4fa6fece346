//! A user's own model in requests and answers: `{"base_url", "api_key"?, "model", "prices"?}`.

use crate::request::{Given, Price, Secret};
use crate::routes::prelude::{FieldError, Number, answer_body, examples, number, request_body};
use app::accounts::OwnModelDraft;
use domain::account::{BaseUrl, ModelName, OwnModel, Plan};
use domain::money::Rates;

/// The longest key, in bytes; those of the known providers have less than 200.
const KEY_BYTES_MAX: usize = 256;

answer_body! {
    /// The user's own model, without its key.
    pub(crate) struct OwnModelBody of(own: &OwnModel, plan: Plan) {
        base_url: String = own.base_url.url().to_string(),
        model: String = own.model.to_string(),
        has_api_key: bool = own.key.is_some(),
        prices: Option<PricesBody> = own.rates.as_ref().map(PricesBody::of),
        /// Whether the model is used. False if the plan no longer allows it.
        in_use: bool = plan.allows_own_model(),
    }

    /// The prices that the user set, in US dollars per million tokens.
    struct PricesBody of(rates: &Rates) {
        #[schema(value_type = f64, minimum = 0)]
        input: Number = number(&rates.input().to_string()),
        #[schema(value_type = f64, minimum = 0)]
        cached_input: Number = number(&rates.cached_input().to_string()),
        #[schema(value_type = f64, minimum = 0)]
        cache_write: Number = number(&rates.cache_write().to_string()),
        #[schema(value_type = f64, minimum = 0)]
        output: Number = number(&rates.output().to_string()),
    }
}

request_body! {
    /// The request body.
    pub(crate) struct OwnModelRequestBody {
        /// Base address (https) of an OpenAI-compatible provider, without `/chat/completions`. It must not contain a
        /// user name, a password or a query.
        base_url: BaseUrl,
        /// The provider's API key. It is never returned and never sent to another host. An omitted key is kept unless
        /// the address moves to another host; null removes it.
        api_key: Given<Secret<KEY_BYTES_MAX>>,
        /// The model for report configurations that don't name one. A configuration that names a model uses that model
        /// at this provider.
        model: ModelName,
        /// The model's prices. Defaults to the price list; the cost of a model that is not in it is unknown (`null`).
        /// Use 0 for a model without charges.
        prices: Option<PricesRequestBody>,
    }
    example: examples::own_model_request();
}

request_body! {
    /// US dollars per million tokens, with at most 6 decimals.
    pub(crate) struct PricesRequestBody {
        input: Price,
        /// If omitted, cached tokens cost the same as uncached ones.
        cached_input: Option<Price>,
        /// If omitted, tokens written to the cache cost the same as uncached ones.
        cache_write: Option<Price>,
        output: Price,
    }
    example: examples::prices_request();
}

impl OwnModelRequestBody {
    /// The model that is to be stored. The pointer of an error is relative to this body.
    pub(crate) fn draft(self) -> Result<OwnModelDraft, FieldError> {
        let rates = self.prices.map(|prices| prices.rates().map_err(|error| error.inside("prices"))).transpose()?;
        Ok(OwnModelDraft { base_url: self.base_url, key: self.api_key.into(), model: self.model, rates })
    }
}

impl PricesRequestBody {
    fn rates(&self) -> Result<Rates, FieldError> {
        let (input, output) = (self.input.0, self.output.0);
        let or_input = |price: Option<Price>| price.map_or(input, |price| price.0);
        Rates::new(input, or_input(self.cached_input), output)
            .and_then(|rates| rates.with_cache_write(or_input(self.cache_write)))
            .map_err(|error| FieldError::at(error.field(), error.to_string()))
    }
}
