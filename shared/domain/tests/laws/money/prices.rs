//! The price list: its entries, how a model is found, and the end of a model.

use crate::sample::instant;
use domain::instant::Instant;
use domain::money::{
    Cost, DEFAULT_MODEL, EntryError, PriceTable, PriceTableError, Rates, RatesError, Retirement, TokenUsage, cost,
};
use genai_prices::{PriceRequest, Usage, UsageKey};
use proptest::prelude::*;
use rust_decimal::Decimal;
use std::time::{Duration, UNIX_EPOCH};

fn usd(text: &str) -> Decimal {
    Decimal::from_str_exact(text).unwrap()
}

fn rates(input: &str, cached_input: &str, output: &str) -> Rates {
    Rates::new(usd(input), usd(cached_input), usd(output)).unwrap()
}

fn with_write(input: &str, cached_input: &str, cache_write: &str, output: &str) -> Rates {
    rates(input, cached_input, output).with_cache_write(usd(cache_write)).unwrap()
}

/// A Sunday, so that no price is one of a peak hour.
fn sunday() -> Instant {
    instant("2026-11-29T02:00:00Z")
}

/// A list with one good entry, to spoil in one place.
const GOOD: &str = r#"{"as_of": "2026-01-31", "unit": "USD per million tokens", "models": [
    {"model": "m", "provider": "p", "context_tokens": 8192,
     "input": "2", "cached_input": "1", "cache_write": "2.5", "output": "8",
     "tiers": [{"above_prompt_tokens": 1000, "input": "4", "cached_input": "2", "output": "9"},
               {"above_prompt_tokens": 2000, "input": "6", "output": "10"}],
     "retired_on": "2026-12-11", "names": ["q/m"], "hosted_names": ["cloud/m"]},
    {"model": "eu.m", "provider": "cloud", "input": "2.2", "output": "8.8", "of": "m"},
    {"model": "night", "provider": "p", "input": "1", "output": "2",
     "peak": {"utc_hours": [1, 2], "input": "3", "output": "4"}}]}"#;

fn good() -> PriceTable {
    PriceTable::parse(GOOD).unwrap()
}

fn refusal(good: &str, bad: &str) -> PriceTableError {
    assert!(GOOD.contains(good), "nothing to spoil: {good}");
    PriceTable::parse(&GOOD.replacen(good, bad, 1)).unwrap_err()
}

#[test]
fn bundled_list_is_read_and_has_the_vendors_current_models() {
    let table = PriceTable::parse(include_str!("../../../src/money/prices/prices.json")).unwrap();
    assert!(table.as_of() >= "2026-11-29".parse().unwrap());
    assert_eq!(table.entries().count(), PriceTable::bundled().entries().count());
    for (vendor, least) in
        [("openai", 30), ("anthropic", 12), ("google", 12), ("mistral", 12), ("deepseek", 3), ("xai", 6)]
    {
        let current = table.entries().filter(|entry| entry.provider == vendor && !entry.is_retired(table.as_of()));
        assert!(current.count() >= least, "{vendor}");
    }
}

#[test]
fn default_model_has_no_announced_end_and_costs_no_more_than_its_predecessor() {
    let table = PriceTable::bundled();
    let (chosen, before) = (table.entry(DEFAULT_MODEL).unwrap(), table.entry("gpt-4o-mini").unwrap());
    assert_eq!((chosen.model.as_str(), chosen.retired_on), ("gpt-6-luna", None));
    assert_eq!(chosen.rates, with_write("0.1", "0.01", "0.125", "0.5"));
    assert_eq!(before.retired_on, Some("2027-01-14".parse().unwrap()));
    // What was promised of the first default: 0.00015 and 0.0006 per thousand tokens.
    assert_eq!(before.rates, rates("0.15", "0.075", "0.60"));
    assert!(chosen.rates.input() <= before.rates.input() && chosen.rates.output() <= before.rates.output());
    let cheaper = |rates: &Rates| rates.input() < chosen.rates.input() && rates.output() < chosen.rates.output();
    let mut lasting = table.entries().filter(|entry| entry.provider == "openai" && entry.retired_on.is_none());
    assert!(lasting.all(|entry| !cheaper(&entry.rates)), "no other of OpenAI's is cheaper");
}

