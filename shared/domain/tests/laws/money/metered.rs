//! The recorded tokens of an answer.

use domain::money::{ANSWER_TOKENS_MAX, Metered, ReportedUsage, TokenUsage, UsageSource};
use proptest::prelude::*;

/// Prompt, completion, total, cached, reasoning.
type Counts = [Option<u64>; 5];

const NONE: Option<u64> = None;

fn estimate() -> TokenUsage {
    TokenUsage::new(5_000, 0, 700, 0)
}

fn reported([prompt, completion, total, cached_prompt, reasoning]: Counts) -> ReportedUsage {
    ReportedUsage { prompt, completion, total, cached_prompt, cache_write: None, reasoning }
}

fn metered(counts: Counts) -> (TokenUsage, UsageSource) {
    let Metered { tokens, source, rejected } = reported(counts).metered(estimate());
    assert_eq!(rejected, None, "{counts:?}");
    (tokens, source)
}

#[test]
fn derived_counts_are_the_providers() {
    let cases: [(Counts, TokenUsage); 9] = [
        ([Some(1_000), Some(200), Some(1_200), Some(600), Some(150)], TokenUsage::new(1_000, 600, 200, 150)),
        ([Some(1_000), Some(200), NONE, NONE, NONE], TokenUsage::new(1_000, 0, 200, 0)),
        ([Some(1_000), Some(200), Some(0), Some(0), Some(0)], TokenUsage::new(1_000, 0, 200, 0)),
        // What the total leaves for the part that is missing.
        ([Some(1_000), NONE, Some(1_200), NONE, NONE], TokenUsage::new(1_000, 0, 200, 0)),
        ([NONE, Some(200), Some(1_200), Some(3), NONE], TokenUsage::new(1_000, 3, 200, 0)),
        // Reasoning beside the completion.
        ([Some(21), Some(0), Some(81), NONE, Some(60)], TokenUsage::new(21, 0, 60, 60)),
        ([Some(21), Some(10), Some(91), NONE, Some(60)], TokenUsage::new(21, 0, 70, 60)),
        ([Some(21), Some(10), NONE, NONE, Some(60)], TokenUsage::new(21, 0, 70, 60)),
        // A total below its parts is no reason to lose them.
        ([Some(21), Some(10), Some(5), NONE, Some(4)], TokenUsage::new(21, 0, 10, 4)),
    ];
    for (counts, wanted) in cases {
        assert_eq!(metered(counts), (wanted, UsageSource::Api), "{counts:?}");
    }
}

#[test]
fn unknown_parts_are_estimated_and_marked() {
    let cases: [(Counts, TokenUsage); 9] = [
        ([NONE; 5], estimate()),
        ([Some(0); 5], estimate()),
        ([Some(0), NONE, Some(0), NONE, NONE], estimate()),
        ([NONE, NONE, Some(5), NONE, NONE], estimate()),
        // What a total alone exceeds the estimated prompt by is the completion.
        ([NONE, NONE, Some(5_200), NONE, NONE], TokenUsage::new(5_000, 0, 200, 0)),
        ([Some(0), Some(0), Some(9_000), NONE, NONE], TokenUsage::new(5_000, 0, 4_000, 0)),
        ([Some(1_000), NONE, NONE, NONE, NONE], TokenUsage::new(1_000, 0, 700, 0)),
        ([Some(1_000), Some(0), Some(1_000), NONE, NONE], TokenUsage::new(1_000, 0, 700, 0)),
        ([Some(0), Some(30), Some(30), NONE, NONE], TokenUsage::new(5_000, 0, 30, 0)),
    ];
    for (counts, wanted) in cases {
        assert_eq!(metered(counts), (wanted, UsageSource::Estimate), "{counts:?}");
    }
}

