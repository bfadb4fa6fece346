//! Endpoints that do not take messages are reported and disabled, their schedules pause, and nothing is lost.

use app::holdings::Expected;
use app::ports::{MessageBody, SecretContext};
use domain::account::{NoticeChoice, NoticeKind};
use domain::configuration::{Configuration, Webhook};
use domain::delivery::{Answer, DISABLED_AFTER_DAYS, DeliveryState, DisabledReason, Health, NoAnswer, WebhookFormat};
use domain::id::ConfigurationId;
use domain::instant::{Duration, Instant};
use domain::notice::{Matter, Notice};
use domain::schedule::Schedule;
use testkit::builders::{at, randomness};
use testkit::invariants::{assert_none, check, next_due};
use testkit::world::{Scene, Verbs, World};

const NOTICES: &str = "notices.example.com";

fn status(status: u16) -> Answer {
    Answer::Status { status, retry_after: None }
}

/// Addresses, what they answer, and why they are disabled.
fn endpoints() -> Vec<(&'static str, Answer, DisabledReason)> {
    let no_answer = |reason| Answer::NoAnswer(reason);
    vec![
        ("https://gone.example.com/hook", status(410), DisabledReason::Gone),
        ("https://hooks.slack.com/services/T/B/x", status(404), DisabledReason::Rejected),
        ("https://discord.com/api/webhooks/1/x", status(401), DisabledReason::Rejected),
        ("https://missing.example.com/hook", status(404), DisabledReason::NoSuccess),
        ("https://closed.example.com/hook", status(401), DisabledReason::NoSuccess),
        ("https://broken.example.com/hook", status(500), DisabledReason::NoSuccess),
        ("https://refused.example.com/hook", no_answer(NoAnswer::Refused), DisabledReason::NoSuccess),
        ("https://hangs.example.com/hook", no_answer(NoAnswer::Timeout), DisabledReason::NoSuccess),
        ("https://tls.example.com/hook", no_answer(NoAnswer::Tls), DisabledReason::NoSuccess),
        ("https://unknown.example.com/hook", no_answer(NoAnswer::Dns), DisabledReason::NoSuccess),
        ("https://resets.example.com/hook", no_answer(NoAnswer::Reset), DisabledReason::NoSuccess),
    ]
}

/// A world with an account that has a webhook for notices, and a daily report for each of these addresses.
async fn daily(addresses: &[&str]) -> (World, Scene, Vec<Configuration>) {
    let (world, scene) = World::with_scene(71, |scene| {
        scene.limit_runs(500);
        scene.account.notification_webhook = Some(format!("https://{NOTICES}/hook").parse().unwrap());
        scene.configuration.settings.enabled = false;
        scene.fire_at(None);
    })
    .await;
    let now = world.clock_at();
    let mut made = Vec::new();
    for (number, address) in addresses.iter().enumerate() {
        let mut settings = scene.configuration.settings.clone();
        settings.enabled = true;
        settings.schedule = Schedule::parse("0 9 * * *", "UTC").unwrap();
        settings.webhook = Webhook::parse(address, WebhookFormat::Auto, false).ok();
        settings.name = Some(format!("Report {number}"));
        let id = ConfigurationId::at(now, randomness(u64::try_from(100 + number).unwrap()));
        let context = SecretContext::of_configuration(scene.user(), id);
        let secret = world.deployment.vault.seal(context, &[7; 32]).await.unwrap();
        let configuration = Configuration::made(id, scene.user(), settings, secret, now);
        world.deployment.store.put_configuration(&configuration).await.unwrap();
        made.push(configuration);
    }
    (world, scene, made)
}

/// Lets time pass from one due item to the next, with a commit in the morning of each day.
async fn pass_until(world: &World, end: Instant) {
    while world.clock_at() < end {
        let now = world.clock_at();
        let today = at(&format!("{}T08:00:00Z", now.date_naive()));
        let morning = if now < today { today } else { today + Duration::days(1) };
        let next = next_due(world).await.unwrap_or(end);
        let step = next.max(now + Duration::seconds(15)).min(end).min(morning);
        if step >= morning {
            world.git.push(morning, &format!("feat: change of {}", morning.date_naive()));
        }
        world.jump_to(step).await;
    }
}

async fn stored(world: &World, configuration: &Configuration) -> Configuration {
    let found = world.deployment.store.configuration(configuration.user, configuration.id).await;
    found.unwrap().expect("the configuration")
}

async fn notices(world: &World, scene: &Scene) -> Vec<Notice> {
    world.deployment.store.notices_page(scene.user(), 1_000, None).await.unwrap().items
}

