//! Which secrets sign what arrives, over time: a receiver verifies each message with the secrets that it was given.

use crate::samples::{NOTICE, REPORT, configuration, first_attempt, handled, request, run_once};
use app::ports::{DeliveryRequest, SecretContext};
use domain::delivery::{
    CustomHeaders, HeaderName, HeaderValue, SealedHeaders, SigningSecret, SigningSecrets, TOLERANCE_SECONDS,
    WebhookFormat, WhenFull, verify,
};
use domain::instant::Duration;
use std::error::Error;
use testkit::surroundings::{Surroundings, Verbs};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

/// The configuration's first secret, and new ones by a number.
const FIRST: u8 = 7;

fn secret(fill: u8) -> SigningSecret {
    SigningSecret::from_bytes(vec![fill; 32]).expect("32 bytes")
}

async fn refusing(status: u16) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(status)).mount(&server).await;
    server
}

/// Which of these secrets the receiver verifies the last message with.
async fn verified(server: &MockServer, secrets: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let received = server.received_requests().await.ok_or("the server records")?;
    let last = received.last().ok_or("nothing was received")?;
    let header = |name: &str| last.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let at: i64 = header("webhook-timestamp").parse()?;
    let (id, signatures) = (header("webhook-id"), header("webhook-signature"));
    let accepts = |fill: &u8| verify(&secret(*fill), id, at, &last.body, signatures, at, TOLERANCE_SECONDS).is_ok();
    let accepted: Vec<u8> = secrets.iter().copied().filter(accepts).collect();
    assert_eq!(signatures.split(' ').count(), accepted.len(), "one signature per valid secret: {signatures}");
    Ok(accepted)
}

async fn rotate(surroundings: &Surroundings, fill: u8) -> Result<(), Box<dyn Error>> {
    let (store, user) = (&surroundings.deployment.store, request(REPORT).user);
    let found = store.configuration(user, configuration()).await?.ok_or("no configuration")?;
    let context = SecretContext::of_configuration(user, configuration());
    let sealed = surroundings.deployment.vault.seal(context, &[fill; 32]).await?;
    let now = surroundings.deployment.clock.now();
    store.replace_configuration(&found, &found.rotated(sealed, WhenFull::Refuse, now)?).await?;
    Ok(())
}

/// Makes attempt `number`, as late as the last one asked for or later.
async fn deliver(surroundings: &Surroundings, number: u32) -> Result<(), Box<dyn Error>> {
    let request = DeliveryRequest { attempt: number, ..request(REPORT) };
    surroundings.deployment.deliver().attempt(&request).await?;
    Ok(())
}

#[tokio::test]
async fn every_replaced_secret_signs_for_a_day_after_a_second_rotation_too() -> Result<(), Box<dyn Error>> {
    let server = refusing(503).await;
    let surroundings = run_once(&server, None, WebhookFormat::Auto).await?;
    let all = [FIRST, 1, 2];
    handled(&surroundings, serde_json::from_str(REPORT)?, 30).await?;
    assert_eq!(verified(&server, &all).await?, [FIRST]);
    rotate(&surroundings, 1).await?;
    surroundings.clock.advance(Duration::hours(2));
    rotate(&surroundings, 2).await?;
    let steps = [(2, 1, vec![FIRST, 1, 2]), (3, 20, vec![FIRST, 1, 2]), (4, 1, vec![1, 2]), (5, 2, vec![2])];
    for (number, hours, accepted) in steps {
        surroundings.clock.advance(Duration::hours(hours));
        deliver(&surroundings, number).await?;
        assert_eq!(verified(&server, &all).await?, accepted, "attempt {number}");
    }
    Ok(())
}

