//! Commits of a folder, counted as git counts them.

use adapters::git::{Commits, LocalGit};
use app::ports::{Branch, BranchQuery, CommitList, CommitQuery, CommitSource, GitFailure, Listing, RepositoryAccess};
use domain::commit::{Changes, Commit, Sha};
use domain::configuration::BranchName;
use domain::instant::{Instant, parse};
use domain::repository::Location;
use git2::{Oid, Repository, RepositoryInitOptions, Signature, Time};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use tempfile::TempDir;

const NOON: &str = "2026-03-01T12:00:00Z";

/// A repository in a temporary folder.
pub(crate) struct Fixture {
    folder: TempDir,
    pub(crate) repository: Repository,
}

impl Fixture {
    pub(crate) fn new(bare: bool) -> Self {
        let folder = TempDir::new().unwrap();
        let mut options = RepositoryInitOptions::new();
        options.bare(bare).initial_head("main");
        let repository = Repository::init_opts(folder.path(), &options).unwrap();
        Self { folder, repository }
    }

    pub(crate) fn path(&self) -> String {
        self.folder.path().to_str().unwrap().to_owned()
    }

    /// Commits exactly these files, some minutes after noon, and points the branch to the commit whatever it pointed
    /// to before.
    pub(crate) fn commit(&self, branch: &str, minute: i64, files: &[(&str, &str)], parents: &[Oid]) -> Oid {
        let repository = &self.repository;
        let mut tree = repository.treebuilder(None).unwrap();
        for (name, text) in files {
            tree.insert(name, repository.blob(text.as_bytes()).unwrap(), 0o100_644).unwrap();
        }
        let tree = repository.find_tree(tree.write().unwrap()).unwrap();
        let seconds = noon().timestamp() + minute * 60;
        let author = Signature::new("Ada", "ada@acme.example", &Time::new(seconds - 86_400, 60)).unwrap();
        let committer = Signature::new("Bob", "bob@acme.example", &Time::new(seconds, -120)).unwrap();
        let parents: Vec<_> = parents.iter().map(|id| repository.find_commit(*id).unwrap()).collect();
        let parents: Vec<_> = parents.iter().collect();
        let message = format!("commit {minute}\n\nwhy");
        let id = repository.commit(None, &author, &committer, &message, &tree, &parents).unwrap();
        repository.reference(&format!("refs/heads/{branch}"), id, true, "test").unwrap();
        id
    }

    pub(crate) async fn head(&self, branch: &str) -> Result<Option<Sha>, app::ports::GitError> {
        LocalGit.head(&at(&self.path()), &BranchName::parse(branch).unwrap()).await
    }

    pub(crate) async fn between(&self, base: Oid, head: Oid, limit: usize) -> Listing {
        let query = CommitQuery::Between { base: sha(base), head: sha(head) };
        LocalGit.commits(&at(&self.path()), &query, true, limit).await.unwrap()
    }

    pub(crate) async fn dated(&self, head: Oid, since: i64, until: Option<i64>) -> CommitList {
        let query = CommitQuery::Dated { head: sha(head), since: minute(since), until: until.map(minute) };
        list(LocalGit.commits(&at(&self.path()), &query, true, 100).await.unwrap())
    }

    /// The output of git itself.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let output =
            Command::new("git").args(["-c", "safe.directory=*", "-C", &self.path()]).args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }
}

pub(crate) fn noon() -> Instant {
    parse(NOON).unwrap()
}

pub(crate) fn minute(minute: i64) -> Instant {
    noon() + domain::instant::Duration::minutes(minute)
}

pub(crate) fn at(path: &str) -> RepositoryAccess {
    RepositoryAccess { location: Location::Path(path.to_owned()), token: None }
}

pub(crate) fn sha(id: Oid) -> Sha {
    Sha::parse(&id.to_string()).unwrap()
}

pub(crate) fn list(listing: Listing) -> CommitList {
    match listing {
        Listing::Commits(list) => list,
        Listing::NotAnAncestor => panic!("not an ancestor"),
    }
}

pub(crate) fn subjects(list: &CommitList) -> Vec<&str> {
    list.commits.iter().map(Commit::subject).collect()
}

