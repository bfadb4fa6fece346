//! The command line.

use crate::stack::Ports;
use clap::{Args, Parser, Subcommand};
use domain::configuration::{BranchName, MODEL_CHARS_MAX, Writer};
use domain::id::UserId;
use domain::instant::{self, Duration, Instant};
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
    /// What to do; `serve` where nothing is said
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
    /// Where the range begins: a date (2026-01-01), an instant (2026-01-01T12:00:00Z) or an age (12h, 30d, 8w, 3650d).
    /// Default: 30 days before the newest commit of a folder, or before now
    #[arg(long, value_name = "DATE_OR_AGE", value_parser = parse_since)]
    pub since: Option<Since>,
    /// The branch; by default the one that the folder, or the repository at its host, is on
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

/// Where a range begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// At an instant.
    At(Instant),
    /// So long ago.
    Age(Duration),
}

impl Since {
    /// The instant that is meant now.
    #[must_use]
    pub fn instant(self, now: Instant) -> Option<Instant> {
        match self {
            Self::At(instant) => Some(instant),
            Self::Age(age) => now.checked_sub_signed(age),
        }
    }
}

/// The longest age: what git itself could have seen, in days.
const AGE_DAYS_MAX: i64 = 36_500;

/// Reads a date, an instant, or an age.
pub fn parse_since(text: &str) -> Result<Since, String> {
    let text = text.trim();
    let read = date(text).or_else(|| instant::parse(text)).map(Since::At).or_else(|| age(text).map(Since::Age));
    read.ok_or_else(|| {
        format!(
            "'{text}' is neither a date such as 2026-01-01, nor an instant such as 2026-01-01T12:00:00Z, nor an age \
             such as 12h, 30d or 8w of at most {AGE_DAYS_MAX} days"
        )
    })
}

fn date(text: &str) -> Option<Instant> {
    instant::parse(&format!("{text}T00:00:00Z"))
}

fn age(text: &str) -> Option<Duration> {
    let unit = text.chars().last()?;
    let number: u32 = text.strip_suffix(unit)?.parse().ok()?;
    let number = i64::from(number);
    let age = match unit {
        'h' => Duration::hours(number),
        'd' => Duration::days(number),
        'w' => Duration::weeks(number),
        _ => return None,
    };
    (age > Duration::zero() && age <= Duration::days(AGE_DAYS_MAX)).then_some(age)
}

fn parse_branch(text: &str) -> Result<BranchName, String> {
    BranchName::parse(text).map_err(|error| error.to_string())
}

fn parse_provider(text: &str) -> Result<Provider, String> {
    Provider::parse(text).ok_or_else(|| format!("'{text}' is none of github, gitlab, gitea"))
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
    found.copied().ok_or_else(|| format!("'{text}' is none of summary, standard, changelog"))
}

fn parse_tone(text: &str) -> Result<Tone, String> {
    match text.to_ascii_lowercase().as_str() {
        "professional" => Ok(Tone::Professional),
        "informative" => Ok(Tone::Informative),
        "friendly" | "friendly & casual" => Ok(Tone::FriendlyCasual),
        _ => Err(format!("'{text}' is none of professional, informative, friendly")),
    }
}

const EXAMPLES: &str = "\
Examples:
  git-report                                    everything, with a report on the repository around this folder
  git-report --api-port 0 --receiver-port 0     the same on free ports
  git-report report .                           one report, printed
  git-report report https://github.com/rust-lang/log --since 90d
  OPENAI_API_KEY=… git-report report . --model gpt-6-luna
  git-report recount --month 2026-01            what the counter says, and what the runs come to

Variables:
  OPENAI_API_KEY    the key of OpenAI or of a compatible provider
  OPENAI_BASE_URL   where the provider is; https, or http on this machine [default: https://api.openai.com/v1]
  DEFAULT_MODEL     who writes: 'plain' or a model's name [default: gpt-6-luna with a provider, else plain]
  TEST_RUNS_COUNT   whether test runs count against the monthly limit [default: false]
  REPORT_TEXT_RETENTION_DAYS
                    days for which texts of reports are kept, 0 for ever, else at least 99 [default: 400]
  ATTEMPT_RETENTION_DAYS
                    days for which attempts to deliver are kept, 0 for ever, else at least 7 [default: 90]
  CORS_ORIGINS      web pages that may call the API [default: http://localhost:5173,http://127.0.0.1:5173]
  PUBLIC_URL        where people reach the dashboard, for links in messages
  LOG_LEVEL         error, warn, info, debug or trace [default: warn]
  GITHUB_TOKEN      the access token for a report on a repository at github.com
  GITLAB_TOKEN      the same for gitlab.com

For tests:
  GIT_REPORT_CLOCK_OFFSET_SECONDS   how far ahead of this machine's clock to live [default: 0]
  GIT_REPORT_GITHUB_API_URL         where GitHub's API is [default: https://api.github.com]
  GIT_REPORT_GITLAB_API_URL         where GitLab's API is [default: /api/v4 of the repository's host]
  GIT_REPORT_GITEA_API_URL          where the API of Gitea is [default: /api/v1 of the repository's host]";

const REPORT_EXAMPLES: &str = "\
Examples:
  git-report report .                                      the last 30 days before the newest commit
  git-report report ~/src/linux --since 2026-01-01 --style summary
  git-report report https://github.com/rust-lang/log --since 3650d --json
  git-report report https://git.example.com/owner/name --provider gitea --token …
  OPENAI_BASE_URL=http://127.0.0.1:8080/v1 git-report report . --model smollm2

The variables are those of `git-report --help`.";

const RECOUNT_EXAMPLES: &str = "\
Examples:
  git-report recount                              the demo user's current month
  git-report recount --month 2026-01 --repair     and sets the counter right where it has drifted

It ends with exit code 1 where the counter has drifted and is not repaired.";

#[cfg(test)]
mod tests {
    use super::{Cli, Since, parse_since};
    use clap::CommandFactory;
    use domain::instant::{self, Duration};

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn since_takes_dates_instants_and_ages() {
        let at = |text| Ok(Since::At(instant::parse(text).unwrap()));
        assert_eq!(parse_since("2026-01-01"), at("2026-01-01T00:00:00Z"));
        assert_eq!(parse_since("2026-01-01T12:30:00+02:00"), at("2026-01-01T10:30:00Z"));
        assert_eq!(parse_since("30d"), Ok(Since::Age(Duration::days(30))));
        assert_eq!(parse_since("3650d"), Ok(Since::Age(Duration::days(3_650))));
        assert_eq!(parse_since("12h"), Ok(Since::Age(Duration::hours(12))));
        assert_eq!(parse_since("8w"), Ok(Since::Age(Duration::weeks(8))));
    }

    #[test]
    fn since_refuses_everything_else_in_one_sentence() {
        for text in ["", "d", "0d", "-3d", "30", "30x", "30 d", "2026-13-01", "2026-02-30", "yesterday", "99999d", "3é"]
        {
            let error = parse_since(text).unwrap_err();
            assert!(error.contains(&format!("'{text}'")) && error.contains("30d"), "{error}");
        }
    }
}
