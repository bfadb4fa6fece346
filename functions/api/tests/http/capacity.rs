//! The cost of answers in reads, counted by the engine: the same for any number of records and any depth of paging.

use crate::support::stack::ANN;
use crate::support::test_api::{TestApi, user};
use crate::support::token::encode;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::id::{ConfigurationId, RepositoryId, RunId};
use domain::instant::{Duration, Instant};
use serde_json::{Value, json};
use std::fmt::Display;
use std::sync::Arc;
use testkit::builders::{at, randomness};
use testkit::engine::direct::DirectEngine;
use testkit::engine::meter::{Meter, Reads};

/// More runs of a month than people start.
const RUNS: u64 = 100_000;
/// Repositories and configurations of a plan without a limit.
const HOLDINGS: u64 = 10_000;
const PAGE: u64 = 100;

/// The API on an engine, and the reads of its store.
struct Counted {
    api: TestApi,
    engine: DirectEngine,
    meter: Meter,
}

impl Counted {
    async fn new() -> Self {
        let (engine, meter) = (DirectEngine::memory().await.unwrap(), Meter::default());
        let api = TestApi::on(Arc::new(engine.store_metered(&meter))).await;
        api.limit(1_000_000).await;
        Self { api, engine, meter }
    }

    /// Inserts copies of one of Ann's items under other ids.
    fn copy(&self, noun: &str, id: impl Display, copies: impl Iterator<Item = impl Display>) {
        let copies = copies.map(|id| format!("{noun}#{id}"));
        self.engine.copy_item(user(ANN), &format!("{noun}#{id}"), copies).unwrap();
    }

    /// An answer to Ann, and its reads.
    async fn read(&self, path: &str) -> (Value, Reads) {
        let _ = self.meter.take();
        let answer = self.api.get(ANN, path).await.expect(200);
        (answer, self.meter.take())
    }

    /// The page after `pages_before` pages of a list, and its reads. Reading all pages before it would be slow, so a
    /// cursor is built from the list's first one and from the last id before the page.
    async fn page(&self, list: &str, pages_before: u64, id: impl Fn(u64) -> String) -> (Value, Reads) {
        if pages_before == 0 {
            return self.read(&format!("/{list}?limit={PAGE}")).await;
        }
        let (first, _) = self.read(&format!("/{list}?limit=1")).await;
        let cursor = first["pagination"]["next_cursor"].as_str().unwrap();
        let mut body: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(cursor).unwrap()).unwrap();
        body["after"] = json!(id(pages_before * PAGE - 1));
        self.read(&format!("/{list}?limit={PAGE}&cursor={}", encode(body.to_string()))).await
    }

    /// Checks that pages at these depths are right, and cost the same. `id` is the id at a place of the list, from the
    /// newest on.
    async fn pages_cost_the_same(&self, list: &str, depths: &[u64], id: impl Fn(u64) -> String) -> Reads {
        let mut costs = Vec::new();
        for depth in depths {
            let (page, reads) = self.page(list, depth - 1, &id).await;
            let data = page["data"].as_array().unwrap();
            assert_eq!(data.len(), usize::try_from(PAGE).unwrap(), "page {depth} of {list}");
            assert_eq!(data[0]["id"], id((depth - 1) * PAGE), "page {depth} of {list}");
            assert_eq!(data[99]["id"], id(depth * PAGE - 1), "page {depth} of {list}");
            costs.push(reads);
        }
        assert!(costs.iter().all(|cost| *cost == costs[0]), "{list}: {costs:?}");
        costs.swap_remove(0)
    }
}

/// The instant of the record at a place, from the newest on: long before the other records of the tests.
fn instant(count: u64, place: u64) -> Instant {
    at("2026-01-02T00:00:00Z") + Duration::milliseconds(i64::try_from(count - place).unwrap())
}

#[tokio::test]
async fn usage_reads_two_items_for_ten_and_for_a_hundred_thousand_runs() {
    let mut costs = Vec::new();
    for runs in [10, RUNS] {
        let counted = Counted::new().await;
        let run = counted.api.report("Text.").await;
        let copies = (1..runs).map(|place| RunId::at(instant(runs, place), randomness(place)));
        counted.copy("RUN", run, copies);
        let (usage, reads) = counted.read("/report-runs/usage").await;
        assert_eq!(usage["runsUsed"], 1, "from the counter, which does not have the copies");
        assert_eq!((reads.requests, reads.items), (2, 2), "{runs} runs: {reads:?}");
        costs.push(reads.milli_units);
    }
    assert_eq!(costs, [2_000, 2_000], "a unit for the account and one for the counter");
}

