//! Report configurations and their operations.

use super::runs::rates;
use super::{joined, writing};
use serde_json::{Value, json};

pub(crate) fn configuration() -> Value {
    let record = json!({
        "id": "0199c2b4-6f00-7c3e-8a53-0d9c5e0e6c1b",
        "name": "Daily report",
        "repository_id": "019b76da-a800-7000-8000-000000000001",
        "branch": "main",
        "include_paths": ["packages/api"],
        "exclude_paths": [],
        "repositories": [{
            "repository_id": "019b76da-a800-7000-8000-000000000001",
            "branch": "main",
            "include_paths": ["packages/api"],
            "exclude_paths": [],
        }],
        "schedule": "0 9 * * *",
        "timezone": "UTC",
        "webhook_url": "https://receiver.example.com/hook",
        "webhook_format": "auto",
        "webhook_headers": {"X-Api-Key": true},
        "enabled": true,
        "model": "gpt-6-luna",
        "model_retirement": null,
        "last_run_at": "2026-01-15T09:00:04.000Z",
        "last_run_status": "success",
        "next_run_at": "2026-01-16T09:00:00.000Z",
        "delivery_health": {"state": "healthy", "since": null, "reason": null, "response_status": null},
        "covered_until": "2026-01-15T09:00:00.000Z",
        "coverage": [{
            "repository_id": "019b76da-a800-7000-8000-000000000001",
            "branch": "main",
            "covered_until": "2026-01-15T09:00:00.000Z",
        }],
        "total_runs": 12,
        "quota_impact": {
            "runs_this_month": 16,
            "runs_per_month": 28,
            "monthly_limit": 50,
            "exceeds_limit": false,
        },
        "version": 1,
        "created_at": "2026-01-01T08:30:00.000Z",
    });
    joined([record, writing()])
}

pub(crate) fn estimate() -> Value {
    json!({
        "commits": 42,
        "range": {"from": "2026-01-08T00:00:00.000Z", "to": "2026-01-15T00:00:00.000Z"},
        "model": "gpt-6-luna",
        "estimated_prompt_tokens": 3100,
        "estimated_completion_tokens": 8192,
        "estimated_cost_usd": 0.004_406,
        "rates": rates(),
        "would_count": true,
        "failed_repositories": [],
        "quota": {
            "plan": "free",
            "limit": 50,
            "used": 12,
            "remaining": 37,
            "can_run": true,
            "blocked_reason": null,
            "resets_at": "2026-02-01T00:00:00.000Z",
        },
    })
}

pub(crate) fn preview() -> Value {
    json!({
        "schedule": {
            "expression": "0 9 * * 1-5",
            "timezone": "Europe/Berlin",
            "words": "At 09:00, from Monday to Friday, on the clock of Europe/Berlin.",
            "next_fires": [{"at": "2026-01-16T08:00:00.000Z", "local": "2026-01-16T09:00:00.000+01:00"}],
        },
        "quota_impact": {
            "runs_this_month": 11,
            "runs_per_month": 20,
            "monthly_limit": 50,
            "exceeds_limit": false,
        },
        "forecast": {
            "monthly_runs_limit": 50,
            "used": 40,
            "expected_runs": 56,
            "limit_reached_at": "2026-01-27T08:00:00.000Z",
            "reports_that_do_not_fit": 6,
        },
        "problems": [{"pointer": "/webhook_url", "detail": "an https address is expected"}],
    })
}

pub(crate) fn recovered() -> Value {
    json!({"redeliveries": 3, "has_more": false, "next_after": null})
}

pub(crate) fn scheduling() -> Value {
    json!({
        "schedule": "0 9 * * 1-5",
        "description": "At 09:00, from Monday to Friday, on the clock of Europe/Berlin.",
        "timezone": "Europe/Berlin",
        "enabled": true,
        "next_run_at": "2026-01-16T08:00:00.000Z",
        "next_runs": [{"utc": "2026-01-16T08:00:00.000Z", "local": "2026-01-16T09:00:00.000+01:00"}],
    })
}
