//! Isolation of tenants: calls of the table are signed with credentials of the request's user, which admit that user's
//! partition only.
//!
//! The table is the embedded engine behind a gate that does what IAM does with the tenant role's policy: it refuses
//! every partition but that of the user for whom the credentials were made. The function's own credentials pass.

use crate::support::call::{get, post_json};
use crate::support::stack::{ANN, BOB};
use crate::support::test_api::{TestApi, user};
use crate::support::token::{self, claims};
use adapters::boot::{Environment, Settings};
use adapters::tenants::{belongs_to, isolated};
use adapters::wiring::{LivePorts, Ports};
use api::{Api, router};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Response, StatusCode};
use axum::routing::post;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use testkit::engine::Engine;

/// Whose credentials a call had.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum By {
    Function,
    Tenant(String),
}

struct Gate {
    engine: Engine,
    calls: Mutex<Vec<By>>,
    assumed: Mutex<Vec<String>>,
}

/// A set-up whose API is [`LivePorts`] with a tenant role.
struct Isolated {
    gate: Arc<Gate>,
    ports: LivePorts,
    router: Router,
}

impl Isolated {
    async fn new() -> Self {
        let engine = Engine::memory().await.unwrap();
        TestApi::on(Arc::new(engine.store())).await;
        let gate = Arc::new(Gate { engine, calls: Mutex::default(), assumed: Mutex::default() });
        let services =
            Router::new().route("/sts/", post(assume)).route("/table/", post(call)).with_state(Arc::clone(&gate));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, services).await });
        let nowhere = "http://127.0.0.1:9/queue";
        let (table, sts) = (format!("{url}/table"), format!("{url}/sts"));
        let environment = Environment::from_pairs([
            ("TABLE_NAME", "git-report"),
            ("RUN_QUEUE_URL", nowhere),
            ("DELIVERY_QUEUE_URL", nowhere),
            ("DELIVERY_SLOW_QUEUE_URL", nowhere),
            ("SECRETS_KEY", testkit::scripted::SECRETS_KEY),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_ACCESS_KEY_ID", "AKFUNCTION"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_ENDPOINT_URL_DYNAMODB", &table),
            ("AWS_ENDPOINT_URL_STS", &sts),
            ("JWT_SECRET", token::SECRET),
            ("JWT_ISSUER", token::ISSUER),
            ("JWT_AUDIENCE", token::AUDIENCE),
            ("TENANT_ROLE_ARN", "arn:aws:iam::111122223333:role/tenant"),
        ]);
        let (settings, api) = Settings::read_for_api(&environment).unwrap();
        let ports = LivePorts::for_api(&settings, &api);
        let router = router(Api::new(&ports, api).unwrap());
        Self { gate, ports, router }
    }

    fn token(&self, user: &str) -> String {
        token::of(user, self.ports.clock().now().timestamp())
    }

    /// Whose credentials the calls since the last question had.
    fn callers(&self) -> BTreeSet<By> {
        self.gate.calls.lock().unwrap().drain(..).collect()
    }

    fn assumed(&self) -> Vec<String> {
        self.gate.assumed.lock().unwrap().clone()
    }
}

/// The service that gives out credentials of the tenant role. The key's id names the user.
async fn assume(State(gate): State<Arc<Gate>>, body: String) -> String {
    let fields: Vec<(String, String)> = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    let field = |name: &str| fields.iter().find(|(key, _)| key == name).unwrap().1.clone();
    assert_eq!((field("Action").as_str(), field("Tags.member.1.Key").as_str()), ("AssumeRole", "user"));
    assert_eq!(field("RoleArn"), "arn:aws:iam::111122223333:role/tenant");
    let user = field("Tags.member.1.Value");
    gate.assumed.lock().unwrap().push(user.clone());
    format!(
        "<AssumeRoleResponse><AssumeRoleResult><Credentials><SecretAccessKey>s</SecretAccessKey>\n\
         <SessionToken>of {user}</SessionToken><AccessKeyId>ASIA{user}</AccessKeyId></Credentials></AssumeRoleResult>\
         </AssumeRoleResponse>"
    )
}

