//! The prompt of an earlier revision, with links to commits, for `infra/tokens/compare`, which builds it there.
//!
//! Each line of the input is a commit as JSON, as in `examples/history`; the output is the two texts of the prompt, as
//! a list in JSON.

use domain::commit::{Author, Changes, Commit, Mailmap, Sha};
use domain::instant::{Instant, parse};
use domain::report::{Brief, Writing, prompt::prompt};
use serde_json::Value;
use std::io::{BufRead, Error, Result};

/// The budget of a prompt, as the service had it.
const PROMPT_BYTES: usize = 120_000;

fn main() -> Result<()> {
    let repository = std::env::args().nth(1).ok_or_else(|| Error::other("usage: before REPOSITORY"))?;
    let mut commits = Vec::new();
    for line in std::io::stdin().lock().lines() {
        commits.push(commit(&serde_json::from_str(&line?)?, &repository)?);
    }
    commits.sort_by_key(|commit| std::cmp::Reverse(commit.committed_at));
    let mailmap = Mailmap::default();
    let brief = Brief {
        repository: &repository,
        repository_url: "https://github.com",
        public_url: None,
        branch: "main",
        from: commits.last().map_or(Instant::UNIX_EPOCH, |commit| commit.committed_at),
        to: commits.first().map_or(Instant::UNIX_EPOCH, |commit| commit.committed_at),
        commits: &commits,
        omitted: 0,
        at_least: false,
        unread_before: None,
        mailmap: &mailmap,
        writing: Writing::default(),
    };
    let written = prompt(&brief, PROMPT_BYTES);
    println!("{}", Value::from(vec![written.system, written.user]));
    Ok(())
}

fn commit(line: &Value, repository: &str) -> Result<Commit> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let sha = |value: &Value| Sha::parse(value.as_str().unwrap_or_default()).map_err(Error::other);
    let parents = line["parents"].as_array().cloned().unwrap_or_default();
    let files = line["files"].as_array().cloned().unwrap_or_default();
    let sum = |name: &str| files.iter().filter_map(|file| file[name].as_u64()).sum();
    let is_measured = files.iter().any(|file| file["additions"].is_u64());
    let id = sha(&line["sha"])?;
    Ok(Commit {
        parents: parents.len(),
        first_parent: parents.first().map(sha).transpose()?,
        author: Author {
            name: text(&line["author"]["name"]),
            email: line["author"]["email"].as_str().map(str::to_owned),
            login: None,
            is_bot: false,
        },
        committed_at: parse(&text(&line["committer"]["at"])).unwrap_or(Instant::UNIX_EPOCH),
        message: text(&line["message"]),
        changes: is_measured.then(|| Changes {
            additions: sum("additions"),
            deletions: sum("deletions"),
            files: u64::try_from(files.len()).ok(),
        }),
        page: url::Url::parse(&format!("https://github.com/{repository}/commit/{id}")).ok(),
        sha: id,
    })
}
