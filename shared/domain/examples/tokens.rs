//! Prompts and the bounds of their tokens, for programs that compare these with tokenizers (`infra/tokens/check`).
//!
//! `prompts REPOSITORY`: each line of the input is a commit as JSON (see `history`); each line of the output is a
//! text of a prompt as JSON, for windows of several sizes, with and without links. `range REPOSITORY`: the output is
//! the texts of the prompts with links for all commits of the input, as one list in JSON. `bounds`: each line of the
//! input is a text as JSON; the answer's line has the upper bound per family, the lower bound, and then the counts of
//! the classes.

mod history;

use domain::commit::{Commit, Mailmap};
use domain::digest::Digest;
use domain::report::prompt::plan;
use domain::report::tokens::{Counts, Family, tokens_at_least, tokens_at_most};
use domain::report::{Brief, Writing};
use domain::repository::Provider;
use serde_json::Value;
use std::io::{BufRead, Error, Result, Write};

/// Commits of one prompt.
const WINDOWS: [usize; 3] = [10, 60, 400];

/// The budget of a prompt, as the service has it.
const PROMPT_BYTES: usize = 120_000;

/// The most parts in which changes are read.
const PARTS: usize = 12;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let input = std::io::stdin().lock();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["prompts", repository] => {
            let commits = history::read(input, repository)?;
            for window in WINDOWS.iter().flat_map(|size| commits.chunks(*size)) {
                for text in [true, false].into_iter().flat_map(|links| texts(window, repository, links)) {
                    writeln!(out, "{}", Value::from(text))?;
                }
            }
        }
        ["range", repository] => {
            let commits = history::read(input, repository)?;
            writeln!(out, "{}", Value::from(texts(&commits, repository, true)))?;
        }
        ["bounds"] => {
            for line in input.lines() {
                let text: String = serde_json::from_str(&line?)?;
                let bounds = [Family::O200k, Family::Cl100k, Family::Other].map(|family| tokens_at_most(&text, family));
                let least = [tokens_at_least(&text)];
                let counts = Counts::of(&text).classes();
                let all: Vec<String> = bounds.iter().chain(&least).chain(&counts).map(ToString::to_string).collect();
                writeln!(out, "{}", all.join(" "))?;
            }
        }
        _ => return Err(Error::other("usage: prompts REPOSITORY | range REPOSITORY | bounds")),
    }
    out.flush()
}

fn texts(commits: &[Commit], repository: &str, link_to_commits: bool) -> Vec<String> {
    let mailmap = Mailmap::default();
    let dates = || commits.iter().map(|commit| commit.committed_at);
    let range = (dates().min().unwrap_or_default(), dates().max().unwrap_or_default());
    let brief = Brief {
        provider: Some(Provider::GitHub),
        writing: Writing { link_to_commits, ..Writing::default() },
        ..Brief::new((repository, "https://github.com", "main"), range, commits, &mailmap)
    };
    let digest = Digest::of(&brief.range());
    let prompts = plan(&brief, &digest, PROMPT_BYTES, PARTS).prompts;
    prompts.into_iter().flat_map(|written| [written.system, written.user]).collect()
}
