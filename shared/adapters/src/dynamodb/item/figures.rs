//! Tokens and cost, as attributes of runs, contents and counters.

use super::attribute;
use super::expression::Change;
use super::{Attributes, Record, figure, text};
use app::ports::StoreError;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::money::{Cost, Rates, TokenUsage, UsageSource};
use domain::run::Priced;
use rust_decimal::Decimal;

/// Tokens and cost as attributes.
pub(crate) fn amounts(tokens: TokenUsage, cost: Cost) -> Attributes {
    amounts_by_name(tokens, cost).map(|(name, value)| (name, figure(value))).into()
}

/// Adds tokens and cost to the stored ones.
pub(crate) fn add_amounts(change: Change, tokens: TokenUsage, cost: Cost) -> Change {
    amounts_by_name(tokens, cost).into_iter().fold(change, |change, (name, value)| change.add_number(name, value))
}

fn amounts_by_name(tokens: TokenUsage, cost: Cost) -> [(&'static str, u64); 6] {
    [
        (attribute::PROMPT_TOKENS, tokens.prompt()),
        (attribute::CACHED_TOKENS, tokens.cached_prompt()),
        (attribute::CACHE_WRITE_TOKENS, tokens.cache_write()),
        (attribute::COMPLETION_TOKENS, tokens.completion()),
        (attribute::REASONING_TOKENS, tokens.reasoning()),
        (attribute::COST_MICROS, cost.micros()),
    ]
}

fn read_tokens(record: Record<'_>) -> Result<TokenUsage, StoreError> {
    Ok(TokenUsage::new(
        record.amount(attribute::PROMPT_TOKENS)?,
        record.amount(attribute::CACHED_TOKENS)?,
        record.amount(attribute::COMPLETION_TOKENS)?,
        record.amount(attribute::REASONING_TOKENS)?,
    )
    .with_cache_write(record.amount(attribute::CACHE_WRITE_TOKENS)?))
}

/// Where amounts come from: the source, the model and its prices.
pub(crate) fn origin(source: UsageSource, model: Option<&str>, rates: Option<&Rates>) -> Attributes {
    vec![
        (attribute::SOURCE, source_value(source)),
        (attribute::MODEL, model.and_then(text)),
        (attribute::RATES, rates.and_then(self::rates)),
    ]
}

/// Prices as one text: input, cached input and output, and that of a cache write where it differs from the input's.
pub(crate) fn rates(rates: &Rates) -> Option<AttributeValue> {
    let usual = format!("{} {} {}", rates.input(), rates.cached_input(), rates.output());
    let own_cache_write = rates.cache_write() != rates.input();
    text(if own_cache_write { format!("{usual} {}", rates.cache_write()) } else { usual })
}

fn source_value(source: UsageSource) -> Option<AttributeValue> {
    match source {
        UsageSource::None => None,
        UsageSource::Api | UsageSource::Estimate => text(source.as_str()),
    }
}

/// The amounts and where they come from.
pub(crate) fn read_priced(record: Record<'_>) -> Result<Priced, StoreError> {
    Ok(Priced {
        tokens: read_tokens(record)?,
        cost: Cost::from_micros(record.amount(attribute::COST_MICROS)?),
        source: record.read_or_none(attribute::SOURCE, UsageSource::parse)?.unwrap_or_default(),
        model: record.text_or_none(attribute::MODEL)?.map(str::to_owned),
        rates: rates_at(record, attribute::RATES)?,
    })
}

/// Prices that are stored in the attribute of this name.
pub(crate) fn rates_at(record: Record<'_>, name: &str) -> Result<Option<Rates>, StoreError> {
    record.read_or_none(name, |text| {
        let mut prices = text.split(' ').map(|price| price.parse::<Decimal>().ok());
        let rates = Rates::new(prices.next()??, prices.next()??, prices.next()??).ok()?;
        let rates = match prices.next() {
            None => rates,
            Some(cache_write) => rates.with_cache_write(cache_write?).ok()?,
        };
        prices.next().is_none().then_some(rates)
    })
}
