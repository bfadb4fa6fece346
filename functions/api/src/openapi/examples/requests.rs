//! Bodies of requests.

use serde_json::{Value, json};

/// The address of a repository.
const REPOSITORY_URL: &str = "https://github.com/octocat/hello-world";
const REPOSITORY_ID: &str = "019b76da-a800-7000-8000-000000000001";

pub(crate) fn configuration_request() -> Value {
    json!({
        "name": "Daily report",
        "repository_id": REPOSITORY_ID,
        "branch": "main",
        "include_paths": ["packages/api"],
        "schedule": "0 9 * * 1-5",
        "timezone": "Europe/Berlin",
        "webhook_url": "https://receiver.example.com/hook",
        "webhook_headers": {"X-Api-Key": "a-secret-value"},
    })
}

pub(crate) fn preview_request() -> Value {
    json!({"repository_id": REPOSITORY_ID, "schedule": "0 9 * * 1-5", "timezone": "Europe/Berlin"})
}

pub(crate) fn repository_request() -> Value {
    json!({"url": REPOSITORY_URL, "name": "Hello", "token": "github_pat_example"})
}

pub(crate) fn profile_request() -> Value {
    json!({
        "timezone": "Europe/Berlin",
        "notification_webhook_url": "https://receiver.example.com/notices",
        "notification_email": "ann@example.com",
        "muted_notices": ["report.recovered"],
    })
}

pub(crate) fn confirm_email_request() -> Value {
    json!({"code": "K7QF-2M9X-RT4D"})
}

pub(crate) fn own_model_request() -> Value {
    json!({"base_url": "https://api.openai.com/v1", "api_key": "sk-example", "model": "gpt-6-luna"})
}

pub(crate) fn prices_request() -> Value {
    json!({"input": 0.1, "cached_input": 0.01, "cache_write": 0.125, "output": 0.5})
}

pub(crate) fn account_request() -> Value {
    json!({"plan": "pro", "monthly_runs_limit": 800})
}

pub(crate) fn recover_request() -> Value {
    json!({"since": "2026-01-08T00:00:00.000Z"})
}

pub(crate) fn run_request() -> Value {
    json!({"from": "2026-01-08T00:00:00.000Z", "to": "2026-01-15T00:00:00.000Z"})
}
