//! EventBridge's rules: each fires now, and then in its period.

use super::stop::Stop;
use adapters::boot::Role;
use app::ports::Clock;
use domain::instant::{self, Instant};
use report_scheduler::Scheduler;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;

/// A rule of `template.yaml`, which a test compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    pub period: Duration,
    /// What the event asks for; `None` for EventBridge's own event.
    pub job: Option<&'static str>,
}

/// The tick.
const TICK: Schedule = Schedule { period: Duration::from_mins(1), job: None };
/// The recount of a part of the accounts.
const RECOUNT: Schedule = Schedule { period: Duration::from_hours(1), job: Some("recount") };

/// Every rule.
pub const SCHEDULES: [Schedule; 2] = [TICK, RECOUNT];

impl Schedule {
    /// The event, if the rule has a constant one.
    #[must_use]
    pub fn input(&self) -> Option<Value> {
        self.job.map(|job| json!({"job": job}))
    }

    fn event(&self, number: u64, now: Instant) -> Value {
        self.input().unwrap_or_else(|| {
            json!({
                "version": "0",
                "id": format!("00000000-0000-4000-8000-{number:012}"),
                "detail-type": "Scheduled Event",
                "source": "aws.events",
                "account": "000000000000",
                "time": instant::text(now),
                "region": super::REGION,
                "resources": [format!("arn:aws:events:{}:000000000000:rule/every-minute", super::REGION)],
                "detail": {},
            })
        })
    }
}

/// The rules' target function.
#[derive(Clone)]
pub struct Ticker {
    pub scheduler: Scheduler,
    pub clock: Arc<dyn Clock>,
}

impl Ticker {
    /// Fires all rules until `stop`; what a rule has started is finished. `each` is called after each invocation.
    #[must_use]
    pub fn start(self, stop: &Stop, each: impl Fn() + Send + Sync + 'static) -> Vec<JoinHandle<()>> {
        let each: Arc<dyn Fn() + Send + Sync> = Arc::new(each);
        SCHEDULES.iter().map(|schedule| self.clone().fire(*schedule, stop.clone(), Arc::clone(&each))).collect()
    }

    fn fire(self, schedule: Schedule, stop: Stop, each: Arc<dyn Fn() + Send + Sync>) -> JoinHandle<()> {
        tokio::spawn(async move {
            let mut interval = tokio::time::interval(schedule.period);
            interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
            let mut number = 0_u64;
            while stop.unless(interval.tick()).await.is_some() {
                number += 1;
                self.invoke(schedule, number).await;
                each();
            }
        })
    }

    async fn invoke(&self, schedule: Schedule, number: u64) {
        let now = self.clock.now();
        let (event, deadline) = (schedule.event(number, now), now + Role::Scheduler.timeout());
        let (scheduler, job) = (self.scheduler.clone(), schedule.job.unwrap_or("tick"));
        match tokio::spawn(async move { scheduler.invoke(event, deadline).await }).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => tracing::error!(job, %error, "the scheduler failed; the next event retries"),
            Err(error) => tracing::error!(job, %error, "the scheduler panicked; the next event retries"),
        }
    }
}
