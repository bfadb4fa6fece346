//! A user's own model, from the profile to the report: real HTTP to two model servers, the deployment's and the
//! user's.

use crate::support::call::{get, post_json, request, send};
use crate::support::stack::{ANN, api_on};
use crate::support::token;
use adapters::guard::{AddressPolicy, Guard};
use adapters::model::{OpenAiCompatible, Providers};
use adapters::secrets::Secret;
use app::ports::{Clock, RunRequest};
use app::runs::Executed;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Method};
use axum::routing::post;
use axum::{Json, Router};
use domain::account::{Account, Plan};
use domain::configuration::{Writer, WriterChoice};
use domain::id::{ConfigurationId, RunId, UserId};
use domain::instant::{Duration, text};
use domain::repository::AccessToken;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use testkit::builders::at;
use testkit::outside::ScriptedCatalog;
use testkit::surroundings::{Surroundings, Verbs};

const CONFIGURATION: &str = "019b76da-a800-7000-8000-000000000002";

/// An OpenAI-compatible server that records the key and the model of each request.
#[derive(Clone)]
struct ModelServer {
    base: String,
    asked: Arc<Mutex<Vec<(String, String)>>>,
}

impl ModelServer {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}/v1", listener.local_addr().unwrap());
        let server = Self { base, asked: Arc::default() };
        let router = Router::new().route("/v1/chat/completions", post(answer)).with_state(server.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        server
    }

    fn asked(&self) -> Vec<(String, String)> {
        self.asked.lock().unwrap().clone()
    }
}

