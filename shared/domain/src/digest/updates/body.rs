//! The members that the body of a message lists: lines of Dependabot and pre-commit.ci, and tables of Dependabot and
//! Renovate. Long lines may be wrapped, as GitHub does in a squashed message.

use super::names::name;
use super::sentence::is_arrow;
use super::update::{UPDATES_MAX, Update, UpdateScope};

/// The most words of a line with its continuation.
const LINE_WORDS_MAX: usize = 12;
const CELLS_MAX: usize = 4000;
const TABLES_MAX: usize = 10;

/// What a body lists, without repetitions; empty if it lists nothing.
pub(super) fn members(body: &str) -> Vec<Update> {
    let lines = own_lines(body);
    let mut found: Vec<Update> = Vec::new();
    for start in ["Updates ", "Bumps "] {
        if found.is_empty() {
            for place in 0..lines.len() {
                put(&mut found, sentence(lines.get(place..).unwrap_or_default(), start));
            }
        }
    }
    if found.is_empty() {
        for line in &lines {
            put(&mut found, hook(line));
        }
    }
    if found.is_empty() {
        found = tables(&lines);
    }
    found
}

fn put(found: &mut Vec<Update>, update: Option<Update>) {
    if let Some(update) = update.filter(|update| found.len() < UPDATES_MAX && !found.contains(update)) {
        found.push(update);
    }
}

/// The lines that the bot writes itself: not the release notes of a package, which it quotes.
fn own_lines(body: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let mut own = Vec::new();
    for line in body.lines().map(str::trim) {
        let opened = line.matches("<details>").count();
        depth = depth.saturating_add(opened);
        if depth == 0 && !line.starts_with('>') {
            own.push(line);
        }
        depth = depth.saturating_sub(line.matches("</details>").count());
    }
    own
}

fn update(package: String, from: &str, to: &str) -> Update {
    let version = |text: &str| Some(text.trim_matches(['`', ' ']).to_owned()).filter(|text| is_plain(text));
    Update { package, scope: UpdateScope::Package, from: version(from), to: version(to), ecosystem: None }
}

/// Whether a text can be a version: one or few words without layout.
fn is_plain(text: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b".-+_,<>=~^*:/@!| ".contains(&byte);
    !text.is_empty() && text.len() <= 100 && text.bytes().all(known)
}

/// ``Updates `x` from 1 to 2`` and `Bumps [x](https://…) from 1 to 2.`, in one line or in the next ones too.
fn sentence(lines: &[&str], start: &str) -> Option<Update> {
    let first = lines.first()?.strip_prefix(start)?;
    if !first.starts_with(['`', '[']) {
        return None;
    }
    let more = lines.iter().skip(1).take(LINE_WORDS_MAX).take_while(|line| !line.is_empty() && !line.starts_with("- "));
    let words = std::iter::once(&first).chain(more).flat_map(|line| line.split_whitespace());
    let words: Vec<&str> = words.take(LINE_WORDS_MAX).collect();
    let (package, after) = words.split_first()?;
    let package = name(package)?;
    match after {
        ["from", from, "to", to, ..] => {
            Some(update(package, from, to.trim_end_matches(['.', ',']))).filter(|update| update.to.is_some())
        }
        _ => None,
    }
}

/// `- [https://github.com/owner/name: v1 → v2](https://…)`, also without a link.
fn hook(line: &str) -> Option<Update> {
    let item = line.strip_prefix("- ")?;
    let text = item.strip_prefix('[').and_then(|rest| rest.split_once("](")).map_or(item, |(text, _)| text);
    let (address, versions) = text.rsplit_once(": ")?;
    let mut parts: Vec<&str> = address.trim_end_matches(".git").rsplit('/').take(2).collect();
    parts.reverse();
    let is_address = address.contains('/') && !address.contains(' ');
    let words: Vec<&str> = versions.split_whitespace().collect();
    match words.as_slice() {
        [from, arrow, to] if is_address && is_arrow(arrow) => Some(update(name(&parts.join("/"))?, from, to)),
        _ => None,
    }
}

/// The rows of all tables that have a column for packages and one for their versions.
fn tables(lines: &[&str]) -> Vec<Update> {
    let mut found = Vec::new();
    for (place, line) in
        lines.iter().enumerate().filter(|(_, line)| line.starts_with('|') && line.contains("Package")).take(TABLES_MAX)
    {
        let header = cells(line);
        let at = |wanted: &str| header.iter().position(|cell| cell.eq_ignore_ascii_case(wanted));
        let is_ruled = lines
            .get(place + 1)
            .is_some_and(|line| line.starts_with("|-") || line.starts_with("| -") || line.starts_with("|:"));
        let Some(package) = at("Package").filter(|_| is_ruled) else { continue };
        let rows = lines.get(place + 2..).unwrap_or_default();
        for row in rows_of(rows, header.len()) {
            let cell = |at: usize| row.get(at).map(String::as_str).unwrap_or_default();
            let versions = match (at("From"), at("To"), at("Change")) {
                (Some(from), Some(to), _) => Some((cell(from), cell(to))),
                (_, _, Some(change)) => changed(cell(change)),
                _ => None,
            };
            // Renovate adds links behind the name: `[x](https://…) ([source](https://…))`.
            let package = cell(package).split_whitespace().next().and_then(name);
            if let (Some(package), Some((from, to))) = (package, versions) {
                put(&mut found, Some(update(package, from, to)));
            }
        }
    }
    found
}

/// The versions in ``[`1.0` -> `1.1`](https://…)``.
fn changed(cell: &str) -> Option<(&str, &str)> {
    let text = cell.strip_prefix('[').and_then(|rest| rest.split_once("](")).map_or(cell, |(text, _)| text);
    ["→", "->", "=>"].iter().find_map(|arrow| text.split_once(arrow)).map(|(from, to)| (from.trim(), to.trim()))
}

fn cells(line: &str) -> Vec<String> {
    let inner = line.trim().trim_start_matches('|').trim_end_matches('|');
    inner.split('|').map(|cell| cell.trim().to_owned()).collect()
}

/// The rows below a header with so many columns. A row may be wrapped, so that its cells are counted.
fn rows_of(lines: &[&str], columns: usize) -> Vec<Vec<String>> {
    let table: Vec<&str> = lines.iter().copied().take_while(|line| !line.is_empty()).take(CELLS_MAX).collect();
    let text = table.join(" ");
    let all: Vec<String> = text.split('|').take(CELLS_MAX).map(|cell| cell.trim().to_owned()).collect();
    // Between two rows is an empty cell: the end of one and the beginning of the next.
    let rows = all.chunks(columns + 1);
    let whole = rows.take_while(|row| row.len() == columns + 1 && row.first().is_some_and(String::is_empty));
    whole.map(|row| row.get(1..).unwrap_or_default().to_vec()).collect()
}
