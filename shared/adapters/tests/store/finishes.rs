//! A run ends.

use crate::world::{World, payment, refused, sha};
use app::ports::{
    Accounts, Configurations, DueIndex, DueKind, DueRef, Fence, LimitSeen, Notices, Outbox, Part, RunLedger,
};
use domain::delivery::Delivery;
use domain::event::{Event, Fact};
use domain::id::{EventId, NoticeId, shard};
use domain::instant::Duration;
use domain::money::Cost;
use domain::notice::{Matter, Notice};
use domain::report::DegradedReason;
use domain::run::{ErrorCode, Failure, Findings, Outcome, Run};
use domain::usage::Mark;
use testkit::builders;

const MARK: Mark = Mark { percent: 80, limit: 50 };

fn notice(run: &Run) -> Notice {
    Notice {
        id: NoticeId::at(run.updated_at, builders::randomness(5)),
        user: run.user,
        configuration: builders::named(run.configuration),
        matter: Matter::ThresholdReached { mark: MARK, used: 40 },
        month: run.id.month(),
        created_at: run.updated_at,
        delivery: Delivery::pending(run.updated_at),
        sent_to: None,
    }
}

fn event(run: &Run) -> Event {
    Event {
        id: EventId::at(run.updated_at, builders::randomness(6)),
        user: run.user,
        at: run.updated_at,
        fact: Fact::UsageThresholdReached { mark: MARK, used: 40, month: run.id.month() },
    }
}

#[tokio::test]
async fn report_ends_run_counter_and_configuration_together() {
    let world = World::new().await;
    let run = world.begin(world.scheduled(world.fire())).await;
    let finish = world.success(run.clone(), vec![payment(1)]);
    world.store.finish(&finish).await.expect("finished");

    assert_eq!(world.stored(&run).await.as_ref(), Some(&finish.run));
    let usage = world.usage().await;
    assert_eq!((usage.slots_used, usage.counted_runs, usage.uncounted_runs), (1, 1, 0));
    assert_eq!((usage.successful_runs, usage.total_runs, usage.revision), (1, 1, 2));
    assert_eq!((usage.tokens, usage.cost), (payment(1).priced.tokens, payment(1).priced.cost));
    let progress = world.current().await.progress;
    let end = finish.configuration.as_ref().expect("an end");
    assert_eq!(progress.active_run, None);
    assert_eq!(progress.last_run_at, Some(end.last_run_at));
    assert_eq!(progress.last_run_status, Some(end.last_run_status));
    assert_eq!(progress.coverage.covered_until, Some(end.last_run_at));
    assert_eq!(progress.coverage.last_head, Some(sha('b')));

    // In the due index its delivery has replaced its lease.
    let far = run.started_at + Duration::days(1);
    let shard = shard(run.id.uuid());
    assert_eq!(world.store.due(DueKind::Lease, shard, far, 10).await, Ok(vec![]));
    let due = world.store.due(DueKind::Delivery, shard, far, 10).await.expect("due");
    assert_eq!(due.first().expect("a delivery").item, DueRef::RunDelivery { run: run.id, attempts: 0 });
}

#[tokio::test]
async fn ends_of_every_kind_read_back() {
    let world = World::new().await;
    let outcomes = [
        Outcome::Success(Findings::default()),
        Outcome::Success(Findings {
            headline: Some("Two people made three changes.".to_owned()),
            commits: 12,
            commits_at_least: true,
            window: None,
            range_from: Some(sha('a')),
            range_to: Some(sha('b')),
            degraded: true,
            degraded_reason: Some(DegradedReason::NotAReport),
            content_attempt: Some(2),
            failed: Vec::new(),
        }),
        Outcome::Failed(Failure::new(ErrorCode::TokenInvalid, "the host refused the token: give a new one")),
        Outcome::Cancelled,
    ];
    for (number, outcome) in (1..).zip(outcomes) {
        let run = world.begin(world.manual(number)).await;
        let finish = world.end(run.clone(), outcome, Vec::new(), Delivery::none());
        world.store.finish(&finish).await.expect("finished");
        assert_eq!(world.stored(&run).await, Some(finish.run));
    }
    let usage = world.usage().await;
    assert_eq!((usage.slots_used, usage.counted_runs, usage.degraded_runs), (0, 0, 1));
    assert_eq!((usage.successful_runs, usage.failed_runs, usage.cancelled_runs), (2, 1, 1));
}

