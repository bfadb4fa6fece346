//! A model of the user's own, in requests and answers: `{"base_url", "api_key"?, "model", "prices"?}`.

use crate::body::{Given, Members};
use crate::money::number;
use app::accounts::OwnModelDraft;
use app::holdings::TokenChange;
use domain::account::{BaseUrl, ModelName, OwnModel, Plan};
use domain::money::Rates;
use domain::repository::AccessToken;
use serde::{Deserialize, Serialize};
use serde_json::Number;
use utoipa::ToSchema;

/// The longest key, in bytes; those of the known providers have less than 200.
const KEY_BYTES_MAX: usize = 256;

/// The user's own model, without its key.
#[derive(Serialize, ToSchema)]
pub(crate) struct OwnModelBody {
    base_url: String,
    model: String,
    has_api_key: bool,
    prices: Option<PricesBody>,
    /// Whether the model is used. False if the plan no longer allows it.
    in_use: bool,
}

/// The prices that the user set, in US dollars per million tokens.
#[derive(Serialize, ToSchema)]
struct PricesBody {
    #[schema(value_type = f64, minimum = 0)]
    input: Number,
    #[schema(value_type = f64, minimum = 0)]
    cached_input: Number,
    #[schema(value_type = f64, minimum = 0)]
    cache_write: Number,
    #[schema(value_type = f64, minimum = 0)]
    output: Number,
}

impl OwnModelBody {
    pub(crate) fn of(own: &OwnModel, plan: Plan) -> Self {
        Self {
            base_url: own.base_url.url().to_string(),
            model: own.model.to_string(),
            has_api_key: own.key.is_some(),
            prices: own.rates.as_ref().map(PricesBody::from),
            in_use: plan.allows_own_model(),
        }
    }
}

impl From<&Rates> for PricesBody {
    fn from(rates: &Rates) -> Self {
        Self {
            input: number(&rates.input().to_string()),
            cached_input: number(&rates.cached_input().to_string()),
            cache_write: number(&rates.cache_write().to_string()),
            output: number(&rates.output().to_string()),
        }
    }
}

/// The request body.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"base_url": "https://api.openai.com/v1", "api_key": "sk-example", "model": "gpt-6-luna"}))]
#[expect(dead_code, reason = "bodies are read member by member; this is their description")]
pub(crate) struct OwnModelRequestBody {
    /// Base address (https) of an OpenAI-compatible provider, without `/chat/completions`. It must not contain a user
    /// name, a password or a query.
    #[schema(format = "uri", max_length = 200)]
    base_url: String,
    /// The provider's API key. It is never returned and never sent to another host. An omitted key is kept unless the
    /// address moves to another host; null removes it.
    #[schema(min_length = 1, max_length = 256, pattern = "^[!-~]+$", write_only)]
    api_key: Option<String>,
    /// The model for report configurations that don't name one. A configuration that names a model uses that model at
    /// this provider.
    #[schema(min_length = 1, max_length = 100, format = "line")]
    model: String,
    /// The model's prices. Defaults to the price list; the cost of a model that is not in it is unknown (`null`). Use 0
    /// for a model without charges.
    prices: Option<PricesRequestBody>,
}

/// US dollars per million tokens, with at most 6 decimals.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"input": 0.1, "cached_input": 0.01, "cache_write": 0.125, "output": 0.5}))]
#[expect(dead_code, reason = "bodies are read member by member; this is their description")]
pub(crate) struct PricesRequestBody {
    #[schema(minimum = 0, maximum = 1_000_000)]
    input: f64,
    /// If omitted, cached tokens cost the same as uncached ones.
    #[schema(minimum = 0, maximum = 1_000_000)]
    cached_input: Option<f64>,
    /// If omitted, tokens written to the cache cost the same as uncached ones.
    #[schema(minimum = 0, maximum = 1_000_000)]
    cache_write: Option<f64>,
    #[schema(minimum = 0, maximum = 1_000_000)]
    output: f64,
}

/// Reads the members of the request.
pub(crate) fn own_model(members: &mut Members) -> Option<OwnModelDraft> {
    let base_url = members.required("base_url", "the https address of a provider", BaseUrl::parse);
    let key = key(members);
    let model = members.required("model", "the name of a model", ModelName::parse);
    let rates = members.object("prices", rates);
    Some(OwnModelDraft { base_url: base_url?, key: key?, model: model?, rates: rates? })
}

/// Left out, it stays; null removes it. It is not repeated in an error.
fn key(members: &mut Members) -> Option<TokenChange> {
    let read = |text: &str| {
        let text = text.trim();
        let readable =
            !text.is_empty() && text.len() <= KEY_BYTES_MAX && text.bytes().all(|byte| byte.is_ascii_graphic());
        readable
            .then(|| AccessToken::new(text.to_owned()))
            .ok_or_else(|| format!("1 to {KEY_BYTES_MAX} visible ASCII characters are expected"))
    };
    Some(match members.given("api_key", read)? {
        Given::Absent => TokenChange::Keep,
        Given::Null => TokenChange::Remove,
        Given::Value(key) => TokenChange::Set(key),
    })
}

fn rates(members: &mut Members) -> Option<Rates> {
    let (input, cached_input) = (members.decimal("input"), members.decimal("cached_input"));
    let (cache_write, output) = (members.decimal("cache_write"), members.decimal("output"));
    for (name, price) in [("input", &input), ("output", &output)] {
        if *price == Some(None) {
            members.wrong(name, "missing: a price in US dollars per million tokens is expected");
        }
    }
    let (input, output) = (input??, output??);
    let cached_input = cached_input?.unwrap_or(input);
    let cache_write = cache_write?.unwrap_or(input);
    match Rates::new(input, cached_input, output).and_then(|rates| rates.with_cache_write(cache_write)) {
        Ok(rates) => Some(rates),
        Err(error) => {
            members.wrong(error.field(), error.to_string());
            None
        }
    }
}