async fn answer(State(server): State<ModelServer>, headers: HeaderMap, Json(ask): Json<Value>) -> Json<Value> {
    let key = headers.get("authorization").map_or("", |value| value.to_str().unwrap()).to_owned();
    let model = ask["model"].as_str().unwrap().to_owned();
    server.asked.lock().unwrap().push((key, model.clone()));
    Json(json!({
        "model": model,
        "choices": [{"index": 0, "message": {"role": "assistant", "content": format!("# Written by {model}.")},
            "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1_000, "completion_tokens": 100, "total_tokens": 1_100},
    }))
}

struct Scene {
    surroundings: Surroundings,
    deployment_server: ModelServer,
    own: ModelServer,
    router: Router,
    hour: i64,
}

impl Scene {
    /// A Pro account of Ann's whose only configuration names no writer.
    async fn new() -> Self {
        let (deployment_server, own) = (ModelServer::start().await, ModelServer::start().await);
        let mut surroundings = Surroundings::at(at("2026-01-15T10:00:00Z")).await.unwrap();
        let guard = Arc::new(Guard::new(AddressPolicy::LoopbackToo));
        let key = Some(Secret::fixed(AccessToken::new("sk-deployment".to_owned())));
        let deployments = OpenAiCompatible::new(guard.clone(), deployment_server.base.parse().unwrap(), key);
        surroundings.deployment.writer = Arc::new(Providers::new(Arc::new(deployments), guard));
        surroundings.deployment.catalog = Arc::new(ScriptedCatalog::default());
        surroundings.deployment.default_writer = Writer::Model("gpt-4o-mini".to_owned());
        let router = api_on(&surroundings.deployment, &[]);
        let account = Account { plan: Plan::Pro, limits_version: 1, ..Account::free(ann()) };
        surroundings.deployment.store.put_account(&account).await.unwrap();
        Self { surroundings, deployment_server, own, router, hour: 0 }
    }

    fn token(&self, admin: bool) -> String {
        let mut claims = token::claims(ANN, self.surroundings.clock.now().timestamp());
        if admin {
            claims["app_metadata"] = json!({"role": "admin"});
        }
        token::with(&claims)
    }

    async fn put(&self, path: &str, admin: bool, body: &Value) -> Value {
        let ask = request(Method::PUT, path, Some(&self.token(admin))).header("content-type", "application/json");
        send(&self.router, ask.body(Body::from(body.to_string())).unwrap()).await.expect(200)
    }

    /// The estimate of a report over the last hour.
    async fn estimate(&self) -> Value {
        let now = self.surroundings.clock.now();
        let window = json!({"from": text(now - Duration::hours(1)), "to": text(now)});
        let path = format!("/report-configurations/{CONFIGURATION}/run?estimate=true");
        post_json(&self.router, &path, Some(&self.token(false)), window.to_string()).await.expect(200)
    }

    /// The next hour's run, executed by the worker, as the API returns it.
    async fn report(&mut self) -> Value {
        self.hour += 1;
        let fire = at("2026-01-15T10:00:00Z") + Duration::hours(self.hour);
        self.surroundings.clock.set(fire);
        let id = ConfigurationId::parse(CONFIGURATION).unwrap();
        self.surroundings.branch.push(fire - Duration::minutes(9), "feat: count every run");
        self.surroundings
            .configuration_that_waits(ann(), id, fire, |configuration| {
                configuration.settings.writer = WriterChoice::Deployment;
            })
            .await
            .unwrap();
        let run = RunId::scheduled(id, fire);
        let request = RunRequest { user: ann(), run, configuration: id, fire: Some(fire) };
        let deployment = &self.surroundings.deployment;
        let executed = deployment.execute_run().execute(&request, fire + Duration::minutes(3)).await.unwrap();
        assert!(matches!(executed, Executed::Finished(_)), "{executed:?}");
        get(&self.router, &format!("/report-runs/{run}"), Some(&self.token(false))).await.expect(200)
    }
}

fn ann() -> UserId {
    UserId::from_record(ANN).unwrap()
}

#[tokio::test]
async fn own_model_writes_until_the_plan_no_longer_allows_it() {
    let mut scene = Scene::new().await;
    let run = scene.report().await;
    let is_by = |run: &Value, model: &str| {
        let text = run["report_content"].as_str().unwrap();
        text.contains(&format!("\n\nWritten by {model}.\n"))
    };
    assert!(is_by(&run, "gpt-4o-mini"), "{run}");
    assert_eq!(run["configuration_snapshot"]["own_model"], false);

    let model = json!({"base_url": scene.own.base, "api_key": "sk-own", "model": "llama-3"});
    let profile = scene.put("/users/profile", false, &json!({"model": model})).await;
    assert_eq!((&profile["model"]["has_api_key"], &profile["model"]["in_use"]), (&json!(true), &json!(true)));
    let run = scene.report().await;
    assert!(is_by(&run, "llama-3"), "{run}");
    assert_eq!(run["model_used"], "llama-3");
    assert_eq!(
        (&run["tokens_used"], &run["cost_usd"], &run["usage_source"]),
        (&json!(1_100), &json!(null), &json!("api"))
    );
    assert_eq!((&run["rates"], &run["known_cost_usd"]), (&json!(null), &json!(0)), "its price is unknown");
    let month = get(&scene.router, "/report-runs/usage", Some(&scene.token(false))).await.expect(200);
    assert_eq!(month["monthlyUsage"]["unpriced_runs"], 1);
    assert_eq!((&run["configuration_snapshot"]["own_model"], &run["quota"]["counted"]), (&json!(true), &json!(true)));

    let prices = json!({"input": 1, "output": 2.5});
    let dearer = json!({"base_url": scene.own.base, "model": "llama-3", "prices": prices});
    scene.put("/users/profile", false, &json!({"model": dearer})).await;
    let run = scene.report().await;
    assert_eq!(run["cost_usd"].to_string(), "0.00125");
    let estimate = scene.estimate().await;
    assert_eq!((&estimate["model"], &estimate["rates"]), (&json!("llama-3"), &run["rates"]));

    scene.put(&format!("/admin/accounts/{ANN}"), true, &json!({"plan": "free"})).await;
    let run = scene.report().await;
    assert!(is_by(&run, "gpt-4o-mini"), "{run}");
    assert_eq!(run["model_used"], "gpt-4o-mini");

    let of_deployment = ("Bearer sk-deployment".to_owned(), "gpt-4o-mini".to_owned());
    assert_eq!(scene.deployment_server.asked(), [of_deployment.clone(), of_deployment]);
    let of_own = ("Bearer sk-own".to_owned(), "llama-3".to_owned());
    assert_eq!(scene.own.asked(), [of_own.clone(), of_own]);
}
