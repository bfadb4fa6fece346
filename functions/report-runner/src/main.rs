//! The Lambda around the library: see `lib.rs`.

use adapters::boot::{self, Role};
use adapters::sqs::QueueFunction;
use adapters::wiring::{LivePorts, Ports, Verbs};
use aws_lambda_events::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use report_runner::Runner;
use std::process::ExitCode;
use tracing::Instrument;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let settings = match boot::start_with_secrets(Role::Runner).await {
        Ok(settings) => settings,
        Err(code) => return code,
    };
    let ports = LivePorts::new(&settings);
    let (stopper, stop) = boot::stopping();
    let runner = Runner { verb: ports.execute_run(), stop: Some(stop), queues: Some(ports.run_queues()) };
    let handler = service_fn(async |event: LambdaEvent<SqsEvent>| {
        let deadline = boot::deadline(event.context.deadline, ports.clock().now(), settings.function_timeout);
        let span = boot::telemetry::invocation(&event.context.request_id);
        Ok::<_, Error>(runner.handle(event.payload, deadline).instrument(span).await)
    });
    tokio::select! {
        ended = lambda_runtime::run(handler) => boot::ended(ended),
        () = boot::terminated(&stopper) => ExitCode::SUCCESS,
    }
}
