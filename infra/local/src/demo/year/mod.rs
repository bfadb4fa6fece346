//! A year of the demo account, so that every chart of the dashboard has data: its runs are requested by ticks,
//! executed, metered and delivered by the verbs of the functions, under a clock that is moved from fire to fire.
//!
//! In reading order: [`fill_once`]; `calendar`, what happens when; `history`, the commits; `author`, the model. The
//! table and the vault are the local stack's own; the rest of the outside is scripted.

mod author;
mod calendar;
mod history;

use super::Ids;
use super::seed::{Seed, SeedError};
use crate::progress::Progress;
use crate::stack::folder::FolderError;
use crate::stack::table::Engine;
use crate::stack::{Folder, Foundation};
use adapters::wiring::{Deployment, Verbs};
use app::deliveries::EnableError;
use app::holdings::KeepError;
use app::ports::{Clock, StoreError};
use app::runs::StartError;
use author::Author;
use calendar::{Event, Happening};
use domain::configuration::{Configuration, Settings, Writer};
use domain::id::ConfigurationId;
use domain::instant::{Duration, Instant};
use domain::run::{Window, WindowError};
use domain::schedule::{Schedule, ScheduleError};
use history::History;
use std::sync::Arc;
use testkit::engine::EngineError;
use testkit::engine::direct::DirectEngine;
use testkit::queue::Queued;
use testkit::scripted::Scripted;

/// The file in the folder of a table whose account was filled.
const FILE: &str = "demo-year";
/// How long before now the account begins.
const DAYS: i64 = 365;
/// Ids and random numbers follow from it, so that two accounts that are filled at one instant are equal.
const SEED: u64 = 2_026;
/// When the demo's own report is due: its zone is that of the command line.
pub const THRICE_A_WEEK: &str = "0 9 * * 1,3,5";
const MONDAYS: &str = "0 8 * * 1";
const FIRST_OF_MONTH: &str = "30 16 1 * *";
/// The model that writes until its successor appears, and the successor.
const MODELS: [&str; 2] = ["gpt-4.1-mini", "gpt-6-luna"];
/// A sweep publishes the events of the runs that have ended since the last one.
const EVENTS_PER_SWEEP: usize = 25;
/// How long one invocation may take.
const INVOCATION: Duration = Duration::minutes(3);

