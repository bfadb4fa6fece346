//! Addresses whose hosts can't exist or are local by their names are refused wherever an address is set, with the part
//! that is wrong.

use crate::support::call::pointers;
use crate::support::stack::ANN;
use crate::support::test_api::{TestApi, user};
use app::ports::Accounts;
use domain::account::{Account, Plan};
use serde_json::json;

/// Hosts with their ports, and a part of the error.
fn hosts() -> Vec<(String, &'static str)> {
    let long = format!("{}.example.com", "a".repeat(64));
    let mut hosts = vec![(long, "longer than 63")];
    hosts.extend(
        [
            ("*.example.com", "contains '*'"),
            ("-.example.com", "a hyphen"),
            ("a..example.com", "two dots"),
            ("example.com:0", "port"),
            ("localhost.", "the machine itself"),
            ("a.localhost", "the machine itself"),
            ("printer.local", "a local network"),
            ("metadata.google.internal", "a local network"),
        ]
        .map(|(host, part)| (host.to_owned(), part)),
    );
    hosts
}

#[tokio::test]
async fn webhook_of_an_impossible_or_local_host_is_refused() {
    let api = TestApi::new().await;
    for (host, part) in hosts().into_iter().chain([("ip6-loopback".to_owned(), "the machine itself")]) {
        let url = format!("https://{host}/hook");
        let configuration = json!({
            "repository_id": api.repository.id.to_string(), "branch": "main", "schedule": "@daily", "webhook_url": url,
        });
        let created = api.create(ANN, "/report-configurations", &configuration).await;
        let profile = api.put(ANN, "/users/profile", &json!({"notification_webhook_url": url})).await;
        for (answer, pointer) in [(created, "/webhook_url"), (profile, "/notification_webhook_url")] {
            let problem = answer.expect_problem("VALIDATION_FAILED");
            assert_eq!(pointers(&problem), [pointer], "{host}: {problem}");
            assert!(problem["errors"][0]["detail"].as_str().unwrap().contains(part), "{host}: {problem}");
        }
    }
}

#[tokio::test]
async fn repository_at_an_impossible_or_local_host_is_refused() {
    let api = TestApi::new().await;
    // The dot at the end of a repository's host is dropped.
    for (host, part) in hosts().into_iter().filter(|(host, _)| !host.ends_with('.')) {
        let body = json!({"url": format!("https://{host}/acme/shop"), "provider": "gitlab"});
        let problem = api.create(ANN, "/repositories", &body).await.expect_problem("VALIDATION_FAILED");
        assert_eq!(pointers(&problem), ["/url"], "{host}: {problem}");
        assert!(problem["errors"][0]["detail"].as_str().unwrap().contains(part), "{host}: {problem}");
    }
}

#[tokio::test]
async fn own_model_at_an_impossible_or_local_host_is_refused() {
    let api = TestApi::new().await;
    api.store.put_account(&Account { plan: Plan::Pro, ..Account::free(user(ANN)) }).await.unwrap();
    for (host, part) in hosts() {
        let body = json!({"model": {"base_url": format!("https://{host}/v1"), "model": "m"}});
        let problem = api.put(ANN, "/users/profile", &body).await.expect_problem("VALIDATION_FAILED");
        assert_eq!(pointers(&problem), ["/model/base_url"], "{host}: {problem}");
        assert!(problem["errors"][0]["detail"].as_str().unwrap().contains(part), "{host}: {problem}");
    }
}