fn of_kind(notices: &[Notice], configuration: &Configuration, kind: NoticeKind) -> Vec<Notice> {
    let is_about = |notice: &&Notice| notice.configuration.id == configuration.id && notice.matter.kind() == kind;
    notices.iter().filter(is_about).cloned().collect()
}

fn host(configuration: &Configuration) -> String {
    configuration.settings.webhook.as_ref().unwrap().host().to_owned()
}

#[tokio::test]
async fn dead_endpoints_are_disabled_when_the_rule_says_and_a_test_enables_them() {
    let endpoints = endpoints();
    let addresses: Vec<&str> = endpoints.iter().map(|(address, ..)| *address).collect();
    let (world, scene, configurations) = daily(&addresses).await;
    for (configuration, (_, answer, _)) in configurations.iter().zip(&endpoints) {
        world.receiver.always_at(&host(configuration), Some(answer.clone()));
    }
    pass_until(&world, at("2026-01-08T08:30:00Z")).await;
    for (configuration, (_, _, reason)) in configurations.iter().zip(&endpoints) {
        assert_disabled(&world, &scene, configuration, *reason).await;
    }
    let sent = world.receiver.received_at(NOTICES);
    let disabled = sent.iter().filter(|message| {
        matches!(&message.body, MessageBody::Notice(notice) if notice.matter.kind() == NoticeKind::EndpointDisabled)
    });
    assert_eq!(disabled.count(), endpoints.len(), "one notice each, at the account's webhook");

    for before in &configurations {
        world.receiver.always_at(&host(before), None);
        let test = world.deployment.test_report();
        test.run(scene.user(), before.id, true, world.soon(), None).await.unwrap();
        let configuration = stored(&world, before).await;
        assert_eq!(configuration.delivery_health, Health::Healthy);
        assert_eq!(configuration.progress.next_run_at, Some(at("2026-01-08T09:00:00Z")));
    }
    pass_until(&world, at("2026-01-08T09:10:00Z")).await;
    for (before, (address, _, reason)) in configurations.iter().zip(&endpoints) {
        let last = world.receiver.received_at(&host(before)).pop().expect("a report");
        let MessageBody::Report { text, .. } = last.body else { panic!("a notice") };
        for day in if *reason == DisabledReason::NoSuccess { 7..=8 } else { 2..=8 } {
            assert!(text.contains(&format!("hange of 2026-01-0{day}")), "{address}: {text}");
        }
    }
    let all = notices(&world, &scene).await;
    for configuration in &configurations {
        assert_eq!(of_kind(&all, configuration, NoticeKind::EndpointEnabled).len(), 1);
    }
    assert_none("after a week", &check(&world, scene.user()).await);
}

/// The endpoint was disabled for this reason when the rule says, with one notice; since then nothing was sent to it,
/// and no report was begun.
async fn assert_disabled(world: &World, scene: &Scene, before: &Configuration, reason: DisabledReason) {
    let (configuration, host) = (stored(world, before).await, host(before));
    let Health::Disabled { since, reason: found, .. } = configuration.delivery_health else {
        panic!("{host}: {:?}", configuration.delivery_health);
    };
    assert_eq!(found, reason, "{host}");
    let days = if reason == DisabledReason::NoSuccess { DISABLED_AFTER_DAYS } else { 0 };
    let late = since - (at("2026-01-01T09:00:00Z") + Duration::days(days));
    assert!(late >= Duration::zero() && late < Duration::minutes(2), "{host} was disabled at {since}");
    assert_eq!((configuration.progress.next_run_at, configuration.progress.due_at), (None, None), "{host}");
    assert!(world.receiver.received_at(&host).iter().all(|sent| sent.at <= since), "{host}");
    let runs = world.runs(scene.user()).await;
    for run in runs.iter().filter(|run| run.configuration == before.id) {
        assert!(run.started_at <= since, "no report is paid for: {host}");
        assert_ne!(run.delivery.state(), DeliveryState::Pending, "{host}");
    }
    let all = notices(world, scene).await;
    let [notice] = of_kind(&all, before, NoticeKind::EndpointDisabled).try_into().unwrap();
    assert_eq!(notice.delivery.state(), DeliveryState::Delivered, "{host}");
    assert!(notice.text().contains(&format!("{} at {host}", notice.configuration)), "{}", notice.text());
}

