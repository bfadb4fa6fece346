//! Lists on several pages, alike at all hosts: each page is requested from the repository's own server.

use super::hosts::{Host, TOKEN, all, commits, date, main_branch, sha, subjects};
use crate::server::{at, loopback, parameter, requests};
use adapters::git::{Commits, Reach};
use app::ports::{BranchQuery, CommitList, CommitQuery, CommitSource, RepositoryAccess};
use domain::commit::Mailmap;
use domain::instant::parse;
use domain::repository::{AccessToken, Location, Provider};
use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

fn since_january() -> CommitQuery {
    CommitQuery::Dated { head: sha(1), since: parse("2026-01-01T00:00:00Z").unwrap(), until: None }
}

/// A commit in a form that every kind of host can return.
fn item(number: usize) -> Value {
    json!({
        "sha": sha(number).as_str(),
        "id": sha(number).as_str(),
        "commit": {"message": format!("commit {number}"), "committer": {"date": date(number)}},
        "message": format!("commit {number}"),
        "committed_date": date(number),
    })
}

/// Commits 4, 3 and 2, 1 on two pages, and a branch on each, with a link to the second page at `origin`.
struct Linked {
    origin: String,
}

impl Respond for Linked {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let path = request.url.path();
        let on_second = parameter(request, "page").is_some_and(|page| page == "2");
        let body = if path.ends_with("commits") {
            if on_second { json!([item(2), item(1)]) } else { json!([item(4), item(3)]) }
        } else if path.ends_with("branches") {
            let name = if on_second { "x-second" } else { "x-first" };
            json!([{"name": name, "commit": {"id": sha(1).as_str(), "sha": sha(1).as_str()}}])
        } else {
            json!({"id": 1, "default_branch": "main"})
        };
        let answer = ResponseTemplate::new(200).set_body_json(body);
        if on_second {
            return answer;
        }
        let next = format!("<{}{path}?page=2&sha={}>; rel=\"next\"", self.origin, sha(1));
        answer.insert_header("link", next)
    }
}

async fn all_subjects(host: &Host) -> Vec<String> {
    let listing = host.source.commits(&host.access, &since_january(), false, 10).await.unwrap();
    subjects(&commits(listing)).into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn next_page_of_another_origin_is_read_from_the_repository_server() {
    let other = MockServer::start().await;
    let port = other.address().port();
    // A proxy's internal host, plain http without a port, a missing port, and a server that would take the token.
    for origin in [
        "http://gitlab-rails.internal:8080".to_owned(),
        "http://127.0.0.1".to_owned(),
        "https://127.0.0.1".to_owned(),
        format!("http://127.0.0.1:{port}"),
        format!("//localhost:{port}"),
    ] {
        for index in 0..3 {
            let server = MockServer::start().await;
            Mock::given(any()).respond_with(Linked { origin: origin.clone() }).mount(&server).await;
            let host = &all(&server)[index];
            let wanted = ["commit 4", "commit 3", "commit 2", "commit 1"];
            assert_eq!(all_subjects(host).await, wanted, "{} by {origin}", host.name);
            let query = BranchQuery { search: Some("x".to_owned()), page: 1, per_page: 10 };
            let found = host.source.branches(&host.access, &query).await.unwrap();
            let names: Vec<_> = found.branches.iter().map(|branch| branch.name.as_str()).collect();
            assert_eq!((names, found.complete), (vec!["x-first", "x-second"], true), "{} by {origin}", host.name);
            let asked = requests(&server).await;
            let second = asked.iter().find(|asked| parameter(asked, "page").is_some_and(|page| page == "2")).unwrap();
            assert_eq!(parameter(second, "sha").as_deref(), Some(sha(1).as_str()), "its query is kept");
            assert!(second.headers["authorization"].to_str().unwrap().contains(TOKEN));
        }
    }
    assert!(requests(&other).await.is_empty(), "the token never reaches another server");
}

#[tokio::test]
async fn next_page_without_the_path_that_the_server_is_below_is_read_below_it() {
    let server = MockServer::start().await;
    let origin = "https://git.example.com".to_owned();
    Mock::given(wiremock::matchers::path_regex("^/below/api/v[14]/"))
        .respond_with(Stripped { origin })
        .mount(&server)
        .await;
    let reach = Reach::through(loopback())
        .with_base(Provider::GitLab, at(&server, "/below/api/v4"))
        .with_base(Provider::Gitea, at(&server, "/below/api/v1"));
    let source = Commits::new(reach);
    let access = |provider| RepositoryAccess {
        location: Location::host("https://git.example.com/acme/shop", Some(provider)).unwrap(),
        token: Some(AccessToken::new(TOKEN.to_owned())),
    };
    for provider in [Provider::GitLab, Provider::Gitea] {
        let listing = source.commits(&access(provider), &since_january(), false, 10).await.unwrap();
        assert_eq!(subjects(&commits(listing)).len(), 4, "{provider:?}");
    }
}

/// The same pages behind a proxy that removes the first part of the path.
struct Stripped {
    origin: String,
}

impl Respond for Stripped {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let mut inner = request.clone();
        inner.url.set_path(request.url.path().strip_prefix("/below").unwrap());
        Linked { origin: self.origin.clone() }.respond(&inner)
    }
}

