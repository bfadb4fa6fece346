//! The options of `migrate`.

use clap::Args;
use std::path::PathBuf;

/// The options of `migrate`.
#[derive(Clone, Debug, Args)]
pub struct MigrateArgs {
    /// Exported repositories, as .csv with a header or as .jsonl with an object in each line; can be repeated
    #[arg(long, value_name = "FILE")]
    pub repositories: Vec<PathBuf>,
    /// Exported report configurations, in the same forms
    #[arg(long, value_name = "FILE")]
    pub configurations: Vec<PathBuf>,
    /// Exported report runs, in the same forms
    #[arg(long, value_name = "FILE")]
    pub runs: Vec<PathBuf>,
    /// The DynamoDB table of a deployment, instead of the one of the local system (see the variables below)
    #[arg(long, value_name = "NAME", conflicts_with = "data_dir")]
    pub table: Option<String>,
    /// The folder of the table of the local system, which may be running
    #[arg(long, value_name = "FOLDER", env = "GIT_REPORT_DATA_DIR", default_value = ".git-report")]
    pub data_dir: PathBuf,
    /// Start the schedules that are enabled in the export. Without it, imported configurations are paused
    #[arg(long)]
    pub enable: bool,
    /// Import runs that have not ended as failed. Without it, they are refused
    #[arg(long)]
    pub fail_running: bool,
    /// Check every row, and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// The examples of `migrate`.
pub const MIGRATE_EXAMPLES: &str = "\
Examples:
  git-report migrate --repositories repositories.csv --configurations report_configurations.csv --runs report_runs.csv
      into the table of the local system, in .git-report/
  git-report migrate --runs report_runs.csv --dry-run
      checks every row
  git-report migrate --table git-report-prod --runs report_runs.jsonl
      into the table of a deployment

A repetition continues where an interrupted import ended, and writes nothing twice. Refused rows are printed with their
file, line and reason, and the exit code is 1. docs/MIGRATING.md has the export commands and the order of the steps.

Variables with --table:
  AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN
      the region, and credentials that may read and write the table
  KMS_KEY_ID, SECRETS_KEY_ARN or SECRETS_KEY
      the deployment's own, with which tokens and secrets are encrypted
  REPORT_TEXT_RETENTION_DAYS, ATTEMPT_RETENTION_DAYS
      the deployment's own [default: 400 and 90]
  AWS_ENDPOINT_URL_DYNAMODB
      another address of DynamoDB";
