//! Runs and their deliveries.

use super::{joined, writing};
use serde_json::{Value, json};

const STARTED_AT: &str = "2026-01-15T09:00:04.000Z";
const MONTH: &str = "2026-01-01T00:00:00.000Z";

pub(crate) fn run() -> Value {
    joined([state(), report(), used()])
}

/// What the run is of, and how far it has come.
fn state() -> Value {
    json!({
        "id": "019bc130-1ac0-7c3e-8a53-0d9c5e0e6c1b",
        "user_id": "0d9c5e0e-6c1b-4a53-9d2f-000000000a11",
        "repository_id": "019b76da-a800-7000-8000-000000000001",
        "repositories": [{
            "repository_id": "019b76da-a800-7000-8000-000000000001",
            "repository_name": "octocat/hello-world",
            "repository_url": "https://github.com/octocat/hello-world",
            "branch": "main",
            "include_paths": ["packages/api"],
            "exclude_paths": [],
        }],
        "failed_repositories": [],
        "report_configuration_id": "019b76da-a800-7000-8000-000000000002",
        "started_at": STARTED_AT,
        "completed_at": "2026-01-15T09:00:19.000Z",
        "status": "success",
        "waiting_until": null,
        "configuration_snapshot": joined([snapshot(), writing()]),
        "error_message": null,
        "error_code": null,
        "created_at": STARTED_AT,
        "updated_at": "2026-01-15T09:00:20.000Z",
        "trigger": "schedule",
        "attempt": 1,
    })
}

fn snapshot() -> Value {
    json!({
        "version": 1,
        "name": "Daily report",
        "repository_name": "octocat/hello-world",
        "repository_url": "https://github.com/octocat/hello-world",
        "branch": "main",
        "include_paths": ["packages/api"],
        "exclude_paths": [],
        "schedule": "0 9 * * *",
        "timezone": "UTC",
        "model": "gpt-6-luna",
        "own_model": false,
        "webhook_format": "generic",
        "webhook_host": "receiver.example.com",
    })
}

/// The commits, the report on them, and its delivery.
fn report() -> Value {
    json!({
        "headline": "2 people made 3 changes in api; 1 feature, 2 fixes.",
        "commits_processed": 3,
        "commits_at_least": false,
        "range_from": "2026-01-14T09:00:03.000Z",
        "range_to": "2026-01-15T09:00:05.000Z",
        "commit_range_from": null,
        "commit_range_to": "abababababababababababababababababababab",
        "report_format": "markdown",
        "degraded": false,
        "degraded_reason": null,
        "webhook_delivered": true,
        "webhook_delivery_attempts": 1,
        "webhook_last_attempt_at": "2026-01-15T09:00:20.000Z",
        "webhook_response_status": 204,
        "delivery": delivered(),
    })
}

fn delivered() -> Value {
    json!({"state": "delivered", "attempts": 1, "in_flight": false, "last_status": 204, "next_attempt_at": null})
}

/// Tokens, cost and the receipt.
fn used() -> Value {
    json!({
        "tokens_used": 15400,
        "model_used": "gpt-6-luna",
        "cost_usd": 0.00272,
        "known_cost_usd": 0.00272,
        "usage_month": MONTH,
        "prompt_tokens": 12000,
        "cached_prompt_tokens": 2000,
        "cache_write_prompt_tokens": 0,
        "completion_tokens": 3400,
        "reasoning_tokens": 400,
        "usage_source": "api",
        "rates": rates(),
        "quota": {"counted": true, "reason": "report", "month": MONTH, "limit": 50, "plan": "free"},
    })
}

/// The prices of a model.
pub(super) fn rates() -> Value {
    json!({
        "input_usd_per_million": 0.1,
        "cached_input_usd_per_million": 0.01,
        "cache_write_usd_per_million": 0.125,
        "output_usd_per_million": 0.5,
    })
}

pub(crate) fn configuration_delivery() -> Value {
    json!({
        "run_id": "0199c2b4-6f00-7c3e-8a53-0d9c5e0e6c1b",
        "trigger": "schedule",
        "started_at": "2026-01-15T10:29:55.000Z",
        "delivery": {
            "state": "exhausted",
            "attempts": 11,
            "in_flight": false,
            "last_status": 500,
            "next_attempt_at": null,
        },
        "last_attempt": {
            "number": 11,
            "attempted_at": "2026-01-16T10:13:00.000Z",
            "response_status": 500,
            "duration_ms": 120,
            "error_class": "http_500",
            "response_excerpt": "internal error",
            "next_attempt_at": null,
        },
    })
}

pub(crate) fn deliveries() -> Value {
    json!({
        "delivery": delivered(),
        "data": [
            {
                "number": 1,
                "attempted_at": "2026-01-15T10:30:00.000Z",
                "response_status": 204,
                "duration_ms": 120,
                "error_class": null,
                "response_excerpt": "ok",
                "next_attempt_at": null,
            },
        ],
        "pagination": {"limit": 1, "offset": 0, "has_more": false, "next_cursor": null},
    })
}
