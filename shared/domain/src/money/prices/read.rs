//! Reading a price list. It is refused as a whole where anything in it is wrong.

use super::super::{Rates, RatesError};
use super::{LongContext, Peak, PriceEntry};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Deserialize;
use std::collections::HashMap;

/// The only unit that a price list may be in, spelled out in it to rule out prices per thousand.
const UNIT: &str = "USD per million tokens";

/// A list that was read.
#[derive(Clone, Debug, Default)]
pub(super) struct List {
    pub(super) as_of: NaiveDate,
    /// By name.
    pub(super) entries: Vec<PriceEntry>,
    /// Every spelling.
    pub(super) names: HashMap<String, Place>,
}

/// Where a name leads.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// The entry, by its place in the list.
    pub(super) entry: usize,
    pub(super) hosted: bool,
}

impl List {
    pub(super) fn parse(text: &str) -> Result<Self, PriceTableError> {
        let file: File = serde_json::from_str(text).map_err(|error| PriceTableError::Shape(error.to_string()))?;
        let as_of = date(&file.as_of).ok_or(PriceTableError::AsOf(file.as_of))?;
        if file.unit != UNIT {
            return Err(PriceTableError::Unit(file.unit));
        }
        if file.models.is_empty() {
            return Err(PriceTableError::Empty);
        }
        let mut list = Self { as_of, ..Self::default() };
        for (index, value) in file.models.into_iter().enumerate() {
            let name = value.get("model").and_then(|model| model.as_str());
            let name = name.map_or_else(|| format!("number {}", index.saturating_add(1)), str::to_owned);
            list.add(value).map_err(|reason| PriceTableError::Entry { entry: name, reason })?;
        }
        Ok(list)
    }

    fn add(&mut self, value: serde_json::Value) -> Result<(), EntryError> {
        let mut fields: EntryFields =
            serde_json::from_value(value).map_err(|error| EntryError::Shape(error.to_string()))?;
        let (names, hosted_names) = (std::mem::take(&mut fields.names), std::mem::take(&mut fields.hosted_names));
        let entry = read_entry(fields)?;
        let own = [(entry.model.clone(), entry.of.is_some())].into_iter();
        let others =
            names.into_iter().map(|name| (name, false)).chain(hosted_names.into_iter().map(|name| (name, true)));
        for (name, hosted) in own.chain(others) {
            let name = read_name("model", name)?;
            if self.names.insert(name, Place { entry: self.entries.len(), hosted }).is_some() {
                return Err(EntryError::Duplicate);
            }
        }
        self.entries.push(entry);
        Ok(())
    }
}

/// Why a price list was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PriceTableError {
    #[error("the price list can't be read: {0}")]
    Shape(String),
    #[error("the price list's as_of `{0}` is not a day; write it as YYYY-MM-DD")]
    AsOf(String),
    #[error("the price list's unit is `{0}`; give prices in `{UNIT}` and set unit to it")]
    Unit(String),
    #[error("the price list has no models; at least one is required")]
    Empty,
    #[error("the price list's entry {entry}: {reason}")]
    Entry { entry: String, reason: EntryError },
}

/// What is wrong with one entry of a price list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    #[error("{0}")]
    Shape(String),
    #[error("the {field} `{text}` must be a name without blanks")]
    Name { field: &'static str, text: String },
    #[error("the {field} price `{text}` is not a decimal; write it as text such as \"0.15\"")]
    Price { field: &'static str, text: String },
    #[error(transparent)]
    Rates(#[from] RatesError),
    #[error("the {field} `{text}` is not a day; write it as YYYY-MM-DD")]
    Date { field: &'static str, text: String },
    #[error("the context_tokens must be 1 or more; omit it if the window is unknown")]
    Window,
    #[error("the tiers must rise in above_prompt_tokens")]
    Tiers,
    #[error("the peak's utc_hours must be hours from 0 to 23")]
    Hours,
    #[error("the model or one of its names is listed twice; keep one")]
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
    context_tokens: Option<u64>,
    input: String,
    cached_input: Option<String>,
    cache_write: Option<String>,
    output: String,
    #[serde(default)]
    tiers: Vec<TierFields>,
    peak: Option<PeakFields>,
    retired_on: Option<String>,
    of: Option<String>,
    #[serde(default)]
    names: Vec<String>,
    #[serde(default)]
    hosted_names: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TierFields {
    above_prompt_tokens: u64,
    input: String,
    cached_input: Option<String>,
    cache_write: Option<String>,
    output: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PeakFields {
    utc_hours: Vec<u32>,
    input: String,
    cached_input: Option<String>,
    cache_write: Option<String>,
    output: String,
}

fn read_entry(fields: EntryFields) -> Result<PriceEntry, EntryError> {
    let rates = read_rates(&fields.input, fields.cached_input, fields.cache_write, &fields.output)?;
    let tier = |tier: TierFields| {
        let rates = read_rates(&tier.input, tier.cached_input, tier.cache_write, &tier.output)?;
        Ok::<_, EntryError>(LongContext { above_prompt_tokens: tier.above_prompt_tokens, rates })
    };
    let tiers = fields.tiers.into_iter().map(tier).collect::<Result<Vec<_>, _>>()?;
    if !tiers.is_sorted_by(|one, next| one.above_prompt_tokens < next.above_prompt_tokens) {
        return Err(EntryError::Tiers);
    }
    if fields.context_tokens == Some(0) {
        return Err(EntryError::Window);
    }
    let peak = fields.peak.map(|peak| {
        if peak.utc_hours.iter().any(|hour| *hour > 23) {
            return Err(EntryError::Hours);
        }
        let rates = read_rates(&peak.input, peak.cached_input, peak.cache_write, &peak.output)?;
        Ok(Peak { utc_hours: peak.utc_hours, rates })
    });
    let retired_on = fields.retired_on.map(|text| date(&text).ok_or(EntryError::Date { field: "retired_on", text }));
    Ok(PriceEntry {
        model: fields.model,
        provider: read_name("provider", fields.provider)?,
        context_tokens: fields.context_tokens,
        rates,
        tiers,
        peak: peak.transpose()?,
        retired_on: retired_on.transpose()?,
        of: fields.of,
    })
}

fn read_rates(
    input: &str,
    cached_input: Option<String>,
    cache_write: Option<String>,
    output: &str,
) -> Result<Rates, EntryError> {
    let price = |field, text: &str| {
        Decimal::from_str_exact(text).map_err(|_| EntryError::Price { field, text: text.to_owned() })
    };
    let fresh = price("input", input)?;
    let or_fresh = |field, text: Option<String>| text.map_or(Ok(fresh), |text| price(field, &text));
    let rates = Rates::new(fresh, or_fresh("cached_input", cached_input)?, price("output", output)?)?;
    Ok(rates.with_cache_write(or_fresh("cache_write", cache_write)?)?)
}

/// A name without white space.
fn read_name(field: &'static str, text: String) -> Result<String, EntryError> {
    let bad = text.is_empty() || text.contains(char::is_whitespace);
    if bad { Err(EntryError::Name { field, text }) } else { Ok(text) }
}

/// The name before `-YYYY-MM-DD` (OpenAI's snapshots), `-YYYYMMDD` (Anthropic's) or `@YYYYMMDD` (Vertex AI's), if it
/// ends in a day.
pub(super) fn without_day(name: &str) -> Option<&str> {
    let before = |tail_bytes: usize| {
        let (head, tail) = name.split_at_checked(name.len().checked_sub(tail_bytes)?)?;
        let day = tail.strip_prefix(['-', '@'])?;
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
