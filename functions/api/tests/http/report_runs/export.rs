//! Every run of a month, in both formats.

use crate::support::call::{Answer, get, pointers};
use crate::support::down::Down;
use crate::support::stack::{ANN, BOB, Stack};
use crate::support::test_api::TestApi;
use app::ports::{Fence, Finish, Reservation, RunLedger, UsageCounters};
use domain::account::Account;
use domain::delivery::Delivery;
use domain::id::RunId;
use domain::instant::Duration;
use domain::money::{Cost, Rates, TokenUsage, UsageSource};
use domain::month::Month;
use domain::run::{ErrorCode, Failure, Findings, Outcome, Payment, Priced, Run, Trigger, Window};
use domain::usage::UsageCounter;
use rust_decimal::Decimal;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;
use testkit::builders;
use testkit::engine::direct::DirectEngine;

/// The runs of a month with several pages in each format.
const RUNS: u64 = 10_000;
/// How many of them are really executed. The others are copies, and the counter is multiplied accordingly.
const EXECUTED: u64 = 500;
const NAME: &str = "=HYPERLINK(\"https://example.com\")";

/// Every seventh run used a model whose price is unknown.
fn is_priced(number: u64) -> bool {
    !number.is_multiple_of(7)
}

/// Stores an ended run of Ann's by a number: every fifth failed, the others counted, at a cost of `number`
/// micro-dollars.
async fn put_run(api: &TestApi, number: u64) -> RunId {
    let now = builders::at("2026-01-01T00:00:00Z") + Duration::seconds(i64::try_from(number).unwrap() * 5_200);
    let account = Account::free(api.configuration.user);
    let owner = builders::owner(1);
    let mut run = builders::scheduled_run((&account, &api.repository, &api.configuration), now, owner, now);
    run.id = RunId::at(now, builders::randomness(number));
    run.trigger = Trigger::Manual(Window { from: now - Duration::hours(1), to: now });
    run.receipt.limit = 100_000;
    NAME.clone_into(&mut run.snapshot.repository_name);
    run.snapshot.name = Some("A \"quoted\", long\r\nname. ".repeat(4));
    let reservation = Reservation { run: run.clone(), uncounted_max: 100_000, next_fire: None, idempotency: None };
    api.store.reserve(&reservation).await.unwrap();
    let payment = Payment {
        attempt: 1,
        priced: Priced {
            tokens: TokenUsage::new(1_000 + number, 10, 200, 20),
            cost: if is_priced(number) { Cost::from_micros(number * 7 + 1) } else { Cost::ZERO },
            source: UsageSource::Api,
            model: Some("gpt-4o-mini".to_owned()),
            rates: is_priced(number).then_some(Rates::ZERO),
        },
    };
    let outcome = match number % 5 {
        0 => Outcome::Failed(Failure::new(ErrorCode::TokenInvalid, "-1: refused, \"bad\"")),
        _ => Outcome::Success(Findings { commits: 3, ..Findings::default() }),
    };
    let (run, counter): (Run, _) = run.finish(outcome, std::slice::from_ref(&payment), Delivery::none(), now).unwrap();
    let finish = Finish {
        run,
        fence: Fence::Held { owner, attempt: 1 },
        payments: vec![payment],
        counter,
        counted_below: None,
        counted_is: None,
        marks: Vec::new(),
        pause: None,
        configuration: None,
        limit: None,
        notices: Vec::new(),
        events: Vec::new(),
    };
    api.store.finish(&finish).await.unwrap();
    finish.run.id
}

/// Multiplies the month's counter, as if every run had happened `times` times.
async fn multiply_counter(api: &TestApi, times: u64) -> UsageCounter {
    let before = api.store.usage(api.configuration.user, Month::parse("2026-01").unwrap()).await.unwrap();
    let mut after = before.clone();
    for _ in 1..times {
        after.tokens += before.tokens;
        after.cost += before.cost;
    }
    for figure in [
        &mut after.total_runs,
        &mut after.counted_runs,
        &mut after.uncounted_runs,
        &mut after.slots_used,
        &mut after.successful_runs,
        &mut after.failed_runs,
        &mut after.unpriced_runs,
    ] {
        *figure *= times;
    }
    api.store.correct(&before, &after).await.unwrap();
    api.store.usage(api.configuration.user, before.month).await.unwrap()
}

