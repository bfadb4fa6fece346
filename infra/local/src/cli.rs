//! The command line.

use crate::since::{Since, parse_since};
use crate::stack::Ports;
use clap::{Args, Parser, Subcommand};
use domain::configuration::{BranchName, MODEL_CHARS_MAX, Writer};
use domain::id::UserId;
use domain::month::Month;
use domain::report::{Style, Tone};
use domain::repository::Provider;
use std::path::PathBuf;

/// Reports of what happened in git repositories, metered run by run.
///
/// Without a command the whole system starts on this machine: the HTTP API, the four functions, DynamoDB, SQS,
/// EventBridge and a webhook receiver, all in this process and on loopback. It seeds a demo account with the repository
/// around the current folder, writes one report, delivers it, and shows the run, the usage and the addresses to try.
#[derive(Debug, Parser)]
#[command(name = "git-report", version, after_help = EXAMPLES, args_conflicts_with_subcommands = true)]
pub struct Cli {
    /// What to do [default: serve]
    #[command(subcommand)]
    pub command: Option<Command>,
    /// How to serve.
    #[command(flatten)]
    pub serve: ServeArgs,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start the whole system on this machine (what happens without a command)
    Serve(ServeArgs),
    /// Write one report now, print it with the usage it made, and exit
    #[command(after_help = REPORT_EXAMPLES)]
    Report(ReportArgs),
    /// Count a month's runs anew and compare them with its usage counter, in the table of the system on this machine
    #[command(after_help = RECOUNT_EXAMPLES)]
    Recount(RecountArgs),
}

/// How to serve.
#[derive(Clone, Debug, Args)]
pub struct ServeArgs {
    /// Where the listeners are.
    #[command(flatten)]
    pub ports: Ports,
    /// Where the table and the secrets are kept; a restart goes on from there
    #[arg(long, value_name = "FOLDER", env = "GIT_REPORT_DATA_DIR", default_value = ".git-report")]
    pub data_dir: PathBuf,
    /// The git repository of the demo, instead of the one around the current folder
    #[arg(long, value_name = "FOLDER")]
    pub repository: Option<PathBuf>,
    /// When the demo's report is due, as five-field cron; every hour at first
    #[arg(long, value_name = "CRON")]
    pub schedule: Option<String>,
    /// The IANA time zone of the schedule
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    pub timezone: String,
    /// Write a report at once, also where the demo has one already
    #[arg(long)]
    pub report: bool,
    /// Write no report at once, also at the first start
    #[arg(long, conflicts_with = "report")]
    pub no_report: bool,
}

/// One report.
#[derive(Clone, Debug, Args)]
pub struct ReportArgs {
    /// A folder with a git repository, or the address of one at GitHub, GitLab, or a Gitea or Forgejo server, as a browser
    /// or git shows it; owner/name is one at GitHub
    #[arg(value_name = "PATH_OR_URL")]
    pub repository: String,
    /// Where the range begins: a date (2026-01-01), an instant (2026-01-01T12:00:00Z), an age (12h, 30d, 8w, 6mo, 1y,
    /// '2 weeks ago'), or one of: today, yesterday, last week, last month, last year.
    /// Default: 30 days before the newest commit of a folder, or before now
    #[arg(long, value_name = "DATE_OR_AGE", value_parser = parse_since)]
    pub since: Option<Since>,
    /// The branch; by default the one that the folder, or the repository at its host, is on, and what is checked out
    /// where that is no branch
    #[arg(long, value_name = "NAME", value_parser = parse_branch)]
    pub branch: Option<BranchName>,
    /// Who writes: 'plain', which needs no model, or a model's name (see the variables below)
    #[arg(long, value_name = "NAME", value_parser = parse_model)]
    pub model: Option<Writer>,
    /// How the report is laid out: summary, standard or changelog
    #[arg(long, default_value = "standard", value_parser = parse_style)]
    pub style: Style,
    /// How it speaks: professional, informative or friendly
    #[arg(long, default_value = "professional", value_parser = parse_tone)]
    pub tone: Tone,
    /// The language of a model's report
    #[arg(long, default_value = "English")]
    pub language: String,
    /// What the host of an address runs, where its name does not tell: github, gitlab or gitea (Forgejo too)
    #[arg(long, value_name = "NAME", value_parser = parse_provider)]
    pub provider: Option<Provider>,
    /// An access token of the host, for private repositories and more requests an hour. Default: the variable's for
    /// github.com and for gitlab.com, and none for any other host
    #[arg(long, value_name = "TOKEN")]
    pub token: Option<String>,
    /// Print one JSON object, {"report", "run", "usage"}, instead of the text and the usage
    #[arg(long)]
    pub json: bool,
}

/// A month, counted anew.
#[derive(Clone, Debug, Args)]
pub struct RecountArgs {
    /// The month, as YYYY-MM; by default the current one, in UTC
    #[arg(long, value_name = "MONTH", value_parser = parse_month)]
    pub month: Option<Month>,
    /// Whose: a user's id; by default the demo user's
    #[arg(long, value_name = "USER_ID", value_parser = parse_user)]
    pub account: Option<UserId>,
    /// Set the counter right where it has drifted
    #[arg(long)]
    pub repair: bool,
    /// Where the table is kept, also while the system runs
    #[arg(long, value_name = "FOLDER", env = "GIT_REPORT_DATA_DIR", default_value = ".git-report")]
    pub data_dir: PathBuf,
}

