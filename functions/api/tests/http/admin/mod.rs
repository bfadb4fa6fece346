//! Plans and overrides are set by administrators, and by nobody else.

use crate::support::call::{Answer, pointers, request, send};
use crate::support::house::{House, user};
use crate::support::stack::{ANN, BOB};
use crate::support::token;
use app::ports::{Accounts, Clock, Configurations, DueIndex, DueKind, DueRef, Outbox, UsageCounters};
use axum::body::Body;
use axum::http::Method;
use domain::configuration::LastRunStatus;
use domain::event::Fact;
use domain::id::SHARDS;
use domain::month::Month;
use serde_json::{Value, json};
use testkit::builders::at;

async fn set(house: &House, who: &str, body: &Value) -> Answer {
    let mut claims = token::claims(BOB, house.stack.seconds());
    claims["app_metadata"] = json!({"role": "admin"});
    let token = token::with(&claims);
    let ask = request(Method::PUT, &format!("/admin/accounts/{who}"), Some(&token));
    let ask = ask.header("content-type", "application/json").body(Body::from(body.to_string())).unwrap();
    send(&house.stack.router, ask).await
}

#[tokio::test]
async fn a_plan_and_its_overrides_are_set_and_the_counts_stay() {
    let house = House::new().await;
    house.create(ANN, "/repositories", &json!({"url": "https://github.com/octocat/x"})).await.expect(201);
    let account = set(&house, ANN, &json!({"plan": "pro", "max_reports": 3})).await.expect(200);
    assert_eq!((&account["plan"], &account["repositories"]), (&json!("pro"), &json!(1)));
    assert_eq!((&account["limits"]["max_reports"], &account["limits"]["monthly_runs_limit"]), (&json!(3), &json!(500)));
    assert_eq!(account["overrides"]["monthly_runs_limit"], Value::Null);
    assert_eq!(house.store.account(user(ANN)).await.unwrap().limits_version, 1);
    set(&house, ANN, &json!({"plan": "pro", "max_reports": 3})).await.expect(200);
    assert_eq!(house.store.account(user(ANN)).await.unwrap().limits_version, 1, "the same again changes nothing");
}

#[tokio::test]
async fn nobody_else_sets_anything() {
    let house = House::new().await;
    for who in [ANN, BOB, "x"] {
        house.put(ANN, &format!("/admin/accounts/{who}"), &json!({"plan": "pro"})).await.expect_problem("FORBIDDEN");
    }
    assert_eq!(house.store.account(user(ANN)).await.unwrap().limits_version, 0);
    set(&house, "x", &json!({"plan": "pro"})).await.expect_problem("NOT_FOUND");
    let wrong = json!({"plan": "gold", "max_reports": -1, "monthly_runs_limit": 1.5, "more": 1});
    let problem = set(&house, ANN, &wrong).await.expect_problem("VALIDATION_FAILED");
    assert_eq!(pointers(&problem).len(), 4, "{problem}");
}

#[tokio::test]
async fn a_higher_limit_wakes_what_was_blocked_at_once() {
    let house = House::new().await;
    house.limit(1).await;
    house.report("All is well.").await;
    let mut blocked = house.configuration.clone();
    blocked.progress.last_run_status = Some(LastRunStatus::LimitReached);
    blocked.progress.next_run_at = Some(at("2026-02-01T00:10:00Z"));
    blocked.progress.due_at = blocked.progress.next_run_at;
    house.store.put_configuration(&blocked).await.unwrap();
    set(&house, ANN, &json!({"plan": "free", "monthly_runs_limit": 1, "max_reports": 4})).await.expect(200);
    let waits = house.store.configuration(user(ANN), blocked.id).await.unwrap().unwrap();
    assert_eq!(waits.progress.next_run_at, blocked.progress.next_run_at, "the limit is reached still");
    set(&house, ANN, &json!({"plan": "free", "monthly_runs_limit": 2})).await.expect(200);
    let woken = house.store.configuration(user(ANN), blocked.id).await.unwrap().unwrap();
    let now = Some(house.stack.clock.now());
    assert_eq!((woken.progress.next_run_at, woken.progress.due_at), (now, now));
}

#[tokio::test]
async fn a_lower_limit_that_is_reached_already_is_told_once() {
    let house = House::new().await;
    house.report("One.").await;
    house.report("Two.").await;
    let month = Month::of(house.stack.clock.now());
    set(&house, ANN, &json!({"plan": "free", "monthly_runs_limit": 2})).await.expect(200);
    let marks = |limit| [80, 100].map(|percent| domain::usage::Mark { percent, limit });
    let usage = house.store.usage(user(ANN), month).await.unwrap();
    assert_eq!(usage.alerted.iter().copied().collect::<Vec<_>>(), marks(2));
    assert_eq!(usage.counted_runs, 2);
    let revision = usage.revision;
    set(&house, ANN, &json!({"plan": "free", "monthly_runs_limit": 2, "max_reports": 4})).await.expect(200);
    assert_eq!(house.store.usage(user(ANN), month).await.unwrap().revision, revision, "told already");
}

/// Which thresholds events tell of, by percent and limit, whatever the order in which they stand in the outbox.
async fn told(house: &House) -> Vec<(u64, u64)> {
    let mut told = Vec::new();
    for shard in 0..SHARDS {
        for due in house.store.due(DueKind::Event, shard, house.stack.clock.now(), 100).await.unwrap() {
            let DueRef::Event(id) = due.item else { panic!("{due:?}") };
            let fact = house.store.event(due.user, id).await.unwrap().unwrap().fact;
            let Fact::UsageThresholdReached { mark, .. } = fact else { panic!("{fact:?}") };
            told.push((mark.limit, mark.percent));
        }
    }
    told.sort_unstable();
    told
}

#[tokio::test]
async fn each_threshold_of_each_limit_that_is_set_is_told_once_though_all_end_at_once() {
    let house = House::new().await;
    let reports = |count| futures::future::join_all((0..count).map(|_| house.report("All is well.")));
    set(&house, ANN, &json!({"plan": "free", "monthly_runs_limit": 20})).await.expect(200);
    reports(15).await;
    assert_eq!(told(&house).await, []);
    reports(5).await;
    assert_eq!(told(&house).await, [(20, 80), (20, 100)]);
    set(&house, ANN, &json!({"plan": "free", "monthly_runs_limit": 30})).await.expect(200);
    assert_eq!(told(&house).await, [(20, 80), (20, 100)], "20 of 30 are nothing to tell");
    reports(10).await;
    assert_eq!(told(&house).await, [(20, 80), (20, 100), (30, 80), (30, 100)]);
    assert_eq!(house.store.usage(user(ANN), Month::of(house.stack.clock.now())).await.unwrap().counted_runs, 30);
}
