//! Which commits of a folder change some paths, compared with git itself.

use crate::local_git::{Fixture, at, sha};
use adapters::git::LocalGit;
use app::ports::CommitSource;
use domain::commit::Commit;
use domain::repository::{PathFilter, RepositoryPath};
use git2::Oid;
use std::collections::BTreeSet;

fn paths(texts: &[&str]) -> Vec<RepositoryPath> {
    texts.iter().map(|text| RepositoryPath::parse(text).unwrap()).collect()
}

/// A commit with these files, whose paths have folders. Files with an empty text are removed.
fn commit(fixture: &Fixture, minute: i64, files: &[(&str, &str)], parents: &[Oid]) -> Oid {
    let repository = &fixture.repository;
    let mut index = git2::Index::new().unwrap();
    if let Some(parent) = parents.first() {
        index.read_tree(&repository.find_commit(*parent).unwrap().tree().unwrap()).unwrap();
    }
    let id = fixture.commit("main", minute, &[], parents);
    for (path, text) in files {
        if text.is_empty() {
            index.remove_path(std::path::Path::new(path)).unwrap();
            continue;
        }
        let blob = repository.blob(text.as_bytes()).unwrap();
        let (path, time) = (path.as_bytes().to_vec(), git2::IndexTime::new(0, 0));
        let entry = git2::IndexEntry {
            ctime: time,
            mtime: time,
            dev: 0,
            ino: 0,
            mode: 0o100_644,
            uid: 0,
            gid: 0,
            file_size: 0,
            id: blob,
            flags: 0,
            flags_extended: 0,
            path,
        };
        index.add(&entry).unwrap();
    }
    let tree = repository.find_tree(index.write_tree_to(repository).unwrap()).unwrap();
    let made = repository.find_commit(id).unwrap();
    let id = made.amend(None, None, None, None, None, Some(&tree)).unwrap();
    repository.reference("refs/heads/main", id, true, "test").unwrap();
    id
}

async fn touching(fixture: &Fixture, head: Oid, filter: &PathFilter) -> BTreeSet<String> {
    let (access, ids) = (at(&fixture.path()), fixture.dated(head, -1_000, None).await.commits);
    let found = LocalGit.touching(&access, &sha(head), &ids, filter).await.unwrap();
    let is_change = |commit: &&Commit| !commit.is_merge();
    let changes = ids.iter().filter(is_change).filter(|commit| found.contains(&commit.sha));
    changes.map(|commit| commit.sha.to_string()).collect()
}

/// The same by git itself.
fn by_git(fixture: &Fixture, filter: &PathFilter) -> BTreeSet<String> {
    let included = filter.include().iter().map(|path| format!(":(literal){path}"));
    let excluded = filter.exclude().iter().map(|path| format!(":(exclude,literal){path}"));
    let specs: Vec<String> = included.chain(excluded).collect();
    let mut arguments = vec!["log", "--full-history", "--no-merges", "--format=%H", "main", "--"];
    arguments.extend(specs.iter().map(String::as_str));
    fixture.git(&arguments).lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn commits_of_paths_are_those_that_git_log_lists() {
    let fixture = Fixture::new(true);
    let root = commit(&fixture, 1, &[("api/lib.rs", "1"), ("web/a.ts", "1"), ("README.md", "1")], &[]);
    let api = commit(&fixture, 2, &[("api/lib.rs", "2")], &[root]);
    let web = commit(&fixture, 3, &[("web/a.ts", "2"), ("apiary/x", "1")], &[api]);
    let tests = commit(&fixture, 4, &[("api/tests/a.rs", "1")], &[web]);
    let both = commit(&fixture, 5, &[("api/tests/a.rs", "2"), ("web/[id]/page.tsx", "1")], &[tests]);
    let side = commit(&fixture, 6, &[("api/lib.rs", "side")], &[api]);
    let undone = commit(&fixture, 7, &[("api/lib.rs", "2")], &[side]);
    let merge = commit(&fixture, 8, &[], &[both, undone]);
    let moved = commit(&fixture, 9, &[("api/lib.rs", ""), ("core/lib.rs", "2")], &[merge]);
    let mode = commit(&fixture, 10, &[("web/i/page.tsx", "1"), ("api/tests/a.rs", ""), ("api", "a file")], &[moved]);
    let empty = commit(&fixture, 11, &[], &[mode]);
    let removed = commit(&fixture, 12, &[("README.md", "")], &[empty]);
    for (include, exclude, count) in [
        (vec!["api"], vec![], 8),
        (vec!["api/lib.rs"], vec![], 5),
        (vec!["api"], vec!["api/tests"], 6),
        (vec![], vec!["api", "web"], 4),
        (vec!["web/[id]"], vec![], 1),
        (vec!["README.md"], vec![], 2),
        (vec!["core", "apiary"], vec![], 2),
        (vec!["nothing"], vec![], 0),
        (vec![], vec!["nothing"], 10),
    ] {
        let filter = PathFilter::new(paths(&include), paths(&exclude)).unwrap();
        let found = touching(&fixture, removed, &filter).await;
        assert_eq!(found, by_git(&fixture, &filter), "{include:?} without {exclude:?}");
        assert_eq!(found.len(), count, "{include:?} without {exclude:?}");
    }
}

#[tokio::test]
async fn commit_at_the_boundary_of_a_shallow_clone_is_kept() {
    let fixture = Fixture::new(true);
    let root = commit(&fixture, 1, &[("api/lib.rs", "1"), ("web/a.ts", "1")], &[]);
    let second = commit(&fixture, 2, &[("web/a.ts", "2")], &[root]);
    let third = commit(&fixture, 3, &[("web/a.ts", "3")], &[second]);
    std::fs::write(format!("{}/shallow", fixture.path()), format!("{second}\n")).unwrap();
    let all = fixture.dated(third, 0, None).await;
    let filter = PathFilter::new(paths(&["api"]), vec![]).unwrap();
    let found = LocalGit.touching(&at(&fixture.path()), &sha(third), &all.commits, &filter).await.unwrap();
    assert_eq!(found, [sha(second)].into(), "what it changes is unknown");
}
