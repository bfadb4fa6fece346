//! Successful answers of GitLab. The shapes are those of its documentation.

use super::hosts::{self, answers, commits, date, instant, main_branch, reach, sha, subjects};
use crate::server::{parameter, requests};
use adapters::git::Commits;
use app::ports::{BranchQuery, CommitList, CommitQuery, CommitSource, GitFailure, Listing, RepositoryAccess};
use domain::commit::Changes;
use domain::configuration::BranchName;
use domain::instant::{Instant, parse};
use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

const PROJECT: &str = "/api/v4/projects/acme%2Ftools%2Fshop";
const MERGE_BASE: &str = "/api/v4/projects/acme%2Ftools%2Fshop/repository/merge_base";
const COMMITS: &str = "/api/v4/projects/acme%2Ftools%2Fshop/repository/commits";

fn access() -> RepositoryAccess {
    hosts::access("https://gitlab.com/acme/tools/shop", None)
}

fn gitlab(server: &MockServer) -> Commits {
    Commits::new(reach(server, "/api/v4"))
}

/// The n-th commit of a history, one a minute, dated in a time zone three hours ahead of UTC.
fn item(number: usize) -> Value {
    let here = instant(number) + domain::instant::Duration::hours(3);
    let committed_date = here.format("%Y-%m-%dT%H:%M:%S.000+03:00").to_string();
    json!({
        "id": sha(number).as_str(),
        "short_id": sha(number).short(),
        "title": format!("commit {number}"),
        "message": format!("commit {number}\n\nwhy"),
        "author_name": "Ada",
        "author_email": "ada@acme.example",
        "authored_date": "2026-01-01T00:00:00.000+03:00",
        "committer_name": "Bob",
        "committer_email": "bob@acme.example",
        "committed_date": committed_date,
        "created_at": committed_date,
        "parent_ids": [sha(number.saturating_sub(1)).as_str()],
        "web_url": format!("https://gitlab.com/acme/tools/shop/-/commit/{number}"),
        "stats": {"additions": 15, "deletions": 10, "total": 25},
    })
}

/// The commits from the newest to the oldest, in pages of at most a hundred, with links and without totals.
struct List {
    newest: usize,
    oldest: usize,
    uri: String,
}

impl Respond for List {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let number = |name| parameter(request, name).map(|text| text.parse::<usize>().unwrap());
        let (page, size) = (number("page").unwrap_or(1), number("per_page").unwrap_or(20).min(100));
        let numbers: Vec<_> = (self.oldest..=self.newest).rev().skip((page - 1) * size).take(size).collect();
        let template = ResponseTemplate::new(200).set_body_json(numbers.iter().copied().map(item).collect::<Vec<_>>());
        if self.newest + 1 - self.oldest <= page * size {
            return template;
        }
        let next = format!("{}{COMMITS}?id=acme%2Ftools%2Fshop&mark=a,b&page={}&per_page={size}", self.uri, page + 1);
        let first = format!("{}{COMMITS}?page=1", self.uri);
        template.insert_header("link", format!("<{next}>; rel=\"next\", <{first}>; rel=\"first\""))
    }
}

async fn listing(query: &CommitQuery, oldest: usize, newest: usize, limit: usize) -> (Listing, Vec<Request>) {
    let server = MockServer::start().await;
    answers(&server, MERGE_BASE, 200, &item(oldest.saturating_sub(1))).await;
    let list = List { newest, oldest, uri: server.uri() };
    Mock::given(path(COMMITS)).respond_with(list).mount(&server).await;
    let listing = gitlab(&server).commits(&access(), query, true, limit).await.unwrap();
    (listing, requests(&server).await)
}

fn dated(head: usize, since: Instant, until: Option<Instant>) -> CommitQuery {
    CommitQuery::Dated { head: sha(head), since, until }
}

#[tokio::test]
async fn head_is_requested_by_the_projects_whole_path() {
    let server = MockServer::start().await;
    let at = format!("{PROJECT}/repository/branches/release%2F1.2");
    let found = ResponseTemplate::new(200).set_body_json(json!({"name": "release/1.2", "commit": item(7)}));
    Mock::given(method("GET")).and(path(at)).respond_with(found).mount(&server).await;
    let branch = BranchName::parse("release/1.2").unwrap();
    assert_eq!(gitlab(&server).head(&access(), &branch).await, Ok(Some(sha(7))));
    answers(&server, PROJECT, 200, &json!({"id": 7, "default_branch": "trunk", "empty_repo": false})).await;
    assert_eq!(gitlab(&server).default_branch(&access()).await.unwrap().as_str(), "trunk");
}

