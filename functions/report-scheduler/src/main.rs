//! The Lambda around the library: see `lib.rs`.

use adapters::boot::{self, Started, Startup};
use aws_lambda_events::eventbridge::EventBridgeEvent;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use report_scheduler::Scheduler;
use std::process::ExitCode;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Started { settings, deployment, .. } = match boot::start(Startup::WithoutSecrets) {
        Ok(started) => started,
        Err(code) => return code,
    };
    let scheduler = Scheduler { tick: deployment.schedule_due_runs(), sweep: deployment.sweep() };
    let handler = service_fn(async |event: LambdaEvent<EventBridgeEvent>| {
        let now = deployment.clock.now();
        let deadline = boot::deadline(event.context.deadline, now, settings.function_timeout);
        Ok::<_, Error>(scheduler.handle(&event.payload, deadline).await?)
    });
    boot::ended(lambda_runtime::run(handler).await)
}
