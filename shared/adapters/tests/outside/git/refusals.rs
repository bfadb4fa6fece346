//! Refusals and redirects, alike at all hosts.

use super::hosts::{Host, TOKEN, all, all_at, main_branch, sha};
use crate::server::requests;
use app::ports::{GitError, GitFailure, RepositoryAccess};
use domain::commit::Sha;
use serde_json::json;
use std::time::Duration;
use wiremock::matchers::{any, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

async fn server_of(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(answer).mount(&server).await;
    server
}

async fn head(host: &Host) -> Result<Option<Sha>, GitError> {
    host.source.head(&host.access, &main_branch()).await
}

/// The failure that every host makes of the answer, and how often it was asked.
async fn failure(answer: ResponseTemplate) -> (GitFailure, usize) {
    let mut made = Vec::new();
    for index in 0..3 {
        let server = server_of(answer.clone()).await;
        let host = &all(&server)[index];
        let error = head(host).await.unwrap_err();
        assert!(!error.message.contains(TOKEN), "{error}");
        assert!(error.message.contains("acme/shop") && error.message.contains(host.name), "{error}");
        made.push((error.failure, requests(&server).await.len()));
    }
    assert!(made.iter().all(|one| *one == made[0]), "{made:?}");
    made[0]
}

#[tokio::test]
async fn limits_on_requests_have_the_time_to_wait() {
    let limited = |seconds| GitFailure::RateLimited { retry_after: Duration::from_secs(seconds) };
    let spent = |status, names: [&'static str; 2]| {
        ResponseTemplate::new(status)
            .insert_header(names[0], "0")
            .insert_header("date", "Tue, 03 Mar 2026 12:00:00 GMT")
            .insert_header(names[1], "1772540100")
    };
    let github = ["x-ratelimit-remaining", "x-ratelimit-reset"];
    let gitlab = ["RateLimit-Remaining", "RateLimit-Reset"];
    let limited_message = json!({"message": "You have exceeded a secondary rate limit."});
    let table = [
        (ResponseTemplate::new(403).insert_header("retry-after", "17"), limited(17)),
        (ResponseTemplate::new(429).insert_header("retry-after", "18"), limited(18)),
        (spent(403, github), limited(900)),
        (spent(429, github), limited(900)),
        (spent(429, gitlab), limited(900)),
        (spent(403, github).insert_header("retry-after", "5"), limited(5)),
        (ResponseTemplate::new(429), limited(60)),
        (ResponseTemplate::new(429).set_body_string("Retry later\n"), limited(60)),
        (ResponseTemplate::new(403).set_body_json(limited_message), limited(60)),
        (ResponseTemplate::new(403).set_body_string("You have triggered an abuse detection mechanism."), limited(60)),
        // Words that can't be parsed as a time.
        (ResponseTemplate::new(403).insert_header("retry-after", "soon"), limited(60)),
        (ResponseTemplate::new(429).insert_header("retry-after", "soon"), limited(60)),
        (spent(429, github).insert_header("x-ratelimit-reset", "30"), limited(30)),
        // A host that fails and names a time is not asked again before.
        (ResponseTemplate::new(503).insert_header("retry-after", "120"), limited(120)),
        (ResponseTemplate::new(502).insert_header("retry-after", "7"), limited(7)),
    ];
    for (answer, wanted) in table {
        assert_eq!(failure(answer).await, (wanted, 1));
    }
}

#[tokio::test]
async fn refused_token_is_not_tried_again() {
    for answer in [
        ResponseTemplate::new(401),
        ResponseTemplate::new(401)
            .set_body_json(json!({"error": "invalid_token", "error_description": "Token was revoked."})),
        ResponseTemplate::new(403)
            .set_body_json(json!({"message": "Resource not accessible by personal access token"})),
        ResponseTemplate::new(403).set_body_json(json!({"error": "insufficient_scope", "scope": "api read_api"})),
        // Hosts send the remaining requests with every answer: here the limit is not reached.
        ResponseTemplate::new(403).insert_header("RateLimit-Remaining", "594"),
    ] {
        assert_eq!(failure(answer).await, (GitFailure::TokenInvalid, 1));
    }
}

#[tokio::test]
async fn temporary_failure_is_tried_three_times() {
    assert_eq!(failure(ResponseTemplate::new(502)).await, (GitFailure::Unavailable, 3));
    assert_eq!(failure(ResponseTemplate::new(200).set_body_string("<html>")).await, (GitFailure::Unavailable, 1));
    for status in [408, 425, 500, 503, 504, 522] {
        assert_eq!(failure(ResponseTemplate::new(status)).await, (GitFailure::Unavailable, 3), "{status}");
    }
    // A body that was cut, though the status is 200.
    let cut = ResponseTemplate::new(200).set_body_string(r#"{"name": "main", "commit": {"sha": "0000"#);
    assert_eq!(failure(cut).await, (GitFailure::Unavailable, 1));
    for status in [400, 410, 451] {
        assert_eq!(failure(ResponseTemplate::new(status)).await, (GitFailure::Refused, 1), "{status}");
    }
    for index in 0..3 {
        let server = MockServer::start().await;
        let host = &all(&server)[index];
        Mock::given(any()).respond_with(ResponseTemplate::new(500)).up_to_n_times(2).mount(&server).await;
        let found = ResponseTemplate::new(200).set_body_json((host.branch)(3));
        Mock::given(any()).respond_with(found).mount(&server).await;
        assert_eq!(head(host).await, Ok(Some(sha(3))), "{}", host.name);
    }
}

#[tokio::test]
async fn unreachable_server_is_unavailable() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    for host in &all_at(&format!("http://127.0.0.1:{port}/").parse().unwrap()) {
        let error = head(host).await.unwrap_err();
        assert_eq!(error.failure, GitFailure::Unavailable);
        assert!(!error.message.contains(&port), "{error}");
    }
}

#[tokio::test]
async fn renamed_repository_is_followed_on_the_same_server() {
    for (index, status) in [301, 302, 307].into_iter().enumerate() {
        let server = MockServer::start().await;
        let host = &all(&server)[index];
        let moved = ResponseTemplate::new(status).insert_header("location", "/moved/7/branches/main");
        Mock::given(path(host.main)).respond_with(moved).mount(&server).await;
        let found = ResponseTemplate::new(200).set_body_json((host.branch)(3));
        Mock::given(path("/moved/7/branches/main")).respond_with(found).mount(&server).await;
        assert_eq!(head(host).await, Ok(Some(sha(3))), "{}", host.name);
    }
}

#[tokio::test]
async fn redirect_to_another_scheme_or_port_of_the_host_is_followed_on_its_server() {
    for index in 0..3 {
        let server = MockServer::start().await;
        let host = &all(&server)[index];
        // The server behind a proxy knows neither https nor the proxy's port.
        let moved = ResponseTemplate::new(301).insert_header("location", "http://127.0.0.1/moved/7/branches/main");
        Mock::given(path(host.main)).respond_with(moved).mount(&server).await;
        let found = ResponseTemplate::new(200).set_body_json((host.branch)(3));
        Mock::given(path("/moved/7/branches/main")).respond_with(found).mount(&server).await;
        assert_eq!(head(host).await, Ok(Some(sha(3))), "{}", host.name);
    }
}

#[tokio::test]
async fn endless_redirects_are_an_error() {
    let again = ResponseTemplate::new(307).insert_header("location", "/again");
    assert_eq!(failure(again).await, (GitFailure::Refused, 4));
}

#[tokio::test]
async fn token_is_never_sent_to_another_server() {
    let other = server_of(ResponseTemplate::new(200)).await;
    // The server under another name is another host; another port of the same name is not asked either.
    let port = other.address().port();
    let away = format!("http://localhost:{port}/steal");
    let beside = format!("http://127.0.0.1:{port}/steal");
    for index in 0..3 {
        for status in [301, 302, 307, 308] {
            let server = server_of(ResponseTemplate::new(status).insert_header("location", away.as_str())).await;
            let error = head(&all(&server)[index]).await.unwrap_err();
            assert_eq!(error.failure, GitFailure::Refused);
            assert!(error.message.contains("another server"), "{error}");
            let server = server_of(ResponseTemplate::new(status).insert_header("location", beside.as_str())).await;
            assert_eq!(head(&all(&server)[index]).await.unwrap_err().failure, GitFailure::Refused);
        }
    }
    assert!(requests(&other).await.is_empty());
}

#[tokio::test]
async fn each_host_gets_its_authorization_and_user_agent() {
    for (index, header) in ["Bearer", "Bearer", "token"].iter().enumerate() {
        let server = MockServer::start().await;
        let host = &all(&server)[index];
        let found = ResponseTemplate::new(200).set_body_json((host.branch)(3));
        Mock::given(path(host.main)).respond_with(found).mount(&server).await;
        assert_eq!(head(host).await, Ok(Some(sha(3))), "{}", host.name);
        let asked = requests(&server).await;
        assert_eq!(asked[0].headers["authorization"], format!("{header} {TOKEN}"));
        assert!(asked[0].headers["user-agent"].to_str().unwrap().starts_with("git-report/"));
    }
}

#[tokio::test]
async fn missing_repository_without_a_token_suggests_one() {
    for index in 0..3 {
        let server = server_of(ResponseTemplate::new(404)).await;
        let mut hosts = all(&server);
        let host = &mut hosts[index];
        host.access = RepositoryAccess { token: None, ..host.access.clone() };
        let error = head(host).await.unwrap_err();
        assert_eq!(error.failure, GitFailure::NotFound);
        assert!(error.message.contains("give an access token"), "{error}");
        assert!(requests(&server).await.iter().all(|asked| !asked.headers.contains_key("authorization")));
    }
}
