//! Servers that are below a path of their host.

use super::hosts::{access, answers, main_branch, reach, sha};
use crate::server::requests;
use adapters::git::Commits;
use app::ports::{CommitSource, GitFailure};
use domain::repository::Provider;
use serde_json::json;
use wiremock::matchers::path_regex;
use wiremock::{Mock, MockServer, ResponseTemplate};

#[tokio::test]
async fn gitea_below_a_path_is_asked_there() {
    let server = MockServer::start().await;
    let found = json!({"name": "main", "commit": {"id": sha(3).as_str()}});
    answers(&server, "/tools/git/api/v1/repos/acme/shop/branches/main", 200, &found).await;
    let gitea = Commits::new(reach(&server, "/api/v1"));
    let access = access("https://example.com/tools/git/acme/shop", Some(Provider::Gitea));
    assert_eq!(gitea.head(&access, &main_branch()).await, Ok(Some(sha(3))));
}

#[tokio::test]
async fn gitlab_below_a_path_is_found_whatever_is_above_it() {
    let missing = json!({"message": "404 Project Not Found"});
    let above = [
        ResponseTemplate::new(404).set_body_json(missing),
        ResponseTemplate::new(404).set_body_string("<html>"),
        ResponseTemplate::new(200).set_body_string("<html>"),
        ResponseTemplate::new(200).set_body_json(json!({"hello": "world"})),
        ResponseTemplate::new(401),
        ResponseTemplate::new(403),
        ResponseTemplate::new(302).insert_header("location", "https://login.example.com/"),
    ];
    for above in above {
        let server = MockServer::start().await;
        let project = "/gitlab/api/v4/projects/acme%2Fshop";
        answers(&server, project, 200, &json!({"id": 7})).await;
        let found = json!({"name": "main", "commit": {"id": sha(3).as_str()}});
        answers(&server, &format!("{project}/repository/branches/main"), 200, &found).await;
        Mock::given(path_regex("^/api/v4/")).respond_with(above).mount(&server).await;
        let gitlab = Commits::new(reach(&server, "/api/v4"));
        let access = access("https://example.com/gitlab/acme/shop", Some(Provider::GitLab));
        assert_eq!(gitlab.head(&access, &main_branch()).await, Ok(Some(sha(3))));
        let asked = requests(&server).await.len();
        assert_eq!(gitlab.head(&access, &main_branch()).await, Ok(Some(sha(3))));
        assert_eq!(requests(&server).await.len(), asked + 1, "its place is remembered");
    }
}

#[tokio::test]
async fn gitlab_with_nested_groups_is_asked_at_its_root() {
    let server = MockServer::start().await;
    let project = "/api/v4/projects/acme%2Ftools%2Fshop";
    answers(&server, project, 200, &json!({"id": 7})).await;
    let found = json!({"name": "main", "commit": {"id": sha(3).as_str()}});
    answers(&server, &format!("{project}/repository/branches/main"), 200, &found).await;
    let gitlab = Commits::new(reach(&server, "/api/v4"));
    let acme = access("https://example.com/acme/tools/shop", Some(Provider::GitLab));
    assert_eq!(gitlab.head(&acme, &main_branch()).await, Ok(Some(sha(3))));
    assert_eq!(requests(&server).await.len(), 2);

    let nowhere = access("https://example.com/acme/tools/other", Some(Provider::GitLab));
    let error = gitlab.head(&nowhere, &main_branch()).await.unwrap_err();
    assert_eq!(error.failure, GitFailure::NotFound);
    assert!(error.message.contains("no repository 'acme/tools/other'"), "{error}");
}
