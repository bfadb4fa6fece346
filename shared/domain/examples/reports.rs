//! Plain reports of a history, and the facts that each is written from, for `infra/reports/measure` and
//! `infra/reports/page`.
//!
//! `reports OWNER/NAME STYLE DAYS LINKS`: each line of the input is a commit as JSON (see `history`); `DAYS` is the
//! length of a window, 0 for the whole history; `LINKS` is `yes` or `no`. Each line of the output is a window with
//! commits, as JSON: its begin and end, the report, and the place of each commit in the digest by its id.

mod history;

use domain::commit::{Commit, Mailmap};
use domain::digest::updates::{Chain, PackageUpdates};
use domain::digest::{Area, Change, Digest, Reference, Reverted, UpdateLine};
use domain::instant::{Duration, Instant};
use domain::report::plain::plain_report_of;
use domain::report::{Brief, Style, Writing};
use domain::repository::Provider;
use serde_json::{Value, json};
use std::io::{Error, Result, Write};

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [repository, style, days, links] = arguments.as_slice() else {
        return Err(Error::other("usage: reports OWNER/NAME STYLE DAYS LINKS"));
    };
    let style = Style::parse(style).ok_or_else(|| Error::other(format!("'{style}' is not a style")))?;
    let days: i64 = days.parse().map_err(|_| Error::other(format!("'{days}' is not a number of days")))?;
    let writing = Writing { style, link_to_commits: links == "yes", ..Writing::default() };
    let commits = history::read(std::io::stdin().lock(), repository)?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for (from, to, window) in windows(&commits, days) {
        writeln!(out, "{}", report(repository, &writing, (from, to), window))?;
    }
    out.flush()
}

/// The begin, which is not in the window unless it is the only one, the end, and the commits of each window, the newest
/// first.
fn windows(commits: &[Commit], days: i64) -> Vec<(Instant, Instant, &[Commit])> {
    let (Some(newest), Some(oldest)) = (commits.first(), commits.last()) else { return Vec::new() };
    let (mut to, oldest) = (newest.committed_at, oldest.committed_at);
    if days <= 0 {
        return vec![(oldest, to, commits)];
    }
    let (mut found, mut rest) = (Vec::new(), commits);
    while to >= oldest {
        let from = to - Duration::days(days);
        let (window, older) = rest.split_at(rest.partition_point(|commit| commit.committed_at > from));
        if !window.is_empty() {
            found.push((from, to, window));
        }
        (rest, to) = (older, from);
    }
    found
}

fn report(repository: &str, writing: &Writing, (from, to): (Instant, Instant), commits: &[Commit]) -> Value {
    let mailmap = Mailmap::default();
    let repository_url = format!("https://github.com/{repository}");
    let brief = Brief {
        provider: Some(Provider::GitHub),
        writing: writing.clone(),
        ..Brief::new((repository, &repository_url, "main"), (from, to), commits, &mailmap)
    };
    let digest = Digest::of(&brief.range());
    json!({
        "from": from.to_rfc3339(),
        "to": to.to_rfc3339(),
        "report": plain_report_of(&brief, &digest),
        "commits": digest.commits,
        "merges": digest.merges,
        "merge_based": digest.is_merge_based(),
        "changes": digest.changes.iter().map(change).collect::<Vec<_>>(),
        "updates": digest.updates.iter().map(updates).collect::<Vec<_>>(),
        "reverted": digest.reverted.iter().map(reverted).collect::<Vec<_>>(),
        "areas": digest.areas.iter().map(area).collect::<Vec<_>>(),
        "areas_total": digest.areas_total,
        "people": people(&digest),
    })
}

fn ids<'a>(commits: impl IntoIterator<Item = &'a Commit>) -> Vec<&'a str> {
    commits.into_iter().map(|commit| commit.sha.as_str()).collect()
}

fn change(change: &Change<'_>) -> Value {
    json!({
        "kind": change.kind.as_str(),
        "rule": change.rule.as_str(),
        "scope": change.scope,
        "breaking": change.breaking.is_some(),
        "commits": ids(change.commits.iter().copied()),
        "merge": change.merge.map(|merge| merge.sha.as_str()),
        "tickets": change.tickets,
        "references": change.references.iter().map(reference).collect::<Vec<_>>(),
    })
}

fn reference(reference: &Reference) -> Value {
    json!({ "number": reference.number, "repository": reference.repository })
}

fn updates(line: &UpdateLine<'_>) -> Value {
    let package = |package: &PackageUpdates<'_>| {
        json!({
            "package": package.package,
            "scope": format!("{:?}", package.scope),
            "chains": package.chains.iter().map(Chain::versions).collect::<Vec<_>>(),
            "commits": ids(package.commits.iter().copied()),
        })
    };
    json!({
        "packages": line.packages.iter().map(package).collect::<Vec<_>>(),
        "commits": ids(line.commits.iter().copied()),
    })
}

fn reverted(reverted: &Reverted<'_>) -> Value {
    json!({ "change": ids(reverted.change_commits()), "steps": ids(reverted.steps.iter().copied()) })
}

fn area(area: &Area) -> Value {
    json!({
        "name": area.name,
        "changes": area.changes,
        "files": area.files,
        "additions": area.additions,
        "deletions": area.deletions,
    })
}

fn people(digest: &Digest<'_>) -> Vec<Value> {
    let everyone = digest.people.busiest_first().into_iter();
    everyone
        .map(|person| {
            json!({
                "name": person.name,
                "bot": person.is_bot,
                "authored": person.authored,
                "helped": person.helped,
            })
        })
        .collect()
}
