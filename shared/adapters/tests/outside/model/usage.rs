//! The tokens that an answer reports.

use super::{asked, completion, ok};
use domain::money::ReportedUsage;
use serde_json::{Value, json};

async fn usage(usage: Value) -> Option<ReportedUsage> {
    asked(vec![ok(&completion(&usage))]).await.0.unwrap().usage
}

fn counts(prompt: u64, completion: u64) -> ReportedUsage {
    ReportedUsage { prompt: Some(prompt), completion: Some(completion), ..ReportedUsage::default() }
}

#[tokio::test]
async fn reported_parts_of_usage_are_read() {
    let whole = json!({
        "prompt_tokens": 1000, "completion_tokens": 200, "total_tokens": 1200,
        "prompt_tokens_details": {"cached_tokens": 600, "cache_write_tokens": 300, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 150},
    });
    let wanted = ReportedUsage {
        total: Some(1200),
        cached_prompt: Some(600),
        cache_write: Some(300),
        reasoning: Some(150),
        ..counts(1000, 200)
    };
    assert_eq!(usage(whole).await, Some(wanted));
    let nulls = json!({
        "prompt_tokens": 1000, "completion_tokens": 200, "total_tokens": null,
        "prompt_tokens_details": null, "completion_tokens_details": {"reasoning_tokens": null},
    });
    assert_eq!(usage(nulls).await, Some(counts(1000, 200)));
    let newer = json!({
        "input_tokens": 1000, "output_tokens": 200,
        "input_tokens_details": {"cached_tokens": 600, "cache_write_tokens": 300},
            "output_tokens_details": {"reasoning_tokens": 150},
    });
    assert_eq!(usage(newer).await, Some(ReportedUsage { total: None, ..wanted }));
    for empty in [json!({}), json!({"prompt_tokens": "many", "completion_tokens": [1], "total_tokens": true})] {
        assert_eq!(usage(empty).await, Some(ReportedUsage::default()));
    }
    for nothing in [Value::Null, json!("odd"), json!(7)] {
        assert_eq!(usage(nothing).await, None);
    }
}

#[tokio::test]
async fn fractions_texts_and_exponents_are_counts() {
    let cases = [
        ("1000.0", 1000),
        ("\"1000\"", 1000),
        ("\" 1000.0 \"", 1000),
        ("1e3", 1000),
        ("999.2", 1000),
        ("0.0", 0),
        ("18446744073709551616", u64::MAX),
        ("1e400", u64::MAX),
        ("\"99999999999999999999999999999999999\"", u64::MAX),
    ];
    for (written, count) in cases {
        let value: Value = serde_json::from_str(written).unwrap();
        let read = usage(json!({"prompt_tokens": value})).await.unwrap();
        assert_eq!(read.prompt, Some(count), "{written}");
    }
    for written in ["-1", "-1e400", "\"-5\"", "\"NaN\"", "\"\"", "null", "{}"] {
        let value: Value = serde_json::from_str(written).unwrap();
        let read = usage(json!({"prompt_tokens": value})).await.unwrap();
        assert_eq!(read.prompt, None, "{written}");
    }
}

#[tokio::test]
async fn cache_hits_at_the_top_level_are_read() {
    for hits in [
        json!({"prompt_cache_hit_tokens": 600, "prompt_cache_miss_tokens": 400}),
        json!({"cached_tokens": 600}),
        json!({"prompt_cache_hit_tokens": 600, "prompt_tokens_details": {"cached_tokens": 0}}),
        json!({"prompt_cache_hit_tokens": 600, "prompt_tokens_details": {"cached_tokens": 600}}),
    ] {
        let mut body = json!({"prompt_tokens": 1000, "completion_tokens": 200});
        body.as_object_mut().unwrap().extend(hits.as_object().unwrap().clone());
        assert_eq!(usage(body).await.unwrap().cached_prompt, Some(600), "{hits}");
    }
}

#[tokio::test]
async fn usage_with_the_choice_is_read() {
    let choice = json!({"message": {"content": "# Report"}, "usage": {"prompt_tokens": 9, "completion_tokens": 4}});
    let (answer, _) = asked(vec![ok(&json!({"choices": [choice]}))]).await;
    assert_eq!(answer.unwrap().usage, Some(counts(9, 4)));
}

#[tokio::test]
async fn prompt_includes_the_cache_in_every_form() {
    let cache = json!({"cache_creation_input_tokens": 2000, "cache_read_input_tokens": 5000});
    for (prompt, wanted) in [
        (json!({"input_tokens": 100, "output_tokens": 200}), 7100),
        (json!({"prompt_tokens": 7100, "completion_tokens": 200}), 7100),
        (json!({"prompt_tokens": 100, "completion_tokens": 200}), 7100),
    ] {
        let mut body = cache.clone();
        body.as_object_mut().unwrap().extend(prompt.as_object().unwrap().clone());
        let wanted = ReportedUsage { cached_prompt: Some(5000), cache_write: Some(2000), ..counts(wanted, 200) };
        assert_eq!(usage(body).await, Some(wanted), "{prompt}");
    }
    let none = json!({"input_tokens": 100, "output_tokens": 200, "cache_read_input_tokens": null});
    assert_eq!(usage(none).await, Some(counts(100, 200)));
    let absurd = json!({"input_tokens": u64::MAX, "output_tokens": 2, "cache_read_input_tokens": 9});
    assert_eq!(usage(absurd).await.unwrap().prompt, Some(u64::MAX));
}

#[tokio::test]
async fn empty_usage_hides_no_other() {
    let choice = json!({"message": {"content": "# Report"}, "usage": {"prompt_tokens": 9, "completion_tokens": 4}});
    let (answer, _) = asked(vec![ok(&json!({"choices": [choice], "usage": {}}))]).await;
    assert_eq!(answer.unwrap().usage, Some(counts(9, 4)));
}