#[tokio::test]
async fn days_and_shares_read_no_run() {
    let mut costs = Vec::new();
    for runs in [10, RUNS] {
        let counted = Counted::new().await;
        let run = counted.api.report("Text.").await;
        counted.copy("RUN", run, (1..runs).map(|place| RunId::at(instant(runs, place), randomness(place))));
        for path in ["daily", "breakdown?by=configuration", "breakdown?by=repository", "breakdown?by=model"] {
            let (_, reads) = counted.read(&format!("/report-runs/usage/{path}")).await;
            assert_eq!(
                (reads.requests, reads.items),
                (3, 3),
                "{path}, {runs} runs: the counter, a rollup, the account"
            );
            costs.push(reads.milli_units);
        }
    }
    assert!(costs.iter().all(|cost| *cost == 3_000), "{costs:?}");
}

#[tokio::test]
async fn page_of_runs_costs_the_same_at_any_depth() {
    let counted = Counted::new().await;
    let run = counted.api.report("Text.").await;
    let id = |place: u64| RunId::at(instant(RUNS + 2, place), randomness(place));
    // The run that was really executed is the newest, on the page before the first one that is read.
    counted.copy("RUN", run, (1..RUNS + 2).map(id));
    let listed = |place: u64| if place == 0 { run.to_string() } else { id(place).to_string() };
    let reads = counted.pages_cost_the_same("report-runs", &[1, 2, 10, 100, 1_000], listed).await;
    assert_eq!(
        (reads.requests, reads.items),
        (2, PAGE + 3),
        "the account, and one more run that shows whether there is a next page"
    );
    assert!(reads.milli_units <= 28_000, "a run takes about a kilobyte: {reads:?}");
}

#[tokio::test]
async fn page_of_repositories_costs_the_same_at_any_depth() {
    let counted = Counted::new().await;
    let id = |place: u64| RepositoryId::at(instant(HOLDINGS, place), randomness(place));
    counted.copy("REPO", counted.api.repository.id, (0..HOLDINGS).map(id));
    let reads = counted.pages_cost_the_same("repositories", &[1, 2, 50, 99], |place| id(place).to_string()).await;
    assert_eq!((reads.requests, reads.items), (2, PAGE + 2), "the account is read too");
}

#[tokio::test]
async fn page_of_configurations_costs_the_same_at_any_depth() {
    let counted = Counted::new().await;
    let id = |place: u64| ConfigurationId::at(instant(HOLDINGS, place), randomness(place));
    counted.copy("CONFIG", counted.api.configuration.id, (0..HOLDINGS).map(id));
    let pages = counted.pages_cost_the_same("report-configurations", &[1, 2, 50, 99], |place| id(place).to_string());
    let reads = pages.await;
    assert_eq!((reads.requests, reads.items), (3, PAGE + 3), "the account is read too, and once more for its limits");
}

/// Tombstones are skipped, and a page that meets a thousand of them returns what it has.
#[tokio::test]
async fn deleted_records_bound_what_a_page_reads() {
    let counted = Counted::new().await;
    let kept = counted.api.repository.id;
    let body = json!({"url": "https://github.com/octocat/deleted"});
    let deleted = counted.api.create(ANN, "/repositories", &body).await.expect(201);
    let deleted = deleted["id"].as_str().unwrap();
    counted.api.delete(ANN, &format!("/repositories/{deleted}")).await;
    let id = |place: u64| RepositoryId::at(instant(2_500, place), randomness(place));
    counted.copy("REPO", deleted, (0..2_500).map(id));
    let (mut path, mut pages) = ("/repositories?limit=10".to_owned(), Vec::new());
    loop {
        let (page, reads) = counted.read(&path).await;
        assert!(reads.items <= 1_001, "{reads:?}");
        let ids = page["data"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned());
        pages.push(ids.collect::<Vec<_>>());
        match page["pagination"]["next_cursor"].as_str() {
            Some(cursor) => path = format!("/repositories?limit=10&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(pages, [vec![], vec![], vec![kept.to_string()]]);
}