#[tokio::test]
async fn missing_link_header_of_gitlab_is_replaced_by_its_page_number() {
    let server = MockServer::start().await;
    Mock::given(any())
        .respond_with(|request: &Request| match parameter(request, "page").as_deref() {
            None => ResponseTemplate::new(200).set_body_json(json!([item(2)])).insert_header("x-next-page", "2"),
            _ => ResponseTemplate::new(200).set_body_json(json!([item(1)])).insert_header("x-next-page", ""),
        })
        .mount(&server)
        .await;
    assert_eq!(all_subjects(&all(&server)[1]).await, ["commit 2", "commit 1"]);
}

#[tokio::test]
async fn repeated_pages_end_the_list() {
    for index in 0..3 {
        let server = MockServer::start().await;
        let mut page = 1;
        let page = std::sync::Mutex::new(move || {
            page += 1;
            page
        });
        let answer = move |request: &Request| {
            let next = format!("<{}?page={}>; rel=\"next\"", request.url.path(), (page.lock().unwrap())());
            ResponseTemplate::new(200).set_body_json(json!([item(1)])).insert_header("link", next)
        };
        Mock::given(any()).respond_with(answer).mount(&server).await;
        assert_eq!(all_subjects(&all(&server)[index]).await, ["commit 1"]);
        assert!(requests(&server).await.len() < 10);
    }
}

#[tokio::test]
async fn empty_repository_without_the_hosts_flag_has_no_head() {
    for index in 0..3 {
        let server = MockServer::start().await;
        let host = &all(&server)[index];
        let answers = |request: &Request| match request.url.path() {
            path if path.ends_with("/main") => ResponseTemplate::new(404),
            path if path.ends_with("/commits") => ResponseTemplate::new(409),
            path if path.ends_with("/branches") => ResponseTemplate::new(200).set_body_json(json!([])),
            _ => ResponseTemplate::new(200).set_body_json(json!({"id": 1})),
        };
        Mock::given(any()).respond_with(answers).mount(&server).await;
        assert_eq!(host.source.head(&host.access, &main_branch()).await, Ok(None), "{}", host.name);
        let all = BranchQuery { search: None, page: 1, per_page: 10 };
        assert!(host.source.branches(&host.access, &all).await.unwrap().branches.is_empty(), "{}", host.name);
    }
}

/// Two commits by two names, and the host's answer for `.mailmap`.
async fn with_mailmap(index: usize, names: [&str; 2], file: ResponseTemplate) -> (CommitList, usize) {
    let server = MockServer::start().await;
    let listed: Vec<Value> = names
        .iter()
        .enumerate()
        .map(|(place, name)| {
            let mut item = item(place + 1);
            item["author_name"] = json!(name);
            item["commit"]["author"] = json!({"name": name});
            item
        })
        .collect();
    let answers = move |request: &Request| {
        if request.url.path().ends_with("/.mailmap") {
            assert_eq!(parameter(request, "ref").as_deref(), Some(sha(1).as_str()));
            file.clone()
        } else {
            ResponseTemplate::new(200).set_body_json(&listed)
        }
    };
    Mock::given(any()).respond_with(answers).mount(&server).await;
    let host = &all(&server)[index];
    let listing = host.source.commits(&host.access, &since_january(), false, 10).await.unwrap();
    (commits(listing), requests(&server).await.len())
}

