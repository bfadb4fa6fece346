//! Records read back as they were written.

mod facts;

use crate::world::{World, payment, sha};
use app::ports::{Accounts, Configurations, Contents, Refusal, Repositories};
use aws_sdk_dynamodb::primitives::Blob;
use domain::account::{
    BaseUrl, CodesSent, EmailAddress, ModelName, NoticeChoice, NoticeKind, NotificationEmail, Overrides, OwnModel,
    Plan, SentCode,
};
use domain::activity::Sources;
use domain::configuration::{
    BranchName, Configuration, Coverage, LastRunStatus, Progress, Webhook, Writer, WriterChoice,
};
use domain::delivery::{EarlierSecret, HeaderName, SealedHeaders, Shape, SigningSecrets, WebhookFormat, WhenFull};
use domain::instant::Duration;
use domain::money::Rates;
use domain::report::{AuthorDisplay, DegradedReason, IfNoUpdates, Style, Tone, Writing};
use domain::repository::{Location, PathFilter, Provider, RepositoryPath, Sealed};
use domain::run::{Content, Priced};
use domain::schedule::Schedule;
use rust_decimal::Decimal;
use testkit::builders::{self, at};
use testkit::engine::Engine;
use testkit::partition::{AttributeValue, damage};

#[tokio::test]
async fn account_reads_back() {
    let world = World::new().await;
    assert_eq!(world.store.account(world.user()).await, Ok(world.account.clone()));
    let mut account = world.account.clone();
    account.plan = Plan::Pro;
    account.overrides = Overrides {
        monthly_runs: Some(0),
        repositories: Some(1),
        configurations: Some(2),
        shortest_interval_minutes: Some(3),
    };
    account.limits_version = 4;
    account.time_zone = Some("Europe/Berlin".to_owned());
    account.notification_webhook = Some("https://hooks.example.com/x?y=z".parse().expect("an address"));
    account.notification_secrets = Some(secrets(&world, 2));
    (account.repositories, account.configurations) = (5, 6);
    let rates = Rates::new("0.15".parse().expect("a price"), Decimal::ZERO, Decimal::ONE).expect("prices");
    let rates = rates.with_cache_write("0.1875".parse().expect("a price")).expect("prices");
    let least = OwnModel {
        base_url: BaseUrl::parse("http://localhost:8080").expect("an address"),
        key: None,
        model: ModelName::parse("llama 3").expect("a name"),
        rates: None,
    };
    let whole = OwnModel { key: Some(Sealed::from_bytes(vec![2, 0, 255])), rates: Some(rates), ..least.clone() };
    for own_model in [Some(least), Some(whole), None] {
        account.own_model = own_model;
        world.store.put_account(&account).await.expect("put");
        assert_eq!(world.store.account(world.user()).await, Ok(account.clone()));
    }
    let address = EmailAddress::parse("ann@example.com").expect("an address");
    let code = SentCode { wrong_tries: 2, ..SentCode::new([7; 32], at("2026-03-09T10:00:00Z")) };
    let fresh = NotificationEmail::new(address);
    let sent = NotificationEmail { code: Some(code), ..fresh.clone() };
    let confirmed = NotificationEmail { confirmed: true, ..fresh.clone() };
    account.notices = NoticeChoice::without([NoticeKind::Resumed, NoticeKind::ReportFailed]);
    account.notices_read_until = Some(at("2026-03-09T11:00:00Z"));
    account.email_codes = Some(CodesSent { since: at("2026-03-09T09:00:00Z"), count: 3 });
    for email in [Some(fresh), Some(sent), Some(confirmed), None] {
        account.notification_email = email;
        world.store.put_account(&account).await.expect("put");
        assert_eq!(world.store.account(world.user()).await, Ok(account.clone()));
    }
}

#[tokio::test]
async fn repository_reads_back() {
    let world = World::new().await;
    let plain = world.repository.clone();
    assert_eq!(world.store.repository(plain.user, plain.id).await, Ok(Some(plain.clone())));
    let url = "https://git.example.org:8443/group/sub/name".parse().expect("an address");
    let mut full = builders::repository(world.user(), 2);
    full.location = Location::Host { provider: Provider::GitLab, url };
    full.token = Some(Sealed::from_bytes(vec![0, 255, 7]));
    full.version = 9;
    full.deleted_at = Some(world.fire());
    let mut local = builders::repository(world.user(), 3);
    local.location = Location::Path("/srv/git/ünïcode repository".to_owned());
    for repository in [full, local] {
        world.store.put_repository(&repository).await.expect("put");
        assert_eq!(world.store.repository(repository.user, repository.id).await, Ok(Some(repository)));
    }
    let absent = builders::repository(world.user(), 4).id;
    assert_eq!(world.store.repository(world.user(), absent).await, Ok(None));
}

