//! The token counts of an answer, in the forms in which servers write them.

use domain::money::ReportedUsage;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::Value;

/// The counts of an answer's `usage`; `None` if it has no such object. Names: OpenAI's, and those of its newer API
/// (`input_tokens`), which gateways pass on. Cache hits are a detail of the prompt at OpenAI, and at the top at
/// `DeepSeek` (`prompt_cache_hit_tokens`) and Moonshot (`cached_tokens`): the greatest of them is taken. Tokens that
/// were written to the cache are a detail too, and at the top where a gateway passes on Anthropic's counts. Ollama's
/// own names are `prompt_eval_count` and `eval_count`.
pub(super) fn read(usage: &Value) -> Option<ReportedUsage> {
    usage.as_object()?;
    let count = |pointer: &str| usage.pointer(pointer).and_then(count);
    let either = |pointers: &[&str]| pointers.iter().filter_map(|pointer| count(pointer)).max();
    let of_cache = [count("/cache_read_input_tokens"), count("/cache_creation_input_tokens")];
    let of_cache = of_cache.into_iter().flatten().fold(0, u64::saturating_add);
    let prompt = either(&["/prompt_tokens", "/input_tokens", "/prompt_eval_count"]);
    // Anthropic's `input_tokens` excludes the cache, LiteLLM's `prompt_tokens` includes it: a prompt that is smaller
    // than its part excludes that part. Source: https://platform.claude.com/docs/en/build-with-claude/prompt-caching
    let is_beside = count("/prompt_tokens").is_none_or(|prompt| prompt < of_cache);
    Some(ReportedUsage {
        prompt: prompt.map(|prompt| if is_beside { prompt.saturating_add(of_cache) } else { prompt }),
        completion: either(&["/completion_tokens", "/output_tokens", "/eval_count"]),
        total: count("/total_tokens"),
        cached_prompt: either(&[
            "/prompt_tokens_details/cached_tokens",
            "/input_tokens_details/cached_tokens",
            "/prompt_cache_hit_tokens",
            "/cached_tokens",
            "/cache_read_input_tokens",
        ]),
        cache_write: either(&[
            "/prompt_tokens_details/cache_write_tokens",
            "/input_tokens_details/cache_write_tokens",
            "/cache_creation_input_tokens",
        ]),
        reasoning: either(&[
            "/completion_tokens_details/reasoning_tokens",
            "/output_tokens_details/reasoning_tokens",
            "/reasoning_tokens",
        ]),
    })
}

/// A count: a whole number, also as `1000.0`, `1e3` or `"1000"`; a fraction of a token counts as one. A negative
/// value, or one that is no number, counts as missing. A value that no decimal can represent becomes the greatest
/// number, which the caller rejects.
fn count(value: &Value) -> Option<u64> {
    let (digits, is_number) = match value {
        Value::Number(number) => (number.to_string(), true),
        Value::String(text) => (text.trim().to_owned(), false),
        _ => return None,
    };
    let is_negative = digits.starts_with('-');
    let is_long = digits.len() > 20 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let decimal = digits.parse::<Decimal>().or_else(|_| Decimal::from_scientific(&digits));
    match decimal {
        Ok(decimal) if decimal < Decimal::ZERO => None,
        Ok(decimal) => Some(decimal.ceil().to_u64().unwrap_or(u64::MAX)),
        Err(_) => ((is_number || is_long) && !is_negative).then_some(u64::MAX),
    }
}