#[tokio::test]
async fn range_with_a_merge_equals_git_log() {
    let fixture = Fixture::new(false);
    let long = "a line that was moved with its file\n".repeat(40);
    let one = fixture.commit("main", 1, &[("a", "1\n2\n"), ("b", "x\n")], &[]);
    let two = fixture.commit("main", 2, &[("a", "1\n3\n"), ("b", "x\n"), ("long", &long)], &[one]);
    let side = fixture.commit("side", 3, &[("a", "1\n2\n4\n"), ("b", "x\n"), ("c", "c\n")], &[one]);
    let renamed = fixture.commit("main", 4, &[("a", "1\n3\n"), ("renamed", &long)], &[two]);
    let merge = fixture.commit("main", 5, &[("a", "1\n3\n4\n"), ("renamed", &long), ("c", "c\n")], &[renamed, side]);

    assert_eq!(fixture.head("main").await, Ok(Some(sha(merge))));
    let found = list(fixture.between(one, merge, 100).await);
    assert_eq!(subjects(&found), ["commit 5", "commit 4", "commit 3", "commit 2"]);
    assert_eq!(found.omitted, 0);
    for commit in &found.commits {
        let printed = fixture.git(&["show", "--shortstat", "--format=", commit.sha.as_str()]);
        let number = |word: &str| -> u64 {
            let part = printed.split(',').find(|part| part.contains(word));
            part.map_or(0, |part| part.trim().split(' ').next().unwrap().parse().unwrap())
        };
        let wanted = (!commit.is_merge()).then(|| Changes {
            additions: number("insertion"),
            deletions: number("deletion"),
            files: Some(number("file")),
        });
        assert_eq!(commit.changes, wanted, "{printed}");
    }
    let rename = found.commits[1].changes.unwrap();
    assert_eq!((rename.additions, rename.deletions, rename.files), (0, 1, Some(2)), "a rename changes no line");
    let newest = &found.commits[0];
    assert_eq!((newest.parents.len(), newest.committed_at), (2, minute(5)));
    assert_eq!((newest.author.name.as_str(), newest.author.is_bot), ("Ada", false));
    assert_eq!(newest.message, "commit 5\n\nwhy");

    let cut = list(fixture.between(one, merge, 1).await);
    assert_eq!((subjects(&cut), cut.omitted), (vec!["commit 5"], 3));
    let counted = fixture.git(&["rev-list", "--count", &format!("{one}..{merge}")]);
    assert_eq!(counted.trim(), "4");
    assert_eq!(fixture.between(merge, merge, 10).await, Listing::Commits(CommitList::default()));
}

#[tokio::test]
async fn old_head_after_a_force_push_is_no_ancestor() {
    let fixture = Fixture::new(false);
    let root = fixture.commit("main", 1, &[("a", "1")], &[]);
    let old = fixture.commit("main", 2, &[("a", "2")], &[root]);
    let new = fixture.commit("main", 3, &[("a", "3")], &[root]);
    assert_eq!(fixture.head("main").await, Ok(Some(sha(new))));
    assert_eq!(fixture.between(old, new, 10).await, Listing::NotAnAncestor);
    let forgotten = Oid::from_str(&"9".repeat(40)).unwrap();
    assert_eq!(fixture.between(forgotten, new, 10).await, Listing::NotAnAncestor);
}

#[tokio::test]
async fn commits_with_unordered_dates_are_listed() {
    let fixture = Fixture::new(false);
    // A wrong clock: an old date after newer ones.
    let one = fixture.commit("main", 10, &[("a", "1")], &[]);
    let two = fixture.commit("main", 20, &[("a", "2")], &[one]);
    let wrong = fixture.commit("main", -9_000, &[("a", "3")], &[two]);
    let three = fixture.commit("main", 30, &[("a", "4")], &[wrong]);
    assert_eq!(subjects(&fixture.dated(three, 10, None).await), ["commit 30", "commit 20", "commit 10"]);
    assert_eq!(subjects(&fixture.dated(three, 10, Some(30)).await), ["commit 20", "commit 10"]);
    assert_eq!(subjects(&fixture.dated(three, 11, Some(31)).await), ["commit 30", "commit 20"]);
}

/// The newest date that is not in the future and the newest one, in minutes after noon, as seen at a minute after noon.
pub(crate) fn newest(path: &str, branch: &BranchName, now: i64) -> Option<(i64, i64)> {
    let found = LocalGit::newest_dates(path, branch, minute(now)).unwrap()?;
    let minutes = |at: Instant| (at - noon()).num_minutes();
    Some((minutes(found.past), minutes(found.any)))
}