#[tokio::test]
async fn mailmap_is_read_only_for_several_identities_and_may_be_missing() {
    // `Ada Lovelace <ada@acme.example>` in base 64, in lines.
    let found = json!({"content": "QWRhIExvdmVsYWNlIDxhZGFA\nYWNtZS5leGFtcGxlPg==\n", "encoding": "base64"});
    let wanted = Mailmap::parse("Ada Lovelace <ada@acme.example>");
    for index in 0..3 {
        let file = ResponseTemplate::new(200).set_body_json(&found);
        let (list, asked) = with_mailmap(index, ["Ada", "Grace"], file.clone()).await;
        assert_eq!((list.mailmap, list.commits.len(), asked), (wanted.clone(), 2, 2));
        let (list, asked) = with_mailmap(index, ["Ada", "Ada"], file).await;
        assert!(list.mailmap.is_empty() && asked == 1, "one person needs none");
        for unread in [404, 403, 429].map(ResponseTemplate::new) {
            let (list, _) = with_mailmap(index, ["Ada", "Grace"], unread).await;
            assert_eq!((list.mailmap.is_empty(), list.commits.len()), (true, 2));
        }
        for broken in
            [json!({"content": "?", "encoding": "base64"}), json!([]), json!({"content": "", "encoding": "none"})]
        {
            let (list, _) =
                with_mailmap(index, ["Ada", "Grace"], ResponseTemplate::new(200).set_body_json(broken)).await;
            assert_eq!((list.mailmap.is_empty(), list.commits.len()), (true, 2));
        }
    }
}

/// A page with an element that is not of the expected form.
struct Damaged(Value);

impl Respond for Damaged {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let path = request.url.path();
        let body = if path.contains("/compare/") {
            json!({"status": "ahead", "total_commits": 3, "commits": [item(1), self.0, item(3)]})
        } else if path.ends_with("commits") {
            json!([item(3), self.0, item(1)])
        } else if path.ends_with("branches") {
            let branch = |name| json!({"name": name, "commit": {"id": sha(1).as_str(), "sha": sha(1).as_str()}});
            json!([branch("x-first"), self.0, branch("x-second")])
        } else {
            json!({"id": 1, "default_branch": "main"})
        };
        ResponseTemplate::new(200).set_body_json(body)
    }
}

#[tokio::test]
async fn damaged_element_is_skipped_and_its_page_read() {
    let typed_wrong = json!({"sha": 7, "id": 7, "commit": "none", "message": {}, "name": ["x"]});
    for damaged in [Value::Null, json!("x"), json!([]), json!({}), typed_wrong] {
        for index in 0..3 {
            let server = MockServer::start().await;
            Mock::given(any()).respond_with(Damaged(damaged.clone())).mount(&server).await;
            let host = &all(&server)[index];
            let listing = host.source.commits(&host.access, &since_january(), false, 10).await.unwrap();
            let list = commits(listing);
            assert_eq!(subjects(&list), ["commit 3", "commit 1"], "{} by {damaged}", host.name);
            assert_eq!(list.omitted, 1, "{} by {damaged}", host.name);
            let query = BranchQuery { search: Some("x".to_owned()), page: 1, per_page: 10 };
            let found = host.source.branches(&host.access, &query).await.unwrap();
            let names: Vec<_> = found.branches.iter().map(|branch| branch.name.as_str()).collect();
            assert_eq!(names, ["x-first", "x-second"], "{} by {damaged}", host.name);
        }
        let server = MockServer::start().await;
        Mock::given(any()).respond_with(Damaged(damaged.clone())).mount(&server).await;
        let github = &all(&server)[0];
        let query = CommitQuery::Between { base: sha(9), head: sha(3) };
        let list = commits(github.source.commits(&github.access, &query, false, 10).await.unwrap());
        assert_eq!((subjects(&list), list.omitted), (vec!["commit 3", "commit 1"], 1), "{damaged}");
    }
}
