//! The Lambda around the library: see `lib.rs`.

use adapters::boot::{self, Role};
use adapters::sqs::QueueFunction;
use adapters::wiring::{LivePorts, Ports, Verbs};
use aws_lambda_events::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use std::process::ExitCode;
use tracing::Instrument;
use webhook_delivery::Courier;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let settings = match boot::start_with_secrets(Role::Delivery).await {
        Ok(settings) => settings,
        Err(code) => return code,
    };
    let ports = LivePorts::new(&settings);
    let courier = Courier { verb: ports.deliver(), queues: Some(ports.delivery_queues()) };
    let handler = service_fn(async |event: LambdaEvent<SqsEvent>| {
        let deadline = boot::deadline(event.context.deadline, ports.clock().now(), settings.function_timeout);
        let span = boot::telemetry::invocation(&event.context.request_id);
        Ok::<_, Error>(courier.handle(event.payload, deadline).instrument(span).await)
    });
    boot::ended(lambda_runtime::run(handler).await)
}
