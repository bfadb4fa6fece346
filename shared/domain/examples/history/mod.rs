//! Histories as lines of JSON, one commit a line: `sha`, `parents`, `author` with `name` and `email`, `committer` with
//! `at`, `message`, and `files` with `path`, `additions` and `deletions`. Members that are absent are unknown.

use domain::commit::{Author, ChangedFile, Changes, Commit, FILES_MAX, Sha};
use domain::instant::{Instant, parse};
use serde_json::Value;
use std::io::{BufRead, Error, Result};
use url::Url;

/// The commits of a repository, `owner/name`, newest first.
pub(crate) fn read(lines: impl BufRead, repository: &str) -> Result<Vec<Commit>> {
    let commits = lines.lines().map(|line| commit(&serde_json::from_str(&line?)?, repository));
    let mut commits: Vec<Commit> = commits.collect::<Result<_>>()?;
    // Commits of the same second keep the order that they had.
    commits.sort_by_key(|commit| std::cmp::Reverse(commit.committed_at));
    Ok(commits)
}

fn commit(line: &Value, repository: &str) -> Result<Commit> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = |name: &str| line[name].as_array().cloned().unwrap_or_default();
    let sha = Sha::parse(&text(&line["sha"])).map_err(Error::other)?;
    let file = |file: &Value| ChangedFile {
        path: text(&file["path"]),
        additions: file["additions"].as_u64(),
        deletions: file["deletions"].as_u64(),
    };
    let mut files: Vec<ChangedFile> = list("files").iter().map(file).collect();
    let total = u64::try_from(files.len()).ok();
    // Without the size of any file, that of the commit is unknown.
    let changes = files.iter().any(|file| file.additions.is_some()).then(|| Changes {
        additions: files.iter().filter_map(|file| file.additions).sum(),
        deletions: files.iter().filter_map(|file| file.deletions).sum(),
        files: total,
    });
    files.truncate(FILES_MAX);
    let (author, committer) = (&line["author"], &line["committer"]);
    Ok(Commit {
        parents: list("parents").iter().filter_map(|parent| Sha::parse(parent.as_str()?).ok()).collect(),
        author: Author {
            name: text(&author["name"]),
            email: author["email"].as_str().map(str::to_owned),
            login: None,
            is_bot: false,
        },
        committed_at: parse(&text(&committer["at"])).unwrap_or(Instant::UNIX_EPOCH),
        message: text(&line["message"]),
        changes,
        files,
        page: Url::parse(&format!("https://github.com/{repository}/commit/{sha}")).ok(),
        sha,
    })
}
