//! A repository's `.mailmap`, which all hosts return in the same shape: names and addresses that belong to one person.
//!
//! It is worth a request only where a list has several identities. A report is written without it if it can't be read.

use super::Api;
use app::ports::CommitList;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use domain::commit::{Mailmap, Sha, co_authors};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::time::Duration;

const FILE: &str = ".mailmap";

/// The longest time for the file, because a report waits for it.
const READ_WITHIN: Duration = Duration::from_secs(5);

/// A file, as a host returns it.
#[derive(Deserialize)]
struct File {
    content: String,
    encoding: String,
}

/// Adds the entries of the file at the head, if they can matter.
pub(in crate::git) async fn add(api: &Api<'_>, head: &Sha, list: &mut CommitList) {
    if !has_several_identities(list) {
        return;
    }
    if let Ok(Some(text)) = tokio::time::timeout(READ_WITHIN, read(api, head)).await {
        list.mailmap = Mailmap::parse(&text);
    }
}

fn has_several_identities(list: &CommitList) -> bool {
    let authors = list.commits.iter().map(|commit| (commit.author.name.as_str(), commit.author.email.as_deref()));
    authors.collect::<BTreeSet<_>>().len() > 1 || list.commits.iter().any(|commit| !co_authors(commit).is_empty())
}

async fn read(api: &Api<'_>, head: &Sha) -> Option<String> {
    let path = [api.dialect.files, &[FILE]].concat();
    let answer = api.get(api.url(&path, &[("ref", head.as_str())])).await.ok()?;
    if !answer.status.is_success() {
        return None;
    }
    let file: File = api.read(&answer).ok()?;
    let digits: String = file.content.split_whitespace().collect();
    let bytes = BASE64_STANDARD.decode(digits).ok().filter(|_| file.encoding == "base64")?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}