#[tokio::test]
async fn deliveries_of_a_deleted_configuration_end() {
    let (world, scene, configurations) =
        daily(&["https://flaps.example.com/hook", "https://gone.example.com/hook"]).await;
    world.receiver.always_at("flaps.example.com", Some(status(503)));
    pass_until(&world, at("2026-01-01T09:00:05Z")).await;
    for configuration in &configurations {
        let keep = world.deployment.keep_configurations();
        keep.delete(scene.user(), configuration.id, &Expected::Any).await.unwrap();
    }
    world.receiver.always_at("gone.example.com", Some(status(410)));
    pass_until(&world, at("2026-01-01T12:00:00Z")).await;
    world.receiver.always_at("flaps.example.com", None);
    pass_until(&world, at("2026-01-02T12:00:00Z")).await;
    for run in world.runs(scene.user()).await {
        assert_ne!(run.delivery.state(), DeliveryState::Pending, "{:?}", run.delivery);
    }
    assert_eq!(notices(&world, &scene).await, []);
}

#[tokio::test]
async fn edit_of_a_profile_keeps_the_health_of_an_unchanged_address() {
    let (world, scene, _) = daily(&["https://fine.example.com/hook"]).await;
    let store = &world.deployment.store;
    let read = store.account(scene.user()).await.unwrap();
    world.receiver.always_at(NOTICES, Some(status(410)));
    world.git.fail(Some(app::ports::GitFailure::NotFound));
    pass_until(&world, at("2026-01-01T09:10:00Z")).await;
    let mut edited = read.clone();
    edited.profile_version += 1;
    store.put_profile(&read, &edited).await.unwrap();
    let found = store.account(scene.user()).await.unwrap();
    assert!(found.notification_health.is_disabled(), "the edit read it before it was disabled");
    edited.profile_version += 1;
    edited.notification_webhook = Some("https://other.example.com/hook".parse().unwrap());
    store.put_profile(&found, &edited).await.unwrap();
    assert_eq!(store.account(scene.user()).await.unwrap().notification_health, Health::Healthy);
}

#[tokio::test]
async fn healthy_delivery_writes_nothing_about_its_endpoint() {
    let (world, scene, configurations) = daily(&["https://fine.example.com/hook"]).await;
    pass_until(&world, at("2026-01-03T10:00:00Z")).await;
    let configuration = stored(&world, &configurations[0]).await;
    assert_eq!((configuration.delivery_health, configuration.progress.total_runs), (Health::Healthy, 3));
    assert_eq!(notices(&world, &scene).await, []);
}

#[tokio::test]
async fn short_outage_is_not_reported_and_a_longer_one_is_with_its_end() {
    let (world, scene, configurations) = daily(&["https://flaps.example.com/hook"]).await;
    world.receiver.always_at("flaps.example.com", Some(status(503)));
    pass_until(&world, at("2026-01-01T09:05:00Z")).await;
    assert!(matches!(stored(&world, &configurations[0]).await.delivery_health, Health::Failing { .. }));
    world.receiver.always_at("flaps.example.com", None);
    pass_until(&world, at("2026-01-01T12:00:00Z")).await;
    assert_eq!(stored(&world, &configurations[0]).await.delivery_health, Health::Healthy);
    assert_eq!(notices(&world, &scene).await, []);

    world.receiver.always_at("flaps.example.com", Some(status(503)));
    pass_until(&world, at("2026-01-02T10:00:00Z")).await;
    world.receiver.always_at("flaps.example.com", None);
    pass_until(&world, at("2026-01-02T20:00:00Z")).await;
    let kinds: Vec<NoticeKind> =
        notices(&world, &scene).await.iter().rev().map(|notice| notice.matter.kind()).collect();
    assert_eq!(kinds, [NoticeKind::EndpointFailing, NoticeKind::EndpointEnabled]);
    let texts = world.receiver.notices();
    assert!(texts[0].contains("has not taken any message since 2 January 2026, 09:00 UTC"), "{texts:?}");
}

#[tokio::test]
async fn exhausted_delivery_is_reported_to_the_accounts_webhook_with_the_run() {
    let (world, scene, configurations) = daily(&["https://broken.example.com/hook"]).await;
    world.receiver.always_at("broken.example.com", Some(status(500)));
    // The waits are spread by a tenth.
    pass_until(&world, at("2026-01-02T12:00:00Z")).await;
    let [notice] = of_kind(&notices(&world, &scene).await, &configurations[0], NoticeKind::DeliveryFailed)
        .try_into()
        .expect("one notice");
    let runs = world.runs(scene.user()).await;
    let run = runs.iter().find(|run| run.delivery.state() == DeliveryState::Exhausted).expect("a failed delivery");
    assert_eq!(notice.matter, Matter::DeliveryFailed { run: run.id, attempts: 11, status: Some(500) });
    assert_eq!(notice.configuration.name.as_deref(), Some("Report 0"));
    assert!(notice.configuration.repository.is_some() && notice.text().contains("after 11 attempts"));
    assert_eq!(notice.delivery.state(), DeliveryState::Delivered);
}