async fn call(State(gate): State<Arc<Gate>>, headers: HeaderMap, body: Bytes) -> Response<Body> {
    let signature = headers["authorization"].to_str().unwrap();
    let key = signature.split_once("Credential=").unwrap().1.split('/').next().unwrap();
    let by = key.strip_prefix("ASIA").map_or(By::Function, |user| By::Tenant(user.to_owned()));
    gate.calls.lock().unwrap().push(by.clone());
    let asked: Value = serde_json::from_slice(&body).unwrap();
    let mut keys = BTreeSet::new();
    partitions(&asked, &mut keys);
    if let By::Tenant(user) = &by {
        assert_eq!(headers["x-amz-security-token"], format!("of {user}"));
        if keys != BTreeSet::from([format!("USER#{user}")]) {
            let refusal = json!({"__type": "com.amazon.coral.service#AccessDeniedException", "Message": "no"});
            return answer(StatusCode::BAD_REQUEST, refusal.to_string());
        }
    }
    let forwarded = reqwest::Client::new()
        .post(gate.engine.endpoint())
        .header("x-amz-target", headers["x-amz-target"].clone())
        .header("content-type", "application/x-amz-json-1.0")
        .header("x-amz-date", headers["x-amz-date"].clone())
        .header("authorization", signature)
        .body(body)
        .send()
        .await
        .unwrap();
    let status = StatusCode::from_u16(forwarded.status().as_u16()).unwrap();
    answer(status, forwarded.text().await.unwrap())
}

fn answer(status: StatusCode, body: String) -> Response<Body> {
    let answer = Response::builder().status(status).header("content-type", "application/x-amz-json-1.0");
    answer.body(Body::from(body)).unwrap()
}

/// The partition keys that a call names, in keys, items and conditions of queries.
fn partitions(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for name in ["pk", ":pk", ":fleet", ":due_pk"] {
                let key = fields.get(name).and_then(|key| key.get("S")).and_then(Value::as_str);
                found.extend(key.map(str::to_owned));
            }
            fields.values().for_each(|field| partitions(field, found));
        }
        Value::Array(list) => list.iter().for_each(|item| partitions(item, found)),
        _ => {}
    }
}

const READS: [&str; 10] = [
    "/report-runs",
    "/report-runs/export",
    "/report-runs/usage",
    "/report-runs/usage/breakdown",
    "/report-runs/usage/forecast",
    "/report-runs/usage/history",
    "/repositories",
    "/report-configurations",
    "/notices",
    "/users/profile",
];

#[tokio::test]
async fn every_call_of_a_users_request_has_the_credentials_of_that_user() {
    let isolated = Isolated::new().await;
    for user in [ANN, BOB] {
        let token = isolated.token(user);
        for path in READS {
            let answer = get(&isolated.router, path, Some(&token)).await;
            assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        }
        assert_eq!(isolated.callers(), BTreeSet::from([By::Tenant(user.to_owned())]));
    }
    assert_eq!(isolated.assumed(), [ANN, BOB], "credentials are kept for the next requests");
}

#[tokio::test]
async fn writes_pass_under_the_policy_of_the_role() {
    let isolated = Isolated::new().await;
    let token = isolated.token(ANN);
    let body = r#"{"url": "https://github.com/ann/apples"}"#;
    let answer = post_json(&isolated.router, "/repositories", Some(&token), body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    assert_eq!(isolated.callers(), BTreeSet::from([By::Tenant(ANN.to_owned())]));
}

#[tokio::test]
async fn code_that_reads_another_users_items_is_refused_by_the_table() {
    let set_up = Isolated::new().await;
    let store = set_up.ports.store();
    let read = |by: &str, of: &str| {
        let (store, by, of) = (Arc::clone(&store), user(by), user(of));
        isolated(async move {
            belongs_to(by);
            store.configurations(of).await
        })
    };
    assert_eq!(read(ANN, ANN).await.unwrap().len(), 1);
    assert!(read(ANN, BOB).await.is_err());
    assert!(store.configurations(user(ANN)).await.is_err(), "outside of a request there are no credentials");
    let unknown = isolated(async { store.configurations(user(ANN)).await });
    assert!(unknown.await.is_err(), "nor are there any before a token is verified");
}

#[tokio::test]
async fn administrators_and_unknown_callers_use_the_functions_own_credentials() {
    let isolated = Isolated::new().await;
    assert_eq!(get(&isolated.router, "/ready", None).await.status, StatusCode::OK);
    assert_eq!(isolated.callers(), BTreeSet::from([By::Function]));
    get(&isolated.router, "/report-runs", None).await.expect_problem("UNAUTHORIZED");
    assert_eq!(isolated.callers(), BTreeSet::new());

    let mut admin = claims(ANN, isolated.ports.clock().now().timestamp());
    admin["app_metadata"] = json!({"role": "admin"});
    let token = token::with(&admin);
    let answer = get(&isolated.router, &format!("/admin/accounts/{BOB}"), Some(&token)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(isolated.callers(), BTreeSet::from([By::Function]));
    let own = get(&isolated.router, "/report-runs", Some(&token)).await;
    assert_eq!((own.status, isolated.callers()), (StatusCode::OK, BTreeSet::from([By::Tenant(ANN.to_owned())])));
    let refused = get(&isolated.router, &format!("/admin/accounts/{ANN}"), Some(&isolated.token(BOB))).await;
    refused.expect_problem("FORBIDDEN");
    assert!(!isolated.callers().contains(&By::Function), "a caller who is no administrator gets no more rights");
}