/// Signing secrets of which this many were replaced, an hour apart.
fn secrets(world: &World, replaced: u8) -> SigningSecrets {
    let first = SigningSecrets::new(Sealed::from_bytes(vec![0, 255, 7]));
    (1..=replaced).fold(first, |secrets, number| {
        let now = world.fire() + Duration::hours(number.into());
        secrets.rotated(Sealed::from_bytes(vec![number; 3]), WhenFull::Refuse, now).expect("room")
    })
}

/// Paths of both lists.
pub(crate) fn paths() -> PathFilter {
    let parsed = |paths: &[&str]| paths.iter().map(|path| RepositoryPath::parse(path).expect("a path")).collect();
    PathFilter::new(parsed(&["packages/api", "Büro/Ü.md"]), parsed(&["packages/api/[id]"])).expect("a filter")
}

/// A configuration with every attribute.
fn full(world: &World) -> Configuration {
    let mut full = builders::configuration(&world.repository, 2);
    let settings = &mut full.settings;
    settings.branch = BranchName::parse("release/1.2").expect("a branch");
    settings.paths = paths();
    settings.schedule = Schedule::parse("*/15 9-17 * * mon-fri", "America/New_York").expect("a schedule");
    settings.webhook =
        Some(Webhook { format: WebhookFormat::Fixed(Shape::Slack), ..builders::webhook("https://hooks.slack.com/x") });
    settings.writing = Writing {
        instructions: "Name risks first.\nBe brief.".to_owned(),
        style: Style::Changelog,
        tone: Tone::FriendlyCasual,
        author_display: AuthorDisplay::Hidden,
        link_to_commits: false,
        if_no_updates: IfNoUpdates::Notify,
        include_diffs: true,
        sources: Sources { issues: true, ..Sources::default() },
        language: "日本語".to_owned(),
    };
    settings.writer = WriterChoice::Chosen(Writer::Model("gpt-4o-mini".to_owned()));
    full.version = 7;
    full.progress = Progress {
        next_run_at: Some(world.fire()),
        due_at: Some(world.fire() + Duration::minutes(10)),
        active_run: Some(world.manual(1).id),
        coverage: Coverage {
            generation: 3,
            since: Some(builders::epoch()),
            covered_until: Some(builders::epoch()),
            last_head: Some(sha('c')),
            reset_at: Some(world.fire()),
        },
        further: Vec::new(),
        dropped_generation: 0,
        last_run_at: Some(builders::epoch()),
        last_run_status: Some(LastRunStatus::Failed),
        failing_since: Some(world.fire()),
        skipped_at: Some(world.fire()),
        total_runs: 12,
        slow_since: Some(builders::epoch()),
    };
    full.secrets = secrets(world, 4);
    let names = ["X-Api-Key", "x"].map(|name| HeaderName::parse(name).expect("a name")).to_vec();
    full.headers = Some(SealedHeaders { names, sealed: Sealed::from_bytes(vec![9, 0, 255]) });
    full
}

#[tokio::test]
async fn configuration_reads_back() {
    let world = World::new().await;
    let plain = world.configuration.clone();
    assert_eq!(world.current().await, plain);
    let full = full(&world);
    let mut bare = builders::configuration(&world.repository, 3);
    (bare.settings.name, bare.settings.enabled) = (None, false);
    bare.settings.writer = WriterChoice::Deployment;
    bare.progress = Progress::default();
    let mut deleted = builders::configuration(&world.repository, 4);
    deleted.deleted_at = Some(world.fire());
    deleted.progress.due_at = None;
    for configuration in [&full, &bare, &deleted] {
        world.store.put_configuration(configuration).await.expect("put");
        let read = world.store.configuration(configuration.user, configuration.id).await;
        assert_eq!(read.as_ref(), Ok(&Some(configuration.clone())));
    }
    let mut listed = world.store.configurations(world.user()).await.expect("listed");
    listed.sort_by_key(|configuration| configuration.id);
    assert_eq!(listed, [plain, full, bare]);
    assert_eq!(world.store.configurations(builders::user(2)).await, Ok(vec![]));
}

#[tokio::test]
async fn secrets_of_a_record_with_one_earlier_secret_are_read_and_the_others_are_added() {
    let world = World::new().await;
    let before = world.current().await;
    let key = format!("CONFIG#{}", before.id);
    let until = world.fire() + Duration::hours(3);
    let previous = AttributeValue::B(Blob::new(vec![1, 2]));
    damage(&world.engine, world.user(), &key, "previous_secret", Some(previous)).await;
    let millis = AttributeValue::N(until.timestamp_millis().to_string());
    damage(&world.engine, world.user(), &key, "previous_until", Some(millis)).await;
    let read = world.current().await;
    let earlier = EarlierSecret { sealed: Sealed::from_bytes(vec![1, 2]), until };
    assert_eq!(read.secrets, SigningSecrets::from_record(before.secrets.current().clone(), vec![earlier]));
    let after = read.rotated(Sealed::from_bytes(vec![3]), WhenFull::Refuse, world.fire()).expect("room");
    world.store.replace_configuration(&read, &after).await.expect("replaced");
    assert_eq!(world.current().await, after);
    assert_eq!(after.secrets.earlier().len(), 2);
}