/// The pages of an export, by their links.
async fn pages(api: &TestApi, path: &str) -> Vec<Answer> {
    let mut pages = Vec::new();
    let mut path = Some(path.to_owned());
    while let Some(next) = path {
        let answer = api.get(ANN, &next).await;
        assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
        assert!(answer.text.len() <= 4_000_000);
        path = answer.header("link").map(|link| {
            let link = link.strip_suffix(">; rel=\"next\"").expect("a link to the next page");
            link.strip_prefix('<').unwrap().to_owned()
        });
        pages.push(answer);
    }
    pages
}

#[derive(Default, Debug, PartialEq)]
struct Sums {
    runs: BTreeSet<String>,
    counted: u64,
    failed: u64,
    tokens: u64,
    cost: Decimal,
    unpriced: u64,
}

fn csv_sums(pages: &[Answer]) -> Sums {
    let mut sums = Sums::default();
    for page in pages {
        let mut reader = csv::Reader::from_reader(page.text.as_bytes());
        let headers = reader.headers().unwrap().clone();
        let column = |name: &str| headers.iter().position(|header| header == name).unwrap();
        let [id, status, counted, tokens, cost, known, name, error, snapshot] = [
            "id",
            "status",
            "counted",
            "tokens_used",
            "cost_usd",
            "known_cost_usd",
            "repository_name",
            "error_message",
            "configuration_snapshot",
        ]
        .map(column);
        for row in reader.records() {
            let row = row.unwrap();
            assert!(sums.runs.insert(row[id].to_owned()), "each run is in one row");
            sums.counted += u64::from(&row[counted] == "true");
            sums.failed += u64::from(&row[status] == "failed");
            sums.tokens += row[tokens].parse::<u64>().unwrap();
            sums.cost += row[known].parse::<Decimal>().unwrap();
            sums.unpriced += u64::from(row[cost].is_empty());
            assert!(row[cost].is_empty() || row[cost] == row[known]);
            assert_eq!(row[name], format!("'{NAME}"), "no formula");
            assert!(row[error].is_empty() || row[error].starts_with("'-1: "), "{}", &row[error]);
            assert_eq!(serde_json::from_str::<Value>(&row[snapshot]).unwrap()["repository_name"], NAME);
            assert!(row.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@', '\t', '\r'])));
        }
    }
    sums
}

fn ndjson_sums(pages: &[Answer]) -> Sums {
    let mut sums = Sums::default();
    for line in pages.iter().flat_map(|page| page.text.lines()) {
        let run: Value = serde_json::from_str(line).unwrap();
        assert!(sums.runs.insert(run["id"].as_str().unwrap().to_owned()), "each run is in one row");
        sums.counted += u64::from(run["quota"]["counted"] == true);
        sums.failed += u64::from(run["status"] == "failed");
        sums.tokens += run["tokens_used"].as_u64().unwrap();
        sums.cost += run["known_cost_usd"].to_string().parse::<Decimal>().unwrap();
        sums.unpriced += u64::from(run["cost_usd"].is_null());
        assert_eq!(run["configuration_snapshot"]["repository_name"], NAME);
        assert!(run.get("report_content").is_none());
    }
    sums
}

#[tokio::test]
async fn all_pages_add_up_to_the_counter_to_the_sixth_decimal() {
    let engine = DirectEngine::memory().await.unwrap();
    let api = TestApi::on(Arc::new(engine.store())).await;
    for number in 0..EXECUTED {
        let id = put_run(&api, number).await;
        let copies =
            (1..RUNS / EXECUTED).map(|copy| RunId::at(id.instant(), builders::randomness(number + copy * EXECUTED)));
        engine.copy_item(api.configuration.user, &format!("RUN#{id}"), copies.map(|id| format!("RUN#{id}"))).unwrap();
    }
    let counter = multiply_counter(&api, RUNS / EXECUTED).await;
    let csv = pages(&api, "/report-runs/export?month=2026-01&format=csv").await;
    let ndjson = pages(&api, "/report-runs/export?month=2026-01&format=ndjson").await;
    assert!(csv.len() > 1 && ndjson.len() > 1, "{} and {} pages", csv.len(), ndjson.len());
    assert_eq!(csv[0].header("content-type"), Some("text/csv; charset=utf-8; header=present"));
    assert_eq!(csv[0].header("content-disposition"), Some("attachment; filename=\"report-runs-2026-01.csv\""));
    assert_eq!(ndjson[0].header("content-type"), Some("application/x-ndjson"));
    let sums = csv_sums(&csv);
    assert_eq!(u64::try_from(sums.runs.len()).unwrap(), counter.total_runs);
    assert_eq!((sums.counted, sums.failed), (counter.counted_runs, counter.failed_runs));
    assert_eq!((sums.tokens, sums.cost), (counter.tokens.total(), counter.cost.decimal()));
    assert_eq!((counter.total_runs, counter.failed_runs), (RUNS, RUNS / 5));
    assert_eq!((sums.unpriced, sums.unpriced > 0), (counter.unpriced_runs, true));
    assert_eq!(ndjson_sums(&ndjson), sums);

    let days = api.get(ANN, "/report-runs/usage/daily?month=2026-01").await.expect(200);
    let days = days["data"].as_array().unwrap();
    let cost: Decimal = days.iter().map(|day| day["total_cost_usd"].to_string().parse::<Decimal>().unwrap()).sum();
    let tokens: u64 = days.iter().map(|day| day["total_tokens"].as_u64().unwrap()).sum();
    assert_eq!((tokens, cost), (sums.tokens, sums.cost), "the days add up too");

    let next = csv[0].header("link").unwrap().split_once("cursor=").unwrap().1.split_once('>').unwrap().0;
    for query in ["month=2026-02&format=csv", "month=2026-01&format=ndjson"] {
        api.get(ANN, &format!("/report-runs/export?{query}&cursor={next}")).await.expect_problem("INVALID_CURSOR");
    }
    let bobs = api.get(BOB, &format!("/report-runs/export?month=2026-01&cursor={next}")).await;
    assert_eq!((bobs.status.as_u16(), bobs.text.lines().count()), (200, 1), "a header and no rows");
}

#[tokio::test]
async fn month_without_runs_is_an_empty_document() {
    let api = TestApi::new().await;
    let csv = api.get(ANN, "/report-runs/export").await;
    assert_eq!(csv.text.matches("\r\n").count(), 1);
    assert!(csv.text.starts_with("id,user_id,repository_id,report_configuration_id,started_at,"));
    assert_eq!(csv.header("link"), None);
    let ndjson = api.get(ANN, "/report-runs/export?month=2026-01&format=ndjson").await;
    assert_eq!((ndjson.status.as_u16(), ndjson.text.as_str()), (200, ""));
}

#[tokio::test]
async fn invalid_parameters_do_not_reach_the_store() {
    let stack = Stack::on(Arc::new(Down::Panicking), &[]);
    let token = stack.token(ANN);
    for (query, expected) in [
        ("month=2026-13&format=xml", vec!["/month", "/format"]),
        ("format=CSV", vec!["/format"]),
        ("limit=5", vec!["/limit"]),
    ] {
        let answer = get(&stack.router, &format!("/report-runs/export?{query}"), Some(&token)).await;
        assert_eq!(pointers(&answer.expect_problem("VALIDATION_FAILED")), expected, "{query}");
    }
    let answer = get(&stack.router, "/report-runs/export?cursor=abc", Some(&token)).await;
    answer.expect_problem("INVALID_CURSOR");
}
