//! The API on a store, under a clock that the test moves.

use super::token;
use api::auth::Verifier;
use api::settings::Settings;
use api::{Api, router};
use app::cancel_run::CancelRun;
use app::end_run::EndRun;
use app::ports::{
    Accounts, Clock, Configurations, Contents, Entropy, IdempotencyRecords, Repositories, RunLedger, RunQueue, Runs,
    UsageCounters,
};
use app::read_usage::ReadUsage;
use app::start_manual_run::StartManualRun;
use axum::Router;
use domain::configuration::Writer;
use domain::instant::{self, Duration, Instant};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// Every port of the store that the API reaches.
pub(crate) trait Store:
    Accounts
    + Repositories
    + Configurations
    + Runs
    + Contents
    + UsageCounters
    + IdempotencyRecords
    + RunLedger
    + RunQueue
    + 'static
{
}

impl<S> Store for S where
    S: Accounts
        + Repositories
        + Configurations
        + Runs
        + Contents
        + UsageCounters
        + IdempotencyRecords
        + RunLedger
        + RunQueue
        + 'static
{
}

pub(crate) const ANN: &str = "0d9c5e0e-6c1b-4a53-9d2f-000000000a11";
pub(crate) const BOB: &str = "0d9c5e0e-6c1b-4a53-9d2f-000000000b0b";

/// A clock that stands until it is moved.
pub(crate) struct Hands(Mutex<Instant>);

impl Clock for Hands {
    fn now(&self) -> Instant {
        *self.0.lock().unwrap()
    }
}

/// Chance without surprises: no two answers are the same.
#[derive(Default)]
struct Counting(AtomicU64);

impl Entropy for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        let number = self.0.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        for (to, from) in bytes.iter_mut().rev().zip(number.into_iter().rev()) {
            *to = from;
        }
    }
}

/// The API, its clock, and tokens that fit.
pub(crate) struct Stack {
    pub(crate) router: Router,
    pub(crate) clock: Arc<Hands>,
}

impl Stack {
    /// On a store, with more variables than the usual ones.
    pub(crate) fn on<S: Store>(store: Arc<S>, more: &[(&str, &str)]) -> Self {
        let clock = Arc::new(Hands(Mutex::new(instant::parse("2024-01-15T10:30:00.000Z").unwrap())));
        let entropy: Arc<dyn Entropy> = Arc::new(Counting::default());
        let usual = [("JWT_SECRET", token::SECRET), ("JWT_ISSUER", token::ISSUER), ("JWT_AUDIENCE", token::AUDIENCE)];
        let settings = Settings::from_lookup(&|name| {
            let found = more.iter().chain(usual.iter()).find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        })
        .unwrap();
        let api = Api {
            read_usage: ReadUsage { clock: clock.clone(), accounts: store.clone(), usage: store.clone() },
            start_manual_run: StartManualRun {
                clock: clock.clone(),
                entropy: entropy.clone(),
                accounts: store.clone(),
                repositories: store.clone(),
                configurations: store.clone(),
                runs: store.clone(),
                usage: store.clone(),
                idempotency: store.clone(),
                ledger: store.clone(),
                run_queue: store.clone(),
                default_writer: Writer::Plain,
            },
            cancel_run: CancelRun {
                runs: store.clone(),
                contents: store.clone(),
                end: EndRun {
                    clock: clock.clone(),
                    entropy: entropy.clone(),
                    accounts: store.clone(),
                    configurations: store.clone(),
                    runs: store.clone(),
                    usage: store.clone(),
                    ledger: store.clone(),
                },
            },
            runs: store.clone(),
            contents: store,
            clock: clock.clone(),
            entropy,
            verifier: Verifier::new(&settings.auth, reqwest::Client::new(), clock.clone()),
            settings,
        };
        Self { router: router(api), clock }
    }

    pub(crate) fn seconds(&self) -> i64 {
        self.clock.now().timestamp()
    }

    pub(crate) fn pass(&self, time: Duration) {
        *self.clock.0.lock().unwrap() += time;
    }

    pub(crate) fn token(&self, user: &str) -> String {
        token::of(user, self.seconds())
    }
}
