//! Successful answers of GitHub. The shapes are those of its documentation and of recorded answers.

use super::hosts::{self, TOKEN, commits, date, instant, main_branch, reach, sha, subjects};
use crate::server::{parameter, requests};
use adapters::git::Commits;
use app::ports::{CommitList, CommitQuery, CommitSource, GitFailure, Listing, RepositoryAccess};
use domain::configuration::BranchName;
use domain::instant::{Instant, parse};
use serde_json::{Value, json};
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

pub(crate) fn access() -> RepositoryAccess {
    hosts::access("https://github.com/acme/shop", None)
}

pub(crate) fn github(server: &MockServer) -> Commits {
    Commits::new(reach(server, "/"))
}

/// The n-th commit of a history, one a minute.
fn item(number: usize) -> Value {
    json!({
        "sha": sha(number).as_str(),
        "html_url": format!("https://github.com/acme/shop/commit/{number}"),
        "commit": {
            "message": format!("commit {number}"),
            "author": {"name": "Ada", "email": "ada@acme.example", "date": "2026-01-01T00:00:00Z"},
            "committer": {"name": "GitHub", "email": "noreply@github.com", "date": date(number)},
        },
        "author": {"login": "ada", "id": 1, "type": "User"},
        "parents": [{"sha": sha(number.saturating_sub(1)).as_str()}],
    })
}

async fn answers(server: &MockServer, at: &str, answer: ResponseTemplate) {
    Mock::given(path(at)).respond_with(answer).mount(server).await;
}

#[tokio::test]
async fn head_is_requested_with_token_and_user_agent() {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .and(path("/repos/acme/shop/branches/release%2F1.2"))
        .and(header("authorization", format!("Bearer {TOKEN}").as_str()))
        .and(header("accept", "application/vnd.github+json"))
        .respond_with(
            ResponseTemplate::new(200).set_body_json(json!({"name": "x", "commit": {"sha": sha(7).as_str()}})),
        )
        .mount(&server)
        .await;
    let branch = BranchName::parse("release/1.2").unwrap();
    assert_eq!(github(&server).head(&access(), &branch).await, Ok(Some(sha(7))));
    let agent = requests(&server).await[0].headers["user-agent"].clone();
    assert!(agent.to_str().unwrap().starts_with("git-report/"));
}

#[tokio::test]
async fn missing_branch_missing_repository_and_empty_repository_differ() {
    let missing = || ResponseTemplate::new(404).set_body_json(json!({"message": "Not Found"}));

    let server = MockServer::start().await;
    answers(&server, "/repos/acme/shop", ResponseTemplate::new(200).set_body_json(json!({}))).await;
    answers(&server, "/repos/acme/shop/commits", ResponseTemplate::new(200).set_body_json(json!([]))).await;
    answers(&server, "/repos/acme/shop/branches/main", missing()).await;
    let no_branch = github(&server).head(&access(), &main_branch()).await.unwrap_err();
    assert_eq!(no_branch.failure, GitFailure::NotFound);
    assert!(no_branch.message.contains("'acme/shop' at GitHub has no branch 'main'"), "{no_branch}");

    let server = MockServer::start().await;
    let no_repository = github(&server).head(&access(), &main_branch()).await.unwrap_err();
    assert_eq!(no_repository.failure, GitFailure::NotFound);
    assert!(no_repository.message.contains("no repository 'acme/shop'"), "{no_repository}");
    assert!(no_repository.message.contains("the token's rights"), "{no_repository}");

    let server = MockServer::start().await;
    answers(&server, "/repos/acme/shop", ResponseTemplate::new(200).set_body_json(json!({}))).await;
    answers(&server, "/repos/acme/shop/branches/main", missing()).await;
    let empty = ResponseTemplate::new(409).set_body_json(json!({"message": "Git Repository is empty."}));
    answers(&server, "/repos/acme/shop/commits", empty).await;
    assert_eq!(github(&server).head(&access(), &main_branch()).await, Ok(None));
}

/// A comparison of `total` commits, in pages of at most `page_max`.
struct Comparison {
    total: usize,
    page_max: usize,
}

impl Respond for Comparison {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let number = |name| parameter(request, name).unwrap().parse::<usize>().unwrap();
        let size = number("per_page").min(self.page_max);
        let first = (number("page") - 1) * size + 1;
        let items: Vec<_> = (first..=self.total).take(size).map(item).collect();
        let status = if self.total == 0 { "identical" } else { "ahead" };
        ResponseTemplate::new(200)
            .set_body_json(json!({"status": status, "total_commits": self.total, "commits": items}))
    }
}

