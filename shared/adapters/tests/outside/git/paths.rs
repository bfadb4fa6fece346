//! Which commits change some paths, as each host lists them.

use super::hosts::{self, Host, date, sha};
use crate::server::{parameter, requests};
use app::ports::GitFailure;
use domain::commit::{Author, Commit, Sha};
use domain::repository::{PathFilter, RepositoryPath};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use wiremock::matchers::{method, path, path_regex};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

const REPOSITORIES: [&str; 3] =
    ["/repos/acme/shop", "/api/v4/projects/acme%2Fshop/repository", "/api/v1/repos/acme/shop"];
/// Commits on a page of the test's server, fewer than are asked for.
const PAGE: usize = 2;

/// The files of the commits 1 to 8.
const FILES: [&[&str]; 8] = [
    &["api/lib.rs"],
    &["web/a.ts"],
    &["api/tests/a.rs"],
    &["api/tests/a.rs", "docs/b.md"],
    &["api/lib.rs", "api/tests/a.rs"],
    &["README.md"],
    &["api/tests/a.rs", "web/a.ts"],
    &["api/b.rs"],
];

pub(super) fn filter(include: &[&str], exclude: &[&str]) -> PathFilter {
    let parsed = |paths: &[&str]| paths.iter().map(|path| RepositoryPath::parse(path).unwrap()).collect();
    PathFilter::new(parsed(include), parsed(exclude)).unwrap()
}

/// Commits of the history, newest first.
fn commits(numbers: impl DoubleEndedIterator<Item = usize>) -> Vec<Commit> {
    let commit = |number| Commit {
        sha: sha(number),
        parents: vec![sha(number - 1)],
        author: Author { name: "Ada".to_owned(), email: None, login: None, is_bot: false },
        committed_at: hosts::instant(number),
        message: format!("commit {number}"),
        changes: None,
        files: Vec::new(),
        page: None,
    };
    numbers.rev().map(commit).collect()
}

/// An element of a host's list of commits.
fn item(host: usize, number: usize) -> Value {
    if host == 1 {
        return json!({"id": sha(number).as_str(), "title": "t", "committed_date": date(number), "parent_ids": []});
    }
    let person = json!({"name": "Ada", "email": "a@b.example", "date": date(number)});
    json!({"sha": sha(number).as_str(), "commit": {"message": "m", "author": person, "committer": person}})
}

/// The list of a host, filtered by `path` and `since`, in pages.
struct History {
    host: usize,
    uri: String,
}

impl Respond for History {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let head = parameter(request, if self.host == 1 { "ref_name" } else { "sha" }).unwrap();
        let head = usize::from_str_radix(&head, 16).unwrap();
        let below = RepositoryPath::parse(&parameter(request, "path").unwrap()).unwrap();
        let since = parameter(request, "since").unwrap();
        let page: usize = parameter(request, "page").map_or(1, |page| page.parse().unwrap());
        let has = |number: &usize| FILES[number - 1].iter().any(|file| below.contains(file));
        let all: Vec<usize> = (1..=head).rev().filter(has).collect();
        // An old Gitea ignores the dates.
        let all: Vec<usize> = all.into_iter().filter(|number| self.host == 2 || date(*number) >= since).collect();
        if all.is_empty() && self.host == 2 {
            return ResponseTemplate::new(404).set_body_json(json!({"message": "FileCommitsCount"}));
        }
        let items: Vec<Value> =
            all.iter().skip((page - 1) * PAGE).take(PAGE).map(|number| item(self.host, *number)).collect();
        let answer = ResponseTemplate::new(200).set_body_json(items);
        if page * PAGE >= all.len() {
            return answer;
        }
        let mut next = url::Url::parse(&self.uri).unwrap().join(request.url.path()).unwrap();
        let kept = request.url.query_pairs().filter(|(name, _)| name != "page");
        next.query_pairs_mut().extend_pairs(kept).append_pair("page", &(page + 1).to_string());
        answer.insert_header("link", format!("<{next}>; rel=\"next\"").as_str())
    }
}

/// The files of one commit, as each host returns them.
struct Files {
    host: usize,
}

impl Respond for Files {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let name = request.url.path_segments().unwrap().find_map(|part| {
            let digits = part.strip_suffix(".diff").unwrap_or(part);
            usize::from_str_radix(digits, 16).ok().filter(|_| digits.len() == 40)
        });
        let files = FILES[name.unwrap() - 1];
        let answer = ResponseTemplate::new(200);
        match self.host {
            0 => {
                let files: Vec<_> =
                    files.iter().map(|file| json!({"filename": file, "additions": 1, "deletions": 0})).collect();
                answer.set_body_json(json!({"stats": {"additions": 1, "deletions": 0}, "files": files}))
            }
            1 => answer.set_body_json(
                files.iter().map(|file| json!({"new_path": file, "diff": "@@ -0,0 +1 @@\n+a\n"})).collect::<Vec<_>>(),
            ),
            _ => {
                let part = |file: &&str| {
                    format!("diff --git a/{file} b/{file}\n--- a/{file}\n+++ b/{file}\n@@ -0,0 +1 @@\n+a\n")
                };
                answer.set_body_raw(files.iter().map(part).collect::<String>(), "text/plain")
            }
        }
    }
}

