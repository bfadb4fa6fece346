//! The check after an import: every month's counter, and its rollups, are the sums of its runs.

use super::MigrateError;
use super::target::Target;
use adapters::wiring::Verbs;
use domain::id::UserId;
use domain::month::Month;
use domain::run::{Rollup, total};
use futures::stream::{self, StreamExt, TryStreamExt};
use std::collections::BTreeSet;

/// Months that are recounted at the same time.
const AT_ONCE: usize = 8;

/// The result of the check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    pub months: usize,
    /// Counters that differed from their runs, and were corrected.
    pub corrected: Vec<(UserId, Month)>,
    /// Months whose rollups differ from the counter: their days and shares are computed from the runs.
    pub without_rollups: Vec<(UserId, Month)>,
}

/// Recounts the months.
pub(super) async fn check(target: &Target, months: &BTreeSet<(UserId, Month)>) -> Result<Checked, MigrateError> {
    let verb = target.deployment.recount();
    let store = &target.deployment.store;
    let recounts = stream::iter(months.iter().copied().map(|(user, month)| {
        let verb = &verb;
        async move {
            let found = verb.correct(user, month).await?;
            let counter = store.usage(user, month).await?;
            let rollups = store.rollups(user, month).await?;
            let sums = total(rollups.iter().flat_map(|rollup: &Rollup| rollup.days.values()));
            Ok::<_, MigrateError>(((user, month), found.corrected, sums.agree_with(&counter)))
        }
    }));
    let mut checked = Checked::default();
    let mut results = recounts.buffer_unordered(AT_ONCE);
    while let Some((place, corrected, agree)) = results.try_next().await? {
        checked.months += 1;
        if corrected {
            checked.corrected.push(place);
        }
        if !agree {
            checked.without_rollups.push(place);
        }
    }
    Ok(checked)
}

impl Checked {
    pub(super) fn summary(&self) -> String {
        let list = |places: &[(UserId, Month)], what: &str| {
            places.iter().fold(String::new(), |text, (user, month)| format!("{text}\n{month} of {user}: {what}"))
        };
        let months = self.months;
        let right = months.saturating_sub(self.corrected.len());
        let corrected = list(&self.corrected, "the counter differed from its runs and was corrected");
        let without = list(&self.without_rollups, "the sums of days differ from the counter");
        format!("recounted months: {months}, counters that agree with their runs: {right}{corrected}{without}")
    }
}
