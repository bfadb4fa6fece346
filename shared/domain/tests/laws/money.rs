//! Money is exact, and equals what others compute.

use std::time::{Duration, UNIX_EPOCH};

use domain::money::{
    Cost, CostError, DEFAULT_MODEL, EntryError, PRICE_USD_MAX, PriceTable, PriceTableError, Rates, RatesError,
    TokenUsage, UsageSource, cost,
};
use genai_prices::{PriceRequest, Usage, UsageKey};
use proptest::prelude::*;
use rust_decimal::Decimal;

fn usd(text: &str) -> Decimal {
    Decimal::from_str_exact(text).unwrap()
}

fn rates(input: &str, cached_input: &str, output: &str) -> Rates {
    Rates::new(usd(input), usd(cached_input), usd(output)).unwrap()
}

fn table() -> PriceTable {
    PriceTable::bundled().unwrap()
}

/// A list with one good entry, to spoil in one place.
const GOOD: &str = r#"{"as_of": "2026-01-31", "unit": "USD per million tokens", "models": [
    {"model": "m", "provider": "p", "input": "2", "cached_input": "1", "output": "8",
     "long_context": {"above_prompt_tokens": 1000, "input": "4", "cached_input": "2", "output": "9"},
     "retired_on": "2026-12-11"}]}"#;

fn refusal(good: &str, bad: &str) -> PriceTableError {
    assert!(GOOD.contains(good), "nothing to spoil: {good}");
    PriceTable::parse(&GOOD.replacen(good, bad, 1)).unwrap_err()
}

#[test]
fn a_cost_is_written_as_the_shortest_exact_json_number() {
    let cases = [
        (0, "0"),
        (1, "0.000001"),
        (23_400, "0.0234"),
        (500_000, "0.5"),
        (1_000_000, "1"),
        (120_000_000, "120"),
        (u64::MAX, "18446744073709.551615"),
    ];
    for (micros, text) in cases {
        let cost = Cost::from_micros(micros);
        assert_eq!(cost.to_string(), text);
        assert_eq!(serde_json::from_str::<serde_json::Number>(text).unwrap().to_string(), text);
        assert_eq!(Cost::from_decimal(usd(text)), Ok(cost));
    }
}

#[test]
fn a_decimal_is_rounded_half_up_to_six_places() {
    for (text, micros) in [("0.0000004999", 0), ("0.0000005", 1), ("0.0000015", 2), ("0.0000025", 3), ("-0", 0)] {
        assert_eq!(Cost::from_decimal(usd(text)), Ok(Cost::from_micros(micros)), "{text}");
    }
}

#[test]
fn a_decimal_that_is_no_cost_is_refused() {
    for text in ["-1", "-0.0000001"] {
        assert_eq!(Cost::from_decimal(usd(text)), Err(CostError::Negative { usd: usd(text) }));
    }
    for usd in [usd("18446744073709.551616"), usd("18446744073709.5516155"), Decimal::MAX] {
        assert_eq!(Cost::from_decimal(usd), Err(CostError::TooLarge { usd }));
    }
}

#[test]
fn sums_stop_at_the_greatest_cost() {
    let one = Cost::from_micros(1);
    assert_eq!(Cost::MAX + one, Cost::MAX);
    assert_eq!(Cost::MAX.checked_add(one), None);
    assert_eq!(one.checked_add(one), Some(Cost::from_micros(2)));
    assert_eq!([one, one, one].into_iter().sum::<Cost>(), Cost::from_micros(3));
}

#[test]
fn parts_of_tokens_never_exceed_their_whole_nor_join_the_total() {
    let usage = TokenUsage::new(10, 99, 5, 6);
    assert_eq!((usage.cached_prompt(), usage.reasoning(), usage.fresh_prompt()), (10, 5, 0));
    assert_eq!(usage.total(), 15);
    let twice = usage + TokenUsage::new(1, 0, 2, 1);
    assert_eq!(twice, TokenUsage::new(11, 10, 7, 6));
    assert_eq!(TokenUsage::ZERO + usage, usage);
    assert_eq!([usage, usage, usage].into_iter().sum::<TokenUsage>(), usage + usage + usage);
}

#[test]
fn sources_are_read_as_they_are_written() {
    let words = UsageSource::ALL.map(UsageSource::as_str);
    assert_eq!(words, ["api", "estimate", "none"]);
    assert_eq!(words.map(UsageSource::parse), UsageSource::ALL.map(Some));
    assert_eq!(UsageSource::parse("API"), None);
}

