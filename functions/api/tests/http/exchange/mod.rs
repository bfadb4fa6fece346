//! How requests and answers are transferred: unknown parameters, tags, lengths, compression, challenges, and a
//! gateway's prefix.

mod logs;

use crate::support::call::{get, pointers, request, send};
use crate::support::down::Down;
use crate::support::stack::{ANN, Stack};
use crate::support::test_api::TestApi;
use crate::support::token;
use api::openapi::listed;
use api::problem::Code;
use app::ports::Branch;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Method, Request};
use domain::configuration::BranchName;
use domain::id::RunId;
use domain::instant::Duration;
use flate2::read::GzDecoder;
use lambda_http::LambdaEvent;
use serde_json::{Value, json};
use std::io::Read;
use std::sync::Arc;
use tower::ServiceExt;

/// An answer whose body need not be text.
async fn raw(api: &TestApi, method: Method, path: &str, headers: &[(&str, &str)]) -> (u16, HeaderMap, Bytes) {
    let mut ask = request(method, path, Some(&admin(api)));
    for (name, value) in headers {
        ask = ask.header(*name, *value);
    }
    let answer = api.stack.router.clone().oneshot(ask.body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = answer.into_parts();
    (parts.status.as_u16(), parts.headers, to_bytes(body, usize::MAX).await.unwrap())
}

/// A token of Ann with the admin role.
fn admin(api: &TestApi) -> String {
    let mut claims = token::claims(ANN, api.stack.seconds());
    claims["app_metadata"] = json!({"role": "admin"});
    token::with(&claims)
}

fn unzipped(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    GzDecoder::new(bytes).read_to_end(&mut plain).unwrap();
    plain
}

/// A path of the document, with the id of an existing record.
fn addressed(api: &TestApi, run: RunId, path: &str) -> String {
    let id = match path.split('/').nth(1).unwrap() {
        "report-runs" => run.to_string(),
        "report-configurations" => api.configuration.id.to_string(),
        "repositories" => api.repository.id.to_string(),
        "problems" => "not-found".to_owned(),
        _ => ANN.to_owned(),
    };
    path.split('/').map(|part| if part.starts_with('{') { id.as_str() } else { part }).collect::<Vec<_>>().join("/")
}

/// Every GET, with the ids of existing records.
async fn reads(api: &TestApi) -> Vec<String> {
    let run = api.report(&"All is well. ".repeat(200)).await;
    let name = BranchName::parse("main").unwrap();
    api.stack.outside.git.list(vec![Branch { name, is_default: true, protected: None, head: None }]);
    let gets = listed().into_iter().filter(|(method, ..)| method == "GET");
    let found: Vec<String> = gets.map(|(_, path, _)| addressed(api, run, &path)).collect();
    assert!(found.len() >= 19, "{found:?}");
    found
}

/// A valid body for an operation.
fn valid_body(api: &TestApi, method: &str, place: &str) -> Value {
    let segments: Vec<&str> = place.trim_start_matches('/').split('/').collect();
    match (method, segments.as_slice()) {
        ("POST", [.., "recover"]) => json!({"since": "2026-01-08T00:00:00.000Z"}),
        ("POST", [.., "run" | "manual-trigger"]) => {
            json!({"from": "2026-01-08T00:00:00.000Z", "to": "2026-01-15T00:00:00.000Z"})
        }
        ("PUT" | "PATCH", ["admin", "accounts", "{user_id}"]) => json!({"plan": "pro"}),
        (_, ["report-configurations", ..]) => {
            json!({"repository_id": api.repository.id.to_string(), "branch": "main", "schedule": "@daily"})
        }
        (_, ["repositories", ..]) => json!({"url": "https://github.com/octocat/other"}),
        _ => json!({}),
    }
}

#[tokio::test]
async fn every_operation_refuses_unknown_parameters() {
    let api = TestApi::new().await;
    let run = api.report("Text.").await;
    for (method, place, _) in listed() {
        let path = format!("{}?munth=2026-01", addressed(&api, run, &place));
        let body = valid_body(&api, &method, &place);
        let ask =
            request(method.parse().unwrap(), &path, Some(&admin(&api))).header("content-type", "application/json");
        let answer = send(&api.stack.router, ask.body(Body::from(body.to_string())).unwrap()).await;
        let problem = answer.expect_problem("VALIDATION_FAILED");
        assert_eq!(pointers(&problem), ["/munth"], "{method} {path}");
    }
}

#[tokio::test]
async fn every_read_has_a_tag_and_answers_304_if_it_is_known() {
    let api = TestApi::new().await;
    for path in reads(&api).await {
        let (status, headers, body) = raw(&api, Method::GET, &path, &[]).await;
        assert_eq!(status, 200, "{path}");
        let tag = headers["etag"].to_str().unwrap().to_owned();
        for known in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
            let (status, again, body) = raw(&api, Method::GET, &path, &[("if-none-match", &known)]).await;
            assert_eq!((status, body.len()), (304, 0), "{path} {known}");
            assert_eq!(again["etag"], headers["etag"], "{path}");
            assert_eq!(again.get("cache-control"), headers.get("cache-control"), "{path}");
            assert!(again.get("x-request-id").is_some());
        }
        let (status, _, same) = raw(&api, Method::GET, &path, &[("if-none-match", "\"other\"")]).await;
        assert_eq!((status, same), (200, body), "{path}");
    }
}

