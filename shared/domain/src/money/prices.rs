//! The dated price list: `prices.json`, compiled in and validated when it is loaded.
//!
//! The prices are those that the providers publish for their standard tier (<https://developers.openai.com/api/docs/pricing>,
//! <https://platform.claude.com/docs/en/about-claude/pricing>). To change one, change the file and its `as_of`; runs
//! keep the rates that they were charged, so that history never moves.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::{Rates, RatesError};

/// The model that writes reports where nothing else is configured.
pub const DEFAULT_MODEL: &str = "gpt-4o-mini";

const BUNDLED: &str = include_str!("prices.json");
/// The only unit that a price list may be in, spelled out in it so that nobody enters prices per thousand.
const UNIT: &str = "USD per million tokens";

/// What each known model costs, as of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceTable {
    as_of: NaiveDate,
    entries: BTreeMap<String, PriceEntry>,
}

/// The prices of one model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceEntry {
    /// The provider's name for it, without a date: `gpt-4o-mini`.
    pub model: String,
    /// Who offers it at these prices: `openai`.
    pub provider: String,
    /// The prices of a prompt of usual length.
    pub rates: Rates,
    /// The prices of a long prompt, where they differ.
    pub long_context: Option<LongContext>,
    /// The first day on which the provider no longer answers for it.
    pub retired_on: Option<NaiveDate>,
}

/// Prices that hold for the whole call once its prompt is long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LongContext {
    /// They hold for prompts of more tokens than this.
    pub above_prompt_tokens: u64,
    /// The prices then.
    pub rates: Rates,
}

impl PriceTable {
    /// The list that this build carries. An error here is a mistake in the file, which a test rules out; callers load
    /// it once, at start, and refuse to start without it.
    pub fn bundled() -> Result<Self, PriceTableError> {
        Self::parse(BUNDLED)
    }

    /// Reads a list: `{"as_of", "unit", "models": [{"model", "provider", "input", "cached_input", "output",
    /// "long_context"?: {"above_prompt_tokens", "input", "cached_input", "output"}, "retired_on"?}]}`. Prices are text,
    /// so that no reader takes them for floating point; days are `YYYY-MM-DD`. Unknown fields are refused.
    pub fn parse(text: &str) -> Result<Self, PriceTableError> {
        let file: File = serde_json::from_str(text).map_err(|error| PriceTableError::Shape(error.to_string()))?;
        let as_of = date(&file.as_of).ok_or(PriceTableError::AsOf(file.as_of))?;
        if file.unit != UNIT {
            return Err(PriceTableError::Unit(file.unit));
        }
        if file.models.is_empty() {
            return Err(PriceTableError::Empty);
        }
        let mut entries = BTreeMap::new();
        for (index, value) in file.models.into_iter().enumerate() {
            let name = value.get("model").and_then(|model| model.as_str());
            let name = name.map_or_else(|| format!("number {}", index.saturating_add(1)), str::to_owned);
            let named = |reason| PriceTableError::Entry { entry: name.clone(), reason };
            let entry = read_entry(value).map_err(named)?;
            if entries.insert(entry.model.clone(), entry).is_some() {
                return Err(named(EntryError::Duplicate));
            }
        }
        Ok(Self { as_of, entries })
    }

    /// The day on which the prices were last checked against the published ones.
    #[must_use]
    pub const fn as_of(&self) -> NaiveDate {
        self.as_of
    }

    /// Every model, by name.
    pub fn entries(&self) -> impl Iterator<Item = &PriceEntry> {
        self.entries.values()
    }

    /// The entry of a model by its name, with or without its own provider's prefix (`openai/gpt-4o-mini`) and with or
    /// without the day of a snapshot (`gpt-4o-mini-2024-07-18`, `claude-haiku-4-5-20251001`).
    ///
    /// Anything else is unknown rather than guessed at: `gpt-4o-mini-audio-preview` has prices of its own, and so has
    /// another provider's offer of the same model.
    #[must_use]
    pub fn entry(&self, model: &str) -> Option<&PriceEntry> {
        let (provider, name) = model.split_once('/').map_or((None, model), |(provider, name)| (Some(provider), name));
        self.entries
            .get(name)
            .or_else(|| self.entries.get(without_day(name)?))
            .filter(|entry| provider.is_none_or(|provider| provider == entry.provider))
    }

    /// The prices of a call of this model with a prompt of this many tokens, found as by [`PriceTable::entry`]. Retired
    /// models keep their prices. `None` says that the cost is unknown: callers record no rates and a cost of 0.
    #[must_use]
    pub fn rates(&self, model: &str, prompt_tokens: u64) -> Option<Rates> {
        self.entry(model).map(|entry| entry.rates_at(prompt_tokens))
    }
}

impl PriceEntry {
    /// The prices of a call with a prompt of this many tokens, cached ones included.
    #[must_use]
    pub fn rates_at(&self, prompt_tokens: u64) -> Rates {
        self.long_context.filter(|tier| prompt_tokens > tier.above_prompt_tokens).map_or(self.rates, |tier| tier.rates)
    }

