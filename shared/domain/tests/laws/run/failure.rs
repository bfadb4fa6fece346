//! What is kept of a model and of a failure: names and messages, never files or long texts.

use domain::run::{ErrorCode, Failure, model_used};

#[test]
fn model_used_is_never_a_file() {
    let used = |answered: &str| model_used("llama-3", Some(answered));
    for name in [
        "gpt-4o-mini-2024-07-18",
        "openai/gpt-4o",
        "@cf/meta/llama-3.1-8b",
        "accounts/fireworks/models/llama-v3",
        "llama3:8b",
        "us.anthropic.claude-haiku-4-5-20251001-v1:0",
    ] {
        assert_eq!(used(name), name);
    }
    let long = "m".repeat(101);
    for name in [
        "",
        "  ",
        "/models/llama.gguf",
        "/data/llama-3",
        "./llama",
        "../llama",
        "~/llama",
        "C:\\models\\llama",
        "d:/models/llama",
        "models\\llama",
        "file:///models/llama",
        "Llama-3.Q4_K_M.GGUF",
        "weights/model.safetensors",
        "two\nlines",
        long.as_str(),
    ] {
        assert_eq!(used(name), "llama-3", "{name}");
    }
    assert_eq!(model_used("llama-3", None), "llama-3");
    assert_eq!(used(" gpt-4o "), "gpt-4o");
}

#[test]
fn failure_message_is_one_line_of_limited_length() {
    let message = |text: &str| Failure::new(ErrorCode::Internal, text).message;
    assert_eq!(message("first\r\nsecond"), "first  second");
    assert_eq!(message(&"x".repeat(900)).len(), 300);
    let wide = message(&"語".repeat(900));
    assert!(wide.len() <= 600 && wide.len() > 596, "{}", wide.len());
}
