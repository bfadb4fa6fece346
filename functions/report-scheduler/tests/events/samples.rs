//! The sample event, handled as Lambda hands it over, against a real store.

use app::ports::{DeliveryQueue, DeliveryRequest, QueueError, RunQueue, RunRequest};
use app::schedules::{ScheduleDueRuns, Sweep};
use async_trait::async_trait;
use aws_lambda_events::eventbridge::EventBridgeEvent;
use domain::configuration::Configuration;
use domain::id::{ConfigurationId, RunId};
use domain::instant::{Duration, Instant};
use domain::run::Window;
use report_scheduler::Scheduler;
use serde_json::{Value, json};
use std::error::Error;
use std::sync::Arc;
use testkit::builders::{account, randomness, user, webhook};
use testkit::logs::Logs;
use testkit::surroundings::{Surroundings, Verbs};
use tokio::sync::Barrier;

/// How long a test waits for what must happen at the same time.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);

const SCHEDULED: &str = include_str!("../../../../events/report-scheduler/scheduled.json");

fn event() -> EventBridgeEvent {
    serde_json::from_str(SCHEDULED).expect("the sample is a scheduled event")
}

fn minute() -> Instant {
    event().time.expect("the sample has a time")
}

fn id(number: u64) -> ConfigurationId {
    ConfigurationId::at(minute() - Duration::days(3), randomness(number))
}

async fn handled(surroundings: &Surroundings) -> Result<Value, Box<dyn Error>> {
    let deployment = &surroundings.deployment;
    let scheduler = Scheduler::new(deployment);
    let deadline = deployment.clock.now() + Duration::seconds(50);
    Ok(serde_json::to_value(scheduler.handle(&event(), deadline).await?)?)
}

fn summary(requested: usize, blocked: usize) -> Value {
    json!({
        "tick": {"requested": requested, "blocked": blocked, "moved_on": 0, "failed": 0, "stopped_early": false},
        "sweep": {
            "runs_requested": 0, "runs_abandoned": 0, "deliveries_requested": 0, "events_published": 0,
            "accounts_deleted": 0, "failed": 0, "stopped_early": false,
        },
    })
}

#[tokio::test]
async fn a_due_report_is_requested_once_until_its_lease_is_over() -> Result<(), Box<dyn Error>> {
    let surroundings = Surroundings::at(minute()).await?;
    surroundings.configuration_that_waits(user(1), id(1), minute(), |_| {}).await?;
    surroundings.configuration_that_waits(user(2), id(2), minute() + Duration::minutes(1), |_| {}).await?;

    assert_eq!(handled(&surroundings).await?, summary(1, 0));
    assert_eq!(handled(&surroundings).await?, summary(0, 0));

    let requests = surroundings.queue.take_runs();
    let runs: Vec<_> = requests.iter().map(|request| (request.user, request.run, request.fire)).collect();
    assert_eq!(runs, [(user(1), RunId::scheduled(id(1), minute()), Some(minute()))]);

    surroundings.clock.advance(Duration::minutes(10));
    assert_eq!(handled(&surroundings).await?, summary(2, 0));
    assert!(surroundings.queue.take_runs().contains(&requests[0]), "what was lost is asked for again");
    Ok(())
}

#[tokio::test]
async fn report_beyond_the_limit_is_blocked_and_reported() -> Result<(), Box<dyn Error>> {
    let surroundings = Surroundings::at(minute()).await?;
    surroundings.configuration_that_waits(user(1), id(1), minute(), |_| {}).await?;
    let mut account = account(user(1));
    account.overrides.monthly_runs = Some(0);
    surroundings.deployment.store.put_account(&account).await?;

    let answer = handled(&surroundings).await?;

    assert_eq!(answer["tick"], summary(0, 1)["tick"]);
    assert!(surroundings.queue.take_runs().is_empty());
    let configuration = surroundings.deployment.store.configuration(user(1), id(1)).await?.expect("it is there");
    assert!(configuration.progress.next_run_at > Some(minute()), "{configuration:?}");
    Ok(())
}

#[tokio::test]
async fn a_queue_that_refuses_loses_nothing() -> Result<(), Box<dyn Error>> {
    let surroundings = Surroundings::at(minute()).await?;
    surroundings.configuration_that_waits(user(1), id(1), minute(), |_| {}).await?;
    surroundings.queue.refuse(true);
    assert_eq!(handled(&surroundings).await?["tick"]["failed"], 1);
    surroundings.queue.refuse(false);
    surroundings.clock.advance(Duration::minutes(1));
    assert_eq!(handled(&surroundings).await?, summary(1, 0));
    Ok(())
}

#[tokio::test]
async fn a_store_that_does_not_answer_is_an_error_of_the_invocation() -> Result<(), Box<dyn Error>> {
    let mut surroundings = Surroundings::at(minute()).await?;
    let other = Surroundings::at(minute()).await?;
    surroundings.deployment.store = other.deployment.store.clone();
    drop(other);
    assert!(handled(&surroundings).await.is_err());
    Ok(())
}

/// A queue in which each request waits for another one: it hangs if they are sent one after another.
struct Meeting(Barrier);

