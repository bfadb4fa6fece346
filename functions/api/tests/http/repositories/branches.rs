//! Branches, read from the repository's host page by page with its token.

use crate::support::call::pointers;
use crate::support::stack::{ANN, BOB};
use crate::support::test_api::TestApi;
use app::ports::{Branch, GitFailure};
use domain::commit::Sha;
use domain::configuration::BranchName;
use serde_json::{Value, json};
use std::time::Duration;

fn branch(name: &str) -> Branch {
    Branch {
        name: BranchName::parse(name).unwrap(),
        is_default: name == "main",
        protected: (name == "main").then_some(true),
        head: (name == "main").then(|| Sha::parse(&"ab".repeat(20)).unwrap()),
    }
}

fn names(page: &Value) -> Vec<&str> {
    page["data"].as_array().unwrap().iter().map(|branch| branch["name"].as_str().unwrap()).collect()
}

async fn api(branches: &[&str]) -> (TestApi, String) {
    let api = TestApi::new().await;
    api.stack.outside.git.list(branches.iter().copied().map(branch).collect());
    let place = format!("/repositories/{}/branches", api.repository.id);
    (api, place)
}

#[tokio::test]
async fn branches_have_what_the_host_reports() {
    let (api, place) = api(&["main", "release/1.2"]).await;
    let page = api.get(ANN, &place).await.expect(200);
    let sha = "ab".repeat(20);
    assert_eq!(
        page,
        json!({
            "data": [
                {"name": "main", "is_default": true, "protected": true, "commit_sha": sha},
                {"name": "release/1.2", "is_default": false, "protected": null, "commit_sha": null},
            ],
            "pagination": {"page": 1, "perPage": 50, "has_more": false, "complete": true},
        })
    );
    let nothing = api.get(ANN, &format!("{place}?search=nowhere")).await.expect(200);
    assert_eq!((&nothing["data"], &nothing["pagination"]["has_more"]), (&json!([]), &json!(false)));
}

#[tokio::test]
async fn branches_are_paged_and_searched_by_a_part_of_the_name() {
    let (api, place) = api(&["Release-1", "dev", "release-2", "my-RELEASE", "main"]).await;
    let page = async |query: &str| api.get(ANN, &format!("{place}?{query}")).await.expect(200);
    let first = page("perPage=2").await;
    assert_eq!((names(&first), &first["pagination"]["has_more"]), (vec!["Release-1", "dev"], &json!(true)));
    let last = page("perPage=2&page=3").await;
    assert_eq!((names(&last), &last["pagination"]["has_more"]), (vec!["main"], &json!(false)));
    assert_eq!(last["pagination"]["page"], 3);
    assert_eq!(names(&page("search=rElEaSe").await), ["Release-1", "release-2", "my-RELEASE"]);
    assert_eq!(names(&page("search=release&perPage=2&page=2").await), ["my-RELEASE"]);
    assert_eq!(names(&page("page=2").await), Vec::<&str>::new());
}

#[tokio::test]
async fn host_is_asked_with_the_token_of_the_repository() {
    let (api, _) = api(&["main"]).await;
    let body = json!({"url": "https://github.com/octocat/spoon-knife", "token": "ghp_secret"});
    let made = api.create(ANN, "/repositories", &body).await.expect(201);
    api.get(ANN, &format!("/repositories/{}/branches", made["id"].as_str().unwrap())).await.expect(200);
    let asked = api.stack.outside.git.listed_for();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].location.text(), "https://github.com/octocat/spoon-knife");
    assert_eq!(asked[0].token.as_ref().unwrap().expose(), "ghp_secret");
}

#[tokio::test]
async fn refusal_of_the_host_has_its_code() {
    let (api, place) = api(&["main"]).await;
    for (failure, code) in [
        (GitFailure::NotFound, "REPOSITORY_NOT_FOUND"),
        (GitFailure::TokenInvalid, "TOKEN_INVALID"),
        (GitFailure::Unavailable, "REPOSITORY_UNREACHABLE"),
        (GitFailure::Forbidden, "REPOSITORY_UNREACHABLE"),
    ] {
        api.stack.outside.git.fail(Some(failure));
        let answer = api.get(ANN, &place).await;
        answer.expect_problem(code);
        assert_eq!(answer.header("retry-after"), None);
    }
    for (wait, expected) in [(Duration::from_mins(15), "900"), (Duration::ZERO, "1")] {
        api.stack.outside.git.fail(Some(GitFailure::RateLimited { retry_after: wait }));
        let answer = api.get(ANN, &place).await;
        answer.expect_problem("GIT_RATE_LIMITED");
        assert_eq!(answer.header("retry-after"), Some(expected));
    }
}

#[tokio::test]
async fn unknown_repository_is_not_requested_from_the_host() {
    let (api, place) = api(&["main"]).await;
    api.get(BOB, &place).await.expect_problem("NOT_FOUND");
    api.delete(ANN, &format!("/repositories/{}", api.repository.id)).await;
    api.get(ANN, &place).await.expect_problem("NOT_FOUND");
    assert!(api.stack.outside.git.listed_for().is_empty());
}

#[tokio::test]
async fn all_invalid_parameters_are_reported_at_once() {
    let (api, place) = api(&["main"]).await;
    let long = "x".repeat(245);
    let problem = api.get(ANN, &format!("{place}?page=0&perPage=101&per_page=1&search={long}")).await;
    let mut wrong = pointers(&problem.expect_problem("VALIDATION_FAILED"));
    wrong.sort();
    assert_eq!(wrong, ["/page", "/perPage", "/per_page", "/search"]);
    for query in ["page=1001", "page=x", "perPage=0", "limit=5", "page=1&page=2"] {
        api.get(ANN, &format!("{place}?{query}")).await.expect_problem("VALIDATION_FAILED");
    }
    api.get(ANN, &format!("{place}?page=1000&perPage=100&search={}", &long[..244])).await.expect(200);
}
