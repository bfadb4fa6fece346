//! The API on a store, under a clock that the test moves.

use super::keeping::{Keeping, Outside};
use super::token;
use api::auth::Verifier;
use api::settings::Settings;
use api::{Api, router};
use app::accounts::UserView;
use app::deliveries::{Recover, Redeliver};
use app::ports::{
    AccountChanges, Accounts, Clock, Configurations, Contents, Deliveries, Entropy, Holdings, IdempotencyRecords,
    Notices, Readiness, Repositories, RunLedger, Runs, UsageCounters,
};
use app::runs::CancelRun;
use app::runs::StartManualRun;
use app::runs::{EndRun, WarnOfRetirement};
use app::usage::{ForecastUsage, ReadHistory, ReadUsage};
use axum::Router;
use domain::instant::Duration;
use domain::money::PriceTable;
use std::sync::Arc;
use testkit::builders::at;
use testkit::clock::ManualClock;
use testkit::entropy::SeededEntropy;
use testkit::queue::ManualQueue;

/// Every port of the store that the API reaches.
pub(crate) trait Store:
    Accounts
    + AccountChanges
    + Repositories
    + Configurations
    + Holdings
    + Runs
    + Contents
    + UsageCounters
    + Notices
    + Deliveries
    + IdempotencyRecords
    + RunLedger
    + Readiness
    + 'static
{
}

impl<S> Store for S where
    S: Accounts
        + AccountChanges
        + Repositories
        + Configurations
        + Holdings
        + Runs
        + Contents
        + UsageCounters
        + Notices
        + Deliveries
        + IdempotencyRecords
        + RunLedger
        + Readiness
        + 'static
{
}

pub(crate) const ANN: &str = "0d9c5e0e-6c1b-4a53-9d2f-000000000a11";
pub(crate) const BOB: &str = "0d9c5e0e-6c1b-4a53-9d2f-000000000b0b";

/// The API, its clock, and tokens that fit.
pub(crate) struct Stack {
    pub(crate) router: Router,
    pub(crate) clock: ManualClock,
    pub(crate) queue: ManualQueue,
    pub(crate) end_run: EndRun,
    pub(crate) outside: Outside,
}

impl Stack {
    /// On a store, with more variables than the usual ones.
    pub(crate) fn on<S: Store>(store: Arc<S>, more: &[(&str, &str)]) -> Self {
        let manual = ManualClock::at(at("2026-01-15T10:30:00.000Z"));
        let queue = ManualQueue::new(manual.clone());
        let clock: Arc<dyn Clock> = Arc::new(manual.clone());
        let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::new(7));
        let end_run = EndRun {
            clock: clock.clone(),
            entropy: entropy.clone(),
            accounts: store.clone(),
            configurations: store.clone(),
            runs: store.clone(),
            usage: store.clone(),
            ledger: store.clone(),
            retirement: WarnOfRetirement {
                prices: Arc::new(PriceTable::bundled()),
                notices: store.clone(),
                accounts: store.clone(),
                configurations: store.clone(),
            },
        };
        let outside = Outside::new();
        let keeping =
            Keeping { store: store.clone(), clock: clock.clone(), entropy: entropy.clone(), outside: outside.clone() };
        let usual = [("JWT_SECRET", token::SECRET), ("JWT_ISSUER", token::ISSUER), ("JWT_AUDIENCE", token::AUDIENCE)];
        let settings = Settings::from_lookup(&|name| {
            let found = more.iter().chain(usual.iter()).find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        })
        .unwrap();
        let view = Arc::new(UserView {
            accounts: store.clone(),
            repositories: store.clone(),
            configurations: store.clone(),
            runs: store.clone(),
        });
        let redeliver = Redeliver {
            clock: clock.clone(),
            accounts: store.clone(),
            runs: store.clone(),
            deliveries: store.clone(),
            idempotency: store.clone(),
            delivery_queue: Arc::new(queue.clone()),
        };
        let api = Api {
            read_usage: ReadUsage {
                clock: clock.clone(),
                accounts: view.clone(),
                usage: store.clone(),
                runs: store.clone(),
            },
            read_history: ReadHistory { clock: clock.clone(), usage: store.clone(), runs: view.clone() },
            forecast_usage: ForecastUsage {
                clock: clock.clone(),
                accounts: view.clone(),
                usage: store.clone(),
                runs: store.clone(),
                configurations: view.clone(),
            },
            recover: Recover { configurations: store.clone(), redeliver: redeliver.clone() },
            redeliver,
            deliveries: store.clone(),
            readiness: store.clone(),
            start_manual_run: StartManualRun {
                clock: clock.clone(),
                entropy: entropy.clone(),
                begin: keeping.beginning(),
                run_queue: Arc::new(queue.clone()),
            },
            estimate_run: keeping.estimates(),
            cancel_run: CancelRun {
                accounts: store.clone(),
                runs: store.clone(),
                contents: store.clone(),
                end: end_run.clone(),
            },
            keep_repositories: keeping.repositories(),
            list_branches: keeping.branches(),
            keep_configurations: keeping.configurations(),
            choose_model: keeping.models(),
            test_report: keeping.tests(&end_run, &queue),
            set_limits: keeping.limits(),
            close_account: keeping.closing(),
            accounts: view.clone(),
            keep_profile: keeping.profile(),
            repositories: view.clone(),
            configurations: view.clone(),
            runs: view,
            contents: store,
            addresses: Arc::new(outside.names.clone()),
            clock,
            entropy,
            verifier: Verifier::new(&settings.auth, Arc::new(manual.clone())).unwrap(),
            settings,
        };
        Self { router: router(api), clock: manual, queue, end_run, outside }
    }

    pub(crate) fn clock_now(&self) -> domain::instant::Instant {
        self.clock.now()
    }

    pub(crate) fn seconds(&self) -> i64 {
        self.clock.now().timestamp()
    }

    pub(crate) fn pass(&self, time: Duration) {
        self.clock.advance(time);
    }

    pub(crate) fn token(&self, user: &str) -> String {
        token::of(user, self.seconds())
    }
}
