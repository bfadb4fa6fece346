//! The requests to webhooks, and how their answers are read.

mod answer;
mod body;
mod failures;

use crate::server::loopback;
use adapters::clock::SystemClock;
use adapters::webhook::SignedWebhooks;
use app::ports::{Clock, Message, MessageBody, WebhookTarget};
use domain::account::Plan;
use domain::commit::Sha;
use domain::configuration::{BranchName, Writer};
use domain::delivery::{CustomHeaders, Delivery, Shape, SigningSecret};
use domain::id::{ConfigurationId, RepositoryId, RunId, UserId};
use domain::instant::{Instant, parse};
use domain::money::{Cost, TokenUsage, UsageSource};
use domain::report::Writing;
use domain::repository::PathFilter;
use domain::run::{End, Figures, Findings, Outcome, Phase, Receipt, Run, Snapshot, Trigger};
use std::collections::BTreeSet;
use std::time::Duration;
use url::Url;
use uuid::Uuid;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) fn began() -> Instant {
    parse("2026-03-02T09:00:00Z").unwrap()
}

pub(crate) fn run() -> Run {
    Run {
        id: RunId::parse("019caddc-ae80-7000-8000-000000000001").unwrap(),
        user: UserId::from_record(&Uuid::from_u128(1).to_string()).unwrap(),
        repository: RepositoryId::from_uuid(Uuid::from_u128(2)),
        configuration: ConfigurationId::from_uuid(Uuid::from_u128(3)),
        trigger: Trigger::Schedule { fire: began() },
        snapshot: snapshot(),
        receipt: Receipt { plan: Plan::Free, limit: 50, holds_slot: true },
        generation: 0,
        started_at: began(),
        attempt: 1,
        waits: domain::run::Waits::default(),
        paid_attempts: BTreeSet::from([1]),
        figures: Figures {
            tokens: TokenUsage::new(1_000, 0, 234, 0),
            cost: Cost::from_micros(23_400),
            unpriced: false,
            source: UsageSource::Api,
            model: Some("gpt-4o-mini".to_owned()),
            rates: None,
        },
        phase: Phase::Ended(end()),
        delivery: Delivery::none(),
        updated_at: began(),
    }
}

/// What the report is about.
pub(crate) const HEADLINE: &str = "2 people made 3 changes in api; 1 feature, 2 fixes.";

fn snapshot() -> Snapshot {
    Snapshot {
        version: 1,
        name: Some("Weekly".to_owned()),
        repository_name: "acme/shop".to_owned(),
        repository_url: "https://github.com/acme/shop".to_owned(),
        branch: BranchName::parse("main").unwrap(),
        further: Vec::new(),
        paths: PathFilter::default(),
        schedule: "0 9 * * 1".to_owned(),
        timezone: "UTC".to_owned(),
        writing: Writing { language: "en".to_owned(), ..Writing::default() },
        writer: Writer::Model("gpt-4o-mini".to_owned()),
        own_model: false,
        webhook_format: None,
        webhook_host: None,
    }
}

fn end() -> End {
    let sha = |digit: &str| Sha::parse(&digit.repeat(40)).unwrap();
    End {
        at: parse("2026-03-02T09:00:12.500Z").unwrap(),
        outcome: Outcome::Success(Findings {
            headline: Some(HEADLINE.to_owned()),
            commits: 3,
            commits_at_least: false,
            window: None,
            range_from: Some(sha("a")),
            range_to: Some(sha("b")),
            degraded: false,
            degraded_reason: None,
            content_attempt: Some(1),
            failed: Vec::new(),
        }),
        counted: true,
    }
}

pub(crate) fn message(body: MessageBody) -> Message {
    Message { id: "msg_019caddc".to_owned(), at: SystemClock.now(), body }
}

pub(crate) fn report(text: &str) -> Message {
    message(MessageBody::Report { run: Box::new(run()), text: text.to_owned() })
}

pub(crate) fn secret(fill: u8) -> SigningSecret {
    SigningSecret::from_bytes(vec![fill; 32]).unwrap()
}

fn target(url: Url) -> WebhookTarget {
    WebhookTarget { url, shape: Shape::Generic, secrets: vec![secret(1), secret(2)], headers: CustomHeaders::default() }
}

fn sender() -> SignedWebhooks {
    SignedWebhooks::new(loopback(), Some("https://reports.example/app".parse().unwrap()), PATIENCE)
}

pub(crate) async fn answering(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(answer).mount(&server).await;
    server
}
