//! Folders with missing, malformed or differently encoded objects: a report is still possible.

use crate::local_git::{Fixture, at, list, minute, newest, sha, subjects};
use adapters::git::LocalGit;
use app::ports::{CommitList, CommitQuery, CommitSource, Listing};
use domain::commit::{Mailmap, Sha};
use domain::configuration::BranchName;
use git2::{ObjectType, Oid};
use std::fs;
use tempfile::TempDir;

impl Fixture {
    /// Stores a commit byte for byte, and points `main` to it.
    fn raw(&self, parent: Oid, people: &[u8], rest: &[u8]) -> Oid {
        let tree = self
            .repository
            .find_commit(parent)
            .map_or_else(|_| self.repository.treebuilder(None).unwrap().write().unwrap(), |parent| parent.tree_id());
        let mut data = format!("tree {tree}\nparent {parent}\n").into_bytes();
        data.extend_from_slice(people);
        data.extend_from_slice(rest);
        let id = self.repository.odb().unwrap().write(ObjectType::Commit, &data).unwrap();
        self.repository.reference("refs/heads/main", id, true, "test").unwrap();
        id
    }
}

async fn all(path: &str, head: Oid) -> CommitList {
    let query = CommitQuery::Dated { head: sha(head), since: minute(0), until: None };
    list(LocalGit.commits(&at(path), &query, true, 100).await.unwrap())
}

fn people(author: &str, committer: &str) -> Vec<u8> {
    format!("author {author}\ncommitter {committer}\n").into_bytes()
}

/// A number of minutes after noon, as a commit's date.
fn date(minutes: i64) -> String {
    format!("{} +0000", minute(minutes).timestamp())
}

#[tokio::test]
async fn partial_clone_is_reported_without_unknown_sizes() {
    for filter in ["blob:none", "tree:0"] {
        let fixture = Fixture::new(false);
        let one = fixture.commit("main", 1, &[("a", "1\n")], &[]);
        let two = fixture.commit("main", 2, &[("a", "2\n")], &[one]);
        let three = fixture.commit("main", 3, &[("a", "3\n")], &[two]);
        fixture.git(&["config", "uploadpack.allowFilter", "true"]);
        let clone = TempDir::new().unwrap();
        let (from, into) = (format!("file://{}", fixture.path()), clone.path().to_str().unwrap());
        fixture.git(&["clone", "--quiet", "--no-checkout", "--filter", filter, &from, into]);
        assert!(fs::read_to_string(clone.path().join(".git/config")).unwrap().contains("partial"));

        let main = BranchName::parse("main").unwrap();
        assert_eq!(LocalGit::default_branch(into), Ok(main.clone()), "{filter}");
        assert_eq!(LocalGit.head(&at(into), &main).await, Ok(Some(sha(three))), "{filter}");
        assert_eq!(newest(into, &main, 60), Some((3, 3)), "{filter}");
        let found = all(into, three).await;
        assert_eq!(subjects(&found), ["commit 3", "commit 2", "commit 1"], "{filter}");
        assert!(found.commits.iter().all(|commit| commit.changes.is_none()), "{filter}: {found:?}");
        let between = CommitQuery::Between { base: sha(one), head: sha(three) };
        let found = list(LocalGit.commits(&at(into), &between, true, 10).await.unwrap());
        assert_eq!(subjects(&found), ["commit 3", "commit 2"], "{filter}");
    }
}

#[tokio::test]
async fn partial_clone_with_its_files_has_their_sizes() {
    let fixture = Fixture::new(false);
    let one = fixture.commit("main", 1, &[("a", "1\n")], &[]);
    let two = fixture.commit("main", 2, &[("a", "1\n"), ("b", "2\n")], &[one]);
    fixture.git(&["config", "uploadpack.allowFilter", "true"]);
    let clone = TempDir::new().unwrap();
    let (from, into) = (format!("file://{}", fixture.path()), clone.path().to_str().unwrap());
    fixture.git(&["clone", "--quiet", "--filter", "blob:none", &from, into]);
    let found = all(into, two).await;
    let added: Vec<_> = found.commits.iter().map(|commit| commit.changes.map(|size| size.additions)).collect();
    assert_eq!(added, [Some(1), Some(1)], "both files were fetched for the working copy");
}