/// Each host with the whole history.
async fn served(server: &MockServer) -> [Host; 3] {
    for (host, repository) in REPOSITORIES.iter().enumerate() {
        let list = History { host, uri: server.uri() };
        Mock::given(method("GET")).and(path(format!("{repository}/commits"))).respond_with(list).mount(server).await;
        let one = format!("^{repository}/(git/)?commits/[0-9a-f]{{40}}(\\.diff|/diff)?$");
        Mock::given(method("GET")).and(path_regex(one)).respond_with(Files { host }).mount(server).await;
        let home = repository.trim_end_matches("/repository");
        let found = ResponseTemplate::new(200).set_body_json(json!({"id": 1}));
        Mock::given(method("GET")).and(path(home)).respond_with(found).mount(server).await;
    }
    hosts::all(server)
}

async fn touching(host: &Host, listed: &[Commit], filter: &PathFilter) -> BTreeSet<Sha> {
    host.source.touching(&host.access, &sha(8), listed, filter).await.unwrap()
}

fn shas(numbers: &[usize]) -> BTreeSet<Sha> {
    numbers.iter().map(|number| sha(*number)).collect()
}

#[tokio::test]
async fn commits_in_included_and_not_excluded_paths_are_found_at_every_host() {
    for (include, exclude, expected) in [
        (&["api"][..], &[][..], &[3, 4, 5, 7, 8][..]),
        (&["web", "README.md"], &[], &[2, 6, 7]),
        (&["api"], &["api/tests"], &[5, 8]),
        (&[], &["api"], &[2, 4, 6, 7]),
        (&[], &["api/tests", "web"], &[4, 5, 6, 8]),
        (&["nothing"], &[], &[]),
    ] {
        let server = MockServer::start().await;
        // The first commit is reported already.
        for host in served(&server).await {
            let found = touching(&host, &commits(2..=8), &filter(include, exclude)).await;
            assert_eq!(found, shas(expected), "{}: {include:?} without {exclude:?}", host.name);
        }
    }
}

#[tokio::test]
async fn only_commits_that_change_an_excluded_path_are_read() {
    let server = MockServer::start().await;
    let hosts = served(&server).await;
    touching(&hosts[0], &commits(2..=8), &filter(&["api"], &["api/tests"])).await;
    let asked = requests(&server).await;
    let read = asked.iter().filter(|request| !request.url.path().ends_with("/commits")).count();
    assert_eq!(read, 4, "of the commits 3, 4, 5 and 7");
}

/// What is found of commit 3, which changes an excluded path, if the request for its files is answered so.
async fn found_of_excluded(answer: ResponseTemplate) -> Result<bool, GitFailure> {
    let server = MockServer::start().await;
    let one = format!("{}/commits/{}", REPOSITORIES[0], sha(3));
    Mock::given(path(one)).respond_with(answer).with_priority(1).mount(&server).await;
    let host = &served(&server).await[0];
    let (listed, paths) = (commits(3..=3), filter(&["api"], &["api/tests"]));
    let found = host.source.touching(&host.access, &sha(8), &listed, &paths).await;
    found.map(|found| found.contains(&sha(3))).map_err(|error| error.failure)
}

#[tokio::test]
async fn commit_whose_files_can_not_be_known_is_kept() {
    let files = |files: Value| json!({"stats": {"additions": 1, "deletions": 0}, "files": files});
    let whole = files(json!([{"filename": "api/tests/a.rs"}]));
    let paged = ResponseTemplate::new(200)
        .set_body_json(&whole)
        .insert_header("link", "<https://api.github.com/next>; rel=\"next\"");
    let moved = files(json!([{"filename": "api/tests/a.rs", "previous_filename": "api/a.rs", "status": "renamed"}]));
    for (answer, is_kept) in [
        (ResponseTemplate::new(200).set_body_json(&whole), false),
        (paged, true),
        (ResponseTemplate::new(200).set_body_json(&moved), true),
        (ResponseTemplate::new(404), true),
    ] {
        assert_eq!(found_of_excluded(answer).await, Ok(is_kept));
    }
}

#[tokio::test]
async fn failure_that_may_pass_is_an_error() {
    let limited = ResponseTemplate::new(403).insert_header("retry-after", "60").set_body_string("{}");
    let failure = GitFailure::RateLimited { retry_after: std::time::Duration::from_mins(1) };
    assert_eq!(found_of_excluded(limited).await, Err(failure));
    let unreadable = ResponseTemplate::new(200).set_body_string("{");
    assert_eq!(found_of_excluded(unreadable).await, Err(GitFailure::Unavailable));
}

