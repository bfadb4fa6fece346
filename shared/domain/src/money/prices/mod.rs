//! The dated price list: `prices.json`, compiled in, in US dollars per million tokens of the providers' standard tier.
//!
//! `infra/prices/import` writes it from two independent registries and takes a figure only where both agree; of context
//! windows, which are not charged, the smaller one. Runs keep the rates that they were charged, so that a new list
//! never moves history.
//!
//! The list is parsed when it is first used and not when a function starts: most invocations do not use it.

mod entry;
mod read;

pub use entry::{LongContext, Peak, PriceEntry, RETIREMENT_NOTICE_DAYS, Retirement};
pub use read::{EntryError, PriceTableError};

use super::Rates;
use crate::instant::Instant;
use chrono::NaiveDate;
use read::List;
use std::sync::OnceLock;

/// The model that writes reports where nothing else is configured: the cheapest of OpenAI's on the day of the choice,
/// and the successor of `gpt-4o-mini`, which ends on 2027-01-14 (see `docs/decisions`).
pub const DEFAULT_MODEL: &str = "gpt-6-luna";

const BUNDLED: &str = include_str!("prices.json");

/// Authors and gateways that spell a vendor of the list in another way: (theirs, ours).
const VENDORS: [(&str, &str); 3] = [("gemini", "google"), ("mistralai", "mistral"), ("x-ai", "xai")];

/// What each known model costs, as of a day.
#[derive(Clone, Debug)]
pub struct PriceTable {
    text: &'static str,
    list: OnceLock<List>,
}

/// An entry, and how it was found.
#[derive(Clone, Copy)]
struct Found<'a> {
    entry: &'a PriceEntry,
    /// Under a name of a cloud that hosts the model.
    hosted: bool,
}

impl PriceTable {
    /// The list that this build carries. A test rules out mistakes in it.
    pub const fn bundled() -> Self {
        Self { text: BUNDLED, list: OnceLock::new() }
    }

    /// Reads a list:
    ///
    /// ```json
    /// {"as_of", "unit", "models": [{"model", "provider", "context_tokens"?, "input", "cached_input"?, "cache_write"?,
    ///   "output", "tiers"?: [{"above_prompt_tokens", …prices}], "peak"?: {"utc_hours": [0..23], …prices},
    ///   "retired_on"?, "of"?, "names"?: [], "hosted_names"?: []}]}
    /// ```
    ///
    /// Prices are text, so that no reader takes them for floating point; days are `YYYY-MM-DD`. A cached token or a
    /// cache write without a price costs what a fresh token does. Unknown fields are refused.
    pub fn parse(text: &str) -> Result<Self, PriceTableError> {
        Ok(Self { text: "", list: OnceLock::from(List::parse(text)?) })
    }

    fn list(&self) -> &List {
        // Without a readable list every price is unknown, and each run records that; a test parses the bundled one.
        self.list.get_or_init(|| List::parse(self.text).unwrap_or_default())
    }

    /// The day on which the prices were last checked against the published ones.
    pub fn as_of(&self) -> NaiveDate {
        self.list().as_of
    }

    /// Every model, by name.
    pub fn entries(&self) -> impl Iterator<Item = &PriceEntry> {
        self.list().entries.iter()
    }

    /// The entry of a model by its name or by another spelling that the list has: a gateway's (`openai/gpt-4o-mini`,
    /// `azure/gpt-4o-mini`, `anthropic/claude-haiku-4.5`, `global.anthropic.claude-haiku-4-5-20251001-v1:0`), each with
    /// or without the day of a snapshot (`gpt-4o-mini-2024-07-18`, `claude-haiku-4-5@20251001`).
    ///
    /// Any other name is unknown, not guessed: `gpt-4o-mini-audio-preview` has prices of its own, and so has another
    /// provider's offer of the same model.
    pub fn entry(&self, model: &str) -> Option<&PriceEntry> {
        self.found(model).map(|found| found.entry)
    }

    fn found(&self, model: &str) -> Option<Found<'_>> {
        let name = model.strip_prefix("openrouter/").or_else(|| model.strip_prefix("models/")).unwrap_or(model);
        self.spelled(name).or_else(|| {
            let (vendor, name) = name.split_once('/')?;
            let vendor = VENDORS.iter().find(|(theirs, _)| *theirs == vendor).map_or(vendor, |(_, ours)| ours);
            self.spelled(name).filter(|found| found.entry.provider == vendor && !found.hosted)
        })
    }

    fn spelled(&self, name: &str) -> Option<Found<'_>> {
        let list = self.list();
        let at = list.names.get(name).or_else(|| list.names.get(read::without_day(name)?))?;
        list.entries.get(at.entry).map(|entry| Found { entry, hosted: at.hosted })
    }

    /// The prices of a call of this model at this instant, with a prompt of this many tokens, found as by
    /// [`PriceTable::entry`]. Retired models keep their prices. `None`: the price is unknown.
    pub fn rates(&self, model: &str, prompt_tokens: u64, at: Instant) -> Option<Rates> {
        self.entry(model).map(|entry| entry.rates_at(prompt_tokens, at))
    }

    /// The prices of an answer to `asked` that calls itself `answered`. A gateway may have chosen another model, so the
    /// answer's name comes first; but a cloud that hosts the same model at a price of its own answers with the vendor's
    /// name.
    pub fn rates_of_answer(&self, asked: &str, answered: &str, prompt_tokens: u64, at: Instant) -> Option<Rates> {
        let (asked, answered) = (self.entry(asked), self.entry(answered));
        let entry = match (asked, answered) {
            (Some(asked), Some(answered)) if asked.of.as_deref() == Some(answered.model.as_str()) => asked,
            (asked, answered) => answered.or(asked)?,
        };
        Some(entry.rates_at(prompt_tokens, at))
    }

    /// Whether the model's vendor has announced its end, as far as that concerns a user on this day. A cloud that hosts
    /// the model ends it on a day of its own, which the list does not have.
    pub fn retirement(&self, model: &str, today: NaiveDate) -> Option<Retirement> {
        self.found(model).filter(|found| !found.hosted).and_then(|found| found.entry.retirement(today))
    }
}