#[tokio::test]
async fn commit_in_another_encoding_is_decoded() {
    let fixture = Fixture::new(true);
    let first = fixture.commit("main", 1, &[("a", "1")], &[]);
    let mut people = b"author J\xf6rg <joerg@acme.example> 1772366520 +0000\n".to_vec();
    people.extend_from_slice(b"committer J\xf6rg <joerg@acme.example> 1772366520 +0000\nencoding ISO-8859-1\n");
    let named = fixture.raw(first, &people, b"\nGr\xf6\xdfe und Ma\xdf\n");
    let unnamed = fixture.raw(named, &people[..people.len() - 20], b"\n\nGr\xf6\xdfe ohne Angabe\n");
    let found = all(&fixture.path(), unnamed).await;
    assert_eq!(subjects(&found), ["Größe ohne Angabe", "Größe und Maß", "commit 1"]);
    assert!(found.commits[..2].iter().all(|commit| commit.author.name == "Jörg"), "{found:?}");
}

#[tokio::test]
async fn malformed_commit_is_reported_with_its_readable_parts() {
    let good = format!("Ada <ada@acme.example> {}", date(2));
    let table = [
        (people("Ada <ada@acme.example", &good), "Ada"),
        (people("Ada ada@acme.example", &good), "Ada ada@acme.example"),
        (people(&format!("<ada@acme.example> {}", date(2)), &good), ""),
        (people(&good, "Ada <ada@acme.example>"), "Ada"),
        (people(&good, "Ada <ada@acme.example> 18446744073709551615 +0000"), "Ada"),
        (people(&good, "Ada <ada@acme.example> 999999999999999 -7700"), "Ada"),
        (people("Ada <ada@acme.example> soon", "Ada <ada@acme.example> never"), "Ada"),
        (people(&good, ""), "Ada"),
        (format!("author {good}\n").into_bytes(), "Ada"),
        (people("", ""), ""),
        (Vec::new(), ""),
        (b"author \xff\xfe <\xff> 1 +0000\n".to_vec(), "ÿþ"),
    ];
    for (bad, name) in table {
        let shown = String::from_utf8_lossy(&bad).into_owned();
        let fixture = Fixture::new(true);
        let first = fixture.commit("main", 1, &[("a", "1")], &[]);
        let middle = fixture.raw(first, &bad, b"\nmalformed\n");
        let last = fixture.raw(middle, &people(&good, &format!("Ada <ada@acme.example> {}", date(3))), b"\nlast\n");
        let found = all(&fixture.path(), last).await;
        let wanted: &[&str] =
            if shown.contains("> 1 +0000") { &["last", "commit 1"] } else { &["last", "malformed", "commit 1"] };
        assert_eq!(subjects(&found), wanted, "{shown}");
        if let [_, malformed, _] = found.commits.as_slice() {
            assert_eq!(malformed.author.name, name, "{shown}");
            assert!(malformed.committed_at >= minute(1), "{shown}");
        }
        let between = CommitQuery::Between { base: sha(first), head: sha(last) };
        let between = list(LocalGit.commits(&at(&fixture.path()), &between, true, 10).await.unwrap());
        assert_eq!(subjects(&between), ["last", "malformed"], "{shown}");

        // The branch can end with the malformed commit too.
        let on_top = fixture.raw(last, &bad, b"\nmalformed\n");
        let main = BranchName::parse("main").unwrap();
        assert_eq!(fixture.head("main").await, Ok(Some(sha(on_top))), "{shown}");
        assert!(newest(&fixture.path(), &main, 60).is_some(), "{shown}");
        let query = CommitQuery::Between { base: sha(last), head: sha(on_top) };
        let found = list(LocalGit.commits(&at(&fixture.path()), &query, true, 10).await.unwrap());
        assert_eq!(subjects(&found), ["malformed"], "{shown}");
    }
}

