//! `git-report report`: one report, printed.

use crate::program::Place;
use serde_json::{Value, json};
use std::process::Output;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// The object that `--json` printed.
pub(crate) fn json_of(output: &Output) -> Value {
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn json_has_report_run_and_usage() {
    let place = Place::with_repository();
    let answer = json_of(&place.run(&["report", place.text(), "--json"], &[]));
    assert!(answer["report"].as_str().unwrap().contains("Round half up"), "{answer}");
    assert_eq!(answer["run"]["status"], "success");
    assert_eq!(answer["run"]["commits_processed"], 2);
    assert_eq!(answer["usage"]["monthlyUsage"]["counted_runs"], 1);
    assert_eq!(answer["usage"]["monthlyLimit"], 50);
}

#[test]
fn long_age_covers_the_whole_history_from_a_subfolder() {
    let place = Place::with_repository();
    let inside = place.path().join("deep/inside");
    std::fs::create_dir_all(&inside).unwrap();
    let output = place.run(&["report", inside.to_str().unwrap(), "--since", "3650d", "--json"], &[]);
    assert_eq!(json_of(&output)["run"]["commits_processed"], 3);
}

#[test]
fn text_is_printed_before_the_usage() {
    let place = Place::with_repository();
    let output = place.run(&["report", ".", "--since", "2026-05-11", "--style", "changelog"], &[]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let printed = String::from_utf8(output.stdout).unwrap();
    let (report, usage) = printed.split_once("\n{").unwrap();
    assert!(report.starts_with("# ") && report.contains("say what counts"), "{report}");
    let usage: Value = serde_json::from_str(&format!("{{{usage}")).unwrap();
    assert_eq!(usage["runsUsed"], 1);
    assert!(String::from_utf8(output.stderr).unwrap().contains("Reading the commits"));
}

#[tokio::test]
async fn a_repository_at_github_is_read_over_its_api() {
    let github = MockServer::start().await;
    let sha = "1".repeat(40);
    let commit = json!({
        "sha": sha,
        "html_url": format!("https://github.com/owner/name/commit/{sha}"),
        "commit": {
            "author": {"name": "Ada", "email": "ada@example.com", "date": "2026-05-11T00:00:00Z"},
            "committer": {"name": "Ada", "email": "ada@example.com", "date": "2026-05-11T00:00:00Z"},
            "message": "feat: read over the API",
        },
        "author": {"login": "ada", "type": "User"},
        "parents": [],
    });
    let answers = [
        ("/repos/owner/name", json!({"default_branch": "master"})),
        ("/repos/owner/name/branches/master", json!({"name": "master", "commit": {"sha": sha}})),
        ("/repos/owner/name/commits", json!([commit])),
    ];
    for (route, body) in answers {
        let answer = ResponseTemplate::new(200).set_body_json(body);
        Mock::given(method("GET")).and(path(route)).respond_with(answer).mount(&github).await;
    }
    let place = Place::with_repository();
    let variables = [("GIT_REPORT_GITHUB_API_URL", github.uri())];
    let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let addresses = ["https://github.com/owner/name", "git@github.com:owner/name.git", "owner/name"];
    for address in addresses {
        let output = place.run(&["report", address, "--since", "3650d", "--json"], &variables);
        let answer = json_of(&output);
        assert!(answer["report"].as_str().unwrap().contains("Read over the API"), "{answer}");
        assert_eq!(answer["run"]["commit_range_to"], sha);
    }
}

#[tokio::test]
async fn empty_repository_is_a_run_without_commits() {
    let host = MockServer::start().await;
    let answer = |route: &str, status: u16, body: Value| {
        Mock::given(method("GET")).and(path(route)).respond_with(ResponseTemplate::new(status).set_body_json(body))
    };
    let project = "/projects/owner%2Fname";
    let empty = json!({"message": "Git Repository is empty."});
    for mock in [
        answer("/github/repos/owner/name", 200, json!({"default_branch": "main"})),
        answer("/github/repos/owner/name/commits", 409, empty.clone()),
        answer(&format!("/gitlab{project}"), 200, json!({"default_branch": null, "empty_repo": true})),
        answer("/gitea/repos/owner/name", 200, json!({"default_branch": "main", "empty": true})),
        answer("/gitea/repos/owner/name/commits", 409, empty),
    ] {
        mock.mount(&host).await;
    }
    let uris = ["github", "gitlab", "gitea"].map(|name| format!("{}/{name}", host.uri()));
    let names = ["GIT_REPORT_GITHUB_API_URL", "GIT_REPORT_GITLAB_API_URL", "GIT_REPORT_GITEA_API_URL"];
    let variables: Vec<_> = names.into_iter().zip(uris.iter().map(String::as_str)).collect();
    let place = Place::with_repository();
    let folder = tempfile::tempdir().unwrap();
    git2::Repository::init(folder.path()).unwrap();
    for named in [
        folder.path().to_str().unwrap(),
        "https://github.com/owner/name",
        "https://gitlab.com/owner/name",
        "https://codeberg.org/owner/name",
    ] {
        let answer = json_of(&place.run(&["report", named, "--json"], &variables));
        let run = &answer["run"];
        assert_eq!((&run["status"], &run["commits_processed"]), (&json!("success"), &json!(0)), "{named}: {answer}");
        let report = answer["report"].as_str().unwrap();
        assert!(report.ends_with("No commits in this range.\n"), "{named}: {report}");
        assert_eq!(run["commit_range_to"], Value::Null, "{named}");
    }
}

/// Writes a report on a repository with one commit, and returns the requests to the host's API, whose address the
/// variable sets.
async fn reported(variable: &str, arguments: &[&str], answers: &[(&str, Value)]) -> Vec<wiremock::Request> {
    let host = MockServer::start().await;
    for (route, body) in answers {
        let answer = ResponseTemplate::new(200).set_body_json(body);
        Mock::given(method("GET")).and(path(*route)).respond_with(answer).mount(&host).await;
    }
    let (place, uri) = (Place::with_repository(), host.uri());
    let variables = [(variable, uri.as_str()), ("GITHUB_TOKEN", "of github"), ("GITLAB_TOKEN", "of_gitlab")];
    let arguments = [&["report"], arguments, &["--since", "3650d", "--json"]].concat();
    let answer = json_of(&place.run(&arguments, &variables));
    assert!(answer["report"].as_str().unwrap().contains("Read over the API"), "{answer}");
    assert_eq!(answer["run"]["commit_range_to"], "1".repeat(40));
    host.received_requests().await.unwrap()
}

#[tokio::test]
async fn a_repository_at_gitlab_is_read_over_its_api() {
    let commit = json!({
        "id": "1".repeat(40), "message": "feat: read over the API", "author_name": "Ada", "parent_ids": [],
        "committed_date": "2026-05-11T03:00:00.000+03:00",
    });
    let project = "/projects/owner%2Fpart%2Fname";
    let answers = [
        (project, json!({"default_branch": "trunk", "empty_repo": false})),
        (&format!("{project}/repository/branches/trunk"), json!({"name": "trunk", "commit": {"id": "1".repeat(40)}})),
        (&format!("{project}/repository/commits"), json!([commit])),
    ];
    let asked = reported("GIT_REPORT_GITLAB_API_URL", &["https://gitlab.com/owner/part/name"], &answers).await;
    assert!(asked.iter().all(|asked| asked.headers["authorization"] == "Bearer of_gitlab"), "{asked:?}");
}

#[tokio::test]
async fn a_repository_at_a_self_managed_server_is_read_over_its_api() {
    let person = json!({"name": "Ada", "email": "ada@example.com", "date": "2026-05-11T00:00:00Z"});
    let commit = json!({
        "sha": "1".repeat(40), "parents": [], "author": null,
        "commit": {"author": person, "committer": person, "message": "feat: read over the API"},
    });
    let answers = [
        ("/repos/owner/name", json!({"default_branch": "trunk", "empty": false})),
        ("/repos/owner/name/branches/trunk", json!({"name": "trunk", "commit": {"id": "1".repeat(40)}})),
        ("/repos/owner/name/commits", json!([commit])),
    ];
    let named = ["https://git.example.com/owner/name", "--provider", "gitea"];
    let asked = reported("GIT_REPORT_GITEA_API_URL", &named, &answers).await;
    assert!(asked.iter().all(|asked| !asked.headers.contains_key("authorization")), "{asked:?}");
    let given = [&named[..], &["--token", "given"]].concat();
    let asked = reported("GIT_REPORT_GITEA_API_URL", &given, &answers).await;
    assert!(asked.iter().all(|asked| asked.headers["authorization"] == "token given"), "{asked:?}");
}

/// Adds a commit that changes one file.
fn change(place: &Place, file: &str, seconds: i64) {
    let repository = git2::Repository::open(place.path()).unwrap();
    let blob = repository.blob(seconds.to_string().as_bytes()).unwrap();
    let parent = repository.head().unwrap().peel_to_commit().unwrap();
    let mut update = git2::build::TreeUpdateBuilder::new();
    update.upsert(file, blob, git2::FileMode::Blob);
    let tree = update.create_updated(&repository, &parent.tree().unwrap()).unwrap();
    let tree = repository.find_tree(tree).unwrap();
    let by = git2::Signature::new("Ada", "ada@example.com", &git2::Time::new(seconds, 0)).unwrap();
    repository.commit(Some("HEAD"), &by, &by, &format!("feat: change {file}"), &tree, &[&parent]).unwrap();
}

#[test]
fn report_is_about_the_named_paths() {
    let place = Place::with_repository();
    for (number, file) in ["api/lib.rs", "api/tests/a.rs", "web/main.ts", "api/lib.rs"].into_iter().enumerate() {
        change(&place, file, 1_778_544_060 + i64::try_from(number).unwrap());
    }
    let commits = |options: &[&str]| {
        let output = place.run(&[&["report", ".", "--since", "3650d", "--json"], options].concat(), &[]);
        json_of(&output)["run"]["commits_processed"].as_u64().unwrap()
    };
    assert_eq!(commits(&["--include", "api"]), 3);
    assert_eq!(commits(&["--include", "api", "--include", "./web/", "--exclude", "api/tests"]), 3);
    assert_eq!(commits(&["--exclude", "api"]), 4, "one, and the three that change another file");
    assert_eq!(commits(&["--include", "nothing/here"]), 0);
    let refused = |options: &[&str]| {
        let output = place.run(&[&["report", "."], options].concat(), &[]);
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, message) = refused(&["--include", "/etc"]);
    assert!(code == Some(2) && message.contains("'/etc' begins with '/'"), "{message}");
    let (code, message) = refused(&["--include", "a/b", "--exclude", "a"]);
    assert!(code == Some(1) && message.contains("'a' excludes all of 'a/b'"), "{message}");
}

#[test]
fn style_of_two_words_is_written_with_a_hyphen() {
    let place = Place::with_repository();
    let output = place.run(&["report", ".", "--style", "release-notes", "--json"], &[]);
    assert_eq!(json_of(&output)["run"]["configuration_snapshot"]["report_style"], "Release notes");
    let output = place.run(&["report", ".", "--style", "haiku"], &[]);
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains("summary, standard, changelog, standup, release-notes, executive"), "{message}");
}