#[test]
fn answer_without_text_may_have_no_completion() {
    let no_text = TokenUsage::new(5_000, 0, 0, 0);
    let of = |counts| {
        let metered = reported(counts).metered(no_text);
        (metered.tokens, metered.source)
    };
    assert_eq!(of([Some(900), Some(0), Some(900), NONE, NONE]), (TokenUsage::new(900, 0, 0, 0), UsageSource::Api));
    assert_eq!(of([Some(0), Some(0), Some(0), NONE, NONE]), (TokenUsage::ZERO, UsageSource::Api));
    assert_eq!(of([NONE; 5]), (no_text, UsageSource::Estimate), "what is not reported is not nothing");
    assert_eq!(of([Some(900), NONE, Some(900), NONE, NONE]), (TokenUsage::new(900, 0, 0, 0), UsageSource::Api));
    let no_completion = (TokenUsage::new(900, 0, 0, 0), UsageSource::Estimate);
    assert_eq!(of([Some(900), NONE, NONE, NONE, NONE]), no_completion, "a completion that is missing is not 0");
}

#[test]
fn impossible_counts_are_rejected() {
    let most = Some(ANSWER_TOKENS_MAX);
    let above = Some(ANSWER_TOKENS_MAX + 1);
    assert_eq!(metered([most, NONE, most, most, NONE]).0.prompt(), ANSWER_TOKENS_MAX);
    let absurd: [(Counts, u64); 7] = [
        ([above, Some(1), NONE, NONE, NONE], ANSWER_TOKENS_MAX + 2),
        ([Some(1), above, NONE, NONE, NONE], ANSWER_TOKENS_MAX + 2),
        ([Some(1), Some(1), above, NONE, NONE], ANSWER_TOKENS_MAX + 1),
        ([Some(1), Some(1), NONE, above, NONE], ANSWER_TOKENS_MAX + 1),
        ([Some(1), Some(1), NONE, NONE, above], ANSWER_TOKENS_MAX + 1),
        ([most, Some(1), NONE, NONE, NONE], ANSWER_TOKENS_MAX + 1),
        ([Some(u64::MAX), Some(u64::MAX), NONE, NONE, NONE], u64::MAX),
    ];
    for (counts, count) in absurd {
        let wanted = Metered { tokens: estimate(), source: UsageSource::Estimate, rejected: Some(count) };
        assert_eq!(reported(counts).metered(estimate()), wanted, "{counts:?}");
    }
}

#[test]
fn cache_writes_are_a_part_of_the_prompt() {
    let usage = ReportedUsage { cache_write: Some(300), ..reported([Some(1_000), Some(200), NONE, Some(600), NONE]) };
    let wanted = TokenUsage::new(1_000, 600, 200, 0).with_cache_write(300);
    assert_eq!(usage.metered(estimate()).tokens, wanted);
    let absurd = ReportedUsage { cache_write: Some(u64::MAX), ..usage };
    assert_eq!(absurd.metered(estimate()).rejected, Some(u64::MAX));
}

fn count() -> impl Strategy<Value = Option<u64>> {
    prop_oneof![
        Just(None),
        Just(Some(0)),
        (0..200_u64).prop_map(Some),
        (0..=2 * ANSWER_TOKENS_MAX).prop_map(Some),
        any::<u64>().prop_map(Some),
    ]
}

proptest! {
    #[test]
    fn recorded_counts_are_within_the_limit(
        counts in [count(), count(), count(), count(), count()],
        (prompt, completion) in (1..9_999_u64, 1..9_999_u64),
    ) {
        let metered = reported(counts).metered(TokenUsage::new(prompt, 0, completion, 0));
        prop_assert!(metered.tokens.total() <= 3 * ANSWER_TOKENS_MAX);
        prop_assert!(metered.tokens.prompt() > 0 && metered.tokens.completion() > 0, "a text is never free");
        prop_assert!(metered.rejected.is_none() || metered.source == UsageSource::Estimate);
        if metered.rejected.is_none() {
            let total = counts[2].unwrap_or_default();
            prop_assert!(metered.tokens.total() >= total, "a record is never below the provider's own total");
        }
        let whole = TokenUsage::new(prompt, 3, completion, 2).with_cache_write(1);
        let again = ReportedUsage::from(whole).metered(TokenUsage::ZERO);
        prop_assert_eq!((again.tokens, again.source, again.rejected), (whole, UsageSource::Api, None));
    }
}
