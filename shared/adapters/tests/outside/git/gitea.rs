//! Successful answers of Gitea and Forgejo. The shapes are those of their documentation.

use super::hosts::{self, answers, commits, date, instant, main_branch, reach, sha, subjects};
use crate::server::{parameter, requests};
use adapters::git::Commits;
use app::ports::{BranchQuery, CommitList, CommitQuery, CommitSource, GitFailure, Listing, RepositoryAccess};
use domain::commit::Changes;
use domain::configuration::BranchName;
use domain::instant::{Instant, parse};
use domain::repository::Provider;
use serde_json::{Value, json};
use wiremock::matchers::{path, query_param};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

const REPOSITORY: &str = "/api/v1/repos/acme/shop";
const COMMITS: &str = "/api/v1/repos/acme/shop/commits";
const BRANCHES: &str = "/api/v1/repos/acme/shop/branches";

fn access() -> RepositoryAccess {
    hosts::access("https://git.example.com/acme/shop", Some(Provider::Gitea))
}

fn gitea(server: &MockServer) -> Commits {
    Commits::new(reach(server, "/api/v1"))
}

/// The n-th commit of a history, one a minute.
fn item(number: usize) -> Value {
    json!({
        "url": "https://git.example.com/api/v1/x",
        "sha": sha(number).as_str(),
        "created": date(number),
        "html_url": format!("https://git.example.com/acme/shop/commit/{number}"),
        "commit": {
            "url": "https://git.example.com/api/v1/x",
            "author": {"name": "Ada", "email": "ada@acme.example", "date": "2026-01-01T00:00:00Z"},
            "committer": {"name": "Bob", "email": "bob@acme.example", "date": date(number)},
            "message": format!("commit {number}\n"),
            "tree": {"url": "x", "sha": "y", "created": date(number)},
        },
        "author": {"id": 1, "login": "ada", "full_name": "", "email": "ada@noreply.git.example.com"},
        "committer": null,
        "parents": [{"url": "x", "sha": sha(number.saturating_sub(1)).as_str(), "created": "0001-01-01T00:00:00Z"}],
        "files": null,
    })
}

/// A straight history from its first commit to the requested one, without the ancestors of `not`; dates are applied
/// only where the server supports them.
struct History {
    filters_dates: bool,
    page_max: usize,
    uri: String,
}

fn number_of(text: &str) -> usize {
    usize::from_str_radix(text, 16).unwrap()
}

impl Respond for History {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let number = |name| parameter(request, name).map(|text| text.parse::<usize>().unwrap());
        let (page, size) = (number("page").unwrap_or(1), number("limit").unwrap_or(50).min(self.page_max));
        let head = number_of(&parameter(request, "sha").unwrap());
        let not = parameter(request, "not").map_or(0, |not| number_of(&not));
        let filter = |name| parameter(request, name).filter(|_| self.filters_dates).map(|text| parse(&text).unwrap());
        let (since, until) = (filter("since"), filter("until"));
        let inside = |number: &usize| {
            since.is_none_or(|since| instant(*number) >= since) && until.is_none_or(|until| instant(*number) <= until)
        };
        let all: Vec<_> = (not + 1..=head).rev().filter(inside).collect();
        let items: Vec<_> = all.iter().copied().skip((page - 1) * size).take(size).map(item).collect();
        let template =
            ResponseTemplate::new(200).set_body_json(items).insert_header("x-total-count", all.len().to_string());
        if page * size >= all.len() {
            return template;
        }
        let mut next = url::Url::parse(&format!("{}{COMMITS}", self.uri)).unwrap();
        let kept = request.url.query_pairs().filter(|(name, _)| name != "page");
        next.query_pairs_mut().extend_pairs(kept).append_pair("page", &(page + 1).to_string());
        template.insert_header("link", format!("<{next}>; rel=\"next\",<{next}>; rel=\"last\""))
    }
}

async fn server(filters_dates: bool) -> MockServer {
    let server = MockServer::start().await;
    let history = History { filters_dates, page_max: 50, uri: server.uri() };
    Mock::given(path(COMMITS)).respond_with(history).mount(&server).await;
    server
}