/// A run changes the body of its configuration without an edit: a caller that polls sees the change, and one that
/// edits is not refused.
#[tokio::test]
async fn tag_changes_with_the_body_and_an_edit_compares_the_version() {
    let api = TestApi::new().await;
    let path = format!("/report-configurations/{}", api.configuration.id);
    let before = api.get(ANN, &path).await;
    let tag = before.header("etag").unwrap().to_owned();
    assert!(tag.starts_with("\"1-"), "{tag}");
    api.report("Text.").await;
    let ask = [("if-none-match", tag.as_str())];
    let after = api.send(ANN, (Method::GET, &path), &ask, None).await;
    assert_eq!(after.expect(200)["total_runs"], 1, "not 304");
    assert_ne!(after.header("etag"), Some(tag.as_str()));

    let body = json!({"repository_id": api.repository.id.to_string(), "branch": "main", "schedule": "@daily"});
    let edited = api.send(ANN, (Method::PUT, &path), &[("if-match", &tag)], Some(&body)).await;
    edited.expect(200);
    assert_eq!(edited.header("etag"), api.get(ANN, &path).await.header("etag"), "the answer is that of a read");
    api.send(ANN, (Method::PUT, &path), &[("if-match", &tag)], Some(&body)).await.expect_problem("PRECONDITION_FAILED");
}

#[tokio::test]
async fn large_answers_are_compressed_if_accepted_and_head_has_the_lengths_of_get() {
    let api = TestApi::new().await;
    let mut compressed = 0;
    for path in reads(&api).await {
        for accepted in ["identity", "gzip, deflate, br"] {
            let ask = [("accept-encoding", accepted)];
            let (status, headers, body) = raw(&api, Method::GET, &path, &ask).await;
            assert_eq!(status, 200, "{path}");
            let plain = raw(&api, Method::GET, &path, &[]).await.2;
            let is_compressed = headers.get("content-encoding").is_some_and(|coding| coding == "gzip");
            assert_eq!(is_compressed, accepted != "identity" && plain.len() >= 1_024, "{path} {}", plain.len());
            if is_compressed {
                assert_eq!(unzipped(&body), plain, "{path}");
                assert!(headers["etag"].to_str().unwrap().ends_with("-gz\""), "another representation, another tag");
                compressed += 1;
            }
            if plain.len() >= 1_024 {
                assert!(headers.get_all("vary").iter().any(|value| value == "accept-encoding"), "{path}");
            }
            let (status, mut head, nothing) = raw(&api, Method::HEAD, &path, &ask).await;
            assert_eq!((status, nothing.len()), (200, 0), "{path}");
            assert_eq!(head["content-length"].to_str().unwrap(), body.len().to_string(), "{path} {accepted}");
            let mut headers = headers;
            for name in ["x-request-id", "content-length"] {
                head.remove(name);
                headers.remove(name);
            }
            assert_eq!(head, headers, "{path}");
        }
    }
    assert!(compressed >= 3, "{compressed}");
    let (status, headers, _) = raw(&api, Method::HEAD, "/nothing", &[]).await;
    assert!(status == 404 && headers["content-length"] != "0", "a refusal has a length too");
}

/// API Gateway takes text only: a compressed body must reach it as base64, and be marked as such.
#[tokio::test]
async fn compressed_answer_leaves_lambda_as_base64() {
    let stack = Stack::on(Arc::new(Down::Panicking), &[]);
    let mut event: Value =
        serde_json::from_str(&std::fs::read_to_string("../../events/api/get-health.json").unwrap()).unwrap();
    event["rawPath"] = json!("/openapi.json");
    event["requestContext"]["http"]["path"] = json!("/openapi.json");
    let event: lambda_http::request::LambdaRequest = serde_json::from_value(event).unwrap();
    let mut lambda = lambda_http::Adapter::from(stack.router.clone());
    let event = LambdaEvent::new(event, lambda_http::Context::default());
    let answer = tower::Service::call(&mut lambda, event).await.unwrap();
    let answer = serde_json::to_value(answer).unwrap();
    assert_eq!(
        (&answer["statusCode"], &answer["isBase64Encoded"]),
        (&json!(200), &json!(true)),
        "{}",
        answer["headers"]
    );
    assert_eq!(answer["headers"]["content-encoding"], "gzip");
    let body = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, answer["body"].as_str().unwrap());
    let document: Value = serde_json::from_slice(&unzipped(&body.unwrap())).unwrap();
    assert_eq!(document, api::openapi::document());
}