/// The year can't be filled.
#[derive(Debug, thiserror::Error)]
pub enum YearError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error(transparent)]
    Folder(#[from] FolderError),
    #[error(transparent)]
    Seed(#[from] SeedError),
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
    #[error("a configuration can't be created: {0}")]
    Keep(#[from] KeepError),
    #[error("a run can't be started: {0}")]
    Start(#[from] StartError),
    #[error("a webhook can't be enabled: {0}")]
    Enable(#[from] EnableError),
    #[error(transparent)]
    Window(#[from] WindowError),
}

/// The account while its year is filled.
struct Year {
    ids: Ids,
    outside: Scripted,
    history: History,
    author: Author,
    deployment: Deployment,
    configurations: Vec<Configuration>,
}

/// Fills the account with a year, unless it has runs, or an earlier start did, of which the file in the folder is the
/// mark.
pub async fn fill_once(
    foundation: &Foundation,
    folder: &Folder,
    seed: &Seed,
    progress: &Progress,
) -> Result<(), YearError> {
    let Foundation { deployment, table, .. } = foundation;
    let has_runs = !deployment.store.runs(seed.ids.user, 1, None).await?.items.is_empty();
    if folder.path().join(FILE).exists() || has_runs {
        progress.line(
            "The demo account has or had runs, and --demo fills a new one only: name a new folder with --data-dir",
        );
        return Ok(());
    }
    let _filling = progress.waiting("Filling the demo account with a year of runs, which takes about half a minute");
    fill(deployment, &table.handle(), seed).await?;
    folder.write(FILE, "The demo account was filled with a year.\n")?;
    Ok(())
}

/// Fills the account with the year before now. `seed` describes the demo's own records; the year begins with them.
///
/// The year happens in memory and is then copied into the table, because a file takes hundreds of writes a second.
async fn fill(local: &Deployment, table: &Engine, seed: &Seed) -> Result<(), YearError> {
    let engine = DirectEngine::memory().await?;
    let now = local.clock.now();
    let begin = now - Duration::days(DAYS);
    let mut year = Year::begin(local, &engine, seed, begin, now).await?;
    let schedules: Vec<Schedule> =
        year.configurations.iter().map(|configuration| configuration.settings.schedule.clone()).collect();
    let events = calendar::of_year(&schedules, begin, now);
    let ends = events.iter().skip(1).map(|event| event.at).chain([now]);
    for (number, (event, end)) in events.iter().zip(ends).enumerate() {
        year.outside.clock.set(event.at);
        year.happen(event, now).await?;
        if event.what.is_fire() {
            Box::pin(year.deployment.schedule_due_runs().run(year.soon())).await?;
        }
        if number % EVENTS_PER_SWEEP == 0 {
            Box::pin(year.deployment.sweep().run(year.soon())).await;
        }
        year.work(end).await;
    }
    // Which month is summed up depends on the minute.
    for minutes in (0..10).rev() {
        year.outside.clock.set(now - Duration::minutes(minutes));
        year.deployment.fold_fleet().run(year.soon()).await?;
    }
    table.take_items(&engine)?;
    Ok(())
}

impl Year {
    async fn begin(
        local: &Deployment,
        engine: &DirectEngine,
        seed: &Seed,
        begin: Instant,
        now: Instant,
    ) -> Result<Self, YearError> {
        let outside = Scripted::at(begin);
        let history = History::of_year(outside.clock.clone(), begin, now);
        let author = Author::default();
        let deployment = Deployment {
            vault: Arc::clone(&local.vault),
            commits: Arc::new(history.clone()),
            writer: Arc::new(author.clone()),
            mailer: None,
            ..outside.deployment(Arc::new(engine.store()), SEED)
        };
        seed.apply(&deployment).await?;
        let mut year = Self { ids: seed.ids, outside, history, author, deployment, configurations: Vec::new() };
        year.configurations.extend(year.deployment.store.configuration(seed.ids.user, seed.ids.configuration).await?);
        for (name, cron) in [("Weekly summary", MONDAYS), ("Release notes", FIRST_OF_MONTH)] {
            let schedule = Schedule::parse(cron, seed.schedule.zone())?;
            let settings = Settings {
                name: Some(name.to_owned()),
                webhook: seed.webhook.clone(),
                enabled: seed.enabled,
                ..Settings::new(seed.ids.repository, seed.branch.clone(), schedule)
            };
            let created = year.deployment.keep_configurations().create(seed.ids.user, settings, None).await?;
            year.configurations.push(created.configuration);
        }
        Ok(year)
    }

    /// What happens at an instant, before the functions work.
    async fn happen(&mut self, event: &Event, now: Instant) -> Result<(), YearError> {
        let successor_appears = now - Duration::days(DAYS / 3);
        let [older, newer] = MODELS;
        let model = if event.at < successor_appears { older } else { newer };
        self.deployment.default_writer = Writer::Model(model.to_owned());
        self.history.fail(None);
        self.author.be_unavailable(false);
        match event.what {
            Happening::Fire => {}
            Happening::FireWhile(failure) => self.history.fail(Some(failure)),
            Happening::FireWithoutModel => self.author.be_unavailable(true),
            Happening::FireAnswered(statuses) => {
                for status in statuses {
                    self.outside.receiver.answer_status(*status);
                }
            }
            Happening::Start { days } => self.start(event.at, days, false).await?,
            Happening::Cancel => self.start(event.at, 7, true).await?,
            Happening::Test => self.test().await,
            Happening::Enable => {
                for configuration in &self.configurations {
                    let enable = self.deployment.enable_endpoint();
                    enable.configuration(self.ids.user, configuration.id).await?;
                }
            }
        }
        Ok(())
    }

    /// The user starts a run of the demo's own report, and cancels it at once or not. A start at the limit is refused.
    async fn start(&self, at: Instant, days: i64, cancels: bool) -> Result<(), YearError> {
        let window = Window::new(at - Duration::days(days), at)?;
        let started =
            self.deployment.start_manual_run().start(self.ids.user, self.ids.configuration, window, None).await;
        match started {
            Ok(run) if cancels => {
                // A refusal means that the run has ended.
                let _ended = self.deployment.cancel_run().cancel(self.ids.user, run.id).await;
                Ok(())
            }
            Ok(_) | Err(StartError::LimitReached { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// The user tests the weekly report. A refused test is no part of the year.
    async fn test(&self) {
        let tested: Option<ConfigurationId> = self.configurations.get(1).map(|configuration| configuration.id);
        if let Some(configuration) = tested {
            let test = self.deployment.test_report();
            let _refused = Box::pin(test.run(self.ids.user, configuration, true, self.soon(), None)).await;
        }
    }

    /// Handles every message that is due before `end`, at its time.
    async fn work(&self, end: Instant) {
        while let Some(due) = self.outside.queue.next_due().filter(|due| *due < end) {
            self.outside.clock.set(due.max(self.outside.clock.now()));
            for message in self.outside.queue.take_due() {
                self.handle(message).await;
            }
        }
    }

    /// Handles one message. One that fails is dropped: the due index causes another one.
    async fn handle(&self, message: Queued) {
        match message {
            Queued::Run(request) => {
                let _dropped = Box::pin(self.deployment.execute_run().execute(&request, self.soon())).await;
            }
            Queued::Delivery(request) => {
                let _dropped = Box::pin(self.deployment.deliver().attempt_in_turn(&request)).await;
            }
        }
    }

    fn soon(&self) -> Instant {
        self.outside.clock.now() + INVOCATION
    }
}