#[tokio::test]
async fn history_with_a_missing_commit_is_reported_up_to_it() {
    let fixture = Fixture::new(true);
    let nowhere = Oid::from_str(&"7".repeat(40)).unwrap();
    let good = format!("Ada <ada@acme.example> {}", date(5));
    let broken = fixture.raw(nowhere, &people(&good, &good), b"\nits parent is lost\n");
    let last = fixture.commit("main", 9, &[("a", "1")], &[broken]);
    let found = all(&fixture.path(), last).await;
    assert_eq!(subjects(&found), ["commit 9", "its parent is lost"]);
    assert_eq!(found.commits[1].changes, None);
}

/// What a list states about commits that could not be read.
fn unread(list: &CommitList) -> (bool, Option<Sha>) {
    (list.at_least, list.unread_before.clone())
}

#[tokio::test]
async fn commits_before_a_damaged_one_are_counted_as_unread() {
    let fixture = Fixture::new(true);
    let mut ids: Vec<Oid> = Vec::new();
    for number in 1..=40 {
        let parents = ids.last().copied();
        ids.push(fixture.commit("main", number, &[("a", &number.to_string())], parents.as_slice()));
    }
    let head = ids[39];
    assert_eq!(unread(&all(&fixture.path(), head).await), (false, None));
    let damaged = ids[37].to_string();
    let object = format!("{}/objects/{}/{}", fixture.path(), &damaged[..2], &damaged[2..]);
    fs::remove_file(&object).unwrap();
    fs::write(&object, "no object").unwrap();

    let cut = (true, Some(sha(ids[38])));
    let found = all(&fixture.path(), head).await;
    assert_eq!((subjects(&found), unread(&found)), (vec!["commit 40", "commit 39"], cut.clone()));
    assert_eq!(found.base(), None, "the commit before the range is unknown");
    assert_eq!(unread(&fixture.dated(head, 39, None).await), cut, "an older commit may have a later date");
    assert_eq!(unread(&fixture.dated(head, 40, None).await), (false, None), "the range ends before the damage");
    assert_eq!(unread(&fixture.dated(head, 0, Some(10)).await), cut, "no commit of the range can be read");
    let between = list(fixture.between(ids[38], head, 10).await);
    assert_eq!((subjects(&between), unread(&between)), (vec!["commit 40"], (false, None)));
    assert_eq!(fixture.between(ids[36], head, 10).await, Listing::NotAnAncestor);

    // A side branch of the range with the damaged commit.
    let side = fixture.commit("side", 50, &[("b", "1")], &[ids[35]]);
    let merge = fixture.commit("side", 51, &[("b", "1")], &[side, head]);
    let between = list(fixture.between(ids[35], merge, 10).await);
    assert_eq!(subjects(&between), ["commit 51", "commit 50", "commit 40", "commit 39"]);
    assert_eq!(unread(&between), cut);
}

#[tokio::test]
async fn malformed_parent_is_counted_as_unread() {
    let fixture = Fixture::new(true);
    let first = fixture.commit("main", 1, &[("a", "1")], &[]);
    let tree = fixture.repository.find_commit(first).unwrap().tree_id();
    let good = format!("Ada <ada@acme.example> {}", date(2));
    let data = format!("tree {tree}\nparent malformed\nauthor {good}\ncommitter {good}\n\nsubject\n");
    let head = fixture.repository.odb().unwrap().write(ObjectType::Commit, data.as_bytes()).unwrap();
    assert_eq!(unread(&all(&fixture.path(), head).await), (true, Some(sha(head))));
}

