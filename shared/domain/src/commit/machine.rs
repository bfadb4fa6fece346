//! Which identities are machines: bots and coding agents. A report counts them apart from people.
//!
//! Most bots are named `…[bot]`, and GitHub marks its own. The lists are of the others. Sources: the bots that the
//! statistics of the CNCF exclude (<https://github.com/cncf/devstats/blob/master/util_sql/exclude_bots.sql>), and what
//! each agent writes into commits, by its own documentation or as commits at GitHub have it:
//! <https://docs.claude.com/en/docs/claude-code/settings>, <https://aider.chat/docs/git.html>,
//! <https://github.com/openai/codex/discussions/9449>, <https://github.com/github/copilot-cli/issues/975>,
//! <https://docs.devin.ai/integrations/gh>, <https://ampcode.com/manual>, <https://docs.all-hands.dev>,
//! <https://docs.renovatebot.com/configuration-options/#gitauthor>.

use super::identity::NoReply;

/// Addresses that agents and bots commit with.
const EMAILS: &[&str] = &[
    "action@github.com",
    "actions@github.com",
    "agent@cursor.com",
    "agent@replit.com",
    "amp@ampcode.com",
    "bot@renovateapp.com",
    "codex@openai.com",
    "copilot@github.com",
    "cursoragent@cursor.com",
    "gemini-cli@google.com",
    "github-actions@github.com",
    "github-bot@pyup.io",
    "hosted@weblate.org",
    "imgbothelp@gmail.com",
    "noreply@aider.chat",
    "noreply@anthropic.com",
    "noreply@opencode.ai",
    "noreply@openai.com",
    "opencode@sst.dev",
    "openhands@all-hands.dev",
    "renovate@whitesourcesoftware.com",
    "ryantm-bot@ryantm.com",
    "semantic-release-bot@martynus.net",
    "snyk-bot@snyk.io",
    "support+bot@crowdin.com",
];

/// Accounts of agents and bots, and names that only they commit under.
const NAMES: &[&str] = &[
    "allcontributors",
    "appveyorbot",
    "asfgit",
    "bors",
    "brewtestbot",
    "build bot",
    "chatgpt-codex-connector",
    "ci bot",
    "claude code",
    "codecov-io",
    "copilot",
    "copilot-swe-agent",
    "coveralls",
    "crowdin bot",
    "cursor agent",
    "cursoragent",
    "dependabot",
    "dependabot-preview",
    "deploy bot",
    "deployment bot",
    "devin ai",
    "devin-ai-integration",
    "facebook-github-whois-bot-0",
    "fossabot",
    "gemini-cli",
    "gemini-code-assist",
    "github action",
    "github actions",
    "github copilot",
    "github-actions",
    "gitlab duo",
    "golangcibot",
    "goreleaserbot",
    "google-labs-jules",
    "googlebot",
    "hosted weblate",
    "imgbot",
    "imgbotapp",
    "jenkins",
    "mergify",
    "openai codex",
    "opencode-agent",
    "openhands-agent",
    "prowbot",
    "r-ryantm",
    "release bot",
    "renovate",
    "renovate bot",
    "scala steward",
    "scala-steward",
    "travis ci",
    "web-flow",
    "weblate",
];

/// How the accounts and names of machines end and begin.
const ENDS: [&str; 7] = ["[bot]", "[robot]", "-autoroll", "-bot", "-robot", "-automation", "-jenkins"];
const BEGINNINGS: [&str; 3] = ["bot-", "robot-", "jenkins-"];

/// Whether an identity is one of a machine, by any of its parts.
pub(super) fn is_machine(name: &str, email: Option<&str>, login: Option<&str>) -> bool {
    let email = email.map(str::to_lowercase);
    let by_email = email.as_deref().is_some_and(|email| EMAILS.contains(&email));
    let noreply = email.as_deref().and_then(NoReply::of);
    let is_of_token = noreply.is_some_and(|account| is_access_token(account.login));
    by_email
        || is_of_token
        || [Some(name), login, noreply.map(|account| account.login)].into_iter().flatten().any(is_named_so)
}

/// Whether an account is one that GitLab makes for a token of a project or a group: `project_12_bot_0a1b`.
fn is_access_token(login: &str) -> bool {
    let rest = login.strip_prefix("project_").or_else(|| login.strip_prefix("group_"));
    let bot = rest.and_then(|rest| rest.split_once("_bot")).filter(|(_, end)| end.is_empty() || end.starts_with('_'));
    bot.is_some_and(|(number, _)| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_named_so(name: &str) -> bool {
    let name = name.trim().to_lowercase();
    // What it runs on can follow: `Deployment Bot (from Travis CI)`.
    let name = name.split_once(" (from ").map_or(name.as_str(), |(name, _)| name);
    let is_one_word = !name.contains(char::is_whitespace);
    NAMES.contains(&name)
        || ENDS.iter().any(|end| name.ends_with(end) && (is_one_word || end.starts_with('[')))
        || (is_one_word && BEGINNINGS.iter().any(|beginning| name.starts_with(beginning)))
        // aider names its model behind itself: `aider (gpt-4o)`.
        || name == "aider"
        || name.starts_with("aider (")
}
