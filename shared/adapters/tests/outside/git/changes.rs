//! What commits change, as each host returns it, within the limits.

use super::hosts::{self, Host, sha};
use super::paths::filter;
use crate::server::requests;
use domain::commit::{ChangedFile, Changes, Patch, PatchLimits, Sha};
use serde_json::{Value, json};
use std::time::Duration;
use wiremock::matchers::{method, path, path_regex};
use wiremock::{Mock, MockServer, ResponseTemplate};

const HUNKS: &str = "@@ -1,2 +1,3 @@\n fn main() {\n+    serve();\n+    wait();\n-    run();\n";
const LOCK: &str = "@@ -1 +1 @@\n-a\n+b\n";

fn github(number: usize) -> (String, ResponseTemplate) {
    let answer = json!({
        "sha": sha(number).as_str(),
        "stats": {"total": 5, "additions": 3, "deletions": 2},
        "files": [
            {"filename": "src/main.rs", "additions": 2, "deletions": 1, "status": "modified", "patch": HUNKS},
            {"filename": "Cargo.lock", "additions": 1, "deletions": 1, "status": "modified", "patch": LOCK},
            {"filename": "logo.png", "additions": 0, "deletions": 0, "status": "added"},
            {"unexpected": true},
        ],
    });
    (format!("/repos/acme/shop/commits/{}", sha(number)), ResponseTemplate::new(200).set_body_json(answer))
}

fn gitlab(number: usize) -> (String, ResponseTemplate) {
    let file = |path: &str, diff: &str| json!({"old_path": path, "new_path": path, "diff": diff, "too_large": false});
    let answer = Value::from(vec![file("src/main.rs", HUNKS), file("Cargo.lock", LOCK), file("logo.png", "")]);
    let at = format!("/api/v4/projects/acme%2Fshop/repository/commits/{}/diff", sha(number));
    (at, ResponseTemplate::new(200).set_body_json(answer))
}

fn gitea(number: usize) -> (String, ResponseTemplate) {
    let header = |path: &str| format!("diff --git a/{path} b/{path}\nindex 1..2 100644\n");
    let lines = |path: &str, hunks: &str| format!("{}--- a/{path}\n+++ b/{path}\n{hunks}", header(path));
    let binary = format!("{}Binary files /dev/null and b/logo.png differ\n", header("logo.png"));
    let diff = format!("{}{}{binary}", lines("src/main.rs", HUNKS), lines("Cargo.lock", LOCK));
    let at = format!("/api/v1/repos/acme/shop/git/commits/{}.diff", sha(number));
    (at, ResponseTemplate::new(200).set_body_raw(diff, "text/plain"))
}

const DIALECTS: [fn(usize) -> (String, ResponseTemplate); 3] = [github, gitlab, gitea];

async fn changes(host: &Host, ids: &[Sha], limits: PatchLimits) -> Vec<Patch> {
    host.source.changes(&host.access, ids, &limits).await.unwrap()
}

async fn answer(server: &MockServer, (at, answer): (String, ResponseTemplate)) {
    Mock::given(method("GET")).and(path(at)).respond_with(answer).mount(server).await;
}

#[tokio::test]
async fn only_the_texts_of_files_in_the_paths_are_kept_and_use_up_the_limit() {
    for (place, dialect) in DIALECTS.iter().enumerate() {
        let server = MockServer::start().await;
        answer(&server, dialect(7)).await;
        let host = &hosts::all(&server)[place];
        let shown = |include: &[&str], exclude: &[&str]| {
            let limits = PatchLimits { files: 1, paths: filter(include, exclude), ..PatchLimits::default() };
            async move {
                let [patch] = changes(host, &[sha(7)], limits).await.try_into().unwrap();
                assert_eq!(patch.files.len(), 3, "{}", host.name);
                patch.texts.into_iter().map(|file| file.path).collect::<Vec<_>>()
            }
        };
        assert_eq!(shown(&["src"], &[]).await, ["src/main.rs"], "{}", host.name);
        assert_eq!(shown(&["docs"], &[]).await, Vec::<String>::new(), "{}", host.name);
        assert_eq!(shown(&[], &["src/main.rs"]).await, Vec::<String>::new(), "{}", host.name);
    }
}

#[tokio::test]
async fn every_host_returns_sizes_files_and_lines() {
    for (place, dialect) in DIALECTS.iter().enumerate() {
        let server = MockServer::start().await;
        for number in [7, 8] {
            answer(&server, dialect(number)).await;
        }
        let host = &hosts::all(&server)[place];
        let found = changes(host, &[sha(8), sha(7)], PatchLimits::default()).await;
        assert_eq!(found.iter().map(|patch| patch.sha.clone()).collect::<Vec<_>>(), [sha(8), sha(7)], "{}", host.name);
        let patch = &found[0];
        assert_eq!(patch.changes, Some(Changes { additions: 3, deletions: 2, files: Some(3) }), "{}", host.name);
        let names: Vec<&str> = patch.files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(names, ["src/main.rs", "Cargo.lock", "logo.png"], "{}", host.name);
        let main = ChangedFile { path: "src/main.rs".to_owned(), additions: Some(2), deletions: Some(1) };
        assert_eq!(patch.files[0], main, "{}", host.name);
        let texts: Vec<(&str, &str)> =
            patch.texts.iter().map(|file| (file.path.as_str(), file.text.as_str())).collect();
        assert_eq!(texts, [("src/main.rs", HUNKS)], "{}", host.name);
        assert!(patch.is_cut, "the lines of the lock file are not shown");
    }
}