#[tokio::test]
async fn shallow_clone_is_exact_until_the_range_reaches_its_boundary() {
    let fixture = Fixture::new(false);
    let one = fixture.commit("main", 1, &[("a", "1")], &[]);
    let two = fixture.commit("main", 2, &[("a", "2")], &[one]);
    let three = fixture.commit("main", 3, &[("a", "3")], &[two]);
    let cloned = |depth: &str| {
        let clone = TempDir::new().unwrap();
        fixture.git(&[
            "clone",
            "-q",
            "--depth",
            depth,
            &format!("file://{}", fixture.path()),
            clone.path().to_str().unwrap(),
        ]);
        clone
    };
    let clone = cloned("2");
    let path = clone.path().to_str().unwrap();
    let since = async |since| {
        let query = CommitQuery::Dated { head: sha(three), since: minute(since), until: None };
        unread(&list(LocalGit.commits(&at(path), &query, true, 10).await.unwrap()))
    };
    assert_eq!(since(3).await, (false, None));
    assert_eq!(since(2).await, (true, Some(sha(two))));
    let between = CommitQuery::Between { base: sha(two), head: sha(three) };
    let found = list(LocalGit.commits(&at(path), &between, true, 10).await.unwrap());
    assert_eq!((subjects(&found), unread(&found)), (vec!["commit 3"], (false, None)));
    // A clone that is deep enough has no boundary.
    let whole = cloned("9");
    assert_eq!(unread(&all(whole.path().to_str().unwrap(), three).await), (false, None));
}

#[tokio::test]
async fn merge_at_the_boundary_of_a_shallow_clone_stays_a_merge() {
    let fixture = Fixture::new(false);
    let one = fixture.commit("main", 1, &[("a", "1")], &[]);
    let side = fixture.commit("side", 2, &[("b", "1")], &[one]);
    let two = fixture.commit("main", 3, &[("a", "2")], &[one]);
    let merge = fixture.commit("main", 4, &[("a", "2"), ("b", "1")], &[two, side]);
    let clone = TempDir::new().unwrap();
    let (from, into) = (format!("file://{}", fixture.path()), clone.path().to_str().unwrap());
    fixture.git(&["clone", "--quiet", "--depth", "1", &from, into]);
    let found = all(into, merge).await;
    assert_eq!(subjects(&found), ["commit 4"]);
    assert!(found.commits[0].is_merge() && found.commits[0].changes.is_none());
}

#[tokio::test]
async fn range_over_unordered_dates_has_no_commit_of_its_base() {
    let fixture = Fixture::new(true);
    // The base's own history is dated after the commits that follow it.
    let old = fixture.commit("main", 500, &[("a", "1")], &[]);
    let base = fixture.commit("main", -500, &[("a", "2")], &[old]);
    let side = fixture.commit("side", 400, &[("a", "3")], &[old]);
    let next = fixture.commit("main", 10, &[("a", "4")], &[base]);
    let head = fixture.commit("main", 20, &[("a", "5")], &[next, side]);
    let found = list(fixture.between(base, head, 10).await);
    assert_eq!(subjects(&found), ["commit 20", "commit 400", "commit 10"]);
    assert_eq!(fixture.between(side, next, 10).await, Listing::NotAnAncestor);
    let counted = fixture.git(&["rev-list", "--count", &format!("{base}..{head}")]);
    assert_eq!(counted.trim(), "3");
}

#[tokio::test]
async fn folder_with_tags_alone_is_an_empty_repository() {
    let fixture = Fixture::new(true);
    let blob = fixture.repository.blob(b"key").unwrap();
    fixture.repository.reference("refs/tags/key", blob, true, "test").unwrap();
    assert_eq!(fixture.head("main").await, Ok(None));
}

#[tokio::test]
async fn mailmap_of_the_head_is_read() {
    let fixture = Fixture::new(true);
    let one = fixture.commit("main", 1, &[("a", "1")], &[]);
    let head = fixture.commit("main", 2, &[(".mailmap", "Ada Lovelace <ada@acme.example>\n")], &[one]);
    let wanted = Mailmap::parse("Ada Lovelace <ada@acme.example>");
    assert!(!wanted.is_empty());
    assert_eq!(all(&fixture.path(), head).await.mailmap, wanted);
    assert_eq!(list(fixture.between(one, head, 10).await).mailmap, wanted);
    assert!(all(&fixture.path(), one).await.mailmap.is_empty());
}