/// The server knows these commits.
async fn knows(server: &MockServer, numbers: &[usize]) {
    for number in numbers {
        answers(server, &format!("{REPOSITORY}/git/commits/{}", sha(*number)), 200, &item(*number)).await;
    }
}

fn between(base: usize, head: usize) -> CommitQuery {
    CommitQuery::Between { base: sha(base), head: sha(head) }
}

fn dated(head: usize, since: Instant, until: Option<Instant>) -> CommitQuery {
    CommitQuery::Dated { head: sha(head), since, until }
}

#[tokio::test]
async fn head_and_default_branch_are_read() {
    let server = MockServer::start().await;
    let found =
        json!({"name": "release/1.2", "commit": {"id": sha(7).as_str(), "timestamp": date(7)}, "protected": false});
    answers(&server, &format!("{BRANCHES}/release%2F1.2"), 200, &found).await;
    let branch = BranchName::parse("release/1.2").unwrap();
    assert_eq!(gitea(&server).head(&access(), &branch).await, Ok(Some(sha(7))));
    answers(&server, REPOSITORY, 200, &json!({"default_branch": "trunk", "empty": false})).await;
    assert_eq!(gitea(&server).default_branch(&access()).await.unwrap().as_str(), "trunk");
}

#[tokio::test]
async fn missing_branch_missing_repository_and_empty_repository_differ() {
    let server = MockServer::start().await;
    answers(&server, REPOSITORY, 200, &json!({"default_branch": "main", "empty": false})).await;
    let no_branch = gitea(&server).head(&access(), &main_branch()).await.unwrap_err();
    assert_eq!(no_branch.failure, GitFailure::NotFound);
    assert!(no_branch.message.contains("at Gitea at git.example.com has no branch 'main'"), "{no_branch}");

    let server = MockServer::start().await;
    let no_repository = gitea(&server).head(&access(), &main_branch()).await.unwrap_err();
    assert!(no_repository.message.contains("has no repository 'acme/shop'"), "{no_repository}");

    // An empty repository names its future default branch, and its list of branches is null.
    let server = MockServer::start().await;
    answers(&server, REPOSITORY, 200, &json!({"default_branch": "main", "empty": true})).await;
    answers(&server, BRANCHES, 200, &Value::Null).await;
    answers(&server, COMMITS, 409, &json!({"message": "Git Repository is empty."})).await;
    assert_eq!(gitea(&server).head(&access(), &main_branch()).await, Ok(None));
    assert_eq!(gitea(&server).default_branch(&access()).await, Ok(main_branch()));
    let all = BranchQuery { search: None, page: 1, per_page: 10 };
    assert!(gitea(&server).branches(&access(), &all).await.unwrap().branches.is_empty());
    let listing = gitea(&server).commits(&access(), &dated(1, instant(1), None), false, 10).await;
    assert_eq!(listing, Ok(Listing::Commits(CommitList::default())));
}

#[tokio::test]
async fn range_over_an_ancestor_has_its_missing_commits() {
    let server = server(true).await;
    knows(&server, &[3, 123]).await;
    let list = commits(gitea(&server).commits(&access(), &between(3, 123), false, 1_000).await.unwrap());
    assert_eq!((list.commits.len(), list.omitted), (120, 0));
    assert_eq!(subjects(&list)[..2], ["commit 123", "commit 122"]);
    let asked: Vec<_> = requests(&server).await.into_iter().filter(|asked| asked.url.path() == COMMITS).collect();
    // Two requests for the two commits, one for commits of the base alone, then three pages.
    assert_eq!(asked.len(), 4);
    assert_eq!(
        (parameter(&asked[0], "sha"), parameter(&asked[0], "not")),
        (Some(sha(3).to_string()), Some(sha(123).to_string()))
    );
    assert_eq!(
        (parameter(&asked[1], "sha"), parameter(&asked[1], "not")),
        (Some(sha(123).to_string()), Some(sha(3).to_string()))
    );
    for asked in &asked {
        for name in ["stat", "files", "verification"] {
            assert_eq!(parameter(asked, name).as_deref(), Some("false"), "{name}");
        }
    }
    let cut = commits(gitea(&server).commits(&access(), &between(3, 123), false, 70).await.unwrap());
    assert_eq!((cut.commits.len(), cut.omitted), (70, 50));
    knows(&server, &[123]).await;
    let nothing = gitea(&server).commits(&access(), &between(123, 123), false, 10).await;
    assert_eq!(nothing, Ok(Listing::Commits(CommitList::default())));
}