async fn compared(total: usize, page_max: usize, limit: usize) -> (CommitList, Vec<String>) {
    let server = MockServer::start().await;
    let range = format!("/repos/acme/shop/compare/{}...{}", sha(0), sha(total));
    Mock::given(path(range)).respond_with(Comparison { total, page_max }).mount(&server).await;
    let query = CommitQuery::Between { base: sha(0), head: sha(total) };
    let listing = github(&server).commits(&access(), &query, false, limit).await.unwrap();
    let pages = requests(&server).await.iter().filter_map(|asked| parameter(asked, "page")).collect();
    (commits(listing), pages)
}

#[tokio::test]
async fn comparison_is_newest_first_and_reads_only_needed_pages() {
    // (commits, page, limit) → pages read
    let table: [(usize, usize, usize, &[&str]); 9] = [
        (0, 250, 10, &["1"]),
        (1, 250, 10, &["1"]),
        (250, 250, 5_000, &["1"]),
        (251, 250, 5_000, &["1", "2"]),
        (251, 250, 1, &["1", "2"]),
        (1_000, 250, 250, &["1", "4"]),
        (1_000, 250, 251, &["1", "3", "4"]),
        (1_000, 100, 120, &["1", "9", "10"]),
        (5, 250, 0, &["1"]),
    ];
    for (total, page_max, limit, pages) in table {
        let (list, read) = compared(total, page_max, limit).await;
        let wanted: Vec<_> = (1..=total).rev().take(limit).map(|number| format!("commit {number}")).collect();
        assert_eq!(subjects(&list), wanted, "{total} by {page_max}, at most {limit}");
        assert_eq!(list.omitted, total.saturating_sub(limit));
        assert_eq!(read, pages, "{total} by {page_max}, at most {limit}");
    }
}

#[tokio::test]
async fn base_that_is_no_ancestor_has_no_range() {
    let query = CommitQuery::Between { base: sha(1), head: sha(9) };
    for status in ["diverged", "behind"] {
        let server = MockServer::start().await;
        let answer = json!({"status": status, "total_commits": 3, "commits": [item(7), item(8), item(9)]});
        let range = format!("/repos/acme/shop/compare/{}...{}", sha(1), sha(9));
        answers(&server, &range, ResponseTemplate::new(200).set_body_json(answer)).await;
        let listing = github(&server).commits(&access(), &query, false, 10).await;
        assert_eq!(listing, Ok(Listing::NotAnAncestor), "{status}");
    }
    // GitHub has forgotten the base.
    let server = MockServer::start().await;
    let head = format!("/repos/acme/shop/git/commits/{}", sha(9));
    answers(&server, &head, ResponseTemplate::new(200).set_body_json(json!({}))).await;
    assert_eq!(github(&server).commits(&access(), &query, false, 10).await, Ok(Listing::NotAnAncestor));
    // The repository does not exist any more.
    let server = MockServer::start().await;
    let missing = github(&server).commits(&access(), &query, false, 10).await.unwrap_err();
    assert_eq!(missing.failure, GitFailure::NotFound);
}

/// The list of `total` commits, newest first, with links to the next page; both ends of the range are included.
struct List {
    total: usize,
    uri: String,
}

impl Respond for List {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let page = parameter(request, "page").map_or(1, |page| page.parse().unwrap());
        let first = (page - 1) * 100;
        let numbers: Vec<_> = (1..=self.total).rev().skip(first).take(100).collect();
        let template = ResponseTemplate::new(200).set_body_json(numbers.iter().copied().map(item).collect::<Vec<_>>());
        if first + 100 < self.total {
            let link = format!(
                "<{0}/prev>; rel=\"prev\", <{0}/repos/acme/shop/commits?cursor=a,b&page={1}>; rel=\"next\"",
                self.uri,
                page + 1
            );
            template.insert_header("link", link)
        } else {
            template
        }
    }
}

async fn dated(total: usize, until: Option<Instant>, limit: usize) -> (CommitList, Vec<Request>) {
    let server = MockServer::start().await;
    let uri = server.uri();
    Mock::given(path("/repos/acme/shop/commits")).respond_with(List { total, uri }).mount(&server).await;
    let query = CommitQuery::Dated { head: sha(total), since: instant(1), until };
    let listing = github(&server).commits(&access(), &query, false, limit).await.unwrap();
    (commits(listing), requests(&server).await)
}

