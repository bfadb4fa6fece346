//! Notices.

use crate::routes::notices::{sample_message, sent_when};
use domain::account::NoticeKind;
use serde_json::{Value, json};

pub(crate) fn notice() -> Value {
    json!({
        "id": "019bc130-1ac0-7c3e-8a53-0d9c5e0e6c1b",
        "type": "delivery.failed",
        "title": "A report of \"Daily report\" (octocat/hello-world) was not delivered",
        "text": "A report of \"Daily report\" (octocat/hello-world) was not delivered after 11 attempts. The last \
                 answer was HTTP 503. It is stored as run 019bc130-1ac0-7c3e-8a53-0d9c5e0e6c1a, and can be sent again \
                 once the webhook works.",
        "configuration": {
            "id": "019b76da-a800-7000-8000-000000000002",
            "name": "Daily report",
            "repository": "octocat/hello-world",
        },
        "details": {
            "run_id": "019bc130-1ac0-7c3e-8a53-0d9c5e0e6c1a",
            "attempts": 11,
            "response_status": 503,
        },
        "created_at": "2026-01-15T10:30:00.000Z",
        "read": false,
        "delivery": {
            "state": "delivered",
            "attempts": 1,
            "in_flight": false,
            "last_status": 204,
            "next_attempt_at": null,
        },
        "sent_to": {"channel": "webhook", "endpoint": "account", "host": "hooks.slack.com"},
    })
}

pub(crate) fn notices_read() -> Value {
    json!({"read_until": "2026-01-15T10:30:00.000Z", "unread": 0})
}

pub(crate) fn notices_read_request() -> Value {
    json!({"read_until": "2026-01-15T10:30:00.000Z"})
}

pub(crate) fn notice_type() -> Value {
    let kind = NoticeKind::DeliveryFailed;
    json!({"type": kind.as_str(), "sent_when": sent_when(kind), "message": sample_message(kind)})
}
