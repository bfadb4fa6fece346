//! Installs the dashboard's libraries and builds it, with npm.

use super::node::Tools;
use super::sources::Sources;
use std::collections::VecDeque;
use std::fs::File;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::Command;

/// How many lines of output are kept.
const LINES_MAX: usize = 20;
/// The longest line that is kept, in characters.
const LINE_CHARS_MAX: usize = 200;
/// The time between two looks at the lock of another build.
const LOCK_EVERY: Duration = Duration::from_millis(500);

/// The libraries that the build needs, without those of the tests. Scripts of libraries are not run: they would see the
/// variables of this process.
const INSTALL: [&str; 6] = ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=http"];
/// The build.
const BUILD: [&str; 2] = ["run", "build"];

/// What is being done, and the last lines of output.
#[derive(Clone, Debug, Default)]
pub(super) struct Log(Arc<Mutex<Steps>>);

#[derive(Debug, Default)]
struct Steps {
    step: String,
    lines: VecDeque<String>,
}

/// A command that failed.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    /// What failed, such as `npm ci …: exit status: 1`.
    pub(super) what: String,
    pub(super) lines: Vec<String>,
}

impl Failure {
    fn of(what: String, log: &Log) -> Self {
        Self { what, lines: log.last().1 }
    }

    /// The build ended without an error, and its files are missing.
    pub(super) fn without_result(log: &Log) -> Self {
        Self::of("the build has no page".to_owned(), log)
    }
}

impl Log {
    /// The step, and the last lines of its output.
    pub(super) fn last(&self) -> (String, Vec<String>) {
        let steps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (steps.step.clone(), steps.lines.iter().cloned().collect())
    }

    fn begin(&self, step: &str) {
        let mut steps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *steps = Steps { step: step.to_owned(), lines: VecDeque::new() };
    }

    fn push(&self, line: &str) {
        let line: String = line.chars().filter(|letter| !letter.is_control()).take(LINE_CHARS_MAX).collect();
        let mut steps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if steps.lines.len() == LINES_MAX {
            steps.lines.pop_front();
        }
        steps.lines.push_back(line);
    }
}

/// Installs what is missing, then builds. Of several processes, one builds, and the others wait for it.
pub(super) async fn build(sources: &Sources, tools: &Tools, log: &Log) -> Result<(), Failure> {
    let lock = File::open(sources.package_file());
    let lock = lock.map_err(|error| Failure::of(format!("package.json can't be opened: {error}"), log))?;
    log.begin("Waiting for the build of another process");
    while matches!(lock.try_lock(), Err(std::fs::TryLockError::WouldBlock)) {
        tokio::time::sleep(LOCK_EVERY).await;
    }
    if sources.are_built() {
        return Ok(());
    }
    if !sources.are_installed() {
        log.begin("Installing the libraries of the dashboard");
        run(tools, &INSTALL, sources.folder(), log).await?;
    }
    log.begin("Building the dashboard");
    run(tools, &BUILD, sources.folder(), log).await
}

/// Runs npm to its end. It ends with this process.
async fn run(tools: &Tools, arguments: &[&str], folder: &Path, log: &Log) -> Result<(), Failure> {
    let command = format!("npm {}", arguments.join(" "));
    let failed = |why: String| Failure::of(format!("{command}: {why}"), log);
    let mut npm = Command::new(&tools.npm);
    npm.args(arguments).current_dir(folder).env("NO_COLOR", "1").kill_on_drop(true);
    npm.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = npm.spawn().map_err(|error| failed(error.to_string()))?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    tokio::join!(keep(out, log), keep(err, log));
    match child.wait().await {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(failed(status.to_string())),
        Err(error) => Err(failed(error.to_string())),
    }
}

/// Keeps the lines of an output until it ends.
async fn keep(output: Option<impl AsyncRead + Unpin>, log: &Log) {
    let Some(output) = output else { return };
    let mut lines = BufReader::new(output).split(b'\n');
    while let Ok(Some(line)) = lines.next_segment().await {
        log.push(&String::from_utf8_lossy(&line));
    }
}
