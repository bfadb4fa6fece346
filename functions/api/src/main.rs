//! The Lambda around the library: see `lib.rs`.

use adapters::boot::{self, Started, Startup};
use api::{Api, router};
use std::process::ExitCode;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Started { environment, deployment, .. } = match boot::start(Startup::WithSecrets) {
        Ok(started) => started,
        Err(code) => return code,
    };
    match Api::of(&deployment, &environment) {
        Ok(api) => boot::ended(lambda_http::run(router(api)).await),
        Err(error) => boot::ended(Err(error)),
    }
}
