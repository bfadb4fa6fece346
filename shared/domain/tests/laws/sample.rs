//! Values for the tests.

use domain::account::Account;
use domain::configuration::{BranchName, Configuration, Progress, Settings, Webhook, Writer};
use domain::delivery::{Health, SigningSecrets, WebhookFormat};
use domain::id::{ConfigurationId, OwnerId, RepositoryId, RunId, UserId};
use domain::instant::{Duration, Instant, parse};
use domain::report::Writing;
use domain::repository::{Location, Repository, Sealed};
use domain::run::{Draft, Run, Subject, Trigger, Worker};
use domain::schedule::Schedule;
use uuid::Uuid;

pub(crate) fn instant(text: &str) -> Instant {
    parse(text).expect("an instant")
}

pub(crate) fn user() -> UserId {
    UserId::from_record("5b8c9a52-6d0e-4f6c-9c58-0a8b3f1d2e01").expect("a user")
}

pub(crate) fn owner(number: u128) -> OwnerId {
    OwnerId::from_uuid(Uuid::from_u128(number))
}

pub(crate) fn repository() -> Repository {
    Repository {
        id: RepositoryId::from_uuid(Uuid::from_u128(1)),
        user: user(),
        name: "acme/shop".into(),
        location: Location::host("https://github.com/acme/shop", None).expect("a location"),
        token: None,
        version: 1,
        created_at: instant("2026-01-01T00:00:00Z"),
        deleted_at: None,
    }
}

pub(crate) fn configuration(cron: &str) -> Configuration {
    let branch = BranchName::parse("main").expect("a branch");
    let schedule = Schedule::parse(cron, "UTC").expect("a schedule");
    Configuration {
        id: ConfigurationId::from_uuid(Uuid::from_u128(2)),
        user: user(),
        settings: Settings {
            webhook: Webhook::parse("https://example.com/hook", WebhookFormat::Auto, false).ok(),
            writing: Writing { language: "en".into(), ..Writing::default() },
            ..Settings::new(repository().id, branch, schedule)
        },
        version: 1,
        progress: Progress::default(),
        secrets: SigningSecrets::new(Sealed::from_bytes(vec![1, 2, 3])),
        headers: None,
        delivery_health: Health::Healthy,
        created_at: instant("2026-01-01T00:00:00Z"),
        deleted_at: None,
    }
}

/// A run in its first attempt, by owner 1, whose lease ends four minutes after its start.
pub(crate) fn run(trigger: Trigger, holds_slot: bool) -> Run {
    let now = instant("2026-03-31T23:59:00Z");
    let worker = Worker { owner: owner(1), lease: Duration::minutes(4) };
    let draft = Draft { id: RunId::at(now, [7; 10]), trigger, worker: Some(worker), holds_slot, now };
    let subject = Subject {
        configuration: &configuration("@daily"),
        repository: &repository(),
        further: &[],
        account: &Account::free(user()),
        default_writer: &Writer::Plain,
    };
    Run::begin(&draft, &subject)
}
