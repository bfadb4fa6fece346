//! Who has no commit before another one, as each host lists commits by author.

use super::hosts::{self, Host, sha};
use crate::server::requests;
use domain::commit::Sha;
use domain::digest::AuthorLookup;
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;
use wiremock::matchers::{path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

const GITHUB: &str = "/repos/acme/shop/commits";
const GITLAB: &str = "/api/v4/projects/acme%2Fshop/repository/commits";

fn set(texts: &[&str]) -> BTreeSet<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn author(number: usize, logins: &[&str], emails: &[&str], names: &[&str]) -> AuthorLookup {
    AuthorLookup { commit: sha(number), logins: set(logins), emails: set(emails), names: set(names) }
}

/// The host has commits before number 9 by this author, or none.
async fn has(server: &MockServer, list: &str, history: &str, author: &str, answer: ResponseTemplate) {
    let of = Mock::given(path(list)).and(query_param(history, sha(9).as_str())).and(query_param("per_page", "1"));
    of.and(query_param("author", author)).respond_with(answer).mount(server).await;
}

fn some() -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!([{"sha": sha(1).as_str()}]))
}

fn none() -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!([]))
}

async fn new(host: &Host, authors: &[AuthorLookup]) -> Vec<Sha> {
    host.source.newcomers(&host.access, &sha(9), authors, Duration::from_mins(1)).await.unwrap()
}

#[tokio::test]
async fn github_is_asked_by_account_and_by_address() {
    let server = MockServer::start().await;
    has(&server, GITHUB, "sha", "ada", some()).await;
    has(&server, GITHUB, "sha", "grace", none()).await;
    has(&server, GITHUB, "sha", "grace@acme.example", none()).await;
    has(&server, GITHUB, "sha", "tom@acme.example", none()).await;
    has(&server, GITHUB, "sha", "ann@acme.example", none()).await;
    has(&server, GITHUB, "sha", "ann@home.example", some()).await;
    // Commits by an address that the account has not confirmed.
    has(&server, GITHUB, "sha", "eve", none()).await;
    has(&server, GITHUB, "sha", "eve@acme.example", some()).await;
    let authors = [
        author(1, &["ada"], &["new@acme.example"], &["Ada"]),
        author(2, &["grace"], &["grace@acme.example"], &["Grace"]),
        author(3, &[], &["tom@acme.example"], &["Tom"]),
        author(4, &[], &["ann@acme.example", "ann@home.example"], &["Ann"]),
        author(5, &[], &[], &["no address"]),
        author(6, &["eve"], &["eve@acme.example"], &["Eve"]),
    ];
    assert_eq!(new(&hosts::all(&server)[0], &authors).await, [sha(2), sha(3)]);
    assert_eq!(requests(&server).await.len(), 8);
}

#[tokio::test]
async fn gitlab_is_asked_by_address_and_by_name() {
    let server = MockServer::start().await;
    for (author, answer) in
        [("ada@acme.example", some()), ("grace@acme.example", none()), ("Grace", none()), ("tom@x.example", none())]
    {
        has(&server, GITLAB, "ref_name", author, answer).await;
    }
    has(&server, GITLAB, "ref_name", "Tom", some()).await;
    let authors = [
        author(1, &[], &["ada@acme.example"], &["Ada"]),
        author(2, &[], &["grace@acme.example"], &["Grace"]),
        author(3, &[], &["tom@x.example"], &["Tom"]),
        author(4, &[], &["a+b@x.example"], &["Ann"]),
        author(5, &[], &["ann@x.example"], &["Ann (.*)"]),
    ];
    assert_eq!(new(&hosts::all(&server)[1], &authors).await, [sha(2)]);
    assert_eq!(requests(&server).await.len(), 5, "a pattern is not asked for");
}

#[tokio::test]
async fn gitea_is_not_asked_because_it_has_no_filter() {
    let server = MockServer::start().await;
    assert_eq!(new(&hosts::all(&server)[2], &[author(1, &["ada"], &["a@b.example"], &["Ada"])]).await, []);
    assert_eq!(requests(&server).await.len(), 0);
}

#[tokio::test]
async fn author_whose_answer_is_unusable_is_not_new() {
    for broken in [
        ResponseTemplate::new(404),
        ResponseTemplate::new(409),
        ResponseTemplate::new(422),
        ResponseTemplate::new(500),
        ResponseTemplate::new(200).set_body_string("{"),
        ResponseTemplate::new(200).set_body_json(json!({"message": "moved"})),
    ] {
        let server = MockServer::start().await;
        has(&server, GITHUB, "sha", "ada", none()).await;
        has(&server, GITHUB, "sha", "grace", broken).await;
        let authors = [author(1, &["ada"], &[], &[]), author(2, &["grace"], &[], &[])];
        assert_eq!(new(&hosts::all(&server)[0], &authors).await, [sha(1)]);
    }
}

#[tokio::test]
async fn a_tenth_of_the_remaining_requests_is_used() {
    for (remaining, asked) in [("50", 6), ("9", 1), ("0", 1), ("5000", 10)] {
        let server = MockServer::start().await;
        let answer = none().insert_header("x-ratelimit-remaining", remaining);
        Mock::given(path(GITHUB)).respond_with(answer).mount(&server).await;
        let logins: Vec<String> = (1..=10).map(|number| format!("person-{number}")).collect();
        let authors: Vec<_> = (1..).zip(&logins).map(|(number, login)| author(number, &[login], &[], &[])).collect();
        let found = new(&hosts::all(&server)[0], &authors).await;
        assert_eq!((found.len(), requests(&server).await.len()), (asked, asked), "{remaining}");
    }
}

#[tokio::test]
async fn host_that_refuses_is_asked_once() {
    let server = MockServer::start().await;
    let limited = ResponseTemplate::new(403).insert_header("x-ratelimit-remaining", "0").set_body_string("{}");
    Mock::given(path(GITHUB)).respond_with(limited).mount(&server).await;
    let authors = [1, 2, 3].map(|number| author(number, &["ada"], &[], &[]));
    assert_eq!(new(&hosts::all(&server)[0], &authors).await, []);
    assert_eq!(requests(&server).await.len(), 1);
}