fn parse_branch(text: &str) -> Result<BranchName, String> {
    BranchName::parse(text).map_err(|error| error.to_string())
}

fn parse_provider(text: &str) -> Result<Provider, String> {
    Provider::parse(text).ok_or_else(|| format!("'{text}' must be one of: github, gitlab, gitea"))
}

fn parse_model(text: &str) -> Result<Writer, String> {
    match text.chars().count() {
        0 => Err("name a model, or 'plain'".to_owned()),
        1..=MODEL_CHARS_MAX => Ok(Writer::parse(text)),
        _ => Err(format!("a model's name has at most {MODEL_CHARS_MAX} characters")),
    }
}

fn parse_month(text: &str) -> Result<Month, String> {
    Month::parse(text).map_err(|error| error.to_string())
}

/// Whoever works this command line owns the table.
fn parse_user(text: &str) -> Result<UserId, String> {
    UserId::from_record(text).map_err(|error| error.to_string())
}

fn parse_style(text: &str) -> Result<Style, String> {
    let found = Style::ALL.iter().find(|style| style.as_str().eq_ignore_ascii_case(text));
    found.copied().ok_or_else(|| format!("'{text}' must be one of: summary, standard, changelog"))
}

fn parse_tone(text: &str) -> Result<Tone, String> {
    match text.to_ascii_lowercase().as_str() {
        "professional" => Ok(Tone::Professional),
        "informative" => Ok(Tone::Informative),
        "friendly" | "friendly & casual" => Ok(Tone::FriendlyCasual),
        _ => Err(format!("'{text}' must be one of: professional, informative, friendly")),
    }
}

const EXAMPLES: &str = "\
Examples:
  git-report
      everything, with a report on the repository around this folder
  git-report --api-port 0 --receiver-port 0
      the same on free ports
  git-report report .
      one report, printed
  git-report report https://github.com/rust-lang/log --since 90d
  OPENAI_API_KEY=… git-report report . --model gpt-6-luna
  git-report recount --month 2026-01
      what the counter says, and what the runs come to

Variables:
  OPENAI_API_KEY
      the key of OpenAI or of a compatible provider
  OPENAI_BASE_URL
      where the provider is; https, or http on this machine
      [default: https://api.openai.com/v1]
  DEFAULT_MODEL
      who writes: 'plain' or a model's name
      [default: gpt-6-luna with a provider, else plain]
  TEST_RUNS_COUNT
      whether test runs count against the monthly limit
      [default: false]
  REPORT_TEXT_RETENTION_DAYS
      days for which texts of reports are kept, 0 for ever, else at least 99
      [default: 400]
  ATTEMPT_RETENTION_DAYS
      days for which attempts to deliver are kept, 0 for ever, else at least 7
      [default: 90]
  CORS_ORIGINS
      web pages that may call the API
      [default: http://localhost:5173,http://127.0.0.1:5173]
  PUBLIC_URL
      where people reach the dashboard, for links in messages
  LOG_LEVEL
      error, warn, info, debug or trace
      [default: warn, and error for a single report and a recount]
  FUNCTION_TIMEOUT_SECONDS
      the time-out of a function that is not told its own, 1 to 900
      [default: 180]
  GITHUB_TOKEN
      the access token for a report on a repository at github.com
  GITLAB_TOKEN
      the same for gitlab.com

For tests:
  GIT_REPORT_CLOCK_OFFSET_SECONDS
      how far ahead of this machine's clock to live [default: 0]
  GIT_REPORT_DYNAMODB_URL
      where the functions reach the table [default: its own address]
  GIT_REPORT_GITHUB_API_URL
      where GitHub's API is [default: https://api.github.com]
  GIT_REPORT_GITLAB_API_URL
      where GitLab's API is [default: /api/v4 of the repository's host]
  GIT_REPORT_GITEA_API_URL
      where the API of Gitea is [default: /api/v1 of the repository's host]";

const REPORT_EXAMPLES: &str = "\
Examples:
  git-report report .
      the last 30 days before the newest commit
  git-report report ~/src/linux --since 2026-01-01 --style summary
  git-report report https://github.com/rust-lang/log --since 3650d --json
  git-report report https://git.example.com/owner/name --provider gitea --token …
  OPENAI_BASE_URL=http://127.0.0.1:8080/v1 git-report report . --model smollm2

The variables are those of `git-report --help`.";

const RECOUNT_EXAMPLES: &str = "\
Examples:
  git-report recount
      the demo user's current month
  git-report recount --month 2026-01 --repair
      and sets the counter right where it has drifted

It ends with exit code 1 if the counter has drifted and is not repaired.";

#[cfg(test)]
mod tests {
    use super::Cli;
    use crate::stack::foundation::variables;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn help_lists_every_variable_that_is_read() {
        let help = Cli::command().render_long_help().to_string();
        for name in variables() {
            assert!(help.contains(name), "{name} is not in --help");
        }
    }
}