#[tokio::test]
async fn run_ends_once() {
    let world = World::new().await;
    let run = world.begin(world.manual(1)).await;
    let finish = world.success(run, Vec::new());
    world.store.finish(&finish).await.expect("finished");
    refused(world.store.finish(&finish).await, &[Part::Run]);
    assert_eq!(world.usage().await.counted_runs, 1);
}

#[tokio::test]
async fn only_the_owner_ends_a_run_and_any_reader_of_its_attempt_stops_it() {
    let world = World::new().await;
    let run = world.begin(world.manual(1)).await;
    let mut finish = world.success(run, Vec::new());
    for fence in [
        Fence::Held { owner: builders::owner(2), attempt: 1 },
        Fence::Held { owner: world.owner, attempt: 2 },
        Fence::Attempt(2),
    ] {
        finish.fence = fence;
        refused(world.store.finish(&finish).await, &[Part::Run]);
    }
    finish.fence = Fence::Attempt(1);
    world.store.finish(&finish).await.expect("finished");
}

#[tokio::test]
async fn payment_is_added_once_and_a_concurrent_one_stays() {
    let world = World::new().await;
    let mut run = world.begin(world.manual(1)).await;
    run.attempt = 1;
    // Another worker paid for attempt 7 after the run was read.
    world.store.pay(&run, &payment(7), run.started_at).await.expect("paid");
    let finish = world.success(run.clone(), vec![payment(7)]);
    refused(world.store.finish(&finish).await, &[Part::Run]);
    world.store.finish(&world.success(run.clone(), vec![payment(1), payment(2)])).await.expect("finished");
    let stored = world.stored(&run).await.expect("a run");
    assert_eq!(stored.paid_attempts, [1, 2, 7].into());
    assert_eq!(stored.figures.cost, Cost::from_micros(100_000));
    assert_eq!(world.usage().await.cost, stored.figures.cost);
    assert_eq!(world.usage().await.tokens, stored.figures.tokens);
}

#[tokio::test]
async fn changed_count_of_runs_refuses_the_end() {
    let world = World::new().await;
    let finish = world.success(world.begin(world.manual(1)).await, Vec::new());
    let with = |below, exactly| {
        let mut finish = finish.clone();
        (finish.counted_below, finish.counted_is) = (below, exactly);
        finish
    };
    refused(world.store.finish(&with(Some(0), None)).await, &[Part::Counter]);
    refused(world.store.finish(&with(None, Some(1))).await, &[Part::Counter]);
    world.store.finish(&with(Some(1), Some(0))).await.expect("finished");

    let mut second = world.success(world.begin(world.manual(2)).await, Vec::new());
    second.counted_below = Some(1);
    refused(world.store.finish(&second).await, &[Part::Counter]);
    (second.counted_below, second.counted_is) = (Some(2), Some(0));
    refused(world.store.finish(&second).await, &[Part::Counter]);
    second.counted_is = Some(1);
    world.store.finish(&second).await.expect("finished");
    assert_eq!(world.usage().await.counted_runs, 2);
}

#[tokio::test]
async fn threshold_is_notified_once_with_its_event() {
    let world = World::new().await;
    let mut finish = world.success(world.begin(world.manual(1)).await, Vec::new());
    finish.marks = vec![MARK, Mark { percent: 100, ..MARK }];
    finish.notices = vec![notice(&finish.run)];
    finish.events = vec![event(&finish.run)];
    world.store.finish(&finish).await.expect("finished");
    assert_eq!(world.usage().await.alerted, finish.marks.iter().copied().collect());
    let (notice, event) = (notice(&finish.run), event(&finish.run));
    assert_eq!(world.store.notice(notice.user, notice.id).await, Ok(Some(notice)));
    assert_eq!(world.store.event(event.user, event.id).await, Ok(Some(event)));

    let mut second = world.success(world.begin(world.manual(2)).await, Vec::new());
    second.marks = vec![MARK];
    refused(world.store.finish(&second).await, &[Part::Counter]);
    second.marks = Vec::new();
    second.notices.clone_from(&finish.notices);
    refused(world.store.finish(&second).await, &[Part::Notice]);
    second.notices = Vec::new();
    second.events.clone_from(&finish.events);
    refused(world.store.finish(&second).await, &[Part::Event]);
    second.events = Vec::new();
    world.store.finish(&second).await.expect("finished");
}

