//! Plans and overrides, which only administrators set.

mod fleet;

use crate::support::call::{Answer, pointers, request, send};
use crate::support::stack::{ANN, BOB};
use crate::support::test_api::{TestApi, user};
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

async fn set(api: &TestApi, who: &str, body: &Value) -> Answer {
    let mut claims = token::claims(BOB, api.stack.seconds());
    claims["app_metadata"] = json!({"role": "admin"});
    let token = token::with(&claims);
    let ask = request(Method::PUT, &format!("/admin/accounts/{who}"), Some(&token));
    let ask = ask.header("content-type", "application/json").body(Body::from(body.to_string())).unwrap();
    send(&api.stack.router, ask).await
}

#[tokio::test]
async fn plan_and_overrides_are_set_and_counts_are_kept() {
    let api = TestApi::new().await;
    api.create(ANN, "/repositories", &json!({"url": "https://github.com/octocat/x"})).await.expect(201);
    let account = set(&api, ANN, &json!({"plan": "pro", "max_reports": 3})).await.expect(200);
    assert_eq!((&account["plan"], &account["repositories"]), (&json!("pro"), &json!(1)));
    assert_eq!((&account["limits"]["max_reports"], &account["limits"]["monthly_runs_limit"]), (&json!(3), &json!(500)));
    assert_eq!(account["overrides"]["monthly_runs_limit"], Value::Null);
    assert_eq!(api.store.account(user(ANN)).await.unwrap().limits_version, 1);
    set(&api, ANN, &json!({"plan": "pro", "max_reports": 3})).await.expect(200);
    assert_eq!(api.store.account(user(ANN)).await.unwrap().limits_version, 1, "a repetition changes nothing");
}

#[tokio::test]
async fn caller_without_the_role_sets_nothing() {
    let api = TestApi::new().await;
    for who in [ANN, BOB, "x"] {
        api.put(ANN, &format!("/admin/accounts/{who}"), &json!({"plan": "pro"})).await.expect_problem("FORBIDDEN");
    }
    assert_eq!(api.store.account(user(ANN)).await.unwrap().limits_version, 0);
    set(&api, "x", &json!({"plan": "pro"})).await.expect_problem("NOT_FOUND");
    let wrong = json!({"plan": "gold", "max_reports": -1, "monthly_runs_limit": 1.5, "more": 1});
    let problem = set(&api, ANN, &wrong).await.expect_problem("VALIDATION_FAILED");
    assert_eq!(pointers(&problem).len(), 4, "{problem}");
}

#[tokio::test]
async fn higher_limit_resumes_blocked_configurations_at_once() {
    let api = TestApi::new().await;
    api.limit(1).await;
    api.report("All is well.").await;
    let mut blocked = api.configuration.clone();
    blocked.progress.last_run_status = Some(LastRunStatus::LimitReached);
    blocked.progress.next_run_at = Some(at("2026-02-01T00:10:00Z"));
    blocked.progress.due_at = blocked.progress.next_run_at;
    api.store.put_configuration(&blocked).await.unwrap();
    set(&api, ANN, &json!({"plan": "free", "monthly_runs_limit": 1, "max_reports": 4})).await.expect(200);
    let waits = api.store.configuration(user(ANN), blocked.id).await.unwrap().unwrap();
    assert_eq!(waits.progress.next_run_at, blocked.progress.next_run_at, "the limit is still reached");
    set(&api, ANN, &json!({"plan": "free", "monthly_runs_limit": 2})).await.expect(200);
    let woken = api.store.configuration(user(ANN), blocked.id).await.unwrap().unwrap();
    let now = Some(api.stack.clock.now());
    assert_eq!((woken.progress.next_run_at, woken.progress.due_at), (now, now));
}

#[tokio::test]
async fn lower_limit_that_is_reached_is_notified_once() {
    let api = TestApi::new().await;
    api.report("One.").await;
    api.report("Two.").await;
    let month = Month::of(api.stack.clock.now());
    set(&api, ANN, &json!({"plan": "free", "monthly_runs_limit": 2})).await.expect(200);
    let marks = |limit| [80, 100].map(|percent| domain::usage::Mark { percent, limit });
    let usage = api.store.usage(user(ANN), month).await.unwrap();
    assert_eq!(usage.alerted.iter().copied().collect::<Vec<_>>(), marks(2));
    assert_eq!(usage.counted_runs, 2);
    let revision = usage.revision;
    set(&api, ANN, &json!({"plan": "free", "monthly_runs_limit": 2, "max_reports": 4})).await.expect(200);
    assert_eq!(api.store.usage(user(ANN), month).await.unwrap().revision, revision, "notified already");
}

/// The thresholds in the outbox's events, by percent and limit, sorted.
async fn notified(api: &TestApi) -> Vec<(u64, u64)> {
    let mut notified = Vec::new();
    for shard in 0..SHARDS {
        for due in api.store.due(DueKind::Event, shard, api.stack.clock.now(), 100).await.unwrap() {
            let DueRef::Event(id) = due.item else { panic!("{due:?}") };
            let fact = api.store.event(due.user, id).await.unwrap().unwrap().fact;
            let Fact::UsageThresholdReached { mark, .. } = fact else { panic!("{fact:?}") };
            notified.push((mark.limit, mark.percent));
        }
    }
    notified.sort_unstable();
    notified
}

#[tokio::test]
async fn each_threshold_is_notified_once_when_all_runs_end_at_once() {
    let api = TestApi::new().await;
    let reports = |count| futures::future::join_all((0..count).map(|_| api.report("All is well.")));
    set(&api, ANN, &json!({"plan": "free", "monthly_runs_limit": 20})).await.expect(200);
    reports(15).await;
    assert_eq!(notified(&api).await, []);
    reports(5).await;
    assert_eq!(notified(&api).await, [(20, 80), (20, 100)]);
    set(&api, ANN, &json!({"plan": "free", "monthly_runs_limit": 30})).await.expect(200);
    assert_eq!(notified(&api).await, [(20, 80), (20, 100)], "20 of 30 reach no threshold");
    reports(10).await;
    assert_eq!(notified(&api).await, [(20, 80), (20, 100), (30, 80), (30, 100)]);
    assert_eq!(api.store.usage(user(ANN), Month::of(api.stack.clock.now())).await.unwrap().counted_runs, 30);
}
