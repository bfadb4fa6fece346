//! What a token costs.

use rust_decimal::Decimal;

use super::{Cost, TokenUsage};

/// The dearest price that is accepted, in US dollars per million tokens: a thousand times what the dearest models
/// take, so that only a typing error reaches it. It also keeps the arithmetic of [`cost`] within 128 bits.
pub const PRICE_USD_MAX: u64 = 1_000_000;

const DECIMALS_MAX: u32 = 6;
/// Tokens that a price is for.
const TOKENS_PER_PRICE: u128 = 1_000_000;
const PRICE_MAX: Cost = Cost::from_micros(PRICE_USD_MAX * 1_000_000);

/// The prices of one model in US dollars per million tokens: valid ones, so that [`cost`] can't fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rates {
    input: Cost,
    cached_input: Cost,
    cache_write: Cost,
    output: Cost,
}

impl Rates {
    /// 0 for every token: for a model whose costs are not known to this service.
    pub const ZERO: Self =
        Self { input: Cost::ZERO, cached_input: Cost::ZERO, cache_write: Cost::ZERO, output: Cost::ZERO };

    /// Prices in US dollars per million tokens, each of 0 to [`PRICE_USD_MAX`] with at most 6 decimals; a cached token
    /// costs no more than a fresh one. A token that is written to the cache costs what a fresh one does, unless
    /// [`Rates::with_cache_write`] says otherwise.
    pub fn new(input: Decimal, cached_input: Decimal, output: Decimal) -> Result<Self, RatesError> {
        let fresh = price("input", input)?;
        let rates = Self {
            input: fresh,
            cached_input: price("cached_input", cached_input)?,
            cache_write: fresh,
            output: price("output", output)?,
        };
        if rates.cached_input > rates.input {
            return Err(RatesError::CachedAboveInput { cached_input, input });
        }
        Ok(rates)
    }

    /// The same with a price of its own for a token that is written to the cache: OpenAI takes 1.25 times the input
    /// price from GPT-5.6 on, as Anthropic does for a cache of five minutes
    /// (<https://developers.openai.com/api/docs/pricing>, <https://platform.claude.com/docs/en/about-claude/pricing>).
    pub fn with_cache_write(self, cache_write: Decimal) -> Result<Self, RatesError> {
        Ok(Self { cache_write: price("cache_write", cache_write)?, ..self })
    }

    /// A token of the prompt that came from no cache.
    pub fn input(&self) -> Decimal {
        self.input.decimal()
    }

    /// A token of the prompt that came from the provider's cache.
    pub fn cached_input(&self) -> Decimal {
        self.cached_input.decimal()
    }

    /// A token of the prompt that the provider wrote to its cache.
    pub fn cache_write(&self) -> Decimal {
        self.cache_write.decimal()
    }

    /// A token of the completion, a reasoning token included.
    pub fn output(&self) -> Decimal {
        self.output.decimal()
    }
}

fn price(field: &'static str, usd: Decimal) -> Result<Cost, RatesError> {
    if usd < Decimal::ZERO {
        return Err(RatesError::Negative { field, usd });
    }
    if usd.normalize().scale() > DECIMALS_MAX {
        return Err(RatesError::TooFine { field, usd });
    }
    Cost::from_decimal(usd).ok().filter(|price| *price <= PRICE_MAX).ok_or(RatesError::TooDear { field, usd })
}

/// What these tokens cost at these rates: fresh prompt, cached prompt, cache writes and completion each at its price,
/// and their sum rounded once, half up, to 6 decimals. Reasoning tokens are in the completion and so already paid. More
/// than [`Cost::MAX`] is [`Cost::MAX`].
pub fn cost(usage: TokenUsage, rates: &Rates) -> Cost {
    // Micro-dollars per million tokens: each product is under 2^104, so that their sum can't overflow.
    let part = |tokens: u64, price: Cost| u128::from(tokens) * u128::from(price.micros());
    let sum = part(usage.fresh_prompt(), rates.input)
        + part(usage.cached_prompt(), rates.cached_input)
        + part(usage.cache_write(), rates.cache_write)
        + part(usage.completion(), rates.output);
    let micros = (sum + TOKENS_PER_PRICE / 2) / TOKENS_PER_PRICE;
    u64::try_from(micros).map_or(Cost::MAX, Cost::from_micros)
}

/// Why prices are not usable.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RatesError {
    #[error("the {field} price {usd} is negative; give 0 or more")]
    Negative { field: &'static str, usd: Decimal },
    #[error("the {field} price {usd} has more than 6 decimals; give USD per million tokens")]
    TooFine { field: &'static str, usd: Decimal },
    #[error("the {field} price {usd} is above {PRICE_USD_MAX}; give USD per million tokens")]
    TooDear { field: &'static str, usd: Decimal },
    #[error("the cached_input price {cached_input} is above the input price {input}; give at most the input price")]
    CachedAboveInput { cached_input: Decimal, input: Decimal },
}

impl RatesError {
    /// Which price is wrong: `input`, `cached_input`, `cache_write` or `output`.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Negative { field, .. } | Self::TooFine { field, .. } | Self::TooDear { field, .. } => field,
            Self::CachedAboveInput { .. } => "cached_input",
        }
    }
}
