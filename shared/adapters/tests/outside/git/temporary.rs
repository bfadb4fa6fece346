//! Failures in the middle of a list are temporary, as those at its beginning are.

use super::hosts::{all, sha};
use app::ports::{CommitQuery, GitFailure, Listing};
use domain::instant::parse;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

/// Pages of the list.
const PAGES: u32 = 14;
/// The page that fails at first.
const BROKEN: u32 = 7;

/// A list of pages of one commit, one of which fails until the host recovers.
struct List {
    broken: ResponseTemplate,
    well: Arc<AtomicBool>,
}

/// The commit of a page, in a form that every kind of host can return.
fn commit(page: u32) -> Value {
    let id = format!("{page:040x}");
    let (date, person) = ("2026-01-02T00:00:00Z", json!({"name": "Ada", "date": "2026-01-02T00:00:00Z"}));
    json!({
        "sha": id, "commit": {"message": "feat: one", "author": person, "committer": person}, "parents": [],
        "id": id, "message": "feat: one", "author_name": "Ada", "committed_date": date, "parent_ids": [],
    })
}

impl Respond for List {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let page = request.url.query_pairs().find(|(name, _)| name == "page").and_then(|(_, page)| page.parse().ok());
        let page: u32 = page.unwrap_or(1);
        if page == BROKEN && !self.well.load(Ordering::Relaxed) {
            return self.broken.clone();
        }
        let answer = ResponseTemplate::new(200).set_body_json(json!([commit(page)]));
        if page == PAGES {
            return answer;
        }
        let mut next = request.url.clone();
        next.query_pairs_mut().clear().append_pair("page", &(page + 1).to_string());
        answer.insert_header("link", format!("<{next}>; rel=\"next\"").as_str())
    }
}

#[tokio::test]
async fn failure_on_a_middle_page_is_temporary_and_the_list_is_read_afterwards() {
    let limited = GitFailure::RateLimited { retry_after: Duration::from_secs(30) };
    let cases = [
        (ResponseTemplate::new(502), GitFailure::Unavailable),
        (ResponseTemplate::new(200).set_body_string(r#"[{"sha": "0000"#), GitFailure::Unavailable),
        (ResponseTemplate::new(200).set_body_string(""), GitFailure::Unavailable),
        (ResponseTemplate::new(429).insert_header("retry-after", "30"), limited),
        (ResponseTemplate::new(503).insert_header("retry-after", "30"), limited),
    ];
    let query = CommitQuery::Dated { head: sha(1), since: parse("2026-01-01T00:00:00Z").unwrap(), until: None };
    for (broken, wanted) in cases {
        for index in 0..3 {
            let (server, well) = (MockServer::start().await, Arc::new(AtomicBool::new(false)));
            let list = List { broken: broken.clone(), well: Arc::clone(&well) };
            Mock::given(any()).respond_with(list).mount(&server).await;
            let host = &all(&server)[index];
            let read = || host.source.commits(&host.access, &query, false, 5_000);
            let error = read().await.unwrap_err();
            assert_eq!(error.failure, wanted, "{}", host.name);
            assert!(error.failure.is_temporary());
            well.store(true, Ordering::Relaxed);
            let Listing::Commits(list) = read().await.unwrap() else { panic!("{}", host.name) };
            assert_eq!(list.commits.len(), 14, "{}", host.name);
        }
    }
}
