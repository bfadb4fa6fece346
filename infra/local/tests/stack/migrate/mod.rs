//! `git-report migrate`: the import of an earlier system's tables.
//!
//! [`Import`] imports in this process, into an embedded table; `program` starts the real program.

mod formats;
mod program;
mod records;
mod refusals;
mod repetition;

use adapters::dynamodb::{DynamoStore, Retention};
use adapters::entropy::SystemEntropy;
use adapters::wiring::Deployment;
use app::ports::Imports;
use aws_sdk_dynamodb::Client;
use domain::id::UserId;
use domain::instant::Instant;
use git_report::migrate::{Checked, Options, Rows, Table, Tally, Target, import};
use git_report::progress::Progress;
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;
use testkit::builders::at;
use testkit::engine::TABLE;
use testkit::surroundings::Surroundings;

/// When the tests import.
const NOW: &str = "2026-07-15T12:00:00Z";

const ANN: &str = "a0000000-0000-4000-8000-00000000000a";
const BOB: &str = "b0000000-0000-4000-8000-00000000000b";
const REPOSITORY: &str = "c0000000-0000-4000-8000-00000000000c";
const CONFIGURATION: &str = "d0000000-0000-4000-8000-00000000000d";
const RUN: &str = "e0000000-0000-4000-8000-00000000000e";
const SHA: &str = "0123456789abcdef0123456789abcdef01234567";

