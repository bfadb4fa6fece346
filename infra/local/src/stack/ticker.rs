//! EventBridge's rule: a scheduled event now, and then every minute.

use super::stop::Stop;
use adapters::boot::Role;
use app::ports::Clock;
use aws_lambda_events::eventbridge::EventBridgeEvent;
use domain::instant;
use report_scheduler::Scheduler;
use serde_json::json;
use std::sync::Arc;
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;

/// The time between two ticks.
const PERIOD: std::time::Duration = std::time::Duration::from_mins(1);

/// The rule and its target function.
#[derive(Clone)]
pub struct Ticker {
    pub scheduler: Scheduler,
    pub clock: Arc<dyn Clock>,
}

impl Ticker {
    /// Ticks until `stop`; a running tick is finished. `each` is called after each tick.
    #[must_use]
    pub fn start(self, stop: Stop, each: impl Fn() + Send + 'static) -> JoinHandle<()> {
        tokio::spawn(async move {
            let mut interval = tokio::time::interval(PERIOD);
            interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
            let mut number = 0_u64;
            while stop.unless(interval.tick()).await.is_some() {
                number += 1;
                self.tick(number).await;
                each();
            }
        })
    }

    async fn tick(&self, number: u64) {
        let now = self.clock.now();
        let event = json!({
            "version": "0",
            "id": format!("00000000-0000-4000-8000-{number:012}"),
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": "000000000000",
            "time": instant::text(now),
            "region": super::REGION,
            "resources": [format!("arn:aws:events:{}:000000000000:rule/every-minute", super::REGION)],
            "detail": {},
        });
        let event: EventBridgeEvent = match serde_json::from_value(event) {
            Ok(event) => event,
            Err(error) => return tracing::error!(%error, "the scheduled event can't be parsed"),
        };
        let scheduler = self.scheduler.clone();
        let deadline = now + Role::Scheduler.timeout();
        match tokio::spawn(async move { scheduler.handle(&event, deadline).await }).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => tracing::error!(%error, "the tick failed; the next one retries"),
            Err(error) => tracing::error!(%error, "the tick panicked; the next one retries"),
        }
    }
}