#[tokio::test]
async fn range_of_time_follows_pages_and_counts_omitted_commits() {
    let (list, asked) = dated(230, None, 1_000).await;
    assert_eq!((list.commits.len(), list.omitted, asked.len()), (230, 0, 3));
    assert_eq!(subjects(&list)[..2], ["commit 230", "commit 229"]);
    assert_eq!(parameter(&asked[0], "sha"), Some(sha(230).to_string()));
    assert_eq!(parameter(&asked[0], "since").as_deref(), Some("2026-03-01T00:01:00Z"));
    assert_eq!(parameter(&asked[0], "per_page").as_deref(), Some("100"));
    assert_eq!(parameter(&asked[1], "cursor").as_deref(), Some("a,b"), "links are followed as they are");

    let (list, _) = dated(230, None, 3).await;
    assert_eq!(subjects(&list), ["commit 230", "commit 229", "commit 228"]);
    assert_eq!(list.omitted, 227);

    // The count has a bound: one page for the limit, twenty to count.
    let (list, asked) = dated(2_500, None, 100).await;
    assert_eq!((list.commits.len(), list.omitted, asked.len()), (100, 2_000, 21));
    assert!(list.at_least, "there are more than were read");
    let (list, _) = dated(2_100, None, 100).await;
    assert_eq!((list.omitted, list.at_least), (2_000, false));
}

#[tokio::test]
async fn range_includes_its_start_and_excludes_its_end() {
    let (list, asked) = dated(5, Some(instant(4)), 10).await;
    assert_eq!(subjects(&list), ["commit 3", "commit 2", "commit 1"]);
    assert_eq!(parameter(&asked[0], "until").as_deref(), Some("2026-03-01T00:04:00Z"));
    let (list, asked) = dated(5, parse("2026-03-01T00:04:00.001Z"), 10).await;
    assert_eq!(subjects(&list)[0], "commit 4");
    assert_eq!(parameter(&asked[0], "until").as_deref(), Some("2026-03-01T00:04:01Z"));
}

#[tokio::test]
async fn empty_repository_has_no_commits() {
    let server = MockServer::start().await;
    let empty = ResponseTemplate::new(409).set_body_json(json!({"message": "Git Repository is empty."}));
    answers(&server, "/repos/acme/shop/commits", empty).await;
    let query = CommitQuery::Dated { head: sha(1), since: instant(1), until: None };
    let listing = github(&server).commits(&access(), &query, false, 10).await;
    assert_eq!(listing, Ok(Listing::Commits(CommitList::default())));
}

#[tokio::test]
async fn null_empty_and_bot_authors_are_read() {
    let mut no_author = item(1);
    no_author["author"] = Value::Null;
    no_author["commit"]["author"] = Value::Null;
    let mut empty = item(2);
    empty["author"] = json!({});
    let mut bot = item(3);
    bot["author"] = json!({"login": "dependabot[bot]", "type": "Bot"});
    let mut named_bot = item(4);
    named_bot["author"] = Value::Null;
    named_bot["commit"]["author"]["name"] = json!("renovate[bot]");
    let mut merge = item(5);
    merge["parents"] = json!([{"sha": sha(1).as_str()}, {"sha": sha(2).as_str()}]);
    let mut undated = item(6);
    undated["commit"]["committer"] = Value::Null;
    undated["parents"] = json!([]);

    let server = MockServer::start().await;
    let all = json!([no_author, empty, bot, named_bot, merge, undated]);
    answers(&server, "/repos/acme/shop/commits", ResponseTemplate::new(200).set_body_json(all)).await;
    let query = CommitQuery::Dated { head: sha(6), since: parse("2026-01-01T00:00:00Z").unwrap(), until: None };
    let listing = github(&server).commits(&access(), &query, true, 10).await.unwrap();
    let found = commits(listing).commits;
    let authors: Vec<_> = found
        .iter()
        .map(|commit| (commit.author.name.as_str(), commit.author.login.as_deref(), commit.author.is_bot))
        .collect();
    assert_eq!(
        authors,
        [
            ("unknown", None, false),
            ("Ada", None, false),
            ("Ada", Some("dependabot[bot]"), true),
            ("renovate[bot]", None, true),
            ("Ada", Some("ada"), false),
            ("Ada", Some("ada"), false),
        ]
    );
    assert_eq!(found.iter().map(|commit| commit.parents.len()).collect::<Vec<_>>(), [1, 1, 1, 1, 2, 0]);
    assert_eq!(found[0].committed_at, instant(1));
    assert_eq!(found[5].committed_at, parse("2026-01-01T00:00:00Z").unwrap());
    assert_eq!(found[0].page.as_ref().unwrap().as_str(), "https://github.com/acme/shop/commit/1");
    assert!(found.iter().all(|commit| commit.changes.is_none()));
}
