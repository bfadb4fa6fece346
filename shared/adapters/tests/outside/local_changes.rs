//! What commits of a folder change.

use crate::local_git::{Fixture, at};
use adapters::git::LocalGit;
use app::ports::{CommitQuery, CommitSource, Listing};
use domain::commit::{ChangedFile, Changes, Patch, PatchLimits, Sha};
use domain::instant::parse;
use domain::repository::{PathFilter, RepositoryPath};
use git2::Oid;

fn sha(id: Oid) -> Sha {
    Sha::parse(&id.to_string()).unwrap()
}

fn file(path: &str, additions: u64, deletions: u64) -> ChangedFile {
    ChangedFile { path: path.to_owned(), additions: Some(additions), deletions: Some(deletions) }
}

async fn changes(fixture: &Fixture, ids: &[Oid], limits: PatchLimits) -> Vec<Patch> {
    let ids: Vec<Sha> = ids.iter().copied().map(sha).collect();
    LocalGit.changes(&at(&fixture.path()), &ids, &limits).await.unwrap()
}

#[tokio::test]
async fn sizes_files_and_lines_are_those_of_git() {
    let fixture = Fixture::new(true);
    let first = fixture.commit("main", 1, &[("a.txt", "one\ntwo\n")], &[]);
    let files = [("a.txt", "one\n2\nthree\n"), ("Cargo.lock", "x\n"), ("logo.bin", "\0\u{1}\0")];
    let second = fixture.commit("main", 2, &files, &[first]);
    let merge = fixture.commit("main", 3, &files, &[second, first]);
    let unknown = Oid::from_str(&"1".repeat(40)).unwrap();
    let found = changes(&fixture, &[merge, second, unknown, first], PatchLimits::default()).await;
    let [patch, root] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((&patch.sha, &root.sha), (&sha(second), &sha(first)));
    assert_eq!(patch.changes, Some(Changes { additions: 3, deletions: 1, files: Some(3) }));
    let binary = ChangedFile { path: "logo.bin".to_owned(), additions: None, deletions: None };
    assert_eq!(patch.files, [file("Cargo.lock", 1, 0), file("a.txt", 2, 1), binary]);
    assert_eq!(patch.texts.len(), 1);
    assert_eq!(patch.texts[0].text, "@@ -1,2 +1,3 @@\n one\n-two\n+2\n+three\n");
    assert_eq!(root.texts[0].text, "@@ -0,0 +1,2 @@\n+one\n+two\n");
}

#[tokio::test]
async fn listed_commits_have_their_files_only_with_changes() {
    let fixture = Fixture::new(true);
    let head = fixture.commit("main", 1, &[("a.txt", "one\ntwo\n")], &[]);
    for (with_changes, expected) in [(true, vec![file("a.txt", 2, 0)]), (false, vec![])] {
        let since = parse("2026-01-01T00:00:00Z").unwrap();
        let query = CommitQuery::Dated { head: sha(head), since, until: None };
        let listing = LocalGit.commits(&at(&fixture.path()), &query, with_changes, 9).await.unwrap();
        let Listing::Commits(list) = listing else { panic!("{listing:?}") };
        assert_eq!(list.commits[0].files, expected);
    }
}

#[tokio::test]
async fn limits_hold_for_commits_files_and_bytes() {
    let fixture = Fixture::new(true);
    let long = "line\n".repeat(1_000);
    let first = fixture.commit("main", 1, &[("a.txt", &long), ("b.txt", &long), ("c.txt", &long)], &[]);
    let second = fixture.commit("main", 2, &[("a.txt", "x\n"), ("b.txt", &long), ("c.txt", &long)], &[first]);
    let limits = PatchLimits { commits: 1, files: 2, file_bytes: 300, bytes: 400, ..PatchLimits::default() };
    let found = changes(&fixture, &[first, second], limits).await;
    assert_eq!(found.len(), 1);
    assert!(found[0].is_cut && found[0].texts.len() == 2 && found[0].files.len() == 3);
    assert!(found[0].texts.iter().map(|file| file.path.len() + file.text.len()).sum::<usize>() <= 400);
}

#[tokio::test]
async fn files_outside_of_the_paths_use_up_no_limit() {
    let fixture = Fixture::new(true);
    let only = fixture.commit("main", 1, &[("a.txt", "x\n"), ("b.txt", "x\n"), ("c.txt", "x\n")], &[]);
    let paths = PathFilter::new(vec![RepositoryPath::parse("c.txt").unwrap()], Vec::new()).unwrap();
    let found = changes(&fixture, &[only], PatchLimits { files: 1, paths, ..PatchLimits::default() }).await;
    assert_eq!((found[0].files.len(), found[0].texts.len()), (3, 1));
    assert_eq!(found[0].texts[0].path, "c.txt");
}
