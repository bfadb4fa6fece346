//! The lists of a provider's models.

use crate::server::{at, loopback, requests};
use adapters::model::ModelLists;
use adapters::secrets::Secret;
use app::ports::{CatalogError, ModelCatalog, ModelProvider};
use domain::repository::AccessToken;
use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

async fn listed(answer: ResponseTemplate) -> (Result<Vec<String>, CatalogError>, Vec<wiremock::Request>) {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(answer).mount(&server).await;
    let deployment = Some((at(&server, "/v1"), Some(Secret::fixed(AccessToken::new("sk-deployment".to_owned())))));
    let lists = ModelLists { guard: loopback(), deployment };
    (lists.models(&ModelProvider::Deployment).await, requests(&server).await)
}

#[tokio::test]
async fn names_are_read_from_every_shape_of_list() {
    for body in [
        json!({"object": "list", "data": [{"id": "a"}, {"id": "b", "owned_by": "x"}]}),
        json!([{"id": "a"}, {"name": "b"}]),
        json!({"models": [{"model": "a"}, "b", {"size": 3}, {"id": "x".repeat(101)}]}),
    ] {
        let (names, asked) = listed(ResponseTemplate::new(200).set_body_json(&body)).await;
        assert_eq!(names, Ok(vec!["a".to_owned(), "b".to_owned()]), "{body}");
        assert_eq!((asked.len(), asked[0].url.path()), (1, "/v1/models"));
        assert_eq!(asked[0].headers["authorization"], "Bearer sk-deployment");
    }
    let many: Vec<Value> = (0..5_000).map(|number| json!({"id": format!("m{number}")})).collect();
    let (names, _) = listed(ResponseTemplate::new(200).set_body_json(json!({"data": many}))).await;
    assert_eq!(names.map(|names| names.len()), Ok(5_000));
}

#[tokio::test]
async fn temporary_failure_and_provider_without_a_list_differ() {
    for status in [408, 429, 500, 503] {
        let (names, _) = listed(ResponseTemplate::new(status)).await;
        assert!(matches!(names, Err(CatalogError::Unavailable { .. })), "{status}");
    }
    for answer in [
        ResponseTemplate::new(401),
        ResponseTemplate::new(404),
        ResponseTemplate::new(302).insert_header("location", "/elsewhere"),
        ResponseTemplate::new(200).set_body_string("<html>"),
        ResponseTemplate::new(200).set_body_json(json!({"data": {}})),
        ResponseTemplate::new(200).set_body_string(" ".repeat(5 * 1024 * 1024)),
    ] {
        assert!(matches!(listed(answer).await.0, Err(CatalogError::NoList { .. })));
    }
    let none = ModelLists { guard: loopback(), deployment: None };
    assert!(matches!(none.models(&ModelProvider::Deployment).await, Err(CatalogError::NoList { .. })));
}

#[tokio::test]
async fn private_address_is_not_asked() {
    let guard = std::sync::Arc::new(adapters::guard::Guard::new(adapters::guard::AddressPolicy::Public));
    let lists = ModelLists { guard, deployment: None };
    let own = ModelProvider::Own { base_url: "https://10.0.0.1/v1".parse().unwrap(), key: None };
    assert!(matches!(lists.models(&own).await, Err(CatalogError::NoList { .. })));
}