#[tokio::test]
async fn missing_branch_missing_project_and_empty_project_differ() {
    let server = MockServer::start().await;
    answers(&server, PROJECT, 200, &json!({"default_branch": "main", "empty_repo": false})).await;
    let no_branch = gitlab(&server).head(&access(), &main_branch()).await.unwrap_err();
    assert_eq!(no_branch.failure, GitFailure::NotFound);
    assert!(no_branch.message.contains("'acme/tools/shop' at GitLab has no branch 'main'"), "{no_branch}");

    let server = MockServer::start().await;
    answers(&server, PROJECT, 404, &json!({"message": "404 Project Not Found"})).await;
    let no_project = gitlab(&server).head(&access(), &main_branch()).await.unwrap_err();
    assert_eq!(no_project.failure, GitFailure::NotFound);
    assert!(no_project.message.contains("GitLab has no repository 'acme/tools/shop'"), "{no_project}");

    let server = MockServer::start().await;
    answers(&server, PROJECT, 200, &json!({"default_branch": null, "empty_repo": true})).await;
    assert_eq!(gitlab(&server).head(&access(), &main_branch()).await, Ok(None));
    assert_eq!(gitlab(&server).default_branch(&access()).await, Ok(main_branch()));
    let all = BranchQuery { search: None, page: 1, per_page: 10 };
    assert!(gitlab(&server).branches(&access(), &all).await.unwrap().branches.is_empty());
}

#[tokio::test]
async fn range_over_an_ancestor_is_a_range_of_revisions() {
    let query = CommitQuery::Between { base: sha(0), head: sha(230) };
    let (listing, asked) = listing(&query, 1, 230, 1_000).await;
    let list = commits(listing);
    assert_eq!((list.commits.len(), list.omitted, asked.len()), (230, 0, 4));
    assert_eq!(subjects(&list)[..2], ["commit 230", "commit 229"]);
    let refs: Vec<_> =
        asked[0].url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    assert_eq!(refs, [("refs[]".to_owned(), sha(0).to_string()), ("refs[]".to_owned(), sha(230).to_string())]);
    assert_eq!(parameter(&asked[1], "ref_name"), Some(format!("{}..{}", sha(0), sha(230))));
    assert_eq!((parameter(&asked[1], "since"), parameter(&asked[1], "until")), (None, None));
    assert_eq!(parameter(&asked[2], "mark").as_deref(), Some("a,b"), "links are followed as they are");
}

#[tokio::test]
async fn count_of_omitted_commits_is_bounded() {
    let query = CommitQuery::Between { base: sha(0), head: sha(2_600) };
    let (listing, asked) = listing(&query, 1, 2_600, 100).await;
    let list = commits(listing);
    assert_eq!((list.commits.len(), list.omitted, asked.len()), (100, 2_000, 22));
    assert!(list.at_least, "there are more than were read");
}

#[tokio::test]
async fn old_head_after_a_force_push_is_no_ancestor() {
    let query = CommitQuery::Between { base: sha(5), head: sha(9) };
    let none = Ok(Listing::NotAnAncestor);
    // They have an older common ancestor.
    let server = MockServer::start().await;
    answers(&server, MERGE_BASE, 200, &item(3)).await;
    assert_eq!(gitlab(&server).commits(&access(), &query, false, 10).await, none);
    // They have no common ancestor.
    let server = MockServer::start().await;
    answers(&server, MERGE_BASE, 404, &json!({"message": "404 Merge Base Not Found"})).await;
    answers(&server, PROJECT, 200, &json!({"default_branch": "main"})).await;
    assert_eq!(gitlab(&server).commits(&access(), &query, false, 10).await, none);
    // GitLab has forgotten the old head.
    let server = MockServer::start().await;
    let forgotten = json!({"message": format!("Could not find ref: {}", sha(5))});
    answers(&server, MERGE_BASE, 400, &forgotten).await;
    answers(&server, &format!("{COMMITS}/{}", sha(9)), 200, &item(9)).await;
    assert_eq!(gitlab(&server).commits(&access(), &query, false, 10).await, none);
    // It has forgotten the new one.
    let server = MockServer::start().await;
    answers(&server, MERGE_BASE, 400, &forgotten).await;
    let lost = gitlab(&server).commits(&access(), &query, false, 10).await.unwrap_err();
    assert_eq!(lost.failure, GitFailure::NotFound);
    assert!(lost.message.contains(&format!("no commit {} any more", sha(9).short())), "{lost}");
    // The project does not exist any more.
    let server = MockServer::start().await;
    let missing = gitlab(&server).commits(&access(), &query, false, 10).await.unwrap_err();
    assert!(missing.message.contains("has no repository"), "{missing}");
}

#[tokio::test]
async fn range_of_time_is_requested_with_its_ends_and_filtered_again() {
    // The server also returns commits a little outside of the range.
    let (found, asked) = listing(&dated(9, instant(4), Some(instant(8))), 3, 9, 10).await;
    assert_eq!(subjects(&commits(found)), ["commit 7", "commit 6", "commit 5", "commit 4"]);
    assert_eq!(asked.len(), 1);
    assert_eq!(parameter(&asked[0], "ref_name"), Some(sha(9).to_string()));
    assert_eq!(parameter(&asked[0], "since").as_deref(), Some("2026-03-01T00:04:00Z"));
    assert_eq!(parameter(&asked[0], "until").as_deref(), Some("2026-03-01T00:08:00Z"));
    assert_eq!(parameter(&asked[0], "with_stats").as_deref(), Some("true"));

    let (found, asked) = listing(&dated(150, instant(1), None), 1, 150, 120).await;
    let list = commits(found);
    assert_eq!((list.commits.len(), list.omitted, asked.len()), (120, 30, 2));
    assert_eq!(list.commits[119].subject(), "commit 31");
}