#[tokio::test]
async fn compressed_body_is_refused_as_unsupported() {
    let api = TestApi::new().await;
    let body = json!({"url": "https://github.com/octocat/other"});
    let send = async |coding: &str| {
        api.send(ANN, (Method::POST, "/repositories"), &[("content-encoding", coding)], Some(&body)).await
    };
    for coding in ["gzip", "GZIP", "br", "deflate", "identity, gzip", "zstd"] {
        let answer = send(coding).await;
        answer.expect_problem("UNSUPPORTED_MEDIA_TYPE");
        assert_eq!(answer.header("accept-encoding"), Some("identity"), "{coding}");
    }
    send("identity").await.expect(201);
}

#[tokio::test]
async fn challenge_has_the_reason_of_a_refused_token() {
    let api = TestApi::new().await;
    let path = "/report-runs";
    let challenge = async |token: Option<&str>| {
        let answer = get(&api.stack.router, path, token).await;
        answer.expect_problem("UNAUTHORIZED");
        answer.header("www-authenticate").unwrap().to_owned()
    };
    assert_eq!(challenge(None).await, "Bearer realm=\"git-report\"", "without a token there is no error");
    let invalid = challenge(Some("x.y.z")).await;
    assert!(
        invalid.contains("error=\"invalid_token\", error_description=\"The access token is invalid.\""),
        "{invalid}"
    );
    let old = api.stack.token(ANN);
    api.stack.pass(Duration::days(1));
    let expired = challenge(Some(&old)).await;
    assert!(
        expired.contains("error=\"invalid_token\", error_description=\"The access token has expired.\""),
        "{expired}"
    );

    let refused = api.put(ANN, &format!("/admin/accounts/{ANN}"), &json!({"plan": "pro"})).await;
    refused.expect_problem("FORBIDDEN");
    assert!(refused.header("www-authenticate").unwrap().contains("error=\"insufficient_scope\""));
}

#[tokio::test]
async fn answers_demand_https_and_refusals_are_not_cached() {
    let api = TestApi::new().await;
    for path in ["/health", "/report-runs", "/nothing"] {
        let answer = api.get(ANN, path).await;
        assert_eq!(answer.header("strict-transport-security"), Some("max-age=31536000"), "{path}");
        let cached = if path == "/nothing" { "no-store" } else { "private, no-cache" };
        assert_eq!(answer.header("cache-control"), Some(cached), "{path}");
    }
}

#[tokio::test]
async fn type_of_every_problem_leads_to_its_page() {
    let stack = Stack::on(Arc::new(Down::Panicking), &[]);
    for code in Code::ALL {
        let page = get(&stack.router, &code.path(), None).await;
        assert_eq!((page.status.as_u16(), page.header("content-type")), (200, Some("text/html; charset=utf-8")));
        for part in [code.as_str(), code.title(), "What to do", code.status().as_str()] {
            assert!(page.text.contains(part), "{part} is missing in {}", page.text);
        }
        let by_code = get(&stack.router, &format!("/problems/{}", code.as_str()), None).await;
        assert_eq!((by_code.status.as_u16(), by_code.text), (200, page.text));
    }
    for path in ["/problems/other", "/problems/%3Cscript%3E", "/problems/%ff"] {
        get(&stack.router, path, None).await.expect_problem("NOT_FOUND");
    }
}

/// A stage's name, or a path of a custom domain, precedes every path.
#[tokio::test]
async fn addresses_below_a_gateways_prefix_have_it() {
    let engine = testkit::engine::Engine::memory().await.unwrap();
    let stack = Stack::on(Arc::new(engine.store()), &[("API_BASE_PATH", "/prod")]);
    for path in ["/prod/health", "/health"] {
        get(&stack.router, path, None).await.expect(200);
    }
    let token = stack.token(ANN);
    let ask = request(Method::POST, "/prod/repositories", Some(&token)).header("content-type", "application/json");
    let body = json!({"url": "https://github.com/octocat/other"}).to_string();
    let made = send(&stack.router, ask.body(Body::from(body)).unwrap()).await;
    let place = made.header("location").unwrap().to_owned();
    assert_eq!(place, format!("/prod/repositories/{}", made.expect(201)["id"].as_str().unwrap()));
    get(&stack.router, &place, Some(&token)).await.expect(200);

    let problem = get(&stack.router, "/prod/nothing", Some(&token)).await;
    assert_eq!((problem.status.as_u16(), &problem.json()["type"]), (404, &json!("/prod/problems/not-found")));
    assert_eq!(get(&stack.router, "/prod/problems/not-found", None).await.status.as_u16(), 200);
    assert_eq!(get(&stack.router, "/prod/openapi.json", None).await.expect(200)["servers"][0]["url"], "/prod");
    let ask = Request::head("/prod/report-runs").body(Body::empty()).unwrap();
    assert_eq!(send(&stack.router, ask).await.status.as_u16(), 401);
}
