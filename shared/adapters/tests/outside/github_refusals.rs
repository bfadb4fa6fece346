//! What GitHub refuses, and where it points that nobody goes.

use crate::github::{TOKEN, access, branch, github, sha};
use crate::server::{at, requests};
use app::ports::{CommitQuery, CommitSource, GitError, GitFailure, RepositoryAccess};
use domain::commit::Sha;
use domain::instant::parse;
use serde_json::json;
use std::time::Duration;
use wiremock::matchers::{any, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

async fn server_of(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(answer).mount(&server).await;
    server
}

async fn head(server: &MockServer) -> Result<Option<Sha>, GitError> {
    github(server).head(&access(), &branch()).await
}

async fn failure(answer: ResponseTemplate) -> (GitError, usize) {
    let server = server_of(answer).await;
    let error = head(&server).await.unwrap_err();
    assert!(!error.message.contains(TOKEN), "{error}");
    assert!(error.message.contains("acme/shop"), "{error}");
    (error, requests(&server).await.len())
}

#[tokio::test]
async fn limits_on_requests_say_when_to_come_back() {
    let limited = |seconds| GitFailure::RateLimited { retry_after: Duration::from_secs(seconds) };
    let spent = |status| {
        ResponseTemplate::new(status)
            .insert_header("x-ratelimit-remaining", "0")
            .insert_header("date", "Tue, 03 Mar 2026 12:00:00 GMT")
            .insert_header("x-ratelimit-reset", "1772540100")
    };
    let told = json!({"message": "You have exceeded a secondary rate limit."});
    let table = [
        (ResponseTemplate::new(403).insert_header("retry-after", "17"), limited(17)),
        (ResponseTemplate::new(429).insert_header("retry-after", "18"), limited(18)),
        (spent(403), limited(900)),
        (spent(429), limited(900)),
        (spent(403).insert_header("retry-after", "5"), limited(5)),
        (ResponseTemplate::new(429), limited(60)),
        (ResponseTemplate::new(403).set_body_json(told), limited(60)),
    ];
    for (answer, wanted) in table {
        let (error, asked) = failure(answer).await;
        assert_eq!((error.failure, asked), (wanted, 1));
    }
}

#[tokio::test]
async fn a_refused_token_is_told_and_not_tried_again() {
    let no_right = json!({"message": "Resource not accessible by personal access token"});
    for answer in [ResponseTemplate::new(401), ResponseTemplate::new(403).set_body_json(no_right)] {
        let (error, asked) = failure(answer).await;
        assert_eq!((error.failure, asked), (GitFailure::TokenInvalid, 1));
    }
}

#[tokio::test]
async fn what_may_pass_is_tried_three_times() {
    let (error, asked) = failure(ResponseTemplate::new(502)).await;
    assert_eq!((error.failure, asked), (GitFailure::Unavailable, 3));
    let (error, asked) = failure(ResponseTemplate::new(200).set_body_string("<html>")).await;
    assert_eq!((error.failure, asked), (GitFailure::Unavailable, 1));

    let server = MockServer::start().await;
    let once = ResponseTemplate::new(500);
    Mock::given(any()).respond_with(once).up_to_n_times(2).mount(&server).await;
    let found = ResponseTemplate::new(200).set_body_json(json!({"commit": {"sha": sha(3).as_str()}}));
    Mock::given(any()).respond_with(found).mount(&server).await;
    assert_eq!(head(&server).await, Ok(Some(sha(3))));
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unavailable() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let base = url::Url::parse(&format!("http://127.0.0.1:{port}")).unwrap();
    let server = server_of(ResponseTemplate::new(200)).await;
    let error = github(&server).with_base(base).head(&access(), &branch()).await.unwrap_err();
    assert_eq!(error.failure, GitFailure::Unavailable);
    assert!(!error.message.contains(&port.to_string()), "{error}");
}

#[tokio::test]
async fn a_renamed_repository_is_followed_on_the_same_server() {
    let server = MockServer::start().await;
    let moved = ResponseTemplate::new(301).insert_header("location", "/repositories/7/branches/main");
    Mock::given(path("/repos/acme/shop/branches/main")).respond_with(moved).mount(&server).await;
    let found = ResponseTemplate::new(200).set_body_json(json!({"commit": {"sha": sha(3).as_str()}}));
    Mock::given(path("/repositories/7/branches/main")).respond_with(found).mount(&server).await;
    assert_eq!(head(&server).await, Ok(Some(sha(3))));
}

#[tokio::test]
async fn redirects_end() {
    let (error, asked) = failure(ResponseTemplate::new(307).insert_header("location", "/again")).await;
    assert_eq!((error.failure, asked), (GitFailure::Unavailable, 4));
}

#[tokio::test]
async fn the_token_never_reaches_another_server() {
    let other = server_of(ResponseTemplate::new(200)).await;
    let away = at(&other, "/steal");
    for status in [301, 302, 307, 308] {
        let server = server_of(ResponseTemplate::new(status).insert_header("location", away.as_str())).await;
        let error = head(&server).await.unwrap_err();
        assert_eq!(error.failure, GitFailure::Unavailable);
        assert!(error.message.contains("another server"), "{error}");
    }
    let page =
        ResponseTemplate::new(200).set_body_json(json!([])).insert_header("link", format!("<{away}>; rel=\"next\""));
    let server = server_of(page).await;
    let query = CommitQuery::Dated { head: sha(1), since: parse("2026-01-01T00:00:00Z").unwrap(), until: None };
    let error = github(&server).commits(&access(), &query, false, 10).await.unwrap_err();
    assert!(error.message.contains("another server"), "{error}");
    assert!(requests(&other).await.is_empty());
}

#[tokio::test]
async fn without_a_token_the_message_asks_for_one() {
    let server = server_of(ResponseTemplate::new(404)).await;
    let anonymous = RepositoryAccess { token: None, ..access() };
    let error = github(&server).head(&anonymous, &branch()).await.unwrap_err();
    assert!(error.message.contains("give an access token"), "{error}");
    assert!(requests(&server).await.iter().all(|asked| !asked.headers.contains_key("authorization")));
}
