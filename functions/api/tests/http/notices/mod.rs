//! Notices: the list, what is read, what is muted, where they were sent, and their types.

mod email;
mod kinds;
mod list;
mod muted;
mod read;

use crate::support::call::{Answer, request, send};
use crate::support::stack::api_on;
use crate::support::token;
use adapters::wiring::Deployment;
use app::ports::{Clock, DeliveryMove};
use axum::Router;
use axum::body::Body;
use axum::http::Method;
use domain::account::NoticeKind;
use domain::delivery::{DisabledReason, Health};
use domain::id::{NoticeId, UserId};
use domain::instant::Duration;
use domain::notice::{Named, Notice};
use serde_json::{Value, json};
use testkit::builders::{at, delivery_move, randomness, user};
use testkit::world::{Scene, World};

/// The API on a whole deployment with one report, which has run once. The world is dropped last.
struct Served {
    router: Router,
    scene: Scene,
    world: World,
}

impl Served {
    async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// On a deployment that is changed first.
    async fn with(change: impl FnOnce(&mut Deployment)) -> Self {
        let (mut world, scene) = World::with_scene(61, |_| {}).await;
        change(&mut world.deployment);
        world.jump_to(at("2026-01-01T01:00:10Z")).await;
        let router = api_on(&world.deployment, &[]);
        Self { router, scene, world }
    }

    async fn ask(&self, who: UserId, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let now = self.world.clock.now().timestamp();
        let mut ask = request(method, path, Some(&token::of(&who.to_string(), now)));
        if body.is_some() {
            ask = ask.header("content-type", "application/json");
        }
        send(&self.router, ask.body(Body::from(body.map(Value::to_string).unwrap_or_default())).unwrap()).await
    }

    async fn get(&self, path: &str) -> Value {
        self.ask(self.scene.user(), Method::GET, path, None).await.expect(200)
    }

    async fn put(&self, path: &str, body: &Value) -> Answer {
        self.ask(self.scene.user(), Method::PUT, path, Some(body)).await
    }

    async fn read_until(&self, instant: &str) -> Value {
        self.put("/notices/read", &json!({"read_until": instant})).await.expect(200)
    }

    /// Stores a notice as the system does, a minute after the one before.
    async fn notify(&self, kind: NoticeKind) -> Notice {
        self.world.clock.advance(Duration::minutes(1));
        let now = self.world.clock.now();
        let notice = Notice {
            id: NoticeId::at(now, randomness(1)),
            user: self.scene.user(),
            configuration: Named::of(&self.scene.configuration, Some("octocat/hello-world".to_owned())),
            created_at: now,
            ..Notice::example(kind)
        };
        self.store(&notice).await;
        notice
    }

    async fn store(&self, notice: &Notice) {
        let run = self.world.runs(self.scene.user()).await.remove(0);
        let step = DeliveryMove {
            now: self.world.clock.now(),
            notice: Some(notice.clone()),
            ..delivery_move(&run, run.delivery.clone())
        };
        self.world.deployment.store.move_delivery(&step).await.unwrap();
    }

    /// Disables the configuration's webhook and enables it again, which makes a notice, and delivers that.
    async fn enable_again(&self) {
        let now = self.world.clock.now();
        let disabled = Health::Disabled { since: now, reason: DisabledReason::Gone, status: Some(410) };
        let mut configuration = self.world.configuration(&self.scene).await;
        configuration.delivery_health = disabled;
        self.world.deployment.store.put_configuration(&configuration).await.unwrap();
        let path = format!("/report-configurations/{}/enable", configuration.id);
        self.ask(self.scene.user(), Method::POST, &path, None).await.expect(200);
        self.world.pass(Duration::minutes(1)).await;
    }
}

fn kinds(list: &Value) -> Vec<&str> {
    list["data"].as_array().unwrap().iter().map(|notice| notice["type"].as_str().unwrap()).collect()
}

fn other() -> UserId {
    user(2)
}
