//! Who contributed for the first time: looked up in the history before the range, as far as that is cheap.

use super::branches::Observations;
use super::observe::{Observed, Observer};
use domain::commit::Sha;
use domain::configuration::Configuration;
use domain::digest::{AuthorDisplay, AuthorLookup, Digest, Range};
use domain::instant::Instant;
use domain::repository::PathFilter;
use domain::run::Run;
use std::collections::BTreeSet;
use std::time::Duration as Span;

/// The most people of one run who are looked up, because each is a request.
const LOOKED_UP_MAX: usize = 10;

/// The longest time for all of them, and the part of the time that is left: writing follows.
const WITHIN: Span = Span::from_secs(10);
const TIME_SHARE: u32 = 8;

impl Observer {
    /// Looks up the authors of a scheduled run's commits, except those who are `known` from the report before. Only
    /// where the range is everything since a known commit: then an author without a commit before that one is new.
    /// Of an author who can't be looked up, nothing is reported, and the run continues.
    pub(super) async fn add_newcomers(
        &self,
        run: &Run,
        configuration: Option<&Configuration>,
        observed: &mut Observations,
        known: &BTreeSet<String>,
        until: Instant,
    ) {
        let is_named = run.snapshot.writing.author_display != AuthorDisplay::Hidden;
        let Some(configuration) = configuration.filter(|_| is_named && run.trigger.is_scheduled()) else { return };
        let begun = self.clock.now();
        let share = (until - begun).to_std().unwrap_or_default() / TIME_SHARE;
        let end = begun + share.min(WITHIN);
        let mut room = LOOKED_UP_MAX;
        // Who is new on one branch of a repository may have commits on another one: only the first is looked at.
        let mut repositories = BTreeSet::new();
        for branch in observed.read.iter_mut().filter(|branch| repositories.insert(branch.branch.repository)) {
            let within = (end - self.clock.now()).to_std().unwrap_or_default();
            if room == 0 || within == Span::ZERO {
                return;
            }
            let Some(base) = branch.base.clone().filter(|base| is_everything_since(configuration, branch, base)) else {
                continue;
            };
            let authors: Vec<AuthorLookup> = lookups(run, branch, known).into_iter().take(room).collect();
            if authors.is_empty() {
                continue;
            }
            room = room.saturating_sub(authors.len());
            match self.commits.newcomers(&branch.access, &base, &authors, within).await {
                Ok(found) => branch.newcomers = found,
                Err(error) => tracing::info!(run = %run.id, %error, "it is unknown who contributed for the first time"),
            }
        }
    }
}

/// Whether the range has every commit that the branch has and `base`, its last reported head, has not.
fn is_everything_since(configuration: &Configuration, branch: &Observed, base: &Sha) -> bool {
    let coverage = configuration.progress.coverage_of(branch.branch.generation);
    let last = coverage.and_then(|coverage| coverage.last_head.as_ref());
    !branch.was_reset && branch.list.unread_before.is_none() && last == Some(base)
}

fn lookups(run: &Run, branch: &Observed, known: &BTreeSet<String>) -> Vec<AuthorLookup> {
    let (commits, mailmap) = (&branch.list.commits, &branch.list.mailmap);
    let author_display = run.snapshot.writing.author_display;
    let digest = Digest::of(&Range { commits, mailmap, author_display, newcomers: &[], paths: PathFilter::whole() });
    digest.people.lookups(commits, mailmap, known)
}
