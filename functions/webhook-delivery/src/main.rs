//! The Lambda around the library: see `lib.rs`.

use adapters::boot::{self, Started, Startup};
use aws_lambda_events::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use std::process::ExitCode;
use webhook_delivery::Courier;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Started { settings, deployment, .. } = match boot::start(Startup::WithSecrets) {
        Ok(started) => started,
        Err(code) => return code,
    };
    let courier = Courier { verb: deployment.deliver() };
    let handler = service_fn(async |event: LambdaEvent<SqsEvent>| {
        let now = deployment.clock.now();
        let deadline = boot::deadline(event.context.deadline, now, settings.function_timeout);
        Ok::<_, Error>(courier.handle(event.payload, deadline).await)
    });
    boot::ended(lambda_runtime::run(handler).await)
}
