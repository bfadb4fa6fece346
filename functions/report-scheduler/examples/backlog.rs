//! How the scheduler handles a backlog: due reports of many accounts, while runs are waiting that lost their worker.
//!
//!     cargo run --profile simulation -p report-scheduler --example backlog -- [DUE [LOST]]
//!
//! It stores DUE due configurations (10,000), ten of each account, and LOST runs without a worker (500), in the
//! embedded engine, and invokes the scheduler as EventBridge does, with 50 s each, until nothing is left. It prints
//! what each invocation did. The queues accept everything at once, so the figures are those of the table and of this
//! machine.

#![expect(clippy::print_stdout, reason = "its output is what it is for")]

use adapters::clock::SystemClock;
use adapters::wiring::Deployment;
use app::ports::Clock;
use aws_lambda_events::eventbridge::EventBridgeEvent;
use domain::id::ConfigurationId;
use domain::instant::Duration;
use domain::run::Window;
use report_scheduler::Scheduler;
use std::error::Error;
use std::sync::Arc;
use std::time::Instant;
use testkit::builders::{randomness, user};
use testkit::surroundings::{Surroundings, Verbs};

const DUE: u64 = 10_000;
const LOST: u64 = 500;
const PER_ACCOUNT: u64 = 10;
/// The time of an invocation.
const SECONDS: i64 = 50;
const SCHEDULED: &str = include_str!("../../../events/report-scheduler/scheduled.json");

fn argument(place: usize, default: u64) -> Result<u64, Box<dyn Error>> {
    std::env::args().nth(place).map_or(Ok(default), |text| Ok(text.parse()?))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let (due, lost) = (argument(1, DUE)?, argument(2, LOST)?);
    let now = SystemClock.now();
    let surroundings = Surroundings::at(now - Duration::hours(2)).await?;
    let id = |number| ConfigurationId::at(now - Duration::days(3), randomness(number));
    for number in 0..due {
        surroundings.configuration_that_waits(user(number / PER_ACCOUNT), id(number), now, |_| {}).await?;
    }
    let window = Window::of_any_length(now - Duration::days(1), now - Duration::hours(3));
    for number in due..due + lost {
        let owner = user(due + number / PER_ACCOUNT);
        surroundings.configuration_that_waits(owner, id(number), now + Duration::days(1), |_| {}).await?;
        surroundings.deployment.start_manual_run().start(owner, id(number), window, None).await?;
    }
    println!("{due} reports are due, {lost} runs have lost their worker");
    let Surroundings { engine: _engine, deployment, .. } = surroundings;
    let deployment = Deployment { clock: Arc::new(SystemClock), ..deployment };
    let scheduler = Scheduler::new(&deployment);
    let event: EventBridgeEvent = serde_json::from_str(SCHEDULED)?;
    for invocation in 1.. {
        let began = Instant::now();
        let summary = scheduler.handle(&event, SystemClock.now() + Duration::seconds(SECONDS)).await?;
        let (tick, sweep) = (summary.tick, summary.sweep);
        println!(
            "invocation {invocation}: {:.1} s, {} due and {} lost runs requested, {} failed, stopped early: {}",
            began.elapsed().as_secs_f64(),
            tick.requested,
            sweep.runs_requested,
            tick.failed + sweep.failed,
            tick.stopped_early || sweep.stopped_early,
        );
        if tick.requested + tick.failed + sweep.runs_requested + sweep.failed == 0 {
            break;
        }
    }
    Ok(())
}
