//! A shared secret in Secrets Manager that is replaced while the API runs.

use super::{PATH, accepted, refused};
use crate::support::call::{Answer, get};
use crate::support::down::Down;
use crate::support::secrets::SecretsServer;
use crate::support::stack::ANN;
use crate::support::token::{self, claims, hs256};
use adapters::boot::{ApiSettings, Environment, Role};
use adapters::secrets::{FRESH_MINUTES, REREAD_SECONDS_MIN};
use api::{Api, router};
use app::ports::Clock;
use axum::Router;
use domain::instant::Duration;
use serde_json::json;
use std::sync::Arc;
use testkit::builders::at;
use testkit::scripted::Scripted;

const ARN: &str = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:jwt-AbCdEf";
const OLD: &str = "the old shared secret of at least 32 bytes";
const NEW: &str = "the new shared secret of at least 32 bytes";

struct Rotating {
    router: Router,
    manager: SecretsServer,
    outside: Scripted,
}

impl Rotating {
    async fn new() -> Self {
        let manager = SecretsServer::with(ARN, OLD).await;
        let outside = Scripted::at(at("2026-01-15T10:30:00.000Z"));
        let variables = [
            ("JWT_SECRET_ARN", ARN),
            ("JWT_ISSUER", token::ISSUER),
            ("JWT_AUDIENCE", token::AUDIENCE),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_ENDPOINT_URL", &manager.url),
        ];
        let environment = Environment::from_pairs(variables);
        let environment = environment.with_secrets(Role::Api, Arc::new(outside.clock.clone())).await;
        let deployment = outside.deployment(Arc::new(Down::Broken), 7);
        let api = Api::new(&deployment, ApiSettings::read(&environment).unwrap()).unwrap();
        Self { router: router(api), manager, outside }
    }

    async fn ask(&self, secret: &str) -> Answer {
        let now = self.outside.clock.now().timestamp();
        let token = hs256(&json!({"alg": "HS256"}), &claims(ANN, now), secret.as_bytes());
        get(&self.router, PATH, Some(&token)).await
    }
}

#[tokio::test]
async fn token_under_the_new_secret_is_accepted_at_once_and_one_under_the_old_no_longer() {
    let api = Rotating::new().await;
    accepted(&api.ask(OLD).await);
    refused(&api.ask(NEW).await);

    api.manager.set(ARN, NEW);
    api.outside.clock.advance(Duration::seconds(REREAD_SECONDS_MIN));
    accepted(&api.ask(NEW).await);
    refused(&api.ask(OLD).await);
}

#[tokio::test]
async fn old_secret_is_refused_after_ten_minutes_also_if_no_token_under_the_new_one_arrives() {
    let api = Rotating::new().await;
    api.manager.set(ARN, NEW);
    accepted(&api.ask(OLD).await);
    api.outside.clock.advance(Duration::minutes(FRESH_MINUTES));
    refused(&api.ask(OLD).await);
}

#[tokio::test]
async fn wrong_tokens_make_the_api_read_the_secret_at_most_every_30_seconds() {
    let api = Rotating::new().await;
    for _ in 0..20 {
        refused(&api.ask("a secret of someone else, at least 32 bytes").await);
    }
    assert_eq!(api.manager.reads(), 1);
    api.outside.clock.advance(Duration::seconds(REREAD_SECONDS_MIN));
    for _ in 0..20 {
        refused(&api.ask("a secret of someone else, at least 32 bytes").await);
    }
    assert_eq!(api.manager.reads(), 2);
}
