//! The notices that an account does not want to be sent.

use super::{Served, kinds};
use crate::support::call::pointers;
use serde_json::json;

#[tokio::test]
async fn muted_notice_is_listed_and_not_sent() {
    let served = Served::new().await;
    let muted = json!({"muted_notices": ["endpoint.enabled", "report.failed"]});
    let set = served.put("/users/profile", &muted).await.expect(200);
    assert_eq!(set["muted_notices"], json!(["report.failed", "endpoint.enabled"]));
    let before = served.world.receiver.received().len();
    served.enable_again().await;
    let list = served.get("/notices").await;
    assert_eq!((kinds(&list), &list["data"][0]["delivery"]["state"]), (vec!["endpoint.enabled"], &json!("none")));
    assert_eq!((served.world.receiver.received().len(), served.world.receiver.notices().len()), (before, 0));
    served.put("/users/profile", &json!({"muted_notices": ["report.failed"]})).await.expect(200);
    served.enable_again().await;
    let list = served.get("/notices").await;
    assert_eq!(kinds(&list), ["endpoint.enabled", "endpoint.enabled"]);
    assert_eq!(list["data"][0]["delivery"]["state"], "delivered");
    assert_eq!(served.world.receiver.notices().len(), 1, "the one that is not muted, once");
}

#[tokio::test]
async fn nothing_is_muted_at_first_and_null_mutes_nothing() {
    let served = Served::new().await;
    assert_eq!(served.get("/users/profile").await["muted_notices"], json!([]));
    served.put("/users/profile", &json!({"muted_notices": ["report.failed"]})).await.expect(200);
    let none = served.put("/users/profile", &json!({"muted_notices": null})).await.expect(200);
    assert_eq!(none["muted_notices"], json!([]));
}

#[tokio::test]
async fn every_invalid_type_is_reported() {
    let served = Served::new().await;
    let body = json!({"muted_notices": ["report", "report.failed", 7, "report.failed"], "timezone": "Nowhere"});
    let problem = served.put("/users/profile", &body).await.expect_problem("VALIDATION_FAILED");
    let mut wrong = pointers(&problem);
    wrong.sort();
    assert_eq!(wrong, ["/muted_notices/0", "/muted_notices/2", "/muted_notices/3", "/timezone"]);
    let list = served.put("/users/profile", &json!({"muted_notices": "report.failed"})).await;
    assert_eq!(pointers(&list.expect_problem("VALIDATION_FAILED")), ["/muted_notices"]);
}