#[tokio::test]
async fn old_head_after_a_force_push_is_no_ancestor() {
    let none = Ok(Listing::NotAnAncestor);
    // The old head has a commit that the new one lacks.
    let server = server(true).await;
    knows(&server, &[5, 4]).await;
    assert_eq!(gitea(&server).commits(&access(), &between(5, 4), false, 10).await, none);
    // The server has forgotten the old head.
    let server = MockServer::start().await;
    knows(&server, &[9]).await;
    assert_eq!(gitea(&server).commits(&access(), &between(5, 9), false, 10).await, none);
    // It has forgotten the new one too.
    let server = MockServer::start().await;
    answers(&server, REPOSITORY, 200, &json!({"default_branch": "main"})).await;
    let lost = gitea(&server).commits(&access(), &between(5, 9), false, 10).await.unwrap_err();
    assert!(lost.failure == GitFailure::NotFound && lost.message.contains("any more"), "{lost}");
    // The repository does not exist any more.
    let server = MockServer::start().await;
    let missing = gitea(&server).commits(&access(), &between(5, 9), false, 10).await.unwrap_err();
    assert!(missing.message.contains("has no repository"), "{missing}");
    // An old server ignores `not` and answers with the base: it counts as no ancestor.
    let server = MockServer::start().await;
    knows(&server, &[5, 9]).await;
    answers(&server, COMMITS, 200, &json!([item(5)])).await;
    assert_eq!(gitea(&server).commits(&access(), &between(5, 9), false, 10).await, none);
}

#[tokio::test]
async fn range_of_time_is_the_same_with_and_without_date_filters() {
    for filters_dates in [true, false] {
        let server = server(filters_dates).await;
        let query = dated(400, instant(200), Some(instant(330)));
        let list = commits(gitea(&server).commits(&access(), &query, false, 1_000).await.unwrap());
        let wanted: Vec<_> = (200..330).rev().map(|number| format!("commit {number}")).collect();
        assert_eq!(subjects(&list), wanted, "{filters_dates}");
        let asked = requests(&server).await;
        assert_eq!(parameter(&asked[0], "since").as_deref(), Some("2026-03-01T03:20:00Z"));
        assert_eq!(parameter(&asked[0], "until").as_deref(), Some("2026-03-01T05:30:00Z"));
        assert_eq!(asked.len(), if filters_dates { 3 } else { 8 });
    }
    // Reading a longer history stops after enough old pages: the commits of the range, and four pages.
    let server = server(false).await;
    let list =
        commits(gitea(&server).commits(&access(), &dated(4_000, instant(3_901), None), false, 1_000).await.unwrap());
    assert_eq!((list.commits.len(), list.omitted, requests(&server).await.len()), (100, 0, 6));
}

#[tokio::test]
async fn commits_with_wrong_dates_are_listed() {
    let server = MockServer::start().await;
    let mut wrong: Vec<_> = (11..=60).rev().map(item).collect();
    for item in &mut wrong {
        item["commit"]["committer"]["date"] = json!("1970-01-01T00:00:00Z");
    }
    let second = format!("{}{COMMITS}?page=2", server.uri());
    let first =
        ResponseTemplate::new(200).set_body_json(wrong).insert_header("link", format!("<{second}>; rel=\"next\""));
    Mock::given(path(COMMITS)).and(query_param("sha", sha(60).as_str())).respond_with(first).mount(&server).await;
    answers(&server, COMMITS, 200, &json!([item(10), item(9)])).await;
    let list = commits(gitea(&server).commits(&access(), &dated(60, instant(1), None), false, 100).await.unwrap());
    assert_eq!(subjects(&list), ["commit 10", "commit 9"]);
}

