//! The usage of all accounts: the sums of a tick are those of all counters, and the list has every account.

use app::usage::{AccountSort, AccountsQuery};
use domain::account::Overrides;
use domain::id::UserId;
use domain::instant::Duration;
use domain::month::Month;
use domain::run::total;
use domain::usage::UsageCounter;
use testkit::builders::at;
use testkit::surroundings::Verbs;
use testkit::world::{Scene, World};

/// Accounts with one run each; every third has two more.
async fn lived(accounts: u64) -> (World, Vec<Scene>) {
    let world = World::new(43).await.unwrap();
    let mut scenes = Vec::new();
    for number in 1..=accounts {
        let mut scene = world.scene(number).await;
        if !number.is_multiple_of(3) {
            scene.configuration.settings.enabled = true;
        }
        scene.limit_runs(4);
        scene.write_with("gpt-4o-mini");
        world.store(&scene).await;
        scenes.push(scene);
    }
    world.git.push(at("2026-01-01T00:30:00Z"), "feat: apples");
    world.jump_to(at("2026-01-01T01:00:10Z")).await;
    for scene in scenes.iter().filter(|scene| scene.user().uuid().as_bytes()[15] % 3 != 0) {
        let stored = world.configuration(scene).await;
        let mut stopped = stored.clone();
        stopped.progress.next_run_at = None;
        stopped.progress.due_at = None;
        world.deployment.store.put_configuration(&stopped).await.unwrap();
    }
    for hour in [1, 2] {
        world.git.push(at(&format!("2026-01-01T0{hour}:30:00Z")), "feat: pears");
        world.jump_to(at(&format!("2026-01-01T0{}:00:10Z", hour + 1))).await;
    }
    (world, scenes)
}

async fn fold(world: &World) {
    // Not a fifth minute, which is for an earlier month.
    world.clock.advance(Duration::minutes(1));
    world.deployment.fold_fleet().run(world.soon()).await.unwrap();
}

fn query(sort: AccountSort) -> AccountsQuery {
    AccountsQuery { sort, search: None, near_limit: false, limit: 100, offset: 0, after: None }
}

async fn listed(world: &World, query: AccountsQuery) -> Vec<(UserId, u64)> {
    let page = world.deployment.list_accounts().page(&query).await.unwrap();
    page.accounts.iter().map(|found| (found.account.user, found.counter.counted_runs)).collect()
}

#[tokio::test]
async fn sums_of_a_tick_are_those_of_all_counters() {
    let (world, scenes) = lived(20).await;
    // The fourth counts, and the fifth is blocked.
    for hour in [3, 4] {
        world.git.push(at(&format!("2026-01-01T0{hour}:30:00Z")), "feat: plums");
        world.jump_to(at(&format!("2026-01-01T0{}:00:10Z", hour + 1))).await;
    }
    let read = world.deployment.read_fleet();
    assert_eq!(read.month(None).await.unwrap().as_of, None, "nothing is summed up yet");
    fold(&world).await;
    let usage = read.month(None).await.unwrap();
    assert_eq!((usage.totals.accounts, usage.as_of), (20, Some(world.clock_at())));
    let mut all = UsageCounter::empty(scenes[0].user(), Month::of(world.clock_at()));
    for scene in &scenes {
        let counter = world.counter(scene.user()).await;
        all.counted_runs += counter.counted_runs;
        all.successful_runs += counter.successful_runs;
        all.failed_runs += counter.failed_runs;
        all.cancelled_runs += counter.cancelled_runs;
        all.degraded_runs += counter.degraded_runs;
        all.blocked_runs += counter.blocked_runs;
        all.unpriced_runs += counter.unpriced_runs;
        all.tokens += counter.tokens;
        all.cost += counter.cost;
        all.test_runs += counter.test_runs;
    }
    assert!(all.tokens.total() > 0 && all.blocked_runs > 0, "{all:?}");
    assert!(total(usage.totals.days.values()).agree_with(&all), "{usage:?} {all:?}");
    assert_eq!(usage.totals.models.values().map(|used| used.runs).sum::<u64>(), all.successful_runs);

    let again = world.deployment.fold_fleet().run(world.soon()).await.unwrap();
    assert_eq!((again.read, again.stored), (8, 0), "nothing has changed");
    world.clock.advance(Duration::minutes(11));
    let again = world.deployment.fold_fleet().run(world.soon()).await.unwrap();
    assert_eq!(again.stored, 8, "the instant is refreshed");
}

