//! What users do to their configurations, by the rules that edits keep: the next fire is never one whose run exists,
//! and another branch starts coverage anew.

use app::ports::{Configurations, Runs};
use domain::configuration::{BranchName, Configuration};
use domain::id::{ConfigurationId, RunId, UserId};
use domain::instant::Instant;
use domain::schedule::Schedule;

/// The schedules that are chosen from.
pub(crate) const SCHEDULES: [&str; 5] = ["*/15 * * * *", "0 * * * *", "30 */6 * * *", "0 6 * * *", "0 0 1 * *"];
/// The branches.
pub(crate) const BRANCHES: [&str; 2] = ["main", "develop"];

/// An edit.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Edit {
    Schedule(usize),
    Branch(usize),
    Enabled(bool),
    Delete,
}

/// Reads, changes and replaces; answers whether it was done.
pub(crate) async fn edit(
    store: &(impl Configurations + Runs + ?Sized),
    (user, id): (UserId, ConfigurationId),
    edit: Edit,
    now: Instant,
) -> bool {
    let Ok(Some(before)) = store.configuration(user, id).await else { return false };
    if before.deleted_at.is_some() {
        return false;
    }
    let mut after = before.clone();
    after.version += 1;
    let mut fires_anew = false;
    match edit {
        Edit::Schedule(which) => {
            after.settings.schedule = Schedule::parse(SCHEDULES[which], "UTC").unwrap();
            fires_anew = after.settings.enabled;
        }
        Edit::Branch(which) => {
            after.settings.branch = BranchName::parse(BRANCHES[which]).unwrap();
            if after.settings.branch != before.settings.branch {
                after.progress.coverage = before.progress.coverage.anew(&after.settings.schedule, now);
            }
        }
        Edit::Enabled(enabled) => {
            fires_anew = enabled && !before.settings.enabled;
            after.settings.enabled = enabled;
            if !enabled {
                after.progress.next_run_at = None;
                after.progress.due_at = None;
            }
        }
        Edit::Delete => {
            after.deleted_at = Some(now);
            after.progress.next_run_at = None;
            after.progress.due_at = None;
        }
    }
    if fires_anew {
        let Some(fire) = first_free_fire(store, &after, now).await else { return false };
        after.progress.next_run_at = Some(fire);
        after.progress.due_at = Some(fire);
    }
    store.replace_configuration(&before, &after).await.is_ok()
}

/// The first fire after now whose run does not exist; none if the store fails.
async fn first_free_fire(store: &(impl Runs + ?Sized), configuration: &Configuration, now: Instant) -> Option<Instant> {
    let mut after = now;
    loop {
        let fire = configuration.settings.schedule.next_after(after)?;
        match store.run(configuration.user, RunId::scheduled(configuration.id, fire)).await {
            Ok(None) => return Some(fire),
            Ok(Some(_)) => after = fire,
            Err(_) => return None,
        }
    }
}
