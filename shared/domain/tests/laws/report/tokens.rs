//! The bound of a text's tokens. The counts are those of the real tokenizers (`infra/tokens/check` compares many more).

use domain::report::tokens::{Family, tokens_at_most};
use proptest::prelude::*;

#[test]
fn family_follows_from_the_name_of_the_model() {
    let names = [
        "gpt-4o-mini",
        "openai/gpt-4.1",
        "gpt-5.4-nano",
        "gpt-6-luna",
        "o3-mini",
        "ft:gpt-4o:acme",
        "chatgpt-4o-latest",
    ];
    for name in names {
        assert_eq!(Family::of(name), Family::O200k, "{name}");
    }
    for name in ["gpt-4", "GPT-4-turbo", "gpt-3.5-turbo", "azure/gpt-35-turbo", "gpt-4-0613"] {
        assert_eq!(Family::of(name), Family::Cl100k, "{name}");
    }
    for name in ["claude-haiku-4-5", "SmolLM2-135M", "llama-3", "gemini-3", "", "olmo", "gpt2"] {
        assert_eq!(Family::of(name), Family::Other, "{name}");
    }
}

#[test]
fn empty_text_has_no_tokens_and_a_short_one_at_most_its_bytes() {
    for family in [Family::O200k, Family::Cl100k, Family::Other] {
        assert_eq!(tokens_at_most("", family), 0);
    }
    assert_eq!(tokens_at_most("abc", Family::O200k), 3);
    assert_eq!(tokens_at_most("abc", Family::Other), 5, "some tokenizers mark the beginning");
}

#[test]
fn longer_text_has_at_most_a_bound_that_grows_with_it() {
    let line = "- Fix the retry of webhooks (#123) by 6f1c2a9\n";
    let of = |times: usize| tokens_at_most(&line.repeat(times), Family::O200k);
    // 100 lines are 1,800 tokens of o200k.
    assert!(of(100) > of(50) && of(50) > of(10));
    assert!((1_800..2_500).contains(&of(100)), "{}", of(100));
}

#[test]
fn hashes_and_other_scripts_have_bounds_of_their_own() {
    let hash = "6f1c2a9be03d5847c1f0a29e8b7d6c5f4e3a2b10 ".repeat(50);
    let prose = "fix the order of the fields in the answer ".repeat(50);
    for family in [Family::O200k, Family::Cl100k, Family::Other] {
        assert!(tokens_at_most(&hash, family) > 2 * tokens_at_most(&prose, family), "{family:?}");
    }
}

proptest! {
    #[test]
    fn bound_is_at_most_the_bytes_and_holds_for_joined_texts(one in "(?s).{0,200}", two in "(?s).{0,200}") {
        for family in [Family::O200k, Family::Cl100k, Family::Other] {
            let of = |text: &str| tokens_at_most(text, family);
            let bytes = u64::try_from(one.len()).unwrap();
            prop_assert!(of(&one) <= bytes + 2);
            let joined = [one.as_str(), two.as_str()].concat();
            prop_assert!(of(&joined) + 40 >= of(&one).max(of(&two)));
        }
    }
}
