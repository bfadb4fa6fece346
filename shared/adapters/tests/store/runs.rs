//! Runs: reading back, pages, ranges, and their size.

use crate::records::paths;
use crate::world::{World, payment, sha, size};
use app::ports::{RunLedger, Runs};
use domain::account::Plan;
use domain::activity::Sources;
use domain::configuration::{BranchName, Writer};
use domain::delivery::{Delivery, WebhookFormat};
use domain::id::RunId;
use domain::instant::Duration;
use domain::report::{AuthorDisplay, DegradedReason, IfNoUpdates, Style, Tone, Writing};
use domain::run::{Findings, Lease, Outcome, Phase, Receipt, Run, Snapshot, Trigger, Waits, Window};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use testkit::builders;

fn text() -> impl Strategy<Value = String> {
    "\\PC{0,40}"
}

prop_compose! {
    fn snapshot()(
        (version, name, repository_name, repository_url) in (any::<u64>(), proptest::option::of(text()), text(),
            text()),
        (schedule, timezone, language, model) in (text(), text(), text(), "[a-z0-9.-]{1,30}"),
        (style, tone, author) in (0..3_usize, 0..3_usize, 0..3_usize),
        (links, diffs, notify, plain, own_model) in any::<(bool, bool, bool, bool, bool)>(),
        format in proptest::option::of(0..5_usize),
        webhook_host in proptest::option::of(text()),
    ) -> Snapshot {
        Snapshot {
            version, name, repository_name, repository_url,
            branch: BranchName::parse("feature/x").expect("a branch"),
            further: Vec::new(),
            paths: paths(),
            schedule, timezone,
            writing: Writing {
                instructions: String::new(),
                style: Style::ALL[style],
                tone: Tone::ALL[tone],
                author_display: AuthorDisplay::ALL[author],
                link_to_commits: links,
                if_no_updates: if notify { IfNoUpdates::Notify } else { IfNoUpdates::Skip },
                include_diffs: diffs,
                sources: Sources { pull_requests: links, issues: notify, releases: diffs },
                language,
            },
            writer: if plain { Writer::Plain } else { Writer::Model(model) },
            own_model,
            webhook_format: format.map(|format| WebhookFormat::ALL[format]),
            webhook_host,
        }
    }
}

#[derive(Debug, Clone)]
struct Case {
    snapshot: Snapshot,
    receipt: Receipt,
    trigger: u8,
    held: bool,
    generation: u64,
    attempt: u32,
    paid: Vec<u32>,
    waits: u32,
    findings: Findings,
    pending: bool,
}

prop_compose! {
    fn case()(
        snapshot in snapshot(),
        (pro, limit, holds_slot) in (any::<bool>(), 1_000..u64::MAX, any::<bool>()),
        (trigger, held) in (0..2_u8, any::<bool>()),
        (generation, attempt) in (any::<u64>(), 0..9_u32),
        paid in proptest::collection::btree_set(1..9_u32, 0..4),
        waits in 0..4_u32,
        (commits, degraded, pending) in (any::<u64>(), any::<bool>(), any::<bool>()),
        reason in proptest::option::of(0..DegradedReason::ALL.len()),
        (from, content_attempt) in (any::<bool>(), proptest::option::of(1..9_u32)),
    ) -> Case {
        Case {
            snapshot,
            receipt: Receipt { plan: if pro { Plan::Pro } else { Plan::Free }, limit, holds_slot },
            trigger, held, generation, attempt,
            paid: paid.into_iter().collect(),
            waits,
            findings: Findings {
                headline: Some("Two people made three changes.".to_owned()),
                commits,
                commits_at_least: !from,
                window: None,
                range_from: from.then(|| sha('d')),
                range_to: Some(sha('e')),
                degraded,
                degraded_reason: reason.filter(|_| degraded).map(|reason| DegradedReason::ALL[reason]),
                content_attempt,
                failed: Vec::new(),
            },
            pending,
        }
    }
}

fn running(world: &World, case: &Case, number: u64) -> Run {
    let run = world.manual(number);
    let window = Window { from: run.started_at, to: run.started_at + Duration::days(1) };
    Run {
        snapshot: case.snapshot.clone(),
        receipt: case.receipt,
        trigger: if case.trigger == 0 { Trigger::Manual(window) } else { Trigger::Test(window) },
        generation: case.generation,
        attempt: case.attempt,
        waits: Waits { count: case.waits, since: (case.waits > 0).then_some(run.started_at) },
        phase: Phase::Running(Lease { owner: case.held.then_some(world.owner), until: run.started_at }),
        ..run
    }
}