    /// Whether the provider has switched the model off by this day.
    #[must_use]
    pub fn is_retired(&self, today: NaiveDate) -> bool {
        self.retired_on.is_some_and(|day| today >= day)
    }
}

/// Why a price list was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PriceTableError {
    /// Not JSON, or not of the shape that [`PriceTable::parse`] reads.
    #[error("the price list can't be read: {0}")]
    Shape(String),
    /// The list's day is not one.
    #[error("the price list's as_of `{0}` is not a day; write it as YYYY-MM-DD")]
    AsOf(String),
    /// Prices in another unit.
    #[error("the price list's unit is `{0}`; give prices in `{UNIT}` and say so")]
    Unit(String),
    /// No model at all.
    #[error("the price list names no model; give at least one")]
    Empty,
    /// One entry is wrong.
    #[error("the price list's entry {entry}: {reason}")]
    Entry {
        /// The model's name, or its place in the list where it has none.
        entry: String,
        /// What is wrong with it.
        reason: EntryError,
    },
}

/// What is wrong with one entry of a price list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// A field is missing, unknown or of the wrong kind.
    #[error("{0}")]
    Shape(String),
    /// The name would never be found.
    #[error("the {field} `{text}` must be a name without `/`, blanks or a day at its end")]
    Name {
        /// Which name.
        field: &'static str,
        /// What was given.
        text: String,
    },
    /// A price is not a decimal.
    #[error("the {field} price `{text}` is not a decimal; write it as text such as \"0.15\"")]
    Price {
        /// Which price.
        field: &'static str,
        /// What was given.
        text: String,
    },
    /// The prices don't make rates.
    #[error(transparent)]
    Rates(#[from] RatesError),
    /// A day is not one.
    #[error("the {field} `{text}` is not a day; write it as YYYY-MM-DD")]
    Date {
        /// Which day.
        field: &'static str,
        /// What was given.
        text: String,
    },
    /// The model is listed twice.
    #[error("the model is listed twice; keep one")]
    Duplicate,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    as_of: String,
    unit: String,
    models: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryFields {
    model: String,
    provider: String,
    input: String,
    cached_input: String,
    output: String,
    long_context: Option<TierFields>,
    retired_on: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TierFields {
    above_prompt_tokens: u64,
    input: String,
    cached_input: String,
    output: String,
}

fn read_entry(value: serde_json::Value) -> Result<PriceEntry, EntryError> {
    let fields: EntryFields = serde_json::from_value(value).map_err(|error| EntryError::Shape(error.to_string()))?;
    let long_context = fields.long_context.map(|tier| {
        let rates = read_rates(&tier.input, &tier.cached_input, &tier.output)?;
        Ok::<_, EntryError>(LongContext { above_prompt_tokens: tier.above_prompt_tokens, rates })
    });
    let retired_on = fields.retired_on.map(|text| date(&text).ok_or(EntryError::Date { field: "retired_on", text }));
    Ok(PriceEntry {
        model: read_name("model", fields.model)?,
        provider: read_name("provider", fields.provider)?,
        rates: read_rates(&fields.input, &fields.cached_input, &fields.output)?,
        long_context: long_context.transpose()?,
        retired_on: retired_on.transpose()?,
    })
}

fn read_rates(input: &str, cached_input: &str, output: &str) -> Result<Rates, EntryError> {
    let price = |field, text: &str| {
        Decimal::from_str_exact(text).map_err(|_| EntryError::Price { field, text: text.to_owned() })
    };
    let (input, cached_input) = (price("input", input)?, price("cached_input", cached_input)?);
    Ok(Rates::new(input, cached_input, price("output", output)?)?)
}

/// A name that [`PriceTable::entry`] can find.
fn read_name(field: &'static str, text: String) -> Result<String, EntryError> {
    let bad = text.is_empty() || text.contains(|c: char| c == '/' || c.is_whitespace()) || without_day(&text).is_some();
    if bad { Err(EntryError::Name { field, text }) } else { Ok(text) }
}

/// The name before `-YYYY-MM-DD` (OpenAI's snapshots) or `-YYYYMMDD` (Anthropic's), if it ends in a day.
fn without_day(name: &str) -> Option<&str> {
    let before = |tail_bytes: usize| {
        let (head, tail) = name.split_at_checked(name.len().checked_sub(tail_bytes)?)?;
        let day = tail.strip_prefix('-')?;
        let dashed = if day.len() == 8 {
            let (year, rest) = day.split_at_checked(4)?;
            let (month, day) = rest.split_at_checked(2)?;
            format!("{year}-{month}-{day}")
        } else {
            day.to_owned()
        };
        date(&dashed).map(|_| head)
    };
    before("-YYYY-MM-DD".len()).or_else(|| before("-YYYYMMDD".len()))
}

/// A day written as `YYYY-MM-DD` and in no other way.
fn date(text: &str) -> Option<NaiveDate> {
    let day = text.parse::<NaiveDate>().ok()?;
    // chrono also reads signs, blanks and single digits.
    (day.to_string() == text).then_some(day)
}
