//! Short waits of a worker for a git host that fails temporarily.

use crate::limits::{WAIT_IN_PLACE_SECONDS_MAX, WAIT_IN_PLACE_SHARE, WAITS_IN_PLACE_SECONDS};
use crate::ports::{GitError, GitFailure};
use domain::instant::{Duration, Instant};
use std::time::Duration as Span;

/// How often and how long one worker waits while it reads commits.
pub(super) struct Backoff {
    began: Instant,
    until: Instant,
    steps: std::array::IntoIter<i64, 5>,
}

impl Backoff {
    /// For reading that started at `began` and fails at `until`.
    pub(super) fn new(began: Instant, until: Instant) -> Self {
        Self { began, until, steps: WAITS_IN_PLACE_SECONDS.into_iter() }
    }

    /// How long to wait before the next try; `None` if the wait is too long for a worker. `asked` is the wait that the
    /// host asks for.
    pub(super) fn next(&mut self, asked: Option<Span>, now: Instant) -> Option<Span> {
        let step = Duration::seconds(self.steps.next()?);
        let wait = match asked.filter(|asked| !asked.is_zero()) {
            Some(asked) => Duration::from_std(asked).ok()?,
            None => step,
        };
        let elapsed = now - self.began;
        let share = (self.until - now).checked_div(WAIT_IN_PLACE_SHARE)?;
        let fits = wait <= share && elapsed <= Duration::seconds(WAIT_IN_PLACE_SECONDS_MAX).checked_sub(&wait)?;
        wait.to_std().ok().filter(|_| fits)
    }
}

/// The host may have answered, but not completely or not in time.
pub(super) fn too_slow() -> GitError {
    let message =
        "The git host did not return the commits in time. Try again later, or request a shorter range.".to_owned();
    GitError { failure: GitFailure::Unavailable, message }
}
