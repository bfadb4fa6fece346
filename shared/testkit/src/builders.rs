//! Records with sensible values. Their fields are public: a test changes those that it is about.
#![expect(
    clippy::expect_used,
    reason = "the values are constants of this file; a test can do nothing about a wrong one"
)]

use app::ports::DeliveryMove;
use domain::account::Account;
use domain::configuration::{BranchName, Configuration, Settings, Webhook, Writer, WriterChoice};
use domain::delivery::{Delivery, Shape, WebhookFormat};
use domain::event::DeliverySubject;
use domain::id::{ConfigurationId, OwnerId, Randomness, RepositoryId, RunId, UserId};
use domain::instant::{self, Instant};
use domain::notice::{Matter, Named};
use domain::repository::{Location, Repository, Sealed};
use domain::run::{Draft, Run, Subject, Worker};
use domain::schedule::Schedule;

/// An instant from its RFC 3339 text, such as `2026-03-09T10:00:00Z`.
///
/// # Panics
/// If the text is no instant.
#[must_use]
pub fn at(text: &str) -> Instant {
    instant::parse(text).expect("an RFC 3339 instant")
}

/// Bytes for an id, from a number: equal numbers give equal ids.
#[must_use]
pub fn randomness(number: u64) -> Randomness {
    let mut bytes = Randomness::default();
    for (to, from) in bytes.iter_mut().rev().zip(number.to_le_bytes()) {
        *to = from;
    }
    bytes
}

/// A user, by a number.
///
/// # Panics
/// Never.
#[must_use]
pub fn user(number: u64) -> UserId {
    UserId::from_record(&uuid::Uuid::from_u128(0xA_0000_0000_0000_0000 | u128::from(number)).to_string())
        .expect("a UUID is a user's id")
}

/// An owner, by a number.
#[must_use]
pub fn owner(number: u64) -> OwnerId {
    OwnerId::at(epoch(), randomness(number))
}

/// When the records were created: before anything that a test does.
#[must_use]
pub fn epoch() -> Instant {
    at("2026-01-01T00:00:00Z")
}

/// A Free account.
#[must_use]
pub fn account(user: UserId) -> Account {
    Account::free(user)
}

/// A public repository at GitHub, by a number.
///
/// # Panics
/// Never.
#[must_use]
pub fn repository(user: UserId, number: u64) -> Repository {
    let location = Location::host("https://github.com/octocat/hello-world", None).expect("an address at GitHub");
    Repository {
        id: RepositoryId::at(epoch(), randomness(number)),
        user,
        name: location.default_name(),
        location,
        token: None,
        version: 1,
        created_at: epoch(),
        deleted_at: None,
    }
}

/// An enabled configuration, by a number: every hour, branch `main`, the plain summariser, no webhook. It waits for
/// the first full hour after [`epoch`].
///
/// # Panics
/// Never.
#[must_use]
pub fn configuration(repository: &Repository, number: u64) -> Configuration {
    let id = ConfigurationId::at(epoch(), randomness(number));
    let secret = Sealed::from_bytes(b"sealed signing secret".to_vec());
    Configuration::made(id, repository.user, settings(repository.id), secret, epoch())
}

fn settings(repository: RepositoryId) -> Settings {
    let branch = BranchName::parse("main").expect("a branch");
    let schedule = Schedule::parse("0 * * * *", "UTC").expect("a schedule");
    Settings {
        name: Some("Hourly report".to_owned()),
        writer: WriterChoice::Chosen(Writer::Plain),
        ..Settings::new(repository, branch, schedule)
    }
}

/// A generic webhook.
///
/// # Panics
/// If the text is no https address.
#[must_use]
pub fn webhook(url: &str) -> Webhook {
    Webhook::parse(url, WebhookFormat::Fixed(Shape::Generic), true).expect("an https address, or http on loopback")
}

/// The scheduled run of a fire, as it is reserved at `now`: attempt 1, held by `owner` for four minutes.
#[must_use]
pub fn scheduled_run(
    (account, repository, configuration): (&Account, &Repository, &Configuration),
    fire: Instant,
    owner: OwnerId,
    now: Instant,
) -> Run {
    let worker = Worker { owner, lease: app::limits::lease() };
    let draft = Draft::scheduled(RunId::scheduled(configuration.id, fire), fire, worker, now);
    let (further, default_writer) = (&[][..], &Writer::Plain);
    Run::begin(&draft, &Subject { configuration, repository, further, account, default_writer })
}

/// A change of the delivery of a run, at the instant of the run's last change, and of nothing else.
#[must_use]
pub fn delivery_move(run: &Run, after: Delivery) -> DeliveryMove {
    DeliveryMove {
        user: run.user,
        subject: DeliverySubject::Run(run.id),
        before: run.delivery.clone(),
        after,
        now: run.updated_at,
        event: None,
        notice: None,
        sent_to: None,
        idempotency: None,
    }
}

/// A configuration as a notice names it.
#[must_use]
pub fn named(id: ConfigurationId) -> Named {
    Named { id, name: Some("Weekly".to_owned()), repository: Some("acme/shop".to_owned()) }
}

/// Reports wait for the 1st, because all 50 runs are used.
#[must_use]
pub fn paused(until: Instant) -> Matter {
    let paused = vec![named(ConfigurationId::at(epoch(), randomness(3)))];
    Matter::Paused { limit: 50, uncounted: false, until, paused, count: 1 }
}
