//! The Lambda around the library: see `lib.rs`.

use adapters::boot::{self, Started, Startup};
use aws_lambda_events::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use report_runner::Runner;
use std::process::ExitCode;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Started { settings, deployment, .. } = match boot::start(Startup::WithSecrets) {
        Ok(started) => started,
        Err(code) => return code,
    };
    let runner = Runner { verb: deployment.execute_run() };
    let (stopper, stop) = boot::stopping();
    let handler = service_fn(async |event: LambdaEvent<SqsEvent>| {
        let now = deployment.clock.now();
        let deadline = boot::deadline(event.context.deadline, now, settings.function_timeout);
        Ok::<_, Error>(runner.handle_until(event.payload, deadline, Some(&stop)).await)
    });
    tokio::select! {
        ended = lambda_runtime::run(handler) => boot::ended(ended),
        () = boot::terminated(&stopper) => ExitCode::SUCCESS,
    }
}