#[test]
fn models_are_found_as_their_vendors_and_gateways_spell_them() {
    let table = PriceTable::bundled();
    for (name, model) in [
        ("gpt-4o-mini-2024-07-18", "gpt-4o-mini"),
        ("openai/gpt-4o-mini", "gpt-4o-mini"),
        ("openai/gpt-4o-mini-2024-07-18", "gpt-4o-mini"),
        ("openrouter/openai/gpt-4o-mini", "gpt-4o-mini"),
        ("azure/gpt-4o-mini", "gpt-4o-mini"),
        ("azure/gpt-4o-mini-2024-07-18", "gpt-4o-mini"),
        ("claude-haiku-4-5-20251001", "claude-haiku-4-5"),
        ("claude-haiku-4-5@20251001", "claude-haiku-4-5"),
        ("anthropic/claude-haiku-4.5", "claude-haiku-4-5"),
        ("openrouter/anthropic/claude-haiku-4.5", "claude-haiku-4-5"),
        ("global.anthropic.claude-haiku-4-5-20251001-v1:0", "claude-haiku-4-5"),
        ("vertex_ai/claude-haiku-4-5", "claude-haiku-4-5"),
        ("gemini/gemini-2.5-flash", "gemini-2.5-flash"),
        ("models/gemini-2.5-flash", "gemini-2.5-flash"),
        ("google/gemini-2.5-flash", "gemini-2.5-flash"),
        ("x-ai/grok-4.3", "grok-4.3"),
        ("xai/grok-4.3", "grok-4.3"),
        ("mistralai/mistral-small-2603", "mistral-small-2603"),
        ("mistral/mistral-small-2603", "mistral-small-2603"),
        ("deepseek/deepseek-flash", "deepseek-flash"),
    ] {
        assert_eq!(table.entry(name).map(|entry| entry.model.as_str()), Some(model), "{name}");
    }
}

#[test]
fn unknown_names_are_not_guessed_at() {
    let table = PriceTable::bundled();
    for name in [
        "",
        "/",
        "gpt-4o-mini-",
        "gpt-4o-mini-audio-preview",
        "gpt-4o-mini-2024-13-18",
        "gpt-4o-mini-2024-7-18",
        "gpt-4o-mini2024-07-18",
        "gpt-4o-mini-+024-07-18",
        "groq/gpt-4o-mini",
        "openai/openai/gpt-4o-mini",
        "openai/azure/gpt-4o-mini",
        "GPT-4o-mini",
        "gpt-4o-miniü2024-07-18",
        "openai/gpt-4o-mini:free",
        "2024-07-18",
        "-2024-07-18",
    ] {
        assert_eq!(table.entry(name), None, "{name}");
    }
}

#[test]
fn cloud_that_hosts_a_model_at_another_price_is_charged_at_that() {
    let (table, at) = (PriceTable::bundled(), sunday());
    let (regional, vendor) = ("us.anthropic.claude-haiku-4-5-20251001-v1:0", "claude-haiku-4-5-20251001");
    let dearer = Some(with_write("1.1", "0.11", "1.375", "5.5"));
    assert_eq!(table.rates(regional, 0, at), dearer);
    assert_eq!(table.rates_of_answer(regional, vendor, 0, at), dearer, "although it answers with the vendor's name");
    let other = table.rates("claude-sonnet-5", 0, at);
    assert_eq!(table.rates_of_answer(regional, "claude-sonnet-5", 0, at), other, "another model was chosen");
    assert_eq!(table.rates_of_answer("openrouter/auto", "claude-sonnet-5", 0, at), other);
    assert_eq!(table.rates_of_answer("claude-sonnet-5", "/models/a.gguf", 0, at), other);
    assert_eq!(table.rates_of_answer("llama-3", "llama-3-8b", 0, at), None);
}

#[test]
fn long_prompt_changes_the_price_of_the_whole_call() {
    let (table, at) = (PriceTable::bundled(), sunday());
    let luna = |tokens| table.rates("gpt-5.6-luna", tokens, at);
    assert_eq!(luna(272_000), Some(with_write("0.20", "0.02", "0.25", "1.20")), "a cache write takes 1.25 times");
    assert_eq!(luna(272_001), Some(with_write("0.40", "0.04", "0.50", "1.80")));
    let tiers = |tokens| good().rates("m", tokens, at);
    assert_eq!(tiers(1_000), Some(with_write("2", "1", "2.5", "8")));
    assert_eq!(tiers(1_001), Some(rates("4", "2", "9")));
    assert_eq!(tiers(u64::MAX), Some(rates("6", "6", "10")), "what has no price of its own costs as a fresh token");
}

