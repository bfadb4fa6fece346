//! The commits of the year: a branch on which four people work.

use app::ports::{
    ActivityQuery, BranchPage, BranchQuery, Clock, CommitList, CommitQuery, CommitSource, GitError, GitFailure,
    Listing, RepositoryAccess,
};
use async_trait::async_trait;
use domain::activity::Activity;
use domain::commit::{Author, Changes, Commit, Patch, PatchLimits, Sha};
use domain::configuration::BranchName;
use domain::digest::AuthorLookup;
use domain::instant::{Duration, Instant};
use domain::repository::PathFilter;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use testkit::clock::ManualClock;
use testkit::entropy::SeededEntropy;

const SEED: u64 = 1_843;
const PEOPLE: [&str; 4] = ["Ada Byron", "Grace Murray", "Alan Mathison", "Katherine Coleman"];
const SUBJECTS: [&str; 16] = [
    "feat(cart): keep the cart for thirty days",
    "fix(checkout): round prices half up",
    "feat(search): find products by their colour",
    "docs: describe the events of an order",
    "fix(cart): count an article once",
    "refactor(orders): name the states of an order",
    "feat(payments): accept bank transfers",
    "perf(search): read the index in pages",
    "test(orders): cover refunds of a part",
    "fix(mail): send one confirmation for an order",
    "feat(account): export all data of an account",
    "ci: run the tests of the shop in parallel",
    "fix(search): ignore the case of letters",
    "feat(orders): show the date of delivery",
    "chore: update the libraries",
    "fix(payments): repeat a request that timed out",
];

/// The branch, as it is at the instant of the clock. Clones share it.
#[derive(Clone)]
pub(super) struct History {
    clock: ManualClock,
    /// Oldest first.
    commits: Arc<Vec<Commit>>,
    failing: Arc<Mutex<Option<GitFailure>>>,
}

impl History {
    /// Up to five commits on each day of the year, and of the month before it.
    pub(super) fn of_year(clock: ManualClock, begin: Instant, now: Instant) -> Self {
        let chance = SeededEntropy::new(SEED);
        let mut commits: Vec<Commit> = Vec::new();
        let mut day = begin - Duration::days(30);
        while day < now {
            let mut at = day;
            for _ in 0..chance.below(6) {
                at += Duration::minutes(i64::try_from(chance.below(120)).unwrap_or_default() + 1);
                let parent = commits.last().map(|commit| commit.sha.clone());
                commits.extend(commit(&chance, parent, at));
            }
            day += Duration::days(1);
        }
        Self { clock, commits: Arc::new(commits), failing: Arc::default() }
    }

    /// From now on every request fails in this way, or none with `None`.
    pub(super) fn fail(&self, failure: Option<GitFailure>) {
        *self.failing.lock().unwrap_or_else(PoisonError::into_inner) = failure;
    }

    fn check(&self) -> Result<(), GitError> {
        let failing = *self.failing.lock().unwrap_or_else(PoisonError::into_inner);
        let message = |failure| match failure {
            GitFailure::TokenInvalid => "The access token of the repository has expired.",
            _ => "The access token of the repository lacks the right to read its contents.",
        };
        failing.map_or(Ok(()), |failure| Err(GitError { failure, message: message(failure).to_owned() }))
    }

    /// The commits that exist now.
    fn pushed(&self) -> impl DoubleEndedIterator<Item = &Commit> {
        let now = self.clock.now();
        let count = self.commits.partition_point(|commit| commit.committed_at <= now);
        self.commits.iter().take(count)
    }
}

fn commit(chance: &SeededEntropy, first_parent: Option<Sha>, committed_at: Instant) -> Option<Commit> {
    let pick = |list: &[&str]| {
        let index = usize::try_from(chance.below(u64::try_from(list.len()).unwrap_or(1))).unwrap_or_default();
        list.get(index).map(|text| (*text).to_owned())
    };
    let digits = format!("{:016x}{:016x}{:08x}", chance.next(), chance.next(), chance.below(1 << 32));
    let changes =
        Changes { additions: chance.below(180) + 2, deletions: chance.below(90), files: Some(chance.below(9) + 1) };
    Some(Commit {
        sha: Sha::parse(&digits).ok()?,
        parents: first_parent.into_iter().collect(),
        author: Author { name: pick(&PEOPLE)?, email: None, login: None, is_bot: false },
        committed_at,
        message: pick(&SUBJECTS)?,
        changes: Some(changes),
        files: Vec::new(),
        page: None,
    })
}

#[async_trait]
impl CommitSource for History {
    async fn head(&self, _: &RepositoryAccess, _: &BranchName) -> Result<Option<Sha>, GitError> {
        self.check()?;
        Ok(self.pushed().next_back().map(|commit| commit.sha.clone()))
    }

    async fn commits(
        &self,
        _: &RepositoryAccess,
        query: &CommitQuery,
        _: bool,
        limit: usize,
    ) -> Result<Listing, GitError> {
        self.check()?;
        let found: Vec<&Commit> = match query {
            CommitQuery::Between { base, head } => {
                let after = self.pushed().skip_while(|commit| commit.sha != *base).skip(1);
                let until = after.collect::<Vec<_>>();
                let end = until.iter().position(|commit| commit.sha == *head).map_or(0, |at| at + 1);
                until.into_iter().take(end).collect()
            }
            CommitQuery::Dated { since, until, .. } => self
                .pushed()
                .filter(|commit| commit.committed_at >= *since && until.is_none_or(|until| commit.committed_at < until))
                .collect(),
        };
        let omitted = found.len().saturating_sub(limit);
        let commits = found.into_iter().rev().take(limit).cloned().collect();
        Ok(Listing::Commits(CommitList { commits, omitted, ..CommitList::default() }))
    }

    /// The files of these commits are unknown.
    async fn touching(
        &self,
        _: &RepositoryAccess,
        _: &Sha,
        commits: &[Commit],
        _: &PathFilter,
    ) -> Result<BTreeSet<Sha>, GitError> {
        self.check()?;
        Ok(commits.iter().map(|commit| commit.sha.clone()).collect())
    }

    async fn changes(&self, _: &RepositoryAccess, ids: &[Sha], limits: &PatchLimits) -> Result<Vec<Patch>, GitError> {
        self.check()?;
        let commits = self.pushed().filter(|commit| ids.contains(&commit.sha));
        let patches = commits.map(|commit| {
            let (changes, files) = (commit.changes, commit.files.clone());
            Patch { changes, files, is_cut: true, ..Patch::of(commit.sha.clone()) }
        });
        Ok(patches.take(limits.commits).collect())
    }

    async fn newcomers(
        &self,
        _: &RepositoryAccess,
        base: &Sha,
        authors: &[AuthorLookup],
        _: std::time::Duration,
    ) -> Result<Vec<Sha>, GitError> {
        self.check()?;
        let end = self.pushed().position(|commit| commit.sha == *base).map_or(0, |at| at + 1);
        let names: Vec<&str> = self.pushed().take(end).map(|commit| commit.author.name.as_str()).collect();
        let is_new = |author: &&AuthorLookup| author.names.iter().all(|name| !names.contains(&name.as_str()));
        Ok(authors.iter().filter(is_new).map(|author| author.commit.clone()).collect())
    }

    async fn activity(&self, _: &RepositoryAccess, _: &ActivityQuery) -> Result<Activity, GitError> {
        Ok(Activity::default())
    }

    async fn branches(&self, _: &RepositoryAccess, query: &BranchQuery) -> Result<BranchPage, GitError> {
        Ok(query.cut(Vec::new(), 0, true))
    }
}
