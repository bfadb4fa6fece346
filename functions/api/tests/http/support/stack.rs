//! The API on a store, with a clock and an outside that the test scripts.

use super::token;
use adapters::boot::{ApiSettings, Environment};
use adapters::wiring::{Deployment, Verbs};
use api::{Api, router};
use app::ports::{Clock, Store};
use app::runs::EndRun;
use axum::Router;
use domain::instant::Duration;
use std::sync::Arc;
use testkit::builders::at;
use testkit::clock::ManualClock;
use testkit::queue::ManualQueue;
use testkit::scripted::Scripted;

pub(crate) const ANN: &str = "0d9c5e0e-6c1b-4a53-9d2f-000000000a11";
pub(crate) const BOB: &str = "0d9c5e0e-6c1b-4a53-9d2f-000000000b0b";

/// The API, its clock, and tokens that it accepts.
pub(crate) struct Stack {
    pub(crate) router: Router,
    pub(crate) clock: ManualClock,
    pub(crate) queue: ManualQueue,
    pub(crate) end_run: EndRun,
    pub(crate) outside: Scripted,
}

/// The API on the ports of a deployment, with these variables on top of the usual ones.
pub(crate) fn api_on(deployment: &Deployment, more: &[(&str, &str)]) -> Router {
    let usual = [("JWT_SECRET", token::SECRET), ("JWT_ISSUER", token::ISSUER), ("JWT_AUDIENCE", token::AUDIENCE)];
    let environment = Environment::from_pairs(usual.iter().chain(more).copied());
    router(Api::new(deployment, ApiSettings::read(&environment).unwrap()).unwrap())
}

impl Stack {
    /// On a store, with more variables than the usual ones.
    pub(crate) fn on(store: Arc<dyn Store>, more: &[(&str, &str)]) -> Self {
        let outside = Scripted::at(at("2026-01-15T10:30:00.000Z"));
        let deployment = outside.deployment(store, 7);
        Self {
            router: api_on(&deployment, more),
            clock: outside.clock.clone(),
            queue: outside.queue.clone(),
            end_run: deployment.end_run(),
            outside,
        }
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