#[tokio::test]
async fn changed_limit_refuses_the_end() {
    let world = World::new().await;
    let mut finish = world.success(world.begin(world.manual(1)).await, Vec::new());
    finish.limit = Some(LimitSeen { version: 1 });
    refused(world.store.finish(&finish).await, &[Part::Account]);
    let mut account = world.account.clone();
    account.limits_version = 1;
    world.store.put_account(&account).await.expect("put");
    finish.limit = Some(LimitSeen { version: 0 });
    refused(world.store.finish(&finish).await, &[Part::Account]);
    finish.limit = Some(LimitSeen { version: 1 });
    world.store.finish(&finish).await.expect("finished");
}

#[tokio::test]
async fn user_without_an_account_has_limits_of_version_0() {
    let world = World::new().await;
    let client = world.engine.client();
    let key = |text: &str| aws_sdk_dynamodb::types::AttributeValue::S(text.to_owned());
    let pk = key(&format!("USER#{}", world.user()));
    let request = client.delete_item().table_name(testkit::engine::TABLE);
    request.key("pk", pk).key("sk", key("ACCOUNT")).send().await.expect("deleted");
    assert_eq!(world.store.account(world.user()).await, Ok(builders::account(world.user())));
    let mut finish = world.success(world.begin(world.manual(1)).await, Vec::new());
    finish.limit = Some(LimitSeen { version: 1 });
    refused(world.store.finish(&finish).await, &[Part::Account]);
    finish.limit = Some(LimitSeen { version: 0 });
    world.store.finish(&finish).await.expect("finished");
}

#[tokio::test]
async fn coverage_moves_only_from_the_start_of_the_fetch() {
    let world = World::new().await;
    let run = world.begin(world.scheduled(world.fire())).await;
    let finish = world.success(run, Vec::new());
    let attempt = |change: &dyn Fn(&mut app::ports::CoverageMove)| {
        let mut finish = finish.clone();
        let end = finish.configuration.as_mut().expect("an end");
        change(end.coverage.first_mut().expect("coverage"));
        finish
    };
    refused(world.store.finish(&attempt(&|coverage| coverage.generation = 1)).await, &[Part::Configuration]);
    let from = attempt(&|coverage| coverage.from = Some(builders::epoch()));
    refused(world.store.finish(&from).await, &[Part::Configuration]);
    world.store.finish(&attempt(&|coverage| coverage.was_reset = true)).await.expect("finished");
    let coverage = world.current().await.progress.coverage;
    let at = Some(finish.run.updated_at);
    assert_eq!((coverage.last_head, coverage.covered_until, coverage.reset_at), (Some(sha('b')), at, at));
}

#[tokio::test]
async fn only_the_active_run_ends_on_its_configuration() {
    let world = World::new().await;
    let run = world.begin(world.scheduled(world.fire())).await;
    let mut other = world.configuration.clone();
    other.progress.active_run = Some(world.manual(9).id);
    world.store.put_configuration(&other).await.expect("put");
    refused(world.store.finish(&world.success(run, Vec::new())).await, &[Part::Configuration]);
}

#[tokio::test]
async fn tombstone_takes_the_end_and_stays_out_of_the_index() {
    let world = World::new().await;
    let run = world.begin(world.scheduled(world.fire())).await;
    let mut deleted = world.current().await;
    deleted.deleted_at = Some(run.started_at);
    world.store.replace_configuration(&world.current().await, &deleted).await.expect("deleted");
    let raw = world.raw(&format!("CONFIG#{}", world.configuration.id)).await.expect("an item");
    assert!(!raw.contains_key("due_pk") && !raw.contains_key("due_sk"));
    world.store.finish(&world.success(run, Vec::new())).await.expect("finished");
    let raw = world.raw(&format!("CONFIG#{}", world.configuration.id)).await.expect("an item");
    assert!(!raw.contains_key("due_pk") && !raw.contains_key("due_sk") && !raw.contains_key("active_run"));
}