#[tokio::test]
async fn moved_file_is_found_under_its_old_name_at_every_host() {
    let stats = json!({"additions": 0, "deletions": 0});
    let moved = [
        json!({"stats": stats, "files": [{"filename": "docs/a", "previous_filename": "api/a"}]}).to_string(),
        json!([{"new_path": "docs/a", "old_path": "api/a", "diff": ""}]).to_string(),
        "diff --git a/api/a b/docs/a\nsimilarity index 100%\nrename from api/a\nrename to docs/a\n".to_owned(),
    ];
    for (place, body) in moved.iter().enumerate() {
        let server = MockServer::start().await;
        let one = format!("{}.*/{}", REPOSITORIES[place].replace("%2F", ".*"), sha(2));
        let answer = ResponseTemplate::new(200).set_body_raw(body.clone(), "application/json");
        Mock::given(path_regex(one)).respond_with(answer).with_priority(1).mount(&server).await;
        let list = ResponseTemplate::new(200).set_body_json([item(place, 2)]);
        Mock::given(path(format!("{}/commits", REPOSITORIES[place]))).respond_with(list).mount(&server).await;
        let host = &hosts::all(&server)[place];
        let (listed, paths) = (commits(2..=2), filter(&[], &["docs"]));
        let found = host.source.touching(&host.access, &sha(2), &listed, &paths).await.unwrap();
        assert_eq!(found, shas(&[2]), "{}", host.name);
    }
}

/// A list of the path that never ends: each commit is older than the one before.
struct Endless(String);

impl Respond for Endless {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let page: usize = parameter(request, "page").map_or(1, |page| page.parse().unwrap());
        let items: Vec<Value> = (0..100).map(|place| item(0, 40_000 - page * 100 - place)).collect();
        let next = format!("<{}{}/commits?path=api&page={}>; rel=\"next\"", self.0, REPOSITORIES[0], page + 1);
        ResponseTemplate::new(200).set_body_json(items).insert_header("link", next.as_str())
    }
}

#[tokio::test]
async fn old_date_in_the_range_does_not_lead_to_the_whole_history() {
    let server = MockServer::start().await;
    let list = Endless(server.uri());
    Mock::given(path(format!("{}/commits", REPOSITORIES[0]))).respond_with(list).mount(&server).await;
    let host = &hosts::all(&server)[0];
    let mut listed = commits(10..=12);
    listed[0].committed_at = hosts::instant(40_000);
    let found = host.source.touching(&host.access, &sha(12), &listed, &filter(&["api"], &[])).await.unwrap();
    assert!(requests(&server).await.len() <= 7, "{} pages", requests(&server).await.len());
    assert_eq!(found, shas(&[10, 11]), "of older ones than the list was read for, it is unknown");
}

#[tokio::test]
async fn a_tenth_of_the_remaining_requests_is_used_and_the_rest_is_kept() {
    let server = MockServer::start().await;
    let all: Vec<Value> = (1..=60).rev().map(|number| item(0, number)).collect();
    let list = ResponseTemplate::new(200).set_body_json(all);
    Mock::given(path(format!("{}/commits", REPOSITORIES[0]))).respond_with(list).mount(&server).await;
    let only = json!({"stats": {"additions": 1, "deletions": 0}, "files": [{"filename": "docs/a.md"}]});
    let answer = ResponseTemplate::new(200).set_body_json(only).insert_header("x-ratelimit-remaining", "200");
    Mock::given(path_regex("/commits/[0-9a-f]{40}$")).respond_with(answer).mount(&server).await;
    let host = &hosts::all(&server)[0];
    let found = host.source.touching(&host.access, &sha(60), &commits(1..=60), &filter(&[], &["docs"])).await.unwrap();
    assert_eq!(found.len(), 60 - 21, "one request, and a tenth of the 200 after it");
}

#[tokio::test]
async fn files_of_at_most_a_hundred_commits_are_read() {
    let server = MockServer::start().await;
    let all: Vec<Value> = (1..=130).rev().map(|number| item(0, number)).collect();
    let list = ResponseTemplate::new(200).set_body_json(all);
    Mock::given(path(format!("{}/commits", REPOSITORIES[0]))).respond_with(list).mount(&server).await;
    let only = json!({"stats": {"additions": 1, "deletions": 0}, "files": [{"filename": "docs/a.md"}]});
    let answer = ResponseTemplate::new(200).set_body_json(only);
    Mock::given(path_regex("/commits/[0-9a-f]{40}$")).respond_with(answer).mount(&server).await;
    let (host, paths) = (&hosts::all(&server)[0], filter(&[], &["docs"]));
    let found = host.source.touching(&host.access, &sha(130), &commits(1..=130), &paths).await.unwrap();
    assert_eq!((found.len(), requests(&server).await.len()), (30, 101), "one list, and the files of a hundred");
}

#[tokio::test]
async fn missing_head_is_an_error_and_no_empty_list() {
    for (place, repository) in REPOSITORIES.iter().enumerate() {
        let server = MockServer::start().await;
        let home = repository.trim_end_matches("/repository");
        let found = ResponseTemplate::new(200).set_body_json(json!({"id": 1}));
        Mock::given(path(home)).respond_with(found).mount(&server).await;
        let host = &hosts::all(&server)[place];
        let error = host.source.touching(&host.access, &sha(8), &commits(2..=8), &filter(&["api"], &[])).await;
        assert_eq!(error.expect_err("the head is lost").failure, GitFailure::NotFound, "{}", host.name);
    }
}
