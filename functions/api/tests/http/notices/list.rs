//! The list of notices.

use super::{Served, kinds, other};
use crate::support::call::pointers;
use axum::http::Method;
use domain::account::NoticeKind;
use domain::instant::Duration;
use serde_json::{Value, json};
use testkit::partition::{AttributeValue, damage, partition, put_all, under};

#[tokio::test]
async fn notice_is_listed_with_its_configuration_and_figures() {
    let served = Served::new().await;
    let made = served.notify(NoticeKind::DeliveryFailed).await;
    let list = served.get("/notices").await;
    let expected = json!({
        "id": made.id.to_string(),
        "type": "delivery.failed",
        "title": "A report of \"Hourly report\" (octocat/hello-world) was not delivered",
        "text": made.text(),
        "configuration": {
            "id": served.scene.configuration.id.to_string(),
            "name": "Hourly report",
            "repository": "octocat/hello-world",
        },
        "details": {"run_id": list["data"][0]["details"]["run_id"], "attempts": 11, "response_status": 503},
        "created_at": "2026-01-01T01:01:10.000Z",
        "read": false,
        "delivery": {"state": "none", "attempts": 0, "in_flight": false, "last_status": null, "next_attempt_at": null},
        "sent_to": null,
    });
    assert_eq!((&list["data"], &list["unread"]), (&json!([expected]), &json!(1)));
    let others = served.ask(other(), Method::GET, "/notices", None).await.expect(200);
    assert_eq!((&others["data"], &others["unread"]), (&json!([]), &json!(0)));
}

/// Every id, page by page.
async fn walk(served: &Served, query: &str) -> Vec<String> {
    let (mut ids, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = served.get(&format!("/notices?{query}{cursor}")).await;
        ids.extend(page["data"].as_array().unwrap().iter().map(|notice| notice["id"].as_str().unwrap().to_owned()));
        match page["pagination"]["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return ids,
        }
        assert_eq!(page["pagination"]["has_more"], true);
    }
}

#[tokio::test]
async fn pages_have_every_notice_once_newest_first() {
    let served = Served::new().await;
    let mut all = Vec::new();
    for place in 0..7 {
        let kind = if place % 2 == 0 { NoticeKind::ReportFailed } else { NoticeKind::ReportRecovered };
        all.insert(0, served.notify(kind).await.id.to_string());
    }
    let even: Vec<String> = all.iter().step_by(2).cloned().collect();
    let odd: Vec<String> = all.iter().skip(1).step_by(2).cloned().collect();
    for limit in [1, 3, 7, 50] {
        assert_eq!(walk(&served, &format!("limit={limit}")).await, all, "limit {limit}");
        assert_eq!(walk(&served, &format!("type=report.failed&limit={limit}")).await, even, "limit {limit}");
        assert_eq!(walk(&served, &format!("limit={limit}&type=report.recovered&unread=true")).await, odd);
    }
    let offset = served.get("/notices?offset=5&limit=1").await;
    assert_eq!((&offset["data"][0]["id"], &offset["pagination"]["has_more"]), (&json!(all[5]), &json!(true)));
    let first = served.get("/notices?limit=1").await;
    let cursor = first["pagination"]["next_cursor"].as_str().unwrap();
    let other_filter = format!("/notices?unread=true&cursor={cursor}");
    served.ask(served.scene.user(), Method::GET, &other_filter, None).await.expect_problem("INVALID_CURSOR");
}

#[tokio::test]
async fn invalid_filters_are_all_reported() {
    let served = Served::new().await;
    let path = "/notices?type=usage&unread=maybe&status=read";
    let problem = served.ask(served.scene.user(), Method::GET, path, None).await.expect_problem("VALIDATION_FAILED");
    let mut wrong = pointers(&problem);
    wrong.sort();
    assert_eq!(wrong, ["/status", "/type", "/unread"]);
}

#[tokio::test]
async fn unreadable_notice_is_skipped() {
    let served = Served::new().await;
    let mut made = Vec::new();
    for _ in 0..3 {
        made.push(served.notify(NoticeKind::Resumed).await.id.to_string());
    }
    let key = format!("NOTICE#{}", made[1]);
    let value = AttributeValue::S("nothing".to_owned());
    damage(&served.world.engine, served.scene.user(), &key, "kind", Some(value)).await;
    for query in ["", "limit=1", "unread=true&limit=1"] {
        assert_eq!(walk(&served, query).await, [made[2].clone(), made[0].clone()], "{query}");
    }
    assert_eq!(served.get("/notices").await["unread"], 2);
}

#[tokio::test]
async fn notice_is_listed_for_400_days() {
    let served = Served::new().await;
    served.notify(NoticeKind::Resumed).await;
    served.world.clock.advance(Duration::days(400) - Duration::seconds(1));
    assert_eq!(kinds(&served.get("/notices").await), ["configuration.resumed"]);
    served.world.clock.advance(Duration::seconds(1));
    let list = served.get("/notices").await;
    assert_eq!((&list["data"], &list["unread"]), (&json!([]), &json!(0)));
}

#[tokio::test]
async fn filtered_page_and_count_read_at_most_a_thousand_notices() {
    let served = Served::new().await;
    let oldest = served.notify(NoticeKind::Resumed).await;
    let copied = served.notify(NoticeKind::ReportFailed).await;
    let key = format!("NOTICE#{}", copied.id);
    let record = partition(&served.world.engine, served.scene.user()).await.remove(&key).unwrap();
    let others = (2..1_050).map(|number| {
        let id = domain::id::NoticeId::at(copied.created_at, testkit::builders::randomness(number));
        under(&record, format!("NOTICE#{id}"))
    });
    put_all(&served.world.engine, others.collect()).await;
    let page = served.get("/notices?type=configuration.resumed").await;
    assert_eq!((&page["data"], &page["pagination"]["has_more"]), (&json!([]), &json!(true)), "there is more to read");
    assert_eq!(page["unread"], 1_000);
    assert_eq!(walk(&served, "type=configuration.resumed").await, [oldest.id.to_string()]);
}

#[tokio::test]
async fn list_has_where_a_notice_was_sent() {
    let served = Served::new().await;
    served.enable_again().await;
    let sent = |list: &Value| (list["data"][0]["delivery"]["state"].clone(), list["data"][0]["sent_to"].clone());
    let own = json!({"channel": "webhook", "endpoint": "configuration", "host": "receiver.example.com"});
    assert_eq!(sent(&served.get("/notices?type=endpoint.enabled").await), (json!("delivered"), own));
    let profile = json!({"notification_webhook_url": "https://hooks.example.com/notices"});
    served.put("/users/profile", &profile).await.expect(200);
    served.enable_again().await;
    let account = json!({"channel": "webhook", "endpoint": "account", "host": "hooks.example.com"});
    assert_eq!(sent(&served.get("/notices?type=endpoint.enabled").await), (json!("delivered"), account));
}

#[tokio::test]
async fn deleted_account_leaves_no_notice() {
    let served = Served::new().await;
    served.notify(NoticeKind::Resumed).await;
    served.read_until("2026-01-01T01:02:00Z").await;
    served.ask(served.scene.user(), Method::DELETE, "/users/profile", None).await.expect(202);
    assert_eq!(served.get("/notices").await["data"], json!([]));
    served.world.pass(Duration::hours(2)).await;
    let left = partition(&served.world.engine, served.scene.user()).await;
    assert!(left.keys().all(|key| !key.starts_with("NOTICE#")), "{:?}", left.keys());
    assert!(!format!("{:?}", left["ACCOUNT"]).contains("notices_read"));
}
