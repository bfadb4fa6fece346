//! The branches of a repository at GitHub.

use super::github::{access, github};
use super::hosts::sha;
use crate::server::{parameter, requests};
use app::ports::{BranchPage, BranchQuery, CommitSource, GitError, GitFailure};
use serde_json::{Value, json};
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

/// `total` branches in pages of at most `page_max`, with links to the next page.
struct List {
    total: usize,
    page_max: usize,
    uri: String,
}

fn item(number: usize) -> Value {
    json!({
        "name": format!("branch-{number:04}"),
        "commit": {"sha": sha(number).as_str(), "url": "https://api.github.com/x"},
        "protected": number == 7,
    })
}

impl Respond for List {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let number = |name| parameter(request, name).unwrap().parse::<usize>().unwrap();
        let (page, size) = (number("page"), number("per_page").min(self.page_max));
        let items: Vec<_> = (0..self.total).skip((page - 1) * size).take(size).map(item).collect();
        let template = ResponseTemplate::new(200).set_body_json(items);
        if page * size >= self.total {
            return template;
        }
        let asked = number("per_page");
        let next = format!("{}/repos/acme/shop/branches?per_page={asked}&page={}", self.uri, page + 1);
        template.insert_header("link", format!("<{next}>; rel=\"next\", <{next}>; rel=\"last\""))
    }
}

async fn server(total: usize, page_max: usize) -> MockServer {
    let server = MockServer::start().await;
    let repository = ResponseTemplate::new(200).set_body_json(json!({"default_branch": "branch-0003"}));
    Mock::given(path("/repos/acme/shop")).respond_with(repository).mount(&server).await;
    let list = List { total, page_max, uri: server.uri() };
    Mock::given(path("/repos/acme/shop/branches")).respond_with(list).mount(&server).await;
    server
}

fn query(search: Option<&str>, page: usize, per_page: usize) -> BranchQuery {
    BranchQuery { search: search.map(str::to_owned), page, per_page }
}

async fn listed(server: &MockServer, query: &BranchQuery) -> (BranchPage, usize) {
    let page = github(server).branches(&access(), query).await.unwrap();
    (page, requests(server).await.len())
}

fn numbers(page: &BranchPage) -> Vec<usize> {
    page.branches.iter().map(|branch| branch.name.as_str()[7..].parse().unwrap()).collect()
}

#[tokio::test]
async fn branches_have_heads_and_the_default_is_marked() {
    let (page, asked) = listed(&server(8, 100).await, &query(None, 1, 50)).await;
    assert_eq!((numbers(&page), asked), ((0..8).collect(), 2));
    assert!(page.complete && !page.has_more);
    for (number, branch) in page.branches.iter().enumerate() {
        assert_eq!((branch.is_default, branch.protected), (number == 3, Some(number == 7)));
        assert_eq!(branch.head, Some(sha(number)));
    }
}

#[tokio::test]
async fn every_page_is_right_and_costs_few_requests() {
    for (total, page_max) in [(0, 100), (101, 100), (345, 100), (345, 30)] {
        for per_page in [30, 77, 100] {
            let server = server(total, page_max).await;
            for number in [1, 2, 4] {
                let (page, _) = listed(&server, &query(None, number, per_page)).await;
                let wanted: Vec<_> = (0..total).skip((number - 1) * per_page).take(per_page).collect();
                let what = format!("{total} by {page_max}: page {number} of {per_page}");
                // With smaller pages than were requested, one request is wasted, and nine are read from the beginning.
                if page_max == 100 || number * per_page < 9 * page_max {
                    assert_eq!((numbers(&page), page.has_more), (wanted, total > number * per_page), "{what}");
                } else {
                    assert!(!page.complete, "{what}");
                }
            }
        }
    }
    // A page far down is read at its place: the repository, and two pages of the host.
    let (page, asked) = listed(&server(5_000, 100).await, &query(None, 41, 100)).await;
    assert_eq!((numbers(&page), page.has_more, asked), ((4_000..4_100).collect(), true, 3));
}

#[tokio::test]
async fn search_reads_a_thousand_branches_and_is_marked_incomplete() {
    let (page, asked) = listed(&server(1_000, 100).await, &query(Some("-09"), 2, 30)).await;
    assert_eq!((numbers(&page), page.has_more, page.complete), ((930..960).collect(), true, true));
    assert_eq!(asked, 11);
    let (page, _) = listed(&server(1_000, 100).await, &query(Some("BRANCH-0999"), 1, 30)).await;
    assert_eq!((numbers(&page), page.has_more, page.complete), (vec![999], false, true));
    let (page, asked) = listed(&server(2_500, 100).await, &query(Some("99"), 1, 30)).await;
    assert_eq!((numbers(&page).len(), page.has_more, page.complete, asked), (19, false, false, 11));
    // A full page ends the search.
    let (page, asked) = listed(&server(2_500, 100).await, &query(Some("branch"), 1, 30)).await;
    assert_eq!((numbers(&page), page.has_more, asked), ((0..30).collect(), true, 2));
}

#[tokio::test]
async fn empty_repository_has_no_branches_and_a_missing_one_is_an_error() {
    let server = MockServer::start().await;
    let repository = ResponseTemplate::new(200).set_body_json(json!({"default_branch": "main"}));
    Mock::given(path("/repos/acme/shop")).respond_with(repository).mount(&server).await;
    let (page, _) = listed(&server, &query(None, 1, 50)).await;
    assert_eq!(page, BranchPage { branches: vec![], has_more: false, complete: true });

    let server = MockServer::start().await;
    let missing: GitError = github(&server).branches(&access(), &query(None, 1, 50)).await.unwrap_err();
    assert_eq!(missing.failure, GitFailure::NotFound);
}
