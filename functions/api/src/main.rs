//! The Lambda around the library: see `lib.rs`.

use adapters::boot;
use adapters::wiring::LivePorts;
use api::{Api, router};
use std::process::ExitCode;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let (settings, api) = match boot::start_api().await {
        Ok(started) => started,
        Err(code) => return code,
    };
    match Api::new(&LivePorts::for_api(&settings, &api), api) {
        Ok(api) => boot::ended(lambda_http::run(router(api)).await),
        Err(error) => boot::ended(Err(error)),
    }
}
