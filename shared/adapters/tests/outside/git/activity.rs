//! Tags, drafts, reviews and refused lists, in each dialect.

use super::hosts::{self, Host, date, instant, sha};
use app::ports::ActivityQuery;
use domain::activity::{Activity, ActivityPeriod, Gap, PullRequest, Source, Sources};
use serde_json::{Value, json};
use wiremock::matchers::{path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// The paths of one kind of host, in the order of [`hosts::all`].
struct Paths {
    /// The list that has merged pull requests.
    merged: &'static str,
    /// The list of open ones.
    open: &'static str,
    releases: &'static str,
    tags: &'static str,
    /// The reviews of number 1.
    reviews: &'static str,
}

const PATHS: [Paths; 3] = [
    Paths {
        merged: "/repos/acme/shop/issues",
        open: "/repos/acme/shop/pulls",
        releases: "/repos/acme/shop/releases",
        tags: "/repos/acme/shop/tags",
        reviews: "/repos/acme/shop/pulls/1/reviews",
    },
    Paths {
        merged: "/api/v4/projects/acme%2Fshop/merge_requests",
        open: "/api/v4/projects/acme%2Fshop/merge_requests",
        releases: "/api/v4/projects/acme%2Fshop/releases",
        tags: "/api/v4/projects/acme%2Fshop/repository/tags",
        reviews: "/api/v4/projects/acme%2Fshop/merge_requests/1/reviewers",
    },
    Paths {
        merged: "/api/v1/repos/acme/shop/issues",
        open: "/api/v1/repos/acme/shop/pulls",
        releases: "/api/v1/repos/acme/shop/releases",
        tags: "/api/v1/repos/acme/shop/tags",
        reviews: "/api/v1/repos/acme/shop/pulls/1/reviews",
    },
];

/// The first hour and a half of the history.
fn query(sources: Sources, tagged: &[usize]) -> ActivityQuery {
    let period = ActivityPeriod { from: instant(10), to: instant(100) };
    ActivityQuery { sources, period, with_waiting: true, tagged: tagged.iter().map(|number| sha(*number)).collect() }
}

const REQUESTS: Sources = Sources { pull_requests: true, issues: false, releases: false };
const RELEASES: Sources = Sources { pull_requests: false, issues: false, releases: true };

async fn read(host: &Host, query: &ActivityQuery) -> Activity {
    host.source.activity(&host.access, query).await.unwrap()
}

/// A pull request as the host shows it. `draft` is absent where it is `None`, as at old versions.
fn request(host: &Host, number: usize, title: &str, merged: Option<usize>, draft: Option<bool>) -> Value {
    let mut item = json!({
        "title": title,
        "created_at": date(number),
        "updated_at": date(merged.unwrap_or(number)),
        "user": {"login": "ada"},
        "author": {"username": "ada", "name": "Ada"},
        "closed_at": merged.map(date),
    });
    if let Some(draft) = draft {
        item["draft"] = json!(draft);
    }
    if host.name == "GitLab" {
        item["iid"] = json!(number);
        item["state"] = json!(if merged.is_some() { "merged" } else { "opened" });
        item["merged_at"] = json!(merged.map(date));
    } else {
        item["number"] = json!(number);
        item["state"] = json!(if merged.is_some() { "closed" } else { "open" });
        item["pull_request"] = json!({"merged_at": merged.map(date)});
    }
    item
}

fn list(items: &[Value]) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(items)
}

/// Answers the lists of merged and of open pull requests.
async fn requests(server: &MockServer, paths: &Paths, merged: ResponseTemplate, open: ResponseTemplate) {
    let states = if paths.merged == paths.open { ["merged", "opened"] } else { ["all", "open"] };
    for (at, state, answer) in [(paths.merged, states[0], merged), (paths.open, states[1], open)] {
        Mock::given(path(at)).and(query_param("state", state)).respond_with(answer).mount(server).await;
    }
}

fn numbers(requests: &[PullRequest]) -> Vec<u64> {
    requests.iter().map(|one| one.number).collect()
}

fn tag(name: &str, commit: usize) -> Value {
    json!({"name": name, "commit": {"sha": sha(commit).as_str(), "id": sha(commit).as_str()}})
}

fn release(tag: &str, at: usize, is_draft: bool) -> Value {
    let published = (!is_draft).then(|| date(at));
    json!({
        "tag_name": tag,
        "name": tag,
        "draft": is_draft,
        "created_at": date(at),
        "published_at": published,
        "released_at": published,
    })
}

#[tokio::test]
async fn tags_of_the_commits_that_no_release_names_follow_the_releases() {
    let server = MockServer::start().await;
    for (host, paths) in hosts::all(&server).iter().zip(&PATHS) {
        let releases = [release("v3", 95, true), release("v2", 90, false), release("v1", 5, false)];
        Mock::given(path(paths.releases)).respond_with(list(&releases)).mount(&server).await;
        // Hosts order tags by their names; two are on the second page.
        let first = list(&[tag("nightly", 20), tag("v1", 12), tag("v2", 11), tag("of-another-range", 99)]);
        let next = format!("<{}{}?page=2>; rel=\"next\"", server.uri(), paths.tags);
        let first = first.insert_header("link", next.as_str()).insert_header("x-next-page", "2");
        let second = list(&[tag("weekly", 30), tag("nightly", 20), json!({"name": "broken"}), json!(null)]);
        Mock::given(path(paths.tags)).and(query_param("page", "2")).respond_with(second).mount(&server).await;
        Mock::given(path(paths.tags)).respond_with(first).with_priority(6).mount(&server).await;
        let activity = read(host, &query(RELEASES, &[30, 20, 12, 11])).await;
        let found: Vec<_> =
            activity.releases.iter().map(|one| (one.tag.as_str(), one.at, one.commit.clone())).collect();
        let expected =
            [("v2", Some(instant(90)), None), ("weekly", None, Some(sha(30))), ("nightly", None, Some(sha(20)))];
        assert_eq!((found.as_slice(), activity.gaps.len()), (expected.as_slice(), 0), "{}", host.name);
    }
}

