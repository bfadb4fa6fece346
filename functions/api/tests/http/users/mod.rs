//! The settings of a whole account, and its end.

mod closed;
mod delete;
mod notification_secret;
mod own_model;
mod own_model_runs;

use crate::support::call::pointers;
use crate::support::stack::{ANN, BOB};
use crate::support::test_api::{TestApi, user};
use app::ports::Accounts;
use serde_json::{Value, json};

#[tokio::test]
async fn profile_is_replaced_and_limits_and_counts_are_kept() {
    let api = TestApi::new().await;
    api.limit(7).await;
    api.create(ANN, "/repositories", &json!({"url": "https://github.com/octocat/x"})).await.expect(201);
    let body = json!({"timezone": "Europe/Berlin", "notification_webhook_url": "https://hooks.example.com/a"});
    let mut set = api.put(ANN, "/users/profile", &body).await.expect(200);
    set.as_object_mut().unwrap().remove("notification_secret").expect("shown once");
    assert_eq!(
        (&set["timezone"], &set["notification_webhook_url"]),
        (&body["timezone"], &body["notification_webhook_url"])
    );
    assert_eq!((&set["user_id"], &set["limits"]["monthly_runs_limit"]), (&json!(ANN), &json!(7)));
    assert_eq!(api.get(ANN, "/users/profile").await.expect(200), set);
    let account = api.store.account(user(ANN)).await.unwrap();
    assert_eq!((account.limits().monthly_runs, account.repositories, account.limits_version), (7, 1, 1));
    let removed = api.put(ANN, "/users/profile", &json!({})).await.expect(200);
    assert_eq!((&removed["timezone"], &removed["notification_webhook_url"]), (&Value::Null, &Value::Null));
    assert_eq!(api.get(BOB, "/users/profile").await.expect(200)["limits"]["plan_name"], "free");
}

#[tokio::test]
async fn invalid_members_are_reported() {
    let api = TestApi::new().await;
    let body = json!({"timezone": "Nowhere", "notification_webhook_url": "x", "plan": "pro"});
    let problem = api.put(ANN, "/users/profile", &body).await.expect_problem("VALIDATION_FAILED");
    let mut wrong = pointers(&problem);
    wrong.sort();
    assert_eq!(wrong, ["/notification_webhook_url", "/plan", "/timezone"]);
    let inside = json!({"notification_webhook_url": "http://127.0.0.1/x"});
    api.put(ANN, "/users/profile", &inside).await.expect_problem("VALIDATION_FAILED");
}

#[tokio::test]
async fn address_for_notices_in_a_private_network_is_refused() {
    let api = TestApi::new().await;
    api.stack.outside.names.resolve_privately("intranet.example.com");
    for url in ["https://10.0.0.1/x", "https://localhost/x", "https://[fd00::1]/x", "https://intranet.example.com/x"] {
        let body = json!({"notification_webhook_url": url});
        let problem = api.put(ANN, "/users/profile", &body).await.expect_problem("VALIDATION_FAILED");
        assert_eq!(pointers(&problem), ["/notification_webhook_url"], "{url}");
    }
    assert_eq!(api.store.account(user(ANN)).await.unwrap().notification_webhook, None);
}
