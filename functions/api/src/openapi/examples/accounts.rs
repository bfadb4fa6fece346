//! Accounts, repositories, and the service itself.

use super::runs::rates;
use serde_json::{Value, json};

pub(crate) fn account() -> Value {
    json!({
        "user_id": "0d9c5e0e-6c1b-4a53-9d2f-000000000a11",
        "plan": "pro",
        "overrides": {
            "monthly_runs_limit": 800,
            "max_repositories": null,
            "max_reports": null,
            "shortest_interval_minutes": null,
        },
        "limits": {
            "monthly_runs_limit": 800,
            "max_repositories": 9999,
            "max_reports": 9999,
            "shortest_interval_minutes": 5,
        },
        "repositories": 2,
        "reports": 3,
        "closed_at": null,
        "deleted_at": null,
        "audit": [
            {
                "at": "2026-01-10T12:00:00.000Z",
                "by": "0d9c5e0e-6c1b-4a53-9d2f-000000000b0b",
                "change": "plan: free → pro, runs per month: by plan → 800",
            },
        ],
    })
}

pub(crate) fn account_usage() -> Value {
    json!({
        "user_id": "0d9c5e0e-6c1b-4a53-9d2f-000000000a11",
        "plan": "pro",
        "monthly_runs_limit": 800,
        "counted_runs": 700,
        "usage_percentage": 87,
        "successful_runs": 705,
        "failed_runs": 12,
        "test_runs": 4,
        "blocked_runs": 0,
        "runs_in_flight": 1,
        "total_tokens": 9_120_000,
        "cost_usd": 1.62,
        "last_run_at": "2026-01-15T09:00:04.000Z",
        "warning": "approaching",
    })
}

pub(crate) fn fleet() -> Value {
    json!({
        "month": "2026-01-01T00:00:00.000Z",
        "as_of": "2026-01-15T09:01:00.000Z",
        "accounts": 42,
        "totals": {
            "runs": 1_310,
            "successful_runs": 1_280,
            "failed_runs": 26,
            "cancelled_runs": 4,
            "counted_runs": 1_190,
            "degraded_runs": 9,
            "test_runs": 31,
            "blocked_runs": 12,
            "unpriced_runs": 0,
            "total_tokens": 18_230_000,
            "cost_usd": 3.27,
        },
        "days": [
            {
                "day": "2026-01-01",
                "successful_runs": 80,
                "failed_runs": 2,
                "cancelled_runs": 0,
                "test_runs": 3,
                "blocked_runs": 0,
                "total_tokens": 1_190_000,
                "cost_usd": 0.21,
            },
        ],
        "error_codes": [{"code": "GIT_UNAVAILABLE", "runs": 20}],
        "models": [{"model": "gpt-6-luna", "runs": 1_250, "total_tokens": 18_230_000, "cost_usd": 3.27}],
    })
}

pub(crate) fn profile() -> Value {
    json!({
        "user_id": "0d9c5e0e-6c1b-4a53-9d2f-000000000a11",
        "timezone": "Europe/Berlin",
        "notification_webhook_url": "https://receiver.example.com/notices",
        "has_notification_secret": true,
        "notification_email": "ann@example.com",
        "notification_email_confirmed": true,
        "muted_notices": ["report.recovered"],
        "notification_health": {"state": "healthy", "since": null, "reason": null, "response_status": null},
        "model": {
            "base_url": "https://api.openai.com/v1",
            "model": "gpt-6-luna",
            "has_api_key": true,
            "prices": null,
            "in_use": true,
        },
        "limits": {
            "plan_name": "pro",
            "monthly_runs_limit": 500,
            "max_repositories": 9999,
            "max_reports": 9999,
            "shortest_interval_minutes": 5,
            "own_model": true,
        },
    })
}

pub(crate) fn repository() -> Value {
    json!({
        "id": "0199c2b4-6f00-7c3e-8a53-0d9c5e0e6c1b",
        "name": "octocat/hello-world",
        "url": "https://github.com/octocat/hello-world",
        "provider": "github",
        "has_token": true,
        "version": 1,
        "created_at": "2026-01-15T10:30:00.000Z",
    })
}

pub(crate) fn branch() -> Value {
    json!({
        "name": "main",
        "is_default": true,
        "protected": true,
        "commit_sha": "7fd1a60b01f91b314f59955a4e4d4e80d8edf11d",
    })
}

pub(crate) fn deletion() -> Value {
    json!({
        "user_id": "0d9c5e0e-6c1b-4a53-9d2f-000000000a11",
        "status": "deleting",
        "closed_at": "2026-01-15T10:30:00.000Z",
        "deleted_at": null,
        "kept": ["usage", "audit"],
    })
}

pub(crate) fn health() -> Value {
    json!({"status": "ok", "version": "0.1.0"})
}

pub(crate) fn config() -> Value {
    json!({
        "name": "git-report",
        "version": "0.1.0",
        "sign_in": {
            "kind": "oidc",
            "issuer": "https://issuer.example.com",
            "client_id": "git-report-dashboard",
            "scope": "openid profile",
        },
        "features": {"email_notices": true, "own_model": true, "demo": false},
    })
}

pub(crate) fn plan() -> Value {
    json!({
        "plan_name": "free",
        "monthly_runs_limit": 50,
        "max_repositories": 5,
        "max_reports": 10,
        "shortest_interval_minutes": 60,
        "own_model": false,
    })
}

pub(crate) fn model() -> Value {
    json!({
        "model": "gpt-6-luna",
        "provider": "openai",
        "default": true,
        "context_tokens": 922_000,
        "rates": rates(),
        "retired_on": null,
        "retirement": null,
    })
}

pub(crate) fn ready() -> Value {
    json!({"status": "ready"})
}
