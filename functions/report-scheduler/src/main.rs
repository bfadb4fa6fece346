//! The Lambda around the library: see `lib.rs`.

use adapters::boot::{self, Role};
use adapters::wiring::{LivePorts, Ports};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use report_scheduler::Scheduler;
use serde_json::Value;
use std::process::ExitCode;
use tracing::Instrument;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let settings = match boot::start(Role::Scheduler) {
        Ok(settings) => settings,
        Err(code) => return code,
    };
    let ports = LivePorts::new(&settings);
    let scheduler = Scheduler::new(&ports);
    let handler = service_fn(async |event: LambdaEvent<Value>| {
        let deadline = boot::deadline(event.context.deadline, ports.clock().now(), settings.function_timeout);
        let span = boot::telemetry::invocation(&event.context.request_id);
        Ok::<_, Error>(scheduler.invoke(event.payload, deadline).instrument(span).await?)
    });
    boot::ended(lambda_runtime::run(handler).await)
}
