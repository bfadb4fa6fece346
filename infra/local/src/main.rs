//! The program that `cargo run` starts: see `lib.rs`.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    git_report::run().await
}
