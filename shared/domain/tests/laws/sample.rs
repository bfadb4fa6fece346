//! Values that the laws are tried on.

use domain::account::Plan;
use domain::configuration::{
    BranchName, Configuration, IfNoUpdates, Progress, Settings, Webhook, WebhookFormat, Writer, WriterChoice,
};
use domain::delivery::Delivery;
use domain::id::{ConfigurationId, OwnerId, RepositoryId, RunId, UserId};
use domain::instant::{Duration, Instant, parse};
use domain::report::{AuthorDisplay, Style, Tone};
use domain::repository::{Location, Repository, Sealed};
use domain::run::{Figures, Lease, Phase, Receipt, Run, Snapshot, Trigger, Waits};
use domain::schedule::Schedule;
use std::collections::BTreeSet;
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
    Configuration {
        id: ConfigurationId::from_uuid(Uuid::from_u128(2)),
        user: user(),
        settings: Settings {
            name: None,
            repository: repository().id,
            branch: BranchName::parse("main").expect("a branch"),
            schedule: Schedule::parse(cron, "UTC").expect("a schedule"),
            webhook: Webhook::parse("https://example.com/hook", WebhookFormat::Auto, false).ok(),
            enabled: true,
            style: Style::Standard,
            tone: Tone::Professional,
            author_display: AuthorDisplay::Name,
            link_to_commits: true,
            if_no_updates: IfNoUpdates::Skip,
            include_diffs: false,
            language: "en".into(),
            writer: WriterChoice::Deployment,
        },
        version: 1,
        progress: Progress::default(),
        secret: Sealed::from_bytes(vec![1, 2, 3]),
        previous_secret: None,
        created_at: instant("2026-01-01T00:00:00Z"),
        deleted_at: None,
    }
}

/// A run in its first attempt, by owner 1, whose lease ends four minutes after its start.
pub(crate) fn run(trigger: Trigger, holds_slot: bool) -> Run {
    let started_at = instant("2026-03-31T23:59:00Z");
    Run {
        id: RunId::at(started_at, [7; 10]),
        user: user(),
        repository: repository().id,
        configuration: configuration("@daily").id,
        trigger,
        snapshot: Snapshot::of(&configuration("@daily"), &repository(), &Writer::Plain),
        receipt: Receipt { plan: Plan::Free, limit: 50, holds_slot },
        generation: 0,
        started_at,
        attempt: 1,
        waits: Waits::default(),
        paid_attempts: BTreeSet::new(),
        figures: Figures::default(),
        phase: Phase::Running(Lease { owner: Some(owner(1)), until: started_at + Duration::minutes(4) }),
        delivery: Delivery::none(),
        updated_at: started_at,
    }
}
