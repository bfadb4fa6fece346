//! The program under test, with its own folder, repository and free ports.

use serde_json::Value;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long an expected event may take: far more than it needs, so that only a failure waits this long.
const DEADLINE: Duration = Duration::from_secs(150);

/// The system on free ports.
pub(crate) const FREE: [&str; 5] =
    ["--api-port=0", "--receiver-port=0", "--dynamodb-port=0", "--sqs-port=0", "--eventbridge-port=0"];

/// The program's variables. It gets none of this process's variables.
pub(crate) type Variables<'a> = &'a [(&'a str, &'a str)];

/// A folder with a git repository of three commits, in March and May 2026, by two people.
pub(crate) struct Place {
    folder: TempDir,
}

impl Place {
    pub(crate) fn with_repository() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        let mut options = git2::RepositoryInitOptions::new();
        options.initial_head("main");
        let repository = git2::Repository::init_opts(place.path(), &options).unwrap();
        commit(&repository, "Ada", 1_772_409_600, "feat: count what is billed");
        commit(&repository, "Grace", 1_778_457_600, "fix: round half up");
        commit(&repository, "Ada", 1_778_544_000, "docs: say what counts");
        place
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn text(&self) -> &str {
        self.path().to_str().unwrap()
    }

    /// Runs the program to its end.
    pub(crate) fn run(&self, arguments: &[&str], variables: Variables<'_>) -> Output {
        self.command(arguments, variables).output().unwrap()
    }

    /// Starts the system on free ports and waits until its addresses are known.
    pub(crate) async fn start(&self, arguments: &[&str], variables: Variables<'_>) -> System {
        let arguments: Vec<&str> = arguments.iter().chain(&FREE).copied().collect();
        self.start_with(&arguments, variables).await
    }

    /// Starts the system on the ports that the arguments name.
    pub(crate) async fn start_with(&self, arguments: &[&str], variables: Variables<'_>) -> System {
        let data = self.path().join(".git-report");
        // The file of an earlier start would be mistaken for that of this one.
        let _absent = fs::remove_file(data.join("env"));
        let (out, err) = (self.path().join("out.txt"), self.path().join("err.txt"));
        let mut command = self.command(arguments, variables);
        command.stdout(File::create(&out).unwrap()).stderr(File::create(&err).unwrap());
        let mut child = command.spawn().unwrap();
        let env = eventually("the addresses are written", async || {
            assert!(child.try_wait().unwrap().is_none(), "it ended: {}", fs::read_to_string(&err).unwrap());
            fs::read_to_string(data.join("env")).ok().filter(|_| data.join("token").exists())
        })
        .await;
        let token = fs::read_to_string(data.join("token")).unwrap();
        System { child, out, env, token, http: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    /// A shell command in which `PROGRAM` is the program.
    pub(crate) fn shell(&self, line: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", line]).current_dir(self.path()).env("PROGRAM", env!("CARGO_BIN_EXE_git-report"));
        command.stdin(Stdio::null());
        command
    }

    fn command(&self, arguments: &[&str], variables: Variables<'_>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_git-report"));
        command.current_dir(self.path()).args(arguments).env_clear().envs(variables.iter().copied());
        command.stdin(Stdio::null());
        command
    }
}

/// The running system. It is killed when dropped.
pub(crate) struct System {
    child: Child,
    out: PathBuf,
    env: String,
    token: String,
    http: reqwest::Client,
}

impl System {
    /// The value of a variable in `.git-report/env`.
    pub(crate) fn variable(&self, name: &str) -> &str {
        let line = self.env.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
        line.unwrap_or_else(|| panic!("no {name} in {}", self.env)).trim_matches('\'')
    }

    /// Standard output so far.
    pub(crate) fn printed(&self) -> String {
        fs::read_to_string(&self.out).unwrap()
    }

    /// Waits until the demo has ended and the commands to try are printed.
    pub(crate) async fn settled(&self) -> String {
        eventually("the demo has ended", async || Some(self.printed()).filter(|text| text.contains("── To try ──")))
            .await
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let request = self.http.get(format!("{}{path}", self.variable("GIT_REPORT_API_URL")));
        let response = request.bearer_auth(&self.token).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        response.json().await.unwrap()
    }

    /// A request to DynamoDB, which must be accepted.
    pub(crate) async fn dynamodb(&self, operation: &str, request: &Value) -> Value {
        let credential = "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request";
        let answer = self
            .http
            .post(self.variable("AWS_ENDPOINT_URL_DYNAMODB"))
            .header("x-amz-target", format!("DynamoDB_20120810.{operation}"))
            .header("content-type", "application/x-amz-json-1.0")
            .header("x-amz-date", "20260101T000000Z")
            .header("authorization", format!("{credential}, SignedHeaders=host, Signature=0"))
            .body(request.to_string())
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 200, "{operation}: {}", answer.text().await.unwrap());
        answer.json().await.unwrap()
    }

    /// The problem that a failing request answers.
    pub(crate) async fn get_problem(&self, path: &str) -> Value {
        let request = self.http.get(format!("{}{path}", self.variable("GIT_REPORT_API_URL")));
        let response = request.bearer_auth(&self.token).send().await.unwrap();
        assert!(!response.status().is_success(), "{path}");
        response.json().await.unwrap()
    }

    /// The demo user's token.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Value {
        let request = self.http.post(format!("{}{path}", self.variable("GIT_REPORT_API_URL"))).json(body);
        request.bearer_auth(&self.token).send().await.unwrap().json().await.unwrap()
    }

