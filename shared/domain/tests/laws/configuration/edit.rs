//! Edits neither lose nor repeat a fire, and a stopped configuration has no next fire.

use crate::sample::{configuration, instant, user};
use domain::commit::Sha;
use domain::configuration::{
    BranchName, Configuration, Coverage, LastRunStatus, Progress, QuotaImpact, Settings, Webhook,
};
use domain::delivery::{DisabledReason, Health, SigningSecrets, WebhookFormat, WhenFull};
use domain::id::{ConfigurationId, RepositoryId, RunId};
use domain::instant::{Duration, Instant};
use domain::repository::Sealed;
use domain::schedule::Schedule;
use uuid::Uuid;

pub(super) fn now() -> Instant {
    instant("2026-03-10T12:00:00Z")
}

/// A daily report that was covered before, and whose next fire is on its way: the sweep looks at it later.
pub(super) fn lived() -> Configuration {
    let mut daily = configuration("0 9 * * *");
    daily.version = 7;
    daily.progress.next_run_at = Some(instant("2026-03-11T09:00:00Z"));
    daily.progress.due_at = Some(instant("2026-03-11T09:02:00Z"));
    daily.progress.coverage = Coverage {
        generation: 3,
        since: Some(instant("2026-02-01T09:00:00Z")),
        covered_until: Some(instant("2026-03-10T09:00:00Z")),
        last_head: Some(Sha::parse(&"ab".repeat(20)).unwrap()),
        reset_at: None,
    };
    daily
}

pub(super) fn edited(configuration: &Configuration, edit: impl FnOnce(&mut Settings)) -> Configuration {
    let mut settings = configuration.settings.clone();
    edit(&mut settings);
    let after = configuration.edited(settings.clone(), now());
    assert_eq!((after.version, &after.settings), (configuration.version + 1, &settings));
    after
}

/// The next fire and when it is due.
fn due(next: Option<Instant>, before: &Progress) -> Progress {
    Progress { next_run_at: next, due_at: next, ..before.clone() }
}

fn every_hour() -> Schedule {
    Schedule::parse("0 * * * *", "UTC").unwrap()
}

#[test]
fn new_configuration_waits_for_its_first_fire() {
    let id = ConfigurationId::from_uuid(Uuid::from_u128(5));
    let settings = configuration("0 9 * * *").settings;
    let secret = Sealed::from_bytes(vec![4]);
    let made = Configuration::made(id, user(), settings.clone(), secret.clone(), now());
    let first = instant("2026-03-11T09:00:00Z");
    let coverage = Coverage { since: Some(first - Duration::days(1)), ..Coverage::default() };
    let waiting = Configuration {
        id,
        user: user(),
        settings: settings.clone(),
        version: 1,
        progress: Progress { coverage, ..due(Some(first), &Progress::default()) },
        secrets: SigningSecrets::new(secret.clone()),
        headers: None,
        delivery_health: Health::Healthy,
        created_at: now(),
        deleted_at: None,
    };
    assert_eq!(made, waiting);
    let disabled = Configuration::made(id, user(), Settings { enabled: false, ..settings }, secret, now());
    assert_eq!(disabled.progress, due(None, &waiting.progress));
}

#[test]
fn edit_with_the_same_schedule_keeps_the_next_fire() {
    let before = lived();
    assert_eq!(edited(&before, |settings| settings.name = Some("Weekly".into())).progress, before.progress);
}

#[test]
fn another_branch_or_repository_restarts_coverage() {
    let before = lived();
    let restarted = before.progress.coverage.restarted(&before.settings.schedule, now());
    let expected = Progress { coverage: restarted, ..before.progress.clone() };
    let branch = edited(&before, |settings| settings.branch = BranchName::parse("develop").unwrap());
    assert_eq!(branch.progress, expected);
    let elsewhere = edited(&before, |settings| settings.repository = RepositoryId::from_uuid(Uuid::from_u128(8)));
    assert_eq!(elsewhere.progress, expected);
}

#[test]
fn another_schedule_waits_for_a_fire_after_every_run() {
    let mut before = lived();
    let hourly = |before: &Configuration| edited(before, |settings| settings.schedule = every_hour()).progress;
    assert_eq!(hourly(&before), due(Some(instant("2026-03-10T13:00:00Z")), &before.progress));
    before.progress.active_run = Some(RunId::at(instant("2026-03-10T14:30:00Z"), [1; 10]));
    assert_eq!(hourly(&before), due(Some(instant("2026-03-10T15:00:00Z")), &before.progress));
    before.progress.last_run_at = Some(instant("2026-03-10T15:30:00Z"));
    assert_eq!(hourly(&before), due(Some(instant("2026-03-10T16:00:00Z")), &before.progress));
}

#[test]
fn disabled_configuration_has_no_next_fire_until_it_is_enabled() {
    let before = lived();
    let off = edited(&before, |settings| settings.enabled = false);
    assert_eq!(off.progress, due(None, &before.progress));
    assert_eq!(edited(&off, |settings| settings.name = None).progress, off.progress);
    assert_eq!(edited(&off, |settings| settings.schedule = every_hour()).progress, off.progress);
    let on = edited(&off, |settings| settings.enabled = true);
    assert_eq!(on.progress, due(Some(instant("2026-03-11T09:00:00Z")), &before.progress));
}