/// A row, by columns. A later value of a column counts.
#[derive(Clone)]
struct Columns(Vec<(&'static str, String)>);

impl Columns {
    fn with(mut self, column: &'static str, value: impl Into<String>) -> Self {
        self.0.retain(|(name, _)| *name != column);
        self.0.push((column, value.into()));
        self
    }

    fn of(columns: &[(&'static str, &str)]) -> Self {
        Self(columns.iter().map(|(name, value)| (*name, (*value).to_owned())).collect())
    }

    fn json(&self) -> String {
        let object = self.0.iter().map(|(name, value)| ((*name).to_owned(), value.clone().into()));
        serde_json::Value::Object(object.collect()).to_string()
    }
}

fn repository() -> Columns {
    Columns::of(&[
        ("id", REPOSITORY),
        ("user_id", ANN),
        ("name", ""),
        ("url", "https://github.com/acme/shop"),
        ("provider", ""),
        ("access_token", "ghp_0123456789"),
        ("created_at", "2026-05-01 08:00:00+00"),
    ])
}

fn configuration() -> Columns {
    Columns::of(&[
        ("id", CONFIGURATION),
        ("user_id", ANN),
        ("repository_id", REPOSITORY),
        ("name", "Daily"),
        ("branch", "main"),
        ("schedule", "0 0 9 * * *"),
        ("timezone", "Europe/Berlin"),
        ("webhook_url", "https://example.com/hook/s3cret"),
        ("webhook_format", "generic"),
        ("webhook_secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        ("enabled", "t"),
        ("style", "Changelog"),
        ("tone", ""),
        ("author_display", ""),
        ("link_to_commits", "f"),
        ("if_no_updates", ""),
        ("include_diffs", ""),
        ("language", ""),
        ("model", ""),
        ("created_at", "2026-05-02 08:00:00+00"),
    ])
}

/// A successful run of June.
fn run() -> Columns {
    Columns::of(&[
        ("id", RUN),
        ("user_id", ANN),
        ("repository_id", REPOSITORY),
        ("report_configuration_id", CONFIGURATION),
        ("started_at", "2026-06-10 09:00:00.123456+00"),
        ("completed_at", "2026-06-10 09:00:30+00"),
        ("status", "success"),
        (
            "configuration_snapshot",
            r#"{"name": "Daily then", "branch": "main", "webhook_url": "https://example.com/s3cret"}"#,
        ),
        ("tokens_used", "1500"),
        ("model_used", "gpt-4o-mini"),
        ("cost_usd", "0.000405"),
        ("commits_processed", "7"),
        ("commit_range_from", ""),
        ("commit_range_to", SHA),
        ("report_content", "# Report\n\nSee \"it\", please"),
        ("report_format", "markdown"),
        ("error_message", ""),
        ("error_code", ""),
        ("webhook_delivered", "t"),
        ("webhook_delivery_attempts", "2"),
        ("webhook_last_attempt_at", "2026-06-10 09:01:00+00"),
        ("webhook_response_status", "204"),
        ("created_at", "2026-06-10 09:00:00+00"),
        ("updated_at", "2026-06-10 09:01:00+00"),
    ])
}

fn failed() -> Columns {
    run().with("status", "failed").with("report_content", "").with("webhook_delivered", "f")
}

/// An id of a run, by a number.
fn id(number: u32) -> String {
    format!("e0000000-0000-4000-8000-{number:012}")
}

/// As `\copy … csv header` writes it.
fn csv(rows: &[Columns]) -> String {
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    let header: Vec<&str> = rows[0].0.iter().map(|(name, _)| *name).collect();
    writer.write_record(&header).unwrap();
    for row in rows {
        let value = |name: &&str| row.0.iter().find(|(column, _)| column == name).map_or("", |(_, value)| value);
        writer.write_record(header.iter().map(value)).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

fn user(id: &str) -> UserId {
    UserId::from_record(id).unwrap()
}

/// A table, and a folder for the files.
struct Import {
    surroundings: Surroundings,
    folder: TempDir,
}

impl Import {
    async fn new() -> Self {
        Self { surroundings: Surroundings::at(at(NOW)).await.unwrap(), folder: tempfile::tempdir().unwrap() }
    }

    fn deployment(&self) -> &Deployment {
        &self.surroundings.deployment
    }

    /// A target that imports through these ports.
    fn through(&self, imports: Arc<dyn Imports>) -> Target {
        let deployment = self.deployment().clone();
        Target { imports, deployment, retention: Retention::default(), loopback: false }
    }

    /// Each import is a process of its own: it draws other random numbers.
    fn target(&self) -> Target {
        self.over(self.surroundings.engine.client())
    }

    fn over(&self, client: Client) -> Target {
        let clock = Arc::new(self.surroundings.clock.clone());
        let store = DynamoStore::new(client, TABLE.to_owned(), Arc::new(SystemEntropy));
        self.through(Arc::new(store.keeping(Retention::default(), clock)))
    }

    fn file(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn runs(&self, rows: &[Columns]) -> Options {
        Options { runs: vec![self.file("report_runs.csv", csv(rows))], ..Options::default() }
    }

    /// One repository, one configuration, and these runs.
    fn all(&self, rows: &[Columns]) -> Options {
        Options {
            repositories: vec![self.file("repositories.csv", csv(&[repository()]))],
            configurations: vec![self.file("report_configurations.csv", csv(&[configuration()]))],
            ..self.runs(rows)
        }
    }

    async fn import(&self, options: &Options) -> (Tally, Option<Checked>) {
        import(&self.target(), options, &Progress::on_stderr()).await.unwrap()
    }

    /// Every record, without what is encrypted with random numbers.
    async fn items(&self) -> Vec<String> {
        let random = regex::Regex::new(r#""(secret|token)": B\(Blob \{[^}]*\}\)"#).unwrap();
        let items = self.surroundings.engine.items().await.unwrap();
        items.iter().map(|item| random.replace_all(item, "").into_owned()).collect()
    }
}

/// Compares two tables, and shows only the records that differ.
fn assert_same(one: &[String], other: &[String], when: &str) {
    let only = |these: &[String], those: &[String]| -> Vec<String> {
        these.iter().filter(|item| !those.contains(item)).cloned().collect()
    };
    let differing = (only(one, other), only(other, one));
    assert!(differing.0.is_empty() && differing.1.is_empty() && one.len() == other.len(), "{when}: {differing:#?}");
}

fn rows(tally: &Tally, table: Table) -> Rows {
    let rows = tally.rows.get(&table).copied().unwrap_or_default();
    assert_eq!(rows.read, rows.written + rows.there + rows.refused, "every row has one fate");
    rows
}

/// The reasons of the refused rows, with their places, in the order of the lines.
fn refused(tally: &Tally) -> Vec<(u64, String)> {
    let mut refused: Vec<_> = tally.refused.iter().map(|(place, reason)| (place.line, reason.to_string())).collect();
    refused.sort();
    refused
}

fn instant(text: &str) -> Instant {
    at(text)
}
