//! The sentence that begins every report and can be read alone: in lists, notices and the titles of chat messages.

use super::Brief;
use super::activity::{happened, nouns_of};
use super::markdown::{count, one_line};
use super::wording::listed;
use crate::activity::Activity;
use crate::commit::Kind;
use crate::count::total;
use crate::digest::{Area, Digest, TOP_LEVEL};
use std::collections::BTreeSet;

/// The longest headline, in characters.
pub const HEADLINE_CHARS_MAX: usize = 160;

/// The most areas that are named.
const AREAS_NAMED_MAX: usize = 2;

/// The longest name of an area in a headline, in characters.
const AREA_CHARS_MAX: usize = 30;

/// The headline of a digest, as plain text: `9 people made 42 changes in 3 areas, mostly api and web; 2 breaking
/// changes, 1 security fix.` Names of areas are text from outside, on one line.
#[must_use]
pub fn headline(digest: &Digest<'_>) -> String {
    sentence(digest, &places(digest))
}

/// The headline of a report: that of its digest, or, if the range has no commits, what happened beside them.
#[must_use]
pub fn headline_of(brief: &Brief<'_>, digest: &Digest<'_>) -> String {
    let beside = || happened(brief.activity.as_slice(), nouns_of(brief.provider));
    Some(digest).filter(|digest| digest.commits == 0).and_then(|_| beside()).unwrap_or_else(|| headline(digest))
}

/// The headline of a digest of several branches together, whose briefs these are.
#[must_use]
pub fn headline_of_several(digest: &Digest<'_>, briefs: &[&Brief<'_>]) -> String {
    let all: Vec<&Activity> = briefs.iter().filter_map(|brief| brief.activity).collect();
    let beside = || happened(&all, nouns_of(None));
    let changed: BTreeSet<&str> =
        briefs.iter().filter(|brief| !brief.commits.is_empty()).map(|brief| brief.repository).collect();
    let made = || sentence(digest, &format!(" in {}", count(total(changed.len()), "repository", "repositories")));
    Some(digest).filter(|digest| digest.commits == 0).and_then(|_| beside()).unwrap_or_else(made)
}

fn sentence(digest: &Digest<'_>, places: &str) -> String {
    let (humans, bots) = digest.people.humans_and_bots();
    let who = match (humans, bots) {
        (0, bots) => count(bots, "bot", "bots"),
        (humans, _) => count(humans, "person", "people"),
    };
    let updates = digest.updated_commits();
    let changes = total(digest.changes.len());
    let verb = if digest.is_merge_based() { "merged" } else { "made" };
    let mut clauses: Vec<String> = Vec::new();
    let sentence = match (changes, updates) {
        (0, 0) if !digest.reverted.is_empty() => format!("{who} made changes that were all reverted"),
        (0, 0) => return "No changes.".to_owned(),
        (0, updates) => format!("{who} {verb} {}", count(updates, "dependency update", "dependency updates")),
        (changes, _) => format!("{who} {verb} {}{}", count(changes, "change", "changes"), places),
    };
    let breaking = total(digest.changes.iter().filter(|change| change.breaking.is_some()).count());
    clauses.extend((breaking > 0).then(|| count(breaking, "breaking change", "breaking changes")));
    // What breaks is counted once.
    let of = |kind: Kind| total(digest.of_kind(kind).count());
    for (kind, one, many) in [
        (Kind::Security, "security fix", "security fixes"),
        (Kind::Feature, "feature", "features"),
        (Kind::Fix, "fix", "fixes"),
    ] {
        clauses.extend(Some(of(kind)).filter(|number| *number > 0).map(|number| count(number, one, many)));
    }
    if changes > 0 && updates > 0 {
        clauses.push(count(updates, "dependency update", "dependency updates"));
    }
    let text = if clauses.is_empty() { format!("{sentence}.") } else { format!("{sentence}; {}.", clauses.join(", ")) };
    // The ellipsis of a cut is a character too.
    let fits = text.chars().count() <= HEADLINE_CHARS_MAX;
    one_line(&text, if fits { HEADLINE_CHARS_MAX } else { HEADLINE_CHARS_MAX - 1 })
}

/// ` in 3 areas, mostly api and web`.
fn places(digest: &Digest<'_>) -> String {
    let all = total(digest.areas_total);
    let named: Vec<String> = digest.areas.iter().take(AREAS_NAMED_MAX).map(name).collect();
    match all {
        0 => String::new(),
        1 | 2 => format!(" in {}", listed(&named)),
        _ => format!(" in {}, mostly {}", count(all, "area", "areas"), listed(&named)),
    }
}

fn name(area: &Area) -> String {
    if area.name == TOP_LEVEL {
        return format!("the {TOP_LEVEL}");
    }
    one_line(&area.name, AREA_CHARS_MAX)
}