#[test]
fn rates_that_make_no_sense_are_refused() {
    let new = |input, cached, output| Rates::new(usd(input), usd(cached), usd(output)).unwrap_err();
    for (prices, field) in [
        (["-1", "0", "0"], "input"),
        (["1", "0.0000001", "1"], "cached_input"),
        (["1", "2", "1"], "cached_input"),
        (["1", "0", "9999999"], "output"),
    ] {
        let [input, cached, output] = prices;
        assert_eq!(new(input, cached, output).field(), field, "{prices:?}");
    }
    assert_eq!(new("1", "0", "-0.1"), RatesError::Negative { field: "output", usd: usd("-0.1") });
    assert_eq!(new("0.0000001", "0", "1"), RatesError::TooFine { field: "input", usd: usd("0.0000001") });
    assert_eq!(
        new("1", "1.000001", "1"),
        RatesError::CachedAboveInput { cached_input: usd("1.000001"), input: usd("1") }
    );
    let dear = Decimal::from(PRICE_USD_MAX) + usd("0.000001");
    assert_eq!(Rates::new(dear, dear, dear), Err(RatesError::TooDear { field: "input", usd: dear }));
    assert!(Rates::new(Decimal::from(PRICE_USD_MAX), usd("0.1000000"), usd("0")).is_ok());
}

#[test]
fn cached_and_reasoning_tokens_are_paid_once() {
    let mini = rates("0.15", "0.075", "0.60");
    let million = |cached, reasoning| cost(TokenUsage::new(1_000_000, cached, 1_000_000, reasoning), &mini).to_string();
    assert_eq!(million(0, 0), "0.75");
    assert_eq!(million(0, 1_000_000), "0.75");
    assert_eq!(million(400_000, 0), "0.72");
    assert_eq!(cost(TokenUsage::ZERO, &mini), Cost::ZERO);
}

#[test]
fn the_parts_are_rounded_together_and_not_each() {
    // Three parts of 0.4 micro-dollars are 1.2; rounded each by itself they would be nothing.
    assert_eq!(cost(TokenUsage::new(2, 1, 1, 0), &rates("0.4", "0.4", "0.4")), Cost::from_micros(1));
    assert_eq!(cost(TokenUsage::new(1, 0, 0, 0), &rates("0.5", "0", "0")), Cost::from_micros(1));
    assert_eq!(cost(TokenUsage::new(1, 0, 0, 0), &rates("0.499999", "0", "0")), Cost::ZERO);
}

#[test]
fn a_cost_beyond_all_money_stops_there() {
    let dearest = Decimal::from(PRICE_USD_MAX);
    let usage = TokenUsage::new(u64::MAX, 1, u64::MAX, 0);
    assert_eq!(cost(usage, &Rates::new(dearest, dearest, dearest).unwrap()), Cost::MAX);
}

#[test]
fn the_default_model_costs_per_thousand_tokens_what_was_promised() {
    let rates = table().rates(DEFAULT_MODEL, 0).unwrap();
    assert_eq!(rates.input(), usd("0.00015") * Decimal::from(1000));
    assert_eq!(rates.output(), usd("0.0006") * Decimal::from(1000));
    assert_eq!(rates.cached_input(), usd("0.075"));
}

#[test]
fn models_are_found_by_name_snapshot_and_own_provider() {
    let table = table();
    let mini = table.rates("gpt-4o-mini", 0);
    assert!(mini.is_some());
    for name in ["gpt-4o-mini-2024-07-18", "openai/gpt-4o-mini", "openai/gpt-4o-mini-2024-07-18"] {
        assert_eq!(table.rates(name, 0), mini, "{name}");
    }
    assert_eq!(table.entry("claude-haiku-4-5-20251001").unwrap().model, "claude-haiku-4-5");
    for name in [
        "",
        "/",
        "gpt-4o-mini-",
        "gpt-4o",
        "gpt-4o-mini-audio-preview",
        "gpt-4o-mini-2024-13-18",
        "gpt-4o-mini-2024-7-18",
        "gpt-4o-mini2024-07-18",
        "gpt-4o-mini-+024-07-18",
        "groq/gpt-4o-mini",
        "openai/openai/gpt-4o-mini",
        "GPT-4o-mini",
        "gpt-4o-miniü2024-07-18",
        "2024-07-18",
        "-2024-07-18",
    ] {
        assert_eq!(table.entry(name), None, "{name}");
    }
}