    /// The receiver's messages.
    pub(crate) async fn received(&self) -> Vec<Value> {
        let url = format!("{}/received", self.variable("GIT_REPORT_RECEIVER_URL"));
        self.http.get(url).send().await.unwrap().json().await.unwrap()
    }

    pub(crate) async fn set_receiver(&self, path: &str) {
        assert_eq!(self.ask_receiver(path).await.status(), 204);
    }

    pub(crate) async fn ask_receiver(&self, path: &str) -> reqwest::Response {
        let url = format!("{}{path}", self.variable("GIT_REPORT_RECEIVER_URL"));
        self.http.post(url).send().await.unwrap()
    }

    /// Waits until a run has ended and is delivered.
    pub(crate) async fn delivered(&self, run: &str) -> Value {
        eventually("the report is delivered", async || {
            let run = self.get(&format!("/report-runs/{run}")).await;
            (run["webhook_delivered"] == true).then_some(run)
        })
        .await
    }

    /// Kills the process, as a power failure would.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Sends Ctrl-C and returns the exit code.
    pub(crate) async fn interrupt(self) -> Option<i32> {
        self.signal("INT").await
    }

    /// Sends a signal, given its name, and returns the exit code.
    pub(crate) async fn signal(mut self, name: &str) -> Option<i32> {
        let pid = self.child.id().to_string();
        assert!(Command::new("sh").args(["-c", &format!("kill -{name} {pid}")]).status().unwrap().success());
        let child = &mut self.child;
        eventually("it stops", async || child.try_wait().unwrap()).await.code()
    }
}

impl Drop for System {
    fn drop(&mut self) {
        // An error means that the process has ended already.
        let _ended = self.child.kill();
        let _ended = self.child.wait();
    }
}

/// Polls until a value is found, for a limited time.
pub(crate) async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let until = Instant::now() + DEADLINE;
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < until, "not in time: {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

pub(crate) fn commit(repository: &git2::Repository, author: &str, seconds: i64, message: &str) {
    let signature =
        git2::Signature::new(author, &format!("{author}@example.com"), &git2::Time::new(seconds, 0)).unwrap();
    let blob = repository.blob(message.as_bytes()).unwrap();
    let mut tree = repository.treebuilder(None).unwrap();
    tree.insert("text", blob, 0o100_644).unwrap();
    let tree = repository.find_tree(tree.write().unwrap()).unwrap();
    let parent = repository.head().ok().map(|head| head.peel_to_commit().unwrap());
    let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
    repository.commit(Some("HEAD"), &signature, &signature, message, &tree, &parents).unwrap();
}
