//! Which notices are read.

use super::{Served, other};
use crate::support::call::pointers;
use axum::http::Method;
use domain::account::NoticeKind;
use domain::id::NoticeId;
use domain::instant::Duration;
use domain::notice::{Matter, Notice};
use serde_json::{Value, json};

fn flags(list: &Value) -> Vec<bool> {
    list["data"].as_array().unwrap().iter().map(|notice| notice["read"].as_bool().unwrap()).collect()
}

#[tokio::test]
async fn notices_up_to_the_instant_are_read_and_the_others_are_counted() {
    let served = Served::new().await;
    for _ in 0..3 {
        served.notify(NoticeKind::Resumed).await;
    }
    // An account with a record, and one without it.
    served.put("/users/profile", &json!({"timezone": "UTC"})).await.expect(200);
    let list = served.get("/notices").await;
    assert_eq!((flags(&list), &list["unread"]), (vec![false; 3], &json!(3)));
    let seen = list["data"][1]["created_at"].as_str().unwrap();
    assert_eq!(served.read_until(seen).await, json!({"read_until": seen, "unread": 1}));
    let list = served.get("/notices").await;
    assert_eq!((flags(&list), &list["unread"]), (vec![false, true, true], &json!(1)));
    assert_eq!(flags(&served.get("/notices?unread=true").await), [false]);
    let read = served.get("/notices?unread=false&limit=1").await;
    assert_eq!((flags(&read), &read["unread"], &read["pagination"]["has_more"]), (vec![true], &json!(1), &json!(true)));
}

#[tokio::test]
async fn earlier_instant_changes_nothing() {
    let served = Served::new().await;
    let first = served.notify(NoticeKind::Resumed).await.created_at;
    let second = served.notify(NoticeKind::Resumed).await.created_at;
    let text = domain::instant::text;
    let read = json!({"read_until": text(second), "unread": 0});
    assert_eq!(served.read_until(&text(second)).await, read);
    assert_eq!(served.read_until(&text(first)).await, read);
}

#[tokio::test]
async fn instant_that_is_to_come_counts_as_now() {
    let served = Served::new().await;
    served.notify(NoticeKind::Resumed).await;
    let read = served.read_until("2999-01-01T00:00:00Z").await;
    assert_eq!(read, json!({"read_until": "2026-01-01T01:01:10.000Z", "unread": 0}));
    served.notify(NoticeKind::Resumed).await;
    assert_eq!(served.get("/notices").await["unread"], 1);
}

#[tokio::test]
async fn instant_before_every_notice_reads_none() {
    let served = Served::new().await;
    served.notify(NoticeKind::Resumed).await;
    for instant in ["0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z"] {
        assert_eq!(served.read_until(instant).await["unread"], 1, "{instant}");
        assert_eq!(served.get("/notices").await["unread"], 1, "{instant}");
    }
}

/// The id of the notice that a model ends is of the day 90 days before its end, whenever it is made.
#[tokio::test]
async fn new_notice_with_an_old_id_is_unread() {
    let served = Served::new().await;
    served.world.clock.advance(Duration::days(80));
    served.read_until("2026-03-22T00:00:00Z").await;
    let newest = served.notify(NoticeKind::ModelRetires).await;
    let on = newest.created_at.date_naive() + Duration::days(20);
    let id = NoticeId::model_retires(served.scene.configuration.id, "gpt-6-luna", on);
    let matter = Matter::ModelRetires { model: "gpt-6-luna".to_owned(), on };
    served.store(&Notice { id, matter, ..newest }).await;
    let list = served.get("/notices").await;
    assert_eq!((flags(&list), &list["unread"]), (vec![false, false], &json!(2)));
}

#[tokio::test]
async fn invalid_instant_is_refused_and_other_users_are_not_concerned() {
    let served = Served::new().await;
    served.notify(NoticeKind::Resumed).await;
    for body in [json!({}), json!({"read_until": null}), json!({"read_until": "today"})] {
        let problem = served.put("/notices/read", &body).await.expect_problem("VALIDATION_FAILED");
        assert_eq!(pointers(&problem), ["/read_until"], "{body}");
    }
    let body = json!({"read_until": "2026-01-02T00:00:00Z"});
    let theirs = served.ask(other(), Method::PUT, "/notices/read", Some(&body)).await.expect(200);
    assert_eq!(theirs["unread"], 0);
    assert_eq!(served.get("/notices").await["unread"], 1);
}
