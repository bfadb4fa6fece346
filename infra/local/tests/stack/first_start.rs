//! The first start: from an empty folder to a delivered, counted report.

use crate::program::{Place, System};
use serde_json::Value;

/// The fields that every run must have.
const RUN_COLUMNS: [&str; 24] = [
    "id",
    "user_id",
    "repository_id",
    "report_configuration_id",
    "started_at",
    "completed_at",
    "status",
    "configuration_snapshot",
    "tokens_used",
    "model_used",
    "cost_usd",
    "commits_processed",
    "commit_range_from",
    "commit_range_to",
    "report_content",
    "report_format",
    "error_message",
    "error_code",
    "webhook_delivered",
    "webhook_delivery_attempts",
    "webhook_last_attempt_at",
    "webhook_response_status",
    "created_at",
    "updated_at",
];

/// The fields that every usage answer must have.
const USAGE_KEYS: [&str; 3] = ["monthlyUsage", "canRunMore", "monthlyLimit"];
const MONTH_KEYS: [&str; 8] = [
    "user_id",
    "month",
    "total_runs",
    "successful_runs",
    "failed_runs",
    "total_tokens",
    "total_cost_usd",
    "last_run_at",
];

pub(crate) fn assert_keys(value: &Value, keys: &[&str]) {
    let missing: Vec<_> = keys.iter().filter(|key| value.get(key).is_none()).collect();
    assert!(missing.is_empty(), "missing: {missing:?} in {value}");
}

#[tokio::test]
async fn the_first_start_delivers_a_counted_report_and_the_second_keeps_it() {
    let place = Place::with_repository();
    let system = place.start(&[], &[]).await;
    let printed = system.settled().await;

    let runs = system.get("/report-runs").await;
    let [run] = runs["data"].as_array().unwrap().as_slice() else { panic!("one run: {runs}") };
    let id = run["id"].as_str().unwrap();
    let run = system.get(&format!("/report-runs/{id}")).await;
    assert_keys(&run, &RUN_COLUMNS);
    assert_eq!(run["status"], "success");
    // The commit of March is more than 31 days older than the newest one.
    assert_eq!(run["commits_processed"], 2);
    assert_eq!(run["webhook_delivered"], true);
    assert_eq!(run["webhook_response_status"], 200);
    assert_eq!(run["quota"]["counted"], true);

    let usage = system.get("/report-runs/usage").await;
    assert_keys(&usage, &USAGE_KEYS);
    assert_keys(&usage["monthlyUsage"], &MONTH_KEYS);
    assert_eq!(usage["monthlyUsage"]["successful_runs"], 1);
    assert_eq!(usage["runsUsed"], 1);
    assert_eq!((&usage["canRunMore"], &usage["monthlyLimit"]), (&true.into(), &50.into()));

    let received = system.received().await;
    let [message] = received.as_slice() else { panic!("one message: {received:?}") };
    assert_eq!(message["signature"], "valid");
    assert_eq!(message["id"], format!("run_{id}"));
    assert_eq!(message["body"]["type"], "report.created");

    let report = run["report_content"].as_str().unwrap();
    assert!(report.contains("Round half up") && report.contains("Grace"), "{report}");
    for shown in [report.trim_end(), "signature valid", "\"canRunMore\": true", "curl"] {
        assert!(printed.contains(shown), "'{shown}' is missing in {printed}");
    }
    assert_eq!(system.interrupt().await, Some(0));

    let system = place.start(&[], &[]).await;
    let printed = system.settled().await;
    assert!(!printed.contains("── The report ──"), "{printed}");
    assert_eq!(system.get("/report-runs/usage").await["runsUsed"], 1);
    assert_eq!(system.interrupt().await, Some(0));

    let system = place.start(&["--report"], &[]).await;
    assert!(system.settled().await.contains("── The report ──"));
    assert_eq!(system.get("/report-runs/usage").await["runsUsed"], 2);
}

#[tokio::test]
async fn system_starts_with_a_message_if_there_is_no_repository() {
    let place = Place::with_repository();
    let empty = tempfile::tempdir().unwrap();
    let elsewhere = empty.path().to_str().unwrap();
    std::fs::rename(place.path().join(".git"), empty.path().join("moved")).unwrap();
    let system = place.start(&["--data-dir", ".git-report"], &[("HOME", elsewhere)]).await;
    system.settled().await;
    let said = std::fs::read_to_string(place.path().join("err.txt")).unwrap();
    assert!(said.contains("is not a git repository") && said.contains("--repository"), "{said}");
    assert_eq!(system.get("/report-runs/usage").await["runsUsed"], 0);
}

