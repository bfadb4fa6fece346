//! The parts of a repository that changed most: directories where the source names the changed files, otherwise the
//! scopes of the commits.

use super::Change;
use crate::count::total;
use crate::repository::PathFilter;
use std::collections::{BTreeMap, BTreeSet};

/// The most areas that are distinguished.
pub const AREAS_MAX: usize = 8;

/// The deepest directory that is an area of its own: in `packages/shop/api/src`, the fourth part says little.
const DEPTH_MAX: usize = 3;

/// The most directories that are split.
const SPLITS_MAX: usize = 4;

/// A directory with more than this share of the changed files, in percent, is split into its parts.
const SPLIT_PERCENT: usize = 50;

/// The longest scope that is an area, in characters: a longer one is a sentence.
const SCOPE_CHARS_MAX: usize = 40;

/// What files at the top of a repository are called together.
pub const TOP_LEVEL: &str = "top level";

/// Files that tools write: they say nothing about where people worked.
const GENERATED: [&str; 14] = [
    "Cargo.lock",
    "Gemfile.lock",
    "Pipfile.lock",
    "bun.lock",
    "bun.lockb",
    "composer.lock",
    "flake.lock",
    "go.sum",
    "mix.lock",
    "npm-shrinkwrap.json",
    "package-lock.json",
    "pnpm-lock.yaml",
    "poetry.lock",
    "yarn.lock",
];

/// A part of a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Area {
    /// A directory without a slash at its end, a scope, or [`TOP_LEVEL`]. Text from outside.
    pub name: String,
    /// The changes that touch it.
    pub changes: u64,
    /// Distinct changed files; 0 for a scope.
    pub files: u64,
    pub additions: u64,
    pub deletions: u64,
}

/// The areas of some changes within the paths, those with most changes first; at most [`AREAS_MAX`], and how many there
/// are in all.
pub(super) fn areas(changes: &[Change<'_>], paths: &PathFilter) -> (Vec<Area>, usize) {
    let touched: Vec<Touched<'_>> =
        changes.iter().enumerate().flat_map(|(number, change)| files(number, change, paths)).collect();
    let mut found = if touched.is_empty() { by_scope(changes) } else { by_directory(&touched) };
    found.sort_by(|a, b| (b.changes, b.files, &a.name).cmp(&(a.changes, a.files, &b.name)));
    let all = found.len();
    found.truncate(AREAS_MAX);
    (found, all)
}

/// A file that a change touches.
struct Touched<'a> {
    change: usize,
    path: &'a str,
    additions: u64,
    deletions: u64,
}

fn files<'a>(number: usize, change: &Change<'a>, paths: &PathFilter) -> Vec<Touched<'a>> {
    let all = change.commits.iter().flat_map(|commit| &commit.files).filter(|file| paths.matches(&file.path));
    let written = all.filter(|file| !GENERATED.contains(&file.path.rsplit('/').next().unwrap_or_default()));
    written
        .map(|file| Touched {
            change: number,
            path: &file.path,
            additions: file.additions.unwrap_or_default(),
            deletions: file.deletions.unwrap_or_default(),
        })
        .collect()
}

/// The directories, each as deep as needed so that none has most of the files.
fn by_directory(touched: &[Touched<'_>]) -> Vec<Area> {
    let paths: BTreeSet<&str> = touched.iter().map(|file| file.path).collect();
    let mut groups: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for path in &paths {
        groups.entry(directory(path, 1)).or_default().insert(path);
    }
    for _ in 0..SPLITS_MAX {
        let largest = groups.iter().max_by_key(|(_, files)| files.len()).map(|(name, _)| *name);
        let Some(name) = largest.filter(|name| *name != TOP_LEVEL) else { break };
        let depth = name.matches('/').count() + 2;
        let files = groups.get(name).map_or(0, BTreeSet::len);
        if depth > DEPTH_MAX || files.saturating_mul(100) <= paths.len().saturating_mul(SPLIT_PERCENT) {
            break;
        }
        for path in groups.remove(name).unwrap_or_default() {
            groups.entry(directory(path, depth)).or_default().insert(path);
        }
    }
    let of_path: BTreeMap<&str, &str> =
        groups.iter().flat_map(|(name, files)| files.iter().map(|path| (*path, *name))).collect();
    let mut areas: BTreeMap<&str, (BTreeSet<usize>, Area)> = BTreeMap::new();
    for file in touched {
        let Some(name) = of_path.get(file.path) else { continue };
        let files = groups.get(name).map_or(0, BTreeSet::len);
        let (changes, area) = areas.entry(name).or_insert_with(|| (BTreeSet::new(), Area::named(name, files)));
        changes.insert(file.change);
        area.additions = area.additions.saturating_add(file.additions);
        area.deletions = area.deletions.saturating_add(file.deletions);
    }
    areas.into_values().map(|(changes, area)| Area { changes: total(changes.len()), ..area }).collect()
}

/// The first directories of a path, at most `depth`.
fn directory(path: &str, depth: usize) -> &str {
    let slashes = path.match_indices('/').map(|(place, _)| place);
    slashes.take(depth).last().and_then(|end| path.get(..end)).filter(|name| !name.is_empty()).unwrap_or(TOP_LEVEL)
}

fn by_scope(changes: &[Change<'_>]) -> Vec<Area> {
    let mut areas: BTreeMap<String, Area> = BTreeMap::new();
    for change in changes {
        let Some(scope) = change.scope.as_deref().map(str::trim).filter(|scope| !scope.is_empty()) else { continue };
        if scope.chars().count() <= SCOPE_CHARS_MAX && !names_kind(scope) {
            let area = areas.entry(scope.to_lowercase()).or_insert_with(|| Area::named(scope, 0));
            area.changes += 1;
        }
    }
    areas.into_values().collect()
}

/// Whether a scope says what kind of change it is, and not where.
pub(crate) fn names_kind(scope: &str) -> bool {
    ["deps", "deps-dev", "release", "security", "i18n", "l10n", "docs", "tests"]
        .iter()
        .any(|kind| scope.eq_ignore_ascii_case(kind))
}

impl Area {
    fn named(name: &str, files: usize) -> Self {
        Self { name: name.to_owned(), changes: 0, files: total(files), additions: 0, deletions: 0 }
    }
}
