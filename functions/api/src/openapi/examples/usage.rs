//! What an account has used in a month, and will use.

use serde_json::{Value, json};

pub(crate) fn usage() -> Value {
    json!({
        "monthlyUsage": {
            "user_id": "0d9c5e0e-6c1b-4a53-9d2f-000000000a11",
            "month": "2024-01-01T00:00:00.000Z",
            "total_runs": 25,
            "successful_runs": 23,
            "failed_runs": 2,
            "total_tokens": 15420,
            "total_cost_usd": 0.0234,
            "last_run_at": "2024-01-15T10:30:00.000Z",
            "counted_runs": 23,
            "cancelled_runs": 0,
            "degraded_runs": 0,
            "test_runs": 0,
            "blocked_runs": 0,
            "unpriced_runs": 0,
            "prompt_tokens": 12000,
            "completion_tokens": 3420,
        },
        "canRunMore": true,
        "blockedReason": null,
        "monthlyLimit": 50,
        "runsUsed": 23,
        "runsRemaining": 27,
        "runsInFlight": 0,
        "uncountedRuns": {"used": 2, "limit": 1000},
        "usagePercentage": 46,
        "warning": "none",
        "resetsAt": "2024-02-01T00:00:00.000Z",
        "limits": {"plan_name": "free", "monthly_runs_limit": 50, "max_repositories": 5, "max_reports": 10},
        "currentRepositories": 1,
        "currentReports": 1,
        "revision": 48,
        "as_of": "2024-01-15T10:31:00.000Z",
    })
}

pub(crate) fn day_usage() -> Value {
    json!({
        "date": "2026-01-15",
        "total_runs": 2,
        "counted_runs": 1,
        "successful_runs": 1,
        "failed_runs": 1,
        "cancelled_runs": 0,
        "unpriced_runs": 0,
        "total_tokens": 15400,
        "prompt_tokens": 12000,
        "completion_tokens": 3400,
        "total_cost_usd": 0.00272,
    })
}

pub(crate) fn forecast() -> Value {
    json!({
        "month": "2026-01-01T00:00:00.000Z",
        "as_of": "2026-01-15T10:30:00.000Z",
        "resets_at": "2026-02-01T00:00:00.000Z",
        "monthly_limit": 50,
        "runs_used": 40,
        "runs_in_flight": 0,
        "blocked_reason": null,
        "runs_due": 16,
        "runs_fitting": 10,
        "runs_over_limit": 6,
        "projected_runs": 56,
        "limit_reached_at": "2026-01-25T08:00:00.000Z",
        "complete": true,
        "reports": [
            {
                "configuration_id": "0199c2b4-6f00-7c3e-8a53-0d9c5e0e6c1b",
                "name": "Daily report",
                "schedule": "0 9 * * *",
                "timezone": "Europe/Berlin",
                "enabled": true,
                "next_run_at": "2026-01-16T08:00:00.000Z",
                "runs_due": 16,
                "runs_fitting": 10,
                "runs_over_limit": 6,
            },
        ],
    })
}

pub(crate) fn breakdown() -> Value {
    json!({
        "month": "2026-01-01T00:00:00.000Z",
        "by": "configuration",
        "data": [share()],
    })
}

pub(crate) fn share() -> Value {
    json!({
        "id": "0199c2b4-6f00-7c3e-8a53-0d9c5e0e6c1b",
        "name": "Daily report",
        "runs": 15,
        "successful_runs": 14,
        "failed_runs": 1,
        "counted_runs": 13,
        "test_runs": 1,
        "total_tokens": 231_000,
        "cost_usd": 0.0408,
        "last_run_at": "2026-01-15T09:00:04.000Z",
    })
}
