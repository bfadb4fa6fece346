//! Requests to the router, and their answers.

use api::problem::Code;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use serde_json::Value;
use tower::ServiceExt;

/// An answer with its whole body.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error} in {:?}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Checks that the answer is a problem with this code that follows the contract, and returns its body.
    pub(crate) fn expect_problem(&self, code: &str) -> Value {
        let body = self.json();
        assert_eq!(body["code"], code, "{} {}", self.status, self.text);
        self.assert_contract();
        body
    }

    pub(crate) fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self.assert_contract();
        self.json()
    }

    /// Checks what holds for every answer.
    pub(crate) fn assert_contract(&self) {
        let id = self.header("x-request-id").expect("every answer has a request id");
        assert!(!id.is_empty());
        if self.status.is_success() {
            return;
        }
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{}", self.text);
        let body = self.json();
        let code = body["code"].as_str().unwrap();
        let known = Code::ALL.iter().find(|known| known.as_str() == code);
        let known = known.unwrap_or_else(|| panic!("'{code}' is not a listed code"));
        assert_eq!(known.status(), self.status, "{code}");
        assert_eq!(body["status"].to_string(), self.status.as_u16().to_string());
        assert_eq!(body["request_id"], id);
        assert_eq!(body["type"], known.path());
        assert_eq!(body["title"], known.title());
        assert!(!body["detail"].as_str().unwrap().is_empty());
        if code == "VALIDATION_FAILED" {
            assert!(!body["errors"].as_array().unwrap().is_empty(), "{}", self.text);
        }
    }
}

/// One request.
pub(crate) async fn send(router: &Router, request: Request<Body>) -> Answer {
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    Answer { status: parts.status, headers: parts.headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
}

pub(crate) fn request(method: Method, path: &str, token: Option<&str>) -> axum::http::request::Builder {
    let builder = Request::builder().method(method).uri(path);
    match token {
        Some(token) => builder.header("authorization", format!("Bearer {token}")),
        None => builder,
    }
}

pub(crate) async fn get(router: &Router, path: &str, token: Option<&str>) -> Answer {
    send(router, request(Method::GET, path, token).body(Body::empty()).unwrap()).await
}

pub(crate) async fn post(router: &Router, path: &str, token: Option<&str>) -> Answer {
    send(router, request(Method::POST, path, token).body(Body::empty()).unwrap()).await
}

pub(crate) async fn post_json(router: &Router, path: &str, token: Option<&str>, body: impl Into<Body>) -> Answer {
    let request = request(Method::POST, path, token).header("content-type", "application/json");
    send(router, request.body(body.into()).unwrap()).await
}

/// The pointers of a problem's errors.
pub(crate) fn pointers(problem: &Value) -> Vec<String> {
    let errors = problem["errors"].as_array().unwrap();
    errors.iter().map(|error| error["pointer"].as_str().unwrap().to_owned()).collect()
}