#[test]
fn runs_of_all_shapes_read_back() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let world = runtime.block_on(World::new());
    let number = std::sync::atomic::AtomicU64::new(1);
    let mut runner = TestRunner::new(Config { cases: 64, failure_persistence: None, ..Config::default() });
    runner
        .run(&case(), |case| {
            let number = number.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            runtime.block_on(async {
                let run = world.begin(running(&world, &case, number)).await;
                prop_assert_eq!(world.stored(&run).await, Some(run.clone()));
                let now = run.started_at + Duration::seconds(5);
                let delivery = if case.pending { Delivery::pending(now) } else { Delivery::none() };
                let payments = case.paid.iter().copied().map(payment).collect();
                let mut finish = world.end(run.clone(), Outcome::Success(case.findings), payments, delivery);
                finish.fence = app::ports::Fence::Attempt(case.attempt);
                world.store.finish(&finish).await.expect("finished");
                prop_assert_eq!(world.stored(&run).await, Some(finish.run));
                Ok(())
            })
        })
        .expect("every run reads back");
}

#[tokio::test]
async fn pages_are_newest_first_without_gap_or_overlap() {
    let world = World::new().await;
    let mut made = Vec::new();
    for minute in 0..7 {
        let mut run = world.manual(1);
        run.id = RunId::at(world.fire() + Duration::minutes(minute), builders::randomness(1));
        made.push(world.begin(run).await);
    }
    made.reverse();
    let (mut read, mut cursor) = (Vec::new(), None);
    let mut pages = 0;
    loop {
        let page = world.store.runs(world.user(), 3, cursor.as_ref()).await.expect("a page");
        pages += 1;
        read.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!((read, pages), (made.clone(), 3));
    let whole = world.store.runs(world.user(), 7, None).await.expect("a page");
    assert_eq!((whole.items.len(), whole.next), (7, None));
    let other = world.store.runs(builders::user(2), 7, None).await.expect("a page");
    assert_eq!((other.items, other.next), (Vec::new(), None));

    // A range includes its start and excludes its end, to the millisecond.
    let between = |from, to| {
        let (store, user) = (world.store.clone(), world.user());
        let (from, to) = (world.fire() + from, world.fire() + to);
        async move { store.runs_between(user, from, to).await.expect("runs").len() }
    };
    let (minute, milli) = (Duration::minutes(1), Duration::milliseconds(1));
    assert_eq!(between(Duration::zero(), minute * 7).await, 7);
    assert_eq!(between(minute, minute * 3).await, 2);
    assert_eq!(between(minute + milli, minute * 3 + milli).await, 2);
    assert_eq!(between(minute, minute + milli).await, 1);
    assert_eq!(between(minute, minute).await, 0);
    assert_eq!(between(minute * 3, minute).await, 0);
}

#[tokio::test]
async fn item_of_a_typical_run_is_under_a_kilobyte_without_its_headline() {
    let mut world = World::new().await;
    world.repository.name = "acme-corporation/storefront-backend".to_owned();
    let url = "https://github.com/acme-corporation/storefront-backend".parse().expect("an address");
    world.repository.location =
        domain::repository::Location::Host { provider: domain::repository::Provider::GitHub, url };
    let settings = &mut world.configuration.settings;
    settings.name = Some("Storefront: what happened this week".to_owned());
    settings.branch = BranchName::parse("develop").expect("a branch");
    settings.writing.tone = Tone::FriendlyCasual;
    settings.webhook = Some(builders::webhook("https://hooks.slack.com/services/T000/B000/secret"));
    settings.writer = domain::configuration::WriterChoice::Chosen(Writer::Model("gpt-4o-mini".to_owned()));
    let mut run = world.scheduled(world.fire());
    run.waits = Waits { count: 3, since: Some(run.started_at) };
    let run = world.begin(run).await;
    let sk = format!("RUN#{}", run.id);
    let begun = size(&world.raw(&sk).await.expect("an item"));

    let headline = "9 people made 42 changes in 3 areas, mostly api and web; 2 breaking changes.";
    let findings = Findings {
        headline: Some(headline.to_owned()),
        commits: 128,
        commits_at_least: false,
        window: Some(Window { from: run.started_at - Duration::days(7), to: run.started_at }),
        range_from: Some(sha('a')),
        range_to: Some(sha('b')),
        degraded: false,
        degraded_reason: None,
        content_attempt: Some(1),
        failed: Vec::new(),
    };
    let now = run.started_at + Duration::minutes(1);
    let finish = world.end(run, Outcome::Success(findings), vec![payment(1)], Delivery::pending(now));
    world.store.finish(&finish).await.expect("finished");
    let mut claimed = finish.run.delivery.claim(1, now, Duration::minutes(1)).expect("claimed").after;
    claimed.response_status = Some(503);
    let step = app::ports::DeliveryMove { now, ..builders::delivery_move(&finish.run, claimed) };
    app::ports::Deliveries::move_delivery(&world.store, &step).await.expect("moved");
    let largest = size(&world.raw(&sk).await.expect("an item"));
    let headline = "headline".len() + headline.len();
    assert!(begun < largest && largest - headline < 1_024, "{begun} bytes at first, {largest} at most");
}