#[test]
fn a_long_prompt_changes_the_price_of_the_whole_call() {
    let table = table();
    assert_eq!(table.rates("gpt-6-luna", 272_000), Some(rates("0.10", "0.01", "0.50")));
    assert_eq!(table.rates("gpt-6-luna", 272_001), Some(rates("0.20", "0.02", "0.75")));
    assert_eq!(table.rates("gpt-4o-mini", u64::MAX), table.rates("gpt-4o-mini", 0));
}

#[test]
fn retired_models_keep_their_prices_and_say_when_they_ended() {
    let table = table();
    let retired: Vec<_> = table.entries().filter(|entry| entry.retired_on.is_some()).collect();
    assert_eq!(retired.iter().map(|entry| entry.model.as_str()).collect::<Vec<_>>(), ["gpt-5-mini", "gpt-5-nano"]);
    for entry in retired {
        assert!(!entry.is_retired("2026-12-10".parse().unwrap()));
        assert!(entry.is_retired("2026-12-11".parse().unwrap()));
        assert!(table.rates(&entry.model, 0).is_some());
    }
    assert!(!table.entry(DEFAULT_MODEL).unwrap().is_retired("2099-01-01".parse().unwrap()));
}

#[test]
fn a_price_list_is_read_whole() {
    let table = PriceTable::parse(GOOD).unwrap();
    assert_eq!(table.as_of().to_string(), "2026-01-31");
    assert_eq!(table.entries().count(), 1);
    assert_eq!(table.rates("p/m", 1000), Some(rates("2", "1", "8")));
    assert_eq!(table.rates("p/m", 1001), Some(rates("4", "2", "9")));
}

#[test]
fn a_wrong_price_list_is_refused_as_a_whole() {
    assert!(matches!(refusal("\"unit\"", "\"units\""), PriceTableError::Shape(text) if text.contains("units")));
    assert!(matches!(PriceTable::parse("{"), Err(PriceTableError::Shape(_))));
    assert_eq!(refusal("2026-01-31", "2026-02-30"), PriceTableError::AsOf("2026-02-30".into()));
    assert_eq!(refusal("2026-01-31", "2026-1-31"), PriceTableError::AsOf("2026-1-31".into()));
    assert_eq!(refusal("million", "thousand"), PriceTableError::Unit("USD per thousand tokens".into()));
    let empty = r#"{"as_of": "2026-01-31", "unit": "USD per million tokens", "models": []}"#;
    assert_eq!(PriceTable::parse(empty), Err(PriceTableError::Empty));
}

