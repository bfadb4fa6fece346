//! Money is exact, and equals independent calculations.

mod metered;
mod prices;

use domain::money::{AMOUNT_MAX, Cost, CostError, PRICE_USD_MAX, Rates, RatesError, TokenUsage, UsageSource, cost};
use proptest::prelude::*;
use rust_decimal::Decimal;

fn usd(text: &str) -> Decimal {
    Decimal::from_str_exact(text).unwrap()
}

fn rates(input: &str, cached_input: &str, output: &str) -> Rates {
    Rates::new(usd(input), usd(cached_input), usd(output)).unwrap()
}

#[test]
fn cost_is_written_as_the_shortest_exact_json_number() {
    let cases = [
        (0, "0"),
        (1, "0.000001"),
        (23_400, "0.0234"),
        (500_000, "0.5"),
        (1_000_000, "1"),
        (120_000_000, "120"),
        (AMOUNT_MAX, "9007199254.740991"),
    ];
    for (micros, text) in cases {
        let cost = Cost::from_micros(micros);
        assert_eq!(cost.to_string(), text);
        assert_eq!(serde_json::from_str::<serde_json::Number>(text).unwrap().to_string(), text);
        assert_eq!(Cost::from_decimal(usd(text)), Ok(cost));
    }
}

proptest! {
    #[test]
    fn token_figures_and_their_sums_stop_at_the_greatest_amount(
        figures in prop::collection::vec(any::<[u64; 4]>(), 1..4),
    ) {
        let usages = figures.iter().map(|[prompt, cached, completion, reasoning]| {
            TokenUsage::new(*prompt, *cached, *completion, *reasoning)
        });
        let sum: TokenUsage = usages.sum();
        let whole = |figure: usize| -> u64 {
            let exact: u128 = figures.iter().map(|usage| u128::from(usage[figure])).sum();
            u64::try_from(exact).unwrap_or(u64::MAX).min(AMOUNT_MAX)
        };
        prop_assert_eq!((sum.prompt(), sum.completion()), (whole(0), whole(2)));
        prop_assert!(sum.cached_prompt() <= sum.prompt() && sum.reasoning() <= sum.completion());
        prop_assert!(sum.total() <= AMOUNT_MAX);
    }
}

#[test]
fn decimal_is_rounded_half_up_to_six_places() {
    for (text, micros) in [("0.0000004999", 0), ("0.0000005", 1), ("0.0000015", 2), ("0.0000025", 3), ("-0", 0)] {
        assert_eq!(Cost::from_decimal(usd(text)), Ok(Cost::from_micros(micros)), "{text}");
    }
}

#[test]
fn invalid_cost_is_refused() {
    for text in ["-1", "-0.0000001"] {
        assert_eq!(Cost::from_decimal(usd(text)), Err(CostError::Negative { usd: usd(text) }));
    }
    for usd in [usd("9007199254.740992"), usd("9007199254.7409915"), usd("18446744073709.551615"), Decimal::MAX] {
        assert_eq!(Cost::from_decimal(usd), Err(CostError::TooLarge { usd }));
    }
}

#[test]
fn sums_stop_at_the_greatest_cost() {
    let one = Cost::from_micros(1);
    assert_eq!(Cost::MAX + one, Cost::MAX);
    assert_eq!(Cost::from_micros(u64::MAX), Cost::MAX);
    assert_eq!(Cost::MAX.checked_add(one), None);
    assert_eq!(one.checked_add(one), Some(Cost::from_micros(2)));
    assert_eq!([one, one, one].into_iter().sum::<Cost>(), Cost::from_micros(3));
}

#[test]
fn parts_of_tokens_are_within_their_whole() {
    let usage = TokenUsage::new(10, 99, 5, 6);
    assert_eq!((usage.cached_prompt(), usage.reasoning(), usage.fresh_prompt()), (10, 5, 0));
    assert_eq!(usage.total(), 15);
    let twice = usage + TokenUsage::new(1, 0, 2, 1);
    assert_eq!(twice, TokenUsage::new(11, 10, 7, 6));
    assert_eq!(TokenUsage::ZERO + usage, usage);
    assert_eq!([usage, usage, usage].into_iter().sum::<TokenUsage>(), usage + usage + usage);
}

#[test]
fn sources_are_parsed_from_their_words() {
    let words = UsageSource::ALL.map(UsageSource::as_str);
    assert_eq!(words, ["api", "estimate", "none"]);
    assert_eq!(words.map(UsageSource::parse), UsageSource::ALL.map(Some));
    assert_eq!(UsageSource::parse("API"), None);
}

#[test]
fn invalid_rates_are_refused() {
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
fn cache_writes_have_a_price_of_their_own() {
    let luna = rates("0.2", "0.02", "1.2").with_cache_write(usd("0.25")).unwrap();
    let usage = TokenUsage::new(1_000_000, 400_000, 0, 0).with_cache_write(500_000);
    assert_eq!((usage.fresh_prompt(), usage.cache_write(), usage.total()), (100_000, 500_000, 1_000_000));
    // 0.02 for the fresh, 0.008 for the cached and 0.125 for the written tokens.
    assert_eq!(cost(usage, &luna).to_string(), "0.153");
    assert_eq!(cost(usage, &rates("0.2", "0.02", "1.2")).to_string(), "0.128", "as a fresh one where it has none");
    let most = TokenUsage::new(10, 4, 0, 0).with_cache_write(u64::MAX);
    assert_eq!((most.cache_write(), most.fresh_prompt()), (6, 0), "read and written ones are no more than the prompt");
    assert_eq!(luna.with_cache_write(usd("-1")).unwrap_err().field(), "cache_write");
}

#[test]
fn cost_is_rounded_once() {
    // Three parts of 0.4 micro-dollars are 1.2; rounded each by itself they would be nothing.
    assert_eq!(cost(TokenUsage::new(2, 1, 1, 0), &rates("0.4", "0.4", "0.4")), Cost::from_micros(1));
    assert_eq!(cost(TokenUsage::new(1, 0, 0, 0), &rates("0.5", "0", "0")), Cost::from_micros(1));
    assert_eq!(cost(TokenUsage::new(1, 0, 0, 0), &rates("0.499999", "0", "0")), Cost::ZERO);
}

#[test]
fn cost_stops_at_the_maximum() {
    let dearest = Decimal::from(PRICE_USD_MAX);
    let usage = TokenUsage::new(u64::MAX, 1, u64::MAX, 0);
    assert_eq!(cost(usage, &Rates::new(dearest, dearest, dearest).unwrap()), Cost::MAX);
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
    fn cost_is_additive_to_one_micro_dollar(one in usages(), other in usages(), (_, rates) in priced()) {
        let apart = cost(one, &rates) + cost(other, &rates);
        prop_assert!(cost(one + other, &rates).micros().abs_diff(apart.micros()) <= 1);
    }

    #[test]
    fn cost_is_parsed_from_its_text(micros: u64) {
        let cost = Cost::from_micros(micros);
        prop_assert_eq!(Cost::from_decimal(cost.decimal()), Ok(cost));
        prop_assert_eq!(Cost::from_decimal(usd(&cost.to_string())), Ok(cost));
    }
}