#[tokio::test]
async fn newest_date_ignores_a_wrong_clock() {
    let main = BranchName::parse("main").unwrap();
    let (in_1970, in_2100) = (-29_000_000, 38_000_000);
    let fixture = Fixture::new(true);
    let one = fixture.commit("main", 10, &[("a", "1")], &[]);
    assert_eq!(newest(&fixture.path(), &main, 60), Some((10, 10)));
    let two = fixture.commit("main", in_2100, &[("a", "2")], &[one]);
    assert_eq!(newest(&fixture.path(), &main, 60), Some((10, in_2100)));
    let three = fixture.commit("main", in_1970, &[("a", "3")], &[two]);
    let four = fixture.commit("main", in_1970, &[("a", "4")], &[three]);
    assert_eq!(newest(&fixture.path(), &main, 60), Some((10, in_2100)));
    fixture.commit("main", 20, &[("a", "5")], &[four]);
    assert_eq!(newest(&fixture.path(), &main, 60), Some((20, in_2100)));
    assert_eq!(newest(&fixture.path(), &main, 20), Some((20, in_2100)), "a date may be this instant");
    fixture.commit("main", in_2100, &[("a", "6")], &[]);
    assert_eq!(newest(&fixture.path(), &main, 60), Some((60, in_2100)), "every date is in the future");
    fixture.commit("main", in_1970, &[("a", "7")], &[]);
    assert_eq!(newest(&fixture.path(), &main, 60), Some((in_1970, in_1970)), "nothing contradicts the date");
}

#[tokio::test]
async fn empty_repository_has_a_branch_and_no_head() {
    for bare in [false, true] {
        let fixture = Fixture::new(bare);
        assert_eq!(fixture.head("main").await, Ok(None));
        let branch = LocalGit::default_branch(&fixture.path()).unwrap();
        assert_eq!(branch.as_str(), "main");
        assert_eq!(LocalGit::newest_dates(&fixture.path(), &branch, noon()), Ok(None));
    }
}

#[tokio::test]
async fn local_and_fetched_branches_are_found() {
    let fixture = Fixture::new(true);
    let id = fixture.commit("main", 7, &[("a", "1")], &[]);
    let other = fixture.commit("feature/x", 8, &[("a", "2")], &[id]);
    fixture.repository.reference("refs/remotes/origin/theirs", id, true, "test").unwrap();
    assert_eq!(fixture.head("feature/x").await, Ok(Some(sha(other))));
    assert_eq!(fixture.head("theirs").await, Ok(Some(sha(id))));
    let missing = fixture.head("nowhere").await.unwrap_err();
    assert_eq!(missing.failure, GitFailure::NotFound);
    assert!(missing.message.contains("has no branch 'nowhere'"), "{missing}");
    let main = BranchName::parse("main").unwrap();
    assert_eq!(newest(&fixture.path(), &main, 60), Some((7, 7)));

    fixture.repository.set_head_detached(id).unwrap();
    let detached = LocalGit::default_branch(&fixture.path()).unwrap_err();
    assert!(detached.message.contains("on no branch"), "{detached}");
}

#[tokio::test]
async fn local_and_fetched_branches_are_listed() {
    let listed = async |fixture: &Fixture, query: &BranchQuery| {
        let page = LocalGit.branches(&at(&fixture.path()), query).await.unwrap();
        assert!(page.complete);
        let name = |branch: &Branch| (branch.name.to_string(), branch.is_default, branch.head.clone());
        (page.branches.iter().map(name).collect::<Vec<_>>(), page.has_more)
    };
    let all = BranchQuery { search: None, page: 1, per_page: 10 };
    let fixture = Fixture::new(true);
    assert_eq!(listed(&fixture, &all).await, (vec![], false));

    let one = fixture.commit("main", 7, &[("a", "1")], &[]);
    let two = fixture.commit("feature/x", 8, &[("a", "2")], &[one]);
    fixture.repository.reference("refs/remotes/origin/theirs", one, true, "test").unwrap();
    fixture.repository.reference("refs/remotes/origin/main", two, true, "test").unwrap();
    fixture
        .repository
        .reference_symbolic("refs/remotes/origin/HEAD", "refs/remotes/origin/main", true, "test")
        .unwrap();
    fixture.repository.reference("refs/tags/v1", one, true, "test").unwrap();
    let branch = |name: &str, id| (name.to_owned(), name == "main", Some(sha(id)));
    let wanted = [branch("feature/x", two), branch("main", one), branch("theirs", one)];
    assert_eq!(listed(&fixture, &all).await, (wanted.to_vec(), false));
    let second = BranchQuery { page: 2, per_page: 1, ..all.clone() };
    assert_eq!(listed(&fixture, &second).await, (vec![branch("main", one)], true));
    let search = BranchQuery { search: Some("E".to_owned()), ..all };
    assert_eq!(listed(&fixture, &search).await, (vec![branch("feature/x", two), branch("theirs", one)], false));
}

