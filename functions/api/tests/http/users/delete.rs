//! Deletion of an account by its user or by an administrator.

use crate::support::call::{Answer, request, send};
use crate::support::stack::api_on;
use crate::support::token;
use app::ports::Clock;
use axum::Router;
use axum::body::Body;
use axum::http::Method;
use domain::id::UserId;
use domain::instant::Duration;
use serde_json::{Value, json};
use testkit::builders::{at, user};
use testkit::partition::partition;
use testkit::world::{Scene, World};

/// The API on a whole deployment, whose ticks finish the deletion. The world is dropped last.
struct ServedWorld {
    router: Router,
    scene: Scene,
    other: Scene,
    world: World,
}

const WINDOW: &str = r#"{"from": "2026-01-01T00:00:00.000Z", "to": "2026-01-01T01:00:00.000Z"}"#;

impl ServedWorld {
    /// Two users with a report each; the first one's was written, delivered and counted.
    async fn new() -> Self {
        let world = World::new(51).await.unwrap();
        let (mut scene, mut other) = (world.scene(1).await, world.scene(2).await);
        scene.write_with("gpt-4o-mini");
        let later = Some(at("2026-12-01T00:00:00Z"));
        other.configuration.progress.next_run_at = later;
        other.configuration.progress.due_at = later;
        for scene in [&scene, &other] {
            world.store(scene).await;
        }
        world.git.push(at("2026-01-01T00:30:00Z"), "feat: apples");
        world.jump_to(at("2026-01-01T01:00:10Z")).await;
        let router = api_on(&world.deployment, &[]);
        Self { router, scene, other, world }
    }

    async fn ask(&self, who: UserId, admin: bool, method: Method, path: &str, body: Option<&str>) -> Answer {
        let mut claims = token::claims(&who.to_string(), self.world.clock.now().timestamp());
        if admin {
            claims["app_metadata"] = json!({"role": "admin"});
        }
        let mut ask = request(method, path, Some(&token::with(&claims)));
        if body.is_some() {
            ask = ask.header("content-type", "application/json");
        }
        send(&self.router, ask.body(Body::from(body.unwrap_or_default().to_owned())).unwrap()).await
    }

    async fn mine(&self, method: Method, path: &str, body: Option<&str>) -> Answer {
        self.ask(self.scene.user(), false, method, path, body).await
    }

    async fn delete_mine(&self) -> Value {
        self.mine(Method::DELETE, "/users/profile", None).await.expect(202)
    }

    async fn usage(&self) -> Value {
        self.mine(Method::GET, "/report-runs/usage", None).await.expect(200)["monthlyUsage"].clone()
    }

    /// Lets time pass, with a tick in each of four parts of it.
    async fn pass(&self, time: Duration) {
        for _ in 0..4 {
            self.world.clock.advance(time / 4);
            self.world.tick().await;
            self.world.drain().await;
        }
    }

    fn run_path(&self) -> String {
        format!("/report-configurations/{}/run", self.scene.configuration.id)
    }
}

#[tokio::test]
async fn answer_has_the_progress_and_a_repetition_changes_nothing() {
    let served = ServedWorld::new().await;
    let began = served.delete_mine().await;
    let expected = json!({
        "user_id": served.scene.user().to_string(),
        "status": "deleting",
        "closed_at": "2026-01-01T01:00:10.000Z",
        "deleted_at": null,
        "kept": ["usage", "audit"],
    });
    assert_eq!(began, expected);
    served.world.clock.advance(Duration::seconds(30));
    assert_eq!(served.delete_mine().await, expected);
    served.pass(Duration::hours(2)).await;
    let done = served.delete_mine().await;
    assert_eq!((&done["status"], &done["closed_at"]), (&json!("deleted"), &expected["closed_at"]));
    assert!(done["deleted_at"].is_string(), "{done}");
    assert_eq!(served.delete_mine().await, done);
    served.mine(Method::DELETE, "/users/profile?now=true", None).await.expect_problem("VALIDATION_FAILED");
}

#[tokio::test]
async fn reads_return_an_empty_account_and_the_kept_usage() {
    let served = ServedWorld::new().await;
    let usage = served.usage().await;
    assert_eq!(usage["counted_runs"], 1, "{usage}");
    served.delete_mine().await;
    served.pass(Duration::hours(2)).await;
    assert_eq!(served.usage().await, usage);
    let history = served.mine(Method::GET, "/report-runs/usage/history?months=1", None).await.expect(200);
    assert!(history.to_string().contains("\"counted_runs\":1"), "{history}");
    for path in ["/report-runs", "/repositories", "/report-configurations"] {
        assert_eq!(served.mine(Method::GET, path, None).await.expect(200)["data"], json!([]), "{path}");
    }
    let profile = served.mine(Method::GET, "/users/profile", None).await.expect(200);
    assert_eq!((&profile["timezone"], &profile["limits"]["plan_name"]), (&Value::Null, &json!("free")));
    let left: Vec<String> = partition(&served.world.engine, served.scene.user()).await.into_keys().collect();
    let kinds: Vec<&str> = left.iter().map(|key| key.split('#').next().unwrap()).collect();
    assert_eq!(kinds, ["ACCOUNT", "AUDIT", "USAGE"]);
}