#[test]
fn a_wrong_entry_is_named_with_what_is_wrong() {
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
    let price = EntryError::Price { field: "input", text: text("2 USD") };
    assert_eq!(reason(r#""input": "2""#, r#""input": "2 USD""#), (text("m"), price));
    for name in ["a/b", "a b", "", "a-2026-01-31"] {
        let wrong = EntryError::Name { field: "model", text: text(name) };
        assert_eq!(reason(r#""model": "m""#, &format!(r#""model": "{name}""#)), (text(name), wrong));
    }
    let shapes = [(r#""input": "2""#, r#""input": 2"#), ("retired_on", "retired"), ("above_prompt_tokens", "above")];
    for (good, bad) in shapes {
        assert!(matches!(reason(good, bad), (entry, EntryError::Shape(_)) if entry == "m"), "{bad}");
    }
    assert!(matches!(reason(r#""model": "m","#, ""), (entry, EntryError::Shape(_)) if entry == "number 1"));
    let entry = r#"{"model": "m", "provider": "p", "input": "2", "cached_input": "1", "output": "8"}, "#;
    assert_eq!(reason(r#"{"model""#, &format!(r#"{entry}{{"model""#)), (text("m"), EntryError::Duplicate));
    let message = refusal("2026-12-11", "soon").to_string();
    assert_eq!(message, "the price list's entry m: the retired_on `soon` is not a day; write it as YYYY-MM-DD");
}

/// The same question asked of a library that keeps its own list of prices and computes in floating point.
#[test]
fn costs_agree_with_an_independent_calculation() {
    let table = table();
    // The prices were in force on this day, before any model of the list was switched off.
    let day = UNIX_EPOCH + Duration::from_secs(1_792_000_000);
    for entry in table.entries() {
        for (prompt, cached, completion) in [
            (1_000_u32, 0_u32, 500_u32),
            (123_457, 61_728, 7_919),
            (272_000, 1_024, 1),
            (272_001, 200_000, 3_000),
            (0, 0, 1),
        ] {
            let usage = Usage::from([
                (UsageKey::INPUT_TOKENS, f64::from(prompt)),
                (UsageKey::CACHE_READ_TOKENS, f64::from(cached)),
                (UsageKey::OUTPUT_TOKENS, f64::from(completion)),
            ]);
            let request = PriceRequest::new(&entry.model, &usage).with_provider_id(&entry.provider).with_timestamp(day);
            let theirs = genai_prices::calculate(&request).unwrap().total_price;
            let usage = TokenUsage::new(prompt.into(), cached.into(), completion.into(), 0);
            let ours = cost(usage, &table.rates(&entry.model, prompt.into()).unwrap());
            let ours: f64 = ours.to_string().parse().unwrap();
            assert!((ours - theirs).abs() <= 0.000_000_5 + 1e-9, "{}: {prompt} {ours} {theirs}", entry.model);
        }
    }
}

/// Tokens up to beyond what any model reads.
fn usages() -> impl Strategy<Value = TokenUsage> {
    let tokens = 0..=10_000_000_u64;
    (tokens.clone(), tokens.clone(), tokens.clone(), tokens).prop_map(|(a, b, c, d)| TokenUsage::new(a, b, c, d))
}

/// Prices in micro-dollars per million tokens, the cached one not above the input, and the rates made of them.
fn priced() -> impl Strategy<Value = ([u64; 3], Rates)> {
    let price = 0..=1_000_000_000_u64;
    (price.clone(), price.clone(), price).prop_map(|(a, b, output)| {
        let (cached, input) = (a.min(b), a.max(b));
        let usd = |micros| Cost::from_micros(micros).decimal();
        ([input, cached, output], Rates::new(usd(input), usd(cached), usd(output)).unwrap())
    })
}

proptest! {
    #[test]
    fn costs_equal_schoolbook_arithmetic_on_whole_numbers(usage in usages(), (prices, rates) in priced()) {
        let parts = [usage.prompt() - usage.cached_prompt(), usage.cached_prompt(), usage.completion()];
        let sum: u128 = parts.iter().zip(prices).map(|(tokens, price)| u128::from(*tokens) * u128::from(price)).sum();
        let (whole, rest) = (sum / 1_000_000, sum % 1_000_000);
        prop_assert_eq!(u128::from(cost(usage, &rates).micros()), if rest >= 500_000 { whole + 1 } else { whole });
    }

    #[test]
    fn costs_equal_decimal_arithmetic_in_dollars(usage in usages(), (_, rates) in priced()) {
        let fresh = Decimal::from(usage.fresh_prompt()) * rates.input();
        let cached = Decimal::from(usage.cached_prompt()) * rates.cached_input();
        let usd = (fresh + cached + Decimal::from(usage.completion()) * rates.output()) / Decimal::from(1_000_000);
        prop_assert_eq!(Ok(cost(usage, &rates)), Cost::from_decimal(usd));
    }

    #[test]
    fn more_tokens_never_cost_less(usage in usages(), more in usages(), (_, rates) in priced()) {
        prop_assert!(cost(usage + more, &rates) >= cost(usage, &rates));
    }

    #[test]
    fn a_cost_is_additive_to_one_micro_dollar(one in usages(), other in usages(), (_, rates) in priced()) {
        let apart = cost(one, &rates) + cost(other, &rates);
        prop_assert!(cost(one + other, &rates).micros().abs_diff(apart.micros()) <= 1);
    }

    #[test]
    fn every_cost_survives_being_written_and_read(micros: u64) {
        let cost = Cost::from_micros(micros);
        prop_assert_eq!(Cost::from_decimal(cost.decimal()), Ok(cost));
        prop_assert_eq!(Cost::from_decimal(usd(&cost.to_string())), Ok(cost));
    }

    #[test]
    fn any_name_is_looked_up_without_a_panic(name in "(openai/)?(gpt-4o-mini)?[-0-9/ä]{0,12}") {
        if let Some(entry) = table().entry(&name) {
            prop_assert!(name.contains(&entry.model));
        }
    }
}
