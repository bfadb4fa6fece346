//! The prices of one model.

use super::super::Rates;
use crate::instant::Instant;
use chrono::{Datelike, NaiveDate, Timelike};

/// How long before a model's end its users are warned, in days.
pub const RETIREMENT_NOTICE_DAYS: i64 = 90;

/// The prices of one model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceEntry {
    /// The provider's name for it, without a date: `gpt-4o-mini`.
    pub model: String,
    /// Who offers it at these prices: `openai`; of a model that a cloud hosts, `azure`, `bedrock` or `vertex`.
    pub provider: String,
    /// The most tokens that a prompt and its answer have together: the smallest context window that litellm
    /// (`max_input_tokens`) or genai-prices (`context_window`) states under any of the names, so that it may be smaller
    /// than what is served. `None` if neither states one.
    pub context_tokens: Option<u64>,
    /// The prices of a prompt of usual length.
    pub rates: Rates,
    /// The prices of longer prompts, where they differ, by rising length.
    pub tiers: Vec<LongContext>,
    /// The prices of some hours, where they differ.
    pub peak: Option<Peak>,
    /// The first day on which the provider no longer answers for it.
    pub retired_on: Option<NaiveDate>,
    /// The vendor's model that a cloud hosts at a price of its own.
    pub of: Option<String>,
}

/// Prices that hold for the whole call once its prompt is long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LongContext {
    /// They hold for prompts of more tokens than this.
    pub above_prompt_tokens: u64,
    pub rates: Rates,
}

/// Prices of some hours from Monday to Friday, in UTC. Public holidays of the provider's country, on which some take
/// less, are not known here, so that the cost of such a day is an upper bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peak {
    /// The hours, each from its minute 0 to the next hour.
    pub utc_hours: Vec<u32>,
    pub rates: Rates,
}

/// A model's announced end, seen from a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retirement {
    /// It ends on this day, in [`RETIREMENT_NOTICE_DAYS`] days or fewer.
    Soon(NaiveDate),
    Over(NaiveDate),
}

impl PriceEntry {
    /// The prices of a call at this instant with a prompt of this many tokens, cached ones included.
    pub fn rates_at(&self, prompt_tokens: u64, at: Instant) -> Rates {
        let peak = self.peak.as_ref().filter(|peak| peak.is_at(at)).map(|peak| peak.rates);
        self.tier_rates(prompt_tokens).or(peak).unwrap_or(self.rates)
    }

    /// The highest prices of a call with a prompt of this many tokens, at any hour.
    pub fn dearest_rates(&self, prompt_tokens: u64) -> Rates {
        self.tier_rates(prompt_tokens).or(self.peak.as_ref().map(|peak| peak.rates)).unwrap_or(self.rates)
    }

    fn tier_rates(&self, prompt_tokens: u64) -> Option<Rates> {
        self.tiers.iter().rfind(|tier| prompt_tokens > tier.above_prompt_tokens).map(|tier| tier.rates)
    }

    /// Whether the provider has switched the model off by this day.
    pub fn is_retired(&self, today: NaiveDate) -> bool {
        matches!(self.retirement(today), Some(Retirement::Over(_)))
    }

    /// The announced end, from [`RETIREMENT_NOTICE_DAYS`] days before it on.
    pub fn retirement(&self, today: NaiveDate) -> Option<Retirement> {
        let ends_on = self.retired_on?;
        match (ends_on - today).num_days() {
            ..=0 => Some(Retirement::Over(ends_on)),
            1..=RETIREMENT_NOTICE_DAYS => Some(Retirement::Soon(ends_on)),
            _ => None,
        }
    }
}

impl Peak {
    fn is_at(&self, at: Instant) -> bool {
        at.weekday().num_days_from_monday() < 5 && self.utc_hours.contains(&at.hour())
    }
}