#[tokio::test]
async fn writes_are_refused_from_the_first_answer_on() {
    let served = ServedWorld::new().await;
    let run = served.mine(Method::POST, &served.run_path(), Some(WINDOW)).await.expect(202);
    served.delete_mine().await;
    let location = r#"{"url": "https://github.com/octocat/x"}"#;
    let configuration = json!({
        "repository_id": served.scene.repository.id.to_string(), "branch": "main", "schedule": "@daily",
        "timezone": "UTC",
    });
    let configuration = configuration.to_string();
    let writes = [
        (Method::POST, "/repositories".to_owned(), location),
        (Method::POST, "/report-configurations".to_owned(), configuration.as_str()),
        (Method::POST, served.run_path(), WINDOW),
        (Method::POST, format!("/report-configurations/{}/test", served.scene.configuration.id), "{}"),
        (Method::PUT, "/users/profile".to_owned(), r#"{"timezone": "UTC"}"#),
    ];
    for wait in [Duration::zero(), Duration::minutes(10), Duration::hours(2)] {
        if wait > Duration::zero() {
            served.pass(wait).await;
        }
        for (method, path, body) in &writes {
            let problem = served.mine(method.clone(), path, Some(body)).await.expect_problem("FORBIDDEN");
            assert!(problem["detail"].to_string().contains("account is closed"), "{path}: {problem}");
        }
    }
    let cancelled = served.world.counter(served.scene.user()).await;
    assert_eq!((cancelled.cancelled_runs, cancelled.in_flight()), (1, 0), "the running run released its slot");
    let path = format!("/report-runs/{}", run["id"].as_str().unwrap());
    served.mine(Method::GET, &path, None).await.expect_problem("NOT_FOUND");
}

#[tokio::test]
async fn deletion_by_an_administrator_has_an_audit_entry() {
    let served = ServedWorld::new().await;
    let (who, admin) = (served.scene.user(), user(9));
    let path = format!("/admin/accounts/{who}");
    served.ask(served.other.user(), false, Method::DELETE, &path, None).await.expect_problem("FORBIDDEN");
    served.ask(who, false, Method::DELETE, &path, None).await.expect_problem("FORBIDDEN");
    served.ask(admin, true, Method::DELETE, "/admin/accounts/x", None).await.expect_problem("NOT_FOUND");
    let others = partition(&served.world.engine, served.other.user()).await;
    let began = served.ask(admin, true, Method::DELETE, &path, None).await.expect(202);
    assert_eq!((&began["status"], &began["user_id"]), (&json!("deleting"), &json!(who.to_string())));
    let again = served.ask(admin, true, Method::DELETE, &path, None).await.expect(202);
    assert_eq!(again, began);
    let set = served.ask(admin, true, Method::PUT, &path, Some(r#"{"plan": "pro"}"#)).await;
    set.expect_problem("CONFLICT");
    served.pass(Duration::hours(2)).await;
    let left = partition(&served.world.engine, who).await;
    let audits: Vec<_> = left.iter().filter(|(key, _)| key.starts_with("AUDIT#")).collect();
    assert_eq!(audits.len(), 1, "one entry, however often the deletion was requested");
    assert_eq!(audits[0].1["by"].as_s().unwrap(), &admin.to_string());
    assert_eq!(partition(&served.world.engine, served.other.user()).await, others, "another account is unchanged");
}

#[tokio::test]
async fn run_with_an_expired_text_is_returned_and_marked() {
    let served = ServedWorld::new().await;
    let id = served.world.runs(served.scene.user()).await[0].id;
    let path = format!("/report-runs/{id}");
    let fresh = served.mine(Method::GET, &path, None).await.expect(200);
    assert!(fresh["report_content"].is_string());
    assert_eq!(fresh["report_content_expired"], json!(false));
    served.world.clock.advance(Duration::days(401));
    let old = served.mine(Method::GET, &path, None).await.expect(200);
    assert_eq!((&old["report_content"], &old["report_content_expired"]), (&Value::Null, &json!(true)));
    assert_eq!((&old["status"], &old["cost_usd"]), (&fresh["status"], &fresh["cost_usd"]));
    let attempts = served.mine(Method::GET, &format!("{path}/deliveries"), None).await.expect(200);
    assert_eq!(attempts["data"], json!([]), "the attempts have expired too: {attempts}");
}