#[tokio::test]
async fn range_of_an_empty_repository_is_empty_and_of_a_lost_head_an_error() {
    let query = dated(9, instant(1), None);
    let server = MockServer::start().await;
    answers(&server, COMMITS, 200, &json!([])).await;
    let listing = gitlab(&server).commits(&access(), &query, false, 10).await;
    assert_eq!(listing, Ok(Listing::Commits(CommitList::default())));

    let server = MockServer::start().await;
    answers(&server, COMMITS, 404, &json!({"message": "404 Ref Not Found"})).await;
    answers(&server, PROJECT, 200, &json!({"default_branch": "main"})).await;
    let lost = gitlab(&server).commits(&access(), &query, false, 10).await.unwrap_err();
    assert!(lost.message.contains("any more"), "{lost}");
}

#[tokio::test]
async fn optional_fields_may_be_missing() {
    let mut no_author = item(1);
    no_author["author_name"] = Value::Null;
    no_author["author_email"] = Value::Null;
    no_author["message"] = Value::Null;
    no_author["stats"] = Value::Null;
    no_author["web_url"] = Value::Null;
    let mut merge = item(2);
    merge["parent_ids"] = json!([sha(0).as_str(), sha(1).as_str()]);
    let mut old = item(3);
    old.as_object_mut().unwrap().retain(|name, _| !matches!(name.as_str(), "committed_date" | "stats" | "web_url"));
    let mut bot = item(4);
    bot["author_name"] = json!("renovate[bot]");
    let mut token = item(5);
    token["author_email"] = json!("project_278964_bot_0a1b2c@noreply.gitlab.com");
    let mut undated = item(6);
    undated["committed_date"] = Value::Null;
    undated["created_at"] = Value::Null;
    undated["parent_ids"] = Value::Null;

    let server = MockServer::start().await;
    answers(&server, COMMITS, 200, &json!([no_author, merge, old, bot, token, undated])).await;
    let query = dated(6, parse("2026-01-01T00:00:00Z").unwrap(), None);
    let found = commits(gitlab(&server).commits(&access(), &query, true, 10).await.unwrap()).commits;
    let authors: Vec<_> = found.iter().map(|commit| (commit.author.name.as_str(), commit.author.is_bot)).collect();
    let wanted =
        [("unknown", false), ("Ada", false), ("Ada", false), ("renovate[bot]", true), ("Ada", true), ("Ada", false)];
    assert_eq!(authors, wanted);
    assert!(found.iter().all(|commit| commit.author.login.is_none()));
    assert_eq!(found.iter().map(|commit| commit.parents.len()).collect::<Vec<_>>(), [1, 2, 1, 1, 1, 0]);
    assert_eq!((found[0].message.as_str(), found[1].message.as_str()), ("commit 1", "commit 2\n\nwhy"));
    assert_eq!((found[2].committed_at, date(3)), (instant(3), "2026-03-01T00:03:00Z".to_owned()));
    let changes = Changes { additions: 15, deletions: 10, files: None };
    assert_eq!((found[0].changes, found[1].changes), (None, Some(changes)));
    assert_eq!(found[1].page.as_ref().unwrap().as_str(), "https://gitlab.com/acme/tools/shop/-/commit/2");
}

#[tokio::test]
async fn branches_are_searched_by_gitlab_and_filtered_again() {
    let server = MockServer::start().await;
    let listed = json!([
        {"name": "main", "default": true, "protected": true, "commit": item(1)},
        {"name": "Release-2", "default": false, "protected": false, "commit": item(2)},
    ]);
    answers(&server, &format!("{PROJECT}/repository/branches"), 200, &listed).await;
    let query = |search: &str| BranchQuery { search: Some(search.to_owned()), page: 1, per_page: 10 };
    let found = gitlab(&server).branches(&access(), &query("release")).await.unwrap();
    assert_eq!(found.branches.len(), 1);
    assert_eq!((found.branches[0].name.as_str(), found.branches[0].protected), ("Release-2", Some(false)));
    assert_eq!((&found.branches[0].head, found.branches[0].is_default), (&Some(sha(2)), false));
    // A search with characters that GitLab gives a special meaning is done here.
    let found = gitlab(&server).branches(&access(), &query("n$")).await.unwrap();
    assert!(found.branches.is_empty() && found.complete);
    let all = BranchQuery { search: None, ..query("") };
    let found = gitlab(&server).branches(&access(), &all).await.unwrap();
    assert_eq!(found.branches.iter().map(|branch| branch.is_default).collect::<Vec<_>>(), [true, false]);
    let asked: Vec<_> = requests(&server).await.iter().map(|asked| parameter(asked, "search")).collect();
    assert_eq!(asked, [Some("release".to_owned()), None, None]);
}