#[tokio::test]
async fn accounts_are_listed_by_usage_and_by_user() {
    let (world, scenes) = lived(20).await;
    fold(&world).await;
    let by_usage = listed(&world, query(AccountSort::Usage)).await;
    let counts: Vec<u64> = by_usage.iter().map(|(_, counted)| *counted).collect();
    assert!(counts.is_sorted_by(|one, other| one >= other) && counts[0] == 3 && counts[19] == 1, "{counts:?}");
    let by_user = listed(&world, query(AccountSort::User)).await;
    assert!(by_user.iter().map(|(user, _)| *user).eq(scenes.iter().map(Scene::user)));

    let near = AccountsQuery { near_limit: true, ..query(AccountSort::Usage) };
    assert_eq!(listed(&world, near.clone()).await, [], "three of four are below 80 %");
    let search = scenes[6].user().to_string();
    let found = AccountsQuery { search: Some(search[..36].to_owned()), ..query(AccountSort::User) };
    assert_eq!(listed(&world, found).await.len(), 1);

    for sort in [AccountSort::Usage, AccountSort::User] {
        let (mut paged, mut after) = (Vec::new(), None);
        loop {
            let page = AccountsQuery { limit: 7, after, ..query(sort) };
            let page = world.deployment.list_accounts().page(&page).await.unwrap();
            paged.extend(page.accounts.iter().map(|found| found.account.user));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert!(paged.iter().copied().eq(listed(&world, query(sort)).await.iter().map(|(user, _)| *user)), "{sort:?}");
    }
}

#[tokio::test]
async fn account_near_its_limit_is_listed_until_the_limit_is_raised() {
    let (world, scene) = World::with_scene(44, |scene| scene.limit_runs(1)).await;
    world.git.push(at("2026-01-01T00:30:00Z"), "feat: apples");
    world.jump_to(at("2026-01-01T01:00:10Z")).await;
    fold(&world).await;
    let near = AccountsQuery { near_limit: true, ..query(AccountSort::Usage) };
    assert_eq!(listed(&world, near.clone()).await, [(scene.user(), 1)]);
    let mut account = world.deployment.store.account(scene.user()).await.unwrap();
    account.overrides = Overrides { monthly_runs: Some(100), ..Overrides::default() };
    world.deployment.store.put_account(&account).await.unwrap();
    assert_eq!(listed(&world, near).await, [], "its limit is read again");
}

/// The last runs of a month end in the next one.
#[tokio::test]
async fn month_before_is_summed_up_too() {
    let (world, _) = lived(3).await;
    world.clock.set(at("2026-02-01T00:07:00Z"));
    world.deployment.fold_fleet().run(world.soon()).await.unwrap();
    let read = world.deployment.read_fleet();
    let january = Some(Month::parse("2026-01").unwrap());
    assert_eq!(read.month(january).await.unwrap().totals.accounts, 0);
    for _ in 0..10 {
        fold(&world).await;
    }
    assert_eq!(read.month(january).await.unwrap().totals.accounts, 3);
    assert_eq!(read.month(None).await.unwrap().totals.accounts, 0, "nothing in February yet");
}

/// The sums of older months are made again too.
#[tokio::test]
async fn deleted_account_leaves_the_sums_of_earlier_months() {
    let (world, scenes) = lived(9).await;
    fold(&world).await;
    world.clock.set(at("2026-05-20T00:00:00Z"));
    let left = scenes[4].user();
    world.deployment.close_account().close(left, left).await.unwrap();
    world.tick().await;
    let read = world.deployment.read_fleet();
    let january = Month::parse("2026-01").unwrap();
    assert_eq!(read.month(Some(january)).await.unwrap().totals.accounts, 9);
    let is_erased = world.deployment.store.rollups(left, january).await.unwrap().is_empty();
    assert!(is_erased);
    for _ in 0..24 * 12 {
        world.clock.advance(Duration::minutes(5));
        world.deployment.fold_fleet().run(world.soon()).await.unwrap();
    }
    assert_eq!(read.month(Some(january)).await.unwrap().totals.accounts, 8, "within a day");
}

#[tokio::test]
async fn page_continues_after_an_account_that_the_filter_no_longer_includes() {
    let (world, _) = lived(3).await;
    fold(&world).await;
    let all = listed(&world, query(AccountSort::Usage)).await;
    let (after, search) = (Some(all[0].0.uuid()), Some(all[1].0.to_string()));
    assert_eq!(listed(&world, AccountsQuery { after, search, ..query(AccountSort::Usage) }).await, [all[1]]);
}