#[tokio::test]
async fn dead_webhook_for_notices_is_disabled_and_notices_go_to_the_configurations_webhook() {
    let (world, scene, configurations) = daily(&["https://fine.example.com/hook"]).await;
    world.receiver.always_at(NOTICES, Some(status(410)));
    world.git.fail(Some(app::ports::GitFailure::NotFound));
    pass_until(&world, at("2026-01-01T09:10:00Z")).await;
    let account = world.deployment.store.account(scene.user()).await.unwrap();
    assert!(account.notification_health.is_disabled());
    world.git.fail(None);
    pass_until(&world, at("2026-01-02T09:10:00Z")).await;
    let [recovered] = of_kind(&notices(&world, &scene).await, &configurations[0], NoticeKind::ReportRecovered)
        .try_into()
        .expect("one notice");
    assert_eq!(recovered.delivery.state(), DeliveryState::Delivered);
    assert_eq!(world.receiver.received_at(NOTICES).len(), 1, "nothing is sent to a disabled webhook");
    let enabled = world.deployment.enable_endpoint().account(scene.user()).await.unwrap();
    assert_eq!(enabled.notification_health, Health::Healthy);
}

#[tokio::test]
async fn failed_reports_are_reported_once_until_they_work_again() {
    let (world, scene, configurations) = daily(&["https://fine.example.com/hook"]).await;
    world.git.fail(Some(app::ports::GitFailure::NotFound));
    pass_until(&world, at("2026-01-03T10:00:00Z")).await;
    let all = notices(&world, &scene).await;
    let [failed] = of_kind(&all, &configurations[0], NoticeKind::ReportFailed).try_into().expect("one notice");
    assert!(failed.text().contains("Report 0") && failed.text().contains("until it works again"), "{}", failed.text());
    world.git.fail(None);
    pass_until(&world, at("2026-01-05T10:00:00Z")).await;
    let all = notices(&world, &scene).await;
    assert_eq!(of_kind(&all, &configurations[0], NoticeKind::ReportRecovered).len(), 1);
    assert_eq!(of_kind(&all, &configurations[0], NoticeKind::ReportFailed).len(), 1);
    world.git.fail(Some(app::ports::GitFailure::NotFound));
    pass_until(&world, at("2026-01-06T10:00:00Z")).await;
    let all = notices(&world, &scene).await;
    assert_eq!(of_kind(&all, &configurations[0], NoticeKind::ReportFailed).len(), 2);
    assert!(all.iter().all(|notice| notice.delivery.state() == DeliveryState::Delivered));
}

#[tokio::test]
async fn muted_notice_is_listed_and_not_sent() {
    let (world, scene, configurations) = daily(&["https://fine.example.com/hook"]).await;
    let mut account = world.deployment.store.account(scene.user()).await.unwrap();
    account.notices = NoticeChoice::without([NoticeKind::ReportFailed]);
    world.deployment.store.put_account(&account).await.unwrap();
    world.git.fail(Some(app::ports::GitFailure::NotFound));
    pass_until(&world, at("2026-01-01T10:00:00Z")).await;
    let all = notices(&world, &scene).await;
    let [failed] = of_kind(&all, &configurations[0], NoticeKind::ReportFailed).try_into().expect("one notice");
    assert_eq!(failed.delivery.state(), DeliveryState::None);
    assert!(world.receiver.received_at(NOTICES).is_empty());
}

#[tokio::test]
async fn enabled_webhook_continues_its_schedule_and_a_disabled_one_gets_no_redelivery() {
    let (world, scene, configurations) = daily(&["https://gone.example.com/hook"]).await;
    world.receiver.always_at("gone.example.com", Some(status(410)));
    pass_until(&world, at("2026-01-01T10:00:00Z")).await;
    let [run] = world.runs(scene.user()).await.try_into().expect("one run");
    let redeliver = world.deployment.redeliver();
    let refused = redeliver.send(scene.user(), run.id, None).await;
    assert_eq!(refused, Err(app::deliveries::RedeliverError::Disabled));
    let id = configurations[0].id;
    let recover = world.deployment.recover().recover(scene.user(), id, (at("2026-01-01T00:00:00Z"), None), None).await;
    assert_eq!(recover, Err(app::deliveries::RecoverError::Disabled));
    world.receiver.always_at("gone.example.com", None);
    let enabled = world.deployment.enable_endpoint().configuration(scene.user(), id).await.unwrap();
    assert_eq!(enabled.progress.next_run_at, Some(at("2026-01-02T09:00:00Z")));
    assert_eq!(stored(&world, &configurations[0]).await, enabled);
    redeliver.send(scene.user(), run.id, None).await.unwrap();
    world.drain().await;
    assert_eq!(world.run(scene.user(), run.id).await.delivery.state(), DeliveryState::Delivered);
}