#[tokio::test]
async fn drafts_do_not_wait_and_what_was_closed_unmerged_is_not_merged() {
    let server = MockServer::start().await;
    for (host, paths) in hosts::all(&server).iter().zip(&PATHS) {
        let mut changed = vec![request(host, 11, "Sell pears", Some(50), Some(false))];
        // A list of all pull requests also has drafts, and what was closed without a merge.
        if host.name != "GitLab" {
            let mut closed = request(host, 12, "Sell plums", Some(51), Some(false));
            closed["pull_request"] = json!({"merged_at": null});
            changed.extend([closed, request(host, 13, "Sell figs", None, Some(true))]);
        }
        let open = [
            request(host, 13, "Sell figs", None, Some(true)),
            request(host, 14, "WIP: sell quinces", None, None),
            request(host, 15, "[wip] Sell limes", None, None),
            request(host, 16, "Draft: sell dates", None, None),
            request(host, 17, "Wiping tables", None, None),
            request(host, 18, "WIP: ready all the same", None, Some(false)),
            request(host, 19, "Draft horses", None, None),
        ];
        requests(&server, paths, list(&changed), list(&open)).await;
        let activity = read(host, &query(REQUESTS, &[])).await;
        assert_eq!(
            (numbers(&activity.merged), numbers(&activity.waiting)),
            (vec![11], vec![17, 18, 19]),
            "{}",
            host.name
        );
        assert!(activity.gaps.is_empty() && activity.waiting.iter().all(|one| one.merged_at.is_none()));
    }
}

#[tokio::test]
async fn refused_list_is_a_gap_beside_what_other_lists_have() {
    for status in [403, 404] {
        let server = MockServer::start().await;
        for (host, paths) in hosts::all(&server).iter().zip(&PATHS) {
            let refused = || ResponseTemplate::new(status).set_body_json(json!({"message": "Not accessible"}));
            requests(&server, paths, list(&[request(host, 1, "Sell pears", Some(50), None)]), refused()).await;
            Mock::given(path(paths.releases)).respond_with(list(&[release("v2", 90, false)])).mount(&server).await;
            Mock::given(path(paths.tags)).respond_with(refused()).mount(&server).await;
            let both = Sources { pull_requests: true, releases: true, issues: false };
            let activity = read(host, &query(both, &[30])).await;
            let name = format!("{} {status}", host.name);
            assert_eq!(
                (numbers(&activity.merged), activity.releases.len(), activity.waiting.len()),
                (vec![1], 1, 0),
                "{name}"
            );
            let gaps = [Gap::Refused(Source::PullRequests), Gap::Refused(Source::Releases)];
            assert!(activity.gaps.into_iter().eq(gaps), "{name}");
        }
    }
}

#[tokio::test]
async fn host_without_a_list_of_reviews_leaves_them_unknown() {
    let server = MockServer::start().await;
    for (host, paths) in hosts::all(&server).iter().zip(&PATHS) {
        let merged = [1, 2].map(|number| request(host, number, "Sell pears", Some(50), None));
        requests(&server, paths, list(&merged), list(&[request(host, 3, "Sell figs", None, None)])).await;
        let activity = read(host, &query(REQUESTS, &[])).await;
        assert_eq!((activity.merged.len(), activity.waiting.len(), activity.gaps.len()), (2, 1, 0), "{}", host.name);
        let all = activity.merged.iter().chain(&activity.waiting);
        assert!(all.clone().all(|one| one.reviewers.is_none() && !one.is_unreviewed()), "{}", host.name);
    }
}

#[tokio::test]
async fn reviewer_is_someone_else_who_has_reviewed() {
    let server = MockServer::start().await;
    for (host, paths) in hosts::all(&server).iter().zip(&PATHS) {
        requests(&server, paths, list(&[request(host, 1, "Sell pears", Some(50), None)]), list(&[])).await;
        let user = |login: &str| json!({"login": login, "username": login, "name": login});
        let review = |login: &str, state: &str| json!({"state": state, "user": user(login)});
        let reviews = [
            review("ada", "COMMENTED"),
            review("rhea", "approved"),
            review("rhea", "COMMENTED"),
            review("asked", "unreviewed"),
            review("busy", "REQUEST_REVIEW"),
            review("later", "PENDING"),
            review("renovate[bot]", "APPROVED"),
        ];
        Mock::given(path(paths.reviews)).respond_with(list(&reviews)).mount(&server).await;
        let activity = read(host, &query(REQUESTS, &[])).await;
        let reviewers = activity.merged[0].reviewers.clone().unwrap();
        let logins: Vec<_> = reviewers.iter().map(|one| one.login.as_deref()).collect();
        assert_eq!(logins, [Some("rhea")], "{}", host.name);
    }
}