#[tokio::test]
async fn folder_without_a_repository_and_missing_folder_differ() {
    let folder = TempDir::new().unwrap();
    let here = folder.path().to_str().unwrap().to_owned();
    let missing = format!("{here}/missing");
    for (path, words) in [(&here, "is not a git repository"), (&missing, "there is no folder")] {
        let error = LocalGit.head(&at(path), &BranchName::parse("main").unwrap()).await.unwrap_err();
        assert_eq!(error.failure, GitFailure::NotFound);
        assert!(error.message.contains(words) && error.message.contains(path.as_str()), "{error}");
    }
}

/// Five commits, of which a clone has the last two.
fn shallow_clone() -> (Fixture, TempDir, Vec<Oid>) {
    let fixture = Fixture::new(false);
    let mut ids: Vec<Oid> = Vec::new();
    for number in 1..=5 {
        let parents = ids.last().copied();
        ids.push(fixture.commit("main", number, &[("a", &number.to_string())], parents.as_slice()));
    }
    let clone = TempDir::new().unwrap();
    let from = format!("file://{}", fixture.path());
    let into = clone.path().to_str().unwrap();
    fixture.git(&["clone", "--quiet", "--depth", "2", &from, into]);
    (fixture, clone, ids)
}

async fn reads_shallow(path: &str, ids: &[Oid]) {
    let query = |since| CommitQuery::Dated { head: sha(ids[4]), since: minute(since), until: None };
    let found = list(LocalGit.commits(&at(path), &query(0), true, 10).await.unwrap());
    assert_eq!(subjects(&found), ["commit 5", "commit 4"]);
    assert!(found.commits[0].changes.is_some());
    assert_eq!(found.commits[1].changes, None, "what the oldest commit changed can't be known");
    assert_eq!(found.commits[1].parents.len(), 1, "its parent is named, though not here");
    let between = |base| CommitQuery::Between { base: sha(base), head: sha(ids[4]) };
    let found = list(LocalGit.commits(&at(path), &between(ids[3]), true, 10).await.unwrap());
    assert_eq!(subjects(&found), ["commit 5"]);
    let beyond = LocalGit.commits(&at(path), &between(ids[1]), true, 10).await.unwrap();
    assert_eq!(beyond, Listing::NotAnAncestor);
}

#[tokio::test]
async fn shallow_clone_is_read_up_to_its_boundary() {
    let (_fixture, clone, ids) = shallow_clone();
    reads_shallow(clone.path().to_str().unwrap(), &ids).await;
}

/// Gives a folder to another user; only root can.
fn give_away(folder: &Path) -> bool {
    let give = |path: &Path| std::os::unix::fs::chown(path, Some(12_345), Some(12_345)).is_ok();
    give(&folder.join(".git")) && give(folder)
}

#[tokio::test]
async fn folder_of_another_user_is_read() {
    let (fixture, clone, ids) = shallow_clone();
    if !give_away(fixture.folder.path()) || !give_away(clone.path()) {
        return;
    }
    assert_eq!(Repository::open(fixture.path()).err().unwrap().code(), git2::ErrorCode::Owner);
    assert_eq!(fixture.head("main").await, Ok(Some(sha(ids[4]))));
    assert_eq!(subjects(&list(fixture.between(ids[2], ids[4], 10).await)), ["commit 5", "commit 4"]);
    let shallow = clone.path().to_str().unwrap();
    assert_eq!(LocalGit.head(&at(shallow), &BranchName::parse("main").unwrap()).await, Ok(Some(sha(ids[4]))));
    reads_shallow(shallow, &ids).await;
}

#[tokio::test]
async fn router_reads_folders_where_allowed() {
    let fixture = Fixture::new(false);
    let id = fixture.commit("main", 1, &[("a", "1")], &[]);
    let commits = Commits::through(&crate::server::loopback()).with_local(Arc::new(LocalGit));
    let main = BranchName::parse("main").unwrap();
    assert_eq!(commits.head(&at(&fixture.path()), &main).await, Ok(Some(sha(id))));
}
