//! The command line.

use crate::dashboard::WEB_FOLDER;
use crate::migrate::{MIGRATE_EXAMPLES, MigrateArgs};
use crate::since::{Since, parse_since};
use crate::stack::Ports;
use clap::{Args, Parser, Subcommand};
use domain::configuration::{BranchName, MODEL_CHARS_MAX, Writer};
use domain::id::UserId;
use domain::month::Month;
use domain::report::{Style, Tone};
use domain::repository::{Provider, RepositoryPath};
use std::path::PathBuf;

/// Reports on what happened in git repositories, with the usage and cost of every run.
///
/// Without a command the whole system starts on this machine: the HTTP API, the four functions, DynamoDB, SQS,
/// EventBridge and a webhook receiver, all in this process and on loopback. It seeds a demo account with the repository
/// that contains the current folder, writes one report, delivers it, and shows the run, the usage and the addresses to
/// try.
#[derive(Debug, Parser)]
#[command(name = "git-report", version, after_help = EXAMPLES, args_conflicts_with_subcommands = true)]
pub struct Cli {
    /// The command [default: serve]
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub serve: ServeArgs,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start the whole system on this machine (the default)
    Serve(ServeArgs),
    /// Write one report now, print it with its usage, and exit
    #[command(after_help = REPORT_EXAMPLES)]
    Report(ReportArgs),
    /// Recount a month's runs and compare them with its usage counter, in the table of the local system
    #[command(after_help = RECOUNT_EXAMPLES)]
    Recount(RecountArgs),
    /// Import repositories, report configurations and report runs that were exported from an earlier system
    #[command(after_help = MIGRATE_EXAMPLES)]
    Migrate(MigrateArgs),
}

/// The options of `serve`.
#[derive(Clone, Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct ServeArgs {
    #[command(flatten)]
    pub ports: Ports,
    /// The folder of the table and the secrets; a restart continues from them
    #[arg(long, value_name = "FOLDER", env = "GIT_REPORT_DATA_DIR", default_value = ".git-report")]
    pub data_dir: PathBuf,
    /// The git repository of the demo, instead of the one that contains the current folder
    #[arg(long, value_name = "FOLDER")]
    pub repository: Option<PathBuf>,
    /// When the demo's report is due, as five-field cron [default of a new table: every hour]
    #[arg(long, value_name = "CRON")]
    pub schedule: Option<String>,
    /// The IANA time zone of the schedule
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    pub timezone: String,
    /// The folder of the dashboard's sources, which is built if necessary and if Node 20.19 or later is installed
    #[arg(long, value_name = "FOLDER", env = "GIT_REPORT_WEB_DIR")]
    #[arg(default_value = WEB_FOLDER, hide_default_value = true)]
    pub web_dir: PathBuf,
    /// Serve no dashboard, and build none
    #[arg(long)]
    pub no_dashboard: bool,
    /// Fill the demo account with a year of runs once, so that the dashboard has something to show; the demo's report
    /// is then due three times a week
    #[arg(long, conflicts_with = "report")]
    pub demo: bool,
    /// Write a report now, even if the demo has one already
    #[arg(long)]
    pub report: bool,
    /// Write no report now, even at the first start
    #[arg(long, conflicts_with = "report")]
    pub no_report: bool,
}

/// The options of `report`.
#[derive(Clone, Debug, Args)]
pub struct ReportArgs {
    /// A folder with a git repository, or the address of one at GitHub, GitLab, or a Gitea or Forgejo server, as a
    /// browser or git shows it; owner/name is a repository at GitHub
    #[arg(value_name = "PATH_OR_URL")]
    pub repository: String,
    /// The beginning of the range: a date (2026-01-01), an instant (2026-01-01T12:00:00Z), an age (12h, 30d, 8w, 6mo,
    /// 1y, '2 weeks ago'), or one of: today, yesterday, last week, last month, last year. Default: 30 days before the
    /// newest commit of a folder that is not dated in the future, or before now
    #[arg(long, value_name = "DATE_OR_AGE", value_parser = parse_since)]
    pub since: Option<Since>,
    /// The branch. Default: the checked-out branch of a folder (or the checked-out commit, if HEAD is detached), or the
    /// default branch of the repository at its host
    #[arg(long, value_name = "NAME", value_parser = parse_branch)]
    pub branch: Option<BranchName>,
    /// The writer of the report: 'plain', which needs no model, or a model's name (see the variables below)
    #[arg(long, value_name = "NAME", value_parser = parse_model)]
    pub model: Option<Writer>,
    /// A folder or file that the report is about, from the repository's top; for several, give the option several
    /// times [default: the whole repository]
    #[arg(long, value_name = "PATH", value_parser = RepositoryPath::parse)]
    pub include: Vec<RepositoryPath>,
    /// A folder or file that the report is not about; for several, give the option several times
    #[arg(long, value_name = "PATH", value_parser = RepositoryPath::parse)]
    pub exclude: Vec<RepositoryPath>,
    /// The layout of the report: summary, standard, changelog, standup, release-notes or executive
    #[arg(long, default_value = "standard", value_parser = parse_style)]
    pub style: Style,
    /// The tone of the report: professional, informative or friendly
    #[arg(long, default_value = "professional", value_parser = parse_tone)]
    pub tone: Tone,
    /// The language of a model's report
    #[arg(long, default_value = "English")]
    pub language: String,
    /// The software of the host, if its name does not show it: github, gitlab or gitea (also for Forgejo)
    #[arg(long, value_name = "NAME", value_parser = parse_provider)]
    pub provider: Option<Provider>,
    /// An access token of the host, for private repositories and more requests per hour. Default: the
    /// value of the variable for github.com or gitlab.com (see below), and no token for any other host
    #[arg(long, value_name = "TOKEN")]
    pub token: Option<String>,
    /// Print one JSON object, {"report", "run", "usage"}, instead of the text and the usage
    #[arg(long)]
    pub json: bool,
}

