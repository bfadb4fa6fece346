//! Branches are listed from the repository's host, page by page, with its token.

use crate::support::call::pointers;
use crate::support::house::House;
use crate::support::stack::{ANN, BOB};
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

async fn house(branches: &[&str]) -> (House, String) {
    let house = House::new().await;
    house.stack.outside.git.list(branches.iter().copied().map(branch).collect());
    let place = format!("/repositories/{}/branches", house.repository.id);
    (house, place)
}

#[tokio::test]
async fn branches_are_told_with_what_the_host_knows_of_them() {
    let (house, place) = house(&["main", "release/1.2"]).await;
    let page = house.get(ANN, &place).await.expect(200);
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
    let nothing = house.get(ANN, &format!("{place}?search=nowhere")).await.expect(200);
    assert_eq!((&nothing["data"], &nothing["pagination"]["has_more"]), (&json!([]), &json!(false)));
}

#[tokio::test]
async fn pages_follow_one_another_and_a_part_of_the_name_will_do() {
    let (house, place) = house(&["Release-1", "dev", "release-2", "my-RELEASE", "main"]).await;
    let page = async |query: &str| house.get(ANN, &format!("{place}?{query}")).await.expect(200);
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
async fn the_host_is_asked_with_the_token_of_the_repository() {
    let (house, _) = house(&["main"]).await;
    let body = json!({"url": "https://github.com/octocat/spoon-knife", "token": "ghp_secret"});
    let made = house.create(ANN, "/repositories", &body).await.expect(201);
    house.get(ANN, &format!("/repositories/{}/branches", made["id"].as_str().unwrap())).await.expect(200);
    let asked = house.stack.outside.git.listed_for();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].location.text(), "https://github.com/octocat/spoon-knife");
    assert_eq!(asked[0].token.as_ref().unwrap().expose(), "ghp_secret");
}

#[tokio::test]
async fn what_the_host_refuses_is_told_by_its_code() {
    let (house, place) = house(&["main"]).await;
    for (failure, code) in [
        (GitFailure::NotFound, "REPOSITORY_NOT_FOUND"),
        (GitFailure::TokenInvalid, "TOKEN_INVALID"),
        (GitFailure::Unavailable, "REPOSITORY_UNREACHABLE"),
        (GitFailure::Forbidden, "REPOSITORY_UNREACHABLE"),
    ] {
        house.stack.outside.git.fail(Some(failure));
        let answer = house.get(ANN, &place).await;
        answer.expect_problem(code);
        assert_eq!(answer.header("retry-after"), None);
    }
    for (wait, told) in [(Duration::from_mins(15), "900"), (Duration::ZERO, "1")] {
        house.stack.outside.git.fail(Some(GitFailure::RateLimited { retry_after: wait }));
        let answer = house.get(ANN, &place).await;
        answer.expect_problem("GIT_RATE_LIMITED");
        assert_eq!(answer.header("retry-after"), Some(told));
    }
}

#[tokio::test]
async fn what_is_not_there_or_not_ones_own_is_not_asked_about() {
    let (house, place) = house(&["main"]).await;
    house.get(BOB, &place).await.expect_problem("NOT_FOUND");
    house.delete(ANN, &format!("/repositories/{}", house.repository.id)).await;
    house.get(ANN, &place).await.expect_problem("NOT_FOUND");
    assert!(house.stack.outside.git.listed_for().is_empty());
}

#[tokio::test]
async fn every_wrong_parameter_is_named_at_once() {
    let (house, place) = house(&["main"]).await;
    let long = "x".repeat(245);
    let problem = house.get(ANN, &format!("{place}?page=0&perPage=101&per_page=1&search={long}")).await;
    let mut wrong = pointers(&problem.expect_problem("VALIDATION_FAILED"));
    wrong.sort();
    assert_eq!(wrong, ["/page", "/perPage", "/per_page", "/search"]);
    for query in ["page=1001", "page=x", "perPage=0", "limit=5", "page=1&page=2"] {
        house.get(ANN, &format!("{place}?{query}")).await.expect_problem("VALIDATION_FAILED");
    }
    house.get(ANN, &format!("{place}?page=1000&perPage=100&search={}", &long[..244])).await.expect(200);
}
