//! Node and npm, which install and build the dashboard.

use std::path::PathBuf;
use std::process::Stdio;
use tokio::process::Command;

/// The oldest version of Node that the build tool supports: major and minor.
const NODE_MIN: (u32, u32) = (20, 19);

/// The programs.
#[derive(Clone, Debug)]
pub(super) struct Tools {
    pub(super) npm: PathBuf,
}

/// Finds Node and npm on the `PATH`. The error says what is missing.
pub(super) async fn find(path: Option<&str>) -> Result<Tools, String> {
    let node = on_path(path, "node").ok_or("Node is not installed")?;
    let shown = Command::new(&node).arg("--version").stdin(Stdio::null()).stderr(Stdio::null()).output().await;
    let shown = shown.map_err(|error| format!("Node can't be started ({error})"))?;
    let version = String::from_utf8_lossy(&shown.stdout).trim().to_owned();
    match parsed(&version) {
        Some(found) if found >= NODE_MIN => {}
        Some(_) => return Err(format!("Node is too old ({version})")),
        None => return Err("Node does not name its version".to_owned()),
    }
    let npm = on_path(path, "npm").ok_or("npm is not installed")?;
    Ok(Tools { npm })
}

fn on_path(path: Option<&str>, name: &str) -> Option<PathBuf> {
    std::env::split_paths(path?).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// Major and minor of `v20.19.0`.
fn parsed(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.strip_prefix('v')?.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::{NODE_MIN, parsed};

    #[test]
    fn versions_are_compared_as_numbers() {
        for (version, is_enough) in [
            ("v20.19.0", true),
            ("v20.20.2", true),
            ("v22.2.0", true),
            ("v100.0.0", true),
            ("v20.18.9", false),
            ("v9.99.0", false),
        ] {
            assert_eq!(parsed(version).unwrap() >= NODE_MIN, is_enough, "{version}");
        }
        for unknown in ["", "20.19.0", "v20", "vx.y", "node"] {
            assert_eq!(parsed(unknown), None, "{unknown}");
        }
    }
}