#[test]
fn context_window_is_known_under_each_name_of_a_model() {
    let (table, good) = (PriceTable::bundled(), good());
    let window = |table: &PriceTable, name: &str| table.entry(name).and_then(|entry| entry.context_tokens);
    for name in ["m", "q/m", "cloud/m", "m-2026-01-31"] {
        assert_eq!(window(&good, name), Some(8_192), "{name}");
    }
    assert_eq!((window(&good, "night"), window(&good, "eu.m")), (None, None), "unknown, not that of another model");
    // Both registries have the same figure; litellm has the smaller one; only litellm has one.
    for (name, tokens) in [("gpt-4o-mini", 128_000), ("gpt-5-mini", 272_000), ("gemini-2.5-pro", 1_048_576)] {
        assert_eq!(window(&table, name), Some(tokens), "{name}");
    }
    let unknown = table.entries().filter(|entry| entry.context_tokens.is_none()).count();
    assert!(unknown * 20 < table.entries().count(), "{unknown}");
}

#[test]
fn peak_hours_of_weekdays_have_their_own_price() {
    let table = PriceTable::bundled();
    let at = |text: &str| table.rates("deepseek-flash", 0, instant(text)).unwrap().input();
    for (time, price) in [
        ("2026-11-27T00:59:59Z", "0.15"),
        ("2026-11-27T01:00:00Z", "0.3"),
        ("2026-11-27T03:59:59Z", "0.3"),
        ("2026-11-27T04:00:00Z", "0.15"),
        ("2026-11-27T09:30:00Z", "0.3"),
        ("2026-11-28T01:30:00Z", "0.15"),
        ("2026-11-29T09:30:00Z", "0.15"),
        ("2026-11-30T09:30:00Z", "0.3"),
    ] {
        assert_eq!(at(time), usd(price), "{time}");
    }
}

#[test]
fn end_of_a_model_is_known_ninety_days_before() {
    let table = good();
    let ends_on = "2026-12-11".parse().unwrap();
    for (today, expected) in [
        ("2026-09-11", None),
        ("2026-09-12", Some(Retirement::Soon(ends_on))),
        ("2026-12-10", Some(Retirement::Soon(ends_on))),
        ("2026-12-11", Some(Retirement::Over(ends_on))),
        ("2030-01-01", Some(Retirement::Over(ends_on))),
    ] {
        let today = today.parse().unwrap();
        assert_eq!(table.retirement("m", today), expected, "{today}");
        assert_eq!(table.retirement("q/m-2026-01-31", today), expected, "under another spelling");
        assert_eq!(table.retirement("cloud/m", today), None, "a cloud ends what it hosts on a day of its own");
        assert_eq!(table.retirement("eu.m", today), None);
    }
    assert!(table.rates("m", 0, instant("2030-01-01T00:00:00Z")).is_some(), "late runs have a price");
}

#[test]
fn invalid_price_list_is_refused() {
    assert!(matches!(refusal("\"unit\"", "\"units\""), PriceTableError::Shape(text) if text.contains("units")));
    assert!(matches!(PriceTable::parse("{"), Err(PriceTableError::Shape(_))));
    assert_eq!(refusal("2026-01-31", "2026-02-30"), PriceTableError::AsOf("2026-02-30".into()));
    assert_eq!(refusal("2026-01-31", "2026-1-31"), PriceTableError::AsOf("2026-1-31".into()));
    assert_eq!(refusal("million", "thousand"), PriceTableError::Unit("USD per thousand tokens".into()));
    let empty = r#"{"as_of": "2026-01-31", "unit": "USD per million tokens", "models": []}"#;
    assert_eq!(PriceTable::parse(empty).unwrap_err(), PriceTableError::Empty);
}

