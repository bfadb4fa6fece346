//! An import that is repeated, or that ends at any write and is repeated, gives the table of an uninterrupted one.

use super::{BOB, CONFIGURATION, Columns, Import, assert_same, failed, id, refused, rows, run, user};
use app::ports::{Call, FoundRun, Imports, Intercept, Proxy, TransactionError};
use async_trait::async_trait;
use git_report::migrate::{Options, Rows, Table, import};
use git_report::progress::Progress;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use testkit::faults::{FaultPlan, Faults};
use tokio::sync::Notify;

/// Runs of two users in two months, in no order.
fn mixed(count: u32) -> Vec<Columns> {
    let row = |number: u32| {
        let row = if number.is_multiple_of(7) { failed() } else { run() };
        let owner = if number.is_multiple_of(3) { BOB } else { super::ANN };
        let (month, day) = (5 + number % 2, 1 + number * 11 % 28);
        let begin = format!("2026-{month:02}-{day:02} 09:{:02}:00+00", number % 60);
        let end = begin.replace(":00+00", ":30.5+00");
        let sha = format!("{number:040x}");
        let row = row.with("id", id(number)).with("user_id", owner).with("started_at", begin);
        row.with("completed_at", end).with("commit_range_to", sha)
    };
    (0..count).map(row).collect()
}

#[tokio::test]
async fn repeated_import_changes_nothing() {
    let import = Import::new().await;
    let options = import.all(&mixed(90));
    import.import(&options).await;
    let before = import.items().await;
    let (tally, checked) = import.import(&options).await;
    for (table, read) in [(Table::Repositories, 1), (Table::Configurations, 1), (Table::Runs, 90)] {
        assert_eq!(rows(&tally, table), Rows { read, written: 0, there: read, refused: 0 });
    }
    assert_same(&import.items().await, &before, "repeated");
    assert_eq!(checked.unwrap().months, 4);
}

#[tokio::test]
async fn rows_that_are_corrected_later_give_the_same_table() {
    let (at_once, in_parts) = (Import::new().await, Import::new().await);
    let all = mixed(60);
    at_once.import(&at_once.all(&all)).await;
    let mut broken = all.clone();
    for row in broken.iter_mut().step_by(5) {
        *row = row.clone().with("status", "");
    }
    let (tally, _) = in_parts.import(&in_parts.all(&broken)).await;
    assert_eq!(refused(&tally).len(), 12);
    in_parts.import(&in_parts.all(&all)).await;
    assert_same(&at_once.items().await, &in_parts.items().await, "in parts");
}

#[tokio::test]
async fn later_changes_of_users_stay() {
    let import = Import::new().await;
    let options = import.all(&[run()]);
    import.import(&options).await;
    let store = &import.deployment().store;
    let ann = user(super::ANN);
    let id = domain::id::ConfigurationId::parse(CONFIGURATION).unwrap();
    let before = store.configuration(ann, id).await.unwrap().unwrap();
    let mut settings = before.settings.clone();
    settings.name = Some("Mine".to_owned());
    let after = before.edited(settings, super::instant(super::NOW));
    store.replace_configuration(&before, &after).await.unwrap();
    let stored = store.runs(ann, 1, None).await.unwrap().items.remove(0);
    let again = stored.delivery.again(super::instant(super::NOW)).unwrap();
    store.move_delivery(&testkit::builders::delivery_move(&stored, again)).await.unwrap();
    let items = import.items().await;
    let (tally, _) = import.import(&options).await;
    assert_eq!(rows(&tally, Table::Runs).there + rows(&tally, Table::Configurations).there, 2);
    assert_eq!(import.items().await, items);
}

/// Imports that end, as a process does that is killed, at one of the writes: before it, or after its effect.
struct Dying {
    imports: Arc<dyn Imports>,
    left: AtomicU64,
    after: bool,
    death: Arc<Notify>,
}

impl Proxy for Dying {
    type Port = dyn Imports;
}

impl Dying {
    async fn make<'a, T>(&'a self, call: Call<'a, dyn Imports, T>) -> T
    where
        T: Send + 'static,
    {
        let is_last = self.left.fetch_sub(1, Ordering::Relaxed) == 1;
        if is_last && !self.after {
            self.death.notify_one();
            std::future::pending::<()>().await;
        }
        let answer = call.of(self.imports.as_ref()).await;
        if is_last {
            self.death.notify_one();
            std::future::pending::<()>().await;
        }
        answer
    }
}

#[async_trait]
impl Intercept<Result<(), TransactionError>> for Dying {
    async fn intercept<'a>(
        &'a self,
        call: Call<'a, dyn Imports, Result<(), TransactionError>>,
    ) -> Result<(), TransactionError> {
        self.make(call).await
    }
}

#[async_trait]
impl Intercept<Result<Vec<FoundRun>, TransactionError>> for Dying {
    async fn intercept<'a>(
        &'a self,
        call: Call<'a, dyn Imports, Result<Vec<FoundRun>, TransactionError>>,
    ) -> Result<Vec<FoundRun>, TransactionError> {
        self.make(call).await
    }
}

/// Imports until the write of this number; whether it ended there.
async fn dies(place: &Import, options: &Options, write: u64, after: bool) -> bool {
    let death = Arc::new(Notify::new());
    let imports = place.target().imports;
    let dying = Dying { imports, left: AtomicU64::new(write), after, death: Arc::clone(&death) };
    let target = place.through(Arc::new(dying));
    let progress = Progress::on_stderr();
    tokio::select! {
        () = death.notified() => true,
        ended = import(&target, options, &progress) => {
            ended.unwrap();
            false
        }
    }
}

#[tokio::test]
async fn import_that_ends_at_any_write_is_continued() {
    let whole = Import::new().await;
    let all = mixed(80);
    whole.import(&whole.all(&all)).await;
    let expected = whole.items().await;
    let place = Import::new().await;
    let mut deaths = 0;
    // Every repetition continues in the same table, and ends at another of its writes.
    for (write, after) in [(1, false), (1, true), (1, true), (2, false), (3, true), (1, false), (2, true)] {
        deaths += u64::from(dies(&place, &place.all(&all), write, after).await);
    }
    assert!(deaths >= 5, "{deaths}");
    assert!(!dies(&place, &place.all(&all), u64::MAX, false).await);
    assert_same(&place.items().await, &expected, "several deaths");
    for write in 1..=6 {
        for after in [false, true] {
            let place = Import::new().await;
            assert!(dies(&place, &place.all(&all), write, after).await, "write {write}");
            place.import(&place.all(&all)).await;
            assert_same(&place.items().await, &expected, &format!("write {write}, after: {after}"));
        }
    }
}

#[tokio::test]
async fn conflicts_throttles_and_lost_answers_change_nothing() {
    let whole = Import::new().await;
    let all = mixed(160);
    whole.import(&whole.all(&all)).await;
    let plan = FaultPlan {
        transaction_conflict_percent: 20,
        lost_answer_percent: 15,
        throttle_percent: 5,
        ..FaultPlan::default()
    };
    let place = Import::new().await;
    let faults = Faults::new(11, plan);
    let target = place.over(place.surroundings.engine.client_with(&faults));
    let (tally, _) = import(&target, &place.all(&all), &Progress::on_stderr()).await.unwrap();
    assert_eq!(rows(&tally, Table::Runs), Rows { read: 160, written: 160, there: 0, refused: 0 });
    let counts = faults.counts();
    assert!(counts.lost_answers > 0 && counts.transaction_conflicts > 0, "{counts:?}");
    assert_same(&place.items().await, &whole.items().await, "with faults");
}
