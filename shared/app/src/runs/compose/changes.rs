//! What the most important commits change: read for a report whose user wants the diffs.

use super::observe::{Observed, Observer};
use domain::commit::{Patch, PatchLimits, Sha};
use domain::digest::{Change, Digest, Range, changes_in_paths};
use domain::instant::Instant;
use domain::repository::PathFilter;
use domain::run::Run;
use std::collections::BTreeMap;
use std::time::Duration as Span;

/// Reading may take this part of the time that is left: writing follows.
const TIME_SHARE: u32 = 4;

impl Observer {
    /// Adds the diffs of the most important commits, and their sizes and files where the list has none. Whatever can't
    /// be read is missing: that is no failure of the run.
    pub(super) async fn add_changes(&self, run: &Run, observed: &mut Observed, until: Instant) {
        if !run.snapshot.writing.include_diffs || observed.list.commits.is_empty() {
            return;
        }
        let usual = PatchLimits::default();
        let left = (until - self.clock.now()).to_std().unwrap_or_default();
        let within = usual.within.min(left / TIME_SHARE);
        let limits = PatchLimits { within, paths: observed.branch.paths.clone(), ..usual };
        if limits.within == Span::ZERO {
            return;
        }
        let ids = most_important(run, observed, limits.commits);
        match self.commits.changes(&observed.access, &ids, &limits).await {
            Ok(patches) => add(observed, patches),
            Err(error) => tracing::info!(run = %run.id, %error, "the diffs can't be read: the report has none"),
        }
    }
}

/// The newest commit of each of the most significant changes.
fn most_important(run: &Run, observed: &Observed, max: usize) -> Vec<Sha> {
    let author_display = run.snapshot.writing.author_display;
    let (commits, mailmap) = (&observed.list.commits, &observed.list.mailmap);
    let range = Range { commits, mailmap, author_display, newcomers: &[], paths: PathFilter::whole() };
    let digest = Digest::of(&range);
    let mut changes: Vec<_> = digest.changes.iter().collect();
    changes.sort_by_key(|change| std::cmp::Reverse(change.significance()));
    changes.into_iter().filter_map(Change::newest).take(max).map(|commit| commit.sha.clone()).collect()
}

fn add(observed: &mut Observed, mut patches: Vec<Patch>) {
    let paths = &observed.branch.paths;
    for patch in &mut patches {
        patch.changes = patch.changes.and_then(|changes| changes_in_paths(changes, &patch.files, paths));
    }
    let by_id: BTreeMap<&Sha, &Patch> = patches.iter().map(|patch| (&patch.sha, patch)).collect();
    for commit in &mut observed.list.commits {
        let Some(patch) = by_id.get(&commit.sha) else { continue };
        commit.changes = commit.changes.or(patch.changes);
        if commit.files.is_empty() {
            commit.files.clone_from(&patch.files);
        }
    }
    observed.patches = patches;
}