#[test]
fn invalid_entry_is_named_with_its_error() {
    let reason = |good: &str, bad: &str| match refusal(good, bad) {
        PriceTableError::Entry { entry, reason } => (entry, reason),
        other => panic!("not an entry's error: {other}"),
    };
    let text = |text: &str| text.to_owned();
    for (good, bad) in [("2026-12-11", "2026-12-32"), ("2026-12-11", "11.12.2026")] {
        assert_eq!(reason(good, bad), (text("m"), EntryError::Date { field: "retired_on", text: text(bad) }));
    }
    let cached = RatesError::CachedAboveInput { cached_input: usd("3"), input: usd("2") };
    assert_eq!(reason(r#""cached_input": "1""#, r#""cached_input": "3""#), (text("m"), cached.into()));
    let negative = RatesError::Negative { field: "output", usd: usd("-9") };
    assert_eq!(reason(r#""output": "9""#, r#""output": "-9""#), (text("m"), negative.into()));
    let price = EntryError::Price { field: "cache_write", text: text("2 USD") };
    assert_eq!(reason(r#""cache_write": "2.5""#, r#""cache_write": "2 USD""#), (text("m"), price));
    for name in ["a b", ""] {
        let wrong = EntryError::Name { field: "model", text: text(name) };
        assert_eq!(reason(r#""model": "m""#, &format!(r#""model": "{name}""#)), (text(name), wrong));
    }
    let shapes = [
        (r#""input": "2""#, r#""input": 2"#),
        ("retired_on", "retired"),
        ("above_prompt_tokens", "above"),
        ("8192", "-1"),
    ];
    for (good, bad) in shapes {
        assert!(matches!(reason(good, bad), (entry, EntryError::Shape(_)) if entry == "m"), "{bad}");
    }
    assert!(matches!(reason(r#""model": "m","#, ""), (entry, EntryError::Shape(_)) if entry == "number 1"));
    assert_eq!(reason("1000", "2000"), (text("m"), EntryError::Tiers));
    assert_eq!(reason("[1, 2]", "[24]"), (text("night"), EntryError::Hours));
    assert_eq!(reason("8192", "0"), (text("m"), EntryError::Window));
    assert_eq!(reason(r#""model": "night""#, r#""model": "q/m""#), (text("q/m"), EntryError::Duplicate));
    let message = refusal("2026-12-11", "soon").to_string();
    assert_eq!(message, "the price list's entry m: the retired_on `soon` is not a day; write it as YYYY-MM-DD");
}

/// Models of which the library below knows what a cached token costs.
const CACHE_KNOWN: [&str; 8] = [
    "gpt-4o-mini",
    "gpt-4.1-mini",
    "gpt-5-mini",
    "gpt-5-nano",
    "gpt-5.4-nano",
    "gpt-5.6-luna",
    "gpt-6-luna",
    "claude-haiku-4-5",
];

/// The same question asked of a library that keeps its own list of prices and computes in floating point. It is older
/// than the list, so that it does not know the newest models.
#[test]
fn costs_agree_with_an_independent_calculation() {
    let table = PriceTable::bundled();
    // A Saturday, on which all prices that the library has were in force.
    let day = UNIX_EPOCH + Duration::from_hours(497_839);
    let at = instant("2026-10-17T05:00:00Z");
    let mut compared = 0;
    for entry in table.entries().filter(|entry| ["openai", "anthropic"].contains(&entry.provider.as_str())) {
        for (prompt, cached, completion) in [(1_000_u32, 0_u32, 500_u32), (123_457, 61_728, 7_919), (0, 0, 1)] {
            let cached = if CACHE_KNOWN.contains(&entry.model.as_str()) { cached } else { 0 };
            let usage = Usage::from([
                (UsageKey::INPUT_TOKENS, f64::from(prompt)),
                (UsageKey::CACHE_READ_TOKENS, f64::from(cached)),
                (UsageKey::OUTPUT_TOKENS, f64::from(completion)),
            ]);
            let request = PriceRequest::new(&entry.model, &usage).with_provider_id(&entry.provider).with_timestamp(day);
            let Ok(theirs) = genai_prices::calculate(&request) else { continue };
            let usage = TokenUsage::new(prompt.into(), cached.into(), completion.into(), 0);
            let ours = cost(usage, &table.rates(&entry.model, prompt.into(), at).unwrap());
            let ours: f64 = ours.to_string().parse().unwrap();
            let theirs = theirs.total_price;
            assert!((ours - theirs).abs() <= 0.000_000_5 + 1e-9, "{}: {prompt} {ours} {theirs}", entry.model);
            compared += 1;
        }
    }
    assert!(compared > 150, "{compared} were compared");
    assert!(cost(TokenUsage::ZERO, &table.rates(DEFAULT_MODEL, 0, at).unwrap()) == Cost::ZERO);
}

proptest! {
    #[test]
    fn any_name_is_looked_up_without_a_panic(name in "(openai/|openrouter/|models/)?(gpt-4o-mini)?[-@0-9/ä]{0,12}") {
        if let Some(entry) = PriceTable::bundled().entry(&name) {
            prop_assert!(name.contains(&entry.model));
        }
    }
}
