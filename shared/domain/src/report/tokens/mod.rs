//! At most how many tokens a text has, by the kind of tokenizer of a model, and at least how many it has with any.
//!
//! A tokenizer's vocabulary takes too much time and memory for a function that starts cold, so the classes of a text
//! are counted ([`Counts`]), and each class has a rate per [`Family`]. `infra/tokens/check --rates` computes the
//! smallest ones with which no text of a sample has more tokens than 94 % of its bound; the rates here are the largest
//! that two samples had. `infra/tokens/check` compares both bounds with real tokenizers.

mod count;
mod usual;

pub use count::{CLASSES, Counts};

/// The models whose tokenizers count alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// OpenAI's models from GPT-4o on (`o200k_base`).
    O200k,
    /// OpenAI's models before (`cl100k_base`): GPT-4 and GPT-3.5.
    Cl100k,
    /// All others. Their tokenizers are unknown, so the rates are those of the largest of five, and a character outside
    /// ASCII has at most as many tokens as bytes.
    Other,
}

/// Tokens that are added to every bound. Rates are right on average, and a short text has no average.
const SHORT_TEXT_TOKENS: u64 = 16;

/// The beginning of a text and of its first word, which some tokenizers mark with a token each.
const BEGINNING_TOKENS: u64 = 2;

/// In hundredths of a token, in the order of [`Counts::classes`].
type Rates = [u64; CLASSES];

const O200K: Rates = [106, 7, 173, 112, 0, 82, 95, 4, 133, 1, 112, 7, 200, 120, 73, 300, 400];
const CL100K: Rates = [110, 4, 181, 110, 0, 88, 97, 4, 109, 1, 195, 3, 200, 186, 91, 300, 400];
const OTHER: Rates = [106, 20, 300, 0, 110, 129, 87, 10, 157, 2, 100, 70, 200, 199, 298, 300, 400];

impl Family {
    /// The family of a model by its name, with or without a provider before it, as in `openai/gpt-4o-mini`.
    pub fn of(model: &str) -> Self {
        let name = model.rsplit('/').next().unwrap_or(model).to_ascii_lowercase();
        let name = name.strip_prefix("ft:").unwrap_or(&name);
        let begins = |words: &[&str]| words.iter().any(|word| name.starts_with(word));
        if name == "gpt-4" || begins(&["gpt-4-", "gpt-4:", "gpt-3.5", "gpt-35"]) {
            Self::Cl100k
        } else if begins(&["gpt-4", "gpt-5", "gpt-6", "gpt-oss", "chatgpt-", "o1", "o3", "o4"]) {
            Self::O200k
        } else {
            Self::Other
        }
    }

    fn rates(self) -> &'static Rates {
        match self {
            Self::O200k => &O200K,
            Self::Cl100k => &CL100K,
            Self::Other => &OTHER,
        }
    }

    /// The most tokens that a text of this many bytes can have: every byte is a token.
    fn of_bytes(self, bytes: u64) -> u64 {
        match self {
            Self::O200k | Self::Cl100k => bytes,
            Self::Other => bytes.saturating_add(BEGINNING_TOKENS),
        }
    }
}

/// At most how many tokens the text has; 0 if it is empty. Takes a time that is proportional to its length.
pub fn tokens_at_most(text: &str, family: Family) -> u64 {
    if text.is_empty() {
        return 0;
    }
    let counts = Counts::of(text).classes();
    let hundredths = counts
        .iter()
        .zip(family.rates())
        .fold(0_u64, |sum, (count, rate)| sum.saturating_add(count.saturating_mul(*rate)));
    let bytes = u64::try_from(text.len()).unwrap_or(u64::MAX);
    hundredths.div_ceil(100).saturating_add(SHORT_TEXT_TOKENS).min(family.of_bytes(bytes))
}

/// ASCII letters and digits, and others, that a token of ordinary text has at most on average.
const ASCII_PER_TOKEN: u64 = 7;
const OTHERS_PER_TOKEN: u64 = 4;

/// At least how many tokens ordinary text has: what people write about changes, and code. A server that counts fewer
/// has not read all of it. Repeated words, which some tokenizers have a token for, are not ordinary.
pub fn tokens_at_least(text: &str) -> u64 {
    let (ascii, others) =
        text.chars().filter(|letter| letter.is_alphanumeric()).fold((0_u64, 0_u64), |sums, letter| {
            let (ascii, others) = sums;
            if letter.is_ascii() { (ascii.saturating_add(1), others) } else { (ascii, others.saturating_add(1)) }
        });
    (ascii / ASCII_PER_TOKEN).saturating_add(others / OTHERS_PER_TOKEN)
}

/// About how many tokens are in bytes that were not kept, such as a model's reasoning: two for every five bytes, which
/// is more than prose and code have.
pub fn unread_tokens(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX).saturating_mul(2).div_ceil(5)
}
