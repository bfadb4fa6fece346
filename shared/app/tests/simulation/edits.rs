//! What users do to their configurations.

use adapters::wiring::Deployment;
use app::holdings::Expected;
use domain::configuration::{BranchName, Settings, WatchedBranch, Writer, WriterChoice};
use domain::delivery::WhenFull;
use domain::id::{ConfigurationId, UserId};
use domain::schedule::Schedule;
use testkit::builders;
use testkit::world::Verbs;

/// The schedules to choose from.
pub(crate) const SCHEDULES: [&str; 5] = ["*/15 * * * *", "0 * * * *", "30 */6 * * *", "0 6 * * *", "0 0 1 * *"];
/// The branches.
pub(crate) const BRANCHES: [&str; 2] = ["main", "develop"];

/// An edit.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Edit {
    Schedule(usize),
    Branch(usize),
    Enabled(bool),
    Secret,
    Address(usize),
    Delete,
}

/// The settings of a new configuration.
pub(crate) fn settings(user: UserId, schedule: usize, by_model: bool) -> Settings {
    let mut settings = builders::configuration(&builders::repository(user, 1), 1).settings;
    settings.schedule = Schedule::parse(SCHEDULES[schedule], "UTC").unwrap();
    settings.webhook = Some(builders::webhook("https://receiver.example.com/hook"));
    if by_model {
        let model = if schedule.is_multiple_of(2) { "gpt-4o-mini" } else { "llama-3" };
        settings.writer = WriterChoice::Chosen(Writer::Model(model.to_owned()));
    }
    settings
}

/// Reads and changes a configuration like a client, with or without the version that it has read; returns whether that
/// succeeded.
pub(crate) async fn edit(
    deployment: Deployment,
    (user, id): (UserId, ConfigurationId),
    edit: Edit,
    careful: bool,
) -> bool {
    let Ok(Some(read)) = deployment.store.configuration(user, id).await else { return false };
    let expected = if careful { Expected::Version(vec![read.version]) } else { Expected::Any };
    let keep = deployment.keep_configurations();
    let mut settings = read.settings;
    match edit {
        Edit::Schedule(which) => settings.schedule = Schedule::parse(SCHEDULES[which], "UTC").unwrap(),
        Edit::Branch(which) => settings.branch = BranchName::parse(BRANCHES[which]).unwrap(),
        Edit::Enabled(enabled) => settings.enabled = enabled,
        Edit::Address(which) => {
            settings.webhook = Some(builders::webhook(&format!("https://receiver.example.com/hook/{which}")));
        }
        Edit::Secret => return keep.rotate(user, id, &expected, WhenFull::DropOldest, None).await.is_ok(),
        Edit::Delete => return keep.delete(user, id, &expected).await.is_ok(),
    }
    keep.edit(user, id, &expected, &settings).await.is_ok()
}

/// Lets a configuration cover these branches, like a client.
pub(crate) async fn watch(
    deployment: Deployment,
    (user, id): (UserId, ConfigurationId),
    branches: Vec<WatchedBranch>,
    careful: bool,
) -> bool {
    let Ok(Some(read)) = deployment.store.configuration(user, id).await else { return false };
    let expected = if careful { Expected::Version(vec![read.version]) } else { Expected::Any };
    let settings = read.settings.watching(branches);
    deployment.keep_configurations().edit(user, id, &expected, settings).await.is_ok()
}
