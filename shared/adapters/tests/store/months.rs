//! A month's runs page by page, the counters of several months, and whether the table answers.

use crate::world::World;
use app::ports::{PageCursor, Readiness, RunLedger, Runs, UsageCounters};
use domain::id::RunId;
use domain::instant::{Duration, Instant};
use domain::month::Month;
use domain::run::{Run, Trigger, Window};
use testkit::builders::{self, at};

fn run_at(world: &World, instant: Instant, number: u64) -> Run {
    let window = Window { from: instant - Duration::hours(1), to: instant };
    let run = world.scheduled(instant);
    Run { id: RunId::at(instant, builders::randomness(number)), trigger: Trigger::Manual(window), ..run }
}

#[tokio::test]
async fn range_of_runs_is_read_page_by_page_oldest_first() {
    let world = World::new().await;
    let (from, to) = (at("2026-02-01T00:00:00Z"), at("2026-03-01T00:00:00Z"));
    let before = run_at(&world, from - Duration::milliseconds(1), 1);
    let after = run_at(&world, to, 2);
    let mut inside = Vec::new();
    for number in 0..7_u32 {
        inside.push(run_at(
            &world,
            from + Duration::days(4) * i32::try_from(number).expect("small"),
            10 + u64::from(number),
        ));
    }
    for run in inside.iter().rev().chain([&before, &after]) {
        world.begin(run.clone()).await;
    }
    let all: Vec<RunId> = inside.iter().map(|run| run.id).collect();
    for size in [1, 2, 3, 6, 7, 8, 100] {
        let (mut ids, mut cursor, mut pages) = (Vec::new(), None, 0);
        loop {
            let page = world.store.runs_from(world.user(), from, to, size, cursor.as_ref()).await.expect("a page");
            assert!(page.items.len() <= size);
            ids.extend(page.items.iter().map(|run| run.id));
            pages += 1;
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!((ids, pages), (all.clone(), 7_usize.div_ceil(size)), "pages of {size}");
    }
    for outside in [&before, &after] {
        let cursor = PageCursor { after: outside.id.uuid() };
        let page = world.store.runs_from(world.user(), from, to, 10, Some(&cursor)).await.expect("a page");
        assert_eq!((page.items, page.next), (vec![], None));
    }
    // An id without a valid instant counts as one of 1970, and its key is after every run's.
    let made_up = PageCursor { after: "e3e70682-c209-4cac-a29f-6fbed82c07cd".parse().expect("a UUID") };
    let page = world.store.runs_from(world.user(), at("1969-01-01T00:00:00Z"), to, 10, Some(&made_up)).await;
    assert_eq!(page.map(|page| page.items), Ok(vec![]));
    let empty = world.store.runs_from(world.user(), to, from, 10, None).await.expect("a page");
    assert_eq!(empty.items, vec![]);
}

#[tokio::test]
async fn counters_of_a_range_are_those_that_exist() {
    let world = World::new().await;
    for (number, instant) in
        ["2025-11-30T23:59:59Z", "2026-01-05T00:00:00Z", "2026-02-28T12:00:00Z"].into_iter().enumerate()
    {
        let run = run_at(&world, at(instant), u64::try_from(number).expect("small"));
        world.store.reserve(&world.reservation(run)).await.expect("reserved");
    }
    let month = |text: &str| Month::parse(text).expect("a month");
    let found = |from, to| {
        let counters = world.store.usage_between(world.user(), month(from), month(to));
        async {
            counters
                .await
                .expect("counters")
                .iter()
                .map(|found| (found.month.to_string(), found.total_runs))
                .collect::<Vec<_>>()
        }
    };
    let named = |months: &[&str]| months.iter().map(|month| ((*month).to_owned(), 1)).collect::<Vec<_>>();
    assert_eq!(found("2025-11", "2026-02").await, named(&["2025-11", "2026-01", "2026-02"]));
    assert_eq!(found("2025-12", "2026-01").await, named(&["2026-01"]));
    assert_eq!(found("2026-02", "2026-02").await, named(&["2026-02"]));
    assert_eq!(found("2026-03", "2026-02").await, named(&[]));
    let one = world.store.usage(world.user(), month("2026-01")).await;
    assert_eq!(
        world.store.usage_between(world.user(), month("2026-01"), month("2026-01")).await,
        one.map(|one| vec![one])
    );
}

#[tokio::test]
async fn existing_table_answers() {
    let world = World::new().await;
    assert_eq!(world.store.answer().await, Ok(()));
    world.engine.client().delete_table().table_name(testkit::engine::TABLE).send().await.expect("deleted");
    assert!(world.store.answer().await.is_err());
}