#[test]
fn stopped_or_deleted_configuration_has_no_next_fire() {
    let before = lived();
    let off = edited(&before, |settings| settings.enabled = false);
    assert_eq!(before.stopped(now()), Some(off.clone()));
    assert_eq!(off.stopped(now()), None, "nothing is scheduled");
    let never = Configuration { progress: due(None, &before.progress), ..before.clone() };
    assert_eq!(never.stopped(now()), Some(off.clone()), "it is enabled, though it never fires");
    let left_over = Configuration { progress: before.progress.clone(), ..off.clone() };
    assert_eq!(left_over.stopped(now()).map(|after| after.progress), Some(off.progress.clone()));
    assert_eq!(before.deleted(now()), Configuration { deleted_at: Some(now()), ..off.clone() });
    let tombstone = Configuration { version: off.version + 1, deleted_at: Some(now()), ..off.clone() };
    assert_eq!(off.deleted(now()), tombstone);
}

#[test]
fn rotation_changes_only_the_secrets_and_the_version() {
    let before = lived();
    let fresh = Sealed::from_bytes(vec![9]);
    let secrets = before.secrets.rotated(fresh.clone(), WhenFull::Refuse, now()).unwrap();
    let after = Configuration { version: 8, secrets, ..before.clone() };
    assert_eq!(before.rotated(fresh, WhenFull::Refuse, now()), Ok(after));
}

#[test]
fn only_a_blocked_configuration_is_woken() {
    let mut blocked = lived();
    blocked.progress.last_run_status = Some(LastRunStatus::LimitReached);
    let woken = Configuration { progress: due(Some(now()), &blocked.progress), ..blocked.clone() };
    assert_eq!(blocked.woken(now()), Some(woken));
    let otherwise: [fn(&mut Configuration); 6] = [
        |one| one.progress.last_run_status = None,
        |one| one.progress.last_run_status = Some(LastRunStatus::Failed),
        |one| one.progress.next_run_at = Some(now()),
        |one| one.progress.next_run_at = None,
        |one| one.progress.active_run = Some(RunId::at(now(), [1; 10])),
        |one| one.deleted_at = Some(now()),
    ];
    for (number, change) in otherwise.iter().enumerate() {
        let mut one = blocked.clone();
        change(&mut one);
        assert_eq!(one.woken(now()), None, "{number}");
    }
}

#[test]
fn quota_impact_counts_the_fires_of_this_and_the_next_month() {
    let mut daily = configuration("0 0 * * *");
    let impact = |one: &Configuration| one.quota_impact(instant("2026-03-10T12:00:00Z"));
    assert_eq!(impact(&daily), QuotaImpact { runs_this_month: 21, runs_per_month: 30 });
    daily.settings.enabled = false;
    assert_eq!(impact(&daily), QuotaImpact { runs_this_month: 0, runs_per_month: 0 });
}

fn unreachable(configuration: &Configuration) -> Configuration {
    let health = Health::Disabled { since: now(), reason: DisabledReason::NoSuccess, status: None };
    configuration.with_delivery_health(health, now())
}

#[test]
fn disabled_webhook_pauses_the_schedule_and_keeps_coverage() {
    let due = Configuration::made(
        ConfigurationId::from_uuid(Uuid::from_u128(5)),
        user(),
        configuration("0 9 * * *").settings,
        Sealed::from_bytes(vec![4]),
        now(),
    );
    let paused = unreachable(&due);
    assert_eq!((paused.progress.next_run_at, paused.progress.due_at), (None, None));
    assert_eq!(paused.progress.coverage, due.progress.coverage);
    assert!(!paused.fires() && paused.settings.enabled);
    assert_eq!(paused.quota_impact(now()).runs_per_month, 0);
    let later = now() + Duration::days(9);
    let again = paused.with_delivery_health(Health::Healthy, later);
    assert_eq!(again.progress.next_run_at, due.settings.schedule.next_after(later));
    assert_eq!((again.progress.coverage, again.version), (due.progress.coverage, due.version));
}

#[test]
fn edit_of_the_address_enables_a_disabled_webhook_and_no_other_edit_does() {
    let paused = unreachable(&configuration("0 9 * * *"));
    let renamed = paused.edited(Settings { name: Some("Other".into()), ..paused.settings.clone() }, now());
    assert_eq!((renamed.delivery_health, renamed.progress.next_run_at), (paused.delivery_health, None));
    let webhook = Webhook::parse("https://example.com/other", WebhookFormat::Auto, false).ok();
    for webhook in [webhook, None] {
        let moved = paused.edited(Settings { webhook, ..paused.settings.clone() }, now());
        assert_eq!(moved.delivery_health, Health::Healthy);
        assert_eq!(moved.progress.next_run_at, moved.settings.schedule.next_after(now()));
    }
}

#[test]
fn failing_webhook_does_not_pause_the_schedule() {
    let before = configuration("0 9 * * *");
    let failing = Health::Failing { since: now(), reported: true };
    assert_eq!(before.with_delivery_health(failing, now()).progress, before.progress);
}