#[tokio::test]
async fn receiver_explains_requests_that_it_refuses() {
    let place = Place::with_repository();
    let system = place.start(&["--no-report"], &[]).await;
    let addresses = "POST /webhook, /fail-next/3 and /hold-next/1, GET / and /received";
    for (path, shown) in [
        ("/fail-next/x", "x"),
        ("/fail-next/-1", "-1"),
        ("/fail-next/1.5", "1.5"),
        ("/fail-next/%20", " "),
        ("/fail-next/%ff", "%ff"),
        ("/hold-next/%C3%28", "%C3%28"),
        ("/hold-next/4294967296", "4294967296"),
        ("/hold-next/%F0%9F%8D%8E", "🍎"),
    ] {
        let refused = system.ask_receiver(path).await;
        assert_eq!(refused.status(), 400, "{path}");
        let expected = format!("'{shown}' is no number of deliveries: give a number from 0 to 4294967295\n");
        assert_eq!(refused.text().await.unwrap(), expected, "{path}");
    }
    for path in ["/fail-next", "/fail-next/", "/fail-next/1/2", "/nowhere%ff"] {
        let refused = system.ask_receiver(path).await;
        assert_eq!(refused.status(), 404, "{path}");
        let expected = format!("'{path}' is no address of this receiver. Its addresses are: {addresses}\n");
        assert_eq!(refused.text().await.unwrap(), expected, "{path}");
    }
    let refused = system.ask_receiver("/received").await;
    assert_eq!(refused.status(), 405);
    let said = refused.text().await.unwrap();
    assert_eq!(said, format!("'/received' can't be requested with POST. Its addresses are: {addresses}\n"));
    let answer = sent_until_refused(system.variable("GIT_REPORT_RECEIVER_URL"), 2_000_001);
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert!(answer.ends_with("\r\n\r\nThe message is larger than 2 MB: send less.\n"), "{answer}");
    assert!(system.received().await.is_empty());
    system.set_receiver("/fail-next/4294967295").await;
    system.set_receiver("/fail-next/0").await;
}

/// The answer to a message of which only this many bytes are sent. The server reads all of them, so it does not reset
/// the connection before its answer is read.
fn sent_until_refused(receiver: &str, bytes: usize) -> String {
    use std::io::{Read, Write};
    let mut connection = std::net::TcpStream::connect(receiver.strip_prefix("http://").unwrap()).unwrap();
    let head = format!("POST /webhook HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n", bytes * 2);
    connection.write_all(head.as_bytes()).unwrap();
    connection.write_all(&vec![b' '; bytes]).unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    answer
}

#[tokio::test]
async fn refused_delivery_is_retried() {
    let place = Place::with_repository();
    let system = place.start(&["--no-report"], &[]).await;
    system.settled().await;
    system.set_receiver("/fail-next/1").await;
    let run = crate::restart::started(&system).await;
    let run = system.delivered(&run).await;
    assert_eq!(run["webhook_delivery_attempts"], 2);
    let answered: Vec<_> = system.received().await.iter().map(|message| message["answered"].clone()).collect();
    assert_eq!(answered, [503, 200]);
}

/// The months of the account's history, with what `--demo` filled.
async fn months(system: &System) -> Vec<Value> {
    let history = system.get("/report-runs/usage/history").await;
    let mut months = history["data"].as_array().unwrap().clone();
    // The current month changes while the system runs.
    months.retain(|month| month["month"] != newest(&history));
    months
}

fn newest(history: &Value) -> Value {
    let months = history["data"].as_array().unwrap().iter().map(|month| month["month"].as_str().unwrap());
    Value::from(months.max().unwrap())
}

#[tokio::test]
async fn demo_account_is_filled_with_a_year_once() {
    let place = Place::with_repository();
    let system = place.start(&["--demo", "--no-dashboard"], &[]).await;
    let filled = months(&system).await;
    let sum = |name: &str| filled.iter().map(|month| month[name].as_u64().unwrap()).sum::<u64>();
    assert!(filled.len() >= 11 && filled.iter().all(|month| month["successful_runs"].as_u64() > Some(5)), "{filled:?}");
    for figure in ["failed_runs", "test_runs", "blocked_runs", "cancelled_runs", "degraded_runs", "total_tokens"] {
        assert!(sum(figure) > 0, "{figure}: {filled:?}");
    }
    assert_eq!(system.get("/report-configurations").await["data"].as_array().unwrap().len(), 3);
    let notices = system.get("/notices?limit=50").await;
    for wanted in ["report.failed", "usage.threshold_reached", "endpoint.disabled"] {
        assert!(notices["data"].as_array().unwrap().iter().any(|notice| notice["type"] == wanted), "{wanted}");
    }
    assert_eq!(system.interrupt().await, Some(0));

    let system = place.start(&["--demo", "--no-dashboard"], &[]).await;
    assert_eq!(months(&system).await, filled);
}
