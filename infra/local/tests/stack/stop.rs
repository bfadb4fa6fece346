//! An orderly stop, and the start after it.

use crate::model::{Usage, answer};
use crate::program::{FREE, Place, eventually};
use crate::restart::started;
use serde_json::json;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer};

const CONFIGURATION: &str = "/report-configurations/d0000000-0000-4000-8000-000000000003";

/// A model server whose first answer is delayed.
async fn model(first_takes: Duration) -> MockServer {
    let (model, usage) = (MockServer::start().await, Usage { prompt: 1_000, cached: 0, completion: 100 });
    let report = "# Report\n\n- feat: count what is billed\n- fix: round half up\n- docs: say what counts\n";
    let first = answer(report, &usage).set_delay(first_takes);
    Mock::given(method("POST")).respond_with(first).up_to_n_times(1).with_priority(1).mount(&model).await;
    Mock::given(method("POST")).respond_with(answer(report, &usage)).with_priority(2).mount(&model).await;
    model
}

async fn asked(model: &MockServer) {
    eventually("the model is asked", async || (!model.received_requests().await.unwrap().is_empty()).then_some(()))
        .await;
}

#[tokio::test]
async fn run_of_an_interrupted_start_is_taken_over_by_the_next_start_at_once() {
    let model = model(Duration::from_hours(1)).await;
    let url = format!("{}/v1", model.uri());
    let variables = [("OPENAI_BASE_URL", url.as_str()), ("DEFAULT_MODEL", "gpt-4o-mini")];
    let place = Place::with_repository();
    let system = place.start(&[], &variables).await;
    asked(&model).await;
    let id = system.get("/report-runs").await["data"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(system.interrupt().await, Some(0));

    let began = Instant::now();
    let system = place.start(&[], &variables).await;
    let run = system.delivered(&id).await;
    assert!(began.elapsed() < Duration::from_secs(100), "{:?}: the lease of 240 s was waited for", began.elapsed());
    assert_eq!((&run["status"], &run["attempt"]), (&"success".into(), &2.into()));
    let usage = system.get("/report-runs/usage").await;
    assert_eq!((&usage["runsUsed"], &usage["runsInFlight"]), (&1.into(), &0.into()));
}

#[tokio::test]
async fn start_that_waits_prints_its_addresses_first_and_until_when() {
    let model = model(Duration::from_hours(1)).await;
    let url = format!("{}/v1", model.uri());
    let variables = [("OPENAI_BASE_URL", url.as_str()), ("DEFAULT_MODEL", "gpt-4o-mini")];
    let place = Place::with_repository();
    let system = place.start(&["--no-report"], &variables).await;
    system.settled().await;
    let id = started(&system).await;
    asked(&model).await;
    system.kill();

    let system = place.start(&[], &variables).await;
    let printed = system.settled().await;
    assert!(!printed.contains("── The report ──"), "{printed}");
    let said = eventually("it says what it waits for", async || {
        let said = fs::read_to_string(place.path().join("err.txt")).unwrap();
        said.contains("waits until").then_some(said)
    })
    .await;
    assert!(said.contains(&id) && said.contains("UTC") && said.contains("did not release it"), "{said}");
    assert_eq!(system.get(&format!("/report-runs/{id}")).await["status"], "running");
}

/// A model server that never answers its first requests.
async fn silent_model(first: u64) -> MockServer {
    let (model, usage) = (MockServer::start().await, Usage { prompt: 1_000, cached: 0, completion: 100 });
    let never = answer("# All is well", &usage).set_delay(Duration::from_hours(1));
    Mock::given(method("POST")).respond_with(never).up_to_n_times(first).with_priority(1).mount(&model).await;
    Mock::given(method("POST")).respond_with(answer("# All is well", &usage)).with_priority(2).mount(&model).await;
    model
}

/// Waits until the model was asked as often.
async fn asked_times(model: &MockServer, times: usize) {
    eventually("the model is asked", async || (model.received_requests().await.unwrap().len() >= times).then_some(()))
        .await;
}

/// As many runs as are executed at once, and as many that wait for them.
const RUNS: usize = 8;

#[tokio::test]
async fn accepted_run_begins_at_the_start_after_any_number_of_stops() {
    let model = silent_model(8).await;
    let url = format!("{}/v1", model.uri());
    let variables = [("OPENAI_BASE_URL", url.as_str()), ("DEFAULT_MODEL", "gpt-4o-mini")];
    let place = Place::with_repository();
    let system = place.start(&["--no-report"], &variables).await;
    system.settled().await;
    let mut runs = Vec::new();
    for _ in 0..RUNS {
        runs.push(started(&system).await);
    }
    asked_times(&model, 4).await;
    assert_eq!(system.signal("TERM").await, Some(0));
    // This start requests every run, begins the first four, and loses the requests of the others with its queue.
    let system = place.start(&[], &variables).await;
    asked_times(&model, 8).await;
    assert_eq!(system.signal("TERM").await, Some(0));

    let system = place.start(&[], &variables).await;
    let printed = system.settled().await;
    assert!(printed.contains("API          http://127.0.0.1:"), "{printed}");
    let began = Instant::now();
    for run in &runs {
        assert_eq!(system.delivered(run).await["status"], "success");
    }
    assert!(began.elapsed() < Duration::from_secs(100), "{:?}: the next sweep was waited for", began.elapsed());
    let said = fs::read_to_string(place.path().join("err.txt")).unwrap();
    assert!(!said.contains("failed"), "{said}");
    assert_eq!(system.get("/report-runs/usage").await["runsUsed"], RUNS);
}

#[tokio::test]
async fn start_that_continues_a_run_prints_its_addresses_first() {
    let model = silent_model(2).await;
    let url = format!("{}/v1", model.uri());
    let variables = [("OPENAI_BASE_URL", url.as_str()), ("DEFAULT_MODEL", "gpt-4o-mini")];
    let place = Place::with_repository();
    let system = place.start(&["--no-report"], &variables).await;
    system.settled().await;
    let id = started(&system).await;
    asked_times(&model, 1).await;
    assert_eq!(system.signal("TERM").await, Some(0));

    let system = place.start(&[], &variables).await;
    asked_times(&model, 2).await;
    let printed = system.settled().await;
    assert!(!printed.contains("── The report ──"), "{printed}");
    assert_eq!(system.get(&format!("/report-runs/{id}")).await["status"], "running");
    let said = fs::read_to_string(place.path().join("err.txt")).unwrap();
    assert!(said.contains("this start continues it") && !said.contains("failed"), "{said}");
}

#[tokio::test]
async fn running_request_is_answered_before_the_engine_stops() {
    let place = Place::with_repository();
    let system = place.start(&["--no-report"], &[]).await;
    system.settled().await;
    // The client has sent half of its body when the system receives the signal.
    let body = json!({"from": "2026-05-01T00:00:00Z", "to": "2026-05-31T00:00:00Z"}).to_string();
    let address = system.variable("GIT_REPORT_API_URL").trim_start_matches("http://").to_owned();
    let mut caller = TcpStream::connect(&address).unwrap();
    let head = format!(
        "POST {CONFIGURATION}/run HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        system.token(),
        body.len()
    );
    caller.write_all(head.as_bytes()).unwrap();
    caller.write_all(&body.as_bytes()[..10]).unwrap();
    eventually("the request is under way", async || {
        caller.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
        caller.peek(&mut [0]).is_err().then_some(())
    })
    .await;
    let rest = async {
        eventually("it stops", async || {
            fs::read_to_string(place.path().join("err.txt")).unwrap().contains("Stopping").then_some(())
        })
        .await;
        caller.write_all(&body.as_bytes()[10..]).unwrap();
        caller.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
        let mut answer = String::new();
        caller.read_to_string(&mut answer).unwrap();
        answer
    };
    let (code, answer) = tokio::join!(system.signal("TERM"), rest);
    assert!(answer.starts_with("HTTP/1.1 202"), "{answer}");
    assert_eq!(code, Some(0));
}

#[tokio::test]
async fn ready_is_answered_after_the_demo_is_seeded() {
    let place = Place::with_repository();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let base = format!("http://127.0.0.1:{port}");
    let first = async {
        eventually("it is ready", async || {
            let answer = http.get(format!("{base}/ready")).send().await.ok()?;
            (answer.status() == 200).then_some(())
        })
        .await;
        // The token is written before.
        let token = fs::read_to_string(place.path().join(".git-report/token")).unwrap();
        let found = http.get(format!("{base}{CONFIGURATION}")).bearer_auth(token).send().await.unwrap();
        found.status().as_u16()
    };
    let mut arguments: Vec<&str> = FREE.iter().copied().filter(|flag| !flag.starts_with("--api-port")).collect();
    let own = format!("--api-port={port}");
    arguments.extend([own.as_str(), "--no-report"]);
    let (status, _system) = tokio::join!(first, place.start_with(&arguments, &[]));
    assert_eq!(status, 200);
}