/// The options of `recount`.
#[derive(Clone, Debug, Args)]
pub struct RecountArgs {
    /// The month, as YYYY-MM [default: the current one, in UTC]
    #[arg(long, value_name = "MONTH", value_parser = parse_month)]
    pub month: Option<Month>,
    /// The user's id [default: the demo user's]
    #[arg(long, value_name = "USER_ID", value_parser = parse_user)]
    pub account: Option<UserId>,
    /// Correct the counter if it differs from its runs
    #[arg(long)]
    pub repair: bool,
    /// The folder of the table; the system may be running
    #[arg(long, value_name = "FOLDER", env = "GIT_REPORT_DATA_DIR", default_value = ".git-report")]
    pub data_dir: PathBuf,
}

fn parse_branch(text: &str) -> Result<BranchName, String> {
    BranchName::parse(text).map_err(|error| error.to_string())
}

fn parse_provider(text: &str) -> Result<Provider, String> {
    Provider::parse(text)
        .ok_or_else(|| format!("'{text}' must be one of: {}", Provider::ALL.map(Provider::as_str).join(", ")))
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

/// The user of the command line owns the table, so any user id is accepted.
fn parse_user(text: &str) -> Result<UserId, String> {
    UserId::from_record(text).map_err(|error| error.to_string())
}

fn parse_style(text: &str) -> Result<Style, String> {
    // A name of two words can be written without quotes.
    let name = |style: &Style| style.as_str().to_ascii_lowercase().replace(' ', "-");
    let given = text.to_ascii_lowercase().replace(' ', "-");
    let names = || Style::ALL.iter().map(name).collect::<Vec<_>>().join(", ");
    let found = Style::ALL.iter().find(|style| name(style) == given);
    found.copied().ok_or_else(|| format!("'{text}' must be one of: {}", names()))
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
      the whole system, with a report on the repository that contains this folder
  git-report --api-port 0 --receiver-port 0
      the same on free ports
  git-report report .
      one report, printed
  git-report report https://github.com/rust-lang/log --since 90d
  OPENAI_API_KEY=… git-report report . --model gpt-6-luna
  git-report recount --month 2026-01
      compares the counter with the sum of its runs

Variables:
  OPENAI_API_KEY
      the key of OpenAI or of a compatible provider
  OPENAI_BASE_URL
      the provider's address; https, or http on this machine
      [default: https://api.openai.com/v1]
  DEFAULT_MODEL
      the writer of reports: 'plain' or a model's name
      [default: gpt-6-luna with a provider, otherwise plain]
  TEST_RUNS_COUNT
      whether test runs count against the monthly limit
      [default: false]
  REPORT_TEXT_RETENTION_DAYS
      days for which texts of reports are kept; 0 for no limit, otherwise at least 99
      [default: 400]
  ATTEMPT_RETENTION_DAYS
      days for which delivery attempts are kept; 0 for no limit, otherwise at least 7
      [default: 90]
  ENDPOINT_MESSAGES_PER_SECOND
      messages a second to one endpoint that is no chat service; 0 for no limit
      [default: 0]
  CORS_ORIGINS
      web pages that may call the API
      [default: http://localhost:5173,http://127.0.0.1:5173]
  PUBLIC_URL
      the address of the dashboard, for links in messages
  DASHBOARD_NAME
      the name that the dashboard shows [default: git-report]
  LOG_LEVEL
      error, warn, info, debug or trace
      [default: warn, and error for a single report and a recount]
  FUNCTION_TIMEOUT_SECONDS
      the time-out of a function for which none is set, 1 to 900
      [default: 180]
  GITHUB_TOKEN
      the access token for a report on a repository at github.com
  GITLAB_TOKEN
      the same for gitlab.com

For tests:
  GIT_REPORT_CLOCK_OFFSET_SECONDS
      how far the clock is ahead of this machine's [default: 0]
  GIT_REPORT_DYNAMODB_URL
      the address at which the functions reach the table [default: its own]
  GIT_REPORT_GITHUB_API_URL
      the address of GitHub's API [default: https://api.github.com]
  GIT_REPORT_GITLAB_API_URL
      the address of GitLab's API [default: /api/v4 of the repository's host]
  GIT_REPORT_GITEA_API_URL
      the address of Gitea's API [default: /api/v1 of the repository's host]";

const REPORT_EXAMPLES: &str = "\
Examples:
  git-report report .
      the last 30 days before the newest commit
  git-report report ~/src/linux --since 2026-01-01 --style summary
  git-report report . --include packages/api --exclude packages/api/tests
  git-report report https://github.com/rust-lang/log --since 3650d --json
  git-report report https://git.example.com/owner/name --provider gitea --token …
  OPENAI_BASE_URL=http://127.0.0.1:8080/v1 git-report report . --model smollm2

The variables are those of `git-report --help`.";

const RECOUNT_EXAMPLES: &str = "\
Examples:
  git-report recount
      the demo user's current month
  git-report recount --month 2026-01 --repair
      and corrects the counter if it differs

The exit code is 1 if the counter differs and is not repaired.";

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
            assert!(help.contains(&name), "{name} is not in --help");
        }
    }
}
