//! The parts of a repository that changed most.

use super::line;
use domain::commit::{ChangedFile, Commit, Mailmap};
use domain::digest::{AREAS_MAX, AuthorDisplay, Digest, Range, TOP_LEVEL};
use domain::repository::PathFilter;

fn file(path: &str) -> ChangedFile {
    ChangedFile { path: path.to_owned(), additions: Some(2), deletions: Some(1) }
}

/// Name, changes and files of each area, and the number of all.
fn areas(commits: &[Commit]) -> (Vec<(String, u64, u64)>, usize) {
    let mailmap = Mailmap::default();
    let digest = Digest::of(&Range {
        commits,
        mailmap: &mailmap,
        author_display: AuthorDisplay::Name,
        newcomers: &[],
        paths: PathFilter::whole(),
    });
    let areas = digest.areas.iter().map(|area| (area.name.clone(), area.changes, area.files)).collect();
    (areas, digest.areas_total)
}

fn with_files(files: &[&[&str]]) -> Vec<Commit> {
    let messages: Vec<String> = (0..files.len()).map(|number| format!("feat(x): part {number}")).collect();
    let mut commits = line(&messages);
    for (commit, paths) in commits.iter_mut().zip(files) {
        commit.files = paths.iter().copied().map(file).collect();
    }
    commits
}

fn owned(areas: &[(&str, u64, u64)]) -> Vec<(String, u64, u64)> {
    areas.iter().map(|(name, changes, files)| ((*name).to_owned(), *changes, *files)).collect()
}

#[test]
fn directories_are_split_until_none_has_most_files() {
    let commits =
        with_files(&[&["apps/web/a.ts", "apps/web/b.ts"], &["apps/api/c.rs"], &["README.md", "apps/web/a.ts"]]);
    assert_eq!(areas(&commits).0, owned(&[("apps/web", 2, 2), ("apps/api", 1, 1), (TOP_LEVEL, 1, 1)]));
    let deep = with_files(&[&["a/b/c/d/e/1", "a/b/c/d/f/2"], &["z/1"]]);
    assert_eq!(areas(&deep).0, owned(&[("a/b/c", 1, 2), ("z", 1, 1)]), "the fourth part says little");
}

#[test]
fn generated_files_are_no_area() {
    let commits = with_files(&[&["web/pnpm-lock.yaml", "core/a.rs"], &["Cargo.lock", "core/b.rs"], &["docs/a.md"]]);
    let names: Vec<String> = areas(&commits).0.into_iter().map(|(name, ..)| name).collect();
    assert_eq!(names, ["core", "docs"]);
}

#[test]
fn scopes_are_areas_without_files() {
    let commits = line(&[
        "feat(api): one",
        "fix(API): two",
        "fix(web): three",
        "chore(release): 2.4.0",
        "docs: four",
        &format!("fix({}): five", "long ".repeat(9)),
    ]);
    let (found, all) = areas(&commits);
    let found: Vec<(String, u64, u64)> = found.into_iter().map(|(name, ..)| (name.to_lowercase(), 0, 0)).collect();
    assert_eq!((found, all), (owned(&[("api", 0, 0), ("web", 0, 0)]), 2), "a kind or a sentence is no area");
}

#[test]
fn areas_beyond_the_limit_are_counted() {
    let messages: Vec<String> = (0..12).map(|number| format!("feat(scope{number}): it {number}")).collect();
    let (found, all) = areas(&line(&messages));
    assert_eq!((found.len(), all), (AREAS_MAX, 12));
}

#[test]
fn odd_paths_do_no_harm() {
    let commits = with_files(&[&["", "/", "//", "/a", "é/ü/ö.rs", "a//b"], &["\u{202e}/x", "..", "../../y"]]);
    assert!(areas(&commits).1 > 0);
}
