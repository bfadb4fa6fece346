//! Writes the OpenAPI document to the file in the repository: `cargo run -p api --example openapi`.

use std::path::Path;

fn main() -> std::io::Result<()> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    std::fs::write(path, format!("{:#}\n", api::openapi::document()))
}