#[tokio::test]
async fn commit_that_can_not_be_read_is_missing() {
    for (place, dialect) in DIALECTS.iter().enumerate() {
        for broken in
            [ResponseTemplate::new(404), ResponseTemplate::new(500), ResponseTemplate::new(200).set_body_string("{")]
        {
            let server = MockServer::start().await;
            let (at, whole) = dialect(7);
            answer(&server, (at, whole)).await;
            answer(&server, (dialect(8).0, broken)).await;
            let host = &hosts::all(&server)[place];
            let found = changes(host, &[sha(8), sha(7), sha(8)], PatchLimits::default()).await;
            let found: Vec<Sha> =
                found.into_iter().filter(|patch| !patch.files.is_empty()).map(|patch| patch.sha).collect();
            assert_eq!(found, [sha(7)], "{}", host.name);
        }
    }
}

#[tokio::test]
async fn a_tenth_of_the_remaining_requests_is_used() {
    for (remaining, asked) in [("50", 6), ("9", 1), ("0", 1), ("5000", 20)] {
        let server = MockServer::start().await;
        for number in 1..=30 {
            let (at, whole) = github(number);
            answer(&server, (at, whole.insert_header("x-ratelimit-remaining", remaining))).await;
        }
        let ids: Vec<Sha> = (1..=30).map(sha).collect();
        let found = changes(&hosts::all(&server)[0], &ids, PatchLimits::default()).await;
        assert_eq!((found.len(), requests(&server).await.len()), (asked, asked), "{remaining}");
    }
}

#[tokio::test]
async fn host_that_refuses_is_not_asked_for_all_and_one_that_hangs_not_for_long() {
    let server = MockServer::start().await;
    let limited = ResponseTemplate::new(403).insert_header("x-ratelimit-remaining", "0").set_body_string("{}");
    Mock::given(path_regex(".*")).respond_with(limited).mount(&server).await;
    let ids: Vec<Sha> = (1..=20).map(sha).collect();
    assert_eq!(changes(&hosts::all(&server)[0], &ids, PatchLimits::default()).await, []);
    assert_eq!(requests(&server).await.len(), 1);

    let server = MockServer::start().await;
    answer(&server, github(1)).await;
    let slow = ResponseTemplate::new(200).set_delay(Duration::from_mins(1));
    Mock::given(path_regex(".*")).respond_with(slow).with_priority(9).mount(&server).await;
    let limits = PatchLimits { within: Duration::from_secs(2), ..PatchLimits::default() };
    let found = changes(&hosts::all(&server)[0], &ids, limits).await;
    assert_eq!(found.into_iter().map(|patch| patch.sha).collect::<Vec<_>>(), [sha(1)]);
}

#[tokio::test]
async fn lines_are_cut_to_the_limits_and_have_no_secrets() {
    let server = MockServer::start().await;
    let key = ["gh", "p_", "kX7qT2mWz9LbR4vNc8YpJ5sHd3GfQ6aBcD1e"].concat();
    let text = format!("@@ -1 +1 @@\n+const KEY = \"{key}\";\n{}", "+another line\n".repeat(1_000));
    let file = |path: &str| json!({"filename": path, "additions": 1_001, "deletions": 0, "patch": text});
    for number in 1..=4 {
        let body = json!({"files": [file("a.rs"), file("b.rs"), file("c.rs")]});
        answer(&server, (github(number).0, ResponseTemplate::new(200).set_body_json(body))).await;
    }
    let ids: Vec<Sha> = (1..=4).map(sha).collect();
    let limits = PatchLimits { files: 2, file_bytes: 500, bytes: 1_600, ..PatchLimits::default() };
    let found = changes(&hosts::all(&server)[0], &ids, limits).await;
    assert_eq!(found.len(), 4);
    let texts: Vec<&str> = found.iter().flat_map(|patch| &patch.texts).map(|file| file.text.as_str()).collect();
    assert!(texts.iter().map(|text| text.len()).sum::<usize>() <= 1_600);
    assert!(texts.iter().all(|text| text.len() <= 500 && text.ends_with('\n') && !text.contains(&key)));
    assert!(texts[0].contains("[secret]"));
    assert!(found.iter().all(|patch| patch.is_cut && patch.files.len() == 3));
}