#[tokio::test]
async fn null_authors_are_read_and_changes_only_on_request() {
    let mut no_author = item(1);
    no_author["author"] = Value::Null;
    no_author["commit"]["author"] = Value::Null;
    let mut unnamed = item(2);
    unnamed["commit"]["author"]["name"] = json!("");
    let mut bot = item(3);
    bot["commit"]["author"]["name"] = json!("renovate[bot]");
    bot["author"] = Value::Null;
    let mut sized = item(4);
    sized["stats"] = json!({"total": 5, "additions": 3, "deletions": 2});
    sized["parents"] = json!([{"sha": sha(1).as_str()}, {"sha": sha(2).as_str()}]);
    let server = MockServer::start().await;
    answers(&server, COMMITS, 200, &json!([no_author, unnamed, bot, sized])).await;
    let found =
        commits(gitea(&server).commits(&access(), &dated(4, instant(0), None), true, 10).await.unwrap()).commits;
    let authors: Vec<_> = found
        .iter()
        .map(|commit| (commit.author.name.as_str(), commit.author.login.as_deref(), commit.author.is_bot))
        .collect();
    let wanted = [
        ("unknown", None, false),
        ("ada", Some("ada"), false),
        ("renovate[bot]", None, true),
        ("Ada", Some("ada"), false),
    ];
    assert_eq!(authors, wanted);
    let changes = Changes { additions: 3, deletions: 2, files: None };
    assert_eq!((found[2].changes, found[3].changes, found[3].parents.len()), (None, Some(changes), 2));
    assert_eq!(found[3].page.as_ref().unwrap().as_str(), "https://git.example.com/acme/shop/commit/4");
    let asked = requests(&server).await;
    assert_eq!(parameter(&asked[0], "stat").as_deref(), Some("true"));
    assert_eq!(parameter(&asked[0], "files").as_deref(), Some("false"));
}

#[tokio::test]
async fn branches_have_protection_and_pages_may_be_smaller() {
    let server = MockServer::start().await;
    answers(&server, REPOSITORY, 200, &json!({"default_branch": "b-02", "empty": false})).await;
    let branch = |number: usize| {
        json!({"name": format!("b-{number:02}"), "commit": {"id": sha(number).as_str()},
        "protected": number == 2})
    };
    // Pages of 30, whatever is asked for.
    for page in 1..=3 {
        let listed: Vec<_> = ((page - 1) * 30..page * 30).take_while(|number| *number < 75).map(branch).collect();
        let next = format!("<{}{BRANCHES}?limit=50&page={}>; rel=\"next\"", server.uri(), page + 1);
        let answer = ResponseTemplate::new(200).set_body_json(listed);
        let answer = if page < 3 { answer.insert_header("link", next) } else { answer };
        let asked = Mock::given(path(BRANCHES)).and(query_param("page", page.to_string()));
        asked.respond_with(answer).mount(&server).await;
    }
    let query =
        |search: Option<&str>, page, per_page| BranchQuery { search: search.map(str::to_owned), page, per_page };
    let names = async |query: BranchQuery| {
        let page = gitea(&server).branches(&access(), &query).await.unwrap();
        let names: Vec<_> = page.branches.iter().map(|branch| branch.name.to_string()).collect();
        (names, page.has_more)
    };
    assert_eq!(names(query(None, 2, 50)).await, ((50..75).map(|number| format!("b-{number:02}")).collect(), false));
    assert_eq!(
        names(query(Some("B-7"), 1, 3)).await,
        (vec!["b-70".to_owned(), "b-71".to_owned(), "b-72".to_owned()], true)
    );
    let first = gitea(&server).branches(&access(), &query(None, 1, 3)).await.unwrap().branches;
    let found: Vec<_> = first.iter().map(|branch| (branch.is_default, branch.protected, branch.head.clone())).collect();
    let wanted =
        [(false, Some(false), Some(sha(0))), (false, Some(false), Some(sha(1))), (true, Some(true), Some(sha(2)))];
    assert_eq!(found, wanted);
}