#[tokio::test]
async fn notice_webhook_is_signed_with_its_own_secret_and_else_with_the_configurations() -> Result<(), Box<dyn Error>> {
    let server = refusing(503).await;
    let surroundings = run_once(&server, Some(0), WebhookFormat::Auto).await?;
    let (store, user) = (&surroundings.deployment.store, request(NOTICE).user);
    let mut account = store.account(user).await?;
    account.notification_webhook = Some(format!("{}/notices", server.uri()).parse()?);
    store.put_account(&account).await?;
    let first = first_attempt(&surroundings).await?;
    surroundings.deployment.deliver().attempt(&first).await?;
    assert_eq!(verified(&server, &[FIRST, 9]).await?, [FIRST], "a webhook that is older than its secrets");

    let sealed = surroundings.deployment.vault.seal(SecretContext::of_notifications(user), &[9; 32]).await?;
    account.notification_secrets = Some(SigningSecrets::new(sealed));
    store.put_account(&account).await?;
    surroundings.clock.advance(Duration::hours(1));
    surroundings.deployment.deliver().attempt(&DeliveryRequest { attempt: 2, ..first }).await?;
    assert_eq!(verified(&server, &[FIRST, 9]).await?, [9]);
    Ok(())
}

/// The first attempt of the sample's report, or of the notice that there is.
async fn send_first(surroundings: &Surroundings, text: &str) -> Result<(), Box<dyn Error>> {
    let of_report = DeliveryRequest { attempt: 1, ..request(REPORT) };
    let first = if text == NOTICE { first_attempt(surroundings).await? } else { of_report };
    surroundings.deployment.deliver().attempt(&first).await?;
    Ok(())
}

#[tokio::test]
async fn headers_go_with_reports_and_not_to_the_accounts_webhook_for_notices() -> Result<(), Box<dyn Error>> {
    for (limit, text, own_webhook, is_sent) in
        [(None, REPORT, false, true), (Some(0), NOTICE, false, true), (Some(0), NOTICE, true, false)]
    {
        let server = refusing(204).await;
        let surroundings = run_once(&server, limit, WebhookFormat::Auto).await?;
        let (store, user) = (&surroundings.deployment.store, request(REPORT).user);
        let name = HeaderName::parse("x-api-key")?;
        let headers = CustomHeaders::new(vec![(name.clone(), HeaderValue::parse("hunter2")?)]);
        let context = SecretContext::of_configuration(user, configuration());
        let sealed = surroundings.deployment.vault.seal(context, &headers.to_bytes()).await?;
        let mut found = store.configuration(user, configuration()).await?.ok_or("no configuration")?;
        found.headers = Some(SealedHeaders { names: vec![name], sealed });
        store.put_configuration(&found).await?;
        if own_webhook {
            let mut account = store.account(user).await?;
            account.notification_webhook = Some(format!("{}/notices", server.uri()).parse()?);
            store.put_account(&account).await?;
        }
        send_first(&surroundings, text).await?;
        let received = server.received_requests().await.ok_or("the server records")?;
        let value = received[0].headers.get("x-api-key").map(wiremock::http::HeaderValue::as_bytes);
        assert_eq!(value, is_sent.then_some(&b"hunter2"[..]), "{text} {own_webhook}");
    }
    Ok(())
}

#[tokio::test]
async fn secret_of_another_record_does_not_sign() -> Result<(), Box<dyn Error>> {
    let server = refusing(204).await;
    let surroundings = run_once(&server, Some(0), WebhookFormat::Auto).await?;
    let (store, user) = (&surroundings.deployment.store, request(NOTICE).user);
    let mut account = store.account(user).await?;
    account.notification_webhook = Some(format!("{}/notices", server.uri()).parse()?);
    let sealed = surroundings.deployment.vault.seal(SecretContext::of_account(user), &[9; 32]).await?;
    account.notification_secrets = Some(SigningSecrets::new(sealed));
    store.put_account(&account).await?;
    surroundings.deployment.deliver().attempt(&DeliveryRequest { attempt: 1, ..request(NOTICE) }).await?;
    assert!(server.received_requests().await.ok_or("the server records")?.is_empty());
    Ok(())
}