#[tokio::test]
async fn edit_keeps_attributes_that_it_does_not_change() {
    let world = World::new().await;
    let before = world.current().await;
    let mut after = full(&world);
    after.id = before.id;
    after.created_at = before.created_at;
    // A manual run began since the configuration was read; the edit does not change its count.
    after.progress.total_runs = before.progress.total_runs;
    world.begin(world.manual(1)).await;
    world.store.replace_configuration(&before, &after).await.expect("replaced");
    after.progress.total_runs = 1;
    assert_eq!(world.current().await, after);

    // The way back removes the attributes that are absent again.
    let mut back = before.clone();
    back.progress.total_runs = 1;
    back.version = 8;
    world.store.replace_configuration(&after, &back).await.expect("replaced");
    assert_eq!(world.current().await, back);
    assert_eq!(world.store.replace_configuration(&before, &after).await, Err(Refusal::MovedOn));
}

#[tokio::test]
async fn edit_is_refused_if_a_compared_attribute_has_changed() {
    let world = World::new().await;
    let before = world.current().await;
    let mut after = before.clone();
    after.version += 1;
    let seen: [&dyn Fn(&mut Configuration); 5] = [
        &|seen| seen.version = 9,
        &|seen| seen.progress.due_at = None,
        &|seen| seen.progress.next_run_at = Some(builders::epoch()),
        &|seen| seen.progress.active_run = Some(world.manual(1).id),
        &|seen| seen.progress.coverage.generation = 9,
    ];
    for change in seen {
        let mut other = before.clone();
        change(&mut other);
        assert_eq!(world.store.replace_configuration(&other, &after).await, Err(Refusal::MovedOn), "{other:?}");
    }
    assert_eq!(world.current().await, before);
    let absent = builders::configuration(&world.repository, 9);
    assert_eq!(world.store.replace_configuration(&absent, &absent).await, Err(Refusal::MovedOn));
    assert_eq!(world.store.configuration(absent.user, absent.id).await, Ok(None));
}

fn content(world: &World) -> Content {
    let run = world.manual(1);
    Content {
        headline: Some("9 people made 42 changes.".to_owned()),
        facts: Some(Box::new(facts::facts())),
        run: run.id,
        user: run.user,
        attempt: 2,
        text: "# Report\n\n- Ünïcode and 日本語\n".repeat(200),
        commits: 17,
        commits_at_least: false,
        range_from: Some(sha('a')),
        head: Some(sha('b')),
        was_reset: true,
        observed_at: run.started_at,
        covered_from: Some(builders::epoch()),
        generation: 4,
        degraded: true,
        degraded_reason: Some(DegradedReason::ToolCall),
        priced: payment(2).priced,
        reported: (0..500_u64).map(u64::to_be_bytes).collect(),
        further: Vec::new(),
        paths: vec![paths(), PathFilter::default()],
        failed: Vec::new(),
    }
}

#[tokio::test]
async fn first_text_is_kept() {
    let world = World::new().await;
    let first = content(&world);
    assert_eq!(world.store.content(first.user, first.run).await, Ok(None));
    assert_eq!(world.store.put_content(&first).await, Ok(first.clone()));
    let second = Content { attempt: 3, text: "another".to_owned(), ..first.clone() };
    assert_eq!(world.store.put_content(&second).await, Ok(first.clone()));
    assert_eq!(world.store.content(first.user, first.run).await, Ok(Some(first.clone())));
    let raw = world.raw(&format!("CONTENT#{}", first.run)).await.expect("an item");
    let stored = raw["text"].as_b().expect("binary").as_ref().len();
    assert!(stored < first.text.len() / 10, "{stored} of {}", first.text.len());
}

#[tokio::test]
async fn empty_text_reads_back() {
    let world = World::new().await;
    let empty = Content {
        text: String::new(),
        commits: 0,
        commits_at_least: false,
        range_from: None,
        head: None,
        was_reset: false,
        covered_from: None,
        degraded: false,
        degraded_reason: None,
        priced: Priced::default(),
        reported: [].into(),
        further: Vec::new(),
        paths: Vec::new(),
        failed: Vec::new(),
        ..content(&world)
    };
    assert_eq!(world.store.put_content(&empty).await, Ok(empty.clone()));
    assert_eq!(world.store.content(empty.user, empty.run).await, Ok(Some(empty)));
}

#[tokio::test]
async fn engine_on_disk_keeps_its_records() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("table.db");
    let account = builders::account(builders::user(1));
    let mut world = World::new().await;
    world.engine = Engine::on_disk(&path).await.expect("the engine starts");
    world.store = world.engine.store();
    world.store.put_account(&account).await.expect("put");
    world.store.put_configuration(&world.configuration).await.expect("put");
    let run = world.begin(world.manual(1)).await;
    drop(world);
    let engine = Engine::on_disk(&path).await.expect("the engine starts again");
    let store = engine.store();
    assert_eq!(app::ports::Runs::run(&store, run.user, run.id).await, Ok(Some(run)));
}