#[async_trait]
impl RunQueue for Meeting {
    async fn request_runs(&self, requests: &[RunRequest]) -> Result<(), QueueError> {
        if !requests.is_empty() {
            self.0.wait().await;
        }
        Ok(())
    }
}

#[async_trait]
impl DeliveryQueue for Meeting {
    async fn request_deliveries(&self, requests: &[DeliveryRequest], _: u32) -> Result<(), QueueError> {
        if !requests.is_empty() {
            self.0.wait().await;
        }
        Ok(())
    }
}

#[tokio::test]
async fn due_reports_lost_runs_and_lost_deliveries_wait_for_nothing_of_each_other() -> Result<(), Box<dyn Error>> {
    let surroundings = Surroundings::at(minute()).await?;
    let later = minute() + Duration::hours(1);
    surroundings.configuration_that_waits(user(1), id(1), later, |_| {}).await?;
    surroundings.configuration_that_waits(user(2), id(2), later + Duration::days(1), |_| {}).await?;
    let deployment = &surroundings.deployment;
    let window = Window::of_any_length(minute() - Duration::days(1), minute());
    deployment.start_manual_run().start(user(2), id(2), window, None).await?;
    let hook = |configuration: &mut Configuration| {
        configuration.settings.webhook = Some(webhook("https://hooks.example.com/reports"));
    };
    surroundings.configuration_that_waits(user(3), id(3), minute(), hook).await?;
    surroundings.branch.push(minute() - Duration::minutes(10), "feat: count every run");
    let run = RunId::scheduled(id(3), minute());
    let request = RunRequest { user: user(3), run, configuration: id(3), fire: Some(minute()) };
    deployment.execute_run().execute(&request, minute() + Duration::minutes(3)).await?;
    // The messages for the started run and for the delivery of the other are lost.
    surroundings.clock.set(later);
    let meeting = Arc::new(Meeting(Barrier::new(3)));
    let (run_queue, delivery_queue): (Arc<dyn RunQueue>, Arc<dyn DeliveryQueue>) = (meeting.clone(), meeting);
    let scheduler = Scheduler {
        tick: ScheduleDueRuns { run_queue: Arc::clone(&run_queue), ..deployment.schedule_due_runs() },
        sweep: Sweep { run_queue, delivery_queue, ..deployment.sweep() },
        fold: deployment.fold_fleet(),
        recount: deployment.recount_all(),
    };
    let event = event();
    let handled = scheduler.handle(&event, later + Duration::seconds(50));
    let summary = tokio::time::timeout(PATIENCE, handled).await??;
    let (tick, sweep) = (summary.tick, summary.sweep);
    assert!(tick.requested > 0, "{tick:?}");
    assert_eq!((sweep.runs_requested, sweep.deliveries_requested), (1, 1));
    Ok(())
}

#[tokio::test]
async fn hourly_event_recounts_and_every_other_one_is_refused() -> Result<(), Box<dyn Error>> {
    let surroundings = Surroundings::at(minute()).await?;
    let scheduler = Scheduler::new(&surroundings.deployment);
    let deadline = minute() + Duration::seconds(50);
    let recount = serde_json::from_str(include_str!("../../../../events/report-scheduler/recount.json"))?;
    let answer = scheduler.invoke(recount, deadline).await?;
    assert_eq!(
        answer,
        json!({"recount": {"compared": 0, "drifted": 0, "corrected": 0, "failed": 0, "stopped_early": false}})
    );
    let minute_done = scheduler.invoke(serde_json::from_str(SCHEDULED)?, deadline).await?;
    assert_eq!(minute_done, summary(0, 0));
    for event in [json!({"job": "other"}), json!({"job": 1}), json!({"time": "no time"}), json!([])] {
        let error = scheduler.invoke(event.clone(), deadline).await.map_err(|error| error.to_string());
        assert!(error.is_err_and(|error| error.contains("neither EventBridge's nor")), "{event}");
    }
    Ok(())
}

#[tokio::test]
async fn tick_has_metrics_of_its_lag_and_of_what_was_due() -> Result<(), Box<dyn Error>> {
    let surroundings = Surroundings::at(minute() + Duration::seconds(7)).await?;
    surroundings.configuration_that_waits(user(1), id(1), minute() - Duration::minutes(4), |_| {}).await?;
    surroundings.configuration_that_waits(user(2), id(2), minute(), |_| {}).await?;
    let logs = Logs::of_metrics();
    handled(&surroundings).await?;
    surroundings.queue.refuse(true);
    surroundings.clock.advance(Duration::minutes(11));
    handled(&surroundings).await?;
    let figures = |wanted: &str| -> Vec<String> {
        let metrics = logs.metrics().into_iter().filter(|metric| metric.0 == wanted);
        metrics.map(|metric| metric.2.to_string()).collect()
    };
    assert_eq!(figures("Ticks"), ["1", "1"]);
    assert_eq!(figures("TickLag"), ["7", "667"]);
    assert_eq!(figures("DueAge"), ["247", "60"]);
    assert_eq!(figures("DueBacklog"), ["0", "2"]);
    Ok(())
}
